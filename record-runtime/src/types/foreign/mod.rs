//! Types of other crates, a file and a feature each. The text is that of the type's own serde form
//! through `serde_json`.
//!
//! Types with digits (dates, uuids, decimals) are put together in [`short_string`], straight in the buffer's room.
//! Types that only their own crate can format go through `Display`, and the file says why.

/// Types that are strings already.
#[allow(unused_macros, reason = "used by some of the features")]
macro_rules! as_str {
    ($([$($parameters:tt)*] $T:ty, $this:ident => $text:expr;)+) => {
        $(
            impl<$($parameters)*> crate::ZeroAllocJson for $T {
                #[inline]
                fn write_value<'s, D: crate::Dispatch>(&self, c: crate::Cursor<'s, D>) -> crate::Cursor<'s, D> {
                    let $this = self;
                    c.str($text)
                }

                #[inline]
                fn __write_key<'s, D: crate::Dispatch>(&self, c: crate::Cursor<'s, D>) -> crate::Cursor<'s, D> {
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
                fn write_value<'s, D: crate::Dispatch>(&self, c: crate::Cursor<'s, D>) -> crate::Cursor<'s, D> {
                    c.fmt(format_args!("{self}"))
                }

                const __PLACES: crate::value::places::Places = crate::value::places::Places::KEY;
            }
        )+
    };
}

/// Elements that lie side by side: as a slice. Behind the colon stands their type.
#[allow(unused_macros, reason = "used by some of the features")]
macro_rules! slices {
    ($([$($parameters:tt)*] $C:ty: $T:ty;)+) => {
        $(
            impl<$($parameters)*> crate::ZeroAllocJson for $C {
                #[inline]
                fn write_value<'s, D: crate::Dispatch>(&self, c: crate::Cursor<'s, D>) -> crate::Cursor<'s, D> {
                    self.as_slice().write_value(c)
                }

                const __PLACES: crate::value::places::Places = crate::value::places::Places::ARRAY;

                fn __fields() -> crate::value::mask::names::Fields {
                    <$T as crate::ZeroAllocJson>::__fields()
                }
            }
        )+
    };
}

/// Collections of values: arrays, in the order in which they iterate. Behind the colon stands the type of values that may
/// have fields.
#[allow(unused_macros, reason = "used by some of the features")]
macro_rules! collections {
    ($([$($parameters:tt)*] $C:ty $(: $T:ty)?, $this:ident => $values:expr;)+) => {
        $(
            impl<$($parameters)*> crate::ZeroAllocJson for $C {
                fn write_value<'s, D: crate::Dispatch>(&self, c: crate::Cursor<'s, D>) -> crate::Cursor<'s, D> {
                    let $this = self;
                    c.seq($values)
                }

                const __PLACES: crate::value::places::Places = crate::value::places::Places::ARRAY;

                $(
                    fn __fields() -> crate::value::mask::names::Fields {
                        <$T as crate::ZeroAllocJson>::__fields()
                    }
                )?
            }
        )+
    };
}

/// Maps: objects, in the order in which they iterate. Behind the colon stands the type of values that may have fields.
#[allow(unused_macros, reason = "used by some of the features")]
macro_rules! maps {
    ($([$($parameters:tt)*] $M:ty, keys $K:ty $(: $V:ty)?, $this:ident => $entries:expr;)+) => {
        $(
            impl<$($parameters)*> crate::ZeroAllocJson for $M {
                fn write_value<'s, D: crate::Dispatch>(&self, c: crate::Cursor<'s, D>) -> crate::Cursor<'s, D> {
                    let $this = self;
                    c.map($entries)
                }

                const __PLACES: crate::value::places::Places = crate::value::places::Places::OBJECT;
                const __KEYS_FIT: bool = <$K as crate::ZeroAllocJson>::__PLACES_BEHIND.key;

                $(
                    fn __fields() -> crate::value::mask::names::Fields {
                        <$V as crate::ZeroAllocJson>::__fields().in_entries()
                    }
                )?
            }
        )+
    };
}

/// Each feature with the version of its crate, its module, and its lines on the page `docs::types`: types, their form, and
/// whether they are keys. The test beside compares the page and the manifest with these rows.
macro_rules! crates {
    ($(
        $feature:literal $version:literal [$($module:tt)*] {
            $($types:literal, $form:literal, $key:literal;)+
        }
    )+) => {
        $(
            module! { $feature $($module)* }
        )+

        #[cfg(test)]
        const ROWS: &[Row] = &[$(
            Row { feature: $feature, version: $version, lines: &[$([$types, $form, $key],)+] },
        )+];
    };
}

macro_rules! module {
    ($feature:literal) => {};
    ($feature:literal mod $module:ident) => {
        #[cfg(feature = $feature)]
        mod $module;
    };
    ($feature:literal pub mod $module:ident) => {
        #[cfg(feature = $feature)]
        pub mod $module;
    };
}

/// A row of [`crates`].
#[cfg(test)]
struct Row {
    feature: &'static str,
    version: &'static str,
    lines: &'static [[&'static str; 3]],
}

crates! {
    "arrayvec" "0.7" [mod arrayvec] {
        "`ArrayVec`, `ArrayString`", "array, string", "`ArrayString`";
    }
    "bigdecimal" "0.4" [mod bigdecimal] {
        "`BigDecimal`", "string, as displayed (allocates its digits)", "yes";
    }
    "bitflags" "2" [pub mod bitflags] {
        "types of the macro, by `#[json(with = \"record_runtime::bitflags\")]`", "`\"READ \\| WRITE \\| 0x40\"`", "";
    }
    "bytes" "1" [mod bytes] {
        "`Bytes`, `BytesMut`", "array of numbers", "";
    }
    "camino" "1" [mod camino] {
        "`Utf8Path`, `Utf8PathBuf`", "string", "yes";
    }
    "chrono" "0.4" [mod chrono] {
        "`DateTime<Tz>` of any zone",
            "`\"2026-02-03T04:05:06.789Z\"`, `\"…+01:00\"`: 0, 3, 6 or 9 digits of a second", "yes";
        "`NaiveDateTime`, `NaiveDate`, `NaiveTime`", "`\"2026-02-03T04:05:06\"`, and its parts", "yes";
        "`Weekday`, `Month`", "`\"Mon\"`, `\"January\"`", "yes";
        "`TimeDelta`", "`[seconds, nanoseconds]`", "";
    }
    "compact_str" "0.10" [mod compact_str] {
        "`CompactString`", "string", "yes";
    }
    "dashmap" "6" [mod dashmap] {
        "`DashMap`, `DashSet`", "object, array (its iterators allocate a guard for each shard)", "";
    }
    "either" "1" [mod either] {
        "`Either`", "`{\"Left\":1}`", "";
    }
    "hashbrown" "0.17" [mod hashbrown] {
        "`HashMap`, `HashSet`", "object, array", "";
    }
    "heapless" "0.9" [mod heapless] {
        "`Vec`, `Deque`, `HistoryBuf`, `BinaryHeap`, `IndexSet`, and their views", "array", "";
        "`IndexMap`, `LinearMap`", "object", "";
        "`String`", "string", "yes";
    }
    "http" "1" [mod http] {
        "`StatusCode`", "number; the crate has no serde form", "yes";
        "`Method`, `Uri`", "string, as displayed", "yes";
    }
    "indexmap" "2" [mod indexmap] {
        "`IndexMap`, `IndexSet`", "object, array, in their order", "";
    }
    "ipnet" "2" [mod ipnet] {
        "`IpNet`, `Ipv4Net`, `Ipv6Net`", "`\"10.0.0.0/8\"`", "yes";
    }
    "jiff" "1" [mod jiff] {
        "`Timestamp`", "`\"2026-02-03T04:05:06.7Z\"`: as many digits of a second as it needs", "yes";
        "`civil::{DateTime, Date, Time, ISOWeekDate}`", "`\"2026-02-03T04:05:06\"`, and its parts; `\"2026-W06-2\"`",
            "yes";
        "`ZonedDateTime`", "`\"2026-02-03T04:05:06+01:00[Europe/Berlin]\"`", "yes";
        "`Span`, `SignedDuration`", "`\"P1DT2H\"`", "yes";
    }
    "num-bigint" "0.5" [mod num_bigint] {
        "`BigUint`, `BigInt`, `Sign`", "array of 32-bit digits, the lowest first; `[-1,[digits]]`; `-1`, `0`, `1`",
            "";
    }
    "ordered-float" "5" [mod ordered_float] {
        "`OrderedFloat`, `NotNan`", "number; `null` if it is not finite", "if it is finite";
    }
    "rust_decimal" "1" [mod rust_decimal] {
        "`Decimal`", "`\"-0.10\"`, all digits of its scale", "yes";
    }
    "semver" "1" [mod semver] {
        "`Version`, `VersionReq`, `Comparator`", "`\"1.2.3-rc.1+5\"`, `\"^1.2\"`", "yes";
    }
    "serde_json" "1" [mod serde_json] {
        "`Value`, `Map`, `Number`", "itself; `preserve_order` and `arbitrary_precision` are followed", "";
        "`RawValue`", "its text, as it is", "";
    }
    "smallvec" "1" [mod smallvec] {
        "`SmallVec`", "array", "";
    }
    "smol_str" "0.3" [mod smol_str] {
        "`SmolStr`", "string", "yes";
    }
    "time" "0.3" [mod time] {
        "`OffsetDateTime`, `UtcDateTime`, `PlainDateTime` (`PrimitiveDateTime`)",
            "array of numbers: year, day of the year, hour, minute, second, nanosecond, then those of the offset", "";
        "`Date`, `Time`, `UtcOffset`, `SignedDuration` (`Duration`)", "array of numbers", "";
        "`Weekday`, `Month`, `Timestamp`", "number", "yes";
    }
    "time-human-readable" "0.3" [] {
        "the same, but for `Timestamp`", "`\"2026-02-03 04:05:06.7 +01:00:00\"`, and its parts; names", "yes";
    }
    "tinyvec" "1" [mod tinyvec] {
        "`ArrayVec`, `TinyVec`", "array", "";
    }
    "ulid" "3" [mod ulid] {
        "`Ulid`", "string of 26 characters", "yes";
    }
    "url" "2" [mod url] {
        "`Url`", "string", "yes";
    }
    "uuid" "1" [mod uuid] {
        "`Uuid`, `NonNilUuid`, `fmt::{Hyphenated, Simple, Urn, Braced}`", "string, in lower case", "yes";
    }
}

#[cfg(test)]
mod tests;

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
