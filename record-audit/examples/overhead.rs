//! What the audit costs, next to the same without it, in one run: `cargo run --release --example overhead`. The fastest of
//! many rounds, in turns; compare the columns, not the absolutes: their difference is what the audit costs.

use std::alloc::{GlobalAlloc, Layout, System};
use std::convert::Infallible;
use std::future::{poll_fn, ready};
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{Request, Response};
use http_body::Body;
use http_body_util::{BodyExt, Full};
use record_audit::{Audit, AuditLayer, CountingAllocator, Ledger, Recorder, RequestRecord};
use tower::{Layer, Service, ServiceExt, service_fn};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::system();

const ROUNDS: u32 = 200;
const REPEATS: u32 = 10_000;

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

fn compare(name: &str, mut without: impl FnMut(), mut with: impl FnMut()) {
    let mut fastest = [f64::INFINITY; 2];
    for _ in 0..ROUNDS {
        fastest[0] = fastest[0].min(round(&mut without));
        fastest[1] = fastest[1].min(round(&mut with));
    }
    println!("{name:<44} {:>6.1} ns {:>6.1} ns", fastest[0], fastest[1]);
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

fn serve<S, B>(service: &mut S, request: Request<()>)
where
    S: Service<Request<()>, Response = Response<B>, Error = Infallible>,
    B: Body<Error = Infallible>,
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

fn empty() -> Request<()> {
    Request::new(())
}

fn with_id() -> Request<()> {
    let mut request = Request::new(());
    let id = HeaderValue::from_static("6f1c0a52-3c7e-4b0e-9d0a-5f6f6a1b2c3d");
    request.headers_mut().insert(HeaderName::from_static("x-request-id"), id);
    request
}

/// A service, and the same under an audit.
fn compare_services<S, B>(name: &str, service: S, audit: Audit<impl Recorder>, request: fn() -> Request<()>)
where
    S: Service<Request<()>, Response = Response<B>, Error = Infallible> + Clone,
    B: Body<Error = Infallible>,
{
    let mut audited = AuditLayer::new(audit).layer(service.clone());
    let mut plain = service;
    compare(name, || serve(&mut plain, request()), || serve(&mut audited, request()));
}

/// The same with a layer in place of the audit that looks at nothing: what it costs to be between.
fn compare_with_a_wrapper<S, B>(name: &str, service: S)
where
    S: Service<Request<()>, Response = Response<B>, Error = Infallible> + Clone,
    B: Body<Error = Infallible>,
{
    let mut wrapped = service.clone().map_response(|response| response.map(|body| body.map_frame(|frame| frame)));
    let mut plain = service;
    compare(name, || serve(&mut plain, empty()), || serve(&mut wrapped, empty()));
}

fn main() {
    println!("{:<44} {:>9} {:>9}", "", "without", "audited");
    compare("100 blocks of 64 bytes allocated and freed", || hundred_blocks(&System), || hundred_blocks(&ALLOCATOR));
    let at_once = service_fn(|_: Request<()>| ready(answer()));
    let settings = Audit::builder;
    let patterns = || settings().routes(["/", "/users/{id}"]);
    compare_with_a_wrapper("a request of an empty handler, only wrapped", at_once);
    compare_services("a request of an empty handler", at_once, settings().build(Silent), empty);
    compare_services("the same, with patterns of routes", at_once, patterns().build(Silent), empty);
    compare_services("the same, with the client's request id", at_once, settings().build(Silent), with_id);
    let in_a_block = service_fn(|_: Request<()>| async { answer() });
    compare_services("the same, of an async block", in_a_block, settings().build(Silent), empty);
    // Nothing is expanded into the caller here, so that the answer is moved without the audit, too.
    let boxed = at_once.boxed_clone();
    compare_services("the same, of a boxed service, as axum's", boxed, settings().build(Silent), empty);
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
}
