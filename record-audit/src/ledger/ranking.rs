//! The requests with the most of something, of the last minutes: of all routes together, and the slowest of one.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::millis;
use super::report::RequestReport;
use crate::id::RequestId;
use crate::lock::Lock;
use crate::request::{Outcome, RequestRecord};

const PLACES: usize = 10;
/// Older requests make place.
const RECENT_NANOS: u64 = 5 * 60 * 1_000_000_000;

#[derive(Default)]
pub(super) struct Ranking {
    /// Unordered.
    entries: Lock<Vec<Entry>>,
    /// Nothing below or at this rank gets a place that ends before [`settled_until`](Self::settled_until).
    lowest: AtomicU64,
    /// When the oldest entry has to make place; 0 while there are free places.
    settled_until: AtomicU64,
}

/// A request that has a place.
#[derive(Clone)]
pub(super) struct Entry {
    rank: u64,
    at_nanos: u64,
    id: RequestId,
    route: &'static str,
    method: &'static str,
    status: Option<u16>,
    outcome: Outcome,
    is_first: bool,
    wall: Duration,
    handling: Duration,
    poll: Duration,
    pool_misses: u32,
    response_bytes: Option<u64>,
    escape_share: Option<f64>,
    faults: Option<(u64, u64)>,
    connection: Option<(u32, Duration)>,
    allocations: Option<u64>,
    reallocations: Option<u64>,
    allocated_bytes: Option<u64>,
    net_bytes: Option<i64>,
}

impl Entry {
    fn new(rank: u64, record: &RequestRecord<'_>, is_first: bool) -> Self {
        let total = record.total();
        Self {
            rank,
            at_nanos: record.ended_at_nanos(),
            id: *record.id(),
            route: record.route(),
            method: record.method(),
            status: record.status(),
            outcome: record.outcome(),
            is_first,
            wall: record.wall(),
            handling: record.handling(),
            poll: record.poll(),
            pool_misses: record.pool().misses,
            response_bytes: record.response_bytes(),
            escape_share: record.escape_share(),
            faults: record.faults(),
            connection: record.connection(),
            allocations: total.map(|total| total.requests()),
            reallocations: total.map(|total| total.reallocations),
            allocated_bytes: total.map(|total| total.allocated_bytes),
            net_bytes: total.map(|total| total.net_bytes()),
        }
    }

    fn age_nanos(&self, now: u64) -> u64 {
        now.saturating_sub(self.at_nanos)
    }

    fn is_recent(&self, now: u64) -> bool {
        self.age_nanos(now) <= RECENT_NANOS
    }

    /// Entries that are too old rank below everything.
    fn current_rank(&self, now: u64) -> u64 {
        if self.is_recent(now) { self.rank } else { 0 }
    }

    pub(super) fn report(&self, now: u64) -> RequestReport {
        RequestReport {
            id: self.id.to_string(),
            route: self.route,
            method: self.method,
            status: self.status,
            outcome: self.outcome.as_str(),
            is_first: self.is_first,
            wall_ms: millis(self.wall),
            handler_ms: millis(self.handling),
            poll_ms: millis(self.poll),
            pool_misses: self.pool_misses,
            response_bytes: self.response_bytes,
            escape_share: self.escape_share,
            minor_faults: self.faults.map(|(minor, _)| minor),
            major_faults: self.faults.map(|(_, major)| major),
            retransmits: self.connection.map(|(retransmits, _)| retransmits),
            round_trip_ms: self.connection.map(|(_, round_trip)| millis(round_trip)),
            allocations: self.allocations,
            reallocations: self.reallocations,
            allocated_bytes: self.allocated_bytes,
            net_bytes: self.net_bytes,
            seconds_ago: self.age_nanos(now) / 1_000_000_000,
        }
    }
}

/// The slowest request of a route, whatever other routes have.
#[derive(Default)]
pub(super) struct Slowest(Option<Entry>);

impl Slowest {
    #[inline]
    pub(super) fn offer(&mut self, rank: u64, now: u64, record: &RequestRecord<'_>, is_first: bool) {
        if self.0.as_ref().is_none_or(|entry| rank > entry.current_rank(now)) {
            self.enter(rank, record, is_first);
        }
    }

    #[cold]
    fn enter(&mut self, rank: u64, record: &RequestRecord<'_>, is_first: bool) {
        self.0 = Some(Entry::new(rank, record, is_first));
    }

    /// Nothing where none has ended of late.
    pub(super) fn entry(&self, now: u64) -> Option<Entry> {
        self.0.clone().filter(|entry| entry.is_recent(now))
    }
}

impl Ranking {
    /// Enters a request that has just ended, if it ranks high enough. Nearly none does, which takes two comparisons.
    #[inline]
    pub(super) fn offer(&self, rank: u64, record: &RequestRecord<'_>, is_first: bool) {
        if rank > self.lowest.load(Ordering::Relaxed)
            || record.ended_at_nanos() > self.settled_until.load(Ordering::Relaxed)
        {
            self.enter(rank, record, is_first);
        }
    }

    #[cold]
    fn enter(&self, rank: u64, record: &RequestRecord<'_>, is_first: bool) {
        let now = record.ended_at_nanos();
        let entry = Entry::new(rank, record, is_first);
        let Some(mut entries) = self.entries.lock() else { return };
        if entries.len() < PLACES {
            entries.push(entry);
        } else {
            let least = entries.iter_mut().min_by_key(|entry| entry.current_rank(now));
            if let Some(least) = least.filter(|least| rank > least.current_rank(now)) {
                *least = entry;
            }
        }
        self.settle(&entries, now);
    }

    fn settle(&self, entries: &[Entry], now: u64) {
        let is_full = entries.len() == PLACES;
        let lowest = entries.iter().map(|entry| entry.current_rank(now)).min();
        // Of those that are already too old, and are waiting for somebody who ranks above nothing, `lowest` tells.
        let oldest = entries.iter().filter(|entry| entry.is_recent(now)).map(|entry| entry.at_nanos).min();
        self.lowest.store(if is_full { lowest.unwrap_or(0) } else { 0 }, Ordering::Relaxed);
        let until = if is_full { oldest.map_or(u64::MAX, |oldest| oldest.saturating_add(RECENT_NANOS)) } else { 0 };
        self.settled_until.store(until, Ordering::Relaxed);
    }

    pub(super) fn report(&self, now: u64) -> Vec<RequestReport> {
        let mut recent = {
            let Some(mut entries) = self.entries.lock() else { return Vec::new() };
            entries.retain(|entry| entry.is_recent(now));
            self.settle(&entries, now);
            entries.clone()
        };
        recent.sort_by_key(|entry| std::cmp::Reverse(entry.rank));
        recent.iter().map(|entry| entry.report(now)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock, Ticks};
    use crate::request::{Conclusion, Noted, PoolUse, Request};
    use crate::route::Route;

    const SECOND: u64 = 1_000_000_000;

    /// Hands over a request that took `rank` nanoseconds.
    fn with_record(rank: u64, at_nanos: u64, offer: impl FnOnce(&RequestRecord<'_>)) {
        let mut request = Request::new();
        request.started = Ticks::at(at_nanos - rank);
        let conclusion =
            Conclusion { route: Route::UNMATCHED, pool: PoolUse::default(), followed: None, notes: Noted::default() };
        let (clock, ended) = (&Clock::of_nanos(), Ticks::at(at_nanos));
        offer(&RequestRecord { request: &request, conclusion, clock, ended });
    }

    fn offer(ranking: &Ranking, rank: u64, at_nanos: u64) {
        with_record(rank, at_nanos, |record| ranking.offer(rank, record, false));
    }

    /// The same without what it remembers: all that were offered, in the order in which they came.
    fn expected(offered: &[(u64, u64)], now: u64) -> Vec<u64> {
        let mut kept: Vec<(u64, u64)> = Vec::new();
        for &(rank, at) in offered {
            let current = |&(rank, entered): &(u64, u64)| if at - entered > RECENT_NANOS { 0 } else { rank };
            if kept.len() < PLACES {
                kept.push((rank, at));
            } else if let Some(least) = kept.iter_mut().min_by_key(|entry| current(entry))
                && rank > current(least)
            {
                *least = (rank, at);
            }
        }
        let mut ranks: Vec<u64> =
            kept.into_iter().filter(|(_, at)| now - at <= RECENT_NANOS).map(|(rank, _)| rank).collect();
        ranks.sort_unstable_by(|one, other| other.cmp(one));
        ranks
    }

    #[test]
    fn what_is_remembered_changes_nothing() {
        for seed in 0..50_u64 {
            let mut state = seed;
            let ranking = Ranking::default();
            let (mut offered, mut now) = (Vec::new(), 1000 * SECOND);
            for _ in 0..2000 {
                // Knuth's generator, the upper bits.
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let random = state >> 33;
                now += match random % 200 {
                    0 => 400 * SECOND,
                    1..20 => 30 * SECOND,
                    _ => random % SECOND,
                };
                let rank = random / 200 % 1000;
                offer(&ranking, rank, now);
                offered.push((rank, now));
            }
            assert_eq!(ranking.entries.lock().map(|entries| entries.len()), Some(PLACES));
            let reported = ranking.report(now).into_iter().map(|request| (request.wall_ms * 1e6).round());
            let expected: Vec<_> = expected(&offered, now).into_iter().map(Duration::from_nanos).collect();
            assert_eq!(
                reported.collect::<Vec<_>>(),
                expected.into_iter().map(|wall| (millis(wall) * 1e6).round()).collect::<Vec<_>>(),
                "seed {seed}"
            );
        }
    }

    #[test]
    fn free_places_take_any_rank() {
        let (ranking, at) = (Ranking::default(), 1000 * SECOND);
        for (offered, rank) in (1..=PLACES as u64).rev().enumerate() {
            offer(&ranking, rank, at);
            assert_eq!(ranking.entries.lock().map(|entries| entries.len()), Some(offered + 1));
        }
        // Behind those that are too old, only what ranks above nothing.
        let later = at + RECENT_NANOS + 1;
        offer(&ranking, 0, later);
        assert!(ranking.report(later).is_empty());
    }

    #[test]
    fn entries_stay_for_five_minutes() {
        let at = 1000 * SECOND;
        for (later, expected) in
            [(0, Some(0)), (299 * SECOND, Some(299)), (300 * SECOND, Some(300)), (300 * SECOND + 1, None)]
        {
            let (ranking, mut slowest) = (Ranking::default(), Slowest::default());
            offer(&ranking, 7, at);
            with_record(7, at, |record| slowest.offer(7, at, record, true));
            let reports = ranking.report(at + later);
            assert_eq!(reports.first().map(|request| request.seconds_ago), expected);
            let report = slowest.entry(at + later).map(|entry| entry.report(at + later));
            assert_eq!(report.map(|request| (request.seconds_ago, request.is_first)), expected.map(|ago| (ago, true)));
        }
    }

    #[test]
    fn the_slowest_stays_until_another_is_slower_or_it_is_old() {
        let (mut slowest, mut kept) = (Slowest::default(), None::<(u64, u64)>);
        let (mut state, mut now) = (1_u64, 1000 * SECOND);
        for number in 0..5000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let random = state >> 33;
            now += if random.is_multiple_of(50) { 299 * SECOND + random / 50 % 3 * SECOND } else { SECOND };
            // Few values, so that some are equal.
            let rank = random / 200 % 50;
            with_record(rank, now, |record| slowest.offer(rank, now, record, false));
            if kept.is_none_or(|(slower, at)| now - at > RECENT_NANOS && rank > 0 || rank > slower) {
                kept = Some((rank, now));
            }
            let expected = kept.filter(|(_, at)| now - at <= RECENT_NANOS);
            let found = slowest.entry(now).map(|entry| (entry.rank, entry.at_nanos));
            assert_eq!(found, expected, "request {number}");
        }
    }
}
