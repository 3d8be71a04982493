//! Generics, lifetimes, const generics, `where` clauses, recursion: bounds that are inferred.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;
use std::rc::{Rc, Weak};

use record_runtime::ZeroAllocJson;
use record_tests::catalogue::PlainHasher;
use record_tests::oracle::{assert_same, assert_same_text};
use serde::Serialize;

#[derive(Serialize, ZeroAllocJson)]
struct Generic<T, U = u8> {
    one: T,
    many: Vec<U>,
    nested: Option<Box<(T, U)>>,
}

#[derive(Serialize, ZeroAllocJson)]
struct Newtype<T: ?Sized>(T);

#[derive(Serialize, ZeroAllocJson)]
struct Tuple<'a, T, const N: usize>(&'a T, PhantomData<fn() -> T>, #[serde(skip)] [(); N]);

#[derive(Serialize, ZeroAllocJson)]
enum Either<L, R> {
    Left(L),
    Right { right: R, both: Option<(L, R)> },
    Neither,
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(tag = "t", content = "c")]
enum Adjacent<'a, T: 'a> {
    Borrowed(&'a T),
    Listed(&'a [T], u8),
}

#[test]
fn type_parameters() {
    assert_same(&Generic { one: 1, many: vec!["x"], nested: Some(Box::new((2, "y"))) });
    assert_same(&Generic::<_> { one: "s", many: vec![1], nested: None });
    assert_same(&Newtype(Newtype(Newtype("deep"))));
    let unsized_newtype: &Newtype<[u8]> = &Newtype([1, 2]);
    assert_same(unsized_newtype);
    assert_same(&Tuple::<_, 3>(&"t", PhantomData, [(); 3]));
    assert_same(&[
        Either::Left(1),
        Either::Right { right: "r", both: Some((2, "b\n")) },
        Either::Right { right: "", both: None },
        Either::Neither,
    ]);
    assert_same(&[Adjacent::Borrowed(&1.5), Adjacent::Listed(&[0.1, f64::NAN], 2)]);
}

#[derive(Serialize, ZeroAllocJson)]
struct Lifetimes<'a, 'b: 'a> {
    text: &'a str,
    cow: Cow<'b, str>,
    slice: &'a [&'b str],
    map: BTreeMap<&'b str, &'a u8>,
    nested: Option<&'a Lifetimes<'b, 'b>>,
}

#[derive(Serialize, ZeroAllocJson)]
struct Mutable<'a, T> {
    value: &'a mut T,
    slice: &'a mut [T],
}

#[test]
fn lifetimes() {
    let inner = Lifetimes { text: "i", cow: Cow::Borrowed("\""), slice: &[], map: BTreeMap::new(), nested: None };
    assert_same(&Lifetimes {
        text: "o",
        cow: Cow::Owned(String::from("owned")),
        slice: &["a", "b"],
        map: BTreeMap::from([("k", &1)]),
        nested: Some(&inner),
    });
    assert_same(&Mutable { value: &mut 1, slice: &mut [2, 3] });
}

#[derive(Serialize, ZeroAllocJson)]
struct Grid<const W: usize, const H: usize, T = f32> {
    #[serde(bound(serialize = "[[T; W]; H]: Serialize"))]
    #[json(bound = "T: ZeroAllocJson")]
    cells: [[T; W]; H],
}

#[derive(ZeroAllocJson)]
struct AnyGrid<const W: usize, const H: usize, T = f32> {
    cells: [[T; W]; H],
}

#[derive(Serialize)]
struct GridReference<'a, T> {
    cells: Vec<&'a [T]>,
}

#[derive(Serialize, ZeroAllocJson)]
enum Flagged<const N: u8, const FLAG: bool> {
    Value { a: u8 },
}

#[test]
fn const_parameters() {
    assert_same(&Grid { cells: [[1.5, -2.0, 3e10], [0.1, f32::NAN, 0.0]] });
    let big = AnyGrid { cells: [[7_u16; 40]; 35] };
    let reference = GridReference { cells: big.cells.iter().map(<[u16; 40]>::as_slice).collect() };
    record_tests::oracle::assert_like(&big, &reference);
    assert_same(&Flagged::<3, true>::Value { a: 1 });
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(bound(serialize = "K: Serialize, V: Serialize"))]
#[json(bound = "K: ZeroAllocJson, V: ZeroAllocJson")]
struct Bounded<K, V, S>
where
    K: Eq + Hash + Ord,
    V: Clone + Debug,
    S: BuildHasher,
{
    hashed: HashMap<K, V, S>,
    sorted: BTreeMap<K, Vec<V>>,
}

#[derive(Serialize, ZeroAllocJson)]
struct Keyed<K: ZeroAllocJson + Ord, V> {
    map: BTreeMap<K, V>,
}

/// One bound for each parameter, whatever it is used as.
#[derive(Serialize, ZeroAllocJson)]
struct Inferred<'a, K, V, F>
where
    K: Ord,
{
    map: BTreeMap<K, V>,
    nested: Option<Vec<BTreeMap<K, &'a V>>>,
    #[serde(flatten)]
    rest: F,
}

trait Entity {
    type Id: Serialize + ZeroAllocJson;
}

#[derive(Serialize, ZeroAllocJson)]
struct User {
    name: &'static str,
}

impl Entity for User {
    type Id = u64;
}

#[derive(Serialize, ZeroAllocJson)]
struct Stored<E>
where
    E: Entity,
{
    id: E::Id,
    entity: E,
    others: Vec<<E as Entity>::Id>,
}

#[derive(Serialize, ZeroAllocJson)]
enum WithWhere<T>
where
    for<'a> &'a T: IntoIterator<Item = &'a u8>,
    T: Clone,
{
    List(T),
}

#[test]
fn where_clauses() {
    let hashed = HashMap::<_, _, PlainHasher>::from_iter([("k", 1)]);
    assert_same(&Bounded { hashed, sorted: BTreeMap::from([("s", vec![1, 2])]) });
    let inner = Keyed { map: BTreeMap::from([("k", 1)]) };
    assert_same(&Inferred { map: BTreeMap::from([('c', 2)]), nested: None, rest: &inner });
    let nested = Some(vec![BTreeMap::from([(true, &"x")])]);
    assert_same(&Inferred { map: BTreeMap::new(), nested, rest: Some(BTreeMap::from([(1, 2)])) });
    assert_same(&Keyed { map: BTreeMap::from([(1, "one")]) });
    assert_same(&Keyed { map: BTreeMap::from([('"', [0.5])]) });
    assert_same(&Stored { id: 1, entity: User { name: "n" }, others: vec![2, 3] });
    assert_same(&WithWhere::List(vec![1, 2]));
}

#[derive(Default, Serialize, ZeroAllocJson)]
struct Tree {
    value: u8,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    children: Vec<Tree>,
    left: Option<Box<Tree>>,
    by_name: BTreeMap<String, Tree>,
}

#[derive(Serialize, ZeroAllocJson)]
enum Expression<'a> {
    Number(f64),
    Sum(Box<Expression<'a>>, Box<Expression<'a>>),
    Call { name: &'a str, arguments: Vec<Expression<'a>> },
}

#[derive(Serialize, ZeroAllocJson)]
struct Generations<T> {
    value: T,
    next: Option<Box<Generations<T>>>,
}

#[derive(Serialize, ZeroAllocJson)]
struct Even(Option<Box<Odd>>);

#[derive(Serialize, ZeroAllocJson)]
struct Odd {
    even: Option<Rc<Even>>,
}

#[derive(Serialize, ZeroAllocJson)]
struct Node {
    name: &'static str,
    children: RefCell<Vec<Rc<Node>>>,
    #[serde(skip)]
    _parent: Weak<Node>,
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(tag = "type")]
enum Document {
    Text { text: String },
    Section { parts: Vec<Document> },
}

fn tree(depth: usize) -> Tree {
    let mut tree = Tree { value: u8::try_from(depth).unwrap_or(u8::MAX), ..Tree::default() };
    if depth > 0 {
        tree.children.extend((0..depth).map(|i| self::tree(i / 2)));
        tree.left = Some(Box::new(self::tree(depth - 1)));
        tree.by_name.insert(format!("key {depth}\n"), self::tree(depth / 2));
    }
    tree
}

#[test]
fn recursive_types() {
    assert_same(&tree(0));
    assert_same(&tree(6));
    let number = || Box::new(Expression::Number(-0.5));
    let call = Expression::Call { name: "max", arguments: vec![*number(), Expression::Sum(number(), number())] };
    assert_same(&Expression::Sum(Box::new(call), number()));
    let inner = Generations { value: "b", next: None };
    assert_same(&Generations { value: "a", next: Some(Box::new(inner)) });
    assert_same_text(&Even(Some(Box::new(Odd { even: Some(Rc::new(Even(None))) }))), r#"{"even":null}"#);
    let leaf = Rc::new(Node { name: "leaf", children: RefCell::default(), _parent: Weak::new() });
    let children = RefCell::new(vec![Rc::clone(&leaf), leaf]);
    assert_same(&Node { name: "root", children, _parent: Weak::new() });
    let text = || Document::Text { text: String::from("t\"") };
    let section = Document::Section { parts: vec![text(), Document::Section { parts: vec![] }] };
    assert_same(&section);
}

/// Deep nesting: every level returns its cursor to the level above.
#[test]
fn a_hundred_levels() {
    let mut list = Generations { value: 0_u32, next: None };
    for value in 1..100 {
        list = Generations { value, next: Some(Box::new(list)) };
    }
    assert_same(&list);
}

/// Not written by itself.
struct Opaque;

#[derive(Serialize, ZeroAllocJson)]
struct EmptyArrays {
    opaque: [Opaque; 0],
    number: [u8; 0],
    #[serde(skip_serializing_if = "<[Opaque]>::is_empty")]
    left_out: [Opaque; 0_usize],
    list: EmptyList,
    end: u8,
}

#[derive(Serialize, ZeroAllocJson)]
struct EmptyList([Opaque; 0]);

#[derive(Serialize, ZeroAllocJson)]
struct EmptyPair([Opaque; 0], [Opaque; 0x0]);

#[derive(Serialize, ZeroAllocJson)]
#[serde(transparent)]
struct TransparentEmpty {
    opaque: [Opaque; 0],
}

#[derive(Serialize, ZeroAllocJson)]
enum EmptyContents {
    Newtype([Opaque; 0]),
    Tuple([Opaque; 0], u8),
    Named { opaque: [Opaque; 0] },
}

#[test]
fn arrays_without_elements_of_any_type() {
    assert_same_text(
        &EmptyArrays { opaque: [], number: [], left_out: [], list: EmptyList([]), end: 1 },
        r#"{"opaque":[],"number":[],"list":[],"end":1}"#,
    );
    assert_same(&(EmptyPair([], []), TransparentEmpty { opaque: [] }));
    assert_same(&[EmptyContents::Newtype([]), EmptyContents::Tuple([], 1), EmptyContents::Named { opaque: [] }]);
}
