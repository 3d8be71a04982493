//! One route: sums, trends, and the memory that is held.

use std::time::Duration;

use super::history::{History, Points};
use super::ranking::{Entry, Slowest};
use super::series::Series;
use crate::counters::Counters;
use crate::histogram::Histogram;
use crate::id::RequestId;
use crate::request::{Followed, Outcome, RequestRecord};
use crate::tracking;
use crate::trend::{Trend, Verdict};

/// A request that holds at least so many bytes after it ended is looked at again.
const HOLDING_BYTES: u64 = 1 << 20;
/// And at least so many points of sampling: a single one says little about the request that it falls into.
const HOLDING_SAMPLES: u64 = 16;
/// After how many more followed requests of its route.
const HOLDING_AGE: u64 = 16;
const MAX_HOLDERS: usize = 16;
/// Memory that one of a route's first requests, as many as this, allocates and keeps is taken for data that is made
/// once.
const FIRST_REQUESTS: u64 = 16;

pub(super) struct Book {
    /// Boxed, so that one more does not move all of them while requests wait.
    #[expect(clippy::vec_box, reason = "a series is more than a kilobyte")]
    pub(super) series: Vec<Box<Series>>,
    sums: Sums,
    wall: Histogram,
    /// Of the balances of all requests.
    balance: Trend,
    /// Of the bytes alive of followed requests.
    alive: Trend,
    /// The last word of each audit that reports here; there may be one per worker. Empty until a request was followed.
    levels: Vec<Level>,
    holders: Vec<Holder>,
    history: History,
    slowest: Slowest,
}

/// Sums over the requests of a route.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    pub(super) requests: u64,
    pub(super) outcomes: [u64; Outcome::ALL.len()],
    /// Requests that came with numbers of memory: what the sums below are over.
    pub(super) counted: u64,
    pub(super) allocations: u64,
    /// Of these.
    pub(super) reallocations: u64,
    pub(super) allocated_bytes: u64,
    pub(super) freed_bytes: u64,
    pub(super) net_bytes: i64,
    pub(super) peak_bytes: u64,
    /// Of one request but the first.
    pub(super) max_allocations: u64,
    pub(super) max_allocated_bytes: u64,
    /// Requests whose answers' bytes were noted, and these.
    pub(super) sized: u64,
    pub(super) response_bytes: u64,
    pub(super) late_allocations: u64,
    pub(super) late_net_bytes: i64,
    pub(super) pool_hits: u64,
    pub(super) pool_misses: u64,
    /// Bytes alive of all requests that have ended, by estimate; `None` if none was followed.
    pub(super) alive_bytes: Option<i64>,
}

/// Bytes alive of a route's requests as one audit sees them.
struct Level {
    audit: u64,
    /// Of the followed requests.
    followed: i64,
    /// Of all, by estimate.
    estimated: i64,
}

/// A followed request that held much memory when it ended.
struct Holder {
    owner: u64,
    id: RequestId,
    /// How many requests of the route had been followed by then, this one included.
    at: u64,
    /// With fewer bytes it is no holder any more.
    least: u64,
}

/// Memory that ended requests have held for long.
#[derive(Debug, Clone, Copy)]
pub(super) enum Held {
    /// By one of the first requests of the route, and by none since.
    Once {
        bytes: u64,
        /// Which one it was.
        at: u64,
        id: RequestId,
    },
    /// By so many requests, of which one holds most.
    Again { bytes: u64, requests: usize, id: RequestId },
}

/// The numbers of a book, to be made text of without its lock.
pub(super) struct Numbers {
    pub(super) sums: Sums,
    pub(super) p50: Duration,
    pub(super) p99: Duration,
    pub(super) is_followed: bool,
    pub(super) verdict: Verdict,
    pub(super) held: Option<Held>,
    pub(super) slowest: Option<Entry>,
}

impl Book {
    pub(super) fn new() -> Self {
        Self {
            series: Vec::new(),
            sums: Sums::default(),
            wall: Histogram::new(),
            balance: Trend::new(),
            alive: Trend::new(),
            levels: Vec::new(),
            holders: Vec::new(),
            history: History::new(),
            slowest: Slowest::default(),
        }
    }

    /// Whether it was the first one.
    pub(super) fn add(&mut self, record: &RequestRecord<'_>, total: Option<&Counters>) -> bool {
        // Once: each is a conversion of the clock's ticks.
        let (wall_nanos, ended_nanos) = (record.wall_nanos(), record.ended_at_nanos());
        let wall = Duration::from_nanos(wall_nanos);
        let sums = &mut self.sums;
        sums.requests += 1;
        sums.outcomes[record.outcome() as usize] += 1;
        sums.pool_hits += u64::from(record.pool().hits);
        sums.pool_misses += u64::from(record.pool().misses);
        if let Some(total) = total {
            sums.counted += 1;
            sums.allocations += total.requests();
            sums.reallocations += total.reallocations;
            sums.allocated_bytes += total.allocated_bytes;
            sums.freed_bytes += total.freed_bytes;
            sums.net_bytes += total.net_bytes();
            sums.peak_bytes = sums.peak_bytes.max(total.peak_bytes);
            if sums.counted > 1 {
                sums.max_allocations = sums.max_allocations.max(total.requests());
                sums.max_allocated_bytes = sums.max_allocated_bytes.max(total.allocated_bytes);
            }
            self.balance.observe_step(total.net_bytes());
        }
        if let Some(bytes) = record.response_bytes() {
            sums.sized += 1;
            sums.response_bytes += bytes;
        }
        let is_first = sums.requests == 1;
        self.wall.add(wall);
        if let Some(followed) = record.followed() {
            self.add_followed(followed, record.id());
        }
        self.history.add(ended_nanos, wall, total, self.sums.alive_bytes);
        Series::add(&mut self.series, record, wall);
        self.slowest.offer(wall_nanos, ended_nanos, record, is_first);
        is_first
    }

    #[cold]
    fn add_followed(&mut self, followed: Followed, id: &RequestId) {
        let Followed { owner, audit, sample_interval, alive_bytes, route_followed_bytes, route_alive_bytes } = followed;
        let now = Level { audit, followed: route_followed_bytes, estimated: route_alive_bytes };
        match self.levels.iter_mut().find(|level| level.audit == audit) {
            Some(level) => *level = now,
            None => self.levels.push(now),
        }
        self.sums.alive_bytes = Some(self.levels.iter().map(|level| level.estimated).sum());
        self.alive.observe_level(self.levels.iter().map(|level| level.followed).sum());
        let least = HOLDING_BYTES.max(sample_interval.saturating_mul(HOLDING_SAMPLES));
        if alive_bytes >= least {
            if self.holders.len() == MAX_HOLDERS {
                self.forget_least_holder();
            }
            self.holders.push(Holder { owner, id: *id, at: self.alive.seen(), least });
        }
    }

    pub(super) fn add_late(&mut self, counters: &Counters) {
        self.sums.late_allocations += counters.requests();
        self.sums.late_net_bytes += counters.net_bytes();
    }

    /// The audits that have followed requests of this route.
    pub(super) fn audits(&self) -> Vec<u64> {
        self.levels.iter().map(|level| level.audit).collect()
    }

    pub(super) fn sums(&self) -> Sums {
        self.sums
    }

    pub(super) fn numbers(&mut self, now_nanos: u64) -> Numbers {
        let is_followed = !self.levels.is_empty();
        Numbers {
            sums: self.sums,
            p50: self.wall.quantile(0.5).unwrap_or_default(),
            p99: self.wall.quantile(0.99).unwrap_or_default(),
            is_followed,
            verdict: if is_followed { self.alive.verdict() } else { self.balance.verdict() },
            held: self.held(),
            slowest: self.slowest.entry(now_nanos),
        }
    }

    pub(super) fn history(&mut self, now_nanos: u64) -> Points {
        self.history.points(now_nanos, self.sums.alive_bytes)
    }

    fn forget_least_holder(&mut self) {
        let least = (0..self.holders.len()).min_by_key(|place| tracking::alive(self.holders[*place].owner));
        if let Some(least) = least {
            self.holders.swap_remove(least);
        }
    }

    /// Memory that requests should have given back long ago.
    fn held(&mut self) -> Option<Held> {
        self.holders.retain(|holder| tracking::alive(holder.owner) >= holder.least);
        let now = self.alive.seen();
        let long_ago = || self.holders.iter().filter(|holder| now - holder.at >= HOLDING_AGE);
        let largest = long_ago().max_by_key(|holder| tracking::alive(holder.owner))?;
        let requests = long_ago().count();
        if requests == 1 && largest.at <= FIRST_REQUESTS {
            return Some(Held::Once { bytes: tracking::alive(largest.owner), at: largest.at, id: largest.id });
        }
        let bytes = long_ago().map(|holder| tracking::alive(holder.owner)).sum();
        Some(Held::Again { bytes, requests, id: largest.id })
    }
}
