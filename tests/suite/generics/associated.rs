//! Associated types, written or only mentioned.

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
