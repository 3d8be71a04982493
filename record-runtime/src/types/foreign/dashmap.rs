//! `dashmap`: objects and arrays, in the order in which they iterate. An entry is locked while it
//! is written, as it is by serde.

use core::hash::{BuildHasher, Hash};

use dashmap::{DashMap, DashSet};

use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::value::ZeroAllocJson;
use crate::value::mask::Maskable;
use crate::value::mask::names::Fields;
use crate::value::places::Places;

impl<K, V, S> ZeroAllocJson for DashMap<K, V, S>
where
    K: ZeroAllocJson + Eq + Hash,
    V: ZeroAllocJson,
    S: BuildHasher + Clone,
{
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        let mut entries = self.iter();
        let Some(entry) = entries.next() else {
            return c.short(b"{}\0\0", 2);
        };
        let mut c = entry.value().write_value(entry.key().__write_key(c.ascii(b'{')).ascii(b':'));
        // Unlocked first: the next may be in the same shard.
        drop(entry);
        for entry in entries {
            c = entry.value().write_value(entry.key().__write_key(c.ascii(b',')).ascii(b':'));
        }
        c.ascii(b'}')
    }

    const __PLACES: Places = Places::OBJECT;
    const __KEYS_FIT: bool = K::__PLACES_BEHIND.key;

    fn __fields() -> Fields {
        V::__fields().in_entries()
    }
}

impl<K, V: Maskable, S> Maskable for DashMap<K, V, S> {
    type Fields = V::Fields;
}

impl<T, S> ZeroAllocJson for DashSet<T, S>
where
    T: ZeroAllocJson + Eq + Hash,
    S: BuildHasher + Clone,
{
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        let mut values = self.iter();
        let Some(value) = values.next() else {
            return c.short(b"[]\0\0", 2);
        };
        let mut c = value.key().write_value(c.ascii(b'['));
        drop(value);
        for value in values {
            c = value.key().write_value(c.ascii(b','));
        }
        c.ascii(b']')
    }

    const __PLACES: Places = Places::ARRAY;

    fn __fields() -> Fields {
        T::__fields()
    }
}

impl<T: Maskable, S> Maskable for DashSet<T, S> {
    type Fields = T::Fields;
}
