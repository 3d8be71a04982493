//! Changing text that a call has written already.

use core::slice;

use super::Sink;
use crate::kernels::document::rewrite::{Progress, Rewrite};

/// Room that is made at least where a change asks for more.
const MORE_ROOM: usize = 4096;

impl Sink {
    /// The text from an offset up to the position, and so many zeros behind it, in room of their own. `None` where the
    /// position lies in front of the offset (invariant 4).
    ///
    /// # Safety
    /// `position` is the sink's (invariant 5).
    #[inline]
    pub(crate) unsafe fn text_from(&mut self, position: *mut u8, start: usize, zeros: usize) -> Option<&mut [u8]> {
        let len = self.offset(position).checked_sub(start)?;
        if zeros > 0 {
            // SAFETY: by contract the position is this sink's (invariant 5).
            let position = unsafe { self.reserve(position, zeros) };
            // SAFETY: `reserve` made room for `zeros` bytes (invariant 2). Zeros, because a reference to bytes that were
            // never written must not exist.
            unsafe { position.write_bytes(0, zeros) };
        }
        let from = self.position_at(start);
        // SAFETY: `len + zeros` bytes are written: the buffer up to the position (invariant 3), and the zeros. Nothing else
        // refers to them (invariants 1 and 6).
        Some(unsafe { slice::from_raw_parts_mut(from, len + zeros) })
    }

    /// Changes what was written from an offset on: the position behind it. `None`, and nothing is changed, where the
    /// position lies in front of that (invariant 4).
    ///
    /// # Safety
    /// `position` is the sink's (invariant 5).
    pub(crate) unsafe fn rewrite<R: Rewrite>(
        &mut self,
        mut position: *mut u8,
        start: usize,
        mut rewrite: R,
    ) -> Option<*mut u8> {
        // SAFETY: by contract the position is this sink's (invariant 5).
        let text = unsafe { self.text_from(position, start, 0) }?;
        let (mut progress, mut end) = (Progress { written: 0, read: 0 }, text.len());
        let Some(mut room) = rewrite.room(text) else { return Some(position) };
        loop {
            let zeros = room + R::PADDING;
            // SAFETY: by contract the position is this sink's (invariant 5), and those of later rounds are within the text
            // of the round before.
            let text = unsafe { self.text_from(position, start, zeros) }?;
            text.copy_within(progress.read..end, progress.read + room);
            progress.read += room;
            end += room;
            let is_done = rewrite.apply(text, &mut progress);
            position = self.position_at(start + if is_done { progress.written.min(end) } else { end });
            if is_done {
                return Some(position);
            }
            // As much as is left: so what is moved in all is at most what is written.
            room = end - progress.read + MORE_ROOM;
        }
    }
}
