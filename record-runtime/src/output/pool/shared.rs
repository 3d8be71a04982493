//! What the threads share: the budget, the overflow, and who they are.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use super::cache::Slot;
use super::limits::PoolLimits;
use super::lock::Lock;
use super::member::Member;
use super::stats::{Counts, Event, PoolStats};

/// Refused grants between two sweeps of the overflow.
const REFUSALS_PER_SWEEP: u32 = 16;

pub(super) struct Shared {
    limits: PoolLimits,
    /// Bytes of the total retention cap that are given away: to threads and to the overflow.
    granted: AtomicUsize,
    /// The part of it that nobody can take back.
    granted_hot: AtomicUsize,
    refusals: AtomicU32,
    /// Counts the orders to trim; a thread whose own number differs has one to follow.
    trim_order: AtomicU32,
    overflow: Lock<Overflow>,
    /// The number and the memory of the buffers in the overflow, written under its lock.
    overflow_len: AtomicUsize,
    overflow_bytes: AtomicUsize,
    threads: Lock<Vec<Arc<Member>>>,
    /// What threads counted that have ended, and what happened without a thread's cache.
    past: Counts,
}

struct Overflow {
    buffers: Vec<Slot>,
    /// The smallest number of buffers since the last sweep: so many nobody needed.
    lowest: usize,
}

impl Shared {
    pub(super) const fn new(limits: PoolLimits) -> Self {
        Self {
            limits,
            granted: AtomicUsize::new(0),
            granted_hot: AtomicUsize::new(0),
            refusals: AtomicU32::new(0),
            trim_order: AtomicU32::new(0),
            overflow: Lock::new(Overflow { buffers: Vec::new(), lowest: 0 }),
            overflow_len: AtomicUsize::new(0),
            overflow_bytes: AtomicUsize::new(0),
            threads: Lock::new(Vec::new()),
            past: Counts::new(),
        }
    }

    pub(super) fn limits(&self) -> &PoolLimits {
        &self.limits
    }

    /// Whether so many more bytes may be retained. Where not, threads that sleep may have to give back theirs.
    pub(super) fn grant(&self, bytes: usize, asking: Option<&Member>) -> bool {
        add_within(&self.granted, bytes, self.limits.total_bytes) || self.grant_of_others(bytes, asking)
    }

    #[cold]
    fn grant_of_others(&self, bytes: usize, asking: Option<&Member>) -> bool {
        if bytes > self.limits.total_bytes {
            return false;
        }
        if self.refusals.fetch_add(1, Ordering::Relaxed) % REFUSALS_PER_SWEEP == REFUSALS_PER_SWEEP - 1 {
            self.sweep_overflow();
        }
        self.take_back_of_sleeping(asking);
        add_within(&self.granted, bytes, self.limits.total_bytes)
    }

    /// Gives back what [`grant`](Self::grant) gave.
    pub(super) fn give_back(&self, bytes: usize) {
        self.granted.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// As [`grant`](Self::grant), for memory that cannot be taken back: at most half of the budget is.
    pub(super) fn grant_hot(&self, bytes: usize, asking: &Member) -> bool {
        let is_granted = add_within(&self.granted_hot, bytes, self.limits.total_bytes / 2);
        if is_granted && !self.grant(bytes, Some(asking)) {
            self.granted_hot.fetch_sub(bytes, Ordering::Relaxed);
            return false;
        }
        is_granted
    }

    /// Gives back what [`grant_hot`](Self::grant_hot) gave.
    pub(super) fn give_back_hot(&self, bytes: usize) {
        self.granted_hot.fetch_sub(bytes, Ordering::Relaxed);
        self.give_back(bytes);
    }

    /// Looks at the other threads, and frees what those have idle that sleep.
    pub(super) fn take_back_of_sleeping(&self, asking: Option<&Member>) {
        let mut slots = Vec::new();
        let Some(threads) = self.threads.try_lock() else { return };
        for member in threads.iter() {
            let is_asking = asking.is_some_and(|asking| core::ptr::eq(asking, Arc::as_ptr(member)));
            if !is_asking && member.is_asleep() {
                slots.append(&mut member.take_back(self));
            }
        }
        drop(threads);
        self.past.note_shared(Event::Released, slots.len());
    }

    pub(super) fn order_trim(&self) {
        self.trim_order.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn trim_order(&self) -> u32 {
        self.trim_order.load(Ordering::Relaxed)
    }

    /// Frees the overflow, and what threads have that can be taken back.
    pub(super) fn trim(&self) {
        let mut slots = Vec::new();
        if let Some(threads) = self.threads.lock() {
            for member in threads.iter() {
                slots.append(&mut member.take_back(self));
            }
        }
        if let Some(mut overflow) = self.overflow.lock() {
            slots.append(&mut overflow.buffers);
            overflow.lowest = 0;
            self.give_back(self.overflow_bytes.load(Ordering::Relaxed));
            self.note_overflow(&overflow, 0);
        }
        self.past.note_shared(Event::Released, slots.len());
    }

    /// A thread, which is to be signed off when it ends.
    pub(super) fn sign_on(&self) -> Arc<Member> {
        let member = Arc::new(Member::new());
        if let Some(mut threads) = self.threads.lock() {
            threads.push(Arc::clone(&member));
        }
        member
    }

    /// A thread that stays for want of the lock is still counted.
    pub(super) fn sign_off(&self, member: &Arc<Member>) {
        let Some(mut threads) = self.threads.lock() else { return };
        threads.retain(|other| !Arc::ptr_eq(other, member));
        self.past.add_shared(member.counts.tally());
    }

    fn note_overflow(&self, overflow: &Overflow, bytes: usize) {
        self.overflow_len.store(overflow.buffers.len(), Ordering::Relaxed);
        self.overflow_bytes.store(bytes, Ordering::Relaxed);
    }

    /// A buffer of the overflow with at least this capacity; if there is none, and `smaller` allows it, any.
    pub(super) fn take(&self, capacity: usize, smaller: Smaller) -> Option<Slot> {
        if self.overflow_len.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let mut overflow = self.overflow.lock()?;
        let fitting = overflow.buffers.iter().rposition(|slot| slot.bytes.capacity() >= capacity);
        let index = match smaller {
            Smaller::Allowed => fitting.or_else(|| overflow.buffers.len().checked_sub(1))?,
            Smaller::Refused => fitting?,
        };
        let slot = overflow.buffers.swap_remove(index);
        overflow.lowest = overflow.lowest.min(overflow.buffers.len());
        let bytes = slot.bytes.capacity();
        self.note_overflow(&overflow, self.overflow_bytes.load(Ordering::Relaxed) - bytes);
        self.give_back(bytes);
        Some(slot)
    }

    /// Keeps a buffer in the overflow; gives it back where that is full.
    pub(super) fn put(&self, slot: Slot, asking: Option<&Member>) -> Result<(), Slot> {
        let bytes = slot.bytes.capacity();
        let has_place = self.overflow_len.load(Ordering::Relaxed) < self.limits.overflow_buffers;
        if !has_place || !self.grant(bytes, asking) {
            return Err(slot);
        }
        match self.overflow.lock() {
            Some(mut overflow) if overflow.buffers.len() < self.limits.overflow_buffers => {
                overflow.buffers.push(slot);
                self.note_overflow(&overflow, self.overflow_bytes.load(Ordering::Relaxed) + bytes);
                Ok(())
            }
            _ => {
                self.give_back(bytes);
                Err(slot)
            }
        }
    }

    /// Frees what the overflow did not need since the last sweep, longest idle first.
    pub(super) fn sweep_overflow(&self) {
        if self.overflow_len.load(Ordering::Relaxed) == 0 {
            return;
        }
        let Some(mut overflow) = self.overflow.try_lock() else { return };
        let unneeded = overflow.lowest;
        let slots: Vec<Slot> = overflow.buffers.drain(..unneeded).collect();
        overflow.lowest = overflow.buffers.len();
        let bytes: usize = slots.iter().map(|slot| slot.bytes.capacity()).sum();
        self.note_overflow(&overflow, self.overflow_bytes.load(Ordering::Relaxed) - bytes);
        drop(overflow);
        self.give_back(bytes);
        self.past.note_shared(Event::Released, slots.len());
    }

    /// Counts what happened on a thread that cannot use its cache.
    pub(super) fn count(&self, event: Event) {
        self.past.note_shared(event, 1);
    }

    pub(super) fn stats(&self) -> PoolStats {
        // Without the lock, in a process that was forked off, the threads' own numbers are missing.
        let threads = self.threads.lock();
        let mut tally = self.past.tally();
        let mut bytes = self.overflow_bytes.load(Ordering::Relaxed);
        for member in threads.iter().flat_map(|threads| threads.iter()) {
            tally.add(member.counts.tally());
            bytes += member.retained_bytes();
        }
        drop(threads);
        // The threads' numbers are of slightly different moments, between which a buffer's bytes may
        // have gone from one to another; what is retained is never more than what is granted.
        tally.stats(bytes.min(self.granted.load(Ordering::Relaxed)) as u64)
    }
}

/// Adds where the sum stays within `most`.
fn add_within(sum: &AtomicUsize, bytes: usize, most: usize) -> bool {
    let more = |sum: usize| sum.checked_add(bytes).filter(|&sum| sum <= most);
    sum.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
}

/// Whether a buffer may be taken that is smaller than was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Smaller {
    Allowed,
    Refused,
}
