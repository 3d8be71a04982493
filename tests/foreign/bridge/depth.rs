//! Values of serde that are nested more deeply than there is stack, by each call that leads deeper.

use std::collections::BTreeMap;
use std::mem::ManuallyDrop;

use record_runtime::{Serde, try_to_vec};
use serde::{Serialize, Serializer};

const DEPTH: usize = 100_000;

/// A level of one kind around the next, without other text for some.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Some,
    Newtype,
    Variant,
    Sequence,
    Tuple,
    Map,
    Key,
    Struct,
    Collected,
}

const KINDS: [Kind; 9] = [
    Kind::Some,
    Kind::Newtype,
    Kind::Variant,
    Kind::Sequence,
    Kind::Tuple,
    Kind::Map,
    Kind::Key,
    Kind::Struct,
    Kind::Collected,
];

struct Level(Kind, usize);

impl Serialize for Level {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        use serde::ser::{SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple};
        let Self(kind, left) = *self;
        if left == 0 {
            return s.serialize_str("end");
        }
        let next = Self(kind, left - 1);
        match kind {
            Kind::Some => s.serialize_some(&next),
            // Keys are numbers, strings, and what is around these.
            Kind::Key if left % 2 == 0 => s.serialize_some(&next),
            Kind::Key | Kind::Newtype => s.serialize_newtype_struct("N", &next),
            Kind::Variant => s.serialize_newtype_variant("E", 0, "V", &next),
            Kind::Sequence => {
                let mut seq = s.serialize_seq(None)?;
                seq.serialize_element(&next)?;
                seq.end()
            }
            Kind::Tuple => {
                let mut tuple = s.serialize_tuple(1)?;
                tuple.serialize_element(&next)?;
                tuple.end()
            }
            Kind::Map => {
                let mut map = s.serialize_map(None)?;
                map.serialize_entry("k", &next)?;
                map.end()
            }
            Kind::Struct => {
                let mut fields = s.serialize_struct("S", 1)?;
                fields.serialize_field("a", &next)?;
                fields.end()
            }
            Kind::Collected => s.collect_seq([next]),
        }
    }
}

#[track_caller]
fn check<T: Serialize>(kind: Kind, value: T) {
    // A level without a text may take no stack either: the compiler can make a loop of it.
    if let Err(error) = try_to_vec(&Serde(value)) {
        assert!(error.message().to_string().contains("nested too deeply"), "{kind:?}: {error}");
    } else {
        assert!(matches!(kind, Kind::Some | Kind::Newtype | Kind::Key), "{kind:?}");
    }
}

#[test]
fn every_kind_of_level() {
    for kind in KINDS {
        check(kind, Level(kind, DEPTH));
    }
}

struct Entry(Level);

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_map([(&self.0, 1)])
    }
}

#[test]
fn keys() {
    for kind in [Kind::Some, Kind::Newtype, Kind::Key] {
        check(kind, Entry(Level(kind, DEPTH)));
    }
}

#[derive(Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
struct Pointing(Option<Box<Pointing>>);

#[test]
fn derived_pointers() {
    let nested = || (0..DEPTH).fold(Pointing::default(), |inner, _| Pointing(Some(Box::new(inner))));
    // Dropping them would take as much stack.
    let value = ManuallyDrop::new(nested());
    check(Kind::Some, &*value);
    let key = ManuallyDrop::new(BTreeMap::from([(nested(), 1)]));
    let error = try_to_vec(&Serde(&*key)).expect_err("no key");
    let message = error.message().to_string();
    assert!(message.contains("nested too deeply") || message.contains("key must be a string"), "{message}");
}
