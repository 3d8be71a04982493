//! Chaos: connections that read all of it, some of it, slowly or nothing; that close, reset, and pipeline; over middleware
//! that rewrites bodies. No response holds a byte of another, nothing grows, and every buffer comes back.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Path;
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{get, post};
use record_http::axum::RecycleHeaders;
use record_http::{Json, JsonArray, JsonLines, JsonRef, RawJson};
use record_runtime::{BufferPool, ZeroAllocJson};
use tokio::runtime::Builder;

use super::client::Connection;
use super::http2::Silent;
use super::{KIB, alone, answer, clients, listener, resident, rows, wait_until};

const CONNECTIONS: u64 = 64;

/// Bodies between marks: another length than the responder's.
async fn longer(response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let text = to_bytes(body, usize::MAX).await.unwrap();
    Response::from_parts(parts, Body::from([&b"<<"[..], &text, b">>"].concat()))
}

async fn shorter(response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let text = to_bytes(body, usize::MAX).await.unwrap();
    Response::from_parts(parts, Body::from(text.slice(..text.len() / 2)))
}

fn routes() -> Router {
    Router::new()
        .route("/whole/{request}/{rows}", get(async |Path((n, count))| Json(answer(n, count))))
        .route("/recycled/{request}/{rows}", get(async |Path((n, count)), _: RecycleHeaders| Json(answer(n, count))))
        .route(
            "/posted/{request}/{rows}",
            post(async |Path((n, count)), _: RecycleHeaders, text: String| {
                assert_eq!(text, "a=1");
                Json(answer(n, count))
            }),
        )
        .route(
            "/ref/{request}/{rows}",
            get(async |Path((n, count))| axum::response::IntoResponse::into_response(JsonRef(&answer(n, count)))),
        )
        .route(
            "/raw/{request}/{rows}",
            get(async |Path((n, count))| RawJson::new(record_http::to_bytes(&answer(n, count)).unwrap())),
        )
        .route("/array/{request}/{rows}", get(async |Path((n, count))| JsonArray::new(rows(n, count))))
        .route("/lines/{request}/{rows}", get(async |Path((n, count))| JsonLines::new(rows(n, count))))
}

fn router() -> Router {
    let routes = |prefix: &str| Router::new().nest(prefix, routes());
    routes("/plain")
        .merge(routes("/longer").layer(map_response(longer)))
        .merge(routes("/shorter").layer(map_response(shorter)))
}

/// The bytes that belong to a request.
fn expected(layer: &str, form: &str, request: u64, count: usize, text: &mut Vec<u8>) {
    text.clear();
    match form {
        "array" => rows(request, count).collect::<Vec<_>>().write_json(text),
        "lines" => _ = record_runtime::append_json_lines(rows(request, count), text).unwrap(),
        _ => answer(request, count).write_json(text),
    }
    match layer {
        "longer" => *text = [&b"<<"[..], text, b">>"].concat(),
        "shorter" => text.truncate(text.len() / 2),
        _ => {}
    }
}

/// Numbers from a seed: splitmix64.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % below
    }

    pub(crate) fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.next(choices.len() as u64)).expect("a small number")]
    }
}

/// The seed that a variable of the environment has, or another each time; it is printed.
pub(crate) fn seed(variable: &str) -> u64 {
    let seed = std::env::var(variable).ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        u64::try_from(now.as_nanos() & u128::from(u64::MAX)).unwrap()
    });
    println!("{variable}={seed}");
    seed
}

#[derive(Default)]
struct Counts {
    whole: AtomicU64,
    cancelled: AtomicU64,
    reset: AtomicU64,
    slow: AtomicU64,
    http2: AtomicU64,
}

/// One client, which has so many requests answered, or breaks them off.
async fn client(address: SocketAddr, first: u64, requests: u64, seed: u64, counts: Arc<Counts>) {
    let mut random = Random::new(seed);
    let mut connection = Connection::open(address).await;
    let mut text = Vec::new();
    let mut request = first;
    while request < first + requests {
        // The rest of an earlier request belongs to the connection, or is gone with it.
        let pipelined = random.of(&[1, 1, 1, 1, 1, 1, 2, 5]).min(first + requests - request);
        let mut asked = Vec::new();
        for _ in 0..pipelined {
            let layer = random.of(&["plain", "plain", "longer", "shorter"]);
            let form = random.of(&["whole", "whole", "recycled", "recycled", "posted", "ref", "raw", "array", "lines"]);
            let count = random.of(&[0, 0, 1, 1, 1, 2, 2, 3, 5, 20, 100, 400]);
            asked.push((layer, form, request, count));
            request += 1;
        }
        for (layer, form, request, count) in &asked {
            let path = format!("/{layer}/{form}/{request}/{count}");
            if *form == "posted" { connection.post(&path, "a=1").await } else { connection.send(&path).await }
        }
        let fate = random.next(100);
        let cancels = fate < 6;
        let is_slow = (6..8).contains(&fate);
        for (layer, form, request, count) in asked {
            if cancels && random.next(2) == 0 {
                if random.next(2) == 0 && !connection.has_received() {
                    connection.read_some().await;
                }
                let counted = if random.next(2) == 0 {
                    connection.reset();
                    &counts.reset
                } else {
                    &counts.cancelled
                };
                counted.fetch_add(1, Ordering::Relaxed);
                connection = Connection::open(address).await;
                break;
            }
            if is_slow {
                counts.slow.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(random.next(5))).await;
            }
            connection.read_head().await;
            let body = connection.read_body().await;
            expected(layer, form, request, count, &mut text);
            assert!(
                body == text,
                "request {request} for /{layer}/{form} of {count} rows got {} bytes instead of {}: {}",
                body.len(),
                text.len(),
                String::from_utf8_lossy(&body)
            );
            counts.whole.fetch_add(1, Ordering::Relaxed);
        }
        // And now and then a client of HTTP/2 that asks and does not read.
        if random.next(500) == 0 {
            let mut silent = Silent::open(address).await;
            for _ in 0..random.next(6) {
                let form = random.of(&["whole", "lines", "array"]);
                let count = random.of(&[1, 400, 1_000_000]);
                let stream =
                    silent.get(&format!("/plain/{form}/{request}/{}", if form == "whole" { 100 } else { count })).await;
                if random.next(2) == 0 {
                    silent.cancel(stream).await;
                }
                counts.http2.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

fn run(warm_up: u64, all: u64) {
    let _lock = alone();
    let server = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let address = server.block_on(async {
        let listener = listener();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async { axum::serve(listener, router()).await.unwrap() });
        address
    });
    let seed = seed("RECORD_CHAOS_SEED");
    let counts = Arc::new(Counts::default());
    let clients = clients();
    let round = |from: u64, to: u64| {
        clients.block_on(async {
            let mut tasks = tokio::task::JoinSet::new();
            let each = (to - from) / CONNECTIONS;
            for connection in 0..CONNECTIONS {
                let first = from + connection * each;
                let seed = seed ^ (first << 8) ^ connection;
                tasks.spawn(client(address, first, each, seed, Arc::clone(&counts)));
            }
            tasks.join_all().await;
        });
        wait_until("a body is left", || BufferPool::global().stats().out == 0);
        resident()
    };
    let start = Instant::now();
    let before = round(0, warm_up);
    let after = round(warm_up, all);
    let stats = BufferPool::global().stats();
    println!(
        "{all} requests in {:?}: {} whole, {} cancelled, {} reset, {} slow, {} of HTTP/2 unread; {:?} KiB resident after \
         {warm_up}, {:?} KiB at the end; {stats:?}",
        start.elapsed(),
        counts.whole.load(Ordering::Relaxed),
        counts.cancelled.load(Ordering::Relaxed),
        counts.reset.load(Ordering::Relaxed),
        counts.slow.load(Ordering::Relaxed),
        counts.http2.load(Ordering::Relaxed),
        before.map(|bytes| bytes / KIB),
        after.map(|bytes| bytes / KIB),
    );
    if let (Some(before), Some(after)) = (before, after) {
        assert!(after <= before + 4 * KIB * KIB, "{} KiB more", (after - before) / KIB);
    }
    assert_eq!(stats.out, 0);
    assert!(stats.retained_bytes <= 8 << 20, "{stats:?}");
    let each = [&counts.whole, &counts.cancelled, &counts.reset, &counts.slow, &counts.http2];
    assert!(each.iter().all(|count| count.load(Ordering::Relaxed) > 0), "all of it happened");
}

#[test]
fn chaos() {
    run(6_400, 19_200);
}

#[test]
#[ignore = "ten minutes: cargo test --release -p record-http --test load chaos -- --ignored --nocapture"]
fn chaos_1_000_000() {
    run(64_000, 1_000_000);
}
