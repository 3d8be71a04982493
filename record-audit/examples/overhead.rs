//! What the audit costs, next to the same without it, in one run: `cargo run --release --example overhead`. The fastest of
//! many rounds, in turns; compare the columns, not the absolutes.

use std::alloc::{GlobalAlloc, Layout, System};
use std::convert::Infallible;
use std::future::ready;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::Full;
use record_audit::{Audit, AuditLayer, CountingAllocator, Recorder, RequestRecord};
use tower::{Layer, Service, service_fn};

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

fn round(mut work: impl FnMut()) -> Duration {
    let started = Instant::now();
    (0..REPEATS).for_each(|_| work());
    started.elapsed() / REPEATS
}

fn compare(name: &str, mut without: impl FnMut(), mut with: impl FnMut()) {
    let mut fastest = [Duration::MAX; 2];
    for _ in 0..ROUNDS {
        fastest[0] = fastest[0].min(round(&mut without));
        fastest[1] = fastest[1].min(round(&mut with));
    }
    println!("{name:<44} {:>6} ns {:>6} ns", fastest[0].as_nanos(), fastest[1].as_nanos());
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

fn serve<S, B>(service: &mut S)
where
    S: Service<Request<()>, Response = Response<B>, Error = Infallible>,
    B: Body<Error = Infallible>,
{
    let mut context = Context::from_waker(Waker::noop());
    let polled = pin!(service.call(Request::new(()))).poll(&mut context);
    let Poll::Ready(Ok(answer)) = polled else { unreachable!("ready at once") };
    let mut body = pin!(answer.into_body());
    drop(black_box(body.as_mut().poll_frame(&mut context)));
}

fn main() {
    println!("{:<44} {:>9} {:>9}", "", "without", "audited");
    compare("100 blocks of 64 bytes allocated and freed", || hundred_blocks(&System), || hundred_blocks(&ALLOCATOR));
    let handler =
        service_fn(|_: Request<()>| ready(Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(b"text"))))));
    let mut plain = handler;
    let layered = |audit| AuditLayer::new(audit).layer(handler);
    let mut audited = layered(Audit::builder().build(Silent));
    compare("a request of an empty handler", || serve(&mut plain), || serve(&mut audited));
    let mut plain = handler;
    let mut routed = layered(Audit::builder().routes(["/", "/users/{id}"]).build(Silent));
    compare("the same, with patterns of routes", || serve(&mut plain), || serve(&mut routed));
}
