//! Shared by the threads: the budget, the overflow, and who they are.

use crate::output::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::budget::Budget;
use super::buffer::{BoxedBuffer, Smaller};
use super::limits::PoolLimits;
use super::lock::Lock;
use super::member::Member;
use super::stats::{Counts, Event, PoolStats};

/// Refused grants between two sweeps of the overflow.
const REFUSALS_PER_SWEEP: u32 = 16;

pub(super) struct Shared {
    limits: PoolLimits,
    pub(super) budget: Budget,
    refusals: AtomicU32,
    /// Counts the orders to trim; a thread whose own number differs has one to follow.
    trim_order: AtomicU32,
    overflow: Lock<Overflow>,
    /// The number and the memory of the buffers in the overflow, written under its lock.
    overflow_len: AtomicUsize,
    overflow_bytes: AtomicUsize,
    threads: Lock<Vec<Arc<Member>>>,
    /// The counts of threads that have ended, and of work without a thread's cache.
    past: Counts,
}

/// Nobody can ask any more for what threads have idle. Each keeps its hot buffer until it forgets the pool.
impl Drop for Shared {
    fn drop(&mut self) {
        let Some(threads) = self.threads.lock() else { return };
        for member in threads.iter() {
            drop(member.take_back(&self.budget));
        }
    }
}

struct Overflow {
    buffers: Vec<BoxedBuffer>,
    /// The smallest number of buffers since the last sweep: so many nobody needed.
    lowest: usize,
}

impl Shared {
    pub(super) const fn new(limits: PoolLimits) -> Self {
        Self {
            limits,
            budget: Budget::new(limits.total_bytes),
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
        self.budget.grant(bytes) || self.grant_of_others(bytes, asking)
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
        self.budget.grant(bytes)
    }

    /// As [`grant`](Self::grant), for memory that cannot be taken back.
    pub(super) fn grant_hot(&self, bytes: usize, asking: &Member) -> bool {
        let is_granted = self.budget.grant_hot(bytes);
        if is_granted && !self.grant(bytes, Some(asking)) {
            self.budget.give_back_hot(bytes);
            return false;
        }
        is_granted
    }

    /// Gives back what [`grant_hot`](Self::grant_hot) gave.
    pub(super) fn give_back_hot(&self, bytes: usize) {
        self.budget.give_back_hot(bytes);
        self.budget.give_back(bytes);
    }

    /// Looks at the other threads, and frees what those have idle that sleep.
    pub(super) fn take_back_of_sleeping(&self, asking: Option<&Member>) {
        let mut buffers = Vec::new();
        let Some(threads) = self.threads.try_lock() else { return };
        for member in threads.iter() {
            let is_asking = asking.is_some_and(|asking| core::ptr::eq(asking, Arc::as_ptr(member)));
            if !is_asking && member.is_asleep() {
                buffers.append(&mut member.take_back(&self.budget));
            }
        }
        drop(threads);
        self.past.note_shared(Event::Released, buffers.len());
    }

    pub(super) fn order_trim(&self) {
        self.trim_order.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn trim_order(&self) -> u32 {
        self.trim_order.load(Ordering::Relaxed)
    }

    /// Frees the overflow, and what threads have that can be taken back.
    pub(super) fn trim(&self) {
        let mut buffers = Vec::new();
        if let Some(threads) = self.threads.lock() {
            for member in threads.iter() {
                buffers.append(&mut member.take_back(&self.budget));
            }
        }
        if let Some(mut overflow) = self.overflow.lock() {
            buffers.append(&mut overflow.buffers);
            overflow.lowest = 0;
            self.budget.give_back(self.overflow_bytes.load(Ordering::Relaxed));
            self.note_overflow(&overflow, 0);
        }
        self.past.note_shared(Event::Released, buffers.len());
    }

    /// A thread, which is to be signed off when it ends. None for want of the lock: in no list, it would not be counted.
    #[cold]
    pub(super) fn sign_on(&self) -> Option<Arc<Member>> {
        let mut threads = self.threads.lock()?;
        let member = Arc::new(Member::new());
        threads.push(Arc::clone(&member));
        Some(member)
    }

    /// A thread that stays for want of the lock is still counted, until the next one that ends takes it along.
    pub(super) fn sign_off(&self, member: &Member) {
        member.end();
        let Some(mut threads) = self.threads.lock() else { return };
        threads.retain(|member| {
            let has_ended = member.has_ended();
            if has_ended {
                self.past.add_shared(member.counts.tally());
            }
            !has_ended
        });
    }

    fn note_overflow(&self, overflow: &Overflow, bytes: usize) {
        self.overflow_len.store(overflow.buffers.len(), Ordering::Relaxed);
        self.overflow_bytes.store(bytes, Ordering::Relaxed);
    }

    /// A buffer of the overflow with at least this capacity; if there is none, and `smaller` allows it, any.
    pub(super) fn take(&self, capacity: usize, smaller: Smaller) -> Option<BoxedBuffer> {
        if self.overflow_len.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let mut overflow = self.overflow.lock()?;
        let fitting = overflow.buffers.iter().rposition(|buffer| buffer.bytes.capacity() >= capacity);
        let index = match smaller {
            Smaller::Allowed => fitting.or_else(|| overflow.buffers.len().checked_sub(1))?,
            Smaller::Refused => fitting?,
        };
        let buffer = overflow.buffers.swap_remove(index);
        overflow.lowest = overflow.lowest.min(overflow.buffers.len());
        let bytes = buffer.bytes.capacity();
        self.note_overflow(&overflow, self.overflow_bytes.load(Ordering::Relaxed) - bytes);
        self.budget.give_back(bytes);
        Some(buffer)
    }

    /// Keeps a buffer in the overflow; gives it back where that is full.
    pub(super) fn put(&self, buffer: BoxedBuffer, asking: Option<&Member>) -> Result<(), BoxedBuffer> {
        let bytes = buffer.bytes.capacity();
        let has_place = self.overflow_len.load(Ordering::Relaxed) < self.limits.overflow_buffers;
        if !has_place || !self.grant(bytes, asking) {
            return Err(buffer);
        }
        match self.overflow.lock() {
            Some(mut overflow) if overflow.buffers.len() < self.limits.overflow_buffers => {
                overflow.buffers.push(buffer);
                self.note_overflow(&overflow, self.overflow_bytes.load(Ordering::Relaxed) + bytes);
                Ok(())
            }
            _ => {
                self.budget.give_back(bytes);
                Err(buffer)
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
        let buffers: Vec<BoxedBuffer> = overflow.buffers.drain(..unneeded).collect();
        overflow.lowest = overflow.buffers.len();
        let bytes: usize = buffers.iter().map(|buffer| buffer.bytes.capacity()).sum();
        self.note_overflow(&overflow, self.overflow_bytes.load(Ordering::Relaxed) - bytes);
        drop(overflow);
        self.budget.give_back(bytes);
        self.past.note_shared(Event::Released, buffers.len());
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
        // The threads' numbers are of slightly different moments, between which a buffer's bytes may have gone from one
        // to another. Retained memory never exceeds the grants.
        tally.stats(bytes.min(self.budget.granted()) as u64)
    }
}
