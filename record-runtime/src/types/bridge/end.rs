//! Where a value ends that foreign code has written, and how a cursor is lent to that.

use core::marker::PhantomData;

use super::failure::Failure;
use crate::cursor::{Brand, Cursor};
use crate::sink::dispatch::Dispatch;

/// The outcome of writing a value: the place behind it, or why there is none; in two registers.
pub(super) type Written<'s, D> = Result<End<'s, D>, Failure>;

/// The place behind a value, where the cursor with the same brand has come to (invariant 5 of the sink). So a
/// `Serialize` can return none but the one that it was lent the cursor for.
#[derive(Debug)]
pub struct End<'s, D: Dispatch> {
    pub(super) position: *mut u8,
    brand: PhantomData<(Brand<'s>, D)>,
}

impl<'s, D: Dispatch> Cursor<'s, D> {
    #[inline]
    pub(super) fn end(self) -> End<'s, D> {
        End { position: self.position, brand: PhantomData }
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
        self.position = write(self.reborrow().marked())?.position;
        Ok(self.marked())
    }

    /// Lets foreign code write one value with a cursor that it may lose: the value then ends where it began,
    /// with the error.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn attempt<F>(mut self, write: F) -> Self
    where
        F: for<'a> FnOnce(Cursor<'a, D>) -> Written<'a, D>,
    {
        let begin = self.sink.offset(self.position);
        let was_held = self.sink.hold();
        let written = write(self.reborrow()).map(|end| end.position);
        self.sink.release(was_held);
        match written {
            Ok(position) => {
                self.position = position;
                self
            }
            Err(failure) => self.lost(begin, failure.into_error()),
        }
    }
}
