//! Values whose end is lost: foreign code panicked, or gave up, in the middle.

#[cfg(feature = "serde")]
use super::Cursor;
use crate::sink::Sink;
#[cfg(feature = "serde")]
use crate::sink::dispatch::Dispatch;
use crate::sink::error::Error;

pub(crate) const PANIC_CAUGHT: &str = "a panic was caught while a value was written";

/// Records the error of a value whose end was lost with a panic or an error: it ends where it began. Both places
/// are [`Sink::offset`]s: where it began, and how far the text is known to be written.
#[cold]
#[inline(never)]
pub(crate) fn lost(sink: &mut Sink, begin: usize, reached: usize, error: Error) -> *mut u8 {
    // SAFETY: the contract is that of `Sink::fail`: the callers have the offset from `Sink::offset` or `Sink::mark`, of a
    // position of this sink's. All before it is written (invariant 3), and a growth keeps that, also where it unwinds.
    unsafe { sink.fail(reached, error) };
    sink.position_at(begin)
}

#[cfg(feature = "serde")]
impl<D: Dispatch> Cursor<'_, D> {
    /// Ends a value that lost its cursor where it began, with the error.
    #[cold]
    pub(crate) fn lost(mut self, begin: usize, error: Error) -> Self {
        let reached = self.sink.mark().max(begin);
        self.position = lost(self.sink, begin, reached, error);
        self
    }

    /// Notes that all up to here is written, for an error after which the cursor is lost.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn marked(self) -> Self {
        self.sink.set_mark(self.position);
        self
    }
}
