//! The bridge to serde: whatever implements `serde::Serialize` is written at a cursor, with the
//! bytes of `serde_json` and its errors.
//!
//! The cursor goes by value into each part of a value, and the place behind the part comes back as what
//! serde calls the serializer's `Ok`. (The place alone: with its sink, it and the error would be returned
//! in memory instead of in registers, which took a third more stack for each level.) A part that fails, or
//! that panics, does not give its end back, and whoever lent the cursor has no place to go on at: that is all
//! it takes to be safe from a `Serialize` that catches a panic or swallows an error.
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

use core::marker::PhantomData;

pub use serde_core::Serialize;

use self::failure::Failure;
pub use self::fallback::{OrSerde, Prefer};
pub use self::function::Function;
use self::key::KeySerializer;
use self::value::ValueSerializer;
use crate::cursor::{Brand, Cursor};
use crate::sink::level::Level;
use crate::value::ZeroAllocJson;

/// What writing a value comes to: the place behind it, or why there is none; in two registers.
type Written<'s, L> = Result<End<'s, L>, Failure>;

/// The place behind a value, where the cursor with the same brand has come to: invariant 5 of the sink, so that
/// a `Serialize` can return none but the one that it was lent the cursor for.
#[derive(Debug)]
pub struct End<'s, L: Level> {
    position: *mut u8,
    brand: PhantomData<(Brand<'s>, L)>,
}

impl<'s, L: Level> Cursor<'s, L> {
    #[inline]
    fn end(self) -> End<'s, L> {
        End { position: self.position, brand: PhantomData }
    }

    /// Lets a part be written, and goes on behind it.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn part<F>(mut self, write: F) -> Result<Self, Failure>
    where
        F: for<'a> FnOnce(Cursor<'a, L>) -> Written<'a, L>,
    {
        self.position = write(self.reborrow().marked())?.position;
        Ok(self.marked())
    }

    /// Lets foreign code write one value with a cursor that it may lose: the value then ends where it began,
    /// with the error.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn attempt<F>(mut self, write: F) -> Self
    where
        F: for<'a> FnOnce(Cursor<'a, L>) -> Written<'a, L>,
    {
        let begin = self.sink.offset(self.position);
        match write(self.reborrow()) {
            Ok(end) => {
                self.position = end.position;
                self
            }
            Err(failure) => self.lost(begin, failure.into_error()),
        }
    }
}

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
        c.attempt(|c| self.0.serialize(ValueSerializer(c)))
    }

    #[inline]
    fn __write_key<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
        c.attempt(|c| self.0.serialize(KeySerializer(c)))
    }
}
