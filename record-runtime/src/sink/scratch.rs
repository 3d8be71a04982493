//! The buffer in which a text is put together that goes elsewhere: into a `Vec` or `String` of exactly
//! its length, a writer, a slice.
//!
//! Only writing a text tells its length, and writing runs user code, which must run once. So nothing is measured
//! before. The text is written into a buffer that has its size from earlier calls, and copied, which costs a fraction
//! of measuring it.
//!
//! Each thread has one such buffer; without `std` the process has one. It is taken for the time of the call. Calls
//! within it (a `Display` that calls `to_vec`), and those of other threads without `std`, find none and begin with an
//! empty one. Of two that come back the larger one is kept. A thread that ends frees it, and calls after that allocate.

use alloc::vec::Vec;
use core::mem;

/// The kept buffer holds at most so many bytes. Longer texts are not copied: they get the memory that they were written
/// into.
pub(crate) const RETAINED: usize = 1 << 20;

/// After a longer text the next call begins with memory for as much, up to this.
const MOST_EXPECTED: usize = 64 << 20;

/// Bytes that are copied by one call of `memcpy`. From some 2 KB on glibc 2.36 copies by `rep movsb`. On AMD's Zen 3
/// and 4 that takes 30 times as long if the addresses are a few bytes apart modulo 4096 (glibc's bug 30994). With
/// glibc's `malloc` they are: 7.6 KB took 2,600 ns instead of 90.
const PIECE: usize = 1024;

/// Buffers up to this capacity are too small for freeing them to gain anything.
const SMALL: usize = 4096;

/// A larger one that is less than a quarter full so many times in a row is freed.
const SPARSE_CALLS: u8 = 64;

/// The buffer between calls.
#[derive(Debug)]
struct Kept {
    /// Empty, with a capacity of at most `RETAINED`.
    buffer: Vec<u8>,
    /// The capacity to begin with, after a text that was too long to be kept: the next one may be, too.
    expected: usize,
    /// How often in a row the buffer was larger than it had to be.
    sparse_calls: u8,
}

impl Kept {
    const NOTHING: Self = Self { buffer: Vec::new(), expected: 0, sparse_calls: 0 };

    /// Takes a buffer back. A buffer that is not kept is left in it, to be freed when nothing is borrowed: the
    /// allocator may be the user's.
    fn put(&mut self, buffer: &mut Vec<u8>) {
        let (filled, capacity) = (buffer.len(), buffer.capacity());
        empty(buffer);
        if capacity > RETAINED {
            if filled > RETAINED {
                self.expected = expected_after(filled);
            }
            return;
        }
        // That of a call within this one may be there.
        if capacity <= self.buffer.capacity() {
            return;
        }
        if capacity > SMALL && filled < capacity / 4 {
            self.sparse_calls += 1;
            if self.sparse_calls > SPARSE_CALLS {
                self.sparse_calls = 0;
                return;
            }
        } else {
            self.sparse_calls = 0;
        }
        mem::swap(&mut self.buffer, buffer);
    }
}

/// The buffer, for the time of a call. Empty at its beginning; given back when it is dropped, also by a panic.
#[derive(Debug)]
pub(crate) struct Scratch {
    buffer: Vec<u8>,
}

impl Scratch {
    #[inline(never)]
    pub(crate) fn take() -> Self {
        let (mut buffer, expected) =
            kept::with(|kept| (mem::take(&mut kept.buffer), mem::take(&mut kept.expected))).unwrap_or((Vec::new(), 0));
        if expected > 0 {
            buffer = Vec::with_capacity(expected);
        }
        Self { buffer }
    }

    pub(crate) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    pub(crate) fn text(&self) -> &[u8] {
        &self.buffer
    }

    /// Takes the text, in memory of its length. By reference: a buffer that is moved right after its length was written
    /// waits for that store. That was half of the time of 27 bytes.
    #[inline(never)]
    pub(crate) fn take_text(&mut self) -> Vec<u8> {
        if self.buffer.len() <= RETAINED {
            return copy(&self.buffer);
        }
        let mut text = mem::take(&mut self.buffer);
        kept::with(|kept| kept.expected = expected_after(text.len()));
        text.shrink_to_fit();
        text
    }
}

/// The capacity to begin with after a text of so many bytes.
fn expected_after(len: usize) -> usize {
    len.saturating_add(len / 8).min(MOST_EXPECTED)
}

fn copy(text: &[u8]) -> Vec<u8> {
    if text.len() <= PIECE {
        return text.to_vec();
    }
    let mut copy = Vec::with_capacity(text.len());
    for piece in text.chunks(PIECE) {
        copy.extend_from_slice(piece);
    }
    copy
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if kept::with(|kept| kept.put(&mut self.buffer)).is_none() {
            // It is freed, and nothing must be left in it.
            empty(&mut self.buffer);
        }
    }
}

/// Empties a buffer before it is kept.
#[cfg(not(feature = "zeroize"))]
pub(crate) fn empty(buffer: &mut Vec<u8>) {
    buffer.clear();
}

/// Empties a buffer before it is kept: overwrites the whole allocation, since what was truncated before is still in it.
#[cfg(feature = "zeroize")]
pub(crate) fn empty(buffer: &mut Vec<u8>) {
    zeroize::Zeroize::zeroize(buffer);
}

/// Where the buffer is kept.
#[cfg(feature = "std")]
#[forbid(unsafe_code)]
mod kept {
    use super::Kept;
    use core::cell::RefCell;

    std::thread_local! {
        static KEPT: RefCell<Kept> = const { RefCell::new(Kept::NOTHING) };
    }

    /// `None` where the thread has none any more. `work` calls no code of others.
    pub(super) fn with<R>(work: impl FnOnce(&mut Kept) -> R) -> Option<R> {
        KEPT.try_with(|kept| Some(work(&mut *kept.try_borrow_mut().ok()?))).ok().flatten()
    }
}

/// Where the buffer is kept.
#[cfg(not(feature = "std"))]
mod kept {
    use super::Kept;
    use core::cell::UnsafeCell;
    use core::sync::atomic::{AtomicBool, Ordering};

    /// Invariant: whoever turns `busy` from `false` to `true` is the only one to refer to `kept` until it
    /// turns it back.
    struct Guarded {
        busy: AtomicBool,
        kept: UnsafeCell<Kept>,
    }

    // SAFETY: the contract of `Sync`: whoever turned `busy` is the only one to refer to `kept`, and `Kept` is `Send`.
    unsafe impl Sync for Guarded {}

    static KEPT: Guarded = Guarded { busy: AtomicBool::new(false), kept: UnsafeCell::new(Kept::NOTHING) };

    /// Gives `busy` back, also where `work` unwinds.
    struct Busy;

    impl Drop for Busy {
        fn drop(&mut self) {
            KEPT.busy.store(false, Ordering::Release);
        }
    }

    /// `None` where somebody else is using it at this moment.
    pub(super) fn with<R>(work: impl FnOnce(&mut Kept) -> R) -> Option<R> {
        if KEPT.busy.swap(true, Ordering::Acquire) {
            return None;
        }
        let _busy = Busy;
        // SAFETY: `busy` was turned to `true` here, and `_busy` turns it back after `work`.
        Some(work(unsafe { &mut *KEPT.kept.get() }))
    }
}

#[cfg(test)]
mod tests {
    use std::string::String;
    use std::vec::Vec;

    use super::{Kept, MOST_EXPECTED, RETAINED, SMALL, SPARSE_CALLS, Scratch, expected_after};
    use crate::{to_string, try_to_vec};

    /// From many threads at once, which without `std` share one buffer.
    #[test]
    #[cfg_attr(target_family = "wasm", ignore = "there are no threads")]
    fn threads_at_the_same_time() {
        std::thread::scope(|scope| {
            for thread in 0..4_u8 {
                scope.spawn(move || {
                    for round in 0..500_usize {
                        let text = String::from(char::from(b'a' + thread)).repeat(round * 7 % 3_000);
                        let written = try_to_vec(&text).unwrap();
                        assert_eq!(written, std::format!("\"{text}\"").as_bytes());
                        assert_eq!(written.capacity(), written.len());
                    }
                });
            }
        });
    }

    #[test]
    fn one_within_another() {
        let mut outer = Scratch::take();
        outer.buffer().extend_from_slice(b"outer");
        let mut inner = Scratch::take();
        inner.buffer().extend_from_slice(b"inner");
        assert_eq!((outer.text(), inner.text()), (&b"outer"[..], &b"inner"[..]));
        assert_eq!(to_string("innermost"), "\"innermost\"");
        assert_eq!(outer.take_text(), b"outer");
        assert_eq!(inner.take_text(), b"inner");
        assert!(Scratch::take().text().is_empty());
    }

    #[test]
    fn long_texts_keep_their_memory() {
        for len in [RETAINED / 2, RETAINED, RETAINED + 1, 3 * RETAINED, 10] {
            for _ in 0..3 {
                let mut scratch = Scratch::take();
                assert!(scratch.text().is_empty());
                scratch.buffer().resize(len, b'x');
                let text: Vec<u8> = scratch.take_text();
                assert_eq!((text.len(), text.capacity()), (len, len));
            }
        }
    }

    /// A buffer of a capacity with so many bytes in it, given back; and whether it was kept.
    fn given_back(kept: &mut Kept, capacity: usize, filled: usize) -> bool {
        let mut buffer = Vec::with_capacity(capacity);
        assert_eq!(buffer.capacity(), capacity);
        buffer.resize(filled, b'x');
        kept.put(&mut buffer);
        assert!(buffer.is_empty() && kept.buffer.is_empty(), "texts are not kept");
        // A call takes the buffer that is there.
        core::mem::take(&mut kept.buffer).capacity() == capacity
    }

    #[test]
    fn buffers_are_kept_up_to_their_most() {
        let mut kept = Kept::NOTHING;
        for capacity in [1, SMALL, SMALL + 1, RETAINED - 1, RETAINED, RETAINED + 1, 2 * RETAINED] {
            for filled in [capacity, capacity / 4, capacity / 4 + 1] {
                kept.expected = 0;
                assert_eq!(given_back(&mut kept, capacity, filled), capacity <= RETAINED, "{filled} of {capacity}");
                let expected = if filled > RETAINED { filled + filled / 8 } else { 0 };
                assert_eq!(kept.expected, expected, "{filled} of {capacity}");
            }
        }
        for (len, expected) in [(0, 0), (8, 9), (1 << 20, 9 << 17), (1 << 30, MOST_EXPECTED), (usize::MAX, 64 << 20)] {
            assert_eq!(expected_after(len), expected);
        }
    }

    #[test]
    fn of_two_buffers_the_larger_one_is_kept() {
        for (first, second) in [(1, 2), (2, 1), (2, 2), (0, 1), (SMALL, 2 * SMALL)] {
            let (mut kept, mut a, mut b) = (Kept::NOTHING, Vec::with_capacity(first), Vec::with_capacity(second));
            kept.put(&mut a);
            kept.put(&mut b);
            assert_eq!(kept.buffer.capacity(), first.max(second));
            assert_eq!(b.capacity(), first.min(second), "the other one is freed");
        }
    }

    #[test]
    fn a_buffer_that_stays_too_large_is_freed() {
        for (capacity, filled, is_sparse) in [
            (SMALL + 4, SMALL / 4, true),
            (SMALL + 4, SMALL / 4 + 1, false),
            (SMALL + 4, 0, true),
            (SMALL, 0, false),
            (RETAINED, RETAINED / 4 - 1, true),
            (RETAINED, RETAINED / 4, false),
        ] {
            let mut kept = Kept::NOTHING;
            for _ in 0..3 {
                for _ in 0..SPARSE_CALLS {
                    assert!(given_back(&mut kept, capacity, filled), "{filled} of {capacity}");
                }
                assert_eq!(given_back(&mut kept, capacity, filled), !is_sparse, "{filled} of {capacity}");
            }
            // One call that fills it, and it is kept for as many others.
            for _ in 0..3 {
                assert!(given_back(&mut kept, capacity, capacity));
                for _ in 0..SPARSE_CALLS {
                    assert!(given_back(&mut kept, capacity, filled), "{filled} of {capacity}");
                }
            }
        }
    }

    /// In a thread of its own, whose buffer is new. Without `std` others share it.
    #[cfg(feature = "std")]
    #[test]
    #[cfg_attr(target_family = "wasm", ignore = "there are no threads")]
    fn the_buffer_of_a_thread_has_the_size_of_its_texts() {
        let write = |len: usize| {
            let mut scratch = Scratch::take();
            let before = scratch.buffer().capacity();
            scratch.buffer().resize(len, b'x');
            assert_eq!(scratch.take_text().len(), len);
            before
        };
        let test = move || {
            assert_eq!(write(1000), 0);
            assert!((1000..SMALL).contains(&write(10)), "it is kept");
            assert!((1000..SMALL).contains(&write(RETAINED + 8)), "it is kept");
            assert_eq!(write(10), RETAINED + 8 + (RETAINED + 8) / 8, "the next text may be as long");
            assert_eq!(write(10), 0, "it was too large to be kept");
            assert_eq!(Scratch::take().buffer().capacity(), 10);
            // A text that is not taken counts too.
            Scratch::take().buffer().resize(2 * RETAINED, b'x');
            assert!(write(10) > 2 * RETAINED);
        };
        std::thread::spawn(test).join().unwrap();
    }

    /// Destructors that have a text written when the thread's buffer may be gone.
    #[cfg(feature = "std")]
    #[test]
    #[cfg_attr(target_family = "wasm", ignore = "there are no threads")]
    fn at_the_end_of_a_thread() {
        struct AtEnd;

        impl Drop for AtEnd {
            fn drop(&mut self) {
                assert_eq!(to_string("at the end"), "\"at the end\"");
            }
        }

        std::thread_local! {
            static EARLIER: AtEnd = const { AtEnd };
            static LATER: AtEnd = const { AtEnd };
        }

        std::thread::spawn(|| {
            EARLIER.with(|_| ());
            assert_eq!(to_string("x"), "\"x\"");
            LATER.with(|_| ());
        })
        .join()
        .unwrap();
    }
}
