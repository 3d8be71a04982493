//! Types whose names say nothing of what they are.

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
