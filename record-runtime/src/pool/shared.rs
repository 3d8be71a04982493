//! What the threads share: the budget, the overflow, and everybody's counts.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::cache::Slot;
use super::limits::PoolLimits;
use super::stats::{Counts, End, PoolStats, Tally};

pub(super) struct Shared {
    limits: PoolLimits,
    /// Bytes of the total retention cap that are given away: to threads, in advance, and to the overflow.
    granted: AtomicUsize,
    /// Counts the orders to trim; a thread whose own number differs has one to follow.
    trim_order: AtomicU32,
    /// The overflow's length, so that an empty one is not locked.
    overflow_len: AtomicUsize,
    state: Mutex<State>,
}

struct State {
    overflow: Vec<Slot>,
    overflow_bytes: usize,
    /// The overflow's smallest length since the last sweep: so many buffers nobody needed.
    lowest: usize,
    threads: Vec<Arc<Counts>>,
    /// What threads counted that have ended, and what happened without a thread's cache.
    past: Tally,
}

impl Shared {
    pub(super) const fn new(limits: PoolLimits) -> Self {
        let state =
            State { overflow: Vec::new(), overflow_bytes: 0, lowest: 0, threads: Vec::new(), past: Tally::ZERO };
        Self {
            limits,
            granted: AtomicUsize::new(0),
            trim_order: AtomicU32::new(0),
            overflow_len: AtomicUsize::new(0),
            state: Mutex::new(state),
        }
    }

    pub(super) fn limits(&self) -> &PoolLimits {
        &self.limits
    }

    /// A panic while the lock is held can only come from an allocation, between whole steps.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether so many more bytes may be retained.
    pub(super) fn grant(&self, bytes: usize) -> bool {
        let more = |granted: usize| granted.checked_add(bytes).filter(|&sum| sum <= self.limits.total_bytes);
        self.granted.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
    }

    /// Gives back what [`grant`](Self::grant) gave.
    pub(super) fn give_back(&self, bytes: usize) {
        self.granted.fetch_sub(bytes, Ordering::Relaxed);
    }

    pub(super) fn order_trim(&self) {
        self.trim_order.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn trim_order(&self) -> u32 {
        self.trim_order.load(Ordering::Relaxed)
    }

    /// A thread's counts, which it is to sign off when it ends.
    pub(super) fn sign_on(&self) -> Arc<Counts> {
        let counts = Arc::new(Counts::new());
        self.state().threads.push(Arc::clone(&counts));
        counts
    }

    pub(super) fn sign_off(&self, counts: &Arc<Counts>) {
        let mut state = self.state();
        state.threads.retain(|other| !Arc::ptr_eq(other, counts));
        state.past.add(counts.tally());
    }

    /// A buffer of the overflow with at least this capacity; if there is none, and `smaller` allows it, any.
    pub(super) fn take(&self, capacity: usize, smaller: Smaller) -> Option<Slot> {
        if self.overflow_len.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let mut state = self.state();
        let fitting = state.overflow.iter().rposition(|idle| idle.bytes.capacity() >= capacity);
        let index = match smaller {
            Smaller::Allowed => fitting.or_else(|| state.overflow.len().checked_sub(1))?,
            Smaller::Refused => fitting?,
        };
        let idle = state.overflow.swap_remove(index);
        self.left(&mut state, idle.bytes.capacity());
        Some(idle)
    }

    /// Keeps a buffer in the overflow; gives it back where that is full.
    pub(super) fn put(&self, idle: Slot) -> Result<(), Slot> {
        let mut state = self.state();
        let bytes = idle.bytes.capacity();
        if state.overflow.len() >= self.limits.overflow_buffers || !self.grant(bytes) {
            return Err(idle);
        }
        state.overflow.push(idle);
        state.overflow_bytes += bytes;
        self.overflow_len.store(state.overflow.len(), Ordering::Relaxed);
        Ok(())
    }

    /// A buffer of `bytes` has left the overflow.
    fn left(&self, state: &mut State, bytes: usize) {
        state.overflow_bytes -= bytes;
        state.lowest = state.lowest.min(state.overflow.len());
        self.overflow_len.store(state.overflow.len(), Ordering::Relaxed);
        self.give_back(bytes);
    }

    /// Frees what the overflow did not need since the last sweep. Skipped while somebody else holds the lock.
    pub(super) fn sweep_overflow(&self) {
        if self.overflow_len.load(Ordering::Relaxed) == 0 {
            return;
        }
        let Ok(mut state) = self.state.try_lock() else { return };
        let unneeded = state.lowest;
        self.free(&mut state, unneeded);
        state.lowest = state.overflow.len();
    }

    pub(super) fn trim_overflow(&self) {
        let mut state = self.state();
        let all = state.overflow.len();
        self.free(&mut state, all);
        state.lowest = 0;
    }

    /// Frees the buffers that are in the overflow for longest.
    fn free(&self, state: &mut State, buffers: usize) {
        for _ in 0..buffers {
            let idle = state.overflow.remove(0);
            self.left(state, idle.bytes.capacity());
        }
        state.past.released += buffers as u64;
    }

    /// Counts what happened on a thread whose cache is gone already.
    pub(super) fn count(&self, count: impl FnOnce(&mut Tally)) {
        count(&mut self.state().past);
    }

    /// As [`count`](Self::count), for the end of a loan.
    pub(super) fn count_end(&self, end: End) {
        self.count(|past| *past.of(end) += 1);
    }

    pub(super) fn stats(&self) -> PoolStats {
        let state = self.state();
        let mut tally = state.past;
        let mut bytes = state.overflow_bytes as u64;
        for counts in &state.threads {
            tally.add(counts.tally());
            bytes += counts.idle_bytes();
        }
        // The threads' numbers are of slightly different moments, between which a buffer's bytes may
        // have gone from one to another; what is retained is never more than what is granted.
        tally.stats(bytes.min(self.granted.load(Ordering::Relaxed) as u64))
    }
}

/// Whether a buffer may be taken that is smaller than was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Smaller {
    Allowed,
    Refused,
}
