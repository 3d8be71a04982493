//! What the middlewares of all frameworks have in common: settings, and the life of a request from its call to its report.

use std::fmt;
use std::num::NonZeroU16;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use http::StatusCode;

use crate::budget::Budget;
use crate::clock::{Clock, Ticks};
use crate::counters::is_counting;
use crate::recorder::Recorder;
use crate::request::{Conclusion, Followed, LateRecord, Outcome, PoolUse, RequestRecord};
use crate::route::{Patterns, UNMATCHED};
use crate::scope::Slice;
use crate::slot::{self, RequestState, Slot};
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
pub struct Audit<R> {
    shared: Arc<Shared>,
    /// That of `shared`, whose type is forgotten there: the types of the middleware do not name it.
    recorder: Arc<R>,
}

impl<R> Clone for Audit<R> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), recorder: Arc::clone(&self.recorder) }
    }
}

impl<R> fmt::Debug for Audit<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shared { number, follow_interval, refuse, .. } = &*self.shared;
        f.debug_struct("Audit")
            .field("number", number)
            .field("follow_interval", follow_interval)
            .field("refuse", refuse)
            .finish_non_exhaustive()
    }
}

pub(crate) struct Shared {
    number: u64,
    clock: Clock,
    patterns: Patterns,
    follow_interval: u32,
    until_followed: AtomicU32,
    /// `None` if there is nothing that it refuses.
    refuse: Option<Budget>,
    recorder: Box<dyn Recorder>,
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
        let recorder = Arc::new(recorder);
        let shared = Shared {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            clock: Clock::new(),
            patterns: self.patterns,
            follow_interval: self.follow_interval,
            until_followed: AtomicU32::new(1),
            refuse: Some(self.refuse).filter(|refuse| *refuse != Budget::default()),
            recorder: Box::new(Arc::clone(&recorder)),
        };
        Audit { shared: Arc::new(shared), recorder }
    }
}

impl<R: Recorder> Audit<R> {
    /// The recorder that was given to [`AuditBuilder::build`].
    #[must_use]
    pub fn recorder(&self) -> &R {
        &self.recorder
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
        let started = shared.clock.read();
        let owner = if shared.follows_next() { tracking::new_owner(false) } else { 0 };
        let route = shared.patterns.find(path);
        self.recorder.started();
        let mut state = slot::idle();
        state.begin(started, given_id, method, route, owner);
        if !state.audit.as_ref().is_some_and(|last| Arc::ptr_eq(last, shared)) {
            adopt(&mut state, shared);
        }
        InFlight(Some(state))
    }
}

#[cold]
#[inline(never)]
fn adopt(state: &mut RequestState, shared: &Arc<Shared>) {
    state.audit = Some(Arc::clone(shared));
}

impl Shared {
    #[inline]
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

/// A request between its call and its report, which is made when this is dropped: on every path exactly once. Or none.
pub(crate) struct InFlight(Option<Box<RequestState>>);

impl InFlight {
    #[inline(always)]
    pub(crate) fn is_some(&self) -> bool {
        self.0.is_some()
    }

    #[inline(always)]
    pub(crate) fn get_mut(&mut self) -> Option<&mut RequestState> {
        self.0.as_deref_mut()
    }

    /// The request, which is no longer here.
    #[inline(always)]
    pub(crate) fn take(&mut self) -> Self {
        Self(self.0.take())
    }

    /// Drops a handler before its end.
    #[cold]
    #[inline(never)]
    pub(crate) fn abandon_handler<F>(&mut self, mut future: Pin<&mut Option<F>>) {
        if let Some(state) = self.get_mut() {
            let _slice = state.handler_slice();
            future.set(None);
        }
    }

    /// Drops what is not sent since the request is refused, as part of the handler.
    pub(crate) fn drop_refused<T>(&mut self, answer: T) {
        let state = self.get_mut().expect("of the future that was polled");
        state.outcome = Outcome::Panicked;
        {
            let _slice = state.handler_slice();
            drop(answer);
        }
        state.status = NonZeroU16::new(StatusCode::SERVICE_UNAVAILABLE.as_u16());
        state.outcome = Outcome::Completed;
    }
}

impl RequestState {
    #[inline(always)]
    fn shared(&self) -> &Arc<Shared> {
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

    /// A poll of the body begins. The answer is for [`body_polled`](Self::body_polled).
    #[inline(always)]
    pub(crate) fn body_poll_begins(&mut self) -> Outcome {
        std::mem::replace(&mut self.outcome, Outcome::Panicked)
    }

    /// It has ended without a panic.
    #[inline(always)]
    pub(crate) fn body_polled(&mut self, before: Outcome, is_over: bool, is_error: bool) {
        self.outcome = match before {
            Outcome::BodyDropped if is_over => Outcome::Completed,
            _ if is_error => Outcome::Error,
            _ => before,
        };
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

    /// The conclusion where code inside told something, work was spawned, or blocks are followed.
    fn conclude(&mut self) -> Conclusion {
        let notes = (self.handler.notes(), self.body.notes());
        let route = notes.1.route.or(notes.0.route).or(self.route).unwrap_or(UNMATCHED);
        let pool = PoolUse {
            hits: notes.0.pool_hits.saturating_add(notes.1.pool_hits),
            misses: notes.0.pool_misses.saturating_add(notes.1.pool_misses),
        };
        let (shared, id) = (Arc::clone(self.shared()), self.id);
        for scope in [&mut self.handler, &mut self.body] {
            scope.close(|| {
                let shared = Arc::clone(&shared);
                Arc::new(move |counters| shared.recorder.late(&LateRecord { id: &id, route, counters }))
            });
        }
        let followed = if self.owner == 0 { None } else { shared.followed(self.owner, route) };
        Conclusion { route, pool, followed }
    }

    #[inline(always)]
    fn report(&self, ended: Ticks, conclusion: Conclusion) {
        let shared = self.shared();
        shared.recorder.ended(&RequestRecord { state: self, conclusion, clock: &shared.clock, ended });
    }

    /// A route that the framework knows, where no pattern did.
    #[cfg(feature = "actix")]
    pub(crate) fn suggest_route(&mut self, pattern: impl FnOnce() -> Option<&'static str>) {
        if self.route.is_none() {
            self.route = pattern();
        }
    }
}

impl Drop for InFlight {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(state) = self.0.take() {
            report(Slot::new(state));
        }
    }
}

#[inline(never)]
fn report(state: Slot) {
    let ended = state.shared().clock.read();
    if state.handler.has_more() || state.body.has_more() {
        return report_with_more(state, ended);
    }
    let route = state.route.unwrap_or(UNMATCHED);
    state.report(ended, Conclusion { route, pool: PoolUse::default(), followed: None });
}

#[cold]
#[inline(never)]
fn report_with_more(mut state: Slot, ended: Ticks) {
    let conclusion = state.conclude();
    state.report(ended, conclusion);
}
