//! Values of the types of other crates: edges of each kind, and random ones.
//!
//! The differential tests compare all of them with the types' own serde forms; the allocation tests write all of them
//! under a counting allocator.

mod containers;
mod dates;
mod numbers;
mod texts;

use record_runtime::{Cursor, Dispatch, ZeroAllocJson};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::catalogue::{Known, Visitor};
use crate::split_mix::SplitMix64;

/// How many random values of a type a run has.
pub const RANDOM_VALUES: usize = 1_000;

/// Calls the visitor with all values; the random ones follow from the seed. Returns how many there were.
pub fn visit_all(visitor: &mut impl Visitor, seed: u64) -> usize {
    let mut values = Values { visitor, count: 0 };
    let mut random = SplitMix64::new(seed);
    texts::visit(&mut values);
    containers::visit(&mut values);
    numbers::visit(&mut values, &mut random);
    dates::visit(&mut values, &mut random);
    values.count
}

/// The visitor, with the forms in which values are shown to it.
struct Values<'a, V> {
    visitor: &'a mut V,
    count: usize,
}

impl<V: Visitor> Values<'_, V> {
    /// A value that is no key.
    fn value<T: Known + Serialize + ?Sized>(&mut self, name: &str, value: &T) {
        self.count += 1;
        self.visitor.visit(name, value);
    }

    /// A value of a type that is a key as well.
    fn key<T: Known + Serialize>(&mut self, name: &str, value: T) {
        self.value(name, &value);
        self.visitor.visit(name, &Entry(&value));
    }

    /// A value of a type without a serde form, and one with the same text.
    fn key_like<T: Known, R: Serialize>(&mut self, name: &str, value: &T, reference: &R) {
        self.count += 1;
        self.visitor.visit_like(name, value, reference);
        self.visitor.visit_like(name, &Entry(value), &Entry(reference));
    }
}

/// A map of one entry.
struct Entry<'a, K>(&'a K);

impl<K: ZeroAllocJson> ZeroAllocJson for Entry<'_, K> {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.map([(self.0, 1)])
    }
}

#[cfg(feature = "schema")]
impl<K: record_runtime::schema::JsonSchema> record_runtime::schema::JsonSchema for Entry<'_, K> {
    const INLINE: bool = true;

    fn name() -> record_runtime::schema::Name {
        record_runtime::schema::Name::new("Entry")
    }

    fn schema(generator: &mut record_runtime::schema::Generator) -> record_runtime::schema::Schema {
        generator.of::<std::collections::BTreeMap<K, u8>>()
    }
}

impl<K: Serialize> Serialize for Entry<'_, K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(self.0, &1)?;
        map.end()
    }
}
