//! Indenting while a text is written, so that long strings are written where they stay.
//!
//! A text is indented once it is there (`kernels::document::layout`), for which it is scanned and moved twice. For a long
//! string that took three times as long as writing it. So in front of one, what was written until then is indented, and
//! the string is behind that. The tables of kernels for calls that indent have these writers of strings; other calls know
//! nothing of it.
//!
//! What is indented moves. So nothing is indented early while the offset of a position is kept for later:
//! [`Sink::hold`].

use core::mem;

use super::{Sink, StringWriter};
use crate::kernels::document::layout::Indent;

/// Strings from this length on are written where they stay. Indenting a few bytes takes as long as moving so many.
pub(super) const LONG: usize = 192;

impl Sink {
    /// Begins to indent, at a position: whether strings are written where they stay. Otherwise all is left to do.
    pub(crate) fn begin_indenting(&mut self, position: *mut u8, indent: Indent<'_>) -> bool {
        let (Some(kernels), Some(indent)) = (self.kernels.indenting, indent.owned()) else { return false };
        self.kernels = kernels;
        self.indented = Some((indent, self.offset(position)));
        true
    }

    /// What is left to be indented: from where on, and how it goes on.
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

    /// Indents what was written up to a position within a string: the position then, and whether it is done.
    ///
    /// # Safety
    /// `position` is the sink's.
    unsafe fn indent_up_to(&mut self, position: *mut u8) -> (*mut u8, bool) {
        let Some((mut indent, done)) = self.indented.filter(|_| !self.is_held && self.error.is_none()) else {
            return (position, false);
        };
        // SAFETY: as the caller's; all before `done` is written and stays where it is.
        let Some(position) = (unsafe { self.rewrite(position, done, &mut indent) }) else {
            return (position, false);
        };
        self.indented = Some((indent, self.offset(position)));
        self.flattening = usize::MAX;
        self.forget_mark();
        (position, indent.is_in_string())
    }
}

/// Writes a long string where it stays.
///
/// # Safety
/// That of [`StringWriter`], and that of `string`.
#[cold]
#[inline(never)]
pub(super) unsafe fn write_in_place(
    position: *mut u8,
    sink: &mut Sink,
    text: *const [u8],
    room_after: usize,
    string: StringWriter,
) -> *mut u8 {
    // SAFETY: as the caller's.
    let (position, is_in_string) = unsafe { sink.indent_up_to(position) };
    // SAFETY: as the caller's; a writer of strings makes the room that it needs.
    let end = unsafe { string(position, sink, text, room_after) };
    if is_in_string {
        let offset = sink.offset(end);
        if let Some((_, done)) = &mut sink.indented {
            *done = offset;
        }
    }
    end
}
