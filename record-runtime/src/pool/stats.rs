//! What a pool counts.

use core::sync::atomic::{AtomicU64, Ordering};

/// What happened in a pool since it was made, and what it retains now.
///
/// When nothing is in flight between threads, these hold:
///
/// - `hits + misses` is the number of checkouts, and `out` that number less `returned`;
/// - `returned = kept + dropped_oversize + dropped_unused + dropped_full + taken`;
/// - `retained_buffers = kept - hits - released`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "derive", derive(record_derive::ZeroAllocJson))]
#[non_exhaustive]
pub struct PoolStats {
    /// Checkouts that were given an idle buffer.
    pub hits: u64,
    /// Checkouts for which a buffer was allocated.
    pub misses: u64,
    /// Buffers that came to the end of their loan, whatever became of them.
    pub returned: u64,
    /// Returned and retained.
    pub kept: u64,
    /// Returned and freed, for being larger than the retention cap of a buffer.
    pub dropped_oversize: u64,
    /// Returned and freed, for being mostly unused for long.
    pub dropped_unused: u64,
    /// Returned and freed, for the pool being full: in number or in bytes.
    pub dropped_full: u64,
    /// Taken away from the pool, by [`PooledBuffer::into_vec`](super::PooledBuffer::into_vec) or out of the `Vec`.
    pub taken: u64,
    /// Freed while idle: by [`trim`](super::BufferPool::trim), for not being needed for long, or when a thread ended and
    /// the overflow was full.
    pub released: u64,
    /// Buffers on loan now.
    pub out: u64,
    /// Idle buffers now.
    pub retained_buffers: u64,
    /// The memory of idle buffers now, in bytes.
    pub retained_bytes: u64,
}

/// The part of the statistics that is counted; the rest follows from it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) hits: u64,
    pub(super) misses: u64,
    pub(super) kept: u64,
    pub(super) dropped_oversize: u64,
    pub(super) dropped_unused: u64,
    pub(super) dropped_full: u64,
    pub(super) taken: u64,
    pub(super) released: u64,
}

impl Tally {
    pub(super) const ZERO: Self = Self {
        hits: 0,
        misses: 0,
        kept: 0,
        dropped_oversize: 0,
        dropped_unused: 0,
        dropped_full: 0,
        taken: 0,
        released: 0,
    };

    /// The count that an end of a loan adds to.
    pub(super) fn of(&mut self, end: End) -> &mut u64 {
        match end {
            End::Kept => &mut self.kept,
            End::Oversize => &mut self.dropped_oversize,
            End::Unused => &mut self.dropped_unused,
            End::Full => &mut self.dropped_full,
            End::Taken => &mut self.taken,
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.hits += other.hits;
        self.misses += other.misses;
        self.kept += other.kept;
        self.dropped_oversize += other.dropped_oversize;
        self.dropped_unused += other.dropped_unused;
        self.dropped_full += other.dropped_full;
        self.taken += other.taken;
        self.released += other.released;
    }

    pub(super) fn stats(self, retained_bytes: u64) -> PoolStats {
        let Self { hits, misses, kept, dropped_oversize, dropped_unused, dropped_full, taken, released } = self;
        let returned = kept + dropped_oversize + dropped_unused + dropped_full + taken;
        PoolStats {
            hits,
            misses,
            returned,
            kept,
            dropped_oversize,
            dropped_unused,
            dropped_full,
            taken,
            released,
            // Saturating: the counts of threads at work may be of slightly different moments.
            out: (hits + misses).saturating_sub(returned),
            retained_buffers: kept.saturating_sub(hits + released),
            retained_bytes,
        }
    }
}

/// What became of a buffer at the end of its loan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Kept,
    Oversize,
    Unused,
    Full,
    Taken,
}

/// A thread's counts, read by others.
#[derive(Debug)]
pub(super) struct Counts {
    hits: AtomicU64,
    misses: AtomicU64,
    ends: [AtomicU64; 5],
    released: AtomicU64,
    idle_bytes: AtomicU64,
}

impl Counts {
    pub(super) const fn new() -> Self {
        Self {
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
            ends: [const { AtomicU64::new(0) }; 5],
            released: AtomicU64::new(0),
            idle_bytes: AtomicU64::new(0),
        }
    }

    pub(super) fn hit(&self) {
        add(&self.hits, 1);
    }

    pub(super) fn miss(&self) {
        add(&self.misses, 1);
    }

    pub(super) fn end(&self, end: End) {
        add(&self.ends[end as usize], 1);
    }

    pub(super) fn release(&self, buffers: u64) {
        add(&self.released, buffers);
    }

    pub(super) fn set_idle_bytes(&self, bytes: usize) {
        self.idle_bytes.store(bytes as u64, Ordering::Relaxed);
    }

    pub(super) fn idle_bytes(&self) -> u64 {
        self.idle_bytes.load(Ordering::Relaxed)
    }

    pub(super) fn tally(&self) -> Tally {
        let mut tally = Tally {
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
            released: self.released.load(Ordering::Relaxed),
            ..Tally::ZERO
        };
        for end in [End::Kept, End::Oversize, End::Unused, End::Full, End::Taken] {
            *tally.of(end) = self.ends[end as usize].load(Ordering::Relaxed);
        }
        tally
    }
}

/// Adds without a locked instruction: only the owning thread writes.
fn add(count: &AtomicU64, by: u64) {
    count.store(count.load(Ordering::Relaxed).wrapping_add(by), Ordering::Relaxed);
}
