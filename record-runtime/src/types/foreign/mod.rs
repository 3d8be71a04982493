//! Types of other crates, a file and a feature each. The text is that of the type's own serde form
//! through `serde_json`.
//!
//! What has digits (dates, uuids, decimals) is put together in [`short_string`], straight in the buffer's
//! room; what only its own crate can format goes through `Display`, and the file says why.

/// Types that are strings already.
#[allow(unused_macros, reason = "used by some of the features")]
macro_rules! as_str {
    ($([$($parameters:tt)*] $T:ty, $this:ident => $text:expr;)+) => {
        $(
            impl<$($parameters)*> crate::ZeroAllocJson for $T {
                #[inline]
                fn write_value<'s, L: crate::Level>(&self, c: crate::Cursor<'s, L>) -> crate::Cursor<'s, L> {
                    let $this = self;
                    c.str($text)
                }

                #[inline]
                fn __write_key<'s, L: crate::Level>(&self, c: crate::Cursor<'s, L>) -> crate::Cursor<'s, L> {
                    crate::ZeroAllocJson::write_value(self, c)
                }

                const __PLACES: crate::value::places::Places = crate::value::places::Places::KEY;
            }
        )+
    };
}

/// Types that only their `Display` can write.
#[allow(unused_macros, reason = "used by some of the features")]
macro_rules! displayed {
    ($($T:ty;)+) => {
        $(
            impl crate::ZeroAllocJson for $T {
                fn write_value<'s, L: crate::Level>(&self, c: crate::Cursor<'s, L>) -> crate::Cursor<'s, L> {
                    c.fmt(format_args!("{self}"))
                }

                const __PLACES: crate::value::places::Places = crate::value::places::Places::KEY;
            }
        )+
    };
}

/// Elements that lie side by side: as a slice.
#[allow(unused_macros, reason = "used by some of the features")]
macro_rules! slices {
    ($([$($parameters:tt)*] $C:ty;)+) => {
        $(
            impl<$($parameters)*> crate::ZeroAllocJson for $C {
                #[inline]
                fn write_value<'s, L: crate::Level>(&self, c: crate::Cursor<'s, L>) -> crate::Cursor<'s, L> {
                    self.as_slice().write_value(c)
                }

                const __PLACES: crate::value::places::Places = crate::value::places::Places::ARRAY;
            }
        )+
    };
}

/// Collections of values: arrays, in the order in which they iterate.
#[allow(unused_macros, reason = "used by some of the features")]
macro_rules! collections {
    ($([$($parameters:tt)*] $C:ty, $this:ident => $values:expr;)+) => {
        $(
            impl<$($parameters)*> crate::ZeroAllocJson for $C {
                fn write_value<'s, L: crate::Level>(&self, c: crate::Cursor<'s, L>) -> crate::Cursor<'s, L> {
                    let $this = self;
                    c.seq($values)
                }

                const __PLACES: crate::value::places::Places = crate::value::places::Places::ARRAY;
            }
        )+
    };
}

/// Maps: objects, in the order in which they iterate.
#[allow(unused_macros, reason = "used by some of the features")]
macro_rules! maps {
    ($([$($parameters:tt)*] $M:ty, keys $K:ty, $this:ident => $entries:expr;)+) => {
        $(
            impl<$($parameters)*> crate::ZeroAllocJson for $M {
                fn write_value<'s, L: crate::Level>(&self, c: crate::Cursor<'s, L>) -> crate::Cursor<'s, L> {
                    let $this = self;
                    c.map($entries)
                }

                const __PLACES: crate::value::places::Places = crate::value::places::Places::OBJECT;
                const __KEYS_FIT: bool = <$K as crate::ZeroAllocJson>::__PLACES_BEHIND.key;
            }
        )+
    };
}

macro_rules! crates {
    ($($feature:literal $module:ident;)+) => {
        $(
            #[cfg(feature = $feature)]
            mod $module;
        )+
    };
}

crates! {
    "arrayvec" arrayvec;
    "bigdecimal" bigdecimal;
    "bytes" bytes;
    "camino" camino;
    "chrono" chrono;
    "compact_str" compact_str;
    "dashmap" dashmap;
    "either" either;
    "hashbrown" hashbrown;
    "heapless" heapless;
    "http" http;
    "indexmap" indexmap;
    "ipnet" ipnet;
    "jiff" jiff;
    "num-bigint" num_bigint;
    "ordered-float" ordered_float;
    "rust_decimal" rust_decimal;
    "semver" semver;
    "serde_json" serde_json;
    "smallvec" smallvec;
    "smol_str" smol_str;
    "time" time;
    "tinyvec" tinyvec;
    "ulid" ulid;
    "url" url;
    "uuid" uuid;
}

#[cfg(feature = "bitflags")]
pub mod bitflags;

#[cfg(any(feature = "chrono", feature = "jiff", feature = "time-human-readable"))]
mod civil;
#[cfg(any(
    feature = "chrono",
    feature = "jiff",
    feature = "rust_decimal",
    feature = "time-human-readable",
    feature = "ulid",
    feature = "uuid"
))]
mod short_string;
