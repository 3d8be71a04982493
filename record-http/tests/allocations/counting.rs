//! An allocator that counts what one thread asks for: the last that wanted to be counted.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static REALLOCATIONS: AtomicU64 = AtomicU64::new(0);

/// Bytes that are allocated now, of all threads.
static LIVE: AtomicI64 = AtomicI64::new(0);

/// The number of the thread that is counted. Servers of tests before run on, and some of them read a clock each second.
static COUNTED: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// The number of this thread; 0 where it is never counted.
    static NUMBER: Cell<u64> = const { Cell::new(0) };
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) allocations: u64,
    pub(crate) reallocations: u64,
}

impl Counts {
    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            allocations: self.allocations - before.allocations,
            reallocations: self.reallocations - before.reallocations,
        }
    }
}

/// Counts this thread from now on, and no other.
pub(crate) fn count_this_thread() {
    NUMBER.set(COUNTED.fetch_add(1, Ordering::SeqCst) + 1);
}

pub(crate) fn so_far() -> Counts {
    Counts { allocations: ALLOCATIONS.load(Ordering::SeqCst), reallocations: REALLOCATIONS.load(Ordering::SeqCst) }
}

pub(crate) fn live_bytes() -> i64 {
    LIVE.load(Ordering::SeqCst)
}

fn live(allocated: usize, freed: usize) {
    LIVE.fetch_add(allocated.cast_signed() as i64 - freed.cast_signed() as i64, Ordering::SeqCst);
}

fn note(count: &AtomicU64) {
    let number = NUMBER.get();
    if number != 0 && number == COUNTED.load(Ordering::SeqCst) {
        count.fetch_add(1, Ordering::SeqCst);
    }
}

/// The system's allocator, counting.
pub(crate) struct CountingAllocator;

// SAFETY: every method passes its arguments on to `System`, which upholds the contract. The number is a constant-
// initialised thread-local without a destructor, so that counting allocates nothing.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(&ALLOCATIONS);
        live(layout.size(), 0);
        // SAFETY: the caller's contract is that of `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note(&ALLOCATIONS);
        live(layout.size(), 0);
        // SAFETY: the caller's contract is that of `System`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note(&REALLOCATIONS);
        live(size, layout.size());
        // SAFETY: the caller's contract is that of `System`, which allocated the block.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        live(0, layout.size());
        // SAFETY: the caller's contract is that of `System`, which allocated the block.
        unsafe { System.dealloc(pointer, layout) }
    }
}
