//! Schemas of values under a policy.

use alloc::borrow::{Cow, ToOwned};
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::format;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use core::num::{NonZero, Saturating, Wrapping};
use core::time::Duration;
#[cfg(feature = "std")]
use std::collections::{HashMap, HashSet};
#[cfg(feature = "std")]
use std::time::SystemTime;

use super::generator::{Generator, JsonSchema};
use super::name::Name;
use super::standard::{array_of, map_of};
use super::tree::Schema;
use crate::cursor::view::ViewId;
use crate::types::policy::{
    As, AsString, AsStringBeyond, Base64, Base64Url, Bytes, Date, Decimals, Display, Floats, Hex, Inside, Iso8601,
    Micros, Millis, Nanos, NonFiniteAsError, NonFiniteAsNull, NonFiniteAsString, OfContainer, Raw, Redact, Rfc3339,
    Rfc3339Micros, Rfc3339Millis, Rfc3339Nanos, Rfc3339Seconds, Seconds, Shortest, Structural, Time, Truncate, Unix,
    UnixMicros, UnixMillis, UnixNanos, Unredacted, Utf8, WriteAs,
};

/// A type of whose texts under the policy `P` a schema is known: each that [`WriteAs`] fits.
pub trait SchemaAs<P>: WriteAs<P> {
    /// The schema.
    fn schema_as(generator: &mut Generator) -> Schema;

    /// That of all values but `None`.
    fn some_as(generator: &mut Generator) -> Schema {
        Self::schema_as(generator)
    }
}

impl<P, T: SchemaAs<P> + ?Sized> JsonSchema for As<'_, P, T> {
    const INLINE: bool = true;

    fn name() -> Name {
        Name::new("Value")
    }

    fn schema(generator: &mut Generator) -> Schema {
        T::schema_as(generator)
    }

    fn __some(generator: &mut Generator) -> Schema {
        T::some_as(generator)
    }
}

impl<P: Structural, T: SchemaAs<P>> SchemaAs<P> for Option<T> {
    fn schema_as(generator: &mut Generator) -> Schema {
        T::schema_as(generator).or_null()
    }

    fn some_as(generator: &mut Generator) -> Schema {
        T::schema_as(generator)
    }
}

macro_rules! transparent {
    ($([$($parameters:tt)*] $P:ty => $T:ty;)+) => {
        $(
            impl<P: Structural, $($parameters)*> SchemaAs<P> for $P {
                fn schema_as(generator: &mut Generator) -> Schema {
                    <$T as SchemaAs<P>>::schema_as(generator)
                }

                fn some_as(generator: &mut Generator) -> Schema {
                    <$T as SchemaAs<P>>::some_as(generator)
                }
            }
        )+
    };
}

transparent! {
    [T: SchemaAs<P> + ?Sized] &T => T;
    [T: SchemaAs<P> + ?Sized] &mut T => T;
    [T: SchemaAs<P> + ?Sized] Box<T> => T;
    [T: SchemaAs<P> + ?Sized] Rc<T> => T;
    [T: SchemaAs<P> + ?Sized] Arc<T> => T;
    [T: SchemaAs<P> + ToOwned + ?Sized] Cow<'_, T> => T;
    [T: SchemaAs<P>] Wrapping<T> => T;
    [T: SchemaAs<P>] Saturating<T> => T;
}

macro_rules! sequences {
    ($($(#[$cfg:meta])? [$($parameters:tt)*] $S:ty, $length:expr;)+) => {
        $(
            $(#[$cfg])?
            impl<P: Structural, T: SchemaAs<P> $($parameters)*> SchemaAs<P> for $S {
                fn schema_as(generator: &mut Generator) -> Schema {
                    array_of(T::schema_as(generator), $length)
                }
            }
        )+
    };
}

sequences! {
    [] [T], None;
    [, const N: usize] [T; N], Some(N);
    [] Vec<T>, None;
    [] VecDeque<T>, None;
    [] BTreeSet<T>, None;
    #[cfg(feature = "std")]
    [, S] HashSet<T, S>, None;
}

macro_rules! maps {
    ($($(#[$cfg:meta])? [$($parameters:tt)*] $M:ty;)+) => {
        $(
            $(#[$cfg])?
            impl<P: Structural, K: crate::ZeroAllocJson + JsonSchema, V: SchemaAs<P> $($parameters)*> SchemaAs<P> for $M {
                fn schema_as(generator: &mut Generator) -> Schema {
                    let values = V::schema_as(generator);
                    map_of::<K>(values, generator)
                }
            }
        )+
    };
}

maps! {
    [] BTreeMap<K, V>;
    #[cfg(feature = "std")]
    [, S] HashMap<K, V, S>;
}

/// The digits of a float, as a pattern.
pub trait DigitsPattern {
    /// Without the sign.
    fn pattern() -> String;
}

impl DigitsPattern for Shortest {
    fn pattern() -> String {
        String::from("[0-9]+(\\.[0-9]+)?(e[+-]?[0-9]+)?")
    }
}

impl<const PLACES: usize> DigitsPattern for Decimals<PLACES> {
    fn pattern() -> String {
        if PLACES == 0 { String::from("[0-9]+") } else { format!("[0-9]+\\.[0-9]{{{PLACES}}}") }
    }
}

impl<C: DigitsPattern> DigitsPattern for OfContainer<C> {
    fn pattern() -> String {
        C::pattern()
    }
}

/// The texts of floats that are not finite.
pub trait OrNonFinite {
    /// The schema of all floats, where that of the finite ones is given.
    fn or_non_finite(finite: Schema, generator: &Generator) -> Schema;
}

impl OrNonFinite for NonFiniteAsNull {
    fn or_non_finite(finite: Schema, generator: &Generator) -> Schema {
        if generator.has_finite_floats() { finite } else { finite.or_null() }
    }
}

impl OrNonFinite for NonFiniteAsString {
    fn or_non_finite(finite: Schema, generator: &Generator) -> Schema {
        if generator.has_finite_floats() {
            return finite;
        }
        let names = Schema::of_type("string").with("enum", ["NaN", "Infinity", "-Infinity"]);
        Schema::any_of(vec![finite, names])
    }
}

impl OrNonFinite for NonFiniteAsError {
    fn or_non_finite(finite: Schema, _: &Generator) -> Schema {
        finite
    }
}

impl<C: OrNonFinite> OrNonFinite for OfContainer<C> {
    fn or_non_finite(finite: Schema, generator: &Generator) -> Schema {
        C::or_non_finite(finite, generator)
    }
}

/// A number between quotes.
fn quoted(pattern: &str) -> Schema {
    Schema::of_type("string").with("pattern", format!("^{pattern}$"))
}

macro_rules! floats {
    ($($T:ident $format:literal;)+) => {
        $(
            impl<R, N: OrNonFinite> SchemaAs<Floats<R, N>> for $T
            where
                Self: WriteAs<Floats<R, N>>,
            {
                fn schema_as(generator: &mut Generator) -> Schema {
                    N::or_non_finite(Schema::of_type("number").with("format", $format), generator)
                }
            }

            impl<R, N: OrNonFinite> SchemaAs<AsStringBeyond<R, N>> for $T
            where
                Self: WriteAs<AsStringBeyond<R, N>>,
            {
                fn schema_as(generator: &mut Generator) -> Schema {
                    N::or_non_finite(Schema::of_type("number").with("format", $format), generator)
                }
            }

            impl<R: DigitsPattern, N: OrNonFinite> SchemaAs<AsString<R, N>> for $T
            where
                Self: WriteAs<AsString<R, N>>,
            {
                fn schema_as(generator: &mut Generator) -> Schema {
                    N::or_non_finite(quoted(&format!("-?{}", R::pattern())), generator)
                }
            }
        )+
    };
}

floats! { f64 "double"; f32 "float"; }

macro_rules! integers {
    ($sign:literal, $beyond:literal, $minimum:expr; $($T:ident)+) => {
        $(
            integers! { @ $sign, $beyond, $minimum, $T, $T }
            integers! { @ $sign, $beyond, $minimum, $T, NonZero<$T> }
        )+
    };
    (@ $sign:literal, $beyond:literal, $minimum:expr, $T:ident, $I:ty) => {
        impl<R, N> SchemaAs<AsString<R, N>> for $I
        where
            Self: WriteAs<AsString<R, N>>,
        {
            fn schema_as(_: &mut Generator) -> Schema {
                quoted(concat!($sign, "[0-9]+"))
            }
        }

        impl<R, N> SchemaAs<AsStringBeyond<R, N>> for $I
        where
            Self: WriteAs<AsStringBeyond<R, N>>,
        {
            fn schema_as(generator: &mut Generator) -> Schema {
                if u64::try_from($T::MAX).is_ok_and(|most| most <= MAX_SAFE) {
                    return generator.of::<Self>();
                }
                let safe = Schema::of_type("integer").with("minimum", $minimum).with("maximum", MAX_SAFE);
                Schema::any_of(vec![safe, quoted($beyond)])
            }
        }
    };
}

/// `Number.MAX_SAFE_INTEGER`
const MAX_SAFE: u64 = (1 << 53) - 1;

integers! { "", "[0-9]{16,}", 0; u8 u16 u32 u64 u128 usize }
integers! { "-?", "-?[0-9]{16,}", -((1_i64 << 53) - 1); i8 i16 i32 i64 i128 isize }

impl<R, N> SchemaAs<AsString<R, N>> for bool
where
    Self: WriteAs<AsString<R, N>>,
{
    fn schema_as(_: &mut Generator) -> Schema {
        Schema::of_type("string").with("enum", ["true", "false"])
    }
}

impl<R, N> SchemaAs<AsStringBeyond<R, N>> for bool
where
    Self: WriteAs<AsStringBeyond<R, N>>,
{
    fn schema_as(generator: &mut Generator) -> Schema {
        generator.of::<Self>()
    }
}

/// The text of bytes in an encoding.
pub trait Encoded {
    /// Of so many bytes, or of any number.
    fn schema(bytes: Option<usize>) -> Schema;
}

fn with_length(schema: Schema, length: Option<usize>) -> Schema {
    match length {
        Some(length) => schema.with("minLength", length).with("maxLength", length),
        None => schema,
    }
}

fn encoded(name: &'static str, pattern: &'static str) -> Schema {
    Schema::of_type("string").with("contentEncoding", name).with("pattern", pattern)
}

impl Encoded for Base64 {
    fn schema(bytes: Option<usize>) -> Schema {
        let text = encoded("base64", "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$");
        with_length(text, bytes.map(|bytes| bytes.div_ceil(3).saturating_mul(4)))
    }
}

impl Encoded for Base64Url {
    fn schema(bytes: Option<usize>) -> Schema {
        let text = encoded("base64url", "^[A-Za-z0-9_-]*$");
        with_length(text, bytes.map(|bytes| bytes.saturating_mul(4).div_ceil(3)))
    }
}

impl Encoded for Hex {
    fn schema(bytes: Option<usize>) -> Schema {
        let text = encoded("base16", "^([0-9a-f]{2})*$");
        with_length(text, bytes.map(|bytes| bytes.saturating_mul(2)))
    }
}

impl Encoded for Utf8 {
    fn schema(_: Option<usize>) -> Schema {
        Schema::of_type("string")
    }
}

macro_rules! bytes {
    ($([$($parameters:tt)*] $B:ty, $length:expr;)+) => {
        $(
            impl<E: Encoded $($parameters)*> SchemaAs<Bytes<E>> for $B
            where
                Self: WriteAs<Bytes<E>>,
            {
                fn schema_as(_: &mut Generator) -> Schema {
                    E::schema($length)
                }
            }
        )+
    };
}

bytes! {
    [] [u8], None;
    [] Vec<u8>, None;
    [, const N: usize] [u8; N], Some(N);
}

/// The text of a time in a form.
pub trait FormOfTime {
    /// Of each time.
    fn schema() -> Schema;
}

macro_rules! forms {
    ($($($F:ident)+ => $schema:expr;)+) => {
        $($(
            impl FormOfTime for $F {
                fn schema() -> Schema {
                    $schema
                }
            }
        )+)+
    };
}

forms! {
    Rfc3339 Rfc3339Seconds Rfc3339Millis Rfc3339Micros Rfc3339Nanos =>
        Schema::of_type("string").with("format", "date-time");
    Date => Schema::of_type("string").with("format", "date");
    // The format `duration` of the draft has no fractions and no sign.
    Iso8601 => Schema::of_type("string").with("pattern", "^-?PT([0-9]+H)?([0-9]+M)?([0-9]+(\\.[0-9]+)?S)?$");
    Seconds => Schema::of_type("number");
    Unix UnixMillis UnixMicros UnixNanos Millis Micros Nanos => Schema::of_type("integer");
}

macro_rules! times {
    ($($(#[$cfg:meta])? [$($parameters:tt)*] $T:ty;)+) => {
        $(
            $(#[$cfg])?
            impl<F: FormOfTime, $($parameters)*> SchemaAs<Time<F>> for $T
            where
                Self: WriteAs<Time<F>>,
            {
                fn schema_as(_: &mut Generator) -> Schema {
                    F::schema()
                }
            }
        )+
    };
}

times! {
    [] Duration;
    #[cfg(feature = "std")]
    [] SystemTime;
    #[cfg(feature = "chrono")]
    [Tz: chrono::TimeZone] chrono::DateTime<Tz>;
    #[cfg(feature = "chrono")]
    [] chrono::TimeDelta;
    #[cfg(feature = "jiff")]
    [] jiff::Timestamp;
    #[cfg(feature = "jiff")]
    [] jiff::ZonedDateTime;
    #[cfg(feature = "jiff")]
    [] jiff::SignedDuration;
    #[cfg(feature = "time")]
    [] time::OffsetDateTime;
    #[cfg(feature = "time")]
    [] time::UtcDateTime;
    #[cfg(feature = "time")]
    [] time::Timestamp;
    #[cfg(feature = "time")]
    [] time::SignedDuration;
}

macro_rules! texts {
    ($([$($parameters:tt)*] $P:ty, $generator:pat => $schema:expr;)+) => {
        $(
            texts! { @ [$($parameters)*] $P, str, $generator => $schema }
            texts! { @ [$($parameters)*] $P, String, $generator => $schema }
        )+
    };
    (@ [$($parameters:tt)*] $P:ty, $T:ty, $generator:pat => $schema:expr) => {
        impl<$($parameters)*> SchemaAs<$P> for $T
        where
            Self: WriteAs<$P>,
        {
            fn schema_as($generator: &mut Generator) -> Schema {
                $schema
            }
        }
    };
}

texts! {
    [C] Raw<C>, _ => Schema::any();
    [const N: usize] Truncate<N>, _ => Schema::of_type("string").with("maxLength", N);
    [H] Redact<H>, generator => {
        let is_shown = generator.asked().is_some_and(|asked| asked.shows(ViewId::of::<Unredacted>()));
        let string = Schema::of_type("string");
        if is_shown { string } else { string.with("pattern", "^\\*\\*\\*") }
    };
}

impl<T: fmt::Display + ?Sized> SchemaAs<Display> for T {
    fn schema_as(_: &mut Generator) -> Schema {
        Schema::of_type("string")
    }
}

macro_rules! through_reference {
    ($($P:ty)+) => {
        $(
            impl<P, T: SchemaAs<Inside<P>> + ?Sized> SchemaAs<Inside<P>> for $P {
                fn schema_as(generator: &mut Generator) -> Schema {
                    T::schema_as(generator)
                }

                fn some_as(generator: &mut Generator) -> Schema {
                    T::some_as(generator)
                }
            }
        )+
    };
}

through_reference! { &T &mut T }

impl<P, T: SchemaAs<P>> SchemaAs<Inside<P>> for Option<T> {
    fn schema_as(generator: &mut Generator) -> Schema {
        T::schema_as(generator).or_null()
    }

    fn some_as(generator: &mut Generator) -> Schema {
        T::schema_as(generator)
    }
}

macro_rules! inside {
    ($([$($parameters:tt)*] $S:ty, $length:expr;)+) => {
        $(
            impl<P, T: SchemaAs<P> $($parameters)*> SchemaAs<Inside<P>> for $S {
                fn schema_as(generator: &mut Generator) -> Schema {
                    array_of(T::schema_as(generator), $length)
                }
            }
        )+
    };
}

inside! {
    [] [T], None;
    [] Vec<T>, None;
    [, const N: usize] [T; N], Some(N);
}
