//! What the middlewares of all frameworks have in common: settings, and the life of a request from its call to its report.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::budget::Budget;
use crate::counters::{Counters, is_counting};
use crate::recorder::Recorder;
use crate::request::{Followed, LateRecord, Outcome, PoolUse, RequestId, RequestRecord};
use crate::route::{Patterns, UNMATCHED};
use crate::scope::{ScopeState, Slice};
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
pub(crate) struct Shared<R> {
    recorder: R,
    number: u64,
    patterns: Patterns,
    follow_interval: u32,
    until_followed: AtomicU32,
    pub(crate) refuse: Budget,
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
    pub fn build<R: Recorder>(self, recorder: R) -> Audit<R> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        is_counting();
        Audit {
            shared: Arc::new(Shared {
                recorder,
                number: NEXT.fetch_add(1, Ordering::Relaxed),
                patterns: self.patterns,
                follow_interval: self.follow_interval,
                until_followed: AtomicU32::new(1),
                refuse: self.refuse,
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

    pub(crate) fn begin(&self, id: RequestId, method: &'static str, path: &str) -> InFlight<R> {
        let started = Instant::now();
        let shared = Arc::clone(&self.shared);
        let owner = if shared.follows_next() { tracking::new_owner(false) } else { 0 };
        let route = shared.patterns.find(path);
        shared.recorder.started();
        InFlight {
            shared,
            id,
            method,
            route,
            started,
            poll: Duration::ZERO,
            owner,
            handler: ScopeState::of_request(owner),
            body: ScopeState::of_request(owner),
            status: None,
            outcome: Outcome::Dropped,
        }
    }
}

impl<R> Shared<R> {
    fn follows_next(&self) -> bool {
        if self.follow_interval == 0 || !is_counting() {
            return false;
        }
        // Not exact between threads, which a sample need not be.
        let left = self.until_followed.load(Ordering::Relaxed);
        self.until_followed.store(if left <= 1 { self.follow_interval } else { left - 1 }, Ordering::Relaxed);
        left <= 1
    }
}

/// A request between its call and its report, which is made when this is dropped: on every path exactly once.
pub(crate) struct InFlight<R: Recorder> {
    shared: Arc<Shared<R>>,
    id: RequestId,
    method: &'static str,
    route: Option<&'static str>,
    pub(crate) started: Instant,
    pub(crate) poll: Duration,
    owner: u64,
    handler: ScopeState,
    body: ScopeState,
    pub(crate) status: Option<u16>,
    /// What it would be if this were dropped now. `Panicked` while foreign code runs.
    pub(crate) outcome: Outcome,
}

impl<R: Recorder> InFlight<R> {
    pub(crate) fn handler_slice(&mut self) -> Slice<'_> {
        self.handler.enter()
    }

    pub(crate) fn body_slice(&mut self) -> Slice<'_> {
        self.body.enter()
    }

    /// Whether the handler's answer is to be refused.
    pub(crate) fn is_refused(&self) -> bool {
        self.shared.refuse != Budget::default()
            && self.handler.counters().is_some_and(|counters| self.shared.refuse.excess_in_use(&counters).is_some())
    }

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

    fn close(&self, scope: &ScopeState, route: &'static str) -> Option<Counters> {
        scope.close(|| {
            let (shared, id) = (Arc::clone(&self.shared), self.id);
            Arc::new(move |counters| shared.recorder.late(&LateRecord { id: &id, route, counters }))
        })
    }
}

impl<R: Recorder> Drop for InFlight<R> {
    fn drop(&mut self) {
        let notes = [self.handler.notes, self.body.notes];
        let route = notes.iter().rev().find_map(|notes| notes.route).or(self.route).unwrap_or(UNMATCHED);
        let handler = self.close(&self.handler, route);
        let body = self.close(&self.body, route).map(|mut counters| {
            counters.coverage.body = true;
            counters
        });
        let owner = self.owner;
        let followed = if owner == 0 { None } else { tracking::finish(owner, self.shared.number, route) }.map(
            |(alive_bytes, route_alive_bytes)| Followed {
                owner,
                audit: self.shared.number,
                alive_bytes,
                route_alive_bytes,
            },
        );
        self.shared.recorder.ended(&RequestRecord {
            id: &self.id,
            route,
            method: self.method,
            status: self.status,
            outcome: self.outcome,
            handler,
            body,
            wall: self.started.elapsed(),
            poll: self.poll,
            pool: PoolUse {
                hits: notes.iter().map(|notes| notes.pool_hits).sum(),
                misses: notes.iter().map(|notes| notes.pool_misses).sum(),
            },
            followed,
        });
    }
}
