//! What the middlewares of all frameworks have in common: settings, and the life of a request from its call to its report.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use crate::budget::Budget;
use crate::clock::{Clock, Ticks};
use crate::counters::is_counting;
use crate::recorder::Recorder;
use crate::request::{Followed, LateRecord, Outcome, PoolUse, RequestId, RequestRecord};
use crate::route::{Patterns, UNMATCHED};
use crate::scope::{ScopeState, Slice};
use crate::slot::{RequestState, Slot};
use crate::tracking;

/// Settings of an audit; made by [`Audit::builder`].
#[derive(Debug, Clone)]
#[must_use]
pub struct AuditBuilder {
    patterns: Patterns,
    follow_interval: u32,
    refuse: Budget,
}

/// An audit: what a middleware needs to report requests to a recorder. Clones are the same audit.
///
/// When all of them are gone, the recorder may stay for a while: a thread that served requests keeps it until it serves
/// those of another audit, or ends.
#[derive(Debug)]
pub struct Audit<R> {
    shared: Arc<Shared<R>>,
}

impl<R> Clone for Audit<R> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

#[derive(Debug)]
pub(crate) struct Shared<R: ?Sized> {
    number: u64,
    clock: Clock,
    patterns: Patterns,
    follow_interval: u32,
    until_followed: AtomicU32,
    /// `None` if there is nothing that it refuses.
    refuse: Option<Budget>,
    recorder: R,
}

impl Audit<()> {
    /// Begins an audit with the defaults: no patterns, no request followed, none refused.
    pub fn builder() -> AuditBuilder {
        AuditBuilder { patterns: Patterns::default(), follow_interval: 0, refuse: Budget::default() }
    }
}

impl AuditBuilder {
    /// The patterns of the service's paths, in axum's syntax (`/users/{id}`, `/files/{*path}`), for a middleware that
    /// stands outside of the router and cannot see which one matched.
    ///
    /// # Panics
    /// If a pattern is malformed, or conflicts with another.
    pub fn routes<'p>(mut self, patterns: impl IntoIterator<Item = &'p str>) -> Self {
        for pattern in patterns {
            if let Err(error) = self.patterns.add(pattern) {
                panic!("route `{pattern}`: {error}");
            }
        }
        self
    }

    /// Follows the blocks of one in `interval` requests until they are freed by whomever, 0 for none. Verdicts on leaks
    /// are then about memory that is alive; otherwise, about a balance that also moves when memory is handed over.
    ///
    /// For a followed request each allocation and free costs about 0.1 µs. For all others a free costs a load more.
    pub fn track_one_in(mut self, interval: u32) -> Self {
        self.follow_interval = interval;
        self
    }

    /// Answers 503 without a body instead of the handler's answer, where the handler used more allocations or bytes
    /// than this. That is known when it is done: what it has done stays done. `left_behind` has no effect here.
    pub fn refuse_over(mut self, budget: Budget) -> Self {
        self.refuse = budget;
        self
    }

    /// Ends the settings. Requests are reported to `recorder`.
    ///
    /// The first one of a process measures the rate of the CPU's time stamp counter: about a millisecond, at most 200.
    pub fn build<R: Recorder>(self, recorder: R) -> Audit<R> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        is_counting();
        Audit {
            shared: Arc::new(Shared {
                number: NEXT.fetch_add(1, Ordering::Relaxed),
                clock: Clock::new(),
                patterns: self.patterns,
                follow_interval: self.follow_interval,
                until_followed: AtomicU32::new(1),
                refuse: Some(self.refuse).filter(|refuse| *refuse != Budget::default()),
                recorder,
            }),
        }
    }
}

impl<R: Recorder> Audit<R> {
    /// The recorder that was given to [`AuditBuilder::build`].
    #[must_use]
    pub fn recorder(&self) -> &R {
        &self.shared.recorder
    }

    /// A request has come in; its time runs from here. `given_id` is what its client says its id is.
    #[inline(always)]
    pub(crate) fn begin<'p>(
        &self,
        given_id: Option<&[u8]>,
        method: &'static str,
        path: impl FnOnce() -> &'p str,
    ) -> InFlight {
        let shared = &self.shared;
        let owner = if shared.follows_next() { tracking::new_owner(false) } else { 0 };
        let route = shared.patterns.find(path);
        shared.recorder.started();
        let mut state = Slot::new();
        state.begin(given_id, method, route, owner);
        if !state.audit.as_ref().is_some_and(|last| std::ptr::addr_eq(Arc::as_ptr(last), Arc::as_ptr(shared))) {
            self.adopt(&mut state);
        }
        // Behind all the stores, which would otherwise wait for it.
        state.started = shared.clock.read();
        InFlight(state)
    }

    #[cold]
    #[inline(never)]
    fn adopt(&self, state: &mut RequestState) {
        state.audit = Some(Arc::clone(&self.shared) as Arc<Shared<dyn Recorder>>);
    }
}

impl<R: ?Sized> Shared<R> {
    fn follows_next(&self) -> bool {
        if self.follow_interval == 0 || !is_counting() {
            return false;
        }
        // Not exact between threads, which a sample need not be.
        let left = self.until_followed.load(Ordering::Relaxed);
        self.until_followed.store(if left <= 1 { self.follow_interval } else { left - 1 }, Ordering::Relaxed);
        left <= 1
    }

    #[cold]
    fn followed(&self, owner: u64, route: &'static str) -> Option<Followed> {
        let (alive_bytes, route_alive_bytes) = tracking::finish(owner, self.number, route)?;
        Some(Followed { owner, audit: self.number, alive_bytes, route_alive_bytes })
    }
}

/// A request between its call and its report, which is made when this is dropped: on every path exactly once.
pub(crate) struct InFlight(Slot);

impl Deref for InFlight {
    type Target = RequestState;

    #[inline(always)]
    fn deref(&self) -> &RequestState {
        &self.0
    }
}

impl DerefMut for InFlight {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut RequestState {
        &mut self.0
    }
}

impl RequestState {
    #[inline(always)]
    fn shared(&self) -> &Arc<Shared<dyn Recorder>> {
        self.audit.as_ref().expect("set when it began")
    }

    #[inline(always)]
    pub(crate) fn handler_slice(&mut self) -> Slice<'_> {
        self.handler.enter()
    }

    #[inline(always)]
    pub(crate) fn body_slice(&mut self) -> Slice<'_> {
        self.body.enter()
    }

    /// A poll of the handler begins. The answer is for [`poll_ended`](Self::poll_ended).
    #[inline(always)]
    pub(crate) fn poll_begins(&mut self) -> Ticks {
        let from = if self.is_polled { self.shared().clock.read() } else { self.started };
        self.is_polled = true;
        self.outcome = Outcome::Panicked;
        from
    }

    /// It has ended without a panic.
    #[inline(always)]
    pub(crate) fn poll_ended(&mut self, from: Ticks) {
        self.polled += from.until(self.shared().clock.read());
        self.outcome = Outcome::Dropped;
    }

    /// Whether the handler's answer is to be refused.
    #[inline(always)]
    pub(crate) fn is_refused(&self) -> bool {
        self.shared().refuse.as_ref().is_some_and(|budget| {
            self.handler.counters().is_some_and(|counters| budget.excess_in_use(&counters).is_some())
        })
    }

    #[inline(always)]
    pub(crate) fn is_head(&self) -> bool {
        self.method == "HEAD"
    }

    /// A route that the framework knows, where no pattern did.
    #[cfg(feature = "actix")]
    pub(crate) fn suggest_route(&mut self, pattern: impl FnOnce() -> Option<&'static str>) {
        if self.route.is_none() {
            self.route = pattern();
        }
    }
}

fn close(scope: &mut ScopeState, shared: &Arc<Shared<dyn Recorder>>, id: &RequestId, route: &'static str) {
    scope.close(|| {
        let (shared, id) = (Arc::clone(shared), *id);
        Arc::new(move |counters| shared.recorder.late(&LateRecord { id: &id, route, counters }))
    });
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let state = &mut *self.0;
        let Some(shared) = &state.audit else { return };
        let ended = shared.clock.read();
        let notes = (&state.handler.notes, &state.body.notes);
        let route = notes.1.route.or(notes.0.route).or(state.route).unwrap_or(UNMATCHED);
        let pool = PoolUse {
            hits: notes.0.pool_hits.saturating_add(notes.1.pool_hits),
            misses: notes.0.pool_misses.saturating_add(notes.1.pool_misses),
        };
        close(&mut state.handler, shared, &state.id, route);
        close(&mut state.body, shared, &state.id, route);
        let followed = if state.owner == 0 { None } else { shared.followed(state.owner, route) };
        let wall_nanos = shared.clock.nanos(state.started.until(ended));
        shared.recorder.ended(&RequestRecord {
            id: &state.id,
            route,
            method: state.method,
            status: state.status,
            outcome: state.outcome,
            pool,
            followed,
            handler: &state.handler,
            body: &state.body,
            ended_at_nanos: shared.clock.at_nanos(ended),
            wall_nanos,
            // Clocks of two cores may be a few ticks apart.
            poll_nanos: shared.clock.nanos(state.polled).min(wall_nanos),
        });
    }
}
