//! Numbers: those that a thread keeps running, and those that are handed out.
//!
//! A thread's numbers only ever grow (but for `live`, which is a balance), so that any stretch of work is measured by
//! subtracting two readings. Nothing points from a thread to a scope, hence nothing can dangle after a panic.

use crate::sync::atomic::{AtomicU8, Ordering};
use std::cell::Cell;
use std::hint::black_box;

use crate::sampling;

/// The allocator's counts for a piece of work.
///
/// # What is counted
///
/// Every call of the global allocator on the threads that did the work, while they did it. Numbers belong to the thread
/// that makes the call, not to the block. Memory that the work allocated and somebody else frees later stays in
/// [`net_bytes`](Self::net_bytes). Memory that it was given and freed makes `net_bytes` smaller, below zero where
/// nothing was allocated. An HTTP server allocates the request's head before the handler runs and frees the response's
/// after it. So `net_bytes` of a healthy handler is not zero;
/// [`Audit::track_one_in`](crate::AuditBuilder::track_one_in) follows blocks instead.
///
/// Not counted: work on other threads without the [`Scope`](crate::Scope), memory that is not the global allocator's (C
/// libraries, `mmap`, stacks), and this crate's own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Blocks obtained.
    pub allocations: u64,
    /// Bytes obtained, growth by reallocation included.
    pub allocated_bytes: u64,
    /// Blocks given back.
    pub frees: u64,
    /// Bytes given back, shrinking by reallocation included.
    pub freed_bytes: u64,
    /// Blocks resized, in place or not.
    pub reallocations: u64,
    /// The largest balance of bytes at any moment, from 0 at the start. Spawned work adds to the balance when a stretch
    /// of it ends, so that what it held for a moment is not in it. While a reallocation moves a block both copies exist;
    /// one is counted.
    pub peak_bytes: u64,
    /// The coverage of these numbers.
    pub coverage: Coverage,
}

/// How complete some [`Counters`] are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Pieces of work that were handed to other tasks or threads through a [`Scope`](crate::Scope), and are included as
    /// far as they ran.
    pub spawned: u32,
    /// How many of them had not ended when the numbers were taken. Their work from then on is missing here.
    pub unfinished: u32,
    /// Whether the polls of a response's body are included.
    pub body: bool,
}

impl Counters {
    /// Bytes obtained less bytes given back. See the type on what that means.
    #[must_use]
    pub fn net_bytes(&self) -> i64 {
        self.allocated_bytes.wrapping_sub(self.freed_bytes).cast_signed()
    }

    /// Allocations and reallocations: how often the allocator was asked for room.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.allocations + self.reallocations
    }

    /// The numbers of this work and of `next`, which came after it.
    #[must_use]
    pub fn then(&self, next: &Self) -> Self {
        let highest_of_next = self.net_bytes().saturating_add_unsigned(next.peak_bytes);
        Self {
            allocations: self.allocations + next.allocations,
            allocated_bytes: self.allocated_bytes + next.allocated_bytes,
            frees: self.frees + next.frees,
            freed_bytes: self.freed_bytes + next.freed_bytes,
            reallocations: self.reallocations + next.reallocations,
            peak_bytes: self.peak_bytes.max(u64::try_from(highest_of_next).unwrap_or(0)),
            coverage: Coverage {
                spawned: self.coverage.spawned + next.coverage.spawned,
                unfinished: self.coverage.unfinished + next.coverage.unfinished,
                body: self.coverage.body || next.coverage.body,
            },
        }
    }
}

crate::sync::thread_local! {
    static THREAD: Thread = const { Thread::new() };
}

/// Runs `work` with the numbers of this thread.
// `LocalKey::with` is not marked `#[inline]`: where the compiler puts it into another codegen unit, it stays a call through
// two pointers.
#[inline(always)]
pub(crate) fn with_thread<T>(work: impl FnOnce(&Thread) -> T) -> T {
    THREAD.try_with(work).unwrap_or_else(|_| unreachable!("what has no destructor is always there"))
}

/// The running numbers of a thread. No field has a destructor (invariant 2 of the allocator).
// The order keeps numbers apart that the allocator writes together (but for a new peak), or that stand beside each
// other in a `Tally`. The compiler would make vectors of them, and a CPU cannot load as one what it has just stored as
// two. It cost 4 ns for an allocation and its free.
#[repr(C)]
pub(crate) struct Thread {
    allocations: Cell<u64>,
    reallocations: Cell<u64>,
    /// The request whose allocations are followed; 0 for none.
    owner: Cell<u64>,
    allocated_bytes: Cell<u64>,
    /// The slices that are running: the lower half counts all, the upper half those of requests ([`crate::scope`]). Here,
    /// as `has_more`, so that a slice has one place to look at.
    pub(crate) slices: Cell<u64>,
    /// Bytes obtained less bytes given back: below zero on a thread that frees what others allocate.
    live: Cell<i64>,
    /// The highest `live` since the running scope was entered.
    peak: Cell<i64>,
    frees: Cell<u64>,
    /// Set while this crate allocates for itself: nothing is followed.
    busy: Cell<bool>,
    /// For [`crate::scope`]: whether there is more to know of the slices that are running.
    pub(crate) has_more: Cell<bool>,
    /// Bytes to the next point of [sampling](crate::sampling), in the work of `owner`.
    until_sample: Cell<i64>,
    /// Bytes between two such points on average.
    sample_interval: Cell<u64>,
    /// The labels of the work for `heap`.
    #[cfg(feature = "heap")]
    context: Cell<u64>,
    /// As the two above, for the sampled heap.
    #[cfg(feature = "heap")]
    until_heap_sample: Cell<i64>,
    #[cfg(feature = "heap")]
    heap_interval: Cell<u64>,
}

/// A thread's numbers as they were.
#[derive(Clone, Copy)]
pub(crate) struct Reading {
    allocations: u64,
    allocated_bytes: u64,
    frees: u64,
    reallocations: u64,
    live: i64,
}

impl Thread {
    const fn new() -> Self {
        Self {
            allocations: Cell::new(0),
            reallocations: Cell::new(0),
            owner: Cell::new(0),
            allocated_bytes: Cell::new(0),
            slices: Cell::new(0),
            live: Cell::new(0),
            peak: Cell::new(0),
            frees: Cell::new(0),
            busy: Cell::new(false),
            has_more: Cell::new(false),
            until_sample: Cell::new(0),
            sample_interval: Cell::new(1),
            #[cfg(feature = "heap")]
            context: Cell::new(0),
            #[cfg(feature = "heap")]
            until_heap_sample: Cell::new(0),
            #[cfg(feature = "heap")]
            heap_interval: Cell::new(0),
        }
    }

    #[inline]
    pub(crate) fn allocated(&self, size: usize) {
        self.allocations.set(self.allocations.get().wrapping_add(1));
        self.allocated_bytes.set(self.allocated_bytes.get().wrapping_add(size as u64));
        self.raise(size);
    }

    #[inline]
    pub(crate) fn freed(&self, size: usize) {
        self.frees.set(self.frees.get().wrapping_add(1));
        self.live.set(self.live.get().wrapping_sub(size.cast_signed() as i64));
    }

    #[inline]
    pub(crate) fn resized(&self, old: usize, new: usize) {
        self.reallocations.set(self.reallocations.get().wrapping_add(1));
        if new >= old {
            self.allocated_bytes.set(self.allocated_bytes.get().wrapping_add((new - old) as u64));
            self.raise(new - old);
        } else {
            self.live.set(self.live.get().wrapping_sub((old - new).cast_signed() as i64));
        }
    }

    #[inline]
    fn raise(&self, size: usize) {
        let live = self.live.get().wrapping_add(size.cast_signed() as i64);
        self.live.set(live);
        // Not a `max` and a store: a branch that is never taken in steady state costs less than the store.
        if live > self.peak.get() {
            self.peak.set(live);
        }
    }

    /// Whether this is the work of somebody whose blocks may be followed: `false` is certain.
    #[inline]
    pub(crate) fn has_owner(&self) -> bool {
        self.owner.get() != 0
    }

    /// Whether this is the work of a request.
    pub(crate) fn is_in_request(&self) -> bool {
        self.slices.get() >> 32 != 0
    }

    /// Whether this is the work of somebody whose blocks are followed.
    #[inline]
    pub(crate) fn follows(&self) -> bool {
        self.owner.get() != 0 && !self.busy.get()
    }

    /// Whether a point of sampling falls into a new block. If so, [`weigh`](Self::weigh) has to follow.
    pub(crate) fn samples(&self, size: usize) -> bool {
        let left = self.until_sample.get().saturating_sub_unsigned(size as u64);
        self.until_sample.set(left);
        left <= 0
    }

    /// How many blocks the one stands for that a point fell into. The way to the next point begins.
    pub(crate) fn weigh(&self, size: usize) -> f32 {
        let interval = self.sample_interval.get();
        self.until_sample.set(sampling::distance(interval));
        sampling::weight(size, interval)
    }

    pub(crate) fn owner(&self) -> u64 {
        self.owner.get()
    }

    /// Returns the owner before.
    pub(crate) fn replace_owner(&self, owner: u64, sample_interval: u64) -> u64 {
        // The way to the next point has no memory: where the interval stays, it goes on.
        if self.sample_interval.replace(sample_interval) != sample_interval {
            self.until_sample.set(sampling::distance(sample_interval));
        }
        self.owner.replace(owner)
    }

    /// Whether this crate is allocating for itself.
    #[cfg(feature = "heap")]
    #[inline]
    pub(crate) fn is_busy(&self) -> bool {
        self.busy.get()
    }

    #[cfg_attr(not(feature = "heap"), expect(clippy::unused_self, reason = "there are no labels"))]
    #[inline]
    pub(crate) fn context(&self) -> u64 {
        #[cfg(feature = "heap")]
        return self.context.get();
        #[cfg(not(feature = "heap"))]
        0
    }

    #[cfg(feature = "heap")]
    pub(crate) fn set_context(&self, context: u64) {
        self.context.set(context);
    }

    /// How many blocks a new one stands for in the heap that is sampled every `interval` bytes; `None` if no point falls
    /// into it.
    #[cfg(feature = "heap")]
    pub(crate) fn heap_sample(&self, size: usize, interval: u64) -> Option<f32> {
        // The way to the next point has no memory: a new interval begins one.
        if self.heap_interval.replace(interval) != interval {
            self.until_heap_sample.set(sampling::distance(interval));
        }
        let left = self.until_heap_sample.get().saturating_sub_unsigned(size as u64);
        self.until_heap_sample.set(if left <= 0 { sampling::distance(interval) } else { left });
        (left <= 0).then(|| sampling::weight(size, interval))
    }

    fn read(&self) -> Reading {
        Reading {
            allocations: self.allocations.get(),
            allocated_bytes: self.allocated_bytes.get(),
            frees: self.frees.get(),
            reallocations: self.reallocations.get(),
            live: self.live.get(),
        }
    }

    fn write(&self, reading: &Reading) {
        self.allocations.set(reading.allocations);
        self.allocated_bytes.set(reading.allocated_bytes);
        self.frees.set(reading.frees);
        self.reallocations.set(reading.reallocations);
        self.live.set(reading.live);
    }

    /// Begins to watch for a new peak, from the balance as it is. Returns the one so far.
    #[inline(always)]
    pub(crate) fn begin_peak(&self) -> i64 {
        self.peak.replace(self.live.get())
    }

    /// Ends that, and goes on with the peak `outer` from before, or with what was reached since, if that is higher.
    #[inline(always)]
    pub(crate) fn end_peak(&self, outer: i64) {
        if outer > self.peak.get() {
            self.peak.set(outer);
        }
    }
}

/// The sum of several stretches of work.
#[derive(Debug, Clone, Copy, Default)]
#[repr(C)]
pub(crate) struct Tally {
    allocations: u64,
    allocated_bytes: u64,
    frees: u64,
    reallocations: u64,
    net: i64,
    peak: i64,
}

impl Tally {
    /// Begins a stretch of work on `thread`. Until [`close`](Self::close) the sums are less by what the thread had counted
    /// before, and mean nothing: so no reading has to be kept.
    #[inline(always)]
    pub(crate) fn open(&mut self, thread: &Thread) {
        self.allocations = self.allocations.wrapping_sub(thread.allocations.get());
        self.allocated_bytes = self.allocated_bytes.wrapping_sub(thread.allocated_bytes.get());
        self.frees = self.frees.wrapping_sub(thread.frees.get());
        self.reallocations = self.reallocations.wrapping_sub(thread.reallocations.get());
        self.net = self.net.wrapping_sub(thread.live.get());
    }

    /// Ends the stretch, on the same thread.
    #[inline(always)]
    pub(crate) fn close(&mut self, thread: &Thread) {
        self.allocations = self.allocations.wrapping_add(thread.allocations.get());
        self.allocated_bytes = self.allocated_bytes.wrapping_add(thread.allocated_bytes.get());
        self.frees = self.frees.wrapping_add(thread.frees.get());
        self.reallocations = self.reallocations.wrapping_add(thread.reallocations.get());
        let highest = self.net.wrapping_add(thread.peak.get());
        if highest > self.peak {
            self.peak = highest;
        }
        self.net = self.net.wrapping_add(thread.live.get());
    }

    pub(crate) fn net_bytes(&self) -> i64 {
        self.net
    }

    /// Appends work that came after.
    #[inline]
    pub(crate) fn add(&mut self, next: &Self) {
        self.allocations += next.allocations;
        self.allocated_bytes += next.allocated_bytes;
        self.frees += next.frees;
        self.reallocations += next.reallocations;
        self.peak = self.peak.max(self.net + next.peak);
        self.net += next.net;
    }

    pub(crate) fn counters(&self, coverage: Coverage) -> Counters {
        Counters {
            allocations: self.allocations,
            allocated_bytes: self.allocated_bytes,
            frees: self.frees,
            freed_bytes: self.allocated_bytes.wrapping_sub(self.net.cast_unsigned()),
            reallocations: self.reallocations,
            peak_bytes: u64::try_from(self.peak).unwrap_or(0),
            coverage,
        }
    }
}

/// Runs `work` as if it had not allocated: what this crate needs for itself is in nobody's numbers, and not followed.
pub(crate) fn uncounted<T>(work: impl FnOnce() -> T) -> T {
    struct Restore {
        reading: Reading,
        peak: i64,
        busy: bool,
    }
    impl Drop for Restore {
        fn drop(&mut self) {
            with_thread(|thread| {
                thread.write(&self.reading);
                thread.peak.set(self.peak);
                thread.busy.set(self.busy);
            });
        }
    }
    let _restore = with_thread(|thread| Restore {
        reading: thread.read(),
        peak: thread.peak.get(),
        busy: thread.busy.replace(true),
    });
    work()
}

/// Runs `work`, whose allocations are counted, but neither followed nor sampled: whoever looks at what is alive would see
/// mostly himself.
#[cfg(feature = "pprof")]
pub(crate) fn unfollowed<T>(work: impl FnOnce() -> T) -> T {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            with_thread(|thread| thread.busy.set(self.0));
        }
    }
    let _restore = Restore(with_thread(|thread| thread.busy.replace(true)));
    work()
}

/// See [`crate::is_active`].
#[inline(always)]
pub(crate) fn is_counting() -> bool {
    match ANSWER.load(Ordering::Relaxed) {
        YES => true,
        NO => false,
        _ => find_out(),
    }
}

/// The answer of [`is_counting`], or that nobody has asked.
static ANSWER: AtomicU8 = AtomicU8::new(0);
const YES: u8 = 1;
const NO: u8 = 2;

#[cold]
#[inline(never)]
fn find_out() -> bool {
    let counting = uncounted(|| {
        let before = with_thread(|thread| thread.allocations.get());
        drop(black_box(Box::new(0_u8)));
        with_thread(|thread| thread.allocations.get()) != before
    });
    ANSWER.store(if counting { YES } else { NO }, Ordering::Relaxed);
    counting
}
