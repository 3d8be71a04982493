//! The two ways to get at bytes of the output: those to come, of a known number, and those that a
//! writer has just written.
//!
//! Both are handed out as plain slices, so that what fills or changes them is safe code.

use core::slice;

use super::Cursor;
use crate::kernels::document::canonical::{Canonical, Reason, Refusal};
use crate::kernels::document::escapes::EscapeSet;
use crate::kernels::document::layout::{Indent, OneLine};
use crate::kernels::document::rewrite::Rewrite;
use crate::sink::dispatch::Dispatch;
use crate::sink::error::Error;

impl<D: Dispatch> Cursor<'_, D> {
    /// Appends `len` bytes that `fill` puts in place of zeros. They must be whole characters.
    #[inline]
    pub(crate) fn with_room(mut self, len: usize, fill: impl FnOnce(&mut [u8])) -> Self {
        fill(self.zeros(len));
        self.position = self.position.wrapping_add(len);
        self
    }

    /// As many zeros behind the position, in room of their own.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn zeros(&mut self, len: usize) -> &mut [u8] {
        self.position = self.reborrow().make_room(len).position;
        // SAFETY: `make_room` reserved `len` bytes (invariant 2). Zeros, because a reference to bytes that were never written
        // must not exist.
        unsafe { self.position.write_bytes(0, len) };
        // SAFETY: the zeros were written, in spare capacity that is nobody else's (invariant 1).
        unsafe { slice::from_raw_parts_mut(self.position, len) }
    }

    /// Lets a function of this crate write at most `N` bytes of UTF-8 in place: how many it says.
    #[allow(dead_code, reason = "used by types of other crates, a feature each")]
    #[inline]
    pub(crate) fn fill<const N: usize>(mut self, write: impl FnOnce(&mut [u8; N]) -> usize) -> Self {
        let len = write(self.zeros(N).first_chunk_mut().expect("N bytes"));
        assert!(len <= N);
        self.position = self.position.wrapping_add(len);
        self
    }

    /// Writes, then changes what was written.
    pub(crate) fn rewritten(self, rewrite: impl Rewrite, write: impl FnOnce(Self) -> Self) -> Self {
        let start = self.offset();
        let was_held = self.sink.hold();
        let end = write(self);
        end.sink.release(was_held);
        end.changed_from(start, rewrite)
    }

    /// Writes, and indents what was written.
    pub(crate) fn indented(self, step: &str, write: impl FnOnce(Self) -> Self) -> Self {
        let start = self.offset();
        let kernels = self.sink.kernels;
        // SAFETY: the contract of `IndentKernel`: a sink has a table of what the CPU can run, as `tables::of` gives it.
        let indent = unsafe { Indent::new(step, kernels.indent) };
        self.sink.begin_indenting(self.position, indent);
        let end = write(self);
        end.sink.kernels = kernels;
        match end.sink.end_indenting() {
            Some((rest, from)) => end.changed_from(from, rest),
            None => end.changed_from(start, indent),
        }
    }

    /// Writes, and gives what was written its canonical form. Where there is none, the error is at what has none.
    pub(crate) fn canonical(self, write: impl FnOnce(Self) -> Self) -> Self {
        let start = self.offset();
        let was_held = self.sink.hold();
        let mut end = write(self);
        end.sink.release(was_held);
        if end.sink.has_failed() {
            return end;
        }
        let mut canonical = Canonical::default();
        end = end.changed_from(start, &mut canonical);
        match canonical.refusal {
            None => end,
            Some(Refusal { reason, .. }) => end.fail(Error::known(match reason {
                Reason::NotJson => "no canonical form: this is not JSON",
                Reason::Number => "no canonical form: a double has another text, or another value",
                Reason::Key => "no canonical form: the key is there already",
                Reason::Surrogate => "no canonical form: half of a surrogate pair",
            })),
        }
    }

    /// Writes, then takes out the whitespace between tokens if there is a line break in it. Only a text that was JSON
    /// before can have one, and its writer leaves a mark.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn on_one_line(self, write: impl FnOnce(Self) -> Self) -> Self {
        let start = self.offset();
        let was_held = self.sink.hold();
        let end = write(self);
        end.sink.release(was_held);
        if end.sink.line_breaks { end.changed_from(start, OneLine) } else { end }
    }

    /// Changes what was written from an offset of the sink on.
    fn changed_from(mut self, start: usize, rewrite: impl Rewrite) -> Self {
        // SAFETY: the cursor's position is its sink's (invariant 5).
        match unsafe { self.sink.rewrite(self.position, start, rewrite) } {
            Some(position) => {
                self.position = position;
                self
            }
            None => self.fail(Error::known("a value went back behind its beginning")),
        }
    }

    /// Writes, and escapes in what was written what the set names.
    ///
    /// Within such a value, the passes of others have nothing to do if the pass of one around them escapes the same. So
    /// at most two passes look at each byte, one for each kind of escapes, however deep types are within each other. A
    /// recursive type would take quadratic time otherwise.
    pub(crate) fn escaped(self, set: EscapeSet, write: impl FnOnce(Self) -> Self) -> Self {
        let outer = self.sink.escapes;
        let all = outer.union(set);
        if all == outer {
            return write(self);
        }
        // If this unwinds, what is set here stays, but then the call ends with an error.
        self.sink.escapes = all;
        self.rewritten(set, |c| {
            let end = write(c);
            end.sink.escapes = outer;
            end
        })
    }
}
