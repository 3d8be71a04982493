//! Durations of the requests of one route, method, scheme and status.

use std::time::Duration;

use crate::id::RequestId;
use crate::method::{Method, Scheme};
use crate::request::RequestRecord;

/// The boundaries that the HTTP conventions advise for durations, in seconds.
pub(super) const BOUNDS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// One of a route.
#[derive(Clone)]
pub(super) struct Series {
    pub(super) key: Key,
    pub(super) buckets: [u64; BOUNDS.len() + 1],
    /// For each bucket, the last request that fell into it.
    pub(super) exemplars: [Option<(RequestId, f64)>; BOUNDS.len() + 1],
    pub(super) sum: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) method: Method,
    pub(super) scheme: Scheme,
    pub(super) status: Option<u16>,
}

impl Series {
    #[expect(clippy::vec_box, reason = "see the book")]
    pub(super) fn add(all: &mut Vec<Box<Self>>, record: &RequestRecord<'_>, wall: Duration) {
        let start = record.start();
        let key = Key { method: start.method, scheme: start.scheme, status: record.status() };
        let place = all.iter().position(|series| series.key == key).unwrap_or_else(|| {
            let buckets = [0; BOUNDS.len() + 1];
            all.push(Box::new(Self { key, buckets, exemplars: [None; BOUNDS.len() + 1], sum: 0.0 }));
            all.len() - 1
        });
        let series = &mut all[place];
        let seconds = wall.as_secs_f64();
        let bucket = BOUNDS.iter().position(|bound| seconds <= *bound).unwrap_or(BOUNDS.len());
        series.buckets[bucket] += 1;
        series.exemplars[bucket] = Some((*record.id(), seconds));
        series.sum += seconds;
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use super::*;
    use crate::clock::{Clock, Ticks};
    use crate::request::{Conclusion, Noted, PoolUse, Request};
    use crate::route::Route;

    #[test]
    fn each_request_is_in_the_bucket_of_its_series() {
        let mut all = Vec::new();
        let mut added: Vec<(Key, Duration, RequestId)> = Vec::new();
        let mut request = Request::new();
        // At each boundary and a nanosecond to both sides of it, several times.
        let walls: Vec<Duration> = BOUNDS.iter().map(|bound| Duration::from_secs_f64(*bound)).collect();
        for round in 0..3 {
            for wall in &walls {
                for wall in [wall.saturating_sub(Duration::from_nanos(1)), *wall, *wall + Duration::from_nanos(1)] {
                    for (method, scheme, status) in [
                        (Method::GET, Scheme::Http, Some(200)),
                        (Method::GET, Scheme::Http, Some(404)),
                        (Method::GET, Scheme::Http, None),
                        (Method::GET, Scheme::Https, Some(200)),
                        (Method::POST, Scheme::Http, Some(200)),
                    ] {
                        if status == Some(404) && round == 1 {
                            continue;
                        }
                        let status = status.and_then(NonZeroU16::new);
                        request.begin(Ticks::at(1), None, method, scheme, None, 0);
                        request.status = status;
                        let conclusion = Conclusion {
                            route: Route::UNMATCHED,
                            pool: PoolUse::default(),
                            followed: None,
                            notes: Noted::default(),
                        };
                        let clock = &Clock::of_nanos();
                        let record = RequestRecord { request: &request, conclusion, clock, ended: Ticks::at(2) };
                        Series::add(&mut all, &record, wall);
                        let status = status.map(NonZeroU16::get);
                        added.push((Key { method, scheme, status }, wall, request.id));
                    }
                }
            }
        }
        assert_eq!(all.len(), 5);
        for series in &all {
            let own =
                || added.iter().filter(|(key, ..)| *key == series.key).map(|(_, wall, id)| (wall.as_secs_f64(), *id));
            assert!((series.sum - own().map(|(seconds, _)| seconds).sum::<f64>()).abs() < 1e-6, "{:?}", series.key);
            for bucket in 0..=BOUNDS.len() {
                let least = if bucket == 0 { 0.0 } else { BOUNDS[bucket - 1] };
                let most = BOUNDS.get(bucket).copied().unwrap_or(f64::INFINITY);
                let inside = || own().filter(|(seconds, _)| *seconds > least && *seconds <= most);
                assert_eq!(series.buckets[bucket], inside().count() as u64, "{:?} {bucket}", series.key);
                let found = series.exemplars[bucket].map(|(id, seconds)| (seconds, id));
                assert_eq!(found, inside().next_back(), "{:?} {bucket}", series.key);
            }
        }
    }
}
