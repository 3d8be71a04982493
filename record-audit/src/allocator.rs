//! The allocator that counts.
//!
//! # Invariants
//! 1. Every call is passed to the inner allocator with the arguments as they came, and its result is returned as it came.
//!    So what the caller promised to us is what the inner allocator asks for, and what that one promises is what we do.
//! 2. The code beside that call neither unwinds, nor takes a lock, nor allocates, nor changes memory of the caller.
//!    Counting reads and adds, with wrap-around, on a thread-local that is constant-initialised and has no destructor.
//!    So it needs no registration, and works while a thread is torn down. Following a block (see
//!    [`tracking`](crate::tracking)) or sampling it (`heap`) changes atomics of fixed number. A walk of the call stack
//!    may allocate. It does so under the thread's `busy` mark, under which the allocator follows and samples nothing:
//!    the recursion is one deep.
//! 3. An address is taken out of the tables of blocks before its block is given back, and put in after it was obtained. No
//!    other thread can have received the same address in between.

use std::alloc::{GlobalAlloc, Layout, System};

use crate::counters::{self, Thread, with_thread};
#[cfg(feature = "heap")]
use crate::heap;
use crate::tracking;

/// Wraps any allocator and counts, for each thread, what goes through it.
///
/// ```
/// use record_audit::CountingAllocator;
///
/// #[global_allocator]
/// static ALLOCATOR: CountingAllocator = CountingAllocator::system();
///
/// assert!(record_audit::is_active());
/// let (list, counters) = record_audit::measure(|| vec![0_u8; 100]);
/// let counters = counters.expect("the allocator is installed");
/// assert_eq!((counters.allocations, counters.net_bytes()), (1, 100));
/// # drop(list);
/// ```
///
/// For another allocator: `CountingAllocator::new(MiMalloc)`.
///
/// Counting is a few additions to one cache line of the thread. `realloc` counts as a reallocation and as the difference
/// in bytes, not as a free and an allocation, whether or not the block moved.
#[derive(Debug, Clone, Copy, Default)]
pub struct CountingAllocator<A = System> {
    inner: A,
}

impl CountingAllocator {
    /// Counts around the system's allocator.
    #[must_use]
    pub const fn system() -> Self {
        Self::new(System)
    }
}

impl<A> CountingAllocator<A> {
    /// Counts around `inner`.
    #[must_use]
    pub const fn new(inner: A) -> Self {
        Self { inner }
    }
}

#[inline]
fn obtained(pointer: *mut u8, size: usize) {
    if !pointer.is_null() {
        with_thread(|thread| {
            thread.allocated(size);
            if looks_at_new(thread) {
                look_at_new(thread, pointer.addr(), size);
            }
        });
    }
}

/// Whether this is the work of a request that is not followed.
fn is_request_of_nobody(thread: &Thread) -> bool {
    !thread.has_owner() && thread.is_in_request()
}

/// Whether anybody asks about new blocks, so that others pay for one branch.
#[inline]
fn looks_at_new(thread: &Thread) -> bool {
    #[cfg(feature = "heap")]
    let is_sampled = heap::is_active();
    #[cfg(not(feature = "heap"))]
    let is_sampled = false;
    thread.has_owner() | is_sampled
}

#[inline(never)]
fn look_at_new(thread: &Thread, address: usize, size: usize) {
    if thread.follows() && thread.samples(size) {
        tracking::follow(address, size);
    }
    #[cfg(feature = "heap")]
    heap::obtained(thread, address, size);
}

/// Whether any table has a block, so that others pay for one branch.
#[inline]
fn looks_at_freed() -> bool {
    #[cfg(feature = "heap")]
    let is_sampled = heap::has_blocks();
    #[cfg(not(feature = "heap"))]
    let is_sampled = false;
    tracking::has_blocks() | is_sampled
}

#[inline(never)]
fn look_at_freed(address: usize) {
    if tracking::may_follow(address) {
        tracking::discard(address);
    }
    #[cfg(feature = "heap")]
    if heap::may_have(address) {
        let _ = heap::take(address);
    }
}

// SAFETY: invariant 1 hands the inner allocator's promises through; invariant 2 keeps what is done beside it from
// unwinding and from endless recursion.
unsafe impl<A: GlobalAlloc> GlobalAlloc for CountingAllocator<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: invariant 1; the caller promised that the layout is not empty.
        let pointer = unsafe { self.inner.alloc(layout) };
        obtained(pointer, layout.size());
        pointer
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: invariant 1; the caller promised that the layout is not empty.
        let pointer = unsafe { self.inner.alloc_zeroed(layout) };
        obtained(pointer, layout.size());
        pointer
    }

    #[inline]
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        with_thread(|thread| thread.freed(layout.size()));
        if looks_at_freed() {
            look_at_freed(pointer.addr());
        }
        // SAFETY: invariant 1; the caller promised a block of this allocator, hence of the inner one, and its layout.
        unsafe { self.inner.dealloc(pointer, layout) }
    }

    #[inline]
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let followed = if tracking::may_follow(pointer.addr()) { tracking::forget(pointer.addr()) } else { None };
        #[cfg(feature = "heap")]
        let sampled = if heap::may_have(pointer.addr()) { heap::take(pointer.addr()) } else { None };
        // SAFETY: invariant 1. The caller promised a block of this allocator, hence of the inner one, with its layout.
        // The size is neither zero nor too large.
        let moved = unsafe { self.inner.realloc(pointer, layout, new_size) };
        if moved.is_null() {
            if let Some(block) = followed {
                tracking::restore(pointer.addr(), block, layout.size());
            }
            #[cfg(feature = "heap")]
            if let Some(block) = sampled {
                heap::put_back(pointer.addr(), block, layout.size());
            }
            return moved;
        }
        with_thread(|thread| {
            thread.resized(layout.size(), new_size);
            if thread.follows() {
                // The request that allocated or resized the block last owns it from now on.
                tracking::follow_instead(moved.addr(), new_size, followed);
            } else if let Some(block) = followed {
                if is_request_of_nobody(thread) {
                    // Likewise. Were it kept, each such request would have a chance to add a block, and none to take one.
                    tracking::leave(block);
                } else {
                    tracking::restore(moved.addr(), block, new_size);
                }
            }
            #[cfg(feature = "heap")]
            heap::resized(thread, moved.addr(), new_size, sampled);
        });
        moved
    }
}

/// Whether [`CountingAllocator`] is the program's allocator. Where it is not, nothing in this crate reports numbers of
/// memory: they are absent, never zero.
///
/// Asked once with an allocation, then remembered.
#[must_use]
pub fn is_active() -> bool {
    counters::is_counting()
}
