//! The ledger's report.

#[cfg(feature = "page")]
use record_runtime::ZeroAllocJson;

use super::book::{Held, Numbers};
use super::millis;
use super::process::{AllocatorReport, ProcessReport};
use crate::trend::Verdict;
use crate::under_way::RequestUnderWay;

/// See [`Ledger::report`](super::Ledger::report).
#[derive(Debug, Clone)]
#[cfg_attr(feature = "page", derive(ZeroAllocJson))]
pub struct LedgerReport {
    /// Seconds since the ledger was made.
    pub uptime_secs: u64,
    /// Whether numbers of memory exist at all.
    pub allocator_installed: bool,
    /// Whether [`MAX_BLOCKS`](crate::MAX_BLOCKS) blocks are being followed, so that more of them are not, and verdicts stay
    /// as they were.
    pub following_full: bool,
    /// Requests that have started and not ended.
    pub in_flight: i64,
    /// Each route that had a request.
    pub routes: Vec<RouteReport>,
    /// The pool of buffers, if the ledger knows of one.
    pub pool: Option<PoolReport>,
    /// The process's memory as the system counts it.
    pub process: ProcessReport,
    /// The allocator's own numbers, if the ledger was told whom to ask.
    pub allocator: Option<AllocatorReport>,
    /// The slowest requests of the last five minutes.
    pub slowest: Vec<RequestReport>,
    /// Those that allocated most bytes in the last five minutes.
    pub heaviest: Vec<RequestReport>,
    /// Requests that have been under way for more than ten seconds, the oldest first; at most 50.
    pub under_way: Vec<UnderWayReport>,
}

/// A request that has been under way for long.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "page", derive(ZeroAllocJson))]
pub struct UnderWayReport {
    /// The client's id or the one made for it.
    pub id: String,
    /// The pattern.
    pub route: &'static str,
    /// The method.
    pub method: &'static str,
    /// How long ago it began.
    pub seconds: u64,
    /// Bytes that it holds: allocated less freed, as of its last poll. Absent where the allocator is not installed.
    pub held_bytes: Option<i64>,
}

/// A route. Means are over all requests since the start; absent where the allocator is not installed.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "page", derive(ZeroAllocJson))]
pub struct RouteReport {
    /// The pattern.
    pub route: &'static str,
    /// Requests that ended.
    pub requests: u64,
    /// Of these, requests that did not complete: errors, panics, and those dropped before their end.
    pub incomplete: u64,
    /// The median time, in milliseconds, of recent requests.
    pub p50_ms: f64,
    /// The time that 99 % of recent requests did not exceed, in milliseconds.
    pub p99_ms: f64,
    /// Allocations and reallocations per request.
    pub allocations: Option<f64>,
    /// Of these, reallocations.
    pub reallocations: Option<f64>,
    /// Bytes allocated per request.
    pub allocated_bytes: Option<f64>,
    /// Bytes of an answer's body; see [`AuditBuilder::note_sizes`](crate::AuditBuilder::note_sizes).
    pub response_bytes: Option<f64>,
    /// Most allocations and reallocations of one request, the first one aside, which fills caches. Absent with fewer than two.
    pub max_allocations: Option<u64>,
    /// Most bytes that one request allocated, the first one aside.
    pub max_allocated_bytes: Option<u64>,
    /// The largest balance of a request, in bytes.
    pub peak_bytes: Option<u64>,
    /// Bytes left behind per request: allocated less freed while it was served, by whomever they are freed later.
    pub balance_bytes: Option<f64>,
    /// Bytes alive of all requests that have ended, by estimate from those that were followed: exact where all are.
    /// Absent where none was.
    pub alive_bytes: Option<i64>,
    /// Bytes that spawned work allocated after its request had ended, less those that it freed.
    pub late_bytes: i64,
    /// The verdict's kind.
    pub finding: Finding,
    /// The quantity that the finding is about.
    pub basis: Basis,
    /// The finding in words.
    pub verdict: String,
    /// Buffers that the pool had.
    pub pool_hits: u64,
    /// Buffers that it had to allocate.
    pub pool_misses: u64,
    /// Its slowest request of the last five minutes. [`LedgerReport::slowest`] has those of all routes.
    pub slowest: Option<RequestReport>,
}

/// A finding on a route's memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "page", derive(ZeroAllocJson))]
#[cfg_attr(feature = "page", serde(rename_all = "snake_case"))]
pub enum Finding {
    /// No numbers, or too few.
    Unknown,
    /// Memory does not grow with requests.
    Steady,
    /// Each request leaves memory behind that stays.
    Leaking,
    /// It does not grow, but a single request of long ago still holds 1 MiB or more.
    Holding,
}

/// The quantity that a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "page", derive(ZeroAllocJson))]
#[cfg_attr(feature = "page", serde(rename_all = "snake_case"))]
pub enum Basis {
    /// Blocks that are alive, of followed requests.
    Alive,
    /// Balances of counters: memory that is handed over and freed elsewhere looks left behind.
    Balance,
}

/// A pool of buffers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "page", derive(ZeroAllocJson))]
pub struct PoolReport {
    /// Buffers that the pool had when one was asked for.
    pub hits: u64,
    /// Buffers that had to be allocated.
    pub misses: u64,
    /// Buffers that were not taken back: too large, or too many.
    pub dropped: u64,
    /// Bytes of capacity in the pool.
    pub retained_bytes: u64,
    /// Buffers that are in use.
    pub out: u64,
}

/// A request of interest.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "page", derive(ZeroAllocJson))]
pub struct RequestReport {
    /// The client's id or the one made for it.
    pub id: String,
    /// The pattern.
    pub route: &'static str,
    /// The method.
    pub method: &'static str,
    /// The status of the answer.
    pub status: Option<u16>,
    /// How it ended.
    pub outcome: &'static str,
    /// Whether it was the first one of its route that ended.
    pub is_first: bool,
    /// Time to the end of the body, in milliseconds.
    pub wall_ms: f64,
    /// Time to the answer's head, in milliseconds.
    pub handler_ms: f64,
    /// Of that, time in polls of the handler.
    pub poll_ms: f64,
    /// Buffers that the pool had to allocate.
    pub pool_misses: u32,
    /// Bytes of the answer's body; see [`AuditBuilder::note_sizes`](crate::AuditBuilder::note_sizes).
    pub response_bytes: Option<u64>,
    /// Of these, the share that are escape sequences of JSON; see
    /// [`AuditBuilder::note_escapes`](crate::AuditBuilder::note_escapes).
    pub escape_share: Option<f64>,
    /// Page faults that read nothing from a disk; see `AuditBuilder::note_page_faults`.
    pub minor_faults: Option<u64>,
    /// Page faults that read from a disk.
    pub major_faults: Option<u64>,
    /// TCP segments that were sent again while it was under way; see `AuditBuilder::note_tcp`.
    pub retransmits: Option<u32>,
    /// The round-trip time of its connection, in milliseconds.
    pub round_trip_ms: Option<f64>,
    /// Allocations and reallocations.
    pub allocations: Option<u64>,
    /// Of these, reallocations.
    pub reallocations: Option<u64>,
    /// Bytes allocated.
    pub allocated_bytes: Option<u64>,
    /// Bytes allocated less bytes freed while it was served.
    pub net_bytes: Option<i64>,
    /// When it ended.
    pub seconds_ago: u64,
}

impl UnderWayReport {
    pub(super) fn new(request: &RequestUnderWay) -> Self {
        let RequestUnderWay { id, route, method, age, held_bytes } = *request;
        Self { id: id.to_string(), route, method, seconds: age.as_secs(), held_bytes }
    }
}

impl RouteReport {
    #[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
    pub(super) fn new(route: &'static str, numbers: Numbers, now_nanos: u64) -> Self {
        let (finding, basis, verdict) = judge(&numbers);
        let sums = numbers.sums;
        let mean = |sum: f64| (sums.counted > 0).then(|| sum / sums.counted as f64);
        let (allocations, bytes, net) = (sums.allocations as f64, sums.allocated_bytes as f64, sums.net_bytes as f64);
        Self {
            route,
            requests: sums.requests,
            incomplete: sums.outcomes[1..].iter().sum(),
            p50_ms: millis(numbers.p50),
            p99_ms: millis(numbers.p99),
            allocations: mean(allocations),
            reallocations: mean(sums.reallocations as f64),
            allocated_bytes: mean(bytes),
            response_bytes: (sums.sized > 0).then(|| sums.response_bytes as f64 / sums.sized as f64),
            max_allocations: (sums.counted > 1).then_some(sums.max_allocations),
            max_allocated_bytes: (sums.counted > 1).then_some(sums.max_allocated_bytes),
            peak_bytes: (sums.counted > 0).then_some(sums.peak_bytes),
            balance_bytes: mean(net),
            alive_bytes: sums.alive_bytes,
            late_bytes: sums.late_net_bytes,
            finding,
            basis,
            verdict,
            pool_hits: sums.pool_hits,
            pool_misses: sums.pool_misses,
            slowest: numbers.slowest.map(|entry| entry.report(now_nanos)),
        }
    }
}

fn judge(numbers: &Numbers) -> (Finding, Basis, String) {
    if numbers.sums.counted == 0 {
        return (Finding::Unknown, Basis::Balance, "the counting allocator is not installed".to_owned());
    }
    let basis = if numbers.is_followed { Basis::Alive } else { Basis::Balance };
    let (finding, mut text) = match numbers.verdict {
        Verdict::NotEnoughData { seen, needed } => {
            (Finding::Unknown, format!("not enough data: {seen} of {needed} requests"))
        }
        Verdict::Leaking { bytes_per_request, plus_minus_bytes } => {
            let (about, within) = (bytes_text(bytes_per_request), within_text(bytes_per_request, plus_minus_bytes));
            (
                Finding::Leaking,
                match basis {
                    Basis::Alive => format!("leaking about {about} per request ({within})"),
                    Basis::Balance => format!(
                        "leaves about {about} per request ({within}), which other code may free: follow requests to be sure"
                    ),
                },
            )
        }
        Verdict::Steady { within_bytes } => (Finding::Steady, format!("steady (within {})", bytes_text(within_bytes))),
    };
    #[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
    match numbers.held {
        Some(Held::Again { bytes, requests, id }) if finding != Finding::Leaking => {
            let held = bytes_text(bytes as f64);
            let text = match requests {
                1 => format!("request {id} ended long ago and still holds {held}"),
                _ => format!("{requests} requests ended long ago and still hold {held}, mostly by request {id}"),
            };
            return (Finding::Holding, basis, text);
        }
        Some(Held::Once { bytes, at, id }) => {
            let held = bytes_text(bytes as f64);
            let by = if at == 1 { "the first request of the route".to_owned() } else { format!("request {id}") };
            text = format!("{text}; {held} allocated once, by {by}");
        }
        _ => {}
    }
    (finding, basis, text)
}

const UNITS: [&str; 5] = ["bytes", "KiB", "MiB", "GiB", "TiB"];

/// The unit in which a number of bytes is short, and the bytes that it has.
fn unit(bytes: f64) -> (&'static str, f64) {
    let mut size = 1.0;
    for unit in &UNITS[..UNITS.len() - 1] {
        if bytes.abs() < 1024.0 * size {
            return (unit, size);
        }
        size *= 1024.0;
    }
    (UNITS[UNITS.len() - 1], size)
}

/// Bytes in units that people read.
fn bytes_text(bytes: f64) -> String {
    let (unit, size) = unit(bytes);
    format!("{} {unit}", number_text(bytes / size))
}

/// How far off it may be, in the unit of the number itself.
fn within_text(bytes: f64, plus_minus: f64) -> String {
    let (_, size) = unit(bytes);
    format!("±\u{a0}{}", number_text(plus_minus / size))
}

/// Whole, or with a decimal where that says something.
fn number_text(number: f64) -> String {
    let rounded = (number * 10.0).round() / 10.0;
    if rounded.fract() == 0.0 || rounded.abs() >= 100.0 { format!("{number:.0}") } else { format!("{number:.1}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_as_people_read_them() {
        for (bytes, text) in [
            (0.0, "0 bytes"),
            (1000.0, "1000 bytes"),
            (1024.0, "1 KiB"),
            (2_408_392.0, "2.3 MiB"),
            (640.4, "640 bytes"),
            (123_456_789.0, "118 MiB"),
            (5e12, "4.5 TiB"),
        ] {
            assert_eq!(bytes_text(bytes), text);
        }
        assert_eq!(within_text(1000.0, 0.0), "±\u{a0}0");
        assert_eq!(within_text(10_240.0, 512.0), "±\u{a0}0.5");
    }
}
