//! Policies: other texts for values of known types, asked for by an attribute of the field or of the
//! type around it.
//!
//! The derive puts a wrapper around the reference to the field, such as `As<AsString, u64>`, that is written in place
//! of the field. A trait, [`WriteAs`](write_as::WriteAs), says what a policy fits. So a field of another type is a
//! compile error at the field, and a field without a policy pays nothing. Policies reach through pointers, `Option`,
//! sequences and the values of maps.
//!
//! A policy of a whole type concerns those of its fields that it can be applied to. The macro does not
//! know which; [`IfFits`](write_as::IfFits) finds it out by the compiler's own search for methods.

#[forbid(unsafe_code)]
mod bytes;
mod containers;
#[forbid(unsafe_code)]
pub(crate) mod decimals;
#[forbid(unsafe_code)]
mod defaults;
#[forbid(unsafe_code)]
mod display;
#[forbid(unsafe_code)]
mod escaped;
mod numbers;
#[forbid(unsafe_code)]
mod presence;
#[forbid(unsafe_code)]
mod raw;
#[forbid(unsafe_code)]
mod redact;
#[forbid(unsafe_code)]
pub(crate) mod time;
#[forbid(unsafe_code)]
mod truncate;
mod write_as;

pub use bytes::{Base64, Base64Url, Bytes, Hex, Utf8};
pub use defaults::{Defaulted, Named, OrConstant, OrDefault, OrOmitted, OrValue, Same, Versus, is_equal};
pub use display::{Display, Inside};
pub use escaped::{Ascii, Escaped, EscapedCharacters, HtmlSafe, HtmlSafeAscii, escaped};
pub use numbers::{
    AsString, AsStringBeyond, Decimals, Floats, NonFiniteAsError, NonFiniteAsNull, NonFiniteAsString, OfContainer,
    Shortest,
};
pub use presence::{AlwaysPresent, MayBeEmpty, MayBeNone, OmitIf, is_empty, is_none};
pub use raw::{Checked, Raw, Trusted};
pub use redact::{All, LastFour, Redact, Unredacted};
pub use time::{
    Date, Iso8601, Micros, Millis, Nanos, OfDurations, OfInstants, Rfc3339, Rfc3339Micros, Rfc3339Millis, Rfc3339Nanos,
    Rfc3339Seconds, Seconds, Time, Unix, UnixMicros, UnixMillis, UnixNanos,
};
pub use truncate::Truncate;
pub use write_as::{As, IfFits, OrElse, Structural, Under, WriteAs};
