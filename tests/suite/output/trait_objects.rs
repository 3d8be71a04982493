//! `dyn DynJson`: lists of mixed types, against `serde_json` on the values in a tuple.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use record_runtime::{DynJson, ZeroAllocJson};
use record_tests::models::{Event, User};
use record_tests::oracle::{assert_error, assert_like, assert_text};
use serde::Serialize;

#[test]
fn lists_of_mixed_types() {
    let user = User::example(1);
    let list: Vec<Box<dyn DynJson + '_>> = vec![
        Box::new(1),
        Box::new("two\n"),
        Box::new(3.5),
        Box::new(Some(())),
        Box::new(&user),
        Box::new(Event::Moved(1, 2.0)),
        Box::new(vec![vec![1_u8], vec![]]),
    ];
    let reference = (1, "two\n", 3.5, Some(()), &user, Event::Moved(1, 2.0), vec![vec![1_u8], vec![]]);
    assert_like(&list, &reference);
    assert_like(list.as_slice(), &reference);
}

#[derive(ZeroAllocJson)]
struct Holds<'a> {
    before: u8,
    borrowed: &'a dyn DynJson,
    boxed: Box<dyn DynJson + Send + Sync>,
    #[json(skip_none)]
    option: Option<Rc<dyn DynJson>>,
    shared: Arc<dyn DynJson + Send>,
    map: BTreeMap<&'a str, Box<dyn DynJson + Sync>>,
    after: &'a str,
}

#[derive(Serialize)]
struct Reference<'a> {
    before: u8,
    borrowed: &'a str,
    boxed: Vec<u8>,
    option: Option<u8>,
    shared: f64,
    map: BTreeMap<&'a str, bool>,
    after: &'a str,
}

#[test]
fn fields_of_every_kind() {
    let value = Holds {
        before: 1,
        borrowed: &"r",
        boxed: Box::new(vec![2_u8]),
        option: Some(Rc::new(3_u8)),
        shared: Arc::new(0.1),
        map: BTreeMap::from([("k", Box::new(true) as Box<dyn DynJson + Sync>)]),
        after: "a",
    };
    let reference = Reference {
        before: 1,
        borrowed: "r",
        boxed: vec![2],
        option: Some(3),
        shared: 0.1,
        map: BTreeMap::from([("k", true)]),
        after: "a",
    };
    assert_like(&value, &reference);
}

/// Objects in objects, and values that cannot be written.
#[test]
fn objects_of_objects() {
    #[derive(ZeroAllocJson)]
    struct Checked<'a>(#[json(raw)] &'a str);

    let inner: &dyn DynJson = &[1, 2];
    let outer: &dyn DynJson = &inner;
    assert_text(&[outer, inner], "[[1,2],[1,2]]");
    let list: [&dyn DynJson; 2] = [&1, &Checked("[")];
    assert_error(&list);
}
