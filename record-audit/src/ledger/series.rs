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
