//! Functions and a service with regressions that can be planted, for the gate's own tests and to try it on.
//!
//! `planted functions` prints measures, `planted serve PORT` serves; `planted` alone says so. Both read a file `flags` in
//! the current folder, one word a line: `slow`, `allocation`, `bytes`, `left-behind`, `errors`, `instructions`, `leak`.
//! With `profile`, the service has a heap profile, of every block. `planted each [NAME...]` has a function for each
//! regression, and one without, or those that are named; with the flag `all`, each has its own.

#![forbid(unsafe_code)]

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, ServiceExt};
use record_audit::{Audit, AuditLayer, Ledger, page, sample_heap, sample_stacks};
use record_gate::{CountingAllocator, Functions};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::system();

static KEPT: Mutex<Vec<Box<[u8]>>> = Mutex::new(Vec::new());
static CALLS: AtomicU64 = AtomicU64::new(0);
static REQUESTS: AtomicU64 = AtomicU64::new(0);

/// The planted regressions.
#[derive(Clone)]
struct Flags(Arc<[String]>);

impl Flags {
    fn read() -> Self {
        let text = std::fs::read_to_string("flags").unwrap_or_default();
        Self(text.split_whitespace().map(str::to_owned).collect())
    }

    fn has(&self, flag: &str) -> bool {
        self.0.iter().any(|known| known == flag)
    }
}

/// Some microseconds of arithmetic that nothing can leave out; 20 % more of it where `slow` is planted.
fn work(rounds: u64) -> u64 {
    (0..rounds).fold(0, |sum: u64, number| black_box(sum.rotate_left(5) ^ number).wrapping_mul(0x9E37_79B9))
}

/// One call of a function, or one request: some work, an allocation of 64 bytes, and what is planted.
fn step(flags: &Flags) -> u64 {
    let call = CALLS.fetch_add(1, Ordering::Relaxed);
    let rounds = if flags.has("slow") {
        2400
    } else if flags.has("instructions") {
        2040
    } else {
        2000
    };
    let size = if flags.has("bytes") { 65 } else { 64 };
    drop(black_box(vec![1_u8; size]));
    if flags.has("allocation") {
        one_more();
    }
    if flags.has("left-behind") {
        keep(100);
    }
    assert!(!(flags.has("errors") && call.is_multiple_of(100)), "planted");
    work(rounds)
}

#[inline(never)]
fn one_more() {
    drop(black_box(vec![1_u8; 1]));
}

#[inline(never)]
fn keep(bytes: usize) {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner).push(vec![0; bytes].into());
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let flags = Flags::read();
    // The list of what is kept does not grow while anything is counted.
    KEPT.lock().unwrap_or_else(PoisonError::into_inner).reserve(1 << 20);
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["functions"] => Functions::new().add("step", move || step(&flags)).main(),
        ["each", ref names @ ..] => {
            let of = |name: &str| Flags(if flags.has("all") { [name.to_owned()].into() } else { [].into() });
            let add = |functions: Functions<'static>, name: &'static str| {
                let own = of(name);
                functions.add(name, move || step(&own))
            };
            let is_chosen = |name: &&str| names.is_empty() || names.contains(name);
            EACH.into_iter().filter(is_chosen).fold(Functions::new(), add).main()
        }
        ["serve", port] => match port.parse() {
            Ok(port) => serve(port, flags),
            Err(_) => usage(),
        },
        _ => usage(),
    }
}

const EACH: [&str; 7] = ["unchanged", "slow", "instructions", "allocation", "bytes", "left-behind", "errors"];

fn usage() -> ExitCode {
    eprintln!("usage: planted functions | planted each [NAME...] | planted serve PORT");
    ExitCode::from(2)
}

const PATTERNS: [&str; 7] =
    ["/login", "/products", "/products/{id}", "/orders", "/audit", "/audit/{*rest}", "/metrics"];

#[tokio::main]
async fn serve(port: u16, flags: Flags) -> ExitCode {
    sample_stacks(512);
    if flags.has("profile") {
        sample_heap(1);
    }
    let ledger = Arc::new(Ledger::new());
    let pages = Router::new()
        .route("/audit", get(show))
        .route("/audit/{*rest}", get(show))
        .route("/metrics", get(show))
        .with_state(Arc::clone(&ledger));
    // Made once: to make it for each request would be an allocation for each flag.
    let quiet = Flags(flags.0.iter().filter(|flag| *flag != "errors").cloned().collect());
    let answer = async |State([flags, quiet]): State<[Flags; 2]>| {
        if flags.has("errors") && REQUESTS.fetch_add(1, Ordering::Relaxed).is_multiple_of(100) {
            return Err(StatusCode::INTERNAL_SERVER_ERROR);
        }
        if flags.has("leak") {
            keep(1000);
        }
        Ok(step(&quiet).to_string())
    };
    let router = Router::new()
        .route("/login", post(answer))
        .route("/products", get(answer))
        .route("/products/{id}", get(answer))
        .route("/orders", post(async || (StatusCode::CREATED, "{}")))
        .with_state([flags, quiet])
        .merge(pages);
    let audit = Audit::builder().routes(PATTERNS).track_one_in(1).build(ledger);
    let service = AuditLayer::new(audit).around_axum(router);
    let listener = match tokio::net::TcpListener::bind(("127.0.0.1", port)).await {
        Ok(listener) => listener,
        Err(error) => {
            eprintln!("planted: port {port}: {error}");
            return ExitCode::FAILURE;
        }
    };
    match axum::serve(listener, service.into_make_service()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

async fn show(State(ledger): State<Arc<Ledger>>, request: Request) -> Response {
    let path = request.uri().path();
    let rest = path.strip_prefix("/audit").unwrap_or(path);
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    match page::answer(&ledger, rest, request.uri().query(), accept) {
        Some(answer) => answer.map(Body::from),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
