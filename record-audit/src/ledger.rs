//! The ledger: a recorder that adds up per route, in memory of bounded size, and answers for it.

mod exposition;
mod histogram;
mod ranking;
mod report;

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub use self::exposition::MetricsFormat;
use self::exposition::Series;
use self::histogram::Histogram;
use self::ranking::Ranking;
pub use self::report::{Basis, Finding, LedgerReport, PoolReport, RequestReport, RouteReport};
use crate::clock::Clock;
use crate::counters::Counters;
use crate::recorder::Recorder;
use crate::request::{LateRecord, Outcome, RequestId, RequestRecord};
use crate::stack::Site;
use crate::tracking;
use crate::trend::Trend;

/// A request that holds at least so many bytes after it ended is looked at again.
const HOLDING_BYTES: u64 = 1 << 20;
/// After how many more followed requests of its route.
const HOLDING_AGE: u64 = 16;
const MAX_HOLDERS: usize = 16;

/// Adds up what requests did, per route. A recorder; keep an `Arc` of it to ask.
///
/// Recording takes some 35 ns, most of it under a lock, and allocates when a route, or a combination of route, method and
/// status, comes for the first time.
pub struct Ledger {
    started: Instant,
    clock: Clock,
    in_flight: AtomicI64,
    pool: Option<Box<dyn Fn() -> PoolReport + Send + Sync>>,
    books: Mutex<Books>,
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger").field("in_flight", &self.in_flight()).finish_non_exhaustive()
    }
}

#[derive(Default)]
struct Books {
    routes: Vec<RouteBook>,
    series: Vec<Series>,
    slowest: Ranking,
    heaviest: Ranking,
}

struct RouteBook {
    route: &'static str,
    requests: u64,
    outcomes: [u64; Outcome::ALL.len()],
    wall: Histogram,
    /// Requests that came with numbers of memory: what the sums below are over.
    counted: u64,
    allocations: u64,
    allocated_bytes: u64,
    freed_bytes: u64,
    net_bytes: i64,
    peak_bytes: u64,
    late_allocations: u64,
    late_net_bytes: i64,
    /// Of the balances of all requests.
    balance: Trend,
    /// Of the bytes alive of followed requests.
    alive: Trend,
    alive_bytes: i64,
    followed: Option<u64>,
    holders: Vec<Holder>,
    pool_hits: u64,
    pool_misses: u64,
}

/// A followed request that held much memory when it ended.
struct Holder {
    owner: u64,
    id: RequestId,
    /// How many requests of the route had been followed by then.
    at: u64,
}

impl Default for Ledger {
    fn default() -> Self {
        Self::new()
    }
}

impl Ledger {
    /// An empty ledger.
    #[must_use]
    pub fn new() -> Self {
        Self {
            started: Instant::now(),
            clock: Clock::new(),
            in_flight: AtomicI64::new(0),
            pool: None,
            books: Mutex::default(),
        }
    }

    /// Shows a pool of buffers beside the routes: `pool` is called when somebody looks.
    #[must_use]
    pub fn with_pool(mut self, pool: impl Fn() -> PoolReport + Send + Sync + 'static) -> Self {
        self.pool = Some(Box::new(pool));
        self
    }

    /// Requests that have started and not ended.
    #[must_use]
    pub fn in_flight(&self) -> i64 {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// All of it, as of now. Routes in the order in which they first came.
    #[must_use]
    pub fn report(&self) -> LedgerReport {
        let now = self.clock.at_nanos(self.clock.read());
        let mut books = self.books();
        LedgerReport {
            uptime_secs: self.started.elapsed().as_secs(),
            allocator_installed: crate::is_active(),
            following_full: tracking::is_full(),
            in_flight: self.in_flight(),
            routes: books.routes.iter_mut().map(RouteBook::report).collect(),
            pool: self.pool.as_ref().map(|pool| pool()),
            slowest: books.slowest.report(now),
            heaviest: books.heaviest.report(now),
        }
    }

    /// One route, as of now.
    #[must_use]
    pub fn route(&self, route: &str) -> Option<RouteReport> {
        self.books().routes.iter_mut().find(|book| book.route == route).map(RouteBook::report)
    }

    /// Where the memory was allocated that followed requests of `route` left behind, of the blocks whose call stack was
    /// sampled (see [`sample_stacks`](crate::sample_stacks)), most bytes first.
    ///
    /// # Complexity
    /// Looks through all followed blocks, and looks names up in debug information: milliseconds.
    #[must_use]
    pub fn sites(&self, route: &str) -> Vec<Site> {
        let known = self.books().routes.iter().find(|book| book.route == route).map(|book| (book.followed, book.route));
        match known {
            Some((Some(audit), route)) => tracking::sites_of_route(audit, route),
            _ => Vec::new(),
        }
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recorder for Ledger {
    fn started(&self) {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
    }

    fn ended(&self, record: &RequestRecord<'_>) {
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
        let total = record.total();
        let mut books = self.books();
        books.book(record.route()).add(record, total.as_ref());
        Series::add(&mut books.series, record);
        books.slowest.offer(record.wall_nanos(), record);
        if let Some(total) = total {
            books.heaviest.offer(total.allocated_bytes, record);
        }
    }

    fn late(&self, record: &LateRecord<'_>) {
        let mut books = self.books();
        let book = books.book(record.route());
        book.late_allocations += record.counters().requests();
        book.late_net_bytes += record.counters().net_bytes();
    }
}

impl Books {
    fn book(&mut self, route: &'static str) -> &mut RouteBook {
        // Few routes, and names are the same constants: comparing addresses finds them fast.
        let place = self.routes.iter().position(|book| std::ptr::eq(book.route, route) || book.route == route);
        let place = place.unwrap_or_else(|| {
            self.routes.push(RouteBook::new(route));
            self.routes.len() - 1
        });
        &mut self.routes[place]
    }
}

impl RouteBook {
    fn new(route: &'static str) -> Self {
        Self {
            route,
            requests: 0,
            outcomes: [0; Outcome::ALL.len()],
            wall: Histogram::new(),
            counted: 0,
            allocations: 0,
            allocated_bytes: 0,
            freed_bytes: 0,
            net_bytes: 0,
            peak_bytes: 0,
            late_allocations: 0,
            late_net_bytes: 0,
            balance: Trend::new(),
            alive: Trend::new(),
            alive_bytes: 0,
            followed: None,
            holders: Vec::new(),
            pool_hits: 0,
            pool_misses: 0,
        }
    }

    fn add(&mut self, record: &RequestRecord<'_>, total: Option<&Counters>) {
        self.requests += 1;
        self.outcomes[record.outcome() as usize] += 1;
        self.wall.add(record.wall());
        self.pool_hits += u64::from(record.pool().hits);
        self.pool_misses += u64::from(record.pool().misses);
        if let Some(total) = total {
            self.counted += 1;
            self.allocations += total.requests();
            self.allocated_bytes += total.allocated_bytes;
            self.freed_bytes += total.freed_bytes;
            self.net_bytes += total.net_bytes();
            self.peak_bytes = self.peak_bytes.max(total.peak_bytes);
            self.balance.observe_step(total.net_bytes());
        }
        if let Some(followed) = record.followed() {
            self.followed = Some(followed.audit);
            self.alive_bytes = followed.route_alive_bytes;
            self.alive.observe_level(followed.route_alive_bytes);
            if followed.alive_bytes >= HOLDING_BYTES {
                if self.holders.len() == MAX_HOLDERS {
                    self.forget_least_holder();
                }
                self.holders.push(Holder { owner: followed.owner, id: *record.id(), at: self.alive.seen() });
            }
        }
    }

    fn forget_least_holder(&mut self) {
        let least = (0..self.holders.len()).min_by_key(|place| tracking::alive(self.holders[*place].owner));
        if let Some(least) = least {
            self.holders.swap_remove(least);
        }
    }

    /// The request that holds most of what it should have given back long ago.
    fn holding(&mut self) -> Option<(u64, RequestId)> {
        self.holders.retain(|holder| tracking::alive(holder.owner) >= HOLDING_BYTES);
        let now = self.alive.seen();
        self.holders
            .iter()
            .filter(|holder| now - holder.at >= HOLDING_AGE)
            .map(|holder| (tracking::alive(holder.owner), holder.id))
            .max_by_key(|(bytes, _)| *bytes)
    }
}

/// Nanoseconds as milliseconds.
fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
