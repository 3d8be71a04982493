//! What the ledger says when it is asked.

#[cfg(feature = "page")]
use record_runtime::ZeroAllocJson;

use super::{RouteBook, millis};
use crate::trend::Verdict;

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
    /// The slowest requests of the last five minutes.
    pub slowest: Vec<RequestReport>,
    /// Those that allocated most bytes in the last five minutes.
    pub heaviest: Vec<RequestReport>,
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
    /// Bytes allocated per request.
    pub allocated_bytes: Option<f64>,
    /// The largest balance of a request, in bytes.
    pub peak_bytes: Option<u64>,
    /// Bytes left behind per request: allocated less freed while it was served, by whomever they are freed later.
    pub balance_bytes: Option<f64>,
    /// Bytes alive of all followed and ended requests together; absent where none was followed.
    pub alive_bytes: Option<i64>,
    /// What spawned work allocated after its request had ended, in bytes less what it freed.
    pub late_bytes: i64,
    /// What to think of it.
    pub finding: Finding,
    /// What the finding is about.
    pub basis: Basis,
    /// The finding in words.
    pub verdict: String,
    /// Buffers that the pool had.
    pub pool_hits: u64,
    /// Buffers that it had to allocate.
    pub pool_misses: u64,
}

/// What to think of a route's memory.
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

/// What a finding is about.
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
    /// Time to the end of the body, in milliseconds.
    pub wall_ms: f64,
    /// Allocations and reallocations.
    pub allocations: Option<u64>,
    /// Bytes allocated.
    pub allocated_bytes: Option<u64>,
    /// Bytes allocated less bytes freed while it was served.
    pub net_bytes: Option<i64>,
    /// When it ended.
    pub seconds_ago: u64,
}

impl RouteBook {
    pub(super) fn report(&mut self) -> RouteReport {
        let (finding, basis, verdict) = self.finding();
        #[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
        let mean = |sum: f64| (self.counted > 0).then(|| sum / self.counted as f64);
        #[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
        let (allocations, bytes, net) = (self.allocations as f64, self.allocated_bytes as f64, self.net_bytes as f64);
        RouteReport {
            route: self.route,
            requests: self.requests,
            incomplete: self.outcomes[1..].iter().sum(),
            p50_ms: millis(self.wall.quantile(0.5).unwrap_or_default()),
            p99_ms: millis(self.wall.quantile(0.99).unwrap_or_default()),
            allocations: mean(allocations),
            allocated_bytes: mean(bytes),
            peak_bytes: (self.counted > 0).then_some(self.peak_bytes),
            balance_bytes: mean(net),
            alive_bytes: self.followed.map(|_| self.alive_bytes),
            late_bytes: self.late_net_bytes,
            finding,
            basis,
            verdict,
            pool_hits: self.pool_hits,
            pool_misses: self.pool_misses,
        }
    }

    fn finding(&mut self) -> (Finding, Basis, String) {
        if self.counted == 0 {
            return (Finding::Unknown, Basis::Balance, "no counting allocator installed".to_owned());
        }
        let (basis, trend) = match self.followed {
            Some(_) => (Basis::Alive, &self.alive),
            None => (Basis::Balance, &self.balance),
        };
        let (finding, text) = match trend.verdict() {
            Verdict::NotEnoughData { seen, needed } => {
                (Finding::Unknown, format!("not enough data: {seen} of {needed} requests"))
            }
            Verdict::Leaking { bytes_per_request, plus_minus_bytes } => (
                Finding::Leaking,
                match basis {
                    Basis::Alive => {
                        format!("leaking about {bytes_per_request:.0} bytes per request (±\u{a0}{plus_minus_bytes:.0})")
                    }
                    Basis::Balance => format!(
                        "leaves about {bytes_per_request:.0} bytes per request (±\u{a0}{plus_minus_bytes:.0}) to others, who \
                         may free them: follow requests to know"
                    ),
                },
            ),
            Verdict::Steady { within_bytes } => (Finding::Steady, format!("steady (within {within_bytes:.0} bytes)")),
        };
        if finding != Finding::Leaking
            && let Some((bytes, id)) = self.holding()
        {
            return (Finding::Holding, basis, format!("holding {bytes} bytes of request {id}, long ended"));
        }
        (finding, basis, text)
    }
}
