//! Types of the standard library.

use alloc::borrow::{Cow, ToOwned};
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet, BinaryHeap, LinkedList, VecDeque};
use alloc::ffi::CString;
use alloc::rc::{self, Rc};
use alloc::string::String;
use alloc::sync::{self, Arc};
use alloc::vec;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::cmp::Reverse;
use core::ffi::CStr;
use core::fmt;
use core::marker::PhantomData;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use core::num::{NonZero, Saturating, Wrapping};
use core::ops::{Bound, Range, RangeFrom, RangeInclusive, RangeTo};
use core::time::Duration;
#[cfg(feature = "std")]
use std::collections::{HashMap, HashSet};
#[cfg(feature = "std")]
use std::ffi::{OsStr, OsString};
#[cfg(feature = "std")]
use std::path::{Path, PathBuf};
#[cfg(feature = "std")]
use std::sync::{Mutex, RwLock};
#[cfg(feature = "std")]
use std::time::SystemTime;

use super::derived::{Object, Presence, Tuple, Variants, external};
use super::generator::{Generator, JsonSchema};
use super::keys::of_keys;
use super::name::Name;
use super::tree::{Schema, Value};
#[cfg(feature = "std")]
use crate::cursor::view::View;
use crate::types::dyn_json::DynJson;
#[cfg(feature = "std")]
use crate::types::masked::Masked;
#[cfg(feature = "std")]
use crate::types::view::InView;
#[cfg(feature = "std")]
use crate::value::mask::Maskable;

/// In `#[json(schema = "…")]`: any value.
#[derive(Clone, Copy, Debug)]
pub enum Any {}

/// Types whose schema stands where they are used: parameters, the name with its arguments, and the schema. Behind a colon
/// stands the type of which a mask selects the fields.
macro_rules! inlined {
    ($($(#[$cfg:meta])* [$($parameters:tt)*] $T:ty $(: $F:ty)?, $name:literal $(of $A:ty)*, $generator:pat => $schema:expr;)+) => {
        $(
            $(#[$cfg])*
            impl<$($parameters)*> $crate::schema::JsonSchema for $T {
                const INLINE: bool = true;
                $(const __TAKES_MASKS: bool = <$F as $crate::schema::JsonSchema>::__TAKES_MASKS;)?

                fn name() -> $crate::schema::Name {
                    $crate::schema::Name::new($name)$(.argument(<$A as $crate::schema::JsonSchema>::name()))*
                }

                fn schema($generator: &mut $crate::schema::Generator) -> $crate::schema::Schema {
                    $schema
                }
            }
        )+
    };
}
pub(super) use inlined;

/// Types with the texts of another one.
macro_rules! same {
    ($($(#[$cfg:meta])* [$($parameters:tt)*] $T:ty => $as:ty;)+) => {
        $(
            $(#[$cfg])*
            impl<$($parameters)*> $crate::schema::JsonSchema for $T {
                const INLINE: bool = true;
                const __TAKES_MASKS: bool = <$as as $crate::schema::JsonSchema>::__TAKES_MASKS;

                fn name() -> $crate::schema::Name {
                    <$as as $crate::schema::JsonSchema>::name()
                }

                fn schema(generator: &mut $crate::schema::Generator) -> $crate::schema::Schema {
                    generator.of::<$as>()
                }
            }
        )+
    };
}
pub(super) use same;

/// An array, of any length or of one.
pub(super) fn array_of(items: Schema, length: Option<usize>) -> Schema {
    match length {
        None => Schema::array(items),
        Some(length) => Schema::array(items).with("minItems", length).with("maxItems", length),
    }
}

/// An array of values of a type.
pub(super) fn array<T: JsonSchema + ?Sized>(generator: &mut Generator) -> Schema {
    Schema::array(generator.of::<T>())
}

/// A map with keys of a type.
pub(super) fn map_of<K: JsonSchema + ?Sized>(values: Schema, generator: &mut Generator) -> Schema {
    let keys = generator.of::<K>();
    let map = Schema::map(values);
    match of_keys(&keys, generator) {
        Some(keys) => map.with("propertyNames", keys),
        None => map,
    }
}

/// A map of two types.
pub(super) fn map<K: JsonSchema + ?Sized, V: JsonSchema + ?Sized>(generator: &mut Generator) -> Schema {
    let values = generator.of::<V>();
    map_of::<K>(values, generator)
}

fn integer(format: &'static str, least: impl Into<Value>, most: impl Into<Value>) -> Schema {
    Schema::of_type("integer").with("format", format).with("minimum", least).with("maximum", most)
}

macro_rules! integers {
    ($($T:ident $format:literal;)+) => {
        inlined! {
            $(
                [] $T, $format, _ => integer($format, $T::MIN, $T::MAX);
                [] NonZero<$T>, $format, _ => match $T::MIN {
                    0 => integer($format, 1, $T::MAX),
                    least => integer($format, least, $T::MAX).with("not", Schema::constant(0)),
                };
            )+
        }
    };
}

integers! {
    u8 "uint8"; u16 "uint16"; u32 "uint32"; u64 "uint64"; u128 "uint128"; usize "uint";
    i8 "int8"; i16 "int16"; i32 "int32"; i64 "int64"; i128 "int128"; isize "int";
}

fn float(format: &'static str, generator: &Generator) -> Schema {
    let finite = Schema::of_type("number").with("format", format);
    if generator.has_finite_floats() { finite } else { finite.or_null() }
}

pub(super) fn string() -> Schema {
    Schema::of_type("string")
}

/// A string in a format that the draft names.
pub(super) fn formatted(format: &'static str) -> Schema {
    string().with("format", format)
}

/// A string that fits a pattern.
pub(super) fn pattern(pattern: &'static str) -> Schema {
    string().with("pattern", pattern)
}

/// An object of fields that are always there.
fn object<const N: usize>(fields: [(&'static str, Schema); N]) -> Schema {
    let mut object = Object::new();
    for (key, schema) in fields {
        object.field(key, Presence::Always, schema);
    }
    object.finish()
}

/// `{"A":…}` or `{"B":…}`
pub(super) fn either<A: JsonSchema, B: JsonSchema>(names: [&'static str; 2], generator: &mut Generator) -> Schema {
    let [a, b] = names;
    let first = external(a, generator.of::<A>());
    Schema::one_of(vec![first, external(b, generator.of::<B>())])
}

inlined! {
    [] Any, "Any", _ => Schema::any();
    [] bool, "bool", _ => Schema::of_type("boolean");
    [] f64, "double", generator => float("double", generator);
    [] f32, "float", generator => float("float", generator);
    [] char, "char", _ => string().with("minLength", 1).with("maxLength", 1);
    [] str, "String", _ => string();
    [] String, "String", _ => string();
    [] fmt::Arguments<'_>, "String", _ => string();
    #[cfg(feature = "std")]
    [] Path, "Path", _ => string();
    #[cfg(feature = "std")]
    [] PathBuf, "Path", _ => string();
    [] (), "Null", _ => Schema::of_type("null");
    [T: ?Sized] PhantomData<T>, "Null", _ => Schema::of_type("null");
    [] Ipv4Addr, "Ipv4Addr", _ => formatted("ipv4");
    [] Ipv6Addr, "Ipv6Addr", _ => formatted("ipv6");
    [] IpAddr, "IpAddr", _ => Schema::any_of(vec![formatted("ipv4"), formatted("ipv6")]);
    [] SocketAddrV4, "SocketAddrV4", _ => pattern("^[0-9]+(\\.[0-9]+){3}:[0-9]+$");
    [] SocketAddrV6, "SocketAddrV6", _ => pattern("^\\[[0-9a-f:.]+(%[0-9]+)?\\]:[0-9]+$");
    [] SocketAddr, "SocketAddr", _ => pattern("^([0-9]+(\\.[0-9]+){3}|\\[[0-9a-f:.]+(%[0-9]+)?\\]):[0-9]+$");
    [] Duration, "Duration", generator => object([
        ("secs", generator.of::<u64>()),
        ("nanos", integer("uint32", 0, 999_999_999)),
    ]);
    #[cfg(feature = "std")]
    [] SystemTime, "SystemTime", generator => object([
        ("secs_since_epoch", generator.of::<u64>()),
        ("nanos_since_epoch", integer("uint32", 0, 999_999_999)),
    ]);
    #[cfg(all(feature = "std", unix))]
    [] OsStr, "OsString", generator => external("Unix", array::<u8>(generator));
    #[cfg(all(feature = "std", windows))]
    [] OsStr, "OsString", generator => external("Windows", array::<u16>(generator));

    [T: JsonSchema] Range<T>, "Range" of T, generator =>
        object([("start", generator.of::<T>()), ("end", generator.of::<T>())]);
    [T: JsonSchema] RangeInclusive<T>, "Range" of T, generator =>
        object([("start", generator.of::<T>()), ("end", generator.of::<T>())]);
    [T: JsonSchema] RangeFrom<T>, "RangeFrom" of T, generator => object([("start", generator.of::<T>())]);
    [T: JsonSchema] RangeTo<T>, "RangeTo" of T, generator => object([("end", generator.of::<T>())]);
    [T: JsonSchema] Bound<T>, "Bound" of T, generator => {
        let mut variants = Variants::new();
        let of = generator.of::<T>();
        variants.variant(external("Included", of.clone()));
        variants.variant(external("Excluded", of));
        variants.constant("string", "Unbounded");
        variants.one_of()
    };
    [T: JsonSchema, E: JsonSchema] Result<T, E>, "Result" of T of E, generator =>
        either::<T, E>(["Ok", "Err"], generator);

    [T: JsonSchema] [T]: T, "Array" of T, generator => array::<T>(generator);
    [T: JsonSchema, const N: usize] [T; N]: T, "Array" of T, generator => array_of(generator.of::<T>(), Some(N));
    [T: JsonSchema] Vec<T>: T, "Array" of T, generator => array::<T>(generator);
    [T: JsonSchema] VecDeque<T>: T, "Array" of T, generator => array::<T>(generator);
    [T: JsonSchema] LinkedList<T>: T, "Array" of T, generator => array::<T>(generator);
    [T: JsonSchema] BinaryHeap<T>: T, "Array" of T, generator => array::<T>(generator);
    [T: JsonSchema] BTreeSet<T>: T, "Array" of T, generator => array::<T>(generator);
    #[cfg(feature = "std")]
    [T: JsonSchema, S] HashSet<T, S>: T, "Array" of T, generator => array::<T>(generator);
    [K: JsonSchema, V: JsonSchema] BTreeMap<K, V>: V, "Map" of K of V, generator => map::<K, V>(generator);
    #[cfg(feature = "std")]
    [K: JsonSchema, V: JsonSchema, S] HashMap<K, V, S>: V, "Map" of K of V, generator => map::<K, V>(generator);
    ['d] dyn DynJson + 'd, "Any", _ => Schema::any();
    ['d] dyn DynJson + Send + 'd, "Any", _ => Schema::any();
    ['d] dyn DynJson + Sync + 'd, "Any", _ => Schema::any();
    ['d] dyn DynJson + Send + Sync + 'd, "Any", _ => Schema::any();
}

impl<T: JsonSchema> JsonSchema for Option<T> {
    const INLINE: bool = true;
    const __TAKES_MASKS: bool = T::__TAKES_MASKS;

    fn name() -> Name {
        Name::new("Option").argument(T::name())
    }

    fn schema(generator: &mut Generator) -> Schema {
        generator.of::<T>().or_null()
    }

    fn __some(generator: &mut Generator) -> Schema {
        generator.of::<T>()
    }
}

/// Pointers, for which `None` is that of their content.
macro_rules! pointers {
    ($([$($parameters:tt)*] $P:ty => $T:ident;)+) => {
        $(
            impl<$($parameters)*> JsonSchema for $P {
                const INLINE: bool = true;
                const __TAKES_MASKS: bool = $T::__TAKES_MASKS;

                fn name() -> Name {
                    $T::name()
                }

                fn schema(generator: &mut Generator) -> Schema {
                    generator.of::<$T>()
                }

                fn __some(generator: &mut Generator) -> Schema {
                    $T::__some(generator)
                }
            }
        )+
    };
}

pointers! {
    [T: JsonSchema + ?Sized] &T => T;
    [T: JsonSchema + ?Sized] &mut T => T;
    [T: JsonSchema + ?Sized] Box<T> => T;
    [T: JsonSchema + ?Sized] Rc<T> => T;
    [T: JsonSchema + ?Sized] Arc<T> => T;
    [T: JsonSchema + ToOwned + ?Sized] Cow<'_, T> => T;
}

same! {
    [] CStr => [u8];
    [] CString => [u8];
    #[cfg(all(feature = "std", any(unix, windows)))]
    [] OsString => OsStr;
    [T: JsonSchema] Cell<T> => T;
    [T: JsonSchema + ?Sized] RefCell<T> => T;
    #[cfg(feature = "std")]
    [T: JsonSchema + ?Sized] Mutex<T> => T;
    #[cfg(feature = "std")]
    [T: JsonSchema + ?Sized] RwLock<T> => T;
    [T: JsonSchema] Wrapping<T> => T;
    [T: JsonSchema] Saturating<T> => T;
    [T: JsonSchema] Reverse<T> => T;
}

inlined! {
    [T: JsonSchema + ?Sized] rc::Weak<T>: T, "Option" of T, generator => generator.of::<T>().or_null();
    [T: JsonSchema + ?Sized] sync::Weak<T>: T, "Option" of T, generator => generator.of::<T>().or_null();
    #[cfg(feature = "std")]
    [V: View, T: JsonSchema] InView<V, T>: T, "InView" of T, generator =>
        generator.in_view::<V>(Generator::of::<T>);
    #[cfg(feature = "std")]
    [T: JsonSchema + Maskable] Masked<T>, "Masked" of T, generator => generator.in_any_mask(Generator::of::<T>);
}

macro_rules! atomics {
    ($($width:literal: $($A:ident $T:ident)+;)+) => {
        $(
            same! {
                $(
                    #[cfg(target_has_atomic = $width)]
                    [] core::sync::atomic::$A => $T;
                )+
            }
        )+
    };
}

atomics! {
    "8": AtomicBool bool AtomicU8 u8 AtomicI8 i8;
    "16": AtomicU16 u16 AtomicI16 i16;
    "32": AtomicU32 u32 AtomicI32 i32;
    "64": AtomicU64 u64 AtomicI64 i64;
    "ptr": AtomicUsize usize AtomicIsize isize;
}

macro_rules! tuples {
    ($($($T:ident)+;)+) => {
        inlined! {
            $(
                [$($T: JsonSchema),+] ($($T,)+), "Tuple" $(of $T)+, generator => {
                    let mut tuple = Tuple::new();
                    $(tuple.element(Presence::Always, generator.of::<$T>());)+
                    tuple.finish()
                };
            )+
        }
    };
}

tuples! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
    A B C D E F G H I;
    A B C D E F G H I J;
    A B C D E F G H I J K;
    A B C D E F G H I J K L;
    A B C D E F G H I J K L M;
    A B C D E F G H I J K L M N;
    A B C D E F G H I J K L M N O;
    A B C D E F G H I J K L M N O P;
}
