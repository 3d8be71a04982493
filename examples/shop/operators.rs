//! Pages for those who run the service, on a port of their own: the audit, and metrics.

use std::sync::Arc;

use axum::Router;
use record_audit::{Audit, AuditLayer, AuditPages, AxumService, Ledger, PoolReport, note_pool};
use record_runtime::BufferPool;

use crate::error::Error;
use crate::routes;

/// One request in so many, at random, has its blocks followed until they are freed: that finds leaks.
const FOLLOW_ONE_IN: u32 = 16;

/// The service with its audit, and the book that the audit keeps.
pub(crate) fn audited(router: Router) -> (AxumService<Router, Arc<Ledger>>, Arc<Ledger>) {
    BufferPool::observe_checkouts(note_pool);
    let ledger = Arc::new(Ledger::new().with_pool(pool));
    let audit =
        Audit::builder().routes(routes::patterns()).track_one_in(FOLLOW_ONE_IN).note_sizes().build(Arc::clone(&ledger));
    (AuditLayer::new(audit).around_axum(router), ledger)
}

/// The pages: `/audit` for a browser, `/metrics` for Prometheus.
pub(crate) fn router(ledger: Arc<Ledger>) -> Router {
    let pages = AuditPages::new(ledger);
    Router::new()
        .nest_service("/audit", pages.clone())
        .route_service("/metrics", pages)
        .fallback(async || Error::NotFound("route"))
}

fn pool() -> PoolReport {
    let stats = BufferPool::global().stats();
    PoolReport {
        hits: stats.hits,
        misses: stats.misses,
        dropped: stats.dropped_oversize + stats.dropped_unused + stats.dropped_full,
        retained_bytes: stats.retained_bytes,
        out: stats.out,
    }
}
