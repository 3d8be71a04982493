//! Generic types beyond the plain, as published code has them: serde compiles each of them, so this derive must, and the
//! bytes are the same. Random ones are in `generator/`.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::marker::PhantomData;
use std::ops::Deref;

use record_runtime::ZeroAllocJson;
use record_tests::oracle::{assert_refused, assert_same};
use serde::Serialize;

#[derive(Clone, Debug, Serialize, ZeroAllocJson)]
struct User {
    name: &'static str,
}

const USER: User = User { name: "a" };

/// The same bytes, or no text from either.
#[track_caller]
fn assert_same_outcome<T: ZeroAllocJson + Serialize>(value: &T) {
    match serde_json::to_vec(value) {
        Ok(_) => assert_same(value),
        Err(_) => drop(assert_refused(value)),
    }
}

/// Types whose names say nothing of what they are.
mod names {
    use super::*;

    type StringMap<V> = BTreeMap<String, V>;
    type Table<K, V> = HashMap<K, V>;
    type P<T> = Box<T>;

    #[derive(Serialize, ZeroAllocJson)]
    struct HeatMap<T> {
        cells: Vec<T>,
    }

    #[derive(Serialize, ZeroAllocJson)]
    struct ChangeSet<A, B> {
        before: A,
        after: B,
    }

    #[derive(Serialize, ZeroAllocJson)]
    struct Map<T>(T);

    #[derive(Serialize, ZeroAllocJson)]
    struct All<A, B> {
        items: StringMap<A>,
        table: Table<u8, P<A>>,
        heat: HeatMap<B>,
        changes: ChangeSet<A, Option<B>>,
        map: Map<Vec<B>>,
    }

    #[test]
    fn of_aliases_and_own_types_are_no_roles() {
        assert_same(&All {
            items: StringMap::from([("k".to_owned(), USER)]),
            table: Table::from([(7, P::new(USER))]),
            heat: HeatMap { cells: vec![USER, USER] },
            changes: ChangeSet { before: USER, after: Some(USER) },
            map: Map(vec![USER]),
        });
    }

    mod own {
        use super::*;

        #[derive(Clone, Serialize, ZeroAllocJson)]
        pub(super) struct Vec {
            pub x: u8,
            pub y: u8,
        }

        #[derive(Serialize, ZeroAllocJson)]
        pub(super) struct String(pub BTreeMap<u8, u8>);

        #[derive(Serialize, ZeroAllocJson)]
        pub(super) struct Log<T> {
            pub data: T,
        }

        #[derive(PartialEq, Eq, PartialOrd, Ord, Serialize, ZeroAllocJson)]
        pub(super) struct Id(pub u32);
    }

    #[derive(Serialize, ZeroAllocJson)]
    struct Position(own::Vec);

    #[derive(Serialize, ZeroAllocJson)]
    struct Texts(own::String);

    #[derive(Serialize, ZeroAllocJson)]
    struct Body {
        #[serde(flatten)]
        position: Position,
        #[serde(flatten)]
        texts: Texts,
        mass: u8,
    }

    #[derive(Serialize, ZeroAllocJson)]
    #[serde(tag = "kind")]
    enum Shape {
        Point(Position),
    }

    /// Not recursive, in spite of their names.
    #[derive(Serialize, ZeroAllocJson)]
    struct Log<T> {
        inner: own::Log<T>,
        number: u64,
    }

    #[derive(PartialEq, Eq, PartialOrd, Ord, Serialize, ZeroAllocJson)]
    struct Id(own::Id);

    #[test]
    fn that_others_have_already_mean_what_they_are() {
        let position = || Position(own::Vec { x: 1, y: 2 });
        let texts = || Texts(own::String(BTreeMap::from([(1, 2), (3, 4)])));
        assert_same(&Body { position: position(), texts: texts(), mass: 3 });
        assert_same(&Shape::Point(position()));
        assert_same(&Log { inner: own::Log { data: USER }, number: 2 });
        assert_same(&BTreeMap::from([(Id(own::Id(7)), 1), (Id(own::Id(8)), 2)]));
    }
}

/// Wrappers of parameters that are flattened, or tagged.
mod wrappers {
    use super::*;

    #[derive(Serialize, ZeroAllocJson)]
    struct WithMeta<T> {
        #[serde(flatten)]
        value: T,
        revision: u32,
    }

    #[derive(Serialize, ZeroAllocJson)]
    #[serde(tag = "t")]
    enum Tagged<T> {
        One(T),
        Many { items: Vec<T> },
    }

    #[derive(Serialize, ZeroAllocJson)]
    #[serde(tag = "t", content = "c")]
    enum Adjacent<T, E> {
        Done(T),
        Failed(E, u8),
    }

    #[derive(Serialize, ZeroAllocJson)]
    struct Page<T> {
        items: Vec<T>,
        total: u32,
        next: Option<Box<Page<T>>>,
    }

    #[derive(Serialize, ZeroAllocJson)]
    struct Listing<T> {
        page: Page<WithMeta<T>>,
        first: Option<Tagged<WithMeta<T>>>,
    }

    fn with_meta<T>(value: T) -> WithMeta<T> {
        WithMeta { value, revision: 1 }
    }

    #[test]
    fn nest_in_any_order() {
        let page = || Page { items: vec![with_meta(USER)], total: 1, next: None };
        assert_same(&Page {
            items: vec![with_meta(with_meta(USER))],
            total: 1,
            next: Some(Box::new(Page { items: vec![], total: 0, next: None })),
        });
        assert_same(&Listing { page: page(), first: Some(Tagged::One(with_meta(USER))) });
        assert_same(&Listing { page: page(), first: Some(Tagged::Many { items: vec![with_meta(USER)] }) });
        assert_same(&with_meta(Tagged::One(USER)));
        assert_same(&with_meta(BTreeMap::from([("k", USER)])));
        assert_same(&with_meta(None::<User>));
        assert_same(&[Adjacent::Done(with_meta(USER)), Adjacent::Failed("x", 1)]);
    }

    /// What cannot be flattened is known when a value is written, as with serde.
    #[test]
    fn of_what_is_no_object_fail() {
        // In serde's words, but for tuples and characters, which the text does not tell from others.
        let same_words = |message: String, serdes: serde_json::Error| assert_eq!(message, serdes.to_string());
        same_words(assert_refused(&with_meta(1_u8)), serde_json::to_string(&with_meta(1_u8)).unwrap_err());
        same_words(assert_refused(&with_meta(-1.5)), serde_json::to_string(&with_meta(-1.5)).unwrap_err());
        same_words(assert_refused(&with_meta(true)), serde_json::to_string(&with_meta(true)).unwrap_err());
        same_words(assert_refused(&with_meta("text")), serde_json::to_string(&with_meta("text")).unwrap_err());
        same_words(assert_refused(&with_meta(vec![1])), serde_json::to_string(&with_meta(vec![1])).unwrap_err());
        same_words(assert_refused(&with_meta(f64::NAN)), serde_json::to_string(&with_meta(f64::NAN)).unwrap_err());
        assert_refused(&with_meta([USER]));
        assert_refused(&Tagged::One(f32::INFINITY));
        assert_same(&with_meta(None::<f64>));
        assert_refused(&Tagged::One(1_u8));
    }
}

/// Keys whose type says that they are keys only when it is written.
mod keys {
    use super::*;

    #[derive(Serialize, ZeroAllocJson)]
    #[serde(transparent)]
    struct Id<T> {
        raw: u64,
        #[serde(skip)]
        of: PhantomData<T>,
    }

    impl<T> PartialEq for Id<T> {
        fn eq(&self, other: &Self) -> bool {
            self.raw == other.raw
        }
    }
    impl<T> Eq for Id<T> {}
    impl<T> PartialOrd for Id<T> {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }
    impl<T> Ord for Id<T> {
        fn cmp(&self, other: &Self) -> Ordering {
            self.raw.cmp(&other.raw)
        }
    }

    #[derive(Serialize, ZeroAllocJson)]
    struct Store<T> {
        rows: BTreeMap<Id<T>, T>,
    }

    #[derive(Serialize, ZeroAllocJson)]
    struct Index<K: Ord, V> {
        map: BTreeMap<Option<K>, V>,
    }

    #[derive(PartialEq, Eq, PartialOrd, Ord, Serialize, ZeroAllocJson)]
    enum Key {
        A,
        B(String),
        C { x: u8 },
    }

    #[derive(PartialEq, Eq, PartialOrd, Ord, Serialize, ZeroAllocJson)]
    #[serde(untagged)]
    enum Any<T> {
        Number(i64),
        Text(String),
        Flag(bool),
        Other(T),
        Nothing,
    }

    mod hexish {
        #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
        pub(super) fn serialize<S: serde::Serializer>(bytes: &[u8; 2], s: S) -> Result<S::Ok, S::Error> {
            s.collect_str(&format_args!("{:02x}{:02x}", bytes[0], bytes[1]))
        }
        #[expect(clippy::trivially_copy_pass_by_ref, reason = "the derive's signature")]
        pub(super) fn write_json(bytes: &[u8; 2], w: &mut record_runtime::JsonWriter<'_>) {
            w.fmt(format_args!("{:02x}{:02x}", bytes[0], bytes[1]));
        }
    }

    mod sum {
        #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
        pub(super) fn serialize<S: serde::Serializer>(bytes: &[u8; 2], s: S) -> Result<S::Ok, S::Error> {
            s.serialize_i32(i32::from(bytes[0]) - i32::from(bytes[1]))
        }
        #[expect(clippy::trivially_copy_pass_by_ref, reason = "the derive's signature")]
        pub(super) fn write_json(bytes: &[u8; 2], w: &mut record_runtime::JsonWriter<'_>) {
            w.value(&(i32::from(bytes[0]) - i32::from(bytes[1])));
        }
    }

    #[derive(PartialEq, Eq, PartialOrd, Ord, Serialize, ZeroAllocJson)]
    struct Digest(
        #[serde(with = "hexish")]
        #[json(with = "hexish")]
        [u8; 2],
    );

    #[derive(PartialEq, Eq, PartialOrd, Ord, Serialize, ZeroAllocJson)]
    struct Sum(
        #[serde(with = "sum")]
        #[json(with = "sum")]
        [u8; 2],
    );

    #[test]
    fn of_typed_ids() {
        assert_same(&Store { rows: BTreeMap::from([(Id { raw: 7, of: PhantomData }, USER)]) });
    }

    #[test]
    fn of_functions() {
        assert_same(&BTreeMap::from([(Digest([1, 255]), 1), (Digest([0, 9]), 2)]));
        assert_same(&BTreeMap::from([(Sum([1, 255]), 1), (Sum([9, 0]), 2)]));
    }

    #[test]
    fn that_only_some_values_are() {
        assert_same_outcome(&Index { map: BTreeMap::from([(Some("a"), USER), (Some("b\n"), USER)]) });
        assert_same_outcome(&Index { map: BTreeMap::from([(Some(-5), USER)]) });
        assert_same_outcome(&Index { map: BTreeMap::from([(None::<u8>, USER)]) });
        assert_same_outcome(&Index { map: BTreeMap::from([(Some([1_u8]), USER)]) });
        for key in [|| Key::A, || Key::B("b".into()), || Key::C { x: 1 }] {
            assert_same_outcome(&BTreeMap::from([(key(), 1)]));
            assert_same_outcome(&vec![BTreeMap::from([(Key::A, 1), (key(), 1)])]);
        }
        let any: [fn() -> Any<u8>; 5] = [
            || Any::Number(i64::MIN),
            || Any::Text("\"quoted\"".into()),
            || Any::Flag(true),
            || Any::Other(7),
            || Any::Nothing,
        ];
        for key in any {
            assert_same_outcome(&BTreeMap::from([(key(), "x")]));
            assert_same_outcome(&("before", BTreeMap::from([(key(), "x")]), "after"));
        }
        assert_eq!(assert_refused(&BTreeMap::from([(None::<String>, 1)])), "key must be a string");
    }
}

/// Bounds that users state, for serde.
mod bounds {
    use super::*;
    use serde::Serialize as Renamed;
    use serde::de::DeserializeOwned;

    #[derive(Serialize, ZeroAllocJson)]
    #[serde(bound(serialize = "K: Serialize, V: Serialize"))]
    struct Index<K: Ord, V> {
        map: BTreeMap<K, V>,
    }

    #[derive(Serialize, ZeroAllocJson)]
    #[serde(bound = "T: Serialize")]
    struct Flattened<T> {
        #[serde(flatten)]
        value: T,
    }

    #[derive(Serialize, ZeroAllocJson)]
    #[serde(bound = "T: Renamed")]
    struct UnderAnotherName<T> {
        value: T,
        list: Option<Vec<T>>,
    }

    trait Service {
        type Request;
        type Response: Debug;
    }

    #[derive(Serialize, ZeroAllocJson)]
    #[serde(bound = "S::Request: Serialize, S::Response: serde::Serialize")]
    struct Call<S: Service> {
        request: S::Request,
        responses: BTreeMap<u8, S::Response>,
    }

    struct Users;

    impl Service for Users {
        type Request = u8;
        type Response = User;
    }

    /// The usual style of some crates: the type declares what serde needs, the field asks for nothing.
    #[derive(Serialize, ZeroAllocJson)]
    struct Event<T>
    where
        T: DeserializeOwned,
        T: Serialize,
    {
        #[serde(bound = "")]
        detail: Option<T>,
        #[serde(bound = "")]
        more: UnderAnotherName<T>,
    }

    #[derive(Serialize, ZeroAllocJson)]
    struct Inline<T: Serialize + Clone> {
        #[serde(bound(serialize = ""))]
        records: Vec<Flattened<T>>,
    }

    #[test]
    fn are_read_as_bounds_for_writing() {
        assert_same(&Index { map: BTreeMap::from([("k", 1)]) });
        assert_same(&Flattened { value: USER });
        assert_same(&UnderAnotherName { value: USER, list: Some(vec![USER]) });
        assert_same(&Call::<Users> { request: 1, responses: BTreeMap::from([(2, USER)]) });
        assert_same(&Event { detail: Some(1_u8), more: UnderAnotherName { value: 2, list: None } });
        assert_same(&Inline { records: vec![Flattened { value: USER }] });
    }
}

/// Associated types, written or only mentioned.
mod associated {
    use super::*;

    trait Table {
        type Entity;
        type Key: Ord;
    }

    struct NotJson;
    struct Users;

    impl Table for Users {
        type Entity = NotJson;
        type Key = &'static str;
    }

    #[derive(Serialize, ZeroAllocJson)]
    struct Id<E> {
        raw: u64,
        #[serde(skip)]
        of: PhantomData<E>,
    }

    #[derive(Serialize, ZeroAllocJson)]
    struct Row<T: Table> {
        id: Id<T::Entity>,
        others: Vec<Id<T::Entity>>,
        key: T::Key,
        marker: PhantomData<T::Entity>,
    }

    #[test]
    fn are_bounded_where_they_are_written() {
        let id = || Id { raw: 7, of: PhantomData };
        assert_same(&[Row::<Users> { id: id(), others: vec![id()], key: "k", marker: PhantomData }]);
    }
}

/// Bounds that serde finds in the user's own traits: where they are declared, or with what they bring.
mod traits {
    use super::*;

    trait Model {
        type Row: Serialize;
    }

    struct Users;

    impl Model for Users {
        type Row = User;
    }

    trait Json: Serialize {}

    impl<T: Serialize> Json for T {}

    /// `Users` is no argument of it for serde, which bounds the parameter.
    #[derive(Serialize, ZeroAllocJson)]
    #[serde(bound = "")]
    struct Page<M: Model> {
        rows: Vec<M::Row>,
        by_name: StringMap<M::Row>,
    }

    #[derive(Serialize, ZeroAllocJson)]
    struct Listing<M: Model + Json> {
        page: Page<M>,
        more: Option<Box<Listing<M>>>,
    }

    type StringMap<V> = BTreeMap<String, V>;

    #[derive(Serialize, ZeroAllocJson)]
    #[serde(bound = "T: Json")]
    struct Named<T> {
        map: StringMap<T>,
    }

    #[derive(Serialize, ZeroAllocJson)]
    struct Declared<T: Json> {
        #[serde(bound = "")]
        map: StringMap<T>,
    }

    #[derive(Serialize, ZeroAllocJson)]
    struct Tree<T> {
        children: Vec<Tree<T>>,
        #[serde(bound = "")]
        map: StringMap<T>,
    }

    /// Where serde's bound comes from a recursion that is not named, and from an array without elements.
    #[derive(Serialize, ZeroAllocJson)]
    struct Relying<T, U> {
        #[serde(bound = "")]
        maps: (StringMap<T>, StringMap<U>),
        rest: Option<Box<Self>>,
        none: [U; 0],
    }

    #[derive(Serialize, ZeroAllocJson)]
    struct Numbered(u8);

    impl Model for Numbered {
        type Row = u8;
    }

    struct Empty;

    #[derive(Serialize, ZeroAllocJson)]
    struct Nothing<T> {
        #[serde(bound = "")]
        none: [T; 0],
    }

    #[test]
    fn are_found_in_types_around_parameters() {
        let map = || StringMap::from([("k".to_owned(), USER)]);
        assert_same(&Page::<Users> { rows: vec![USER], by_name: map() });
        let page = || Page::<Numbered> { rows: vec![1], by_name: StringMap::new() };
        assert_same(&Listing { page: page(), more: Some(Box::new(Listing { page: page(), more: None })) });
        assert_same(&Named { map: map() });
        assert_same(&Declared { map: map() });
        assert_same(&Tree { children: vec![Tree { children: vec![], map: map() }], map: map() });
        assert_same(&Relying { maps: (map(), StringMap::from([("n".to_owned(), 1)])), rest: None, none: [] });
        assert_same(&Nothing::<Empty> { none: [] });
        assert_same(&Numbered(1));
    }
}

/// Recursion, through whatever leads back.
mod recursion {
    use super::*;

    #[derive(Serialize, ZeroAllocJson)]
    struct Swapped<A, B> {
        head: A,
        rest: Option<Box<Swapped<B, A>>>,
    }

    type Chain = Option<Box<Knot>>;

    #[derive(Serialize, ZeroAllocJson)]
    struct Knot(Chain);

    type P<T> = Box<T>;

    #[derive(Serialize, ZeroAllocJson)]
    #[serde(untagged)]
    enum Expression {
        Name { id: String },
        Unary(P<Unary>),
    }

    #[derive(Serialize, ZeroAllocJson)]
    struct Unary(P<Expression>);

    /// A pointer of one's own.
    struct Own<T>(Box<T>);

    impl<T> Deref for Own<T> {
        type Target = T;
        fn deref(&self) -> &T {
            &self.0
        }
    }

    impl<T: Serialize> Serialize for Own<T> {
        fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
            (**self).serialize(s)
        }
    }

    impl<T: ZeroAllocJson> ZeroAllocJson for Own<T> {
        fn write_value<'s, L: record_runtime::Level>(
            &self,
            c: record_runtime::Cursor<'s, L>,
        ) -> record_runtime::Cursor<'s, L> {
            (**self).write_value(c)
        }
    }

    #[derive(Serialize, ZeroAllocJson)]
    #[serde(untagged)]
    enum Tree {
        Leaf { name: &'static str },
        Node(Own<Wrapped>),
    }

    #[derive(Serialize, ZeroAllocJson)]
    struct Wrapped(Own<Tree>);

    #[derive(Serialize, ZeroAllocJson)]
    struct Flattening {
        #[serde(flatten)]
        tree: Wrapped,
    }

    /// A conversion that leads back.
    #[derive(Clone, Serialize, ZeroAllocJson)]
    #[serde(into = "Raw")]
    struct Converted(u8);

    #[derive(Serialize, ZeroAllocJson)]
    struct Raw(Option<Box<Converted>>);

    impl From<Converted> for Raw {
        fn from(value: Converted) -> Self {
            Self(value.0.checked_sub(1).map(|less| Box::new(Converted(less))))
        }
    }

    #[derive(Serialize, ZeroAllocJson)]
    struct A<T> {
        b: Vec<B<T>>,
        t: T,
    }

    #[derive(Serialize, ZeroAllocJson)]
    #[serde(bound = "T: Serialize")]
    struct B<T> {
        a: Option<Box<A<T>>>,
    }

    /// Data with a trait of its own, in types that lead to each other.
    trait Entity {}
    impl Entity for u8 {}

    #[derive(Serialize, ZeroAllocJson)]
    struct Vertex<T: Entity> {
        value: T,
        edges: Vec<Edge<T>>,
    }

    #[derive(Serialize, ZeroAllocJson)]
    struct Edge<T: Entity> {
        value: T,
        to: Option<Box<Vertex<T>>>,
    }

    #[test]
    fn of_data_with_a_trait_of_its_own() {
        let leaf = Vertex { value: 1, edges: vec![] };
        assert_same(&Vertex { value: 2, edges: vec![Edge { value: 3, to: Some(Box::new(leaf)) }] });
    }

    #[test]
    fn compiles_and_is_written() {
        let third = Swapped { head: 3, rest: None };
        let second = Swapped { head: "two", rest: Some(Box::new(third)) };
        assert_same(&Swapped { head: 1, rest: Some(Box::new(second)) });
        assert_same(&Knot(Some(Box::new(Knot(None)))));
        assert_same(&Expression::Unary(Box::new(Unary(Box::new(Expression::Name { id: "x".into() })))));
        let leaf = || Wrapped(Own(Box::new(Tree::Leaf { name: "leaf" })));
        assert_same(&leaf());
        assert_same(&Flattening { tree: Wrapped(Own(Box::new(Tree::Node(Own(Box::new(leaf())))))) });
        assert_same(&Converted(0));
        assert_same(&Converted(2));
        assert_same(&A { b: vec![B { a: Some(Box::new(A { b: vec![], t: 1 })) }], t: 2 });
    }
}

/// A helper type that flattens, by `into`.
mod converted {
    use super::*;

    #[derive(Clone, Serialize, ZeroAllocJson)]
    #[serde(into = "Helper<T>")]
    struct Outer<T: Clone> {
        value: T,
        revision: u8,
    }

    #[derive(Serialize, ZeroAllocJson)]
    struct Helper<T> {
        #[serde(flatten)]
        value: T,
        revision: u8,
    }

    impl<T: Clone> From<Outer<T>> for Helper<T> {
        fn from(outer: Outer<T>) -> Self {
            Self { value: outer.value, revision: outer.revision }
        }
    }

    #[derive(Serialize, ZeroAllocJson)]
    struct Around<T: Clone> {
        #[serde(flatten)]
        outer: Outer<T>,
        last: bool,
    }

    #[test]
    fn types_are_written_as_the_other() {
        let outer = || Outer { value: USER, revision: 1 };
        assert_same(&outer());
        assert_same(&Around { outer: outer(), last: true });
    }
}

/// Arrays without elements are written whatever the elements are.
#[test]
fn arrays_without_elements() {
    struct NotJson;

    #[derive(Serialize, ZeroAllocJson)]
    struct Named<T> {
        before: u8,
        none: [NotJson; 0],
        generic: [T; 0],
    }

    #[derive(Serialize, ZeroAllocJson)]
    struct Newtype([NotJson; 0]);

    #[derive(Serialize, ZeroAllocJson)]
    enum Variants {
        Newtype([NotJson; 0]),
        Tuple(u8, [NotJson; 0]),
        Named { none: [NotJson; 0] },
    }

    assert_same(&Named::<u8> { before: 1, none: [], generic: [] });
    assert_same(&Newtype([]));
    assert_same(&[Variants::Newtype([]), Variants::Tuple(1, []), Variants::Named { none: [] }]);
}
