//! Types of other crates, by their features.
//!
//! Texts without a format of the draft have a pattern, where they have one.

#[allow(unused_imports, reason = "used by some of the features")]
use super::standard::{array, array_of, either, formatted, inlined, map, pattern, same, string};
#[allow(unused_imports, reason = "used by some of the features")]
use super::{generator::JsonSchema, tree::Schema};

/// `2026-02-03`, also of a year that has not four digits.
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time-human-readable"))]
macro_rules! date {
    () => {
        "[+-]?[0-9]{4,}-[0-9]{2}-[0-9]{2}"
    };
}

/// `04:05:06.7`
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time-human-readable"))]
macro_rules! time_of_day {
    () => {
        "[0-9]{1,2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?"
    };
}

#[cfg(any(feature = "chrono", feature = "time-human-readable"))]
fn names<const N: usize>(names: [&'static str; N]) -> Schema {
    string().with("enum", names)
}

#[cfg(any(feature = "chrono", feature = "time-human-readable"))]
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

#[cfg(feature = "arrayvec")]
inlined! {
    [T: JsonSchema, const N: usize] arrayvec::ArrayVec<T, N>: T, "Array" of T, generator =>
        array::<T>(generator).with("maxItems", N);
    [const N: usize] arrayvec::ArrayString<N>, "String", _ => string();
}

#[cfg(feature = "bigdecimal")]
inlined! {
    [] bigdecimal::BigDecimal, "Decimal", _ => pattern("^-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?$");
}

#[cfg(feature = "bytes")]
same! {
    [] bytes::Bytes => [u8];
    [] bytes::BytesMut => [u8];
}

#[cfg(feature = "camino")]
inlined! {
    [] camino::Utf8Path, "Path", _ => string();
    [] camino::Utf8PathBuf, "Path", _ => string();
}

#[cfg(feature = "chrono")]
inlined! {
    [Tz: chrono::TimeZone] chrono::DateTime<Tz>, "DateTime", _ => formatted("date-time");
    [] chrono::NaiveDateTime, "NaiveDateTime", _ => pattern(concat!("^", date!(), "T", time_of_day!(), "$"));
    [] chrono::NaiveDate, "Date", _ => formatted("date");
    [] chrono::NaiveTime, "Time", _ => pattern(concat!("^", time_of_day!(), "$"));
    [] chrono::Weekday, "Weekday", _ => names(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]);
    [] chrono::Month, "Month", _ => names(MONTHS);
}

#[cfg(feature = "chrono")]
same! { [] chrono::TimeDelta => (i64, i32); }

#[cfg(feature = "compact_str")]
same! { [] compact_str::CompactString => str; }

#[cfg(feature = "dashmap")]
inlined! {
    [K: JsonSchema + Eq + core::hash::Hash, V: JsonSchema, S] dashmap::DashMap<K, V, S>: V, "Map" of K of V, generator =>
        map::<K, V>(generator);
    [T: JsonSchema + Eq + core::hash::Hash, S] dashmap::DashSet<T, S>: T, "Array" of T, generator =>
        array::<T>(generator);
}

#[cfg(feature = "either")]
inlined! {
    [A: JsonSchema, B: JsonSchema] either::Either<A, B>, "Either" of A of B, generator =>
        either::<A, B>(["Left", "Right"], generator);
}

#[cfg(feature = "hashbrown")]
inlined! {
    [K: JsonSchema, V: JsonSchema, S] hashbrown::HashMap<K, V, S>: V, "Map" of K of V, generator => map::<K, V>(generator);
    [T: JsonSchema, S] hashbrown::HashSet<T, S>: T, "Array" of T, generator => array::<T>(generator);
}

#[cfg(feature = "heapless")]
mod heapless {
    use heapless::binary_heap::{BinaryHeapInner, Kind};
    use heapless::deque::DequeInner;
    use heapless::history_buf::{HistoryBufInner, HistoryBufStorage};
    use heapless::linear_map::{LinearMapInner, LinearMapStorage};
    use heapless::string::{StringInner, StringStorage};
    use heapless::vec::{VecInner, VecStorage};
    use heapless::{IndexMap, IndexSet, LenType};

    use super::{JsonSchema, array, inlined, map, same};

    same! { [N: LenType, S: StringStorage + ?Sized] StringInner<N, S> => str; }

    inlined! {
        [T: JsonSchema, N: LenType, S: VecStorage<T> + ?Sized] VecInner<T, N, S>: T, "Array" of T, generator =>
            array::<T>(generator);
        [T: JsonSchema, S: VecStorage<T> + ?Sized] DequeInner<T, S>: T, "Array" of T, generator => array::<T>(generator);
        [T: JsonSchema, S: HistoryBufStorage<T> + ?Sized] HistoryBufInner<T, S>: T, "Array" of T, generator =>
            array::<T>(generator);
        [T: JsonSchema + Ord, K: Kind, S: VecStorage<T> + ?Sized] BinaryHeapInner<T, K, S>: T, "Array" of T, generator =>
            array::<T>(generator);
        [T: JsonSchema, S, const N: usize] IndexSet<T, S, N>: T, "Array" of T, generator => array::<T>(generator);
        [K: JsonSchema, V: JsonSchema, S, const N: usize] IndexMap<K, V, S, N>: V, "Map" of K of V, generator =>
            map::<K, V>(generator);
        [K: JsonSchema, V: JsonSchema, S: LinearMapStorage<K, V> + ?Sized] LinearMapInner<K, V, S>: V, "Map" of K of V,
            generator => map::<K, V>(generator);
    }
}

#[cfg(feature = "http")]
inlined! {
    [] http::StatusCode, "StatusCode", _ => Schema::of_type("integer").with("minimum", 100).with("maximum", 999);
    [] http::Method, "Method", _ => string().with("minLength", 1);
    [] http::Uri, "Uri", _ => string();
}

#[cfg(feature = "indexmap")]
inlined! {
    [K: JsonSchema, V: JsonSchema, S] indexmap::IndexMap<K, V, S>: V, "Map" of K of V, generator => map::<K, V>(generator);
    [T: JsonSchema, S] indexmap::IndexSet<T, S>: T, "Array" of T, generator => array::<T>(generator);
}

#[cfg(feature = "ipnet")]
inlined! {
    [] ipnet::Ipv4Net, "Ipv4Net", _ => pattern("^[0-9]+(\\.[0-9]+){3}/[0-9]+$");
    [] ipnet::Ipv6Net, "Ipv6Net", _ => pattern("^[0-9a-f:.]+/[0-9]+$");
    [] ipnet::IpNet, "IpNet", _ => pattern("^[0-9a-f:.]+/[0-9]+$");
}

#[cfg(feature = "jiff")]
inlined! {
    [] jiff::Timestamp, "Timestamp", _ => formatted("date-time");
    [] jiff::civil::DateTime, "CivilDateTime", _ => pattern(concat!("^", date!(), "T", time_of_day!(), "$"));
    [] jiff::civil::Date, "Date", _ => pattern(concat!("^", date!(), "$"));
    [] jiff::civil::Time, "Time", _ => pattern(concat!("^", time_of_day!(), "$"));
    [] jiff::civil::ISOWeekDate, "IsoWeekDate", _ => pattern("^[+-]?[0-9]{4,}-W[0-9]{2}-[1-7]$");
    [] jiff::ZonedDateTime, "ZonedDateTime", _ => pattern(concat!("^", date!(), "T", time_of_day!(), ".*\\[.*\\]$"));
    [] jiff::Span, "Span", _ => pattern("^-?P");
    [] jiff::SignedDuration, "SignedDuration", _ => pattern("^-?P");
}

#[cfg(feature = "num-bigint")]
inlined! {
    [] num_bigint::Sign, "Sign", _ => Schema::of_type("integer").with("enum", [-1, 0, 1]);
}

#[cfg(feature = "num-bigint")]
same! {
    [] num_bigint::BigUint => [u32];
    [] num_bigint::BigInt => (num_bigint::Sign, num_bigint::BigUint);
}

#[cfg(feature = "ordered-float")]
same! {
    [T: JsonSchema] ordered_float::OrderedFloat<T> => T;
    [] ordered_float::NotNan<f32> => f32;
    [] ordered_float::NotNan<f64> => f64;
}

#[cfg(feature = "rust_decimal")]
inlined! {
    [] rust_decimal::Decimal, "Decimal", _ => pattern("^-?[0-9]+(\\.[0-9]+)?$");
}

#[cfg(feature = "semver")]
inlined! {
    [] semver::Version, "Version", _ => pattern("^[0-9]+\\.[0-9]+\\.[0-9]+(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?$");
    [] semver::VersionReq, "VersionReq", _ => string();
    [] semver::Comparator, "Comparator", _ => string();
}

#[cfg(feature = "serde_json")]
inlined! {
    [] serde_json::Value, "Any", _ => Schema::any();
    [] serde_json::Map<alloc::string::String, serde_json::Value>, "Map", _ => Schema::map(Schema::any());
    [] serde_json::Number, "Number", _ => Schema::of_type("number");
    [] serde_json::value::RawValue, "Any", _ => Schema::any();
}

#[cfg(feature = "smallvec")]
inlined! {
    [A: smallvec::Array<Item: JsonSchema>] smallvec::SmallVec<A>: A::Item, "Array" of A::Item, generator =>
        array::<A::Item>(generator);
}

#[cfg(feature = "smol_str")]
same! { [] smol_str::SmolStr => str; }

#[cfg(feature = "time")]
inlined! {
    [] time::Timestamp, "Timestamp", _ => Schema::of_type("integer");
}

#[cfg(all(feature = "time", not(feature = "time-human-readable")))]
same! {
    [] time::Date => (i32, u16);
    [] time::Time => (u8, u8, u8, u32);
    [] time::PlainDateTime => (i32, u16, u8, u8, u8, u32);
    [] time::UtcDateTime => (i32, u16, u8, u8, u8, u32);
    [] time::OffsetDateTime => (i32, u16, u8, u8, u8, u32, i8, i8, i8);
    [] time::UtcOffset => (i8, i8, i8);
    [] time::SignedDuration => (i64, i32);
}

#[cfg(all(feature = "time", not(feature = "time-human-readable")))]
inlined! {
    [] time::Weekday, "Weekday", _ => Schema::of_type("integer").with("minimum", 1).with("maximum", 7);
    [] time::Month, "Month", _ => Schema::of_type("integer").with("minimum", 1).with("maximum", 12);
}

#[cfg(feature = "time-human-readable")]
inlined! {
    [] time::Date, "Date", _ => pattern(concat!("^", date!(), "$"));
    [] time::Time, "Time", _ => pattern(concat!("^", time_of_day!(), "$"));
    [] time::PlainDateTime, "PlainDateTime", _ => pattern(concat!("^", date!(), " ", time_of_day!(), "$"));
    [] time::UtcDateTime, "UtcDateTime", _ => pattern(concat!("^", date!(), " ", time_of_day!(), "$"));
    [] time::OffsetDateTime, "OffsetDateTime", _ =>
        pattern(concat!("^", date!(), " ", time_of_day!(), " [+-][0-9]{2}:[0-9]{2}:[0-9]{2}$"));
    [] time::UtcOffset, "UtcOffset", _ => pattern("^[+-][0-9]{2}:[0-9]{2}:[0-9]{2}$");
    [] time::SignedDuration, "SignedDuration", _ => pattern("^-?[0-9]+\\.[0-9]{9}$");
    [] time::Weekday, "Weekday", _ =>
        names(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]);
    [] time::Month, "Month", _ => names(MONTHS);
}

#[cfg(feature = "tinyvec")]
inlined! {
    [A: tinyvec::Array<Item: JsonSchema>] tinyvec::ArrayVec<A>: A::Item, "Array" of A::Item, generator =>
        array::<A::Item>(generator).with("maxItems", A::CAPACITY);
    [A: tinyvec::Array<Item: JsonSchema>] tinyvec::TinyVec<A>: A::Item, "Array" of A::Item, generator =>
        array::<A::Item>(generator);
}

#[cfg(feature = "ulid")]
inlined! {
    [] ulid::Ulid, "Ulid", _ => pattern("^[0-7][0-9A-HJKMNP-TV-Z]{25}$");
}

#[cfg(feature = "url")]
inlined! {
    [] url::Url, "Url", _ => formatted("uri");
}

#[cfg(feature = "uuid")]
inlined! {
    [] uuid::Uuid, "Uuid", _ => formatted("uuid");
    [] uuid::NonNilUuid, "Uuid", _ => formatted("uuid");
    [] uuid::fmt::Hyphenated, "Uuid", _ => formatted("uuid");
    [] uuid::fmt::Simple, "SimpleUuid", _ => pattern("^[0-9a-f]{32}$");
    [] uuid::fmt::Urn, "UrnUuid", _ => pattern("^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$");
    [] uuid::fmt::Braced, "BracedUuid", _ => pattern("^\\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\}$");
}
