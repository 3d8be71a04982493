//! The requests with the most of something, of the last minutes.

use std::time::{Duration, Instant};

use super::millis;
use super::report::RequestReport;
use crate::request::{Outcome, RequestId, RequestRecord};

const PLACES: usize = 10;
/// Older requests make place.
const RECENT: Duration = Duration::from_mins(5);

#[derive(Default)]
pub(super) struct Ranking {
    /// Unordered; with what each is ranked by.
    entries: Vec<(u128, Entry)>,
}

pub(super) struct Entry {
    at: Instant,
    id: RequestId,
    route: &'static str,
    method: &'static str,
    status: Option<u16>,
    outcome: Outcome,
    wall: Duration,
    allocations: Option<u64>,
    allocated_bytes: Option<u64>,
    net_bytes: Option<i64>,
}

impl Entry {
    pub(super) fn new(at: Instant, record: &RequestRecord<'_>) -> Self {
        let total = record.total();
        Self {
            at,
            id: *record.id,
            route: record.route,
            method: record.method,
            status: record.status,
            outcome: record.outcome,
            wall: record.wall,
            allocations: total.map(|total| total.requests()),
            allocated_bytes: total.map(|total| total.allocated_bytes),
            net_bytes: total.map(|total| total.net_bytes()),
        }
    }
}

impl Ranking {
    pub(super) fn offer(&mut self, now: Instant, rank: u128, entry: impl FnOnce() -> Entry) {
        if self.entries.len() < PLACES {
            self.entries.push((rank, entry()));
            return;
        }
        // What is too old ranks below everything.
        let current = |(rank, entry): &(u128, Entry)| {
            if now.duration_since(entry.at) > RECENT { 0 } else { *rank }
        };
        let least = (0..PLACES).min_by_key(|place| current(&self.entries[*place])).unwrap_or(0);
        if rank > current(&self.entries[least]) {
            self.entries[least] = (rank, entry());
        }
    }

    pub(super) fn report(&mut self) -> Vec<RequestReport> {
        self.entries.retain(|(_, entry)| entry.at.elapsed() <= RECENT);
        self.entries.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
        let report = |(_, entry): &(u128, Entry)| RequestReport {
            id: entry.id.to_string(),
            route: entry.route,
            method: entry.method,
            status: entry.status,
            outcome: entry.outcome.as_str(),
            wall_ms: millis(entry.wall),
            allocations: entry.allocations,
            allocated_bytes: entry.allocated_bytes,
            net_bytes: entry.net_bytes,
            seconds_ago: entry.at.elapsed().as_secs(),
        };
        self.entries.iter().map(report).collect()
    }
}
