//! The ledger: a recorder that adds up per route, in memory of bounded size, and answers for it.
//!
//! Each route has a book with a lock of its own, which a request takes when it ends, for some ten nanoseconds. Reports
//! and scrapes copy a book's numbers under its lock, a bounded piece at a time, and make text of them afterwards.

mod book;
mod exposition;
mod history;
mod process;
mod ranking;
mod report;
mod series;

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use self::book::Book;
pub use self::exposition::MetricsFormat;
pub use self::history::{HistoryReport, RouteHistory};
pub use self::process::{AllocatorReport, ProcessReport};
use self::ranking::Ranking;
pub use self::report::{Basis, Finding, LedgerReport, PoolReport, RequestReport, RouteReport, UnderWayReport};
use crate::clock::Clock;
use crate::lock::Lock;
use crate::method::{Method, Scheme};
use crate::recorder::Recorder;
use crate::request::{LateRecord, RequestRecord, RequestStart};
use crate::route::Route;
use crate::stack::Site;
use crate::tracking;
use crate::under_way::UnderWay;

/// Requests that are under way for so long are shown.
const LONG: Duration = Duration::from_secs(10);
/// So many of them.
const MAX_UNDER_WAY: usize = 50;

/// Adds up what requests did, per route. A recorder; keep an `Arc` of it to ask.
///
/// Several audits may report to one ledger, as one per worker of a server: what they tell of a route is added.
///
/// In a forked process a ledger goes on. Only of a route whose lock another thread held at the moment of the fork nothing
/// more is recorded there.
///
/// Recording takes some 40 ns, most of it under the lock of the route. It allocates when a route, or a combination of
/// route, method and status, comes for the first time.
pub struct Ledger {
    started: Instant,
    clock: Clock,
    /// By scheme and method.
    in_flight: [[AtomicI64; Method::COUNT]; Scheme::ALL.len()],
    pool: Option<Box<dyn Fn() -> PoolReport + Send + Sync>>,
    allocator: Option<Box<dyn Fn() -> AllocatorReport + Send + Sync>>,
    /// By the route's number.
    books: Box<[OnceLock<Box<Opened>>]>,
    /// How many books there are.
    opened: AtomicUsize,
    slowest: Ranking,
    heaviest: Ranking,
    under_way: Lock<Vec<UnderWay>>,
}

/// A route's book, for as long as the ledger.
struct Opened {
    /// In the order in which they were opened.
    place: usize,
    route: Route,
    book: Lock<Book>,
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger").field("in_flight", &self.in_flight()).finish_non_exhaustive()
    }
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
            in_flight: [const { [const { AtomicI64::new(0) }; Method::COUNT] }; Scheme::ALL.len()],
            pool: None,
            allocator: None,
            books: (0..Route::COUNT).map(|_| OnceLock::new()).collect(),
            opened: AtomicUsize::new(0),
            slowest: Ranking::default(),
            heaviest: Ranking::default(),
            under_way: Lock::default(),
        }
    }

    /// Shows a pool of buffers beside the routes: `pool` is called when somebody looks.
    #[must_use]
    pub fn with_pool(mut self, pool: impl Fn() -> PoolReport + Send + Sync + 'static) -> Self {
        self.pool = Some(Box::new(pool));
        self
    }

    /// Shows what the allocator says of itself beside the routes: `allocator` is called when somebody looks.
    #[must_use]
    pub fn with_allocator(mut self, allocator: impl Fn() -> AllocatorReport + Send + Sync + 'static) -> Self {
        self.allocator = Some(Box::new(allocator));
        self
    }

    /// Requests that have started and not ended.
    #[must_use]
    pub fn in_flight(&self) -> i64 {
        self.in_flight.iter().flatten().map(|count| count.load(Ordering::Relaxed)).sum()
    }

    /// All of it, as of now. Routes in the order in which they first came.
    #[must_use]
    pub fn report(&self) -> LedgerReport {
        let now = self.now_nanos();
        LedgerReport {
            uptime_secs: self.started.elapsed().as_secs(),
            allocator_installed: crate::is_active(),
            following_full: tracking::is_full(),
            in_flight: self.in_flight(),
            routes: self.report_routes(),
            pool: self.pool.as_ref().map(|pool| pool()),
            process: ProcessReport::now(),
            allocator: self.allocator.as_ref().map(|allocator| allocator()),
            slowest: self.slowest.report(now),
            heaviest: self.heaviest.report(now),
            under_way: self.requests_under_way(),
        }
    }

    fn now_nanos(&self) -> u64 {
        self.clock.at_nanos(self.clock.read())
    }

    fn report_routes(&self) -> Vec<RouteReport> {
        let now = self.now_nanos();
        let numbers = self.each_book(|book| book.numbers(now)).into_iter();
        numbers.map(|(route, numbers)| RouteReport::new(route, numbers, now)).collect()
    }

    /// One route, as of now.
    #[must_use]
    pub fn route(&self, route: &str) -> Option<RouteReport> {
        let now = self.now_nanos();
        let (route, numbers) = self.look_up(route, |book| book.numbers(now))?;
        Some(RouteReport::new(route, numbers, now))
    }

    /// The history of each route over the last 15 minutes. Routes in the order in which they first came.
    #[must_use]
    pub fn history(&self) -> HistoryReport {
        let now = self.now_nanos();
        HistoryReport {
            interval_secs: history::INTERVAL.as_secs(),
            routes: self.each_book(|book| book.history(now)).into_iter().map(RouteHistory::new).collect(),
        }
    }

    /// The places that allocated memory which ended requests of `route` still hold, most bytes first. They come from
    /// sampled call stacks (see [`sample_stacks`](crate::sample_stacks)). Their bytes are estimates: all sites together
    /// have about [what is alive](RouteReport::alive_bytes).
    ///
    /// # Complexity
    /// Looks through all followed blocks, and looks names up in debug information: milliseconds.
    #[must_use]
    pub fn sites(&self, route: &str) -> Vec<Site> {
        let audits = self.look_up(route, |book| book.audits()).map(|(_, audits)| audits);
        tracking::sites_of_route(audits.unwrap_or_default().into_iter(), route)
    }

    fn requests_under_way(&self) -> Vec<UnderWayReport> {
        let audits = self.under_way.lock().map(|audits| audits.clone()).unwrap_or_default();
        let mut found: Vec<_> = audits.iter().flat_map(|audit| audit.requests(LONG)).collect();
        found.sort_by_key(|request| std::cmp::Reverse(request.age));
        found.truncate(MAX_UNDER_WAY);
        found.iter().map(UnderWayReport::new).collect()
    }

    /// In the order in which they were opened.
    fn books(&self) -> Vec<&Opened> {
        let mut books: Vec<&Opened> = self.books.iter().filter_map(|book| book.get().map(Box::as_ref)).collect();
        books.sort_by_key(|book| book.place);
        books
    }

    /// `look`, which only copies, at each book under its lock.
    fn each_book<T>(&self, look: impl Fn(&mut Book) -> T) -> Vec<(&'static str, T)> {
        let look = |opened: &Opened| Some((opened.route.text(), look(&mut *opened.book.lock()?)));
        self.books().into_iter().filter_map(look).collect()
    }

    fn look_up<T>(&self, route: &str, look: impl Fn(&mut Book) -> T) -> Option<(&'static str, T)> {
        let opened = self.books.iter().filter_map(OnceLock::get).find(|opened| opened.route.text() == route)?;
        Some((opened.route.text(), look(&mut *opened.book.lock()?)))
    }

    #[inline]
    fn book(&self, route: Route) -> &Lock<Book> {
        let place = &self.books[route.number()];
        let open = || {
            let place = self.opened.fetch_add(1, Ordering::Relaxed);
            Box::new(Opened { place, route, book: Lock::new(Book::new()) })
        };
        &place.get().unwrap_or_else(|| place.get_or_init(open)).book
    }

    fn count(&self, start: RequestStart) -> &AtomicI64 {
        &self.in_flight[start.scheme as usize][start.method.number()]
    }
}

impl Recorder for Ledger {
    fn began(&self, start: &RequestStart) {
        self.count(*start).fetch_add(1, Ordering::Relaxed);
    }

    fn attached(&self, under_way: &UnderWay) {
        if let Some(mut audits) = self.under_way.lock() {
            audits.retain(UnderWay::is_live);
            audits.push(under_way.clone());
        }
    }

    fn ended(&self, record: &RequestRecord<'_>) {
        self.count(record.start()).fetch_sub(1, Ordering::Relaxed);
        let total = record.total();
        let book = self.book(record.conclusion.route).lock();
        let is_first = book.is_some_and(|mut book| book.add(record, total.as_ref()));
        self.slowest.offer(record.wall_nanos(), record, is_first);
        if let Some(total) = total {
            self.heaviest.offer(total.allocated_bytes, record, is_first);
        }
    }

    fn late(&self, record: &LateRecord<'_>) {
        if let Some(mut book) = self.book(record.route).lock() {
            book.add_late(record.counters());
        }
    }
}

/// Nanoseconds as milliseconds.
fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
