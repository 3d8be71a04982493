//! The counts of a pool.

use crate::output::sync::atomic::{AtomicU64, Ordering};

/// The events in a pool since it was made, and the memory that it retains now.
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

/// The counted numbers; everything else follows from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    Hit,
    Miss,
    /// A loan ended: the buffer was retained, or why not.
    Kept,
    Oversize,
    Unused,
    Full,
    Taken,
    /// Freed while idle.
    Released,
}

const EVENTS: usize = 8;

/// The sum of counts.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally([u64; EVENTS]);

impl Tally {
    pub(super) fn add(&mut self, other: Self) {
        for (sum, count) in self.0.iter_mut().zip(other.0) {
            *sum += count;
        }
    }

    pub(super) fn stats(self, retained_bytes: u64) -> PoolStats {
        let of = |event: Event| self.0[event as usize];
        let (hits, misses, kept, released) = (of(Event::Hit), of(Event::Miss), of(Event::Kept), of(Event::Released));
        let [dropped_oversize, dropped_unused, dropped_full, taken] =
            [Event::Oversize, Event::Unused, Event::Full, Event::Taken].map(of);
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

/// Counts of one thread, or of all that have none of their own.
#[derive(Debug)]
pub(super) struct Counts([AtomicU64; EVENTS]);

impl Counts {
    pub(super) const fn new() -> Self {
        Self([const { AtomicU64::new(0) }; EVENTS])
    }

    /// Counts without a locked instruction, on the thread that the counts belong to.
    pub(super) fn note(&self, event: Event) {
        let count = &self.0[event as usize];
        count.store(count.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
    }

    /// Counts on any thread, where all who count use this.
    pub(super) fn note_shared(&self, event: Event, times: usize) {
        self.0[event as usize].fetch_add(times as u64, Ordering::Relaxed);
    }

    /// Adds what another one counted, likewise.
    pub(super) fn add_shared(&self, tally: Tally) {
        for (count, more) in self.0.iter().zip(tally.0) {
            count.fetch_add(more, Ordering::Relaxed);
        }
    }

    pub(super) fn tally(&self) -> Tally {
        Tally(core::array::from_fn(|event| self.0[event].load(Ordering::Relaxed)))
    }

    /// Changes with each checkout and each return.
    pub(super) fn activity(&self) -> u64 {
        self.tally().0.iter().fold(0, |sum, &count| sum.wrapping_add(count))
    }
}
