//! A thread's idle buffers that other threads may take back.

use crate::output::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use alloc::vec::Vec;

use super::budget::Budget;
use super::buffer::{BoxedBuffer, Smaller};
use super::lock::Lock;
use super::stats::Counts;

/// A thread that was looked at so often in a row without a checkout or a return in between is asleep.
const LOOKS: u32 = 16;

/// A thread, as the pool knows it.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) counts: Counts,
    /// The memory of the buffer that the thread keeps out of others' reach. Written by the thread.
    hot_bytes: AtomicUsize,
    idle: Lock<Idle>,
    /// The number and the memory of `idle`, written under its lock.
    len: AtomicUsize,
    bytes: AtomicUsize,
    /// The count at the last look, and how often it was the same.
    seen: AtomicU64,
    unchanged: AtomicU32,
    /// 1 once the thread has ended, and counts no more.
    ended: AtomicU32,
}

#[derive(Debug)]
struct Idle {
    /// The last one is taken first: its memory is the most likely to be in the processor's cache.
    buffers: Vec<BoxedBuffer>,
    /// The smallest number of buffers since the last sweep: so many nobody needed.
    lowest: usize,
}

impl Member {
    pub(super) const fn new() -> Self {
        Self {
            counts: Counts::new(),
            hot_bytes: AtomicUsize::new(0),
            idle: Lock::new(Idle { buffers: Vec::new(), lowest: 0 }),
            len: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            seen: AtomicU64::new(0),
            unchanged: AtomicU32::new(0),
            ended: AtomicU32::new(0),
        }
    }

    pub(super) fn set_hot_bytes(&self, bytes: usize) {
        self.hot_bytes.store(bytes, Ordering::Relaxed);
    }

    pub(super) fn len(&self) -> usize {
        self.len.load(Ordering::Relaxed)
    }

    /// All that is idle here.
    pub(super) fn retained_bytes(&self) -> usize {
        self.hot_bytes.load(Ordering::Relaxed) + self.bytes.load(Ordering::Relaxed)
    }

    fn note(&self, idle: &Idle, bytes: usize) {
        self.len.store(idle.buffers.len(), Ordering::Relaxed);
        self.bytes.store(bytes, Ordering::Relaxed);
    }

    /// Keeps a buffer whose memory was granted; gives it back where the lock cannot be had.
    pub(super) fn put(&self, buffer: BoxedBuffer) -> Result<(), BoxedBuffer> {
        let Some(mut idle) = self.idle.lock() else { return Err(buffer) };
        let bytes = self.bytes.load(Ordering::Relaxed) + buffer.bytes.capacity();
        idle.buffers.push(buffer);
        self.note(&idle, bytes);
        Ok(())
    }

    /// A buffer of at least this capacity; if there is none, and `smaller` allows it, any.
    pub(super) fn take(&self, budget: &Budget, capacity: usize, smaller: Smaller) -> Option<BoxedBuffer> {
        if self.len() == 0 {
            return None;
        }
        let mut idle = self.idle.lock()?;
        let fitting = idle.buffers.iter().rposition(|buffer| buffer.bytes.capacity() >= capacity);
        let index = match smaller {
            Smaller::Allowed => fitting.or_else(|| idle.buffers.len().checked_sub(1))?,
            Smaller::Refused => fitting?,
        };
        let buffer = idle.buffers.remove(index);
        idle.lowest = idle.lowest.min(idle.buffers.len());
        let bytes = buffer.bytes.capacity();
        self.note(&idle, self.bytes.load(Ordering::Relaxed) - bytes);
        budget.give_back(bytes);
        Some(buffer)
    }

    /// Buffers that were not needed since this was called last.
    pub(super) fn take_unneeded(&self, budget: &Budget) -> Vec<BoxedBuffer> {
        let Some(mut idle) = self.idle.lock() else { return Vec::new() };
        let unneeded = idle.lowest;
        let buffers: Vec<BoxedBuffer> = idle.buffers.drain(..unneeded).collect();
        idle.lowest = idle.buffers.len();
        let bytes = buffers.iter().map(|buffer| buffer.bytes.capacity()).sum();
        self.note(&idle, self.bytes.load(Ordering::Relaxed) - bytes);
        budget.give_back(bytes);
        buffers
    }

    /// All buffers, for whichever thread asks. None where the lock is held at the moment.
    pub(super) fn take_back(&self, budget: &Budget) -> Vec<BoxedBuffer> {
        if self.len() == 0 {
            return Vec::new();
        }
        let Some(mut idle) = self.idle.try_lock() else { return Vec::new() };
        let buffers = core::mem::take(&mut idle.buffers);
        idle.lowest = 0;
        budget.give_back(self.bytes.load(Ordering::Relaxed));
        self.note(&idle, 0);
        buffers
    }

    /// The thread ends. A thread that sees that sees all its counts.
    pub(super) fn end(&self) {
        self.ended.store(1, Ordering::Release);
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire) != 0
    }

    /// A look at the thread: whether it is asleep.
    pub(super) fn is_asleep(&self) -> bool {
        let activity = self.counts.activity();
        if self.seen.swap(activity, Ordering::Relaxed) != activity {
            self.unchanged.store(0, Ordering::Relaxed);
            return false;
        }
        self.unchanged.fetch_add(1, Ordering::Relaxed).saturating_add(1) >= LOOKS
    }
}
