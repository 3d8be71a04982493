//! A request, while it is under way and when it is reported.

use std::fmt;
use std::num::NonZeroU16;
use std::time::Duration;

use crate::Counters;
use crate::clock::{Clock, Ticks};
use crate::id::RequestId;
use crate::method::{Method, Scheme};
use crate::route::Route;
use crate::scope::{ScopeState, Slice};

/// A request that has begun.
pub(crate) struct Request {
    pub(crate) id: RequestId,
    pub(crate) method: Method,
    pub(crate) scheme: Scheme,
    /// In one piece, so that it is written as it is read.
    pub(crate) status: Option<NonZeroU16>,
    /// Its outcome if it were reported now. `Panicked` while foreign code runs.
    pub(crate) outcome: Outcome,
    /// Whether there was a poll.
    pub(crate) is_polled: bool,
    /// By its path, or as the framework knows it.
    pub(crate) route: Option<Route>,
    pub(crate) started: Ticks,
    /// Ticks in polls of the handler.
    pub(crate) polled: u64,
    /// Of its own body by the head's `content-length`, and of the answer's so far, where the audit notes sizes.
    pub(crate) announced_bytes: Option<u64>,
    pub(crate) response_bytes: u64,
    /// Of these, bytes of escape sequences of JSON, where the audit notes them.
    pub(crate) escaped_bytes: u64,
    /// Path and query; empty where the audit does not note it. The buffer is used again.
    pub(crate) target: String,
    /// Ticks from the call to the end of the handler's last poll.
    pub(crate) handled: u64,
    /// Valid where the audit notes it.
    #[cfg(feature = "kernel")]
    pub(crate) kernel: crate::kernel::Figures,
    /// See [`crate::tracking`]; 0 for none.
    pub(crate) owner: u64,
    pub(crate) handler: ScopeState,
    pub(crate) body: ScopeState,
}

impl Request {
    pub(crate) fn new() -> Self {
        Self {
            id: RequestId::made(),
            method: Method::GET,
            scheme: Scheme::Http,
            status: None,
            outcome: Outcome::Dropped,
            is_polled: false,
            route: None,
            started: Ticks::ZERO,
            polled: 0,
            announced_bytes: None,
            response_bytes: 0,
            escaped_bytes: 0,
            target: String::new(),
            handled: 0,
            #[cfg(feature = "kernel")]
            kernel: crate::kernel::Figures::default(),
            owner: 0,
            handler: ScopeState::of_request(),
            body: ScopeState::of_request(),
        }
    }

    /// Makes this a new request, with the id that its client gave, if that is one.
    #[inline(always)]
    pub(crate) fn begin(
        &mut self,
        now: Ticks,
        given_id: Option<&[u8]>,
        new_method: Method,
        new_scheme: Scheme,
        new_route: Option<Route>,
        new_owner: u64,
    ) {
        // All fields by name, so that none keeps what it had of the request before.
        let Self {
            id,
            method,
            scheme,
            status,
            outcome,
            is_polled,
            route,
            started,
            polled,
            announced_bytes,
            response_bytes,
            escaped_bytes,
            target,
            handled,
            #[cfg(feature = "kernel")]
                kernel: _,
            owner,
            handler,
            body,
        } = self;
        // Written where it stays: an id of a client is too large to be moved along, or made room for where there is none.
        if !given_id.is_some_and(|given| id.take(given)) {
            *id = RequestId::made();
        }
        *method = new_method;
        *scheme = new_scheme;
        *status = None;
        *outcome = Outcome::Dropped;
        *is_polled = false;
        *route = new_route;
        *started = now;
        *polled = 0;
        *announced_bytes = None;
        *response_bytes = 0;
        *escaped_bytes = 0;
        target.clear();
        *handled = 0;
        *owner = new_owner;
        handler.renew(new_owner);
        body.renew(new_owner);
    }

    #[inline(always)]
    pub(crate) fn handler_slice(&mut self) -> Slice<'_> {
        self.handler.enter()
    }

    #[inline(always)]
    pub(crate) fn body_slice(&mut self) -> Slice<'_> {
        self.body.enter()
    }

    /// Whether an answer to this has no body, whatever its head says of one.
    pub(crate) fn has_no_body(&self) -> bool {
        let status = self.status.map_or(0, NonZeroU16::get);
        self.method == Method::HEAD
            || matches!(status, 100..200 | 204 | 304)
            || self.method == Method::CONNECT && (200..300).contains(&status)
    }

    /// Bytes that it holds: those it allocated less those it freed, as of its last poll.
    pub(crate) fn held_bytes(&self) -> i64 {
        self.handler.net_bytes() + self.body.net_bytes()
    }
}

/// A request that has come in.
#[derive(Debug, Clone, Copy)]
pub struct RequestStart {
    pub(crate) method: Method,
    pub(crate) scheme: Scheme,
}

impl RequestStart {
    /// The method in capitals, `_OTHER` for unknown ones.
    #[must_use]
    pub fn method(&self) -> &'static str {
        self.method.name()
    }

    /// How it came: `http` or `https`, by its URI or the audit's settings.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        self.scheme.name()
    }
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// The response was produced to its end, or as far as its announced length or its status allow it to be sent.
    Completed,
    /// The service, or the response's body, returned an error. An error that becomes a response, as actix-web's do, is one.
    Error,
    /// The handler's future was dropped before it had an answer: the client went away, or a timeout.
    Dropped,
    /// The answer's head was produced, and its body dropped before its end.
    BodyDropped,
    /// The handler or the body panicked.
    Panicked,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Completed, Self::Error, Self::Dropped, Self::BodyDropped, Self::Panicked];

    /// As a label.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Error => "error",
            Self::Dropped => "dropped",
            Self::BodyDropped => "body_dropped",
            Self::Panicked => "panicked",
        }
    }
}

/// How often a request got its buffer from a pool, as told by [`note_pool`](crate::note_pool).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PoolUse {
    /// Buffers that the pool had.
    pub hits: u32,
    /// Buffers that had to be allocated.
    pub misses: u32,
}

/// The allocations of a request whose blocks are followed, when it was reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Followed {
    pub(crate) owner: u64,
    pub(crate) audit: u64,
    pub(crate) sample_interval: u64,
    /// Bytes it allocated that were alive; an estimate where [blocks are sampled](crate::AuditBuilder::sample_bytes).
    pub alive_bytes: u64,
    /// Bytes alive of all followed and finished requests of its route in this audit, this one included.
    pub route_followed_bytes: i64,
    /// By that, an estimate of the bytes that its route's finished requests still hold in this audit.
    pub route_alive_bytes: i64,
}

/// A request that has ended. All of it are methods, so that only those who ask for something pay for it.
pub struct RequestRecord<'r> {
    pub(crate) request: &'r Request,
    pub(crate) conclusion: Conclusion,
    pub(crate) clock: &'r Clock,
    pub(crate) ended: Ticks,
}

/// The facts of requests that an audit notes because somebody asked for them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Noted {
    pub(crate) sizes: bool,
    pub(crate) targets: bool,
    /// Escape sequences in bodies.
    pub(crate) escapes: bool,
    #[cfg(feature = "kernel")]
    pub(crate) kernel: crate::kernel::Asked,
}

impl Noted {
    #[inline]
    pub(crate) fn is_any(self) -> bool {
        self.sizes | self.targets
    }

    #[inline]
    pub(crate) fn is_of_bodies(self) -> bool {
        self.sizes | self.escapes
    }
}

/// The results of a request, known when it is over.
#[derive(Clone, Copy)]
pub(crate) struct Conclusion {
    pub(crate) route: Route,
    pub(crate) pool: PoolUse,
    pub(crate) followed: Option<Followed>,
    pub(crate) notes: Noted,
}

impl<'r> RequestRecord<'r> {
    /// The client's id or one made for it.
    #[must_use]
    pub fn id(&self) -> &'r RequestId {
        &self.request.id
    }

    /// The pattern that matched, [`UNMATCHED`](crate::UNMATCHED), or [`OTHER_ROUTES`](crate::OTHER_ROUTES): never the path.
    #[must_use]
    pub fn route(&self) -> &'static str {
        self.conclusion.route.text()
    }

    /// The method in capitals, `_OTHER` for unknown ones.
    #[must_use]
    pub fn method(&self) -> &'static str {
        self.request.method.name()
    }

    /// How it came: `http` or `https`, by its URI or the audit's settings.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        self.request.scheme.name()
    }

    /// The facts that are known when it comes in.
    #[must_use]
    pub fn start(&self) -> RequestStart {
        RequestStart { method: self.request.method, scheme: self.request.scheme }
    }

    /// The status of the answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.request.status.map(NonZeroU16::get)
    }

    /// How it ended.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.request.outcome
    }

    /// Bytes of the request's body, by its `content-length`. Absent where there is none, and without
    /// [`AuditBuilder::note_sizes`](crate::AuditBuilder::note_sizes).
    #[must_use]
    pub fn request_bytes(&self) -> Option<u64> {
        self.request.announced_bytes
    }

    /// Bytes of the answer's body that were handed to the server. Absent without
    /// [`AuditBuilder::note_sizes`](crate::AuditBuilder::note_sizes).
    #[must_use]
    pub fn response_bytes(&self) -> Option<u64> {
        self.conclusion.notes.sizes.then_some(self.request.response_bytes)
    }

    /// Of the bytes of the answer's body, those that belong to escape sequences of JSON, such as `\n` and `\u0001`. Absent
    /// without [`AuditBuilder::note_escapes`](crate::AuditBuilder::note_escapes).
    #[must_use]
    pub fn escaped_bytes(&self) -> Option<u64> {
        self.conclusion.notes.escapes.then_some(self.request.escaped_bytes)
    }

    /// Page faults in polls of the handler and the body, those of a poll that panicked aside. Absent without
    /// [`AuditBuilder::note_page_faults`](crate::AuditBuilder::note_page_faults), and where the system is not Linux.
    #[cfg(feature = "kernel")]
    #[must_use]
    pub fn page_faults(&self) -> Option<crate::PageFaults> {
        self.request.kernel.faults().filter(|_| self.conclusion.notes.kernel.faults)
    }

    /// Its connection. Absent without [`AuditBuilder::note_tcp`](crate::AuditBuilder::note_tcp), where the service gives no
    /// socket, and where the system is not Linux.
    #[cfg(feature = "kernel")]
    #[must_use]
    pub fn tcp(&self) -> Option<crate::TcpUse> {
        self.request.kernel.tcp().filter(|_| self.conclusion.notes.kernel.tcp)
    }

    /// The path and query. Absent without [`AuditBuilder::note_targets`](crate::AuditBuilder::note_targets).
    #[must_use]
    pub fn target(&self) -> Option<&'r str> {
        self.conclusion.notes.targets.then_some(&self.request.target)
    }

    /// Buffers from a pool.
    #[must_use]
    pub fn pool(&self) -> PoolUse {
        self.conclusion.pool
    }

    /// For a request whose blocks are followed; absent once the tracking table was full.
    #[must_use]
    pub fn followed(&self) -> Option<Followed> {
        self.conclusion.followed
    }

    /// The handler's counts, up to the answer's head; absent where the allocator is not installed.
    #[must_use]
    pub fn handler(&self) -> Option<Counters> {
        self.request.handler.counters()
    }

    /// The counts of the answer's body from then on, its drop included; absent where the allocator is not installed.
    #[must_use]
    pub fn body(&self) -> Option<Counters> {
        let mut counters = self.request.body.counters()?;
        counters.coverage.body = true;
        Some(counters)
    }

    /// Handler and body together.
    #[must_use]
    pub fn total(&self) -> Option<Counters> {
        self.handler().zip(self.body()).map(|(handler, body)| handler.then(&body))
    }

    /// From the call to the end of the body. The end is its last frame, where the body says which one that is, else the
    /// poll that found no more, or its drop.
    ///
    /// Durations are right to about a part in ten thousand. They come from the CPU's time stamp counter where that is
    /// reliable; its rate was measured when the audit was built.
    #[must_use]
    pub fn wall(&self) -> Duration {
        Duration::from_nanos(self.wall_nanos())
    }

    /// Minor and major page faults.
    #[cfg_attr(not(feature = "kernel"), expect(clippy::unused_self, reason = "the kernel is not asked"))]
    pub(crate) fn faults(&self) -> Option<(u64, u64)> {
        #[cfg(feature = "kernel")]
        return self.page_faults().map(|faults| (faults.minor, faults.major));
        #[cfg(not(feature = "kernel"))]
        None
    }

    /// Retransmits, and the round-trip time.
    #[cfg_attr(not(feature = "kernel"), expect(clippy::unused_self, reason = "the kernel is not asked"))]
    pub(crate) fn connection(&self) -> Option<(u32, Duration)> {
        #[cfg(feature = "kernel")]
        return self.tcp().map(|tcp| (tcp.retransmits, tcp.round_trip));
        #[cfg(not(feature = "kernel"))]
        None
    }

    /// Of the answer's body, the share that are escape sequences.
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    pub(crate) fn escape_share(&self) -> Option<f64> {
        let bytes = self.response_bytes().filter(|bytes| *bytes > 0)?;
        Some(self.escaped_bytes()? as f64 / bytes as f64)
    }

    pub(crate) fn wall_nanos(&self) -> u64 {
        self.clock.nanos(self.request.started.until(self.ended))
    }

    /// Time in polls of the handler. That between the call and its first poll is taken as such, to save a clock reading.
    #[must_use]
    pub fn poll(&self) -> Duration {
        // Clocks of two cores may be a few ticks apart.
        Duration::from_nanos(self.clock.nanos(self.request.polled)).min(self.wall())
    }

    /// From the call to the end of the handler's last poll: to the answer's head, where there is one. The rest of
    /// [`wall`](Self::wall) was spent on the body, and on waiting for the client to take it.
    #[must_use]
    pub fn handling(&self) -> Duration {
        Duration::from_nanos(self.clock.nanos(self.request.handled)).min(self.wall())
    }

    /// By [`Clock::at_nanos`].
    pub(crate) fn ended_at_nanos(&self) -> u64 {
        self.clock.at_nanos(self.ended)
    }
}

impl fmt::Debug for RequestRecord<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestRecord")
            .field("id", self.id())
            .field("route", &self.route())
            .field("method", &self.method())
            .field("scheme", &self.scheme())
            .field("status", &self.status())
            .field("outcome", &self.outcome())
            .field("handler", &self.handler())
            .field("body", &self.body())
            .field("wall", &self.wall())
            .field("poll", &self.poll())
            .field("pool", &self.pool())
            .field("followed", &self.followed())
            .finish()
    }
}

/// The counts of a request's spawned work after the request was reported.
#[derive(Debug)]
pub struct LateRecord<'r> {
    pub(crate) id: &'r RequestId,
    pub(crate) route: Route,
    pub(crate) counters: &'r Counters,
}

impl<'r> LateRecord<'r> {
    /// The request's.
    #[must_use]
    pub fn id(&self) -> &'r RequestId {
        self.id
    }

    /// The request's.
    #[must_use]
    pub fn route(&self) -> &'static str {
        self.route.text()
    }

    /// One stretch of work.
    #[must_use]
    pub fn counters(&self) -> &'r Counters {
        self.counters
    }
}
