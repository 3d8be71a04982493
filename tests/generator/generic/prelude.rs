//! The parts of random generic types, beside the standard library and each other: aliases, pointers, keys, and traits
//! with associated types. Not part of the generator: it stands beside what was generated.

#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    missing_docs,
    nonstandard_style,
    unreachable_pub,
    clippy::all,
    clippy::pedantic,
    reason = "of which a seed uses some"
)]

pub(crate) use std::borrow::Cow;
pub(crate) use std::cell::RefCell;
pub(crate) use std::cmp::Reverse;
pub(crate) use std::collections::{BTreeMap, HashMap, VecDeque};
pub(crate) use std::marker::PhantomData;
pub(crate) use std::rc::Rc;
pub(crate) use std::sync::{Arc, Mutex};

pub(crate) use record_runtime::ZeroAllocJson;
pub(crate) use record_tests::random::{always, never, sometimes};
pub(crate) use serde::Serialize;

#[cfg(feature = "schema")]
use record_runtime::schema::{Generator, JsonSchema, Name, Schema};
use record_runtime::{Cursor, Dispatch, JsonWriter};
use serde::Serializer;

pub(crate) type StringMap<V> = BTreeMap<String, V>;
pub(crate) type Table<K, V> = BTreeMap<K, V>;
pub(crate) type Flipped<V, K> = BTreeMap<K, V>;
pub(crate) type P<T> = Box<T>;
pub(crate) type Maybe<T> = Option<T>;
pub(crate) type List<T> = Vec<T>;
pub(crate) type Pair<T> = (T, T);
pub(crate) type Ptr<'a, T> = &'a T;
pub(crate) type Ignored<T> = PhantomData<T>;

/// A trait that brings serde's with it.
pub(crate) trait Json: Serialize {}

impl<T: Serialize> Json for T {}

/// A type that neither trait writes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NotJson;

#[derive(Clone, Debug, Serialize, ZeroAllocJson)]
#[cfg_attr(feature = "schema", json(schema))]
pub(crate) struct User {
    pub(crate) user: &'static str,
    pub(crate) age: u8,
}

/// A key, in every form that a key has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ZeroAllocJson)]
#[cfg_attr(feature = "schema", json(schema))]
pub(crate) enum Colour {
    Red,
    #[serde(rename = "a \"colour\"")]
    Green,
}

/// Of which only some values can be keys.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ZeroAllocJson)]
#[cfg_attr(feature = "schema", json(schema))]
pub(crate) enum Mixed {
    Known,
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ZeroAllocJson)]
#[cfg_attr(feature = "schema", json(schema))]
#[serde(untagged)]
pub(crate) enum Any {
    Number(i64),
    Text(String),
    List(Vec<u8>),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ZeroAllocJson)]
#[cfg_attr(feature = "schema", json(schema))]
pub(crate) struct Number(pub(crate) u64);

/// A trait with an associated type of each kind: any type, one that can be a map's key in Rust, and one that serde
/// writes.
pub(crate) trait Model {
    type Entity;
    type Key: Ord;
    type Row: Serialize;
}

/// A model that is written itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ZeroAllocJson)]
#[cfg_attr(feature = "schema", json(schema))]
pub(crate) struct Users;

impl Model for Users {
    type Entity = NotJson;
    type Key = &'static str;
    type Row = User;
}

/// One whose key is not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ZeroAllocJson)]
#[cfg_attr(feature = "schema", json(schema))]
pub(crate) struct Orders;

impl Model for Orders {
    type Entity = User;
    type Key = NotJson;
    type Row = BTreeMap<String, u8>;
}

/// One of which everything is, but itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Events;

impl Model for Events {
    type Entity = Option<u8>;
    type Key = Mixed;
    type Row = Vec<User>;
}

/// All of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ZeroAllocJson)]
#[cfg_attr(feature = "schema", json(schema))]
pub(crate) struct Invoices {
    pub(crate) number: u8,
}

impl Model for Invoices {
    type Entity = StringMap<User>;
    type Key = Number;
    type Row = Self;
}

/// A pointer.
pub(crate) struct Own<T: ?Sized>(Box<T>);

impl<T> Own<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Box::new(value))
    }
}

impl<T: Serialize + ?Sized> Serialize for Own<T> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(s)
    }
}

impl<T: ZeroAllocJson + ?Sized> ZeroAllocJson for Own<T> {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.value(&self.0)
    }
}

#[cfg(feature = "schema")]
impl<T: JsonSchema + ?Sized> JsonSchema for Own<T> {
    const INLINE: bool = true;

    fn name() -> Name {
        T::name()
    }

    fn schema(generator: &mut Generator) -> Schema {
        generator.of::<T>()
    }
}

/// Arrays of any length: serde has none of a generic one.
pub(crate) struct Fixed<T, const N: usize>(pub(crate) [T; N]);

impl<T: Serialize, const N: usize> Serialize for Fixed<T, N> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.0.as_slice().serialize(s)
    }
}

impl<T: ZeroAllocJson, const N: usize> ZeroAllocJson for Fixed<T, N> {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        self.0.as_slice().write_value(c)
    }
}

#[cfg(feature = "schema")]
impl<T: JsonSchema, const N: usize> JsonSchema for Fixed<T, N> {
    const INLINE: bool = true;

    fn name() -> Name {
        <[T; N]>::name()
    }

    fn schema(generator: &mut Generator) -> Schema {
        generator.of::<[T; N]>()
    }
}

/// Functions for `serialize_with`, in a pair: serde's and this crate's.
pub(crate) mod opaque {
    use super::{JsonWriter, Serializer};

    pub(crate) fn serialize<T, S: Serializer>(_: &T, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(&format_args!("\"{}\"", size_of::<T>()))
    }

    pub(crate) fn write_json<T>(_: &T, w: &mut JsonWriter<'_>) {
        w.fmt(format_args!("\"{}\"", size_of::<T>()));
    }
}

/// The same for what can be written.
pub(crate) mod through {
    use super::{JsonWriter, Serialize, Serializer, ZeroAllocJson};

    pub(crate) fn serialize<T: Serialize, S: Serializer>(value: &T, s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq([value, value])
    }

    pub(crate) fn write_json<T: ZeroAllocJson>(value: &T, w: &mut JsonWriter<'_>) {
        w.value(&[value, value]);
    }
}

pub(crate) fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

/// The traits of a map's key, by one field, whatever the parameters are.
macro_rules! ordered {
    ($type:ident < $($param:ident),* >, $field:tt) => {
        impl<$($param),*> PartialEq for $type<$($param),*> {
            fn eq(&self, other: &Self) -> bool {
                self.$field == other.$field
            }
        }
        impl<$($param),*> Eq for $type<$($param),*> {}
        impl<$($param),*> PartialOrd for $type<$($param),*> {
            fn partial_cmp(&self, other: &Self) -> ::core::option::Option<::core::cmp::Ordering> {
                ::core::option::Option::Some(self.cmp(other))
            }
        }
        impl<$($param),*> Ord for $type<$($param),*> {
            fn cmp(&self, other: &Self) -> ::core::cmp::Ordering {
                self.$field.cmp(&other.$field)
            }
        }
    };
}
pub(crate) use ordered;
