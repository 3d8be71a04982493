//! A cursor: where the next byte goes, and the safe ways to write there, whatever it is.
//!
//! Owns the invariants of a position, so that all above is safe code but for groups of fields and bounds. It has text
//! as it is or escaped, rewriting of text just written, keys, flattened objects, values whose end is lost, and calls.
//! Knows nothing of types that can be written: what it writes of these is a closure's.

pub(crate) mod call;
mod display;
mod entry;
#[forbid(unsafe_code)]
pub(crate) mod key;
pub(crate) mod lend;
#[forbid(unsafe_code)]
pub(crate) mod mask;
#[forbid(unsafe_code)]
pub(crate) mod options;
mod rewrite;
mod splice;
#[forbid(unsafe_code)]
pub(crate) mod view;

use core::fmt;
use core::marker::PhantomData;

use crate::kernels::document::layout::has_line_break;
use crate::kernels::lanes::{Room, Slack};
use crate::sink::dispatch::Dispatch;
use crate::sink::error::Error;
use crate::sink::{Said, Sink, TOO_DEEP, store};

/// The place in the output at which a value is written.
///
/// A cursor is moved through the writers: each takes one and returns it, advanced. It is two words, so that it travels
/// in registers. All its methods are safe: each makes room for what it writes. Their output is JSON as long as each
/// value is written once. A hand-written implementation that breaks this writes wrong text, but nothing worse.
///
/// ```
/// use record_runtime::{Cursor, Dispatch, ZeroAllocJson};
///
/// struct Celsius(f64);
///
/// impl ZeroAllocJson for Celsius {
///     fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
///         c.object().field("unit", "C").field("value", &self.0).end()
///     }
/// }
///
/// assert_eq!(record_runtime::to_string(&Celsius(21.5)), r#"{"unit":"C","value":21.5}"#);
/// ```
#[must_use = "the value is lost unless the cursor is returned"]
pub struct Cursor<'s, D: Dispatch> {
    pub(crate) position: *mut u8,
    pub(crate) sink: &'s mut Sink,
    pub(crate) brand: PhantomData<(Brand<'s>, D)>,
}

/// Invariant in its lifetime (invariant 5 of the sink).
pub(crate) type Brand<'s> = fn(&'s ()) -> &'s ();

impl<D: Dispatch> fmt::Debug for Cursor<'_, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cursor").finish_non_exhaustive()
    }
}

impl<'s, D: Dispatch> Cursor<'s, D> {
    /// Writes `null`.
    #[inline]
    pub fn null(self) -> Self {
        self.short(b"null", 4)
    }

    /// Writes the first `len` bytes of a short constant.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn short<const W: usize>(mut self, text: &[u8; W], len: usize) -> Self {
        assert!(len <= W);
        self = self.make_room(len);
        self.position = self.room().put(text, len);
        self
    }

    /// Writes a string, quoted and escaped.
    #[inline]
    pub fn str(mut self, value: &str) -> Self {
        self = self.ascii(b'"').unquoted(value, 1);
        self.position = store::byte(self.room(), b'"');
        self
    }

    /// Writes a string or a part of one, escaped, without quotes, and leaves room behind it.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn unquoted(mut self, value: &str, room_after: usize) -> Self {
        // SAFETY: the cursor's position is its sink's (invariant 5).
        self.position = unsafe { D::string(self.position, self.sink, value, room_after) };
        self
    }

    /// Writes text as it is: JSON, or a part of it.
    #[inline]
    pub fn raw(self, text: &str) -> Self {
        if has_line_break(text.as_bytes()) {
            self.sink.line_breaks = true;
        }
        self.constant_text(text)
    }

    /// Writes text of this crate's or the derive's, which has no line breaks.
    #[inline]
    pub(crate) fn constant_text(mut self, text: &str) -> Self {
        self = self.make_room(text.len());
        // SAFETY: `make_room` reserved as many bytes as the text has (invariant 2).
        self.position = unsafe { store::text(self.position, text) };
        self
    }

    /// The cursor at a position.
    ///
    /// # Safety
    /// The position is the sink's, and all before it is written (invariants 3 and 5). The CPU has the instructions of the
    /// dispatch's kernels.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) unsafe fn at(position: *mut u8, sink: &'s mut Sink) -> Self {
        Self { position, sink, brand: PhantomData }
    }

    /// The slack behind the position, and the sink. A position is moved by what is reserved alone (invariant 2).
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn parts(&mut self) -> (Slack<'_>, &mut Sink) {
        // SAFETY: the position is the sink's: it does not exceed the limit, behind which is slack (invariant 1).
        (unsafe { Room::new(self.position) }, self.sink)
    }

    /// The slack behind the position.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn room(&mut self) -> Slack<'_> {
        // SAFETY: the position is the sink's: it does not exceed the limit, behind which is slack (invariant 1).
        unsafe { Slack::new(self.position) }
    }

    /// Makes room.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn make_room(mut self, bytes: usize) -> Self {
        // SAFETY: the cursor's position is its sink's (invariant 5).
        self.position = unsafe { self.sink.reserve(self.position, bytes) };
        self
    }

    /// Writes one byte of JSON's structure.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn ascii(self, byte: u8) -> Self {
        debug_assert!(byte.is_ascii());
        self.short(&[byte], 1)
    }

    /// Says that the string behind which the cursor stands is a unit variant.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn unit_variant(self) -> Self {
        self.sink.said = Said::UnitVariant;
        self
    }

    /// Gives up a value for which there is no stack.
    #[cold]
    #[inline(never)]
    pub(crate) fn too_deep(self) -> Self {
        self.sink.go_no_deeper();
        self.fail(Error::known(TOO_DEEP))
    }

    /// Reports that the value cannot be written. The first error of a call is the one that it
    /// returns; writing may go on, and what is written is thrown away.
    #[cold]
    pub fn fail(self, error: Error) -> Self {
        let offset = self.offset();
        // SAFETY: the position is the sink's, and all before it is written (invariants 3 and 5).
        unsafe { self.sink.fail(offset, error) };
        self
    }

    /// Where the cursor is, as an [offset](Sink::offset) in the sink.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn offset(&self) -> usize {
        self.sink.offset(self.position)
    }

    /// The same place, for a writer with another dispatch.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn with_dispatch<M: Dispatch>(self) -> Cursor<'s, M> {
        Cursor { position: self.position, sink: self.sink, brand: PhantomData }
    }

    /// The same place, under a brand of its own, to be passed to a writer; where it ends is then
    /// this cursor's position.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn reborrow(&mut self) -> Cursor<'_, D> {
        Cursor { position: self.position, sink: self.sink, brand: PhantomData }
    }

    /// Whether an object or array was opened and nothing stands in it yet.
    pub(crate) fn is_in_empty_container(&self) -> bool {
        matches!(self.last_byte(), Some(b'{' | b'['))
    }

    /// The byte in front of the position, if this call has written it.
    fn last_byte(&self) -> Option<u8> {
        if self.sink.is_at_start(self.position) {
            return None;
        }
        // SAFETY: behind the call's start (invariant 4), so there is a byte before it, and it is
        // written (invariant 3).
        Some(unsafe { self.position.wrapping_sub(1).read() })
    }
}
