//! A service with a route for each cause of a slow request, for the gate's tests. A request with the query `slow` has it;
//! all others of the route, with the query `fast`, are as they should be. It prints where it listens. `causes FOLDER` keeps
//! samples of all requests there; their file is written when `/flush` is asked for.

#![forbid(unsafe_code)]

use std::convert::Infallible;
use std::hint::black_box;
use std::io::Write;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, RawQuery, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::serve::IncomingStream;
use axum::{Router, ServiceExt};
use bytes::Bytes;
use http_body::Frame;
use record_audit::{Audit, AuditLayer, Ledger, SampleStore, TcpSocket, note_pool, page};
use record_gate::CountingAllocator;
use record_runtime::{BufferPool, PoolLimits};
use tokio::net::TcpListener;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::system();

const PATTERNS: [&str; 15] = [
    "/warm-up",
    "/reallocation",
    "/pool-miss",
    "/escapes",
    "/allocations",
    "/hold",
    "/wait",
    "/page-faults",
    "/retransmits",
    "/larger-body",
    "/first",
    "/other",
    "/eleventh",
    "/flush",
    "/audit/{*rest}",
];

/// Longer than any request takes by chance.
const LONG: Duration = Duration::from_millis(250);
/// Longer than a usual one of its route, and not as long.
const LESS_LONG: Duration = Duration::from_millis(120);
/// Larger than what a socket buffers.
const LARGE_BYTES: usize = 32 << 20;
static PART: [u8; PART_BYTES] = [b' '; PART_BYTES];
const PART_BYTES: usize = 64 << 10;

static PLAIN: LazyLock<String> =
    LazyLock::new(|| record_runtime::to_string("a line of text that is usual").repeat(400));
static ESCAPES: LazyLock<String> = LazyLock::new(|| record_runtime::to_string(&"\"a\"\n\u{1}".repeat(700)));

/// Makes a request the slowest of its route, and is no cause that figures show.
fn burn(is_slow: bool) {
    burn_for(if is_slow { LONG } else { Duration::ZERO });
}

fn burn_for(time: Duration) {
    let started = Instant::now();
    while started.elapsed() < time {
        black_box(0_u64);
    }
}

/// A body that is made as fast as the client takes it.
struct Parts(usize);

impl http_body::Body for Parts {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.checked_sub(PART_BYTES).map(|left| {
            self.0 = left;
            Ok(Frame::data(Bytes::from_static(&PART)))
        }))
    }
}

#[derive(Clone)]
struct Socket(Option<TcpSocket>);

impl Connected<IncomingStream<'_, TcpListener>> for Socket {
    fn connect_info(stream: IncomingStream<'_, TcpListener>) -> Self {
        Self(TcpSocket::of(stream.io()).ok())
    }
}

fn is_slow(query: &RawQuery) -> bool {
    query.0.as_deref() == Some("slow")
}

async fn reallocation(query: RawQuery) -> &'static str {
    let mut buffer = Vec::with_capacity(if is_slow(&query) { 100 } else { 20_000 });
    buffer.extend_from_slice(black_box(&PART[..100]));
    buffer.extend_from_slice(black_box(&PART[..19_900]));
    drop(black_box(buffer));
    burn(is_slow(&query));
    "done"
}

async fn pool_miss(query: RawQuery) -> &'static str {
    if is_slow(&query) {
        // A pool that has nothing yet.
        drop(BufferPool::new(PoolLimits::default()).checkout(100));
    } else {
        drop(BufferPool::global().checkout(100));
    }
    burn(is_slow(&query));
    "done"
}

async fn escapes(query: RawQuery) -> &'static str {
    burn(is_slow(&query));
    if is_slow(&query) { &ESCAPES } else { &PLAIN }
}

fn allocate(is_slow: bool) {
    for _ in 0..if is_slow { 10 } else { 1 } {
        drop(black_box(vec![1_u8; 1000]));
    }
}

async fn allocations(query: RawQuery) -> &'static str {
    allocate(is_slow(&query));
    burn(is_slow(&query));
    "done"
}

/// Its slow request is faster than those of all others.
async fn eleventh(query: RawQuery) -> &'static str {
    allocate(is_slow(&query));
    burn_for(if is_slow(&query) { LESS_LONG } else { Duration::ZERO });
    "done"
}

/// Holds the lock for long, for another request to wait for it.
async fn hold(State(lock): State<Arc<tokio::sync::Mutex<()>>>) -> &'static str {
    let held = lock.lock_owned().await;
    tokio::spawn(async move {
        tokio::time::sleep(LONG).await;
        drop(held);
    });
    "held"
}

async fn wait(State(lock): State<Arc<tokio::sync::Mutex<()>>>, _: RawQuery) -> &'static str {
    drop(lock.lock().await);
    "done"
}

/// Memory that nobody touched, and the same touched. So large a block is mapped anew each time.
async fn page_faults(query: RawQuery) -> &'static str {
    let mut memory = vec![0_u8; 40 << 20];
    if is_slow(&query) {
        memory.iter_mut().step_by(4096).for_each(|byte| *byte = 1);
    }
    drop(black_box(memory));
    burn(is_slow(&query));
    "done"
}

async fn retransmits(query: RawQuery) -> Body {
    Body::new(Parts(if is_slow(&query) { LARGE_BYTES } else { PART_BYTES }))
}

async fn larger_body(query: RawQuery) -> Body {
    burn(is_slow(&query));
    Body::new(Parts(PART_BYTES * if is_slow(&query) { 5 } else { 1 }))
}

async fn first() -> &'static str {
    static WAS_THERE: AtomicBool = AtomicBool::new(false);
    burn(!WAS_THERE.swap(true, Ordering::Relaxed));
    "done"
}

/// A slow CPU.
async fn other(query: RawQuery) -> &'static str {
    burn(is_slow(&query));
    "done"
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let folder = std::env::args_os().nth(1).map_or_else(|| "samples".into(), PathBuf::from);
    // All in one window, and of each route one that is slow.
    let samples = SampleStore::builder(folder).window(Duration::from_hours(1)).per_route(1).open()?;
    let samples = Arc::new(samples);
    BufferPool::observe_checkouts(note_pool);
    LazyLock::force(&PLAIN);
    LazyLock::force(&ESCAPES);
    let ledger = Arc::new(Ledger::new());
    let lock: Arc<tokio::sync::Mutex<()>> = Arc::default();
    let router = Router::new()
        .route("/warm-up", get(async || "done"))
        .route("/reallocation", get(reallocation))
        .route("/pool-miss", get(pool_miss))
        .route("/escapes", get(escapes))
        .route("/allocations", get(allocations))
        .route("/hold", get(hold).with_state(Arc::clone(&lock)))
        .route("/wait", get(wait).with_state(lock))
        .route("/page-faults", get(page_faults))
        .route("/retransmits", get(retransmits))
        .route("/larger-body", get(larger_body))
        .route("/first", get(first))
        .route("/other", get(other))
        .route("/eleventh", get(eleventh))
        .route("/flush", get(flush).with_state(Arc::clone(&samples)))
        .route("/audit/{*rest}", get(show).with_state(Arc::clone(&ledger)));
    let audit = Audit::builder()
        .routes(PATTERNS)
        .note_sizes()
        .note_escapes()
        .note_page_faults()
        .note_tcp(|extensions| extensions.get::<ConnectInfo<Socket>>()?.0.0.as_ref())
        .build((ledger, samples));
    let service = AuditLayer::new(audit).around_axum(router);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    std::io::stdout().flush()?;
    axum::serve(listener, service.into_make_service_with_connect_info::<Socket>()).await
}

async fn flush(State(samples): State<Arc<SampleStore>>) -> StatusCode {
    if samples.flush().is_ok() { StatusCode::OK } else { StatusCode::INTERNAL_SERVER_ERROR }
}

async fn show(State(ledger): State<Arc<Ledger>>, request: Request) -> Response {
    let rest = request.uri().path().strip_prefix("/audit").unwrap_or_default();
    match page::answer(&ledger, rest, request.uri().query(), None) {
        Some(answer) => answer.map(Body::from),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
