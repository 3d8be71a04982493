//! Bounds that users state, for serde.

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
