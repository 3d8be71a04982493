//! The requests of a route and a method that end in one window.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use record_runtime::ZeroAllocJson;

use super::Redact;
use crate::counters::Counters;
use crate::histogram::Histogram;
use crate::id::RequestId;
use crate::request::{Outcome, PoolUse, RequestRecord};

pub(super) struct Window {
    method: &'static str,
    /// Requests of the route and the method in all windows.
    ordinal: u64,
    ended: Ended,
}

/// A window's content.
pub(super) struct Ended {
    method: &'static str,
    requests: u64,
    errors: u64,
    sums: Sums,
    wall: Histogram,
    slowest: Best,
    heaviest: Best,
}

/// Sums over the requests of a window, for their means.
#[derive(Default)]
struct Sums {
    /// Requests with numbers of memory, and what they allocated.
    counted: u64,
    allocations: u64,
    reallocations: u64,
    /// Requests whose answers' bytes were noted, and these.
    sized: u64,
    response_bytes: u64,
}

/// Those that rank highest, in no order.
#[derive(Default)]
struct Best(Vec<Kept>);

#[derive(Clone)]
struct Kept {
    rank: u64,
    ended: SystemTime,
    ordinal: u64,
    id: RequestId,
    status: Option<u16>,
    outcome: Outcome,
    wall: Duration,
    handling: Duration,
    poll: Duration,
    escape_share: Option<f64>,
    faults: Option<(u64, u64)>,
    connection: Option<(u32, Duration)>,
    request_bytes: Option<u64>,
    response_bytes: Option<u64>,
    counters: Option<Counters>,
    alive_bytes: Option<u64>,
    pool: PoolUse,
    path: Option<String>,
}

/// A line of a file. See [`SampleStore`](super::SampleStore).
#[derive(ZeroAllocJson)]
pub(super) struct Sample {
    version: u32,
    window_unix_secs: u64,
    window_secs: f64,
    route: &'static str,
    method: &'static str,
    route_requests: u64,
    route_errors: u64,
    route_requests_per_second: f64,
    route_p50_ms: f64,
    route_p99_ms: f64,
    route_allocations: Option<f64>,
    route_reallocations: Option<f64>,
    route_response_bytes: Option<f64>,
    among: &'static str,
    id: String,
    status: Option<u16>,
    outcome: &'static str,
    ended_unix_ms: u64,
    ordinal: u64,
    wall_ms: f64,
    handler_ms: f64,
    poll_ms: f64,
    request_bytes: Option<u64>,
    response_bytes: Option<u64>,
    escape_share: Option<f64>,
    minor_faults: Option<u64>,
    major_faults: Option<u64>,
    retransmits: Option<u32>,
    round_trip_ms: Option<f64>,
    allocations: Option<u64>,
    reallocations: Option<u64>,
    allocated_bytes: Option<u64>,
    freed_bytes: Option<u64>,
    peak_bytes: Option<u64>,
    net_bytes: Option<i64>,
    alive_bytes: Option<u64>,
    pool_hits: u32,
    pool_misses: u32,
    path: Option<String>,
}

/// When a window was.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) started_unix_secs: u64,
    pub(super) length: Duration,
}

impl Window {
    /// That of a method; made if there is none.
    pub(super) fn of_method<'w>(windows: &'w mut Vec<Self>, method: &'static str) -> &'w mut Self {
        let known = windows.iter().position(|window| window.method == method);
        let place = known.unwrap_or_else(|| {
            windows.push(Self { method, ordinal: 0, ended: Ended::empty(method) });
            windows.len() - 1
        });
        &mut windows[place]
    }

    pub(super) fn add(&mut self, record: &RequestRecord<'_>, most: usize, redact: Option<&Redact>) {
        self.ordinal += 1;
        let ordinal = self.ordinal;
        let window = &mut self.ended;
        let wall = record.wall();
        window.requests += 1;
        let is_error = record.outcome() != Outcome::Completed || record.status().is_some_and(|status| status >= 500);
        window.errors += u64::from(is_error);
        window.wall.add(wall);
        let nanos = u64::try_from(wall.as_nanos()).unwrap_or(u64::MAX);
        window.slowest.offer(nanos, most, || Kept::new(nanos, ordinal, record, redact));
        if let Some(bytes) = record.response_bytes() {
            window.sums.sized += 1;
            window.sums.response_bytes += bytes;
        }
        if let Some(counters) = record.total() {
            window.sums.counted += 1;
            window.sums.allocations += counters.allocations;
            window.sums.reallocations += counters.reallocations;
            let bytes = counters.allocated_bytes;
            window.heaviest.offer(bytes, most, || Kept::new(bytes, ordinal, record, redact));
        }
    }

    /// The content, if there is any; the next window begins.
    pub(super) fn end(&mut self) -> Option<Ended> {
        (self.ended.requests > 0).then(|| std::mem::replace(&mut self.ended, Ended::empty(self.method)))
    }
}

impl Best {
    fn offer(&mut self, rank: u64, most: usize, make: impl FnOnce() -> Kept) {
        if self.0.len() < most {
            self.0.push(make());
        } else if let Some(least) = self.0.iter_mut().min_by_key(|kept| kept.rank)
            && rank > least.rank
        {
            *least = make();
        }
    }

    fn in_order(mut self) -> Vec<Kept> {
        self.0.sort_by_key(|kept| std::cmp::Reverse(kept.rank));
        self.0
    }
}

impl Ended {
    fn empty(method: &'static str) -> Self {
        let (sums, wall) = (Sums::default(), Histogram::new());
        Self { method, requests: 0, errors: 0, sums, wall, slowest: Best::default(), heaviest: Best::default() }
    }

    /// The foremost first.
    pub(super) fn samples(mut self, route: &'static str, span: Span) -> Vec<Sample> {
        let (slowest, heaviest) = (std::mem::take(&mut self.slowest), std::mem::take(&mut self.heaviest));
        let lists = [("slowest", slowest.in_order()), ("heaviest", heaviest.in_order())];
        let samples = lists.into_iter().flat_map(|(among, kept)| kept.into_iter().map(move |kept| (among, kept)));
        samples.map(|(among, kept)| self.sample(route, span, among, kept)).collect()
    }

    fn sample(&self, route: &'static str, span: Span, among: &'static str, kept: Kept) -> Sample {
        let millis = |duration: Duration| 1e3 * duration.as_secs_f64();
        let quantile = |quantile| millis(self.wall.quantile(quantile).unwrap_or_default());
        let since = kept.ended.duration_since(UNIX_EPOCH).unwrap_or_default();
        let counters = kept.counters.as_ref();
        #[expect(clippy::cast_precision_loss, reason = "a rate")]
        let requests = self.requests as f64;
        let sums = &self.sums;
        #[expect(clippy::cast_precision_loss, reason = "a mean")]
        let mean = |sum: u64, of: u64| (of > 0).then(|| sum as f64 / of as f64);
        Sample {
            version: 1,
            window_unix_secs: span.started_unix_secs,
            window_secs: span.length.as_secs_f64(),
            route,
            method: self.method,
            route_requests: self.requests,
            route_errors: self.errors,
            route_requests_per_second: requests / span.length.as_secs_f64().max(1e-3),
            route_p50_ms: quantile(0.5),
            route_p99_ms: quantile(0.99),
            route_allocations: mean(sums.allocations, sums.counted),
            route_reallocations: mean(sums.reallocations, sums.counted),
            route_response_bytes: mean(sums.response_bytes, sums.sized),
            among,
            id: kept.id.to_string(),
            status: kept.status,
            outcome: kept.outcome.as_str(),
            ended_unix_ms: u64::try_from(since.as_millis()).unwrap_or(u64::MAX),
            ordinal: kept.ordinal,
            wall_ms: millis(kept.wall),
            handler_ms: millis(kept.handling),
            poll_ms: millis(kept.poll),
            request_bytes: kept.request_bytes,
            response_bytes: kept.response_bytes,
            escape_share: kept.escape_share,
            minor_faults: kept.faults.map(|(minor, _)| minor),
            major_faults: kept.faults.map(|(_, major)| major),
            retransmits: kept.connection.map(|(retransmits, _)| retransmits),
            round_trip_ms: kept.connection.map(|(_, round_trip)| millis(round_trip)),
            allocations: counters.map(|counters| counters.allocations),
            reallocations: counters.map(|counters| counters.reallocations),
            allocated_bytes: counters.map(|counters| counters.allocated_bytes),
            freed_bytes: counters.map(|counters| counters.freed_bytes),
            peak_bytes: counters.map(|counters| counters.peak_bytes),
            net_bytes: counters.map(Counters::net_bytes),
            alive_bytes: kept.alive_bytes,
            pool_hits: kept.pool.hits,
            pool_misses: kept.pool.misses,
            path: kept.path,
        }
    }
}

impl Kept {
    fn new(rank: u64, ordinal: u64, record: &RequestRecord<'_>, redact: Option<&Redact>) -> Self {
        Self {
            rank,
            ended: SystemTime::now(),
            ordinal,
            id: *record.id(),
            status: record.status(),
            outcome: record.outcome(),
            wall: record.wall(),
            handling: record.handling(),
            poll: record.poll(),
            escape_share: record.escape_share(),
            faults: record.faults(),
            connection: record.connection(),
            request_bytes: record.request_bytes(),
            response_bytes: record.response_bytes(),
            counters: record.total(),
            alive_bytes: record.followed().map(|followed| followed.alive_bytes),
            pool: record.pool(),
            path: redact.and_then(|redact| redact(record.target()?)),
        }
    }
}
