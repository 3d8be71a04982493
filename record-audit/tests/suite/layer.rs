//! The middleware, around tower services and axum.

use std::convert::Infallible;
use std::future::{Future, pending};
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use axum::extract::MatchedPath;
use axum::routing::get;
use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Full};
use record_audit::{
    Audit, AuditLayer, Budget, Counters, LateRecord, MAX_ID_BYTES, Outcome, Recorder, RequestId, RequestRecord,
    RouteLayer, Scope, UNMATCHED, measure, note_pool, note_route,
};
use record_runtime::{BufferPool, PoolLimits};
use tower::{Layer, Service, ServiceExt, service_fn};

/// The parts of a record that a test looks at.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    id: String,
    route: &'static str,
    method: &'static str,
    status: Option<u16>,
    outcome: Outcome,
    handler: Counters,
    body: Counters,
    pool: (u32, u32),
}

#[derive(Debug, Default)]
pub(crate) struct Collect {
    active: AtomicI64,
    seen: Mutex<Vec<Seen>>,
    late: Mutex<Vec<Counters>>,
}

impl Recorder for Collect {
    fn started(&self) {
        self.active.fetch_add(1, Ordering::Relaxed);
    }

    fn ended(&self, record: &RequestRecord<'_>) {
        self.active.fetch_sub(1, Ordering::Relaxed);
        assert!(record.poll() <= record.wall(), "{record:?}");
        self.seen.lock().expect("unpoisoned").push(Seen {
            id: record.id().to_string(),
            route: record.route(),
            method: record.method(),
            status: record.status(),
            outcome: record.outcome(),
            handler: record.handler().expect("installed"),
            body: record.body().expect("installed"),
            pool: (record.pool().hits, record.pool().misses),
        });
    }

    fn late(&self, record: &LateRecord<'_>) {
        self.late.lock().expect("unpoisoned").push(*record.counters());
    }
}

impl Collect {
    fn only(&self) -> Seen {
        let seen = std::mem::take(&mut *self.seen.lock().expect("unpoisoned"));
        assert_eq!(self.active.load(Ordering::Relaxed), 0, "the gauge is back");
        assert_eq!(seen.len(), 1, "{seen:?}");
        seen.into_iter().next().expect("one")
    }
}

fn audit() -> (Arc<Collect>, AuditLayer<Arc<Collect>>) {
    let collect = Arc::new(Collect::default());
    let audit = Audit::builder().routes(["/users/{id}", "/files/{*rest}"]).build(Arc::clone(&collect));
    (collect, AuditLayer::new(audit))
}

fn request(path: &str) -> Request<()> {
    Request::get(path).body(()).expect("a valid path")
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

fn ready<F: Future>(future: F) -> F::Output {
    match poll(pin!(future)) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("ready at once"),
    }
}

/// A body of some frames, each allocated when it is polled for; fails or panics behind them if so told.
struct Frames {
    left: usize,
    end: End,
    /// Fifty bytes of the handler's that the body frees.
    _kept: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq)]
enum End {
    Normal,
    Error,
    Panic,
}

impl Body for Frames {
    type Data = Bytes;
    type Error = &'static str;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, &'static str>>> {
        if self.left == 0 {
            return match self.end {
                End::Normal => Poll::Ready(None),
                End::Error => Poll::Ready(Some(Err("planned"))),
                End::Panic => std::panic::resume_unwind(Box::new(())),
            };
        }
        self.left -= 1;
        Poll::Ready(Some(Ok(Frame::data(Bytes::from(vec![b'x'; 1000])))))
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the answer of a service")]
fn frames(left: usize, end: End) -> Result<Response<Frames>, Infallible> {
    Ok(Response::new(Frames { left, end, _kept: black_box(vec![1; 50]) }))
}

#[test]
fn a_complete_request() {
    let (collect, layer) = audit();
    let service = layer.layer(service_fn(|request: Request<()>| async move {
        assert_eq!(request.uri().path(), "/users/7");
        note_pool(true);
        note_pool(false);
        note_pool(true);
        drop(black_box(vec![1_u8; 2000]));
        frames(3, End::Normal)
    }));
    let mut request = request("/users/7");
    request.headers_mut().insert("x-request-id", "abc-123".parse().expect("valid"));
    let response = ready(service.oneshot(request)).expect("infallible");
    assert_eq!(collect.active.load(Ordering::Relaxed), 1);
    let body = ready(response.into_body().collect()).expect("no error").to_bytes();
    assert_eq!(body.len(), 3000);
    let seen = collect.only();
    assert_eq!((seen.id.as_str(), seen.route, seen.method), ("abc-123", "/users/{id}", "GET"));
    assert_eq!((seen.status, seen.outcome, seen.pool), (Some(200), Outcome::Completed, (2, 1)));
    assert_eq!((seen.handler.allocations, seen.handler.allocated_bytes), (2, 2050));
    // The request's head was allocated before, and freed in here.
    assert!(seen.handler.frees >= 1);
    assert_eq!((seen.body.allocations, seen.body.allocated_bytes, seen.body.freed_bytes), (3, 3000, 50));
    assert!(seen.body.coverage.body && !seen.handler.coverage.body);
}

#[test]
fn checkouts_of_the_pool_are_attributed_to_their_request() {
    // The one observer of this process; nothing else here uses a pool.
    assert!(BufferPool::observe_checkouts(note_pool));
    assert!(!BufferPool::observe_checkouts(|_| unreachable!("the first one stays")));
    let pool = BufferPool::new(PoolLimits::DEFAULT);
    drop(pool.checkout(100));
    let (collect, layer) = audit();
    let service = layer.layer(service_fn(move |_: Request<()>| {
        let one = pool.checkout(100);
        let other = pool.checkout(100);
        drop((one, other));
        drop(pool.checkout(100));
        async { frames(0, End::Normal) }
    }));
    drop(ready(service.oneshot(request("/"))));
    let seen = collect.only();
    assert_eq!(seen.pool.0 + seen.pool.1, 3);
    assert!(seen.pool.1 >= 1, "two at once, and one was there: {:?}", seen.pool);
}

#[test]
fn notes_belong_to_the_innermost_request() {
    let (inner_seen, inner_layer) = audit();
    let inner = inner_layer.layer(service_fn(|_: Request<()>| {
        note_pool(false);
        note_route("/inner");
        async { frames(0, End::Normal) }
    }));
    let (outer_seen, outer_layer) = audit();
    let outer = outer_layer.layer(service_fn(move |_: Request<()>| {
        let inner = inner.clone();
        async move {
            note_pool(true);
            note_route("/outer");
            drop(ready(inner.oneshot(request("/"))));
            note_pool(true);
            frames(0, End::Normal)
        }
    }));
    note_pool(true);
    note_route("/outside");
    drop(ready(outer.oneshot(request("/"))));
    let (inner, outer) = (inner_seen.only(), outer_seen.only());
    assert_eq!((inner.route, inner.pool), ("/inner", (0, 1)));
    assert_eq!((outer.route, outer.pool), ("/outer", (2, 0)));
    // The places of both are used again, and nothing of them is left.
    let (seen, layer) = audit();
    let service = layer.layer(service_fn(|_: Request<()>| async { frames(0, End::Normal) }));
    for _ in 0..3 {
        drop(ready(service.clone().oneshot(request("/users/1"))));
        let seen = seen.only();
        assert_eq!((seen.route, seen.pool, seen.handler.allocations), ("/users/{id}", (0, 0), 1));
    }
}

/// The work of a request in the next test.
#[derive(Debug, Clone, Copy)]
struct Doings {
    id: Option<&'static str>,
    notes: bool,
    spawns: bool,
    leaves_work: bool,
    end: Outcome,
}

#[test]
fn nothing_of_a_request_is_left_for_the_next_in_its_place() {
    let (collect, layer) = audit();
    let left = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&left);
    let mut service = layer.layer(service_fn(move |request: Request<()>| {
        let doings = *request.extensions().get::<Doings>().expect("put there");
        let kept = Arc::clone(&kept);
        async move {
            if doings.notes {
                note_route("/noted");
                note_pool(true);
            }
            if doings.spawns {
                Scope::current().expect("inside a request").carry(|| drop(black_box(vec![1_u8; 300])))();
            }
            if doings.leaves_work {
                let work = Scope::current().expect("inside a request").carry(|| ());
                kept.lock().expect("unpoisoned").push(Box::new(work) as Box<dyn FnOnce() + Send>);
            }
            match doings.end {
                Outcome::Completed => frames(0, End::Normal).map_err(|_| "infallible"),
                Outcome::Error => Err("planned"),
                Outcome::Dropped => pending().await,
                _ => std::panic::resume_unwind(Box::new(())),
            }
        }
    }));
    // Knuth's generator, the upper bits.
    let mut state = 1_u64;
    let mut random = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for round in 0..3000 {
        let ends = [Outcome::Completed, Outcome::Error, Outcome::Dropped, Outcome::Panicked];
        let doings = Doings {
            id: (random(3) == 0).then_some("the-clients"),
            notes: random(3) == 0,
            spawns: random(3) == 0,
            leaves_work: random(3) == 0,
            end: ends[usize::try_from(random(4)).expect("small")],
        };
        let mut request = request("/users/1");
        request.extensions_mut().insert(doings);
        if let Some(id) = doings.id {
            request.headers_mut().insert("x-request-id", http::HeaderValue::from_static(id));
        }
        let polled = catch_unwind(AssertUnwindSafe(|| {
            let mut future = Box::pin(service.call(request));
            if let Poll::Ready(Ok(response)) = poll(future.as_mut()) {
                assert!(ready(pin!(response.into_body()).frame()).is_none());
            }
        }));
        assert_eq!(polled.is_err(), doings.end == Outcome::Panicked, "{round}: {doings:?}");
        let seen = collect.only();
        let context = format!("{round}: {doings:?} {seen:?}");
        assert_eq!(seen.id == "the-clients", doings.id.is_some(), "{context}");
        assert_eq!(seen.route, if doings.notes { "/noted" } else { "/users/{id}" }, "{context}");
        assert_eq!(seen.pool, (u32::from(doings.notes), 0), "{context}");
        assert_eq!((seen.outcome, seen.method), (doings.end, "GET"), "{context}");
        assert_eq!(seen.status, (doings.end == Outcome::Completed).then_some(200), "{context}");
        let (coverage, spawned) = (seen.handler.coverage, u32::from(doings.spawns) + u32::from(doings.leaves_work));
        assert_eq!((coverage.spawned, coverage.unfinished), (spawned, u32::from(doings.leaves_work)), "{context}");
        assert_eq!((seen.body.coverage.spawned, seen.body.allocations), (0, 0), "{context}");
        if random(4) == 0 {
            left.lock().expect("unpoisoned").drain(..).for_each(|work| work());
        }
    }
}

#[test]
fn a_recorder_is_dropped_when_its_audit_and_the_threads_that_served_are_gone() {
    let collect = Arc::new(Collect::default());
    let gone = Arc::downgrade(&collect);
    let layer = AuditLayer::new(Audit::builder().build(collect));
    std::thread::spawn(move || {
        // More at once than a thread keeps places for.
        let mut service = layer.layer(service_fn(|_: Request<()>| async { frames(0, End::Normal) }));
        let begun: Vec<_> = (0..200).map(|_| service.call(request("/"))).collect();
        drop(begun);
    })
    .join()
    .expect("no panic");
    assert!(gone.upgrade().is_none());
}

#[test]
fn ids_are_unique_over_threads_and_those_of_clients_are_checked() {
    let made = |_| std::thread::spawn(|| (0..5000).map(|_| RequestId::made().to_string()).collect::<Vec<_>>());
    let threads: Vec<_> = (0..8).map(made).collect();
    let ids: std::collections::HashSet<String> =
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect();
    assert_eq!(ids.len(), 8 * 5000);
    for len in 0..=MAX_ID_BYTES + 1 {
        let text = vec![b'x'; len];
        let taken = RequestId::taken(&text);
        assert_eq!(taken.is_some(), (1..=MAX_ID_BYTES).contains(&len), "{len}");
        assert_eq!(taken, RequestId::taken(&text));
        for place in 0..len {
            for bad in [0, b' ', b'\n', 127, 128, 255] {
                let mut text = text.clone();
                text[place] = bad;
                assert_eq!(RequestId::taken(&text), None, "{bad} at {place} of {len}");
            }
        }
        if let Some(taken) = taken {
            assert_eq!(taken.to_string().as_bytes(), text);
        }
    }
    assert_ne!(RequestId::taken(b"id"), RequestId::taken(b"id-"));
}

#[test]
fn every_outcome() {
    let run = |polls: Option<usize>, end: End| {
        let (collect, layer) = audit();
        let mut service = layer.layer(service_fn(move |_: Request<()>| async move { frames(2, end) }));
        let response = ready(service.call(request("/"))).expect("infallible");
        let mut body = Box::pin(response.into_body());
        let caught = catch_unwind(AssertUnwindSafe(|| {
            for _ in 0..polls.unwrap_or(3) {
                drop(ready(body.frame()));
            }
        }));
        assert_eq!(caught.is_err(), end == End::Panic);
        drop(caught);
        drop(body);
        let seen = collect.only();
        // Dropped at any point, what the body held is freed within its scope.
        assert!(seen.body.freed_bytes >= 50, "{seen:?}");
        seen.outcome
    };
    assert_eq!(run(None, End::Normal), Outcome::Completed);
    assert_eq!(run(Some(0), End::Normal), Outcome::BodyDropped);
    assert_eq!(run(Some(1), End::Normal), Outcome::BodyDropped);
    assert_eq!(run(Some(2), End::Normal), Outcome::BodyDropped);
    assert_eq!(run(None, End::Error), Outcome::Error);
    assert_eq!(run(None, End::Panic), Outcome::Panicked);
}

#[test]
fn a_body_whose_length_is_known_is_complete_without_a_poll_for_its_end() {
    let (collect, layer) = audit();
    let full =
        service_fn(|_: Request<()>| async { Ok::<_, Infallible>(Response::new(Full::new(Bytes::from("text")))) });
    let service = layer.layer(full);
    let mut body = ready(service.clone().oneshot(request("/"))).expect("infallible").into_body();
    assert_eq!((body.size_hint().exact(), body.is_end_stream()), (Some(4), false));
    drop(ready(body.frame()));
    // The body said that this was the last frame: it is dropped and the request reported, whatever the server does then.
    let seen = collect.only();
    assert_eq!(seen.outcome, Outcome::Completed);
    assert_eq!((body.size_hint().exact(), body.is_end_stream()), (Some(0), true));
    assert!(ready(body.frame()).is_none());
    drop(body);
    assert!(collect.seen.lock().expect("unpoisoned").is_empty(), "reported once");
    drop(ready(service.clone().oneshot(request("/"))).expect("infallible"));
    assert_eq!(collect.only().outcome, Outcome::BodyDropped);
    let head = Request::head("/").body(()).expect("valid");
    drop(ready(service.oneshot(head)).expect("infallible"));
    assert_eq!(collect.only().outcome, Outcome::Completed);
}

#[test]
fn errors_panics_and_cancellation_of_the_handler() {
    let (collect, layer) = audit();
    let failing = layer.layer(service_fn(|_: Request<()>| async { Err::<Response<Frames>, _>("planned") }));
    assert_eq!(ready(failing.oneshot(request("/"))).err(), Some("planned"));
    let seen = collect.only();
    assert_eq!((seen.outcome, seen.status), (Outcome::Error, None));

    let panicking = layer.layer(service_fn(|_: Request<()>| async {
        let _held = black_box(vec![1_u8; 10]);
        if black_box(true) {
            std::panic::resume_unwind(Box::new(()));
        }
        frames(0, End::Normal)
    }));
    assert!(catch_unwind(AssertUnwindSafe(|| drop(ready(panicking.oneshot(request("/")))))).is_err());
    assert_eq!(collect.only().outcome, Outcome::Panicked);

    let in_call =
        layer.layer(service_fn(|_: Request<()>| -> std::future::Ready<Result<Response<Frames>, Infallible>> {
            std::panic::resume_unwind(Box::new(()))
        }));
    assert!(catch_unwind(AssertUnwindSafe(|| drop(ready(in_call.oneshot(request("/")))))).is_err());
    assert_eq!(collect.only().outcome, Outcome::Panicked);

    let mut waiting = layer.layer(service_fn(|_: Request<()>| async {
        let held = black_box(vec![1_u8; 5000]);
        pending::<()>().await;
        drop(held);
        frames(0, End::Normal)
    }));
    for polls in [0, 1, 5] {
        let mut future = Box::pin(waiting.call(request("/")));
        for _ in 0..polls {
            assert!(poll(future.as_mut()).is_pending());
        }
        drop(future);
        let seen = collect.only();
        assert_eq!((seen.outcome, seen.status), (Outcome::Dropped, None));
        let held = if polls == 0 { 0 } else { 5000 };
        assert_eq!(seen.handler.allocated_bytes, held);
        assert!(seen.handler.freed_bytes >= held, "the drop of the future is part of it");
    }
}

#[test]
fn gauges_return_to_zero_after_ten_thousand_cancelled_requests() {
    let (collect, layer) = audit();
    let mut service = layer.layer(service_fn(|request: Request<()>| async move {
        if request.uri().path() == "/pending" {
            pending::<()>().await;
        }
        frames(3, End::Normal)
    }));
    let mut held = Vec::new();
    for number in 0..10_000 {
        match number % 4 {
            0 => drop(service.call(request("/pending"))),
            1 => {
                let mut future = Box::pin(service.call(request("/pending")));
                assert!(poll(future.as_mut()).is_pending());
                held.push(future);
            }
            2 => drop(ready(service.call(request("/")))),
            _ => {
                let mut body = ready(service.call(request("/"))).expect("infallible").into_body();
                drop(ready(body.frame()));
            }
        }
    }
    assert_eq!(collect.active.load(Ordering::Relaxed), 2500);
    held.clear();
    assert_eq!(collect.active.load(Ordering::Relaxed), 0);
    let seen = collect.seen.lock().expect("unpoisoned");
    let of = |outcome| seen.iter().filter(|seen| seen.outcome == outcome).count();
    assert_eq!((of(Outcome::Dropped), of(Outcome::BodyDropped), seen.len()), (5000, 5000, 10_000));
}

#[test]
fn the_layer_allocates_nothing() {
    /// Keeps numbers alone.
    #[derive(Default)]
    struct Sum(AtomicU64);
    impl Recorder for Sum {
        fn ended(&self, record: &RequestRecord<'_>) {
            self.0.fetch_add(record.total().expect("installed").allocations, Ordering::Relaxed);
        }
    }
    let audit = Audit::builder().routes(["/a/{one}/b/{two}"]).build(Sum::default());
    let mut service = AuditLayer::new(audit.clone()).layer(service_fn(|_: Request<()>| {
        std::future::ready(Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(b"text")))))
    }));
    let requests: Vec<_> = (0..100)
        .map(|number| {
            let mut request = request("/a/1/b/2");
            if number % 2 == 0 {
                request.headers_mut().insert("x-request-id", http::HeaderValue::from_static("taken-from-the-client"));
            }
            request
        })
        .collect();
    let mut serve = |request| {
        let mut body = ready(service.call(request)).expect("infallible").into_body();
        drop(ready(body.frame()));
        // Two scopes within, and a route told from inside.
        measure(|| measure(|| note_route("/a/{one}/b/{two}")));
    };
    serve(request("/a/1/b/2"));
    let ((), counters) = measure(|| requests.into_iter().for_each(&mut serve));
    assert_eq!(counters.map(|it| (it.allocations, it.reallocations)), Some((0, 0)));
    assert_eq!(audit.recorder().0.load(Ordering::Relaxed), 0);
}

#[test]
fn routes_are_bounded() {
    let (collect, layer) = audit();
    let mut service = layer.layer(service_fn(|_: Request<()>| async { frames(0, End::Normal) }));
    let mut routes = std::collections::BTreeSet::new();
    for number in 0..5000 {
        for path in ["/users/", "/files/a/", "/nowhere/"] {
            drop(ready(service.call(request(&format!("{path}{number}")))));
            routes.insert(collect.only().route);
        }
    }
    assert_eq!(routes.into_iter().collect::<Vec<_>>(), [UNMATCHED, "/files/{*rest}", "/users/{id}"]);
    let method = Request::builder().method("BREW").uri("/").body(()).expect("valid");
    drop(ready(service.call(method)));
    assert_eq!(collect.only().method, "_OTHER");
}

#[test]
fn ids_that_could_forge_a_log_line_are_not_taken() {
    let (collect, layer) = audit();
    let mut service = layer.layer(service_fn(|_: Request<()>| async { frames(0, End::Normal) }));
    let mut made = std::collections::HashSet::new();
    for id in ["", "a b", "ü", "a\tb", &"x".repeat(64)] {
        let mut request = request("/");
        let id = http::HeaderValue::from_bytes(id.as_bytes()).expect("valid for http");
        request.headers_mut().insert("x-request-id", id);
        drop(ready(service.call(request)));
        let id = collect.only().id;
        assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
        assert!(made.insert(id), "ids repeat");
    }
}

#[test]
fn a_handler_over_its_budget_is_answered_503() {
    let collect = Arc::new(Collect::default());
    let budget = Budget { allocations: Some(3), bytes: Some(10_000), left_behind: Some(0) };
    let audit = Audit::builder().refuse_over(budget).build(Arc::clone(&collect));
    let mut service = AuditLayer::new(audit).layer(service_fn(|request: Request<()>| async move {
        match request.uri().path() {
            "/many" => drop((0..4).map(|size| black_box(vec![1_u8; size + 1])).collect::<Vec<_>>()),
            "/large" => drop(black_box(vec![1_u8; 20_000])),
            _ => {}
        }
        frames(1, End::Normal)
    }));
    for (path, status) in [("/", 200), ("/many", 503), ("/large", 503)] {
        let response = ready(service.call(request(path))).expect("infallible");
        assert_eq!(response.status().as_u16(), status, "{path}");
        let body = response.into_body();
        assert_eq!(body.is_end_stream(), status == 503);
        let length = ready(body.collect()).expect("no error").to_bytes().len();
        assert_eq!(length, if status == 200 { 1000 } else { 0 });
        let seen = collect.only();
        assert_eq!((seen.status, seen.outcome), (Some(status), Outcome::Completed));
        assert!(seen.handler.freed_bytes + seen.body.freed_bytes >= 50, "the refused body is freed within");
    }
}

#[test]
fn spawned_work_that_outlives_its_request_is_reported_late() {
    let (collect, layer) = audit();
    let carried = Arc::new(Mutex::new(None));
    let slot = Arc::clone(&carried);
    let mut service = layer.layer(service_fn(move |_: Request<()>| {
        let scope = Scope::current().expect("inside a request");
        let work: Box<dyn FnOnce() + Send> = Box::new(scope.carry(|| drop(black_box(vec![1_u8; 7000]))));
        *slot.lock().expect("unpoisoned") = Some(work);
        async { frames(0, End::Normal) }
    }));
    drop(ready(service.call(request("/"))));
    let seen = collect.only();
    assert_eq!((seen.handler.coverage.spawned, seen.handler.coverage.unfinished), (1, 1));
    assert!(seen.handler.allocated_bytes < 7000);
    let work = carried.lock().expect("unpoisoned").take().expect("spawned");
    std::thread::spawn(work).join().expect("no panic");
    let late = collect.late.lock().expect("unpoisoned");
    assert_eq!(late.iter().map(|late| (late.allocations, late.allocated_bytes)).collect::<Vec<_>>(), [(1, 7000)]);
}

/// The collector's own copies would be counted.
struct Silent;

impl Recorder for Silent {
    fn ended(&self, _: &RequestRecord<'_>) {}
}

/// Allocations of a request, the same for each.
fn cost<S, B>(mut service: S, requests: Vec<Request<axum::body::Body>>) -> u64
where
    S: Service<Request<axum::body::Body>, Response = Response<B>, Error = Infallible>,
    B: Body,
{
    let count = requests.len() as u64 - 1;
    let mut requests = requests.into_iter();
    let mut serve = |request| drop(ready(service.call(request)).expect("infallible"));
    serve(requests.next().expect("one to warm up"));
    let ((), counters) = measure(|| requests.for_each(serve));
    let asked = counters.expect("installed").allocations;
    assert_eq!(asked % count, 0);
    asked / count
}

#[test]
fn axum_tells_the_pattern_from_inside_and_the_costs_of_both_places_are_as_documented() {
    let collect = Arc::new(Collect::default());
    let handler = get(|| async { "hello" });
    let pattern = RouteLayer::new(|extensions| Some(extensions.get::<MatchedPath>()?.as_str()));
    let plain = axum::Router::new().route("/items/{id}", handler.clone());
    let tagged = plain.clone().route_layer(pattern);
    let audit = || AuditLayer::new(Audit::builder().build(Silent));
    let requests = |count| -> Vec<Request<axum::body::Body>> {
        (0..count).map(|_| Request::get("/items/7").body(axum::body::Body::empty()).expect("valid")).collect()
    };
    let bare = cost(plain.clone().into_service(), requests(11));
    let around = cost(audit().layer(plain.clone()), requests(11));
    let tagged_around = cost(audit().layer(tagged.clone()), requests(11));
    let inside = cost(plain.clone().layer(RouteLayer::new(|_| None)).into_service(), requests(11));
    println!(
        "axum: {bare} alone, {around} audited from outside, {tagged_around} with RouteLayer, {inside} by Router::layer"
    );
    assert_eq!(around, bare, "the layer around the router allocates nothing");
    assert_eq!((tagged_around - bare, inside - bare), (4, 4), "axum boxes differently now: change the documentation");

    let collecting = AuditLayer::new(Audit::builder().build(Arc::clone(&collect)));
    for router in [plain, tagged] {
        drop(ready(collecting.layer(router).oneshot(requests(1).remove(0))).expect("infallible"));
    }
    let seen = collect.seen.lock().expect("unpoisoned");
    assert_eq!(seen.first().map(|seen| (seen.route, seen.status)), Some((UNMATCHED, Some(200))));
    assert_eq!(seen.last().map(|seen| seen.route), Some("/items/{id}"));
}

#[test]
fn size_hints_pass_through() {
    let (_, layer) = audit();
    let service = layer.layer(service_fn(|_: Request<()>| async { frames(2, End::Normal) }));
    let body = ready(service.oneshot(request("/"))).expect("infallible").into_body();
    assert_eq!((body.size_hint().lower(), body.size_hint().upper()), (SizeHint::default().lower(), None));
    assert!(!body.is_end_stream());
}
