//! The audit of the service: what its requests allocate, shown at `/audit`, `/metrics` and `/debug/pprof`.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use record_audit::{
    Audit, AuditLayer, AuditPages, AxumService, CountingAllocator, Ledger, PoolReport, SampleStore, note_pool,
    sample_heap, sample_stacks,
};
use record_runtime::BufferPool;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::system();

/// One request in so many, at random, has its blocks followed until they are freed.
const FOLLOW_ONE_IN: u32 = 4;
/// Of those, call stacks are kept at one point in so many bytes on average.
const STACK_INTERVAL_BYTES: u32 = 4096;
/// The heap of the whole process is sampled at one point in so many bytes on average, as Go does it.
const HEAP_INTERVAL_BYTES: u64 = 512 << 10;

/// The patterns of all routes, for the layer outside of the router, which costs no allocation there.
const PATTERNS: [&str; 13] = [
    "/products",
    "/products/{id}",
    "/export",
    "/stats",
    "/unwritable",
    "/serde/products",
    "/serde/products/{id}",
    "/serde/export",
    "/demo-leak",
    "/audit",
    "/audit/{*rest}",
    "/metrics",
    "/debug/pprof/{profile}",
];

/// How often samples of requests are written.
const WINDOW: Duration = Duration::from_secs(10);

/// The ledger for the pages, and samples where somebody wants them.
type Recorders = (Arc<Ledger>, Option<Arc<SampleStore>>);

/// The slowest and heaviest requests, as files in `folder`.
pub(crate) fn sample_store(folder: PathBuf) -> Result<Arc<SampleStore>, String> {
    let shown = folder.display().to_string();
    let store = SampleStore::builder(folder).window(WINDOW).max_files(100).open();
    store.map(Arc::new).map_err(|error| format!("samples cannot be kept in {shown}: {error}"))
}

/// `router` with the audit's pages, audited; with a route that leaks, if there is to be one.
pub(crate) fn audited(
    router: Router,
    demo_leak: bool,
    samples: Option<Arc<SampleStore>>,
) -> AxumService<Router, Recorders> {
    sample_stacks(STACK_INTERVAL_BYTES);
    sample_heap(HEAP_INTERVAL_BYTES);
    BufferPool::observe_checkouts(note_pool);
    let ledger = Arc::new(Ledger::new().with_pool(pool));
    let router = if demo_leak { router.merge(leaking_router()) } else { router };
    let pages = AuditPages::new(Arc::clone(&ledger));
    let pages = Router::new()
        .nest_service("/audit", pages.clone())
        .route_service("/metrics", pages.clone())
        .route_service("/debug/pprof/{profile}", pages);
    let audit = Audit::builder().routes(PATTERNS).track_one_in(FOLLOW_ONE_IN).note_sizes().build((ledger, samples));
    AuditLayer::new(audit).around_axum(router.merge(pages))
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

/// `/demo-leak` keeps a kilobyte of each request for ever, to see the audit notice.
fn leaking_router() -> Router {
    let kept: Arc<Mutex<Vec<Box<[u8]>>>> = Arc::default();
    Router::new().route(
        "/demo-leak",
        get(async move || {
            let mut kept = kept.lock().expect("nothing panics while it is locked");
            kept.push(vec![0; 1000].into());
            format!("{} kilobytes are kept for ever\n", kept.len())
        }),
    )
}
