//! The middleware's places for requests are used again. Once there are enough of them, the process does not allocate
//! for a request, whether it ends on its first thread or on another. Counted inside of the counting allocator, which
//! leaves out what the audit needs for itself.

use std::alloc::{GlobalAlloc, Layout, System};
use std::convert::Infallible;
use std::future::{Future, Ready, ready};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Barrier, Mutex};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::Full;
use record_audit::{Audit, AuditFuture, AuditLayer, CountingAllocator, Recorder, RequestRecord};
use tower::{Layer, Service, service_fn};

struct Total;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: every call is passed to `System` with its arguments, and its result is returned; an atomic neither allocates nor
// unwinds.
unsafe impl GlobalAlloc for Total {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: what the caller promised to us is what `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: what the caller promised to us is what `System` asks for.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: CountingAllocator<Total> = CountingAllocator::new(Total);

#[derive(Default)]
struct Ended(AtomicU64);

impl Recorder for Ended {
    fn ended(&self, record: &RequestRecord<'_>) {
        assert_eq!(record.total().map(|it| (it.allocations, it.frees)), Some((0, 0)));
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

type Answer = Result<Response<Full<Bytes>>, Infallible>;
type Begun = AuditFuture<Ready<Answer>>;

fn end(begun: Begun) {
    let mut context = Context::from_waker(Waker::noop());
    let Poll::Ready(Ok(answer)) = pin!(begun).poll(&mut context) else { unreachable!("ready at once") };
    let mut body = pin!(answer.into_body());
    assert!(matches!(body.as_mut().poll_frame(&mut context), Poll::Ready(Some(Ok(_)))));
}

const AT_ONCE: usize = 300;
const ROUNDS: usize = 60;
const WARM_UP: usize = 20;

#[test]
fn no_allocation_once_there_are_enough_places() {
    let audit = Audit::builder().build(Ended::default());
    let handler =
        service_fn(|_: Request<()>| ready(Ok::<_, Infallible>(Response::new(Full::new(Bytes::from("text"))))));
    let mut service = AuditLayer::new(audit.clone()).layer(handler);

    // More at once than a thread keeps idle, all ended elsewhere.
    let begun = Mutex::new(Vec::<Begun>::with_capacity(AT_ONCE));
    let (full, empty) = (Barrier::new(2), Barrier::new(2));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..ROUNDS {
                full.wait();
                begun.lock().expect("unpoisoned").drain(..).for_each(end);
                empty.wait();
            }
        });
        let mut before = 0;
        for round in 0..ROUNDS {
            if round == WARM_UP {
                before = ALLOCATIONS.load(Ordering::Relaxed);
            }
            begun.lock().expect("unpoisoned").extend((0..AT_ONCE).map(|_| service.call(Request::new(()))));
            full.wait();
            empty.wait();
        }
        assert_eq!(ALLOCATIONS.load(Ordering::Relaxed) - before, 0, "ended on another thread");
    });

    end(service.call(Request::new(())));
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    for _ in 0..10_000 {
        end(service.call(Request::new(())));
    }
    assert_eq!(ALLOCATIONS.load(Ordering::Relaxed) - before, 0, "one after the other");
    assert_eq!(audit.recorder().0.load(Ordering::Relaxed), (AT_ONCE * ROUNDS + 10_001) as u64);
}
