//! Counting the allocations of a piece of code, by an allocator that counts and passes on.
//!
//! # Invariants
//! 1. Every call is passed on to [`System`] with the arguments as they came, and its result is returned as it came. So
//!    the caller's promises are those that `System` asks for, and `System`'s promises are ours.
//! 2. Counting itself neither allocates nor unwinds: the counter is a constant-initialised thread-local without
//!    destructor, of which reading and adding with wrap-around is all that happens.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;

thread_local! {
    /// Per thread, so that what other threads do is not counted; global atomics would also cost five times as much.
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

/// The system's allocator, counting the calls of each thread. A program that wants counts declares it as its
/// `#[global_allocator]`.
#[derive(Debug, Clone, Copy, Default)]
pub struct CountingAllocator;

/// How often this thread allocates or reallocates while `work` runs. `None` if the program does not use
/// [`CountingAllocator`]: that must not pass for "never".
pub fn count(work: impl FnOnce()) -> Option<u64> {
    let before = ALLOCATIONS.get();
    work();
    let after = ALLOCATIONS.get();
    drop(black_box(Box::new(0_u8)));
    let counts = ALLOCATIONS.get() != after;
    counts.then(|| after.wrapping_sub(before))
}

/// How often this thread allocated or reallocated so far; nothing if the program does not use [`CountingAllocator`].
#[must_use]
pub fn so_far() -> u64 {
    ALLOCATIONS.get()
}

fn note() {
    ALLOCATIONS.set(ALLOCATIONS.get().wrapping_add(1));
}

// SAFETY: invariant 1 hands `System`'s promises through; invariant 2 keeps `note` from unwinding or calling back.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note();
        // SAFETY: invariant 1; the caller promised that the layout is not empty.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note();
        // SAFETY: invariant 1; the caller promised that the layout is not empty.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        note();
        // SAFETY: invariant 1; the caller promised a block of this allocator, hence of `System`, and its layout.
        unsafe { System.realloc(pointer, layout, new_size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: invariant 1; the caller promised a block of this allocator, hence of `System`, and its layout.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::{CountingAllocator, count};

    #[global_allocator]
    static ALLOCATOR: CountingAllocator = CountingAllocator;

    #[test]
    fn allocations_and_growth_are_counted_frees_are_not() {
        let mut buffer: Vec<u8> = Vec::new();
        assert_eq!(count(|| buffer = Vec::with_capacity(10)), Some(1));
        assert_eq!(count(|| buffer.reserve_exact(black_box(100))), Some(1));
        assert_eq!(count(|| drop(black_box(std::mem::take(&mut buffer)))), Some(0));
        assert_eq!(count(|| drop(black_box(vec![0_u8; 64]))), Some(1));
    }

    #[test]
    fn other_threads_are_not_counted() {
        let (start, done) = (AtomicBool::new(false), AtomicBool::new(false));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !start.load(Ordering::Acquire) {
                    std::hint::spin_loop();
                }
                drop(black_box(vec![1_u8; 64]));
                done.store(true, Ordering::Release);
            });
            // Atomics instead of a channel: a channel would allocate on this side too.
            let counted = count(|| {
                start.store(true, Ordering::Release);
                while !done.load(Ordering::Acquire) {
                    std::hint::spin_loop();
                }
            });
            assert_eq!(counted, Some(0));
        });
    }
}
