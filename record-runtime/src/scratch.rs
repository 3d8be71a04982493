//! The buffer in which a text is put together that goes elsewhere: into a `Vec` or `String` of exactly
//! its length, a writer, a slice.
//!
//! How long a text is shows when it is written, and writing runs code of the user's, which must run once:
//! so nothing is measured before. The text is written into a buffer that has its size from earlier calls,
//! and copied, which costs a fraction of measuring it.
//!
//! Each thread has one such buffer; without `std` the process has one. It is taken for the time of the call.
//! Calls within it (a `Display` that calls `to_vec`), and those of other threads without `std`, find none
//! and begin with an empty one; of two that come back the larger one is kept. A thread that ends frees it,
//! and calls after that allocate.

use alloc::vec::Vec;
use core::mem;

/// What is kept for the next call holds at most so many bytes. Longer texts are not copied: they get the
/// memory that they were written into.
pub(crate) const RETAINED: usize = 1 << 20;

/// Buffers up to this capacity are too small for freeing them to gain anything.
const SMALL: usize = 4096;

/// A larger one that is less than a quarter full so many times in a row is freed.
const SPARSE_CALLS: u8 = 64;

/// What is kept between calls.
#[derive(Debug)]
struct Kept {
    /// Empty, with a capacity of at most `RETAINED`.
    buffer: Vec<u8>,
    /// The last text was too long to be kept: the next one may be, too.
    long: bool,
    /// How often in a row the buffer was larger than it had to be.
    sparse_calls: u8,
}

impl Kept {
    const NOTHING: Self = Self { buffer: Vec::new(), long: false, sparse_calls: 0 };

    /// Makes it fit to be kept, after a call.
    fn settle(&mut self) {
        let (filled, capacity) = (self.buffer.len(), self.buffer.capacity());
        empty(&mut self.buffer);
        self.long = capacity > RETAINED;
        let sparse = capacity > SMALL && filled < capacity / 4;
        self.sparse_calls = if sparse { self.sparse_calls.saturating_add(1) } else { 0 };
        if self.long || self.sparse_calls > SPARSE_CALLS {
            self.buffer = Vec::new();
            self.sparse_calls = 0;
        }
    }
}

/// The buffer, for the time of a call. Empty at its beginning; given back when it is dropped, also by a panic.
#[derive(Debug)]
pub(crate) struct Scratch {
    kept: Kept,
}

impl Scratch {
    #[inline(never)]
    pub(crate) fn take() -> Self {
        let mut kept = slot::with(|slot| mem::replace(slot, Kept::NOTHING)).unwrap_or(Kept::NOTHING);
        if mem::take(&mut kept.long) && kept.buffer.capacity() == 0 {
            kept.buffer = Vec::with_capacity(RETAINED);
        }
        Self { kept }
    }

    pub(crate) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.kept.buffer
    }

    pub(crate) fn text(&self) -> &[u8] {
        &self.kept.buffer
    }

    /// The text in memory of its length.
    #[inline(never)]
    pub(crate) fn into_vec(mut self) -> Vec<u8> {
        let buffer = &mut self.kept.buffer;
        if buffer.capacity() <= RETAINED {
            return buffer.as_slice().to_vec();
        }
        let mut text = mem::take(buffer);
        text.shrink_to_fit();
        self.kept.long = true;
        text
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let mut kept = mem::replace(&mut self.kept, Kept::NOTHING);
        let long = kept.long;
        kept.settle();
        kept.long |= long;
        // What is left over is freed here, when nothing is borrowed: the allocator may be the user's.
        let _left_over = slot::with(|slot| {
            if slot.buffer.capacity() > kept.buffer.capacity() {
                return mem::replace(&mut kept, Kept::NOTHING);
            }
            mem::replace(slot, mem::replace(&mut kept, Kept::NOTHING))
        });
    }
}

#[cfg(not(feature = "zeroize"))]
fn empty(buffer: &mut Vec<u8>) {
    buffer.clear();
}

/// Overwrites the whole allocation.
#[cfg(feature = "zeroize")]
fn empty(buffer: &mut Vec<u8>) {
    zeroize::Zeroize::zeroize(buffer);
}

/// Where the buffer is kept.
#[cfg(feature = "std")]
#[forbid(unsafe_code)]
mod slot {
    use super::Kept;
    use core::cell::RefCell;

    std::thread_local! {
        static SLOT: RefCell<Kept> = const { RefCell::new(Kept::NOTHING) };
    }

    /// `None` where the thread has none any more. `work` calls no code of others.
    pub(super) fn with<R>(work: impl FnOnce(&mut Kept) -> R) -> Option<R> {
        SLOT.try_with(|slot| Some(work(&mut *slot.try_borrow_mut().ok()?))).ok().flatten()
    }
}

/// Where the buffer is kept.
#[cfg(not(feature = "std"))]
mod slot {
    use super::Kept;
    use core::cell::UnsafeCell;
    use core::sync::atomic::{AtomicBool, Ordering};

    /// Invariant: whoever turns `busy` from `false` to `true` is the only one to refer to `kept` until it
    /// turns it back.
    struct Slot {
        busy: AtomicBool,
        kept: UnsafeCell<Kept>,
    }

    // SAFETY: by the invariant no two threads refer to `kept` at a time, and `Kept` is `Send`.
    unsafe impl Sync for Slot {}

    static SLOT: Slot = Slot { busy: AtomicBool::new(false), kept: UnsafeCell::new(Kept::NOTHING) };

    /// Gives `busy` back, also where `work` unwinds.
    struct Busy;

    impl Drop for Busy {
        fn drop(&mut self) {
            SLOT.busy.store(false, Ordering::Release);
        }
    }

    /// `None` where somebody else is using it at this moment.
    pub(super) fn with<R>(work: impl FnOnce(&mut Kept) -> R) -> Option<R> {
        if SLOT.busy.swap(true, Ordering::Acquire) {
            return None;
        }
        let _busy = Busy;
        // SAFETY: `busy` was turned to `true` here, and `_busy` turns it back after `work`.
        Some(work(unsafe { &mut *SLOT.kept.get() }))
    }
}

#[cfg(test)]
mod tests {
    use std::string::String;
    use std::vec::Vec;

    use super::{RETAINED, Scratch};
    use crate::{to_string, try_to_vec};

    /// From many threads at once, which without `std` share one buffer.
    #[test]
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
        assert_eq!(outer.into_vec(), b"outer");
        assert_eq!(inner.into_vec(), b"inner");
        assert!(Scratch::take().text().is_empty());
    }

    #[test]
    fn long_texts_keep_their_memory() {
        for len in [RETAINED / 2, RETAINED, RETAINED + 1, 3 * RETAINED, 10] {
            for _ in 0..3 {
                let mut scratch = Scratch::take();
                assert!(scratch.buffer().capacity() <= RETAINED && scratch.text().is_empty());
                scratch.buffer().resize(len, b'x');
                let text: Vec<u8> = scratch.into_vec();
                assert_eq!((text.len(), text.capacity()), (len, len));
            }
        }
    }

    /// Destructors that have a text written when the thread's buffer may be gone.
    #[cfg(feature = "std")]
    #[test]
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
