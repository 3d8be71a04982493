//! Map keys, by the rules of `serde_json`: each that it takes, and each that it refuses with its words.

use std::collections::BTreeMap;

use record_runtime::Serde;
use record_tests::oracle::{assert_error, assert_like};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::{assert_bridged, assert_field};

/// A map of any keys, in order.
struct Entries<K>(Vec<K>);

impl<K: Serialize> Serialize for Entries<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (at, key) in self.0.iter().enumerate() {
            map.serialize_entry(key, &at)?;
        }
        map.end()
    }
}

#[track_caller]
fn check<K: Serialize>(keys: impl IntoIterator<Item = K>) {
    let entries = Entries(keys.into_iter().collect());
    assert_bridged(&entries);
    assert_bridged(&Some([&entries]));
    assert_field(entries);
}

#[derive(Serialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
enum Unit {
    OneWord,
    #[serde(rename = "\"")]
    Quote,
}

#[derive(Serialize)]
enum Others {
    Newtype(u8),
    Tuple(u8, u8),
    Struct { a: u8 },
}

#[derive(Serialize)]
struct Newtype<T>(T);

#[derive(Serialize)]
struct Empty;

#[derive(Serialize)]
struct Named {
    a: u8,
}

#[derive(Serialize)]
struct Pair(u8, u8);

#[test]
fn that_are_taken() {
    check(["a", "", "\"\\\n\u{1}", "ü"]);
    check(["x".repeat(100), "y".repeat(100) + "\""]);
    check(['a', '"', '\u{1}', 'ü']);
    check([true, false]);
    check([0, 1, u8::MAX]);
    check([0, u16::MAX]);
    check([0, u32::MAX]);
    check([0, u64::MAX]);
    check([0, u128::MAX]);
    check([0, i8::MIN]);
    check([0, i16::MIN]);
    check([0, i32::MIN]);
    check([0, i64::MIN]);
    check([0, i128::MIN]);
    check([0.0, -0.0, 1.5, 1e300, 5e-324]);
    check([0.1_f32, f32::MAX]);
    check([Unit::OneWord, Unit::Quote]);
    check([Newtype(Newtype("n"))]);
    check([Some(1)]);
    check([Some(Newtype(Unit::Quote))]);
    check(["127.0.0.1".parse::<std::net::IpAddr>().expect("an address")]);
}

#[test]
fn that_are_refused() {
    check([f64::NAN]);
    check([f64::INFINITY]);
    check([f32::NEG_INFINITY]);
    check([()]);
    check([None::<u8>]);
    check([Empty]);
    check([[1, 2]]);
    check([Vec::<u8>::new()]);
    check([(1, 2)]);
    check([Pair(1, 2)]);
    check([Named { a: 1 }]);
    check([BTreeMap::from([(1, 2)])]);
    check([Others::Newtype(1)]);
    check([Others::Tuple(1, 2)]);
    check([Others::Struct { a: 1 }]);
    check([serde_bytes::Bytes::new(b"bytes")]);
    // A good one before the bad one.
    check([Some(1), None]);
}

/// `Serde` in front of a colon, in a map of this crate.
#[test]
fn of_maps_that_are_not_serdes() {
    let map = BTreeMap::from([(Serde(Unit::OneWord), 1), (Serde(Unit::Quote), 2)]);
    let reference = BTreeMap::from([(Unit::OneWord, 1), (Unit::Quote, 2)]);
    assert_like(&map, &reference);
    assert_eq!(assert_error(&BTreeMap::from([(Serde([1]), 1)])), "key must be a string");
}
