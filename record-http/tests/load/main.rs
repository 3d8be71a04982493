//! Under load: memory stays bounded, no response holds a byte of another, nothing is lost when clients go away.
//!
//! A process of its own, which measures its memory: the resident set that Linux reports, of server and clients together.
//! Each test has a short form for every run, and a long one:
//! `cargo test --release -p record-http --test load -- --ignored --nocapture`.

mod chaos;
mod client;
mod http2;
mod jam;
#[path = "../program.rs"]
mod program;
mod soak;

use std::net::{Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use record_http::axum::RecycleHeaders;
use record_http::{CHUNK_BYTES, Json, JsonArray, JsonLines, block_stats};
use record_runtime::{BufferPool, ZeroAllocJson};
use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::{Builder, Runtime};

use self::client::Connection;

const KIB: u64 = 1024;

/// A generous bound on the memory of hyper, tokio and the client per connection: hyper's read buffer alone starts with
/// 8 KiB.
const CONNECTION_BYTES: u64 = 40 * KIB;

/// Smaller than a body, so that a client that does not read stops the server.
const SOCKET_BUFFER_BYTES: u32 = 16 * 1024;

fn alone() -> MutexGuard<'static, ()> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A response that carries the number of its request all over.
#[derive(Debug, PartialEq, ZeroAllocJson)]
struct Answer {
    request: u64,
    rows: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq, ZeroAllocJson)]
struct Row {
    request: u64,
    number: usize,
    text: &'static str,
}

/// Some 75 bytes each.
fn rows(request: u64, count: usize) -> impl Iterator<Item = Row> + Send + 'static {
    (0..count).map(move |number| Row { request, number, text: "a \"row\" of text, long enough" })
}

fn answer(request: u64, count: usize) -> Answer {
    Answer { request, rows: rows(request, count).collect() }
}

/// Rows of about a mebibyte.
const MEBIBYTE_ROWS: usize = 14_000;

fn router() -> Router {
    Router::new()
        .route("/whole/{request}/{rows}", get(async |Path((n, rows))| Json(answer(n, rows))))
        .route("/recycled/{request}/{rows}", get(async |Path((n, rows)), _: RecycleHeaders| Json(answer(n, rows))))
        .route("/array/{request}/{rows}", get(async |Path((n, count))| JsonArray::new(rows(n, count))))
        .route("/lines/{request}/{rows}", get(async |Path((n, count))| JsonLines::new(rows(n, count))))
        .route("/blocks-in-use", get(async || Json(block_stats().in_use)))
}

/// A server in threads of its own, until the runtime is dropped.
fn serve(threads: usize, router: Router) -> (Runtime, SocketAddr) {
    let runtime = Builder::new_multi_thread().worker_threads(threads).enable_all().build().unwrap();
    let address = runtime.block_on(async {
        let listener = listener();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
        address
    });
    (runtime, address)
}

/// A listener whose connections have small buffers. Needs a runtime around it.
fn listener() -> TcpListener {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_send_buffer_size(SOCKET_BUFFER_BYTES).unwrap();
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
    socket.listen(1024).unwrap()
}

/// A server of actix-web, in a thread that ends with the process.
fn serve_actix() -> SocketAddr {
    use actix_web::web;
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async {
            let listener = listener().into_std().unwrap();
            send.send(listener.local_addr().unwrap()).unwrap();
            let array = async |path: web::Path<(u64, usize)>| JsonArray::new(rows(path.0, path.1));
            let app = move || actix_web::App::new().route("/array/{request}/{rows}", web::get().to(array));
            let server = actix_web::HttpServer::new(app).workers(1).listen(listener).unwrap();
            server.run().await.unwrap();
        });
    });
    receive.recv().unwrap()
}

fn clients() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// The memory of this process that is resident, in bytes; `None` where the system does not say.
fn resident() -> Option<u64> {
    resident_of("self")
}

fn resident_of(process: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * KIB)
}

fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(30), "{what}: {:?}", BufferPool::global().stats());
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Clients that take the head of a streamed mebibyte and then stop reading.
fn slow_readers(address: SocketAddr, readers: u64, chunks_each: RangeInclusive<u64>) {
    let clients = clients();
    let expected = |request| record_runtime::to_vec(&rows(request, MEBIBYTE_ROWS).collect::<Vec<_>>());
    // Code, thread-locals and allocator arenas have their size.
    clients.block_on(async {
        let mut connection = Connection::open(address).await;
        assert_eq!(connection.get(&format!("/array/0/{MEBIBYTE_ROWS}")).await, expected(0));
    });
    wait_until("a chunk is left", || BufferPool::global().stats().out == 0);
    let before = resident();

    let mut connections = clients.block_on(async {
        let mut connections = Vec::new();
        for request in 0..readers {
            let mut connection = Connection::open(address).await;
            connection.send(&format!("/array/{request}/{MEBIBYTE_ROWS}")).await;
            connection.read_head().await;
            connections.push(connection);
        }
        connections
    });
    // All are stopped in the middle: had the server gone on, there would be no chunks.
    let bounds = readers * chunks_each.start()..=readers * chunks_each.end();
    wait_until("chunks in flight for each", || BufferPool::global().stats().out >= *bounds.start());
    std::thread::sleep(Duration::from_millis(500));
    let out = BufferPool::global().stats().out;
    assert!(bounds.contains(&out), "{chunks_each:?} chunks each, and no more: {out}");
    if let (Some(before), Some(now)) = (before, resident()) {
        let grown = now.saturating_sub(before);
        let chunks = 2 * readers * (CHUNK_BYTES as u64 + 4 * KIB);
        println!("{readers} slow readers: {} KiB more, chunks are {} KiB of it", grown / KIB, chunks / KIB);
        assert!(grown <= chunks + readers * CONNECTION_BYTES, "{} KiB for {readers} readers", grown / KIB);
    }
    // They come back, and each gets its own.
    clients.block_on(async {
        for (request, connection) in connections.iter_mut().enumerate() {
            assert_eq!(connection.read_body().await, expected(request as u64), "of request {request}");
        }
    });
    wait_until("a chunk is left", || BufferPool::global().stats().out == 0);
}

#[test]
fn slow_readers_hold_two_chunks_each() {
    let _lock = alone();
    let (_server, address) = serve(2, router());
    slow_readers(address, 40, 1..=2);
}

/// actix-web copies chunks into a buffer of some 32 KiB per connection, which is all that it fills.
#[test]
fn slow_readers_of_actix_web() {
    let _lock = alone();
    slow_readers(serve_actix(), 40, 0..=1);
}

#[test]
#[ignore = "minutes: cargo test --release -p record-http --test load -- --ignored --nocapture"]
fn slow_readers_hold_two_chunks_each_200() {
    let _lock = alone();
    let (_server, address) = serve(2, router());
    slow_readers(address, 200, 1..=2);
}

/// The share of a request, in turn.
fn of_turn(request: u64, things: u64) -> usize {
    usize::try_from(request % things).expect("a small number")
}

/// Keep-alive connections that ask for bodies of all sizes, and check every byte.
fn many_requests(first: u64, all: u64) {
    const CONNECTIONS: u64 = 64;
    let _lock = alone();
    let (_server, address) = serve(2, router());
    let clients = clients();
    let round = |from: u64, to: u64| {
        clients.block_on(async {
            let mut tasks = tokio::task::JoinSet::new();
            for connection in 0..CONNECTIONS {
                tasks.spawn(async move {
                    let mut client = Connection::open(address).await;
                    let mut expected = Vec::new();
                    for request in (from..to).filter(|request| request % CONNECTIONS == connection) {
                        // Mostly small, some beyond what is copied, a few of them streamed.
                        let count = [0, 1, 3, 20, 2, 1, 100, 5, 1, 0, 400, 2][of_turn(request, 12)];
                        let form = ["whole", "recycled", "array", "recycled"][of_turn(request / 12, 4)];
                        expected.clear();
                        match form {
                            "array" => rows(request, count).collect::<Vec<_>>().write_json(&mut expected),
                            _ => answer(request, count).write_json(&mut expected),
                        }
                        let body = client.get(&format!("/{form}/{request}/{count}")).await;
                        assert!(body == expected, "request {request} got {}", String::from_utf8_lossy(&body));
                    }
                });
            }
            tasks.join_all().await;
        });
    };
    round(0, first);
    let before = resident();
    println!("after {first} requests: {:?} KiB", before.map(|bytes| bytes / KIB));
    round(first, all);
    let after = resident();
    println!("after {all} requests: {:?} KiB", after.map(|bytes| bytes / KIB));
    if let (Some(before), Some(after)) = (before, after) {
        // The new round's connections are opened before the old ones' memory is returned by the allocator.
        assert!(after <= before + 2 * KIB * KIB, "{} KiB more", (after - before) / KIB);
    }
    wait_until("a body is left", || BufferPool::global().stats().out == 0);
}

#[test]
fn many_requests_do_not_grow_the_process() {
    many_requests(2_000, 12_000);
}

#[test]
#[ignore = "minutes: cargo test --release -p record-http --test load -- --ignored --nocapture"]
fn many_requests_do_not_grow_the_process_1_000_000() {
    many_requests(10_000, 1_000_000);
}

/// Clients that close in the middle of a body.
fn cancelled(times: u64) {
    let _lock = alone();
    // One thread, whose blocks can be asked for.
    let (_server, address) = serve(1, router());
    clients().block_on(async {
        for request in 0..times {
            let mut connection = Connection::open(address).await;
            // Small bodies from a block, large ones in one buffer, and streams that would go on for long.
            let (form, count) =
                [("whole", 50), ("whole", 1_500), ("lines", 10_000_000), ("array", 10_000_000)][of_turn(request, 4)];
            connection.send(&format!("/{form}/{request}/{count}")).await;
            if request % 3 > 0 {
                connection.read_some().await;
            }
            drop(connection);
        }
    });
    wait_until("buffers come back", || BufferPool::global().stats().out == 0);
    let in_use = clients().block_on(async { Connection::open(address).await.get("/blocks-in-use").await });
    assert_eq!(in_use, b"0");
    let stats = BufferPool::global().stats();
    assert!(stats.hits + stats.misses >= times / 2 && stats.hits > stats.misses, "{stats:?}");
    println!("{times} cancelled requests: {stats:?}");
}

#[test]
fn cancelled_requests_return_their_buffers() {
    cancelled(600);
}

#[test]
#[ignore = "minutes: cargo test --release -p record-http --test load -- --ignored --nocapture"]
fn cancelled_requests_return_their_buffers_10_000() {
    cancelled(10_000);
}
