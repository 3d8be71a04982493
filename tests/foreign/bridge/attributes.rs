//! Serde's own forms of attributes, as they stand on types that derive both traits.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;

use record_runtime::ZeroAllocJson;
use record_tests::oracle::{assert_refused, assert_same, assert_same_text};
use serde::{Serialize, Serializer};
use serde_with::{DisplayFromStr, serde_as, skip_serializing_none};
use time::OffsetDateTime;
use time::macros::datetime;

/// A module as `with` names it.
mod in_hex {
    use serde::Serializer;

    pub(super) fn serialize<S: Serializer>(value: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{value:#x}"))
    }
}

fn as_display<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

fn length<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(text.len() as u64)
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(rename_all = "camelCase")]
struct Functions<'a, T: Display> {
    before: u8,
    #[serde(with = "in_hex")]
    in_hex: u64,
    #[serde(serialize_with = "length")]
    coerced: String,
    #[serde(serialize_with = "as_display")]
    displayed: T,
    #[serde(serialize_with = "as_display", skip_serializing_if = "str::is_empty")]
    often_absent: &'a str,
    after: &'a str,
}

#[test]
fn functions_of_fields() {
    let mut value = Functions {
        before: 1,
        in_hex: 255,
        coerced: String::from("four"),
        displayed: "a\"b",
        often_absent: "x\n",
        after: "",
    };
    assert_same_text(
        &value,
        r#"{"before":1,"inHex":"0xff","coerced":4,"displayed":"a\"b","oftenAbsent":"x\n","after":""}"#,
    );
    value.often_absent = "";
    assert_same(&value);
    assert_same(&vec![value]);
}

#[derive(Serialize, ZeroAllocJson)]
struct Newtype(#[serde(with = "in_hex")] u64);

#[derive(Serialize, ZeroAllocJson)]
#[serde(transparent)]
struct Transparent {
    #[serde(with = "in_hex")]
    only: u64,
}

#[derive(Serialize, ZeroAllocJson)]
struct Tuple(u8, #[serde(with = "in_hex")] u64, #[json(serde)] Vec<u8>);

fn both<S: Serializer>(a: &u8, b: &String, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map([(b, a)])
}

#[derive(Serialize, ZeroAllocJson)]
enum External {
    #[serde(with = "in_hex")]
    Module(u64),
    #[serde(serialize_with = "both")]
    Tuple(u8, String),
    #[serde(serialize_with = "both")]
    Struct { a: u8, b: String },
    Field {
        #[serde(with = "in_hex")]
        a: u64,
        #[json(serde)]
        b: [u8; 2],
    },
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(tag = "t")]
enum Internal {
    #[serde(serialize_with = "both")]
    Struct {
        a: u8,
        b: String,
    },
    /// Not an object. (A string would be taken for a unit variant, as it is where it is flattened.)
    #[serde(serialize_with = "length")]
    Refused(String),
    Newtype(#[json(serde)] BTreeMap<String, u8>),
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(untagged)]
enum Untagged {
    #[serde(with = "in_hex")]
    Module(u64),
    Newtype(#[json(serde)] Vec<u8>),
}

#[test]
fn functions_at_every_place() {
    assert_same_text(&Newtype(16), "\"0x10\"");
    assert_same(&Transparent { only: 16 });
    assert_same(&Tuple(1, 2, vec![3]));
    let text = || String::from("text");
    assert_same(&External::Module(1));
    assert_same(&External::Tuple(1, text()));
    assert_same(&External::Struct { a: 1, b: text() });
    assert_same(&External::Field { a: 1, b: [1, 2] });
    assert_same(&Internal::Struct { a: 1, b: text() });
    assert_same(&Internal::Newtype(BTreeMap::from([(text(), 1)])));
    assert_refused(&Internal::Refused(text()));
    assert_same(&Untagged::Module(1));
    assert_same(&Untagged::Newtype(vec![1]));
}

/// Types of another crate, as far as this module knows.
mod foreign {
    pub(super) struct Point {
        pub(super) x: i32,
        pub(super) y: i32,
    }

    pub(super) struct Secret {
        number: u64,
    }

    impl Secret {
        pub(super) fn new(number: u64) -> Self {
            Self { number }
        }

        pub(super) fn number(&self) -> u64 {
            self.number
        }
    }

    pub(super) struct Generic<T>(pub(super) T);
}

/// Serde's definitions alone: their functions take a serializer.
#[derive(Serialize)]
#[serde(remote = "foreign::Point")]
struct SerdesPoint {
    x: i32,
    y: i32,
}

/// Read by both derives.
#[derive(Serialize, ZeroAllocJson)]
#[serde(remote = "foreign::Point", rename_all = "UPPERCASE")]
struct Point {
    x: i32,
    y: i32,
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(remote = "foreign::Secret")]
struct Secret {
    #[serde(getter = "foreign::Secret::number")]
    number: u64,
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(remote = "foreign::Generic")]
struct Generic<T>(T);

#[derive(Serialize, ZeroAllocJson)]
struct Remotes {
    #[serde(with = "SerdesPoint")]
    serdes: foreign::Point,
    #[serde(with = "Point")]
    both: foreign::Point,
    /// The same through the function of our derive.
    #[serde(with = "Point")]
    #[json(with = "Point")]
    ours: foreign::Point,
    #[serde(with = "Secret")]
    secret: foreign::Secret,
    #[serde(with = "Secret")]
    #[json(with = "Secret")]
    our_secret: foreign::Secret,
    #[serde(with = "Generic")]
    generic: foreign::Generic<Vec<u8>>,
}

#[test]
fn remote_and_getter() {
    let point = || foreign::Point { x: 1, y: -2 };
    let value = Remotes {
        serdes: point(),
        both: point(),
        ours: point(),
        secret: foreign::Secret::new(7),
        our_secret: foreign::Secret::new(8),
        generic: foreign::Generic(vec![1, 2]),
    };
    assert_same_text(
        &value,
        r#"{"serdes":{"x":1,"y":-2},"both":{"X":1,"Y":-2},"ours":{"X":1,"Y":-2},"secret":{"number":7},"our_secret":{"number":8},"generic":[1,2]}"#,
    );
}

#[derive(Serialize, ZeroAllocJson)]
struct Times {
    #[serde(with = "time::serde::rfc3339")]
    rfc3339: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    option: Option<OffsetDateTime>,
    #[serde(with = "time::serde::timestamp")]
    timestamp: OffsetDateTime,
    #[serde(with = "time::serde::iso8601")]
    iso8601: OffsetDateTime,
}

#[test]
fn the_functions_of_time() {
    let at = datetime!(2026-02-03 4:05:06.7 +01:00);
    for option in [None, Some(at)] {
        assert_same(&Times { rfc3339: at, option, timestamp: at, iso8601: at });
    }
    // RFC 3339 has no such offset: an error of the function's.
    let odd = datetime!(2026-02-03 4:05:06 +01:00:01);
    let message = assert_refused(&Times { rfc3339: odd, option: None, timestamp: at, iso8601: at });
    let expected = serde_json::to_string(&Times { rfc3339: odd, option: None, timestamp: at, iso8601: at });
    assert_eq!(message, expected.expect_err("refused").to_string());
}

/// `serde_as` writes `with` itself, so it has to stand in front of the derives, as it does for serde.
#[serde_as]
#[skip_serializing_none]
#[derive(Serialize, ZeroAllocJson)]
struct With {
    #[serde_as(as = "DisplayFromStr")]
    displayed: u64,
    #[serde_as(as = "Vec<DisplayFromStr>")]
    all: Vec<i8>,
    #[serde_as(as = "BTreeMap<DisplayFromStr, _>")]
    keys: BTreeMap<u8, bool>,
    #[serde_as(as = "Option<serde_with::BoolFromInt>")]
    number: Option<bool>,
    absent: Option<u8>,
}

#[test]
fn the_adapters_of_serde_with() {
    assert_same_text(
        &With { displayed: 1, all: vec![-1, 2], keys: BTreeMap::from([(1, true)]), number: Some(true), absent: None },
        r#"{"displayed":"1","all":["-1","2"],"keys":{"1":true},"number":1}"#,
    );
    assert_same(&With { displayed: 0, all: vec![], keys: BTreeMap::new(), number: None, absent: Some(1) });
}

#[derive(Serialize, ZeroAllocJson)]
struct Bytes<'a> {
    #[serde(with = "serde_bytes")]
    owned: Vec<u8>,
    #[serde(with = "serde_bytes")]
    borrowed: &'a [u8],
    #[serde(with = "serde_bytes")]
    optional: Option<Vec<u8>>,
    #[json(serde)]
    newtype: serde_bytes::ByteBuf,
}

#[test]
fn the_bytes_of_serde_bytes() {
    let newtype = serde_bytes::ByteBuf::from(vec![0, 255]);
    assert_same(&Bytes { owned: vec![1, 2], borrowed: &[3], optional: None, newtype: newtype.clone() });
    assert_same(&Bytes { owned: vec![], borrowed: &[], optional: Some(vec![9]), newtype });
}

/// A type that only serde knows, in every kind of container.
#[derive(Serialize, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct OnlySerde(u8);

#[derive(Serialize, ZeroAllocJson)]
struct Containers<T, U> {
    #[json(serde)]
    alone: T,
    #[json(serde)]
    list: Vec<Option<T>>,
    #[json(serde)]
    map: HashMap<T, (T, [T; 2])>,
    #[json(serde)]
    #[serde(skip_serializing_if = "Option::is_none")]
    option: Option<T>,
    plain: Option<U>,
}

#[test]
fn types_that_only_serde_knows() {
    let one = OnlySerde(1);
    let mut value = Containers {
        alone: one.clone(),
        list: vec![None, Some(one.clone())],
        map: HashMap::from([(one.clone(), (one.clone(), [one.clone(), one.clone()]))]),
        option: Some(one),
        plain: Some("x"),
    };
    assert_same_text(&value, r#"{"alone":1,"list":[null,1],"map":{"1":[1,[1,1]]},"option":1,"plain":"x"}"#);
    value.option = None;
    assert_same(&value);
}

/// `json` wins over `serde`, whichever says what.
#[derive(ZeroAllocJson, Serialize)]
struct Precedence {
    #[serde(with = "in_hex")]
    #[json(serde)]
    type_itself: u64,
    #[serde(serialize_with = "length")]
    #[json(skip)]
    skipped: String,
}

#[test]
fn json_wins() {
    record_tests::oracle::assert_text(&Precedence { type_itself: 16, skipped: String::new() }, r#"{"type_itself":16}"#);
    assert_eq!(
        serde_json::to_string(&Precedence { type_itself: 16, skipped: String::new() }).expect("writable"),
        r#"{"type_itself":"0x10","skipped":0}"#
    );
}

/// A framework that brings the runtime along under a name of its own.
mod framework {
    pub(super) mod json {
        pub(crate) use record_runtime::*;
    }
}

/// The forms of serde's where nothing is in scope, and lints are as strict as they can be.
mod strict {
    #![deny(warnings, clippy::pedantic)]
    #![forbid(unsafe_code)]

    #[derive(::serde::Serialize, ::record_runtime::ZeroAllocJson)]
    #[json(crate = "super::framework::json")]
    pub(super) struct Renamed<T> {
        #[serde(with = "super::in_hex")]
        pub(super) function: u64,
        #[json(serde)]
        pub(super) itself: T,
        #[serde(flatten)]
        #[json(flatten, serde)]
        pub(super) flat: ::std::collections::BTreeMap<u8, T>,
    }
}

#[test]
fn a_renamed_runtime() {
    assert_same(&strict::Renamed { function: 1, itself: "x", flat: BTreeMap::from([(1, "y")]) });
}
