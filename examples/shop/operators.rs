//! Pages for those who run the service, on a port of their own: the audit, and metrics.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use record_audit::{Audit, AuditLayer, AxumService, Ledger, PoolReport, note_pool, page};
use record_runtime::BufferPool;

use crate::error::Error;
use crate::routes::PATTERNS;

/// One request in so many, at random, has its blocks followed until they are freed: that finds leaks.
const FOLLOW_ONE_IN: u32 = 16;

/// The service with its audit, and the book that the audit keeps.
pub(crate) fn audited(router: Router) -> (AxumService<Router, Arc<Ledger>>, Arc<Ledger>) {
    BufferPool::observe_checkouts(note_pool);
    let ledger = Arc::new(Ledger::new().with_pool(pool));
    let audit = Audit::builder().routes(PATTERNS).track_one_in(FOLLOW_ONE_IN).note_sizes().build(Arc::clone(&ledger));
    (AuditLayer::new(audit).around_axum(router), ledger)
}

/// The pages: `/audit` for a browser, `/metrics` for Prometheus.
pub(crate) fn router(ledger: Arc<Ledger>) -> Router {
    Router::new()
        .route("/audit", get(show))
        .route("/audit/{*rest}", get(show))
        .route("/metrics", get(show))
        .fallback(async || Error::NotFound("route"))
        .with_state(ledger)
}

async fn show(State(ledger): State<Arc<Ledger>>, request: Request) -> Response {
    let path = request.uri().path();
    let rest = path.strip_prefix("/audit").unwrap_or(path);
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    match page::answer(&ledger, rest, request.uri().query(), accept) {
        Some(answer) => answer.map(Body::from),
        None => Error::NotFound("page").into_response(),
    }
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
