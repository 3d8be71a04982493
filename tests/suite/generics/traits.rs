//! Bounds that serde finds in the user's own traits: where they are declared, or with what they bring.

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
