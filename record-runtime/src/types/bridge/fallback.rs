//! The choice between a type's own writer and its `Serialize`, for fields with `#[json(serde = "fallback")]`.
//!
//! The macro cannot know which of the two a type has. The compiler finds it out by its search for methods. That of
//! [`Prefer`] comes first where its bound holds; else the trait's is found.

use super::wrapper::Serde;
use crate::value::ZeroAllocJson;

/// A value of a field.
#[derive(Debug)]
pub struct Prefer<'a, T: ?Sized>(pub &'a T);

impl<'a, T: ZeroAllocJson + ?Sized> Prefer<'a, T> {
    /// The value, to be written by its own implementation.
    #[inline]
    #[must_use]
    pub fn or_serde(self) -> &'a T {
        self.0
    }
}

/// See [`Prefer`]. For all types, so that one that has neither implementation is reported as lacking `Serialize`.
pub trait OrSerde<'a> {
    /// A value that is written by `Serialize`.
    type Value: ?Sized;

    /// The value, to be written by its `Serialize`.
    fn or_serde(self) -> Serde<&'a Self::Value>;
}

impl<'a, T: ?Sized> OrSerde<'a> for Prefer<'a, T> {
    type Value = T;

    #[inline]
    fn or_serde(self) -> Serde<&'a T> {
        Serde(self.0)
    }
}
