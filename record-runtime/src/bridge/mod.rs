//! The bridge to serde: whatever implements `serde::Serialize` is written at a cursor, with the
//! bytes of `serde_json` and its errors.
//!
//! The cursor is what serde calls the serializer's `Ok`: it goes by value into each part of a
//! value and comes back behind it, so that it stays in registers as it does in generated code. A
//! part that fails, or that panics, does not give its cursor back, and whoever lent it has none to
//! go on with: that is all it takes to be safe from a `Serialize` that catches a panic or swallows
//! an error.
//!
//! [`value`] answers serde's 29 kinds of values, [`compound`] the sequences, maps and structs among
//! them, [`key`] what stands in front of a colon, and [`verbatim`] the two private structs by which
//! `serde_json` hands a number's or a value's own text through serde.

mod compound;
mod failure;
mod fallback;
mod function;
mod key;
mod value;
mod verbatim;

pub use serde_core::Serialize;

use self::failure::Failure;
pub use self::fallback::{OrSerde, Prefer};
pub use self::function::Function;
use self::key::KeySerializer;
use self::value::ValueSerializer;
use crate::ZeroAllocJson;
use crate::cursor::Cursor;
use crate::level::Level;

/// What writing a value comes to: the cursor behind it, in two registers, or why there is none.
type Written<'s, L> = Result<Cursor<'s, L>, Failure>;

/// A value that is written by its implementation of serde's `Serialize`, as `serde_json` writes it.
///
/// For whole values; a field of a derived type takes `#[json(serde)]`, which does the same. Needs
/// the feature `serde`.
///
/// Nothing is allocated, unless by the implementation itself or for the message of an error. An
/// error that the implementation reports is this value's [`Error`](crate::Error), and so is a map
/// key that JSON cannot have: what serde knows of a type does not tell them apart earlier. As a map
/// key it follows the rules of `serde_json`; flattened, it has to be a map, a struct or nothing.
///
/// The length that a `Serialize` announces is not believed: one that announces no elements and then
/// writes some gets them into its array, where `serde_json` writes them behind it.
///
/// ```
/// use record_runtime::{Serde, ZeroAllocJson};
///
/// let mut buf = Vec::new();
/// Serde(&("text", [1, 2], serde_json::json!({"a": null}))).write_json(&mut buf);
/// assert_eq!(buf, br#"["text",[1,2],{"a":null}]"#);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Serde<T>(pub T);

impl<T: Serialize> ZeroAllocJson for Serde<T> {
    #[inline]
    fn write_value<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
        c.attempt(|c| self.0.serialize(ValueSerializer(c)).map_err(Failure::into_error))
    }

    #[inline]
    fn __write_key<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
        c.attempt(|c| self.0.serialize(KeySerializer(c)).map_err(Failure::into_error))
    }
}
