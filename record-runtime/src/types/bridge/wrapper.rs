//! Values of types that only serde knows.

use serde_core::Serialize;

use super::key::KeySerializer;
use super::serializer::ValueSerializer;
use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::value::ZeroAllocJson;

/// A value that is written by its implementation of serde's `Serialize`, as `serde_json` writes it.
///
/// For whole values; a field of a derived type takes `#[json(serde)]`, which does the same. Needs
/// the feature `serde`.
///
/// Nothing is allocated, unless by the implementation itself or for the message of an error. An error that the
/// implementation reports is this value's [`Error`](crate::Error). So is a map key that JSON cannot have, since serde's
/// trait does not tell earlier. As a map key it follows the rules of `serde_json`; flattened, it has to be a map, a
/// struct or nothing.
///
/// The length that a `Serialize` announces is not believed. If it announces no elements and writes some, they stand in
/// the array; `serde_json` writes them behind it.
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
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.attempt(|c| self.0.serialize(ValueSerializer(c)))
    }

    #[inline]
    fn __write_key<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.attempt(|c| self.0.serialize(KeySerializer(c)))
    }
}
