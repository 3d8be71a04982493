//! Allocations per request of whole servers, on the thread that serves, over loopback and one keep-alive connection.
//!
//! A process of its own, for its allocator. Servers run one at a time; each has one thread, whose allocations and
//! reallocations alone are counted. The client is a plain socket on another.

mod counting;
mod servers;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::pin::{Pin, pin};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use record_http::{Element, Event, JsonEvents, JsonLines, StreamBody};

use self::counting::{CountingAllocator, Counts};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// Counts are those of one thread: one server at a time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// The owner of a body that is a pooled buffer: one of more than 16 KiB, and with `zeroize` every body.
const OWNER: i64 = cfg!(feature = "zeroize") as i64;

fn alone() -> MutexGuard<'static, ()> {
    // A test that failed is no reason for others to.
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Requests before counting starts: pools, header maps and socket buffers get their sizes.
const WARM_UP: u64 = 300;

/// Requests that are counted.
const REQUESTS: u64 = 1000;

/// Allocations of timers, and of a clock that is read each second, whatever is requested.
const STRAY: u64 = 60;

/// The responses of a server's routes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Size {
    Bytes88,
    Kilobytes2,
    Kilobytes64,
}

impl Size {
    fn bytes(self) -> usize {
        match self {
            Self::Bytes88 => 88,
            Self::Kilobytes2 => 1_800,
            Self::Kilobytes64 => 65_536,
        }
    }
}

/// Sends requests over one connection and returns what the server's thread counted for each, rounded.
fn counted(address: SocketAddr, path: &str, body_bytes: usize) -> Counts {
    counted_with(address, path, "", "200 OK", body_bytes)
}

/// The same with more header fields, for answers of any status.
fn counted_with(address: SocketAddr, path: &str, fields: &str, status: &str, body_bytes: usize) -> Counts {
    let mut connection = TcpStream::connect(address).unwrap();
    connection.set_nodelay(true).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: */*\r\n{fields}\r\n");
    let mut response = Vec::new();
    for _ in 0..WARM_UP {
        exchange(&mut connection, &request, status, body_bytes, &mut response);
    }
    let before = counting::so_far();
    for _ in 0..REQUESTS {
        exchange(&mut connection, &request, status, body_bytes, &mut response);
    }
    let counts = counting::so_far().since(before);
    let per_request = |count: u64| {
        let rounded = (count + REQUESTS / 2) / REQUESTS;
        assert!(
            count.abs_diff(rounded * REQUESTS) <= STRAY,
            "{path}: {count} in {REQUESTS} requests is no steady state"
        );
        rounded
    };
    Counts { allocations: per_request(counts.allocations), reallocations: per_request(counts.reallocations) }
}

fn exchange(connection: &mut TcpStream, request: &str, status: &str, body_bytes: usize, response: &mut Vec<u8>) {
    connection.write_all(request.as_bytes()).unwrap();
    response.clear();
    let mut chunk = [0; 16 * 1024];
    let head = loop {
        let read = connection.read(&mut chunk).unwrap();
        assert_ne!(read, 0, "the server closed the connection: {}", String::from_utf8_lossy(response));
        response.extend_from_slice(&chunk[..read]);
        if let Some(end) = response.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
    };
    assert!(
        response.starts_with(format!("HTTP/1.1 {status}\r\n").as_bytes()),
        "{}",
        String::from_utf8_lossy(&response[..head])
    );
    while response.len() < head + body_bytes {
        let read = connection.read(&mut chunk).unwrap();
        assert_ne!(read, 0);
        response.extend_from_slice(&chunk[..read]);
    }
    assert_eq!(response.len(), head + body_bytes);
    if body_bytes > 0 {
        assert!(response[head..].starts_with(b"{\"text\":\"") && response.ends_with(b"\"}"));
    }
}

/// The routes of ours, and of the framework's own `Json`.
const PATHS: [(&str, Size); 6] = [
    ("/json/88", Size::Bytes88),
    ("/json/2k", Size::Kilobytes2),
    ("/json/64k", Size::Kilobytes64),
    ("/serde/88", Size::Bytes88),
    ("/serde/2k", Size::Kilobytes2),
    ("/serde/64k", Size::Kilobytes64),
];

/// A server's counts for each of its routes: above those of the empty handler, and of that.
fn report(name: &str, address: SocketAddr, paths: &[(&str, Size)]) -> (u64, Vec<Counts>) {
    let empty = counted(address, "/empty", 0);
    println!("{name}: empty handler {empty:?}");
    let counts = paths.iter().map(|&(path, size)| {
        let counts = counted(address, path, size.bytes());
        println!("{name}: {path} {size:?} {counts:?}");
        counts
    });
    (empty.allocations, counts.collect())
}

/// The asserted numbers: (allocations above the empty handler, reallocations).
fn above(empty: u64, counts: &[Counts]) -> Vec<(i64, u64)> {
    counts.iter().map(|c| (c.allocations.cast_signed() - empty.cast_signed(), c.reallocations)).collect()
}

#[test]
fn axum() {
    let _lock = alone();
    let server = servers::axum();
    let paths = [
        ("/json/88", Size::Bytes88),
        ("/json/2k", Size::Kilobytes2),
        ("/json/64k", Size::Kilobytes64),
        ("/recycled/88", Size::Bytes88),
        ("/recycled/2k", Size::Kilobytes2),
        ("/recycled/64k", Size::Kilobytes64),
        ("/serde/88", Size::Bytes88),
        ("/serde/2k", Size::Kilobytes2),
        ("/serde/64k", Size::Kilobytes64),
    ];
    let (empty, counts) = report("axum", server, &paths);
    let above = above(empty, &counts);
    // The box of the body, the digits of its length, and one of the header map's two allocations. axum makes a map for
    // an empty response too, but a smaller one. With the request's map both of that fall away.
    assert_eq!(above[..2], [(3 + OWNER, 0), (3 + OWNER, 0)]);
    assert_eq!(above[2], (4, 0));
    assert_eq!(above[3..6], [(1 + OWNER, 0), (1 + OWNER, 0), (2, 0)]);
    // Should the others get better, the documentation is to say so.
    assert!(above[6].0 > above[0].0 && above[7].0 > above[1].0, "{above:?}");
    assert!(above[8].1 > 0, "axum's own body grows: {above:?}");
}

#[test]
fn actix() {
    let _lock = alone();
    let server = servers::actix();
    let paths = [
        ("/json/88", Size::Bytes88),
        ("/json/2k", Size::Kilobytes2),
        ("/json/64k", Size::Kilobytes64),
        ("/serde/88", Size::Bytes88),
        ("/serde/2k", Size::Kilobytes2),
    ];
    let (empty, counts) = report("actix", server, &paths);
    let above = above(empty, &counts);
    assert_eq!(above[..3], [(OWNER, 0), (OWNER, 0), (1, 0)]);
    assert!(above[3].0 > 0 && above[4].0 > 0, "{above:?}");
}

#[test]
fn poem() {
    let _lock = alone();
    let server = servers::poem();
    let paths = [
        ("/json/88", Size::Bytes88),
        ("/json/2k", Size::Kilobytes2),
        ("/json/64k", Size::Kilobytes64),
        ("/serde/88", Size::Bytes88),
        ("/serde/2k", Size::Kilobytes2),
        ("/serde/64k", Size::Kilobytes64),
    ];
    let (empty, counts) = report("poem", server, &paths);
    let above = above(empty, &counts);
    // The box of the body. That of an empty one has no size, so that it takes none.
    assert_eq!(above[..3], [(1 + OWNER, 0), (1 + OWNER, 0), (2, 0)]);
    assert!(above[3].0 > above[0].0 && above[4].0 > above[1].0, "{above:?}");
    assert!(above[5].1 > 0, "poem's own body grows: {above:?}");
}

#[test]
fn salvo() {
    let _lock = alone();
    let server = servers::salvo();
    let paths = [
        ("/json/88", Size::Bytes88),
        ("/json/2k", Size::Kilobytes2),
        ("/json/64k", Size::Kilobytes64),
        ("/serde/88", Size::Bytes88),
        ("/serde/2k", Size::Kilobytes2),
        ("/serde/64k", Size::Kilobytes64),
    ];
    let (empty, counts) = report("salvo", server, &paths);
    let above = above(empty, &counts);
    // salvo makes a header map for each response. Its router grows a buffer, for the empty response too.
    assert_eq!(above[..3], [(OWNER, 1), (OWNER, 1), (1, 1)]);
    assert!(above[3].0 > above[0].0 && above[4].0 > above[1].0 && above[5].0 > above[2].0, "{above:?}");
}

#[test]
fn rocket() {
    let _lock = alone();
    let server = servers::rocket();
    let (empty, counts) = report("rocket", server, &PATHS);
    let above = above(empty, &counts);
    // The boxes of the body, of its source and of the header's list, and the piece that Rocket reads into, with its count.
    // Longer bodies have an owner, too. Rocket's own reads pieces of 4 KiB.
    assert_eq!(above[..3], [(5 + OWNER, 1), (5 + OWNER, 1), (6, 1)]);
    // Should the others get better, the documentation is to say so.
    assert!(above[3].0 > above[0].0 && above[4].0 > above[1].0 && above[4].1 > above[1].1, "{above:?}");
    assert!(above[5].1 > above[2].1, "their body grows: {above:?}");
}

#[test]
fn warp() {
    let _lock = alone();
    let server = servers::warp();
    let (empty, counts) = report("warp", server, &PATHS);
    let above = above(empty, &counts);
    // The box of the body.
    assert_eq!(above[..3], [(1 + OWNER, 0), (1 + OWNER, 0), (2, 0)]);
    // Should the others get better, the documentation is to say so.
    assert!(above[3].0 > above[0].0 && above[4].0 > above[1].0 && above[4].1 > above[1].1, "{above:?}");
    assert!(above[5].1 > above[2].1, "their body grows: {above:?}");
}

#[test]
fn ntex() {
    let _lock = alone();
    let server = servers::ntex();
    let (empty, counts) = report("ntex", server, &PATHS);
    let above = above(empty, &counts);
    // The text in memory of ntex's own.
    assert_eq!(above[..3], [(1 + OWNER, 0), (1 + OWNER, 0), (2, 0)]);
    // Should the others get better, the documentation is to say so.
    assert!(above[3].0 > above[0].0 && above[4].0 > above[1].0 && above[4].1 > above[1].1, "{above:?}");
    assert!(above[5].1 > above[2].1, "their body grows: {above:?}");
}

/// A tag and a time take no allocation, neither with the text nor instead of it; nor do the request's conditions. Only
/// where every header takes some, these do, too.
#[test]
fn versions() {
    let _lock = alone();
    let tag = servers::tag(Size::Bytes88);
    let conditions = format!(
        "if-none-match: \"another\", W/\"one,more\", {tag}\r\nif-modified-since: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
    );
    // Allocations and reallocations beyond those of the same text without a version: with one, in a 304, of a kept text.
    // A 304 has no body in a box, and nobody writes a kept text.
    // Each server is started at its turn: some allocate for a while before they serve.
    let servers: [(_, fn() -> SocketAddr, _); 8] = [
        ("axum", servers::axum, [(0, 0), (-1, 0), (-1, 0)]),
        ("actix", servers::actix, [(0, 0), (0, 0), (0, 0)]),
        ("poem", servers::poem, [(0, 0), (0, 0), (0, 0)]),
        ("salvo", servers::salvo, [(0, 0), (0, 0), (0, 0)]),
        ("hyper", || servers::hyper(true), [(0, 0), (0, 0), (0, 0)]),
        // Each header is a list of values of its own, in a map that grows.
        ("rocket", servers::rocket, [(8, 2), (-1, 1), (6, 2)]),
        // Each of its filters for conditions and codings clones the request's headers.
        ("warp", servers::warp, [(2, 0), (2, 0), (4, 0)]),
        // Values are copied into memory of ntex's own, as texts are.
        ("ntex", servers::ntex, [(2, 0), (0, 0), (1, 0)]),
    ];
    for (name, serve, expected) in servers {
        let address = serve();
        let plain = counted(address, "/json/88", Size::Bytes88.bytes());
        let whole = counted(address, "/versioned/88", Size::Bytes88.bytes());
        let fresh = counted_with(address, "/versioned/88", &conditions, "304 Not Modified", 0);
        let cached = counted(address, "/cached", Size::Kilobytes2.bytes());
        println!("{name}: plain {plain:?}, with a version {whole:?}, 304 {fresh:?}, cached {cached:?}");
        let beyond = |counts: Counts, owners: i64| {
            let more = |count: u64, plain: u64| count.cast_signed() - plain.cast_signed();
            (more(counts.allocations, plain.allocations) + owners, more(counts.reallocations, plain.reallocations))
        };
        // Only a body that is written has an owner.
        assert_eq!([beyond(whole, 0), beyond(fresh, OWNER), beyond(cached, OWNER)], expected, "{name}");
    }
}

#[test]
fn hyper_with_half_close_allocates_nothing() {
    let _lock = alone();
    let server = servers::hyper(true);
    let paths = [("/json/88", Size::Bytes88), ("/json/2k", Size::Kilobytes2), ("/json/64k", Size::Kilobytes64)];
    let (_, counts) = report("hyper, half-close", server, &paths);
    assert_eq!(above(0, &counts), [(OWNER, 0), (OWNER, 0), (1, 0)]);
}

#[test]
fn hyper_without_half_close() {
    let _lock = alone();
    let server = servers::hyper(false);
    let paths = [("/json/88", Size::Bytes88), ("/json/2k", Size::Kilobytes2), ("/json/64k", Size::Kilobytes64)];
    let (_, counts) = report("hyper", server, &paths);
    // hyper's own, for reading ahead.
    assert_eq!(above(0, &counts), [(2 + OWNER, 0), (2 + OWNER, 0), (3, 0)]);
}

/// A source that yields one value at a time, to a client that takes each.
#[test]
fn events_and_lines_that_come_one_by_one() {
    struct OneByOne<T>(u32, fn(u32) -> T);
    impl<T> futures_core::Stream for OneByOne<T> {
        type Item = T;
        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<T>> {
            self.0 += 1;
            if self.0.is_multiple_of(2) { Poll::Pending } else { Poll::Ready(Some((self.1)(self.0))) }
        }
    }
    fn count<T: Element + 'static>(body: StreamBody<OneByOne<T>>) -> (u64, usize) {
        let mut body = pin!(body);
        let mut cx = Context::from_waker(Waker::noop());
        let mut longest = 0;
        let mut before = counting::so_far();
        for n in 0..WARM_UP + REQUESTS {
            if n == WARM_UP {
                before = counting::so_far();
            }
            let Poll::Ready(Some(Ok(chunk))) = body.as_mut().poll_chunk(&mut cx) else { panic!("no chunk") };
            longest = longest.max(chunk.len());
            drop(chunk);
        }
        let counts = counting::so_far().since(before);
        assert_eq!(counts.reallocations, 0);
        (counts.allocations, longest)
    }

    let _lock = alone();
    std::thread::spawn(|| {
        counting::count_this_thread();
        let each = if cfg!(feature = "zeroize") { REQUESTS } else { 0 };
        let event = |n| Event::new([n; 20]).id(n).name("numbers").retry(Duration::from_secs(2));
        let events = JsonEvents::from_stream(OneByOne(0, event)).heartbeat(None).into_body();
        let (allocations, longest) = count(events);
        assert_eq!(allocations, each);
        assert!((100..2048).contains(&longest));
        let lines = JsonLines::from_stream(OneByOne(0, |n| n)).heartbeat(None).into_body();
        assert_eq!(count(lines).0, each);
        // Longer ones have an owner each, as documented.
        let long = JsonEvents::from_stream(OneByOne(0, |n| Event::new([n; 1000]))).heartbeat(None).into_body();
        let (allocations, longest) = count(long);
        // And a buffer, where the pool frees one that is too large.
        assert!((REQUESTS..REQUESTS + 5).contains(&allocations), "{allocations}");
        assert!(longest > 2048);
    })
    .join()
    .unwrap();
    // The thread's buffers are too large for others.
    record_runtime::BufferPool::global().trim();
}

/// The memory behind a cache of bodies that share blocks with others.
#[test]
fn kept_bodies_hold_no_more_than_is_documented() {
    let _lock = alone();
    // (length of the kept ones, what each may hold)
    for (len, bound) in [(0, 1024), (61, 1024), (129, 16 * 129), (2_000, 16 * 2_000), (17 * 1024, 4 * 17 * 1024)] {
        // Buffers instead of blocks.
        let bound = if cfg!(feature = "zeroize") { (4 * len).max(2 * 1024) } else { bound };
        std::thread::spawn(move || {
            let text = |len: usize| "x".repeat(len);
            // The lengths of others, of the same type: buffers and blocks get their sizes.
            let others = [0, 10, 200, 3_000, 5_000, 16_000, 300_000];
            let ask = |len| record_http::to_bytes(text(len).as_str()).unwrap();
            for len in others.into_iter().cycle().take(200) {
                drop(ask(len));
            }
            let pool = record_runtime::BufferPool::global();
            pool.trim();
            let before = counting::live_bytes();
            let mut cache = Vec::with_capacity(1000);
            for n in 0..1000 {
                cache.push(ask(len));
                drop(ask(others[n % others.len()]));
            }
            pool.trim();
            let held = counting::live_bytes() - before - 1000 * size_of::<bytes::Bytes>().cast_signed() as i64;
            println!("1,000 kept bodies of {len} bytes hold {held} bytes");
            // Some bytes each for owners and their counts; and what the thread keeps without any.
            let bound = i64::try_from(1000 * (bound + 128) + 512 * 1024).unwrap();
            assert!(held <= bound, "1,000 kept bodies of {len} bytes hold {held} bytes");
            assert!(cache.iter().all(|body| body.len() == len + 2));
        })
        .join()
        .unwrap();
    }
}

#[test]
fn the_counter_counts() {
    let _lock = alone();
    let count = std::thread::spawn(|| {
        counting::count_this_thread();
        let before = counting::so_far();
        let mut text = std::hint::black_box(Vec::<u8>::with_capacity(10));
        text.reserve_exact(std::hint::black_box(1000));
        drop(std::hint::black_box(text));
        counting::so_far().since(before)
    });
    assert_eq!(count.join().unwrap(), Counts { allocations: 1, reallocations: 1 });
}

/// Requests and responses that are made on this thread, and sent by no server of these tests.
mod unsent {
    use lambda_http::{Body, IntoResponse, Response};
    use record_http::JsonRef;
    use record_http::reqwest::RequestBuilderExt;
    use reqwest::Client;

    use super::{Context, Counts, OWNER, Pin, Poll, WARM_UP, Waker, alone, counting};

    /// The allocations and reallocations of making a request or response.
    fn counted<T>(run: impl Fn() -> T) -> Counts {
        counting::count_this_thread();
        for _ in 0..WARM_UP {
            run();
        }
        let before = counting::so_far();
        let made = run();
        let counts = counting::so_far().since(before);
        drop(made);
        counts
    }

    #[test]
    fn reqwest() {
        let _alone = alone();
        let client = Client::new();
        let post = || client.post("http://localhost/orders").header("content-type", "application/json");
        let empty = counted(|| post().build().unwrap());
        for (bytes, owner) in [(88, OWNER), (1_800, OWNER), (65_536, 1)] {
            let text = "x".repeat(bytes - 2);
            let ours = counted(|| post().zero_alloc_json(&text).unwrap().build().unwrap());
            let theirs = counted(|| post().json(&text).build().unwrap());
            println!("a body of {bytes} bytes: {ours:?}, reqwest's own {theirs:?}, without one {empty:?}");
            let above = ours.allocations.cast_signed() - empty.allocations.cast_signed();
            assert_eq!((above, ours.reallocations), (owner, empty.reallocations), "{bytes} bytes");
            assert!(theirs.allocations > empty.allocations);
        }
    }

    #[test]
    fn lambda_http() {
        let _alone = alone();
        let respond = |mut response: Pin<Box<dyn Future<Output = Response<Body>> + Send>>| match response
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            Poll::Ready(response) => response,
            Poll::Pending => panic!("a response is there at once"),
        };
        for (bytes, owner) in [(88, OWNER), (1_800, OWNER), (65_536, 1)] {
            let text = "x".repeat(bytes - 2);
            let value = serde_json::Value::from(text.as_str());
            let ours = counted(|| respond(JsonRef(&text).into_response()));
            let theirs = counted(|| respond(value.clone().into_response()));
            println!("a body of {bytes} bytes: {ours:?}, lambda_http's own {theirs:?}");
            // The text, the box of the response, and the two parts of its header map.
            assert_eq!((ours.allocations.cast_signed(), ours.reallocations), (4 + owner, 0), "{bytes} bytes");
        }
    }
}
