//! Where the state of a request lives from its call to its report: a box that stays in its place while futures, responses
//! and bodies are moved around it, and that is used again for another request.
//!
//! A thread keeps some idle boxes. What it has too many or too few of goes through a store that all threads share, so that
//! requests may end on other threads than they began on. Hence a box is allocated only when more requests are under way
//! than ever before. All of that is in nobody's numbers.

use std::cell::RefCell;
use std::num::NonZeroU16;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::audit::Shared;
use crate::clock::Ticks;
use crate::counters::uncounted;
use crate::request::{Outcome, RequestId};
use crate::scope::ScopeState;

/// Idle boxes of a thread.
const PER_THREAD: usize = 64;
/// How many of them go to the store, or come from there, at a time.
const BATCH: usize = PER_THREAD / 2;
/// Idle boxes in the store, some 5 MB. Those beyond are freed.
const IN_STORE: usize = 8192;

/// A request that has begun.
pub(crate) struct RequestState {
    /// Stays when the request has ended: the next one is likely of the same audit. Otherwise all threads would write to
    /// one count of references twice per request.
    pub(crate) audit: Option<Arc<Shared>>,
    pub(crate) id: RequestId,
    pub(crate) method: &'static str,
    /// By its path, or as the framework knows it.
    pub(crate) route: Option<&'static str>,
    pub(crate) started: Ticks,
    /// Ticks in polls of the handler.
    pub(crate) polled: u64,
    /// Whether there was a poll.
    pub(crate) is_polled: bool,
    /// In one piece, so that it is written as it is read.
    pub(crate) status: Option<NonZeroU16>,
    /// What it would be if it were reported now. `Panicked` while foreign code runs.
    pub(crate) outcome: Outcome,
    /// See [`crate::tracking`]; 0 for none.
    pub(crate) owner: u64,
    pub(crate) handler: ScopeState,
    pub(crate) body: ScopeState,
}

/// A state that goes back to the idle ones when this is dropped.
pub(crate) struct Slot(Option<Box<RequestState>>);

/// A state does not move: that is what the boxes are for.
type Boxes = Vec<Box<RequestState>>;

/// A thread's idle boxes.
struct Idle(RefCell<Boxes>);

thread_local! {
    static IDLE: Idle = const { Idle(RefCell::new(Vec::new())) };
}

static STORE: Mutex<Boxes> = Mutex::new(Vec::new());

fn store() -> MutexGuard<'static, Boxes> {
    STORE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A box for a request, with the state of whichever was there before.
#[inline(always)]
pub(crate) fn idle() -> Box<RequestState> {
    let idle = IDLE.try_with(|idle| idle.0.borrow_mut().pop());
    idle.ok().flatten().unwrap_or_else(another)
}

impl Slot {
    #[inline(always)]
    pub(crate) fn new(state: Box<RequestState>) -> Self {
        Self(Some(state))
    }
}

impl Deref for Slot {
    type Target = RequestState;

    #[inline(always)]
    fn deref(&self) -> &RequestState {
        self.0.as_deref().expect("taken by `drop` alone")
    }
}

impl DerefMut for Slot {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut RequestState {
        self.0.as_deref_mut().expect("taken by `drop` alone")
    }
}

impl RequestState {
    pub(crate) fn new() -> Self {
        Self {
            audit: None,
            id: RequestId::made(),
            method: "",
            route: None,
            started: Ticks::ZERO,
            polled: 0,
            is_polled: false,
            status: None,
            outcome: Outcome::Dropped,
            owner: 0,
            handler: ScopeState::of_request(),
            body: ScopeState::of_request(),
        }
    }

    /// Makes this the state of a new request, with the id that its client gave, if that is one.
    #[inline(always)]
    pub(crate) fn begin(
        &mut self,
        now: Ticks,
        given_id: Option<&[u8]>,
        new_method: &'static str,
        new_route: Option<&'static str>,
        new_owner: u64,
    ) {
        // All fields by name, so that none keeps what it had of the request before.
        let Self { audit: _, id, method, route, started, polled, is_polled, status, outcome, owner, handler, body } =
            self;
        // Written where it stays: an id of a client is too large to be moved along, or made room for where there is none.
        if !given_id.is_some_and(|given| id.take(given)) {
            *id = RequestId::made();
        }
        *method = new_method;
        *route = new_route;
        *started = now;
        *polled = 0;
        *is_polled = false;
        *status = None;
        *outcome = Outcome::Dropped;
        *owner = new_owner;
        handler.renew(new_owner);
        body.renew(new_owner);
    }
}

impl Drop for Slot {
    #[inline(always)]
    fn drop(&mut self) {
        let mut state = self.0.take();
        let _ = IDLE.try_with(|idle| {
            let mut idle = idle.0.borrow_mut();
            if idle.len() < idle.capacity()
                && let Some(state) = state.take()
            {
                idle.push(state);
            }
        });
        if let Some(state) = state {
            put_aside(state);
        }
    }
}

/// An idle box for which its thread has no room: in the beginning, when there are too many, and when the thread ends.
#[cold]
#[inline(never)]
fn put_aside(state: Box<RequestState>) {
    // Boxes that no thread holds belong to no audit either, so that an audit is not kept for ever. What its recorder does
    // when it is dropped happens outside of locks and borrows.
    let mut batch = [const { None }; BATCH + 1];
    batch[0] = Some(state);
    let _ = IDLE.try_with(|idle| {
        let mut idle = idle.0.borrow_mut();
        if idle.capacity() == 0 {
            uncounted(|| idle.reserve_exact(PER_THREAD));
        }
        if idle.len() == idle.capacity() {
            batch[1..].fill_with(|| idle.pop());
        }
    });
    for state in batch.iter_mut().flatten() {
        state.audit = None;
    }
    give_to_store(batch.into_iter().flatten());
}

fn give_to_store(batch: impl Iterator<Item = Box<RequestState>>) {
    uncounted(|| {
        let mut store = store();
        let room = IN_STORE.saturating_sub(store.len());
        let mut batch = batch;
        store.extend(batch.by_ref().take(room));
        drop(store);
        batch.for_each(drop);
    });
}

impl Drop for Idle {
    fn drop(&mut self) {
        let mut idle = self.0.take();
        for state in &mut idle {
            state.audit = None;
        }
        uncounted(|| give_to_store(idle.into_iter()));
    }
}

/// A box for a thread that has none: of the store, with more to come, or a new one.
#[cold]
#[inline(never)]
fn another() -> Box<RequestState> {
    uncounted(|| {
        let mut store = store();
        let rest = store.len().saturating_sub(BATCH);
        if let Some(state) = store.pop() {
            let _ = IDLE.try_with(|idle| {
                let mut idle = idle.0.borrow_mut();
                idle.reserve_exact(PER_THREAD);
                idle.extend(store.drain(rest..));
            });
            return state;
        }
        drop(store);
        Box::new(RequestState::new())
    })
}
