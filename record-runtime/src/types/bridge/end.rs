//! How foreign code is lent a cursor, and what it gives back.

use super::failure::Failure;
use crate::cursor::Cursor;
use crate::cursor::lend::End;
use crate::sink::dispatch::Dispatch;
use crate::sink::{Sink, TOO_DEEP};

/// The outcome of writing a value: the place behind it, or why there is none; in two registers.
pub(super) type Written<'s, D> = Result<End<'s, D>, Failure>;

impl<'s, D: Dispatch> Cursor<'s, D> {
    /// The cursor, while there is stack for a value that contains others.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn within_stack(self) -> Result<Self, Failure> {
        if self.sink.is_too_deep() { Err(too_deep(self.sink)) } else { Ok(self) }
    }

    /// The end of what the sink may have refused. Then the `Serialize` has to know, and not to go on.
    #[inline]
    pub(super) fn end_if_written(self) -> Written<'s, D> {
        if self.sink.has_failed() { Err(Failure::lost()) } else { Ok(self.end()) }
    }

    /// Lets a part be written, and goes on behind it.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn part<F>(mut self, write: F) -> Result<Self, Failure>
    where
        F: for<'a> FnOnce(Cursor<'a, D>) -> Written<'a, D>,
    {
        self.try_advance(|c| write(c.marked()))?;
        Ok(self.marked())
    }

    /// Lets foreign code write one value with a cursor that it may lose: the value then ends where it began,
    /// with the error.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn attempt<F>(mut self, write: F) -> Self
    where
        F: for<'a> FnOnce(Cursor<'a, D>) -> Written<'a, D>,
    {
        let begin = self.offset();
        let was_held = self.sink.hold();
        let written = self.try_advance(write);
        self.sink.release(was_held);
        match written {
            Ok(()) => self,
            Err(failure) => {
                let reached = self.sink.mark().max(begin);
                self.lost(begin, reached, failure.into_error())
            }
        }
    }

    /// [`mark`](Self::mark), in a row of calls.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn marked(mut self) -> Self {
        self.mark();
        self
    }
}

#[cold]
fn too_deep(sink: &mut Sink) -> Failure {
    sink.go_no_deeper();
    Failure::known(TOO_DEEP)
}
