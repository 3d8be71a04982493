//! The history: numbers of a route for each quarter of a minute, over the last 15 minutes.

use std::time::Duration;

#[cfg(feature = "page")]
use record_runtime::ZeroAllocJson;

use super::millis;
use crate::counters::Counters;
use crate::histogram::Histogram;

pub(super) const INTERVAL: Duration = Duration::from_secs(15);
const INTERVAL_NANOS: u64 = INTERVAL.as_secs() * 1_000_000_000;
const INTERVALS: usize = 60;

/// See [`Ledger::history`](super::Ledger::history).
#[derive(Debug, Clone)]
#[cfg_attr(feature = "page", derive(ZeroAllocJson))]
pub struct HistoryReport {
    /// Seconds from one number to the next.
    pub interval_secs: u64,
    /// Each route that had a request.
    pub routes: Vec<RouteHistory>,
}

/// The last 15 minutes of a route, the oldest number first; the last one is of the interval that has not ended.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "page", derive(ZeroAllocJson))]
pub struct RouteHistory {
    /// The pattern.
    pub route: &'static str,
    /// Requests that ended.
    pub requests: Vec<u32>,
    /// The time that 99 % of them did not exceed, in milliseconds; absent where there were none.
    pub p99_ms: Vec<Option<f64>>,
    /// Allocations and reallocations per request; absent where there were none, or no allocator is installed.
    pub allocations: Vec<Option<f64>>,
    /// Bytes alive at the end of the interval, as [`RouteReport::alive_bytes`](super::RouteReport::alive_bytes).
    pub alive_bytes: Vec<Option<i64>>,
}

/// The oldest first.
pub(super) type Points = [Point; INTERVALS];

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Point {
    requests: u32,
    counted: u32,
    allocations: u64,
    p99: Duration,
    alive_bytes: Option<i64>,
}

pub(super) struct History {
    /// By the number of the interval, in a circle.
    points: Points,
    /// The number of the running interval since the clock's start.
    number: u64,
    /// When it ends.
    ends_nanos: u64,
    /// The times in it.
    wall: Histogram,
}

impl History {
    pub(super) fn new() -> Self {
        Self { points: [Point::default(); INTERVALS], number: 0, ends_nanos: 0, wall: Histogram::new() }
    }

    #[inline]
    pub(super) fn add(&mut self, now_nanos: u64, wall: Duration, total: Option<&Counters>, alive_bytes: Option<i64>) {
        if now_nanos >= self.ends_nanos {
            self.roll(now_nanos);
        }
        let point = self.point();
        point.requests += 1;
        point.alive_bytes = alive_bytes;
        if let Some(total) = total {
            point.counted += 1;
            point.allocations += total.requests();
        }
        self.wall.add(wall);
    }

    fn point(&mut self) -> &mut Point {
        &mut self.points[place(self.number)]
    }

    /// Begins the interval of `now_nanos`.
    #[cold]
    fn roll(&mut self, now_nanos: u64) {
        let number = now_nanos / INTERVAL_NANOS;
        self.point().p99 = self.wall.quantile(0.99).unwrap_or_default();
        let alive_bytes = self.point().alive_bytes;
        let passed = number.saturating_sub(self.number).min(INTERVALS as u64);
        for skipped in 0..passed {
            // The living bytes stay the same until something else is known.
            self.points[place(number - skipped)] = Point { alive_bytes, ..Point::default() };
        }
        self.number = number;
        self.ends_nanos = (number + 1) * INTERVAL_NANOS;
        self.wall = Histogram::new();
    }

    pub(super) fn points(&mut self, now_nanos: u64, alive_bytes: Option<i64>) -> Points {
        if now_nanos >= self.ends_nanos {
            self.roll(now_nanos);
        }
        let p99 = self.wall.quantile(0.99).unwrap_or_default();
        let now = self.point();
        now.p99 = p99;
        now.alive_bytes = alive_bytes;
        let mut points = self.points;
        points.rotate_left((place(self.number) + 1) % INTERVALS);
        points
    }
}

fn place(number: u64) -> usize {
    usize::try_from(number % INTERVALS as u64).unwrap_or(0)
}

impl RouteHistory {
    pub(super) fn new((route, points): (&'static str, Points)) -> Self {
        let p99 = |point: &Point| (point.requests > 0).then(|| millis(point.p99));
        #[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
        let mean = |point: &Point| (point.counted > 0).then(|| point.allocations as f64 / f64::from(point.counted));
        Self {
            route,
            requests: points.iter().map(|point| point.requests).collect(),
            p99_ms: points.iter().map(p99).collect(),
            allocations: points.iter().map(mean).collect(),
            alive_bytes: points.iter().map(|point| point.alive_bytes).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn requests_stand_where_they_were() {
        let mut history = History::new();
        // Far from the clock's start, a request each second for 20 minutes, slower each minute.
        let start = 1_000_000 * SECOND;
        for second in 0..20 * 60 {
            let alive = i64::try_from(second).expect("small");
            history.add(start + second * SECOND, Duration::from_millis(second / 60 + 1), None, Some(alive));
        }
        let end = start + 20 * 60 * SECOND;
        let of = RouteHistory::new(("/", history.points(end - SECOND, Some(1199))));
        assert_eq!((of.requests.len(), of.requests[..59].iter().sum::<u32>()), (INTERVALS, 59 * 15));
        assert!(of.alive_bytes.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", of.alive_bytes);
        assert_eq!(of.alive_bytes.last(), Some(&Some(1199)));
        assert!(of.p99_ms.iter().zip(of.p99_ms.iter().skip(1)).all(|(one, next)| one <= next), "{:?}", of.p99_ms);
        assert!(of.allocations.iter().all(Option::is_none));
        // Five minutes of silence: what is alive stays, the rest is empty.
        let of = RouteHistory::new(("/", history.points(end + 300 * SECOND, Some(1199))));
        assert_eq!(of.requests[40..].iter().sum::<u32>(), 0);
        assert_eq!((of.p99_ms[50], of.alive_bytes[50]), (None, Some(1199)));
        assert!(of.requests[..39].iter().all(|count| *count == 15), "{:?}", of.requests);
        // An hour later nothing is left.
        let of = RouteHistory::new(("/", history.points(end + 3600 * SECOND, None)));
        assert_eq!(of.requests.iter().sum::<u32>(), 0);
    }

    #[test]
    fn allocations_are_the_mean_of_those_that_were_counted() {
        let mut history = History::new();
        for allocations in [Some(2), None, Some(7), Some(6)] {
            let total =
                allocations.map(|allocations| Counters { allocations, reallocations: 1, ..Counters::default() });
            history.add(SECOND, Duration::from_millis(1), total.as_ref(), None);
        }
        let of = RouteHistory::new(("/", history.points(SECOND, None)));
        assert_eq!((of.requests.last(), of.allocations.last()), (Some(&4), Some(&Some(6.0))));
    }
}
