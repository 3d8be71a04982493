//! The limits of a request, and of work in a test.

#[cfg(feature = "budgets")]
mod file;
#[cfg(feature = "budgets")]
mod run;

use std::fmt;

#[cfg(feature = "budgets")]
pub use self::file::{Budgets, BudgetsError};

use crate::{Counters, RequestRecord};

/// Limits for one request. Without any, nothing is over it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Budget {
    /// Allocations and reallocations.
    pub allocations: Option<u64>,
    /// Bytes allocated.
    pub bytes: Option<u64>,
    /// Bytes left behind: those of a followed request that are alive, an estimate where its blocks are sampled; else the
    /// balance of its counters.
    pub left_behind: Option<u64>,
}

/// A limit that was passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Excess {
    /// The limited quantity: `allocations`, `bytes` or `left_behind`.
    pub of: &'static str,
    /// The limit.
    pub limit: u64,
    /// The used quantity.
    pub used: u64,
}

impl fmt::Display for Excess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} used, {} allowed", self.of, self.used, self.limit)
    }
}

impl Budget {
    /// No limits.
    #[must_use]
    pub const fn new() -> Self {
        Self { allocations: None, bytes: None, left_behind: None }
    }

    /// With at most so many allocations and reallocations.
    #[must_use]
    pub const fn allocations(mut self, most: u64) -> Self {
        self.allocations = Some(most);
        self
    }

    /// With at most so many bytes allocated.
    #[must_use]
    pub const fn bytes(mut self, most: u64) -> Self {
        self.bytes = Some(most);
        self
    }

    /// With at most so many bytes left behind.
    #[must_use]
    pub const fn left_behind(mut self, most: u64) -> Self {
        self.left_behind = Some(most);
        self
    }

    /// The first limit on using memory that `counters` pass; what is left behind is not known before the end.
    #[must_use]
    pub fn excess_in_use(&self, counters: &Counters) -> Option<Excess> {
        let over =
            |of, limit: Option<u64>, used| limit.filter(|limit| used > *limit).map(|limit| Excess { of, limit, used });
        over("allocations", self.allocations, counters.requests())
            .or_else(|| over("bytes", self.bytes, counters.allocated_bytes))
    }

    /// The first limit that a request passed; `None` also where there are no numbers.
    #[must_use]
    pub fn excess(&self, record: &RequestRecord<'_>) -> Option<Excess> {
        let total = record.total()?;
        self.excess_in_use(&total).or_else(|| {
            let limit = self.left_behind?;
            let used = match record.followed() {
                Some(followed) => followed.alive_bytes,
                None => u64::try_from(total.net_bytes()).unwrap_or(0),
            };
            (used > limit).then_some(Excess { of: "left_behind", limit, used })
        })
    }

    /// For tests: panics where a request is over the budget, and where there are no numbers to tell.
    ///
    /// # Panics
    /// See above; that is its purpose.
    pub fn assert(&self, record: &RequestRecord<'_>) {
        assert!(record.handler().is_some(), "budgets need `CountingAllocator` as the global allocator");
        if let Some(excess) = self.excess(record) {
            panic!("request {} of {} is over its budget of {excess}", record.id(), record.route());
        }
    }
}
