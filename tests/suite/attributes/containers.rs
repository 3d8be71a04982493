//! `transparent`, `into`, `bound`, and structs of every shape without attributes.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use record_runtime::ZeroAllocJson;
use record_tests::oracle::{assert_same, assert_same_text};
use serde::Serialize;

#[derive(Serialize, ZeroAllocJson)]
struct Unit;

#[derive(Serialize, ZeroAllocJson)]
struct EmptyNamed {}

#[derive(Serialize, ZeroAllocJson)]
struct EmptyTuple();

#[derive(Serialize, ZeroAllocJson)]
struct Newtype(Vec<String>);

#[derive(Serialize, ZeroAllocJson)]
struct Tuple(u8, String, Option<f32>, ());

#[derive(Serialize, ZeroAllocJson)]
struct Named {
    unit: Unit,
    empty: EmptyNamed,
    tuple: EmptyTuple,
    newtype: Newtype,
    longer: Tuple,
}

#[test]
fn shapes_of_structs() {
    assert_same_text(&Unit, "null");
    assert_same_text(&EmptyNamed {}, "{}");
    assert_same_text(&EmptyTuple(), "[]");
    assert_same_text(&Newtype(vec![String::from("a")]), r#"["a"]"#);
    let longer = Tuple(1, String::from("\""), Some(1.5), ());
    assert_same_text(&longer, r#"[1,"\"",1.5,null]"#);
    assert_same(&Named { unit: Unit, empty: EmptyNamed {}, tuple: EmptyTuple(), newtype: Newtype(vec![]), longer });
    assert_same(&vec![Unit, Unit]);
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(transparent)]
struct TransparentNamed<T: ?Sized> {
    inner: T,
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(transparent)]
struct TransparentTuple<T>(u8Pair<T>);

#[derive(Serialize, ZeroAllocJson)]
#[expect(non_camel_case_types, reason = "a type named like a primitive")]
struct u8Pair<T>(T, u8);

#[derive(Serialize, ZeroAllocJson)]
#[serde(transparent)]
struct TransparentMarked<T, U> {
    #[serde(skip)]
    _before: PhantomData<U>,
    inner: Vec<T>,
    #[serde(skip)]
    _after: (),
}

#[test]
fn transparent() {
    assert_same(&TransparentNamed { inner: 1 });
    assert_same(&TransparentNamed { inner: BTreeMap::from([("k", TransparentNamed { inner: "v" })]) });
    let unsized_inner: &TransparentNamed<[u8]> = &TransparentNamed { inner: [1, 2] };
    assert_same(unsized_inner);
    assert_same(&TransparentTuple(u8Pair("x", 1)));
    assert_same(&TransparentMarked::<_, Unit> { _before: PhantomData, inner: vec![1], _after: () });
}

#[derive(Clone, Serialize, ZeroAllocJson)]
#[serde(into = "Shown")]
struct Stored {
    number: u32,
    text: String,
}

#[derive(Serialize, ZeroAllocJson)]
struct Shown {
    sum: usize,
    quoted: String,
}

impl From<Stored> for Shown {
    fn from(stored: Stored) -> Self {
        let sum = stored.text.len() + usize::try_from(stored.number).expect("32 bits");
        Self { sum, quoted: format!("\"{}\"", stored.text) }
    }
}

#[derive(Clone, Copy, Serialize, ZeroAllocJson)]
#[serde(into = "u16")]
enum Status {
    Ok,
    NotFound,
}

impl From<Status> for u16 {
    fn from(status: Status) -> Self {
        match status {
            Status::Ok => 200,
            Status::NotFound => 404,
        }
    }
}

#[derive(Clone, Serialize, ZeroAllocJson)]
#[serde(into = "Vec<T>", bound(serialize = "T: Clone + Serialize"))]
#[json(bound = "T: Clone + ZeroAllocJson")]
struct Doubled<T>(T);

impl<T: Clone> From<Doubled<T>> for Vec<T> {
    fn from(doubled: Doubled<T>) -> Self {
        vec![doubled.0; 2]
    }
}

#[test]
fn converted() {
    let stored = Stored { number: 3, text: String::from("text") };
    assert_same_text(&stored, r#"{"sum":7,"quoted":"\"text\""}"#);
    assert_same(&vec![stored.clone(), stored]);
    assert_same_text(&(Status::Ok, Status::NotFound), "[200,404]");
    assert_same_text(&Doubled("x"), r#"["x","x"]"#);
}

trait Entity {
    type Id;
}

struct Account;

impl Entity for Account {
    type Id = u64;
}

/// The bound that would be inferred is on `E`; what is needed is one on `E::Id`.
#[derive(Serialize, ZeroAllocJson)]
#[serde(bound = "E::Id: Serialize")]
#[json(bound = "E::Id: ZeroAllocJson")]
struct Reference<E: Entity> {
    id: E::Id,
    #[serde(skip)]
    _entity: PhantomData<E>,
}

/// Not needed, and would be wrong for `T`, which is never written.
#[derive(Serialize, ZeroAllocJson)]
#[serde(bound(serialize = ""))]
#[json(bound = "")]
struct Unbounded<T> {
    #[serde(skip)]
    _value: Option<T>,
    a: u8,
}

/// The bound of one field.
#[derive(Serialize, ZeroAllocJson)]
struct OfField<E: Entity, T> {
    #[serde(bound = "E::Id: Serialize")]
    #[json(bound = "E::Id: ZeroAllocJson")]
    id: E::Id,
    other: T,
    #[serde(skip)]
    _entity: PhantomData<E>,
}

#[derive(Serialize, ZeroAllocJson)]
enum OfVariant<E: Entity, T> {
    #[serde(bound = "E::Id: Serialize")]
    #[json(bound = "E::Id: ZeroAllocJson")]
    Id(E::Id),
    Other(T),
}

#[test]
fn bounds_by_hand() {
    assert_same(&Reference::<Account> { id: 7, _entity: PhantomData });
    assert_same(&Unbounded::<Account> { _value: None, a: 1 });
    assert_same(&OfField::<Account, _> { id: 7, other: "x", _entity: PhantomData });
    assert_same(&[OfVariant::<Account, _>::Id(7), OfVariant::Other("x")]);
}
