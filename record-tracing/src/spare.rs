//! A thread's spare buffers: those of lines and spans that are written, for the next ones.
//!
//! A buffer is taken away while it is used. So a `Debug` that logs while its own event is written finds another one, or
//! none and allocates. Architecture invariant: nothing here is borrowed while code of others runs, and no lock is held. So a
//! forked child finds its thread's buffers as they were.

use std::cell::{Cell, RefCell};
use std::ops::{Deref, DerefMut};

use crate::span::Fields;

/// The largest buffer that a thread keeps for its next line.
pub(crate) const LINE_BYTES: usize = 64 * 1024;

/// The largest text of a span whose buffer is kept, and how many of these a thread keeps.
const SPAN_BYTES: usize = 4 * 1024;
const SPANS: usize = 32;

thread_local! {
    static LINE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    static FIELDS: RefCell<Vec<Fields>> = const { RefCell::new(Vec::new()) };
}

/// An empty buffer for a line, which goes back to its thread when it is dropped, also by a panic.
pub(crate) struct LineBuffer(Vec<u8>);

impl LineBuffer {
    pub(crate) fn take() -> Self {
        // Without it, at the end of the thread, a line is written into a new buffer.
        Self(LINE.try_with(Cell::take).unwrap_or_default())
    }
}

impl Drop for LineBuffer {
    fn drop(&mut self) {
        if self.0.capacity() <= LINE_BYTES {
            self.0.clear();
            let _ = LINE.try_with(|line| line.set(std::mem::take(&mut self.0)));
        }
    }
}

impl Deref for LineBuffer {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}

impl DerefMut for LineBuffer {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }
}

/// Empty fields of a span, with the memory of earlier ones.
pub(crate) fn take_fields() -> Fields {
    FIELDS.try_with(|spare| spare.borrow_mut().pop()).ok().flatten().unwrap_or_default()
}

/// Keeps the memory of a span's fields for the next span of this thread.
pub(crate) fn keep_fields(mut fields: Fields) {
    if !(1..=SPAN_BYTES).contains(&fields.bytes()) {
        return;
    }
    fields.clear();
    let _ = FIELDS.try_with(|spare| {
        let mut spare = spare.borrow_mut();
        if spare.len() < SPANS {
            spare.push(fields);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::{LINE, LINE_BYTES, LineBuffer, SPAN_BYTES, SPANS, keep_fields, take_fields};
    use crate::span::Fields;

    fn line_capacity() -> usize {
        let line = LINE.take();
        let capacity = line.capacity();
        LINE.set(line);
        capacity
    }

    #[test]
    fn a_line_comes_back_empty_unless_it_is_long() {
        let mut line = LineBuffer::take();
        line.extend_from_slice(b"a line");
        drop(line);
        assert!(LineBuffer::take().is_empty() && line_capacity() >= 6);
        let mut line = LineBuffer::take();
        line.reserve_exact(LINE_BYTES + 1);
        drop(line);
        assert_eq!(line_capacity(), 0);
        let unwound = std::panic::catch_unwind(|| {
            let mut line = LineBuffer::take();
            line.extend_from_slice(b"half a line");
            panic!("a panic on purpose");
        });
        assert!(unwound.is_err() && LineBuffer::take().is_empty() && line_capacity() > 0);
    }

    #[test]
    fn so_many_fields_are_kept_and_no_long_ones() {
        for _ in 0..2 * SPANS {
            keep_fields(Fields::with_capacity(100));
        }
        keep_fields(Fields::with_capacity(SPAN_BYTES + 1));
        let taken = std::iter::repeat_with(take_fields).take_while(|fields| fields.bytes() > 0);
        assert_eq!(taken.map(|fields| fields.bytes()).collect::<Vec<_>>(), [100; SPANS]);
    }
}
