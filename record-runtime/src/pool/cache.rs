//! What a thread owns of a pool: the buffers it returned last.

use alloc::boxed::Box;
use alloc::sync::{Arc, Weak};
use alloc::vec::Vec;
use core::cell::RefCell;
use std::sync::OnceLock;

use super::shared::{Shared, Smaller};
use super::stats::{Counts, End};
use super::{GLOBAL, Home, PoolLimits};

/// Returns between two looks at what was not needed.
const SWEEP_INTERVAL: u32 = 1024;

/// What a new buffer holds at least, so that short texts allocate once: with the slack that writing reserves.
const FIRST_BYTES: usize = 512;

/// A buffer of a pool, which is handed around by its address: moved by value, right after its length was written, it was
/// what took most of the time of a checkout and a return (27 ns instead of 14; Zen 4).
pub(super) type Slot = Box<Buffer>;

#[derive(Debug)]
pub(super) struct Buffer {
    /// Empty while nobody uses it.
    pub(super) bytes: Vec<u8>,
    /// How often in a row it came back with little in it.
    pub(super) sparse_returns: u32,
}

thread_local! {
    static CACHES: RefCell<Caches> = const { RefCell::new(Caches { global: Cache::new(), others: Vec::new() }) };
}

/// A thread's caches, of each pool that it used.
struct Caches {
    global: Cache,
    others: Vec<(Weak<Shared>, Cache)>,
}

impl Caches {
    fn of(&mut self, home: &Home) -> &mut Cache {
        match home {
            Home::Global => &mut self.global,
            Home::Own(pool) => self.of_own(pool),
        }
    }

    fn of_own(&mut self, pool: &Arc<Shared>) -> &mut Cache {
        // A `Weak` keeps the address from being used again, so that equal addresses are one pool.
        if let Some(index) = self.others.iter().position(|(other, _)| other.as_ptr() == Arc::as_ptr(pool)) {
            return &mut self.others[index].1;
        }
        // New pools are rare: the moment to forget those that are gone.
        self.others.retain(|(other, _)| other.strong_count() > 0);
        self.others.push((Arc::downgrade(pool), Cache::new()));
        &mut self.others.last_mut().expect("an element was pushed").1
    }
}

/// The end of the thread: what is idle may serve others.
impl Drop for Caches {
    fn drop(&mut self) {
        self.global.close(&GLOBAL);
        for (pool, cache) in &mut self.others {
            if let Some(pool) = pool.upgrade() {
                cache.close(&pool);
            }
        }
    }
}

struct Cache {
    /// The last one is taken first: its memory is the most likely to be in the processor's cache.
    idle: Vec<Slot>,
    idle_bytes: usize,
    /// Bytes of the pool's budget that this thread has; never less than `idle_bytes`. Kept when a buffer is checked out,
    /// so that returning it costs no atomic operation.
    granted: usize,
    counts: Option<Arc<Counts>>,
    /// The smallest number of idle buffers since the last sweep: so many nobody needed.
    lowest: usize,
    returns_until_sweep: u32,
    trim_order: u32,
}

impl Cache {
    const fn new() -> Self {
        Self {
            idle: Vec::new(),
            idle_bytes: 0,
            granted: 0,
            counts: None,
            lowest: 0,
            returns_until_sweep: SWEEP_INTERVAL,
            trim_order: 0,
        }
    }

    fn counts(&mut self, shared: &Shared) -> &Counts {
        self.counts.get_or_insert_with(|| shared.sign_on())
    }

    fn take(&mut self, shared: &Shared, capacity: usize) -> Option<Slot> {
        self.follow_trim_order(shared);
        let fitting = self.idle.iter().rposition(|idle| idle.bytes.capacity() >= capacity);
        let idle = match fitting {
            Some(index) => self.remove(index),
            None => shared.take(capacity, Smaller::Refused).or_else(|| match self.idle.len() {
                0 => shared.take(capacity, Smaller::Allowed),
                len => self.remove(len - 1),
            }),
        };
        let counts = self.counts(shared);
        if idle.is_some() {
            counts.hit();
        } else {
            counts.miss();
        }
        idle
    }

    fn remove(&mut self, index: usize) -> Option<Slot> {
        // The last one is by far the most common.
        let idle = if index + 1 == self.idle.len() { self.idle.pop()? } else { self.idle.remove(index) };
        self.lowest = self.lowest.min(self.idle.len());
        self.set_idle_bytes(self.idle_bytes - idle.bytes.capacity());
        Some(idle)
    }

    fn set_idle_bytes(&mut self, bytes: usize) {
        self.idle_bytes = bytes;
        if let Some(counts) = &self.counts {
            counts.set_idle_bytes(bytes);
        }
    }

    /// Takes a buffer back. What is not retained is handed out, to be freed when no borrow is held.
    fn put(&mut self, shared: &Shared, mut idle: Slot) -> Option<Slot> {
        self.follow_trim_order(shared);
        let (end, freed) = match judge(&mut idle, shared.limits()) {
            End::Kept => match self.keep(shared, idle) {
                Ok(()) => (End::Kept, None),
                Err(idle) => (End::Full, Some(idle)),
            },
            end => (end, Some(idle)),
        };
        self.counts(shared).end(end);
        self.returns_until_sweep -= 1;
        if self.returns_until_sweep == 0 {
            self.sweep(shared);
        }
        freed
    }

    fn keep(&mut self, shared: &Shared, idle: Slot) -> Result<(), Slot> {
        if self.idle.len() >= shared.limits().buffers_per_thread {
            return shared.put(idle);
        }
        let bytes = self.idle_bytes + idle.bytes.capacity();
        if bytes > self.granted {
            if !shared.grant(bytes - self.granted) {
                return Err(idle);
            }
            self.granted = bytes;
        }
        self.idle.push(idle);
        // After signing on, so that the first buffer's bytes are counted.
        self.counts(shared);
        self.set_idle_bytes(bytes);
        Ok(())
    }

    /// Frees the buffers that were not needed since the last sweep, and gives back what of the budget was not.
    #[cold]
    fn sweep(&mut self, shared: &Shared) {
        let unneeded = self.lowest;
        self.free(shared, unneeded);
        self.lowest = self.idle.len();
        self.returns_until_sweep = SWEEP_INTERVAL;
        shared.sweep_overflow();
    }

    fn follow_trim_order(&mut self, shared: &Shared) {
        let order = shared.trim_order();
        if self.trim_order != order {
            self.trim_order = order;
            self.free(shared, self.idle.len());
            self.lowest = 0;
        }
    }

    /// Frees the buffers that are idle for longest.
    #[cold]
    fn free(&mut self, shared: &Shared, buffers: usize) {
        self.idle.drain(..buffers);
        let bytes = self.idle.iter().map(|idle| idle.bytes.capacity()).sum();
        if buffers > 0 {
            self.counts(shared).release(buffers as u64);
        }
        self.set_idle_bytes(bytes);
        shared.give_back(self.granted - bytes);
        self.granted = bytes;
    }

    /// The thread ends.
    fn close(&mut self, shared: &Shared) {
        let Some(counts) = self.counts.take() else { return };
        for idle in self.idle.drain(..) {
            let bytes = idle.bytes.capacity();
            // Its part of the budget goes with it, and no sooner: the cap holds in between, too.
            self.idle_bytes -= bytes;
            counts.set_idle_bytes(self.idle_bytes);
            self.granted -= bytes;
            shared.give_back(bytes);
            if shared.put(idle).is_err() {
                counts.release(1);
            }
        }
        shared.give_back(core::mem::take(&mut self.granted));
        shared.sign_off(&counts);
    }
}

/// What is to become of a buffer that is returned; it is empty afterwards.
fn judge(idle: &mut Buffer, limits: &PoolLimits) -> End {
    let (filled, capacity) = (idle.bytes.len(), idle.bytes.capacity());
    empty(&mut idle.bytes);
    if capacity == 0 {
        return End::Taken;
    }
    if capacity > limits.buffer_bytes {
        return End::Oversize;
    }
    if capacity <= PoolLimits::SMALL_BYTES || filled >= capacity / 4 {
        idle.sparse_returns = 0;
        return End::Kept;
    }
    idle.sparse_returns += 1;
    if idle.sparse_returns > limits.sparse_returns { End::Unused } else { End::Kept }
}

#[cfg(not(feature = "zeroize"))]
fn empty(bytes: &mut Vec<u8>) {
    bytes.clear();
}

/// Overwrites the whole allocation: what was truncated before is still in it.
#[cfg(feature = "zeroize")]
fn empty(bytes: &mut Vec<u8>) {
    zeroize::Zeroize::zeroize(bytes);
}

/// See [`BufferPool::observe_checkouts`](super::BufferPool::observe_checkouts).
pub(super) static OBSERVER: OnceLock<fn(bool)> = OnceLock::new();

/// Checks a buffer out: an idle one, or a new one.
#[expect(clippy::unnecessary_box_returns, reason = "it is kept in its box")]
pub(super) fn take(home: &Home, capacity: usize) -> Slot {
    let idle = with_cache(home, |cache, shared| cache.take(shared, capacity));
    let idle = idle.unwrap_or_else(|| {
        let idle = home.shared().take(capacity, Smaller::Allowed);
        home.shared().count(|past| if idle.is_some() { past.hits += 1 } else { past.misses += 1 });
        idle
    });
    if let Some(observer) = OBSERVER.get() {
        observer(idle.is_some());
    }
    let mut idle = idle.unwrap_or_else(|| Box::new(Buffer { bytes: Vec::new(), sparse_returns: 0 }));
    if idle.bytes.capacity() < capacity.max(1) {
        // Not `reserve`, which would copy what is left of the last use.
        idle.bytes = Vec::with_capacity(capacity.max(FIRST_BYTES));
        idle.sparse_returns = 0;
    }
    idle
}

/// Takes a buffer back.
pub(super) fn put(home: &Home, idle: Slot) {
    let mut idle = Some(idle);
    let freed = with_cache(home, |cache, shared| idle.take().and_then(|idle| cache.put(shared, idle)));
    drop(freed);
    let Some(mut idle) = idle else { return };
    // This thread's cache is gone: the thread ends.
    let shared = home.shared();
    let end = match judge(&mut idle, shared.limits()) {
        End::Kept if shared.put(idle).is_err() => End::Full,
        end => end,
    };
    shared.count_end(end);
}

pub(super) fn trim(home: &Home) {
    with_cache(home, Cache::follow_trim_order);
}

/// `None` where the thread has no caches any more, or is using them: an allocator may, in theory, call back.
fn with_cache<R>(home: &Home, work: impl FnOnce(&mut Cache, &Shared) -> R) -> Option<R> {
    CACHES
        .try_with(|caches| {
            let mut caches = caches.try_borrow_mut().ok()?;
            Some(work(caches.of(home), home.shared()))
        })
        .ok()
        .flatten()
}
