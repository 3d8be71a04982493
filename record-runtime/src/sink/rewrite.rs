//! Changing text that a call has written already.

use core::slice;

use super::Sink;
use crate::kernels::document::rewrite::{Progress, Rewrite};

/// Room that is made at least where a change asks for more.
const MORE_ROOM: usize = 4096;

impl Sink {
    /// Changes what was written from an offset on: the position behind it. `None`, and nothing is changed, where the
    /// position lies in front of that (invariant 4).
    ///
    /// # Safety
    /// `position` is the sink's, and `start` the offset of one that was.
    pub(crate) unsafe fn rewrite<R: Rewrite>(
        &mut self,
        mut position: *mut u8,
        start: usize,
        mut rewrite: R,
    ) -> Option<*mut u8> {
        // SAFETY: `start` was a position.
        let from = unsafe { self.position_at(start) };
        let len = (position as usize).checked_sub(from as usize)?;
        // SAFETY: all between two positions is written (invariant 3), and nothing else refers to it.
        let Some(mut room) = rewrite.room(unsafe { slice::from_raw_parts(from, len) }) else {
            return Some(position);
        };
        let (mut progress, mut end) = (Progress { written: 0, read: 0 }, len);
        loop {
            let zeros = room + R::PADDING;
            // SAFETY: by contract the position is this sink's; those of later rounds are within the text just written.
            position = unsafe { self.reserve(position, zeros) };
            // SAFETY: `zeros` bytes were reserved (invariant 2). Zeros, because a reference to bytes that were never written must not exist.
            unsafe { position.write_bytes(0, zeros) };
            // SAFETY: `start` was a position; the text may have moved.
            let from = unsafe { self.position_at(start) };
            // SAFETY: the text and the zeros behind it: written, and nothing else refers to them.
            let text = unsafe { slice::from_raw_parts_mut(from, end + zeros) };
            text.copy_within(progress.read..end, progress.read + room);
            progress.read += room;
            end += room;
            let is_done = rewrite.apply(text, &mut progress);
            position = from.wrapping_add(if is_done { progress.written.min(end) } else { end });
            if is_done {
                return Some(position);
            }
            // As much as is left: so what is moved in all is at most what is written.
            room = end - progress.read + MORE_ROOM;
        }
    }
}
