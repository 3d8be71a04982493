//! Cursors that are lent to other code, and where that has come to.
//!
//! While other code has a cursor, the one that it is lent from is at a position that may be gone: the buffer may grow.
//! If the other code panics, or fails, it stays so. Who goes on then goes on with what [`Cursor::lost`] makes of it.

#[cfg(feature = "serde")]
use core::marker::PhantomData;

#[cfg(feature = "serde")]
use super::Brand;
use super::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::sink::error::Error;

pub(crate) const PANIC_CAUGHT: &str = "a panic was caught while a value was written";

/// The place behind a value, where the cursor with the same brand has come to (invariant 5 of the sink). So code that is
/// lent a cursor can give back no other place.
#[cfg(feature = "serde")]
#[derive(Debug)]
pub struct End<'s, D: Dispatch> {
    position: *mut u8,
    brand: PhantomData<(Brand<'s>, D)>,
}

impl<D: Dispatch> Cursor<'_, D> {
    /// Lets other code write, and goes on where that has come to.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn advance(&mut self, write: impl for<'a> FnOnce(Cursor<'a, D>) -> Cursor<'a, D>) {
        self.position = write(self.reborrow()).position;
    }

    /// Ends a value that other code has left in its middle where it began, with the error. Both places are offsets in
    /// the sink: where it began, and how far the text is known to be written.
    #[cold]
    #[inline(never)]
    pub(crate) fn lost(mut self, begin: usize, reached: usize, error: Error) -> Self {
        // SAFETY: the contract is that of `Sink::fail`: the callers have the offset from `Cursor::offset` or `Sink::mark`, of a
        // position of this sink's. All before it is written (invariant 3), and a growth keeps that, also where it unwinds.
        unsafe { self.sink.fail(reached, error) };
        self.position = self.sink.position_at(begin);
        self
    }
}

#[cfg(feature = "serde")]
impl<'s, D: Dispatch> Cursor<'s, D> {
    /// Where the cursor has come to.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn end(self) -> End<'s, D> {
        End { position: self.position, brand: PhantomData }
    }

    /// Lets other code write, and goes on where that has come to. With an error, the place is lost.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn try_advance<F, E>(&mut self, write: F) -> Result<(), E>
    where
        F: for<'a> FnOnce(Cursor<'a, D>) -> Result<End<'a, D>, E>,
    {
        self.position = write(self.reborrow())?.position;
        Ok(())
    }

    /// Notes that all up to here is written, for an error with which the place is lost.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn mark(&mut self) {
        self.sink.set_mark(self.position);
    }
}
