//! Where an error says that it happened, in values that serde writes.

use std::collections::BTreeMap;

use record_runtime::{Serde, ZeroAllocJson, try_to_vec};
use serde::Serialize;
use serde::ser::{Error as _, SerializeSeq, Serializer};

/// Fails at once, or behind two elements.
struct Fails(bool);

impl Serialize for Fails {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 {
            return Err(S::Error::custom("on purpose"));
        }
        let mut seq = serializer.serialize_seq(None)?;
        seq.serialize_element(&[1, 2])?;
        seq.serialize_element(&"x".repeat(1_000))?;
        Err(S::Error::custom("on purpose"))
    }
}

#[derive(Serialize)]
struct Struct<T, U> {
    first: u8,
    list: Vec<(u8, T)>,
    last: U,
}

#[derive(Serialize)]
enum Enum<T> {
    Struct { value: Option<T> },
    Tuple(u8, T),
}

#[derive(ZeroAllocJson)]
struct Derived<T> {
    before: [u8; 2],
    #[json(serde)]
    bridged: T,
    after: String,
}

#[derive(Serialize)]
enum Newtype<T> {
    Variant(T),
}

#[track_caller]
fn assert_path<T: Serialize>(value: T, expected: &str) {
    assert_eq!(try_to_vec(&Serde(&value)).expect_err("it fails").path(), expected);
    let derived = [Derived { before: [1, 2], bridged: value, after: "after".repeat(30) }];
    let behind = if expected.is_empty() || expected.starts_with('[') { String::new() } else { ".".to_owned() };
    let error = try_to_vec(&derived).expect_err("it fails");
    assert_eq!(error.path(), format!("[0].bridged{behind}{expected}"));
    assert_eq!(error.message().to_string(), "on purpose");
}

#[test]
fn parts_that_fail() {
    assert_path(Fails(true), "");
    assert_path((1, Fails(true)), "[1]");
    // Behind its second element.
    assert_path(Fails(false), "[1]");
    assert_path(Struct { first: 1, list: vec![(1, 2)], last: Fails(true) }, "last");
    assert_path(Struct { first: 1, list: vec![(1, Fails(true))], last: 3 }, "list[0][1]");
    assert_path([Enum::Tuple(1, Fails(true))], "[0].Tuple[1]");
    assert_path(Enum::Struct { value: Some(Fails(false)) }, "Struct.value[1]");
    assert_path(BTreeMap::from([("a", Fails(true))]), "a");
    assert_path(vec![Fails(true)], "[0]");
    assert_path((vec![vec![1, 2]], vec![vec![3, 4]], vec![Fails(true)]), "[2][0]");
    assert_path(Newtype::Variant(Fails(true)), "Variant");
    assert_path([Newtype::Variant(Some(Fails(false)))], "[0].Variant[1]");
}

/// A key that JSON cannot have: the path of its map.
#[test]
fn keys_that_fail() {
    let error = try_to_vec(&Serde(&[BTreeMap::from([(vec![1], 1)])])).expect_err("no key");
    assert_eq!(error.to_string(), "[0]: key must be a string");
}
