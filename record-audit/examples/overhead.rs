//! The cost of the audit, next to the same without it, in one run: `cargo run --release --example overhead`.
//!
//! Single nanoseconds depend on where a process happens to have its stack and heap. So this runs itself as a process
//! many times. Each process measures both in turns and takes the fastest of some rounds. The median of the processes is
//! printed, and for the costs also their middle half.

use std::alloc::{GlobalAlloc, Layout, System};
use std::convert::Infallible;
use std::future::{poll_fn, ready};
use std::hint::black_box;
use std::pin::pin;
use std::process::{Command, Stdio};
use std::task::{Context, Poll, Waker};
use std::time::Instant;
use std::{env, io};

use axum::Router;
use axum::routing::get;
use bytes::Bytes;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONNECTION, COOKIE, HOST, HeaderName, HeaderValue, REFERER, USER_AGENT,
};
use http::{Request, Response};
use http_body::Body;
use http_body_util::Full;
use record_audit::{Audit, AuditLayer, CountingAllocator, Ledger, Recorder, RequestRecord};
use tower::{Layer, Service, ServiceExt, service_fn};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::system();

const PROCESSES: usize = 25;
const ROUNDS: u32 = 40;
const REPEATS: u32 = 2_000;
/// The argument of a process that measures.
const MEASURE: &str = "measure";

/// Takes notice and does nothing.
struct Silent;

impl Recorder for Silent {
    fn ended(&self, record: &RequestRecord<'_>) {
        black_box(record);
    }
}

/// Nanoseconds.
fn round(mut work: impl FnMut()) -> f64 {
    let started = Instant::now();
    (0..REPEATS).for_each(|_| work());
    started.elapsed().as_secs_f64() * 1e9 / f64::from(REPEATS)
}

/// Prints a name, and nanoseconds without and with the audit.
fn compare(name: &str, mut without: impl FnMut(), mut with: impl FnMut()) {
    let mut fastest = [f64::INFINITY; 2];
    for _ in 0..ROUNDS {
        fastest[0] = fastest[0].min(round(&mut without));
        fastest[1] = fastest[1].min(round(&mut with));
    }
    println!("{name}\t{}\t{}", fastest[0], fastest[1]);
}

/// A block of 64 bytes, a hundred times: single nanoseconds show.
fn hundred_blocks(allocator: &impl GlobalAlloc) {
    let layout = Layout::new::<[u64; 8]>();
    for _ in 0..100 {
        // SAFETY: the layout is not empty.
        let block = black_box(unsafe { allocator.alloc(layout) });
        // SAFETY: the block is of this allocator, with this layout, and freed once.
        unsafe { allocator.dealloc(block, layout) };
    }
}

fn serve<S, Q, B>(service: &mut S, request: Request<Q>)
where
    S: Service<Request<Q>, Response = Response<B>, Error = Infallible>,
    B: Body,
{
    let mut context = Context::from_waker(Waker::noop());
    let mut future = pin!(service.call(request));
    let answer = loop {
        if let Poll::Ready(Ok(answer)) = future.as_mut().poll(&mut context) {
            break answer;
        }
    };
    let mut body = pin!(answer.into_body());
    drop(black_box(body.as_mut().poll_frame(&mut context)));
}

type Answer = Result<Response<Full<Bytes>>, Infallible>;

#[expect(clippy::unnecessary_wraps, reason = "the answer of a service")]
fn answer() -> Answer {
    Ok(Response::new(Full::new(Bytes::from_static(b"text"))))
}

fn empty<Q: Default>() -> Request<Q> {
    Request::new(Q::default())
}

fn with_id() -> Request<()> {
    let mut request = empty();
    let id = HeaderValue::from_static("6f1c0a52-3c7e-4b0e-9d0a-5f6f6a1b2c3d");
    request.headers_mut().insert(HeaderName::from_static("x-request-id"), id);
    request
}

/// As many headers as a browser sends, in which the request id has to be looked for.
fn with_headers<Q: Default>() -> Request<Q> {
    const SENT: [HeaderName; 8] =
        [HOST, USER_AGENT, ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONNECTION, COOKIE, REFERER];
    let mut request = empty();
    request.headers_mut().extend(SENT.map(|name| (name, HeaderValue::from_static("something"))));
    request
}

/// A service, and the same under an audit.
fn compare_services<S, Q, B>(name: &str, service: S, audit: Audit<impl Recorder>, request: fn() -> Request<Q>)
where
    S: Service<Request<Q>, Response = Response<B>, Error = Infallible> + Clone,
    B: Body,
{
    let mut audited = AuditLayer::new(audit).layer(service.clone());
    let mut plain = service;
    compare(name, || serve(&mut plain, request()), || serve(&mut audited, request()));
}

fn measure() {
    compare("100 blocks of 64 bytes allocated and freed", || hundred_blocks(&System), || hundred_blocks(&ALLOCATOR));
    let at_once = service_fn(|_: Request<()>| ready(answer()));
    let settings = Audit::builder;
    let patterns = || settings().routes(["/", "/users/{id}"]);
    compare_services("a request of an empty handler", at_once, settings().build(Silent), empty);
    compare_services("the same, with patterns of routes", at_once, patterns().build(Silent), empty);
    compare_services("the same, with eight headers", at_once, settings().build(Silent), with_headers);
    compare_services("the same, with the client's request id", at_once, settings().build(Silent), with_id);
    let in_a_block = service_fn(|_: Request<()>| async { answer() });
    compare_services("the same, of an async block", in_a_block, settings().build(Silent), empty);
    // Nothing is expanded into the caller here, so that the answer is moved without the audit, too.
    compare_services("the same, of a boxed service", at_once.boxed_clone(), settings().build(Silent), empty);
    let after_a_pause = service_fn(|_: Request<()>| {
        let mut polls = 0;
        poll_fn(move |_| {
            polls += 1;
            if polls == 1 { Poll::Pending } else { Poll::Ready(answer()) }
        })
    });
    compare_services("the same, pending once", after_a_pause, settings().build(Silent), empty);
    compare_services("the same, into a ledger", at_once, settings().build(Ledger::new()), empty);
    compare_services("the same, into a ledger, with patterns", at_once, patterns().build(Ledger::new()), empty);
    let router = || Router::new().route("/", get(async || "text")).route("/users/{id}", get(async || "user"));
    compare_services("a request of an axum router", router(), settings().build(Silent), empty::<axum::body::Body>);
    compare_services(
        "the same, with patterns of routes",
        router(),
        patterns().build(Silent),
        empty::<axum::body::Body>,
    );
    compare_services(
        "the same, with eight headers",
        router(),
        settings().build(Silent),
        with_headers::<axum::body::Body>,
    );
    compare_services("the same, with both", router(), patterns().build(Silent), with_headers::<axum::body::Body>);
    compare_services("an empty handler, escapes noted", at_once, settings().note_escapes().build(Silent), empty);
    #[cfg(feature = "kernel")]
    measure_kernel();
    #[cfg(feature = "pprof")]
    {
        record_audit::sample_heap(512 << 10);
        compare("100 blocks, the heap sampled", || hundred_blocks(&System), || hundred_blocks(&ALLOCATOR));
        compare_services("an empty handler, the heap sampled", at_once, settings().build(Silent), empty);
        record_audit::sample_heap(0);
    }
}

/// The questions to the kernel.
#[cfg(feature = "kernel")]
fn measure_kernel() {
    use record_audit::TcpSocket;

    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let client = std::net::TcpStream::connect(listener.local_addr().expect("bound")).expect("it listens");
    let socket = TcpSocket::of(&client).expect("a descriptor");
    let with_socket = service_fn(|_: Request<()>| ready(answer()));
    let settings = Audit::builder;
    let faults = settings().note_page_faults().build(Silent);
    compare_services("an empty handler, page faults noted", with_socket, faults, empty);
    let tcp = settings().note_tcp(http::Extensions::get).build(Silent);
    let mut audited = AuditLayer::new(tcp).layer(with_socket);
    let mut plain = with_socket;
    let request = || {
        let mut request: Request<()> = empty();
        request.extensions_mut().insert(socket.clone());
        request
    };
    compare("the same, its connection noted", || serve(&mut plain, request()), || serve(&mut audited, request()));
}

/// The rows of a process that measured.
fn run_process() -> io::Result<Vec<(String, [f64; 2])>> {
    let output = Command::new(env::current_exe()?).arg(MEASURE).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(io::Error::other(format!("measuring failed: {}", output.status)));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let row = |line: &str| {
        let mut cells = line.split('\t');
        let name = cells.next()?.to_owned();
        Some((name, [cells.next()?.parse().ok()?, cells.next()?.parse().ok()?]))
    };
    text.lines().map(|line| row(line).ok_or_else(|| io::Error::other(format!("not a row: {line}")))).collect()
}

/// Those at a quarter, the half, and three quarters of the sorted values.
fn quartiles(values: impl Iterator<Item = f64>) -> [f64; 3] {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| values[(values.len() - 1) * quarter / 4])
}

fn main() -> io::Result<()> {
    if env::args().nth(1).as_deref() == Some(MEASURE) {
        measure();
        return Ok(());
    }
    let mut processes = Vec::with_capacity(PROCESSES);
    for number in 1..=PROCESSES {
        eprint!("\rprocess {number} of {PROCESSES}");
        processes.push(run_process()?);
    }
    eprintln!();
    println!("{:<44} {:>9} {:>9} {:>9}   nanoseconds", "", "without", "audited", "cost");
    for (place, (name, _)) in processes[0].iter().enumerate() {
        let column = |of: fn([f64; 2]) -> f64| quartiles(processes.iter().map(|rows| of(rows[place].1)));
        let [_, without, _] = column(|[without, _]| without);
        let [_, with, _] = column(|[_, with]| with);
        let [low, cost, high] = column(|[without, with]| with - without);
        println!("{name:<44} {without:>9.1} {with:>9.1} {cost:>9.1}   {low:.1} to {high:.1}");
    }
    Ok(())
}
