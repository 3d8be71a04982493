//! The place of a request's state from its call to its report. It is a box that does not move while futures, responses
//! and bodies do, and that is used again for another request.
//!
//! A thread keeps some idle boxes. A shared store balances surplus and shortage, so that requests may end on other
//! threads than they began on. Hence a box is allocated only when more requests are under way than ever before. All of
//! that is in nobody's numbers.

use std::cell::RefCell;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use crate::audit::Shared;
use crate::counters::uncounted;
use crate::lock::Lock;
use crate::request::Request;
#[cfg(feature = "heap")]
use crate::route::Route;
use crate::under_way::Sign;

/// Idle boxes of a thread.
const PER_THREAD: usize = 64;
/// How many of them go to the store, or come from there, at a time.
const BATCH: usize = PER_THREAD / 2;
/// Idle boxes in the store, some 5 MB. Those beyond are freed.
const IN_STORE: usize = 8192;

/// A place for a request, and whose it is.
pub(crate) struct State {
    pub(crate) request: Request,
    /// Stays when the request has ended: the next one is likely of the same audit. Otherwise all threads would write to
    /// one count of references twice per request.
    pub(crate) audit: Option<Arc<Shared>>,
    /// The part that other threads can see.
    pub(crate) sign: Arc<Sign>,
    #[cfg(feature = "heap")]
    name: crate::heap::Place,
}

impl State {
    /// Its audit, while there is a request.
    #[inline(always)]
    pub(crate) fn shared(&self) -> &Arc<Shared> {
        self.audit.as_ref().expect("set when it began")
    }

    /// Labels the request's allocations for the sampled heap.
    #[cfg(feature = "heap")]
    #[cold]
    #[inline(never)]
    pub(crate) fn label(&mut self) {
        let request = &mut self.request;
        let route = request.route.unwrap_or(Route::UNMATCHED);
        let context = self.name.begin(route.number(), request.method.number(), |words| request.id.store(words));
        request.handler.set_context(context);
        request.body.set_context(context);
    }
}

/// A state that goes back to the idle ones when this is dropped.
pub(crate) struct PooledState(Option<Box<State>>);

/// A state does not move: that is what the boxes are for.
type Boxes = Vec<Box<State>>;

/// A thread's idle boxes.
struct Idle(RefCell<Boxes>);

crate::sync::thread_local! {
    static IDLE: Idle = const { Idle(RefCell::new(Vec::new())) };
}

static STORE: Lock<Boxes> = Lock::new(Vec::new());

/// A box for a request, with the state of whichever was there before.
#[inline(always)]
pub(crate) fn idle() -> Box<State> {
    let idle = IDLE.try_with(|idle| idle.0.borrow_mut().pop());
    idle.ok().flatten().unwrap_or_else(another)
}

impl PooledState {
    #[inline(always)]
    pub(crate) fn new(state: Box<State>) -> Self {
        Self(Some(state))
    }
}

impl Deref for PooledState {
    type Target = State;

    #[inline(always)]
    fn deref(&self) -> &State {
        self.0.as_deref().expect("taken by `drop` alone")
    }
}

impl DerefMut for PooledState {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut State {
        self.0.as_deref_mut().expect("taken by `drop` alone")
    }
}

impl Drop for PooledState {
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
fn put_aside(state: Box<State>) {
    // Boxes that no thread holds belong to no audit either, so that an audit is not kept for ever. Its recorder is
    // dropped outside of locks and borrows.
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

fn give_to_store(batch: impl Iterator<Item = Box<State>>) {
    uncounted(|| {
        let mut batch = batch;
        if let Some(mut store) = STORE.lock() {
            let room = IN_STORE.saturating_sub(store.len());
            store.extend(batch.by_ref().take(room));
        }
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
fn another() -> Box<State> {
    uncounted(|| {
        if let Some(mut store) = STORE.lock() {
            let rest = store.len().saturating_sub(BATCH);
            if let Some(state) = store.pop() {
                let _ = IDLE.try_with(|idle| {
                    let mut idle = idle.0.borrow_mut();
                    idle.reserve_exact(PER_THREAD);
                    idle.extend(store.drain(rest..));
                });
                return state;
            }
        }
        Box::new(State {
            request: Request::new(),
            audit: None,
            sign: Sign::put_up(),
            #[cfg(feature = "heap")]
            name: crate::heap::Place::new(),
        })
    })
}
