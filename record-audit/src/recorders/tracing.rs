//! Events of requests that use too much.

use crate::{Budget, Recorder, RequestRecord};

/// Emits an event of the crate `tracing` at level `WARN`, target `record_audit`, for each request that is over a budget.
/// The event has the request's id, so that it can be found in other logs.
#[derive(Debug, Clone, Copy)]
pub struct TracingRecorder {
    budget: Budget,
}

impl TracingRecorder {
    /// A recorder for requests over `budget`.
    #[must_use]
    pub fn new(budget: Budget) -> Self {
        Self { budget }
    }
}

impl Recorder for TracingRecorder {
    fn ended(&self, record: &RequestRecord<'_>) {
        let Some(excess) = self.budget.excess(record) else { return };
        let Some(total) = record.total() else { return };
        tracing::warn!(
            target: "record_audit",
            request_id = %record.id(),
            route = record.route(),
            method = record.method(),
            status = record.status(),
            outcome = record.outcome().as_str(),
            over = excess.of,
            limit = excess.limit,
            used = excess.used,
            allocations = total.requests(),
            bytes = total.allocated_bytes,
            balance = total.net_bytes(),
            "request over its budget"
        );
    }
}
