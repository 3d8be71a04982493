//! `Serde(&value)` and the attributes that go through it.

mod attributes;
mod depth;
mod error_paths;
mod forms;
mod foul_play;
mod keys;
mod once;
mod values;

use record_runtime::{Serde, ZeroAllocJson};
use record_tests::oracle;
use serde::Serialize;

/// A value through the bridge, against `serde_json`: every entry point, or the same refusal in the same words.
#[track_caller]
fn assert_bridged<T: Serialize + ?Sized>(value: &T) {
    match serde_json::to_vec(value) {
        Ok(_) => oracle::assert_like(&Serde(value), value),
        Err(error) => assert_eq!(oracle::assert_error(&Serde(value)), error.to_string()),
    }
}

/// The same alone, and at every kind of place.
#[track_caller]
fn assert_bridged_everywhere<T: Serialize>(value: T) {
    assert_bridged(&value);
    assert_bridged(&Some(&value));
    assert_bridged(&(1, "x", &value, [&value, &value]));
    assert_bridged(&Shapes { a: "a", value: &value, b: 1 });
    assert_bridged(&[Shape::Newtype(&value), Shape::Tuple(1, &value), Shape::Struct { b: 1, value: &value }]);
    assert_bridged(&std::collections::BTreeMap::from([("a", &value), ("b", &value)]));
    assert_field(value);
}

/// As a field of a derived type.
#[track_caller]
fn assert_field<T: Serialize>(value: T) {
    let of_record = Fields { before: 1, value: &value, option: Some(&value), text: "x" };
    match serde_json::to_vec(&of_record) {
        Ok(expected) => assert_eq!(record_runtime::to_string(&of_record).as_bytes(), expected),
        Err(error) => assert_eq!(oracle::assert_error(&of_record), error.to_string()),
    }
}

#[derive(Serialize, ZeroAllocJson)]
struct Fields<'a, T> {
    before: u64,
    #[json(serde)]
    value: &'a T,
    #[json(serde)]
    option: Option<&'a T>,
    text: &'a str,
}

#[derive(Serialize)]
struct Shapes<'a, T> {
    a: &'a str,
    value: T,
    b: u8,
}

#[derive(Serialize)]
enum Shape<T> {
    Newtype(T),
    Tuple(u8, T),
    Struct { b: u8, value: T },
}
