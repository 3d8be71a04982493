//! A call: a sink from its beginning to its end, or until it is given up.

use alloc::vec::Vec;
use core::marker::PhantomData;

use super::error::Error;
use super::{Kernels, Sink};
use crate::kernels::SLACK;

/// A sink in use. Dropped only where the call does not come to its end. Then it truncates the buffer to what it held
/// before: a growth may have committed text.
pub(crate) struct Call<'b> {
    /// Its buffer is that of the borrow.
    sink: Sink,
    borrow: PhantomData<&'b mut Vec<u8>>,
}

impl Drop for Call<'_> {
    #[cold]
    fn drop(&mut self) {
        let start = self.sink.start;
        self.sink.buffer_mut().truncate(start);
    }
}

impl<'b> Call<'b> {
    /// Begins a call, at the buffer's end.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn new(buffer: &'b mut Vec<u8>, kernels: &'static Kernels) -> Self {
        let len = buffer.len();
        if buffer.capacity() - len < SLACK {
            reserve_first(buffer);
        }
        // In bounds: at least `SLACK` bytes are spare.
        let limit = buffer.as_mut_ptr().wrapping_add(buffer.capacity() - SLACK);
        Self { sink: Sink::new(limit, kernels, buffer, len), borrow: PhantomData }
    }

    /// Begins one of which the limit follows what is reserved.
    #[inline]
    pub(crate) fn measuring(buffer: &'b mut Vec<u8>, kernels: &'static Kernels) -> Self {
        let mut call = Self::new(buffer, kernels);
        call.sink.is_measuring = true;
        call.sink.limit = call.begin().0;
        call
    }

    /// The bytes from the beginning to where the reservation ended that reached furthest. While measuring.
    #[inline]
    pub(crate) fn reserved(&self) -> usize {
        self.sink.offset(self.sink.limit) - self.sink.start
    }

    /// Where the text begins, and the sink that goes with it.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn begin(&mut self) -> (*mut u8, &mut Sink) {
        (self.sink.position_at(self.sink.start), &mut self.sink)
    }

    /// Ends it: what was written becomes part of the buffer, unless there was an error.
    ///
    /// # Safety
    /// `position` is the sink's.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) unsafe fn finish(&mut self, position: *mut u8) -> Result<(), Error> {
        // Where a bound is too small, this is seen by the first text that reaches it, and not by a later write
        // behind the slack.
        assert!(position as usize <= self.sink.limit as usize, "more was written than reserved (invariant 1)");
        if self.sink.error.is_some() {
            return Err(self.sink.take_error());
        }
        // SAFETY: the position is this sink's by contract (invariant 5).
        unsafe { self.sink.commit(position) };
        Ok(())
    }
}

/// The first capacity of an empty `Vec`: enough that short texts allocate once.
#[cold]
#[inline(never)]
fn reserve_first(buffer: &mut Vec<u8>) {
    buffer.reserve(2 * SLACK);
}
