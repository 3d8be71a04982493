//! Requests that have begun and not ended, for whoever asks from another thread.
//!
//! Each place for a request has a sign that says what is in it, in atomics. Writing them costs a few stores; reading them
//! needs no lock that a request would wait for.

use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::clock::{Clock, Ticks};
use crate::id::{ID_WORDS, RequestId};
use crate::lock::Lock;
use crate::method::Method;
use crate::request::Request;
use crate::route::Route;
use crate::sync::atomic::{AtomicI64, AtomicU64, Ordering, fence};

/// The state of the request in a place.
// All that is written for each request in one cache line.
#[repr(C, align(64))]
pub(crate) struct Sign {
    /// When it began; 0 while there is none. Written last, and read first and last.
    started: AtomicU64,
    /// The numbers of the route and the method, and the length of the id.
    what: AtomicU64,
    held_bytes: AtomicI64,
    id: [AtomicU64; ID_WORDS],
    audit: AtomicU64,
}

/// Where the numbers stand in [`Sign::what`]. The length of the id is below.
const ROUTE: u32 = 16;
const METHOD: u32 = 8;

static SIGNS: Lock<Vec<Weak<Sign>>> = Lock::new(Vec::new());

impl Sign {
    /// A sign that is found from now on.
    pub(crate) fn put_up() -> Arc<Self> {
        let sign = Arc::new(Self {
            started: AtomicU64::new(0),
            audit: AtomicU64::new(0),
            what: AtomicU64::new(0),
            id: [const { AtomicU64::new(0) }; ID_WORDS],
            held_bytes: AtomicI64::new(0),
        });
        if let Some(mut signs) = SIGNS.lock() {
            if signs.len() == signs.capacity() {
                signs.retain(|sign| sign.strong_count() > 0);
            }
            signs.push(Arc::downgrade(&sign));
        }
        sign
    }

    /// The place belongs to another audit from now on.
    pub(crate) fn adopt(&self, audit: u64) {
        self.audit.store(audit, Ordering::Relaxed);
    }

    #[inline(always)]
    pub(crate) fn begin(&self, request: &Request) {
        // A reader that sees a part of this request sees that the one before has ended.
        fence(Ordering::Release);
        let len = request.id.store(&self.id);
        let route = request.route.unwrap_or(Route::UNMATCHED);
        let what = route.number() << ROUTE | request.method.number() << METHOD | usize::from(len);
        self.what.store(what as u64, Ordering::Relaxed);
        self.held_bytes.store(0, Ordering::Relaxed);
        self.started.store(request.started.since_start(), Ordering::Release);
    }

    #[inline(always)]
    pub(crate) fn holds(&self, bytes: i64) {
        self.held_bytes.store(bytes, Ordering::Relaxed);
    }

    /// Code inside has told the route.
    pub(crate) fn change_route(&self, route: Route) {
        let rest = self.what.load(Ordering::Relaxed) & ((1 << ROUTE) - 1);
        self.what.store((route.number() as u64) << ROUTE | rest, Ordering::Relaxed);
    }

    #[inline(always)]
    pub(crate) fn end(&self) {
        self.started.store(0, Ordering::Relaxed);
    }

    fn read(&self, clock: &Clock) -> Option<RequestUnderWay> {
        let started = self.started.load(Ordering::Acquire);
        let what = usize::try_from(self.what.load(Ordering::Relaxed)).ok()?;
        let id = RequestId::load(what & 0xff, &self.id);
        let held_bytes = self.held_bytes.load(Ordering::Relaxed);
        fence(Ordering::Acquire);
        // Another request has come into the place meanwhile, or there is none.
        if started == 0 || self.started.load(Ordering::Relaxed) != started {
            return None;
        }
        let age = clock.nanos(Ticks::at(started).until(clock.read()));
        Some(RequestUnderWay {
            id: id?,
            route: Route::numbered(what >> ROUTE).unwrap_or(Route::UNMATCHED).text(),
            method: Method::numbered(what >> METHOD & 0xff).name(),
            age: Duration::from_nanos(age),
            held_bytes: crate::is_active().then_some(held_bytes),
        })
    }
}

/// A request that has begun and not ended.
#[derive(Debug, Clone)]
pub struct RequestUnderWay {
    /// The client's id or the one made for it.
    pub id: RequestId,
    /// The pattern that its path matched.
    pub route: &'static str,
    /// The method in capitals, `_OTHER` for unknown ones.
    pub method: &'static str,
    /// How long ago it began.
    pub age: Duration,
    /// Bytes that it allocated less those that it freed, as of the end of its last poll; absent where the allocator is not
    /// installed.
    pub held_bytes: Option<i64>,
}

/// Tells which requests of an audit are under way. See [`Recorder::attached`](crate::Recorder::attached).
#[derive(Clone)]
pub struct UnderWay {
    audit: u64,
    clock: Clock,
    /// Goes with the audit.
    is_there: Weak<()>,
}

impl fmt::Debug for UnderWay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnderWay").field("audit", &self.audit).finish_non_exhaustive()
    }
}

impl UnderWay {
    pub(crate) fn new(audit: u64, clock: Clock, is_there: Weak<()>) -> Self {
        Self { audit, clock, is_there }
    }

    /// Those that began at least so long ago, the oldest first.
    ///
    /// # Complexity
    /// Looks at as many places as there ever were requests at a time in the program.
    #[must_use]
    pub fn requests(&self, longer_than: Duration) -> Vec<RequestUnderWay> {
        let signs: Vec<Arc<Sign>> = {
            let Some(signs) = SIGNS.lock() else { return Vec::new() };
            signs.iter().filter_map(Weak::upgrade).collect()
        };
        let of_audit = signs.iter().filter(|sign| sign.audit.load(Ordering::Relaxed) == self.audit);
        let mut found: Vec<RequestUnderWay> = of_audit.filter_map(|sign| sign.read(&self.clock)).collect();
        found.retain(|request| request.age >= longer_than);
        found.sort_by_key(|request| std::cmp::Reverse(request.age));
        found
    }

    /// Whether the audit still exists.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.is_there.strong_count() > 0
    }
}
