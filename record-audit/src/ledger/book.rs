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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock, Ticks};
    use crate::request::{Conclusion, Noted, PoolUse, Request};
    use crate::route::Route;

    struct Random(u64);

    impl Random {
        fn below(&mut self, bound: u64) -> u64 {
            // Knuth's generator, the upper bits.
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % bound
        }

        fn counters(&mut self) -> Counters {
            Counters {
                allocations: self.below(100),
                reallocations: self.below(10),
                allocated_bytes: self.below(100_000),
                freed_bytes: self.below(100_000),
                peak_bytes: self.below(100_000),
                ..Counters::default()
            }
        }
    }

    /// The parts of a request that are added up.
    struct Told {
        outcome: Outcome,
        pool: PoolUse,
        total: Option<Counters>,
        response_bytes: Option<u64>,
        followed: Option<Followed>,
        wall: Duration,
    }

    fn told(random: &mut Random) -> Told {
        let number = |random: &mut Random, bound| u32::try_from(random.below(bound)).expect("small");
        let bytes = |random: &mut Random| random.below(20_000).cast_signed() - 5_000;
        Told {
            outcome: Outcome::ALL[usize::try_from(random.below(5)).expect("small")],
            pool: PoolUse { hits: number(random, 5), misses: number(random, 3) },
            total: (random.below(4) > 0).then(|| random.counters()),
            response_bytes: (random.below(3) > 0).then(|| random.below(5000)),
            followed: (random.below(3) > 0).then(|| Followed {
                owner: 0,
                audit: random.below(4),
                sample_interval: 1,
                alive_bytes: 0,
                route_followed_bytes: bytes(random),
                route_alive_bytes: bytes(random),
            }),
            wall: Duration::from_nanos(random.below(10_000_000)),
        }
    }

    /// From all requests at once.
    fn sums(all: &[Told], late: &[Counters]) -> Sums {
        let totals: Vec<&Counters> = all.iter().filter_map(|told| told.total.as_ref()).collect();
        let of_totals = |number: fn(&Counters) -> u64| totals.iter().map(|total| number(total)).sum::<u64>();
        let most = |number: fn(&Counters) -> u64| totals.iter().skip(1).map(|total| number(total)).max().unwrap_or(0);
        let pool = |number: fn(&PoolUse) -> u32| all.iter().map(|told| u64::from(number(&told.pool))).sum();
        let last_words: Vec<i64> = levels(all).into_iter().map(|(_, level)| level.route_alive_bytes).collect();
        Sums {
            requests: all.len() as u64,
            outcomes: Outcome::ALL.map(|outcome| all.iter().filter(|told| told.outcome == outcome).count() as u64),
            counted: totals.len() as u64,
            allocations: of_totals(|total| total.allocations + total.reallocations),
            reallocations: of_totals(|total| total.reallocations),
            allocated_bytes: of_totals(|total| total.allocated_bytes),
            freed_bytes: of_totals(|total| total.freed_bytes),
            net_bytes: of_totals(|total| total.allocated_bytes).cast_signed()
                - of_totals(|total| total.freed_bytes).cast_signed(),
            peak_bytes: totals.iter().map(|total| total.peak_bytes).max().unwrap_or(0),
            max_allocations: most(|total| total.allocations + total.reallocations),
            max_allocated_bytes: most(|total| total.allocated_bytes),
            sized: all.iter().filter(|told| told.response_bytes.is_some()).count() as u64,
            response_bytes: all.iter().filter_map(|told| told.response_bytes).sum(),
            late_allocations: late.iter().map(|late| late.allocations + late.reallocations).sum(),
            late_net_bytes: late
                .iter()
                .map(|late| late.allocated_bytes.cast_signed() - late.freed_bytes.cast_signed())
                .sum(),
            pool_hits: pool(|pool| pool.hits),
            pool_misses: pool(|pool| pool.misses),
            alive_bytes: (!last_words.is_empty()).then(|| last_words.iter().sum()),
        }
    }

    /// The last word of each audit, in the order in which they came first.
    fn levels(all: &[Told]) -> Vec<(u64, Followed)> {
        let followed = || all.iter().filter_map(|told| told.followed);
        let mut levels: Vec<(u64, Followed)> = Vec::new();
        for Followed { audit, .. } in followed() {
            if levels.iter().all(|(known, _)| *known != audit) {
                levels.extend(followed().rfind(|followed| followed.audit == audit).map(|last| (audit, last)));
            }
        }
        levels
    }

    #[test]
    fn numbers_are_those_of_all_requests() {
        let clock = Clock::of_nanos();
        for seed in 0..30 {
            let mut random = Random(seed);
            let (mut book, mut all, mut late) = (Book::new(), Vec::new(), Vec::new());
            let (mut balance, mut alive, mut walls) = (Trend::new(), Trend::new(), Histogram::new());
            let mut request = Request::new();
            for number in 0..=random.below(300) {
                let told = told(&mut random);
                let started = 1 + number * 1_000_000_000;
                request.started = Ticks::at(started);
                request.outcome = told.outcome;
                request.response_bytes = told.response_bytes.unwrap_or_default();
                let notes = Noted { sizes: told.response_bytes.is_some(), ..Noted::default() };
                let conclusion =
                    Conclusion { route: Route::UNMATCHED, pool: told.pool, followed: told.followed, notes };
                let ended = Ticks::at(started + u64::try_from(told.wall.as_nanos()).expect("short"));
                let record = RequestRecord { request: &request, conclusion, clock: &clock, ended };
                assert_eq!(book.add(&record, told.total.as_ref()), number == 0);
                if let Some(total) = &told.total {
                    balance.observe_step(total.net_bytes());
                }
                walls.add(told.wall);
                let is_followed = told.followed.is_some();
                all.push(told);
                if is_followed {
                    alive.observe_level(levels(&all).iter().map(|(_, level)| level.route_followed_bytes).sum());
                }
                if random.below(10) == 0 {
                    late.push(random.counters());
                    book.add_late(&late[late.len() - 1]);
                }
            }
            assert_eq!(format!("{:#?}", book.sums()), format!("{:#?}", sums(&all, &late)), "seed {seed}");
            let audits: Vec<u64> = levels(&all).into_iter().map(|(audit, _)| audit).collect();
            assert_eq!(book.audits(), audits, "seed {seed}");
            let numbers = book.numbers(0);
            assert_eq!(Some(numbers.p50), walls.quantile(0.5));
            assert_eq!(Some(numbers.p99), walls.quantile(0.99));
            assert_eq!(numbers.is_followed, !audits.is_empty());
            assert_eq!(numbers.verdict, if audits.is_empty() { balance.verdict() } else { alive.verdict() });
            assert!(numbers.held.is_none());
        }
    }
}
