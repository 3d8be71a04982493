//! The settings of an audit, and what all of its requests share.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use crate::budget::Budget;
use crate::clock::{Clock, Ticks};
use crate::counters::{Counters, is_counting};
use crate::method::Scheme;
use crate::recorder::Recorder;
use crate::request::{Conclusion, Followed, LateRecord, Noted, PoolUse, Request, RequestRecord};
use crate::route::{Patterns, Route};
use crate::scope::Notes;
use crate::under_way::UnderWay;
use crate::{sampling, tracking};

/// Settings of an audit; made by [`Audit::builder`].
#[derive(Debug, Clone)]
#[must_use]
pub struct AuditBuilder {
    patterns: Patterns,
    follow_interval: u32,
    sample_interval: u64,
    scheme: Scheme,
    refuse: Budget,
    noted: Noted,
    #[cfg(feature = "kernel")]
    find_socket: FindSocket,
}

/// Finds the socket that the service put into a request's extensions.
#[cfg(feature = "kernel")]
pub(crate) type FindSocket = fn(&http::Extensions) -> Option<&crate::TcpSocket>;

/// An audit: what a middleware needs to report requests to a recorder. Clones are the same audit.
///
/// When all of them are gone, the recorder may stay for a while. A thread that served requests keeps it until it serves
/// those of another audit, or ends.
pub struct Audit<R> {
    pub(crate) shared: Arc<Shared>,
    /// That of `shared`, whose type is forgotten there: the types of the middleware do not name it.
    pub(crate) recorder: Arc<R>,
}

impl<R> Clone for Audit<R> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), recorder: Arc::clone(&self.recorder) }
    }
}

impl<R> fmt::Debug for Audit<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shared { number, follow_interval, sample_interval, refuse, .. } = &*self.shared;
        f.debug_struct("Audit")
            .field("number", number)
            .field("follow_interval", follow_interval)
            .field("sample_interval", sample_interval)
            .field("refuse", refuse)
            .finish_non_exhaustive()
    }
}

pub(crate) struct Shared {
    pub(crate) number: u64,
    pub(crate) clock: Clock,
    pub(crate) patterns: Patterns,
    /// Of requests whose URI has none.
    pub(crate) scheme: Scheme,
    /// One in so many requests is followed.
    follow_interval: AtomicU32,
    /// Bytes between two points of sampling.
    sample_interval: AtomicU64,
    pub(crate) noted: Noted,
    #[cfg(feature = "kernel")]
    pub(crate) find_socket: FindSocket,
    /// `None` if there is nothing that it refuses.
    refuse: Option<Budget>,
    recorder: Box<dyn Recorder>,
    _is_there: Arc<()>,
}

impl Audit<()> {
    /// Begins an audit with the defaults: no patterns, no request followed, none refused.
    pub fn builder() -> AuditBuilder {
        AuditBuilder {
            patterns: Patterns::default(),
            follow_interval: 0,
            sample_interval: 1,
            scheme: Scheme::Http,
            refuse: Budget::default(),
            noted: Noted::default(),
            #[cfg(feature = "kernel")]
            find_socket: |_| None,
        }
    }
}

impl AuditBuilder {
    /// The patterns of the service's paths, in axum's syntax (`/users/{id}`, `/files/{*path}`). A middleware outside of
    /// the router needs them: it cannot see which one matched.
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
    /// Requests are chosen at random, so that no pattern of them can hide. Each chosen one counts for `interval` in
    /// what is [alive of its route](crate::RouteReport::alive_bytes). [`Audit::track_one_in`] changes it later.
    ///
    /// For a followed request each allocation and free costs about 0.1 µs. For all others a free costs a load more.
    pub fn track_one_in(mut self, interval: u32) -> Self {
        self.follow_interval = interval;
        self
    }

    /// Of a followed request, follows only the blocks that a random point falls into. Points fall every `interval`
    /// bytes on average, so nearly all large blocks are followed and few small ones. Each counts for as many as it
    /// stands for, so that sums stay right on average. 1, as without this, follows every block. [`Audit::sample_bytes`]
    /// changes it later.
    pub fn sample_bytes(mut self, interval: u64) -> Self {
        self.sample_interval = interval;
        self
    }

    /// Says that requests come over `https` whose own URI does not tell: a proxy or an acceptor in front of the service has
    /// ended TLS. Without it they are `http`.
    pub fn https(mut self) -> Self {
        self.scheme = Scheme::Https;
        self
    }

    /// Answers 503 without a body instead of the handler's answer, where the handler used more allocations or bytes
    /// than this. That is known when it is done: what it has done stays done. `left_behind` has no effect here.
    pub fn refuse_over(mut self, budget: Budget) -> Self {
        self.refuse = budget;
        self
    }

    /// Notes the sizes of bodies, for [`RequestRecord::request_bytes`] and [`RequestRecord::response_bytes`]. It looks up a
    /// header of each request.
    pub fn note_sizes(mut self) -> Self {
        self.noted.sizes = true;
        self
    }

    /// Notes how many bytes of a body belong to escape sequences of JSON, for [`RequestRecord::escaped_bytes`]. It reads
    /// each answer's body once more. Of a frame whose data lies in several pieces, it reads the first.
    pub fn note_escapes(mut self) -> Self {
        self.noted.escapes = true;
        self
    }

    /// Notes the page faults of each request's polls, for [`RequestRecord::page_faults`]. Each poll then asks the kernel
    /// twice.
    #[cfg(feature = "kernel")]
    pub fn note_page_faults(mut self) -> Self {
        self.noted.kernel.faults = true;
        self
    }

    /// Notes retransmits and round-trip time of each request's connection, for [`RequestRecord::tcp`]. Each request then
    /// asks the kernel twice. The service puts a [`TcpSocket`](crate::TcpSocket) into the extensions of its requests, where
    /// `find` finds it. With axum:
    ///
    /// ```no_run
    /// use axum::extract::ConnectInfo;
    /// use axum::extract::connect_info::Connected;
    /// use axum::serve::IncomingStream;
    /// use axum::{Router, ServiceExt};
    /// use record_audit::{Audit, AuditLayer, Ledger, TcpSocket};
    /// use tokio::net::TcpListener;
    ///
    /// #[derive(Clone)]
    /// struct Socket(Option<TcpSocket>);
    ///
    /// impl Connected<IncomingStream<'_, TcpListener>> for Socket {
    ///     fn connect_info(stream: IncomingStream<'_, TcpListener>) -> Self {
    ///         Self(TcpSocket::of(stream.io()).ok())
    ///     }
    /// }
    ///
    /// # #[tokio::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let audit = Audit::builder()
    ///     .note_tcp(|extensions| extensions.get::<ConnectInfo<Socket>>()?.0.0.as_ref())
    ///     .build(Ledger::new());
    /// let service = AuditLayer::new(audit).around_axum(Router::new());
    /// let listener = TcpListener::bind("127.0.0.1:3000").await?;
    /// axum::serve(listener, service.into_make_service_with_connect_info::<Socket>()).await
    /// # }
    /// ```
    ///
    /// With actix, `HttpServer::on_connect` inserts the `TcpSocket` itself, and `find` is not asked.
    #[cfg(feature = "kernel")]
    pub fn note_tcp(mut self, find: fn(&http::Extensions) -> Option<&crate::TcpSocket>) -> Self {
        self.noted.kernel.tcp = true;
        self.find_socket = find;
        self
    }

    /// Notes path and query of each request, for [`RequestRecord::target`]. They may have what is nobody's business: a
    /// recorder decides what becomes of them. A request's place keeps its buffer, of which none is allocated in steady state.
    pub fn note_targets(mut self) -> Self {
        self.noted.targets = true;
        self
    }

    /// Ends the settings. Requests are reported to `recorder`.
    ///
    /// The first one of a process measures the rate of the CPU's time stamp counter: about a millisecond, at most 200.
    pub fn build<R: Recorder>(self, recorder: R) -> Audit<R> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        is_counting();
        sampling::prepare();
        let recorder = Arc::new(recorder);
        let (number, clock, is_there) = (NEXT.fetch_add(1, Ordering::Relaxed), Clock::new(), Arc::new(()));
        recorder.attached(&UnderWay::new(number, clock.clone(), Arc::downgrade(&is_there)));
        let shared = Shared {
            number,
            clock,
            patterns: self.patterns,
            scheme: self.scheme,
            follow_interval: AtomicU32::new(self.follow_interval),
            sample_interval: AtomicU64::new(self.sample_interval),
            noted: self.noted,
            #[cfg(feature = "kernel")]
            find_socket: self.find_socket,
            refuse: Some(self.refuse).filter(|refuse| *refuse != Budget::default()),
            recorder: Box::new(Arc::clone(&recorder)),
            _is_there: is_there,
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

    /// Follows one in `interval` requests from now on, as [`AuditBuilder::track_one_in`]. Requests that were chosen before
    /// go on to count for as many as they stood for then.
    pub fn track_one_in(&self, interval: u32) {
        self.shared.follow_interval.store(interval, Ordering::Relaxed);
    }

    /// Samples the blocks of requests that begin from now on, as [`AuditBuilder::sample_bytes`].
    pub fn sample_bytes(&self, interval: u64) {
        self.shared.sample_interval.store(interval, Ordering::Relaxed);
    }
}

impl Shared {
    /// The owner of the next request's blocks, if it is chosen; else 0.
    #[inline]
    pub(crate) fn owner_of_next(&self) -> u64 {
        let one_in = self.follow_interval.load(Ordering::Relaxed);
        if one_in == 0 { 0 } else { self.new_owner(one_in) }
    }

    #[inline(never)]
    fn new_owner(&self, one_in: u32) -> u64 {
        if !is_counting() || !sampling::one_in(one_in) {
            return 0;
        }
        tracking::new_owner(self.sample_interval.load(Ordering::Relaxed), one_in)
    }

    /// Whether a handler that has used so much is to be refused.
    #[inline(always)]
    pub(crate) fn refuses(&self, counters: impl FnOnce() -> Option<Counters>) -> bool {
        self.refuse
            .as_ref()
            .is_some_and(|budget| counters().is_some_and(|counters| budget.excess_in_use(&counters).is_some()))
    }

    #[inline(always)]
    pub(crate) fn report(&self, request: &Request, ended: Ticks, conclusion: Conclusion) {
        self.recorder.ended(&RequestRecord { request, conclusion, clock: &self.clock, ended });
    }

    /// The conclusion where code inside told something, work was spawned, or blocks are followed.
    pub(crate) fn conclude(self: &Arc<Self>, request: &mut Request) -> Conclusion {
        let (handler, body): (Notes, Notes) = (*request.handler.notes(), *request.body.notes());
        let noted = body.route.or(handler.route).and_then(Route::numbered);
        let route = noted.or(request.route).unwrap_or(Route::UNMATCHED);
        let pool = PoolUse {
            hits: handler.pool_hits.saturating_add(body.pool_hits),
            misses: handler.pool_misses.saturating_add(body.pool_misses),
        };
        let id = request.id;
        for scope in [&mut request.handler, &mut request.body] {
            scope.close(|| {
                let shared = Arc::clone(self);
                Arc::new(move |counters| shared.recorder.late(&LateRecord { id: &id, route, counters }))
            });
        }
        let followed = if request.owner == 0 { None } else { self.followed(request.owner, route) };
        Conclusion { route, pool, followed, notes: self.noted }
    }

    fn followed(&self, owner: u64, route: Route) -> Option<Followed> {
        let sample_interval = tracking::interval(owner);
        let alive = tracking::finish(owner, self.number, route.text())?;
        Some(Followed {
            owner,
            audit: self.number,
            sample_interval,
            alive_bytes: alive.request,
            route_followed_bytes: alive.followed,
            route_alive_bytes: alive.route,
        })
    }
}
