//! Indenting while a text is written, so that long strings are written where they stay.
//!
//! A text is indented once it is there (`kernels::document::layout`): it is scanned, and moved twice. For a long string
//! that took three times as long as writing it. So the text in front of a long string is indented first, and the string
//! is written behind that. Calls that indent have tables of kernels with such writers of strings. Other calls know
//! nothing of it.
//!
//! A text moves when it is indented. So nothing is indented early while the offset of a position is kept for later:
//! [`Sink::hold`].

use core::mem;

use super::{Sink, Spot};
use crate::kernels::document::layout::Indent;

/// Strings from this length on are written where they stay. Indenting a few bytes takes as long as moving so many. Where
/// assertions are on it is all strings, so that every test of indented text is one of this.
pub(super) const LONG: usize = if cfg!(debug_assertions) { 1 } else { 192 };

impl Sink {
    /// Begins to indent, at a position; only at the end where the step is long.
    pub(crate) fn begin_indenting(&mut self, position: *mut u8, indent: Indent<'_>) {
        if let (Some(kernels), Some(indent)) = (self.kernels.indenting, indent.owned()) {
            self.kernels = kernels;
            self.indented = Some((indent, self.offset(position)));
        }
    }

    /// Ends it: how the rest is indented, and from which offset on.
    pub(crate) fn end_indenting(&mut self) -> Option<(Indent<'static>, usize)> {
        self.indented.take()
    }

    /// Keeps everything where it is until [`Sink::release`] gets what this returns; or until the call ends, if that is
    /// passed by.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn hold(&mut self) -> bool {
        mem::replace(&mut self.is_held, true)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn release(&mut self, was_held: bool) {
        self.is_held = was_held;
    }

    /// Indents the text up to a position within a string. Returns the position then, and whether it is in a string.
    ///
    /// # Safety
    /// `position` is the sink's.
    unsafe fn indent_up_to(&mut self, position: *mut u8) -> (*mut u8, bool) {
        let Some((mut indent, done)) = self.indented.filter(|_| !self.is_held && self.error.is_none()) else {
            return (position, false);
        };
        // SAFETY: the position is the sink's by contract (invariant 5).
        let Some(position) = (unsafe { self.rewrite(position, done, &mut indent) }) else {
            return (position, false);
        };
        self.indented = Some((indent, self.offset(position)));
        self.flattening = usize::MAX;
        #[cfg(feature = "serde")]
        self.set_mark(core::ptr::null_mut());
        (position, indent.is_in_string())
    }
}

/// Writes a long string where it stays.
#[cold]
#[inline(never)]
pub(super) fn write_in_place(spot: Spot<'_>, string: impl FnOnce(Spot<'_>) -> *mut u8) -> *mut u8 {
    let Spot { position, sink } = spot;
    // SAFETY: the position is the sink's, by contract of `Spot::new`.
    let (position, is_in_string) = unsafe { sink.indent_up_to(position) };
    // SAFETY: the contract of `Spot::new`: `indent_up_to` returned a position of this sink.
    let end = string(unsafe { Spot::new(position, sink) });
    if is_in_string {
        let offset = sink.offset(end);
        if let Some((_, done)) = &mut sink.indented {
            *done = offset;
        }
    }
    end
}
