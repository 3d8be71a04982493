//! The sampled heap: where living memory was allocated, by which request, and how much each call stack has asked for.
//!
//! Like [`tracking`](crate::tracking), this runs inside of the allocator: it takes no lock, allocates nothing, and cannot
//! panic. [`living`] has the sampled blocks, [`calls`] the sums by call stack, [`context`] the requests' names.
//! [`trace`] has what one piece of work allocates.

mod calls;
mod context;
mod living;
#[cfg(feature = "budgets")]
mod trace;

use crate::counters::{Thread, uncounted, with_thread};
use crate::stack::Stack;
use crate::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use self::calls::Calls;
pub(crate) use self::calls::Sum;
#[cfg(feature = "pprof")]
pub(crate) use self::context::ID_WORDS;
pub(crate) use self::context::{Labels, Place, note_route};
pub(crate) use self::living::Block;
#[cfg(feature = "budgets")]
pub(crate) use self::trace::Trace;

/// Call stacks, with the route and the method that they served, of which there are sums.
const CALLS: usize = 1 << 13;
static SUMS: Calls<CALLS> = Calls::new();

/// Bytes between two points of sampling; 0 while the heap is not sampled.
static INTERVAL: AtomicU64 = AtomicU64::new(0);
/// 1 while the heap is sampled, plus 2 for each trace: so that an allocation has one place to look at.
static ACTIVE: AtomicU32 = AtomicU32::new(0);
/// Sampled blocks that there was no room for.
static UNFOLLOWED: AtomicU64 = AtomicU64::new(0);

/// Samples the heap from now on, with a point every `interval` bytes on average; 0 ends that.
#[cfg(feature = "pprof")]
pub(crate) fn sample_every(interval: u64) {
    crate::sampling::prepare();
    prepare();
    INTERVAL.store(interval, Ordering::Relaxed);
    if interval == 0 {
        ACTIVE.fetch_and(!1, Ordering::Relaxed);
    } else {
        ACTIVE.fetch_or(1, Ordering::Relaxed);
    }
}

/// The one-time set-up of the stack walk must not happen inside the allocator.
fn prepare() {
    let _ = uncounted(Stack::capture);
}

/// Bytes between two points of sampling, 0 for none.
pub(crate) fn interval() -> u64 {
    INTERVAL.load(Ordering::Relaxed)
}

/// Whether new blocks are looked at.
#[inline]
pub(crate) fn is_active() -> bool {
    ACTIVE.load(Ordering::Relaxed) != 0
}

/// A block has been obtained.
#[inline]
pub(crate) fn obtained(thread: &Thread, address: usize, size: usize) {
    if is_active() && !thread.is_busy() {
        look_at(thread, address, size);
    }
}

#[inline(never)]
fn look_at(thread: &Thread, address: usize, size: usize) {
    let labels = Labels::of(thread.context());
    let interval = INTERVAL.load(Ordering::Relaxed);
    let weight = if interval == 0 { None } else { thread.heap_sample(size, interval) };
    if weight.is_some() || labels.has_trace() {
        keep(address, size, labels, weight);
    }
}

#[cold]
#[inline(never)]
fn keep(address: usize, size: usize, labels: Labels, weight: Option<f32>) {
    let stack = uncounted(Stack::capture);
    #[cfg(feature = "budgets")]
    if let Some(trace) = labels.trace() {
        trace::add(trace, &stack, size);
    }
    if let Some(weight) = weight {
        let call = SUMS.add(&stack, labels.request(), size, weight);
        if !living::insert(address, &Block { size, weight, call, id: labels.id() }) {
            UNFOLLOWED.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Whether there is a sampled block.
#[inline]
pub(crate) fn has_blocks() -> bool {
    living::is_any()
}

/// Whether the block at `address` could be a sampled one: `false` is certain.
#[inline]
pub(crate) fn may_have(address: usize) -> bool {
    living::may_have(address)
}

/// A sampled block is about to be freed or reallocated.
#[cold]
#[inline(never)]
pub(crate) fn take(address: usize) -> Option<Block> {
    living::remove(address)
}

/// A block stays, or was reallocated while the heap is no longer sampled.
#[cold]
#[inline(never)]
pub(crate) fn put_back(address: usize, block: Block, size: usize) {
    if !living::insert(address, &Block { size, ..block }) {
        UNFOLLOWED.fetch_add(1, Ordering::Relaxed);
    }
}

/// A block has been reallocated: it counts as a new one, if new ones are looked at.
pub(crate) fn resized(thread: &Thread, address: usize, size: usize, before: Option<Block>) {
    match before {
        Some(block) if INTERVAL.load(Ordering::Relaxed) == 0 || thread.is_busy() => put_back(address, block, size),
        _ => obtained(thread, address, size),
    }
}

/// The memory that a call stack has asked for since the heap is sampled.
#[cfg(feature = "pprof")]
pub(crate) struct Called {
    /// The route and the method, as [`Labels::route_and_method`] takes it apart.
    pub(crate) request: u16,
    pub(crate) stack: Stack,
    pub(crate) sum: Sum,
}

/// A look at everything.
#[cfg(feature = "pprof")]
pub(crate) struct Heap {
    /// By number. That of 0 has no stack: it has what no place was left for.
    pub(crate) calls: std::collections::HashMap<u32, Called>,
    pub(crate) blocks: Vec<Block>,
    pub(crate) unfollowed: u64,
}

/// # Complexity
/// Looks through the whole tables.
#[cfg(feature = "pprof")]
pub(crate) fn look() -> Heap {
    let mut blocks = Vec::new();
    // Before the calls: each block that is found has one.
    living::for_each(|block| blocks.push(*block));
    let mut calls = std::collections::HashMap::new();
    SUMS.for_each(|number, request, stack, sum| {
        calls.insert(number, Called { request, stack, sum });
    });
    Heap { calls, blocks, unfollowed: UNFOLLOWED.load(Ordering::Relaxed) }
}

/// Whether requests that begin have to be named.
#[inline(always)]
pub(crate) fn names_requests() -> bool {
    interval() != 0
}

/// Changes the context of this thread.
fn change_context(change: impl FnOnce(u64) -> u64) {
    with_thread(|thread| thread.set_context(change(thread.context())));
}
