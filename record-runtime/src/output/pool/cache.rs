//! A thread's part of a pool: the buffers it returned last.

use alloc::sync::{Arc, Weak};
use alloc::vec::Vec;
use core::cell::RefCell;
use std::sync::OnceLock;

use super::buffer::{BoxedBuffer, Buffer, Smaller};
use super::home::{GLOBAL, Home};
use super::limits::PoolLimits;
use super::member::Member;
use super::shared::Shared;
use super::stats::Event;
use crate::sink::scratch::empty;

/// Returns between two looks at what was not needed.
const SWEEP_INTERVAL: u32 = 1024;

/// The largest buffer that a thread keeps out of others' reach: what a thread that sleeps holds on to.
const HOT_BYTES: usize = 64 * 1024;

crate::output::sync::thread_local! {
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

const SIGNED_ON: &str = "the thread is signed on before";

struct Cache {
    /// One buffer of at most [`HOT_BYTES`], which needs no lock, and so is out of the reach of other threads.
    hot: Option<BoxedBuffer>,
    /// Bytes of the pool's budget for it. Kept when the buffer is checked out, so that returning it costs no atomic
    /// operation.
    hot_granted: usize,
    /// The other idle buffers, and the counts.
    member: Option<Arc<Member>>,
    returns_until_sweep: u32,
    trim_order: u32,
}

impl Cache {
    const fn new() -> Self {
        Self { hot: None, hot_granted: 0, member: None, returns_until_sweep: SWEEP_INTERVAL, trim_order: 0 }
    }

    /// Whether the pool knows the thread. If not, it cannot have a cache at the moment: nobody would count for it.
    fn is_signed_on(&mut self, shared: &Shared) -> bool {
        if self.member.is_none() {
            self.member = shared.sign_on();
        }
        self.member.is_some()
    }

    fn take(&mut self, shared: &Shared, capacity: usize) -> Option<BoxedBuffer> {
        self.follow_trim_order(shared);
        let member = self.member.as_ref().expect(SIGNED_ON);
        let hot = &mut self.hot;
        let mut take_hot = |capacity: usize| {
            let taken = hot.take_if(|hot| hot.bytes.capacity() >= capacity)?;
            member.set_hot_bytes(0);
            Some(taken)
        };
        let idle = take_hot(capacity)
            .or_else(|| member.take(&shared.budget, capacity, Smaller::Refused))
            .or_else(|| shared.take(capacity, Smaller::Refused))
            .or_else(|| take_hot(0))
            .or_else(|| member.take(&shared.budget, capacity, Smaller::Allowed))
            .or_else(|| shared.take(capacity, Smaller::Allowed));
        member.counts.note(if idle.is_some() { Event::Hit } else { Event::Miss });
        idle
    }

    /// Takes a buffer back. A buffer that is not retained is handed out, to be freed when no borrow is held.
    fn put(&mut self, shared: &Shared, mut idle: BoxedBuffer) -> Option<BoxedBuffer> {
        self.follow_trim_order(shared);
        let member = self.member.as_ref().expect(SIGNED_ON);
        let (event, freed) = match judge(&mut idle, shared.limits()) {
            Event::Kept => match keep(&mut self.hot, &mut self.hot_granted, member, shared, idle) {
                Ok(()) => (Event::Kept, None),
                Err(idle) => (Event::Full, Some(idle)),
            },
            event => (event, Some(idle)),
        };
        member.counts.note(event);
        self.returns_until_sweep -= 1;
        if self.returns_until_sweep == 0 {
            self.sweep(shared);
        }
        freed
    }

    /// Frees the buffers that were not needed since the last sweep, of this thread, of the overflow, and of threads that
    /// sleep.
    #[cold]
    fn sweep(&mut self, shared: &Shared) {
        self.returns_until_sweep = SWEEP_INTERVAL;
        if let Some(hot) = &self.hot {
            let unneeded = self.hot_granted - hot.bytes.capacity();
            self.hot_granted -= unneeded;
            shared.give_back_hot(unneeded);
        }
        if let Some(member) = &self.member {
            for _ in member.take_unneeded(&shared.budget) {
                member.counts.note(Event::Released);
            }
            shared.take_back_of_sleeping(Some(member));
        }
        shared.sweep_overflow();
    }

    fn follow_trim_order(&mut self, shared: &Shared) {
        let order = shared.trim_order();
        if self.trim_order != order {
            self.trim_order = order;
            self.free_hot(shared);
        }
    }

    #[cold]
    fn free_hot(&mut self, shared: &Shared) {
        if let (Some(member), Some(_)) = (&self.member, self.hot.take()) {
            member.set_hot_bytes(0);
            member.counts.note(Event::Released);
        }
        shared.give_back_hot(core::mem::take(&mut self.hot_granted));
    }

    /// The thread ends.
    fn close(&mut self, shared: &Shared) {
        let Some(member) = self.member.take() else { return };
        let hot = self.hot.take();
        member.set_hot_bytes(0);
        shared.give_back_hot(core::mem::take(&mut self.hot_granted));
        let others = core::iter::from_fn(|| member.take(&shared.budget, 0, Smaller::Allowed));
        for idle in hot.into_iter().chain(others) {
            if shared.put(idle, Some(&member)).is_err() {
                member.counts.note(Event::Released);
            }
        }
        shared.sign_off(&member);
    }
}

/// Keeps an empty buffer: as the hot one, among the thread's others, or in the overflow.
fn keep(
    hot: &mut Option<BoxedBuffer>,
    hot_granted: &mut usize,
    member: &Member,
    shared: &Shared,
    idle: BoxedBuffer,
) -> Result<(), BoxedBuffer> {
    let (bytes, places) = (idle.bytes.capacity(), shared.limits().buffers_per_thread);
    if hot.is_none() && bytes <= HOT_BYTES && places > member.len() {
        let is_granted = bytes <= *hot_granted || shared.grant_hot(bytes - *hot_granted, member);
        if is_granted {
            *hot_granted = bytes.max(*hot_granted);
            *hot = Some(idle);
            member.set_hot_bytes(bytes);
            return Ok(());
        }
    }
    if usize::from(hot.is_some()) + member.len() >= places {
        return shared.put(idle, Some(member));
    }
    if !shared.grant(bytes, Some(member)) {
        return Err(idle);
    }
    member.put(idle).inspect_err(|_| shared.budget.give_back(bytes))
}

/// Decides on a buffer that is returned; it is empty afterwards.
fn judge(idle: &mut Buffer, limits: &PoolLimits) -> Event {
    let (filled, capacity) = (idle.bytes.len(), idle.bytes.capacity());
    empty(&mut idle.bytes);
    if capacity == 0 {
        return Event::Taken;
    }
    if capacity > limits.buffer_bytes {
        return Event::Oversize;
    }
    if capacity <= PoolLimits::SMALL_BYTES || filled >= capacity / 4 {
        idle.sparse_returns = 0;
        return Event::Kept;
    }
    idle.sparse_returns += 1;
    if idle.sparse_returns > limits.sparse_returns { Event::Unused } else { Event::Kept }
}

/// See [`BufferPool::observe_checkouts`](super::BufferPool::observe_checkouts).
pub(super) static OBSERVER: OnceLock<fn(bool)> = OnceLock::new();

/// An idle buffer; or none, and then the checkout of a new one is counted.
pub(super) fn take(home: &Home, capacity: usize) -> Option<BoxedBuffer> {
    match with_cache(home, |cache, shared| cache.is_signed_on(shared).then(|| cache.take(shared, capacity))) {
        Access::Done(idle) => idle,
        Access::InUse => {
            home.shared().count(Event::Miss);
            None
        }
        Access::Without => {
            let idle = home.shared().take(capacity, Smaller::Allowed);
            home.shared().count(if idle.is_some() { Event::Hit } else { Event::Miss });
            idle
        }
    }
}

/// Takes a buffer back.
pub(super) fn put(home: &Home, idle: BoxedBuffer) {
    let mut idle = Some(idle);
    let access = with_cache(home, |cache, shared| {
        cache.is_signed_on(shared).then(|| idle.take().and_then(|idle| cache.put(shared, idle)))
    });
    let (shared, Some(mut idle)) = (home.shared(), idle) else { return };
    let event = match (judge(&mut idle, shared.limits()), access) {
        (Event::Kept, Access::Without) if shared.put(idle, None).is_ok() => Event::Kept,
        (Event::Kept, _) => Event::Full,
        (event, _) => event,
    };
    shared.count(event);
}

/// A checkout that came to no end.
pub(super) fn count_unfinished(home: &Home) {
    home.shared().count(Event::Taken);
}

pub(super) fn trim(home: &Home) {
    let _ = with_cache(home, |cache, shared| {
        cache.follow_trim_order(shared);
        Some(())
    });
}

/// The outcome of work with a thread's cache.
enum Access<R> {
    Done(R),
    /// The thread uses it already: its allocator uses the pool, while the pool allocates.
    InUse,
    /// The thread ends, and its caches are gone; or another one has the lock that it needs to have any.
    Without,
}

fn with_cache<R>(home: &Home, work: impl FnOnce(&mut Cache, &Shared) -> Option<R>) -> Access<R> {
    let access = CACHES.try_with(|caches| match caches.try_borrow_mut() {
        Ok(mut caches) => work(caches.of(home), home.shared()).map_or(Access::Without, Access::Done),
        Err(_) => Access::InUse,
    });
    access.unwrap_or(Access::Without)
}
