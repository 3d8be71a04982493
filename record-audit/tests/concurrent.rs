//! A hundred thousand concurrent requests over four worker threads, some cancelled, some panicking. Their sum is the
//! count of a second allocator, further inside, for the whole process, but for work outside of requests. That is the
//! runtime's, the freeing of exception objects, and the audit's own for spawned work.

use std::alloc::{GlobalAlloc, Layout, System};
use std::convert::Infallible;
use std::future::poll_fn;
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::task::Poll;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use record_audit::{Audit, AuditLayer, CountingAllocator, Outcome, Recorder, RequestRecord, Scope};
use tower::{Layer, Service, service_fn};

/// Counts by global atomics: another mechanism than the one under test.
struct Totals;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static FREES: AtomicU64 = AtomicU64::new(0);
static NET: AtomicI64 = AtomicI64::new(0);

fn signed(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

// SAFETY: every call is passed to `System` with its arguments, and its result is returned; atomics neither allocate nor
// unwind.
unsafe impl GlobalAlloc for Totals {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        NET.fetch_add(signed(layout.size()), Ordering::Relaxed);
        // SAFETY: what the caller promised to us is what `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        FREES.fetch_add(1, Ordering::Relaxed);
        NET.fetch_sub(signed(layout.size()), Ordering::Relaxed);
        // SAFETY: what the caller promised to us is what `System` asks for.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: CountingAllocator<Totals> = CountingAllocator::new(Totals);

/// Sums over requests, without allocating.
#[derive(Default)]
struct Sums {
    active: AtomicI64,
    requests: AtomicU64,
    outcomes: [AtomicU64; Outcome::ALL.len()],
    allocations: AtomicU64,
    frees: AtomicU64,
    net: AtomicI64,
}

impl Recorder for Sums {
    fn started(&self) {
        self.active.fetch_add(1, Ordering::Relaxed);
    }

    fn ended(&self, record: &RequestRecord<'_>) {
        let total = record.total().expect("installed");
        // `Totals` has no `realloc` of its own, so that it sees a reallocation as an allocation and a free.
        self.allocations.fetch_add(total.allocations + total.reallocations, Ordering::Relaxed);
        self.frees.fetch_add(total.frees + total.reallocations, Ordering::Relaxed);
        self.net.fetch_add(total.net_bytes(), Ordering::Relaxed);
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.outcomes[record.outcome() as usize].fetch_add(1, Ordering::Relaxed);
        self.active.fetch_sub(1, Ordering::Relaxed);
    }
}

/// `SplitMix64` (Steele, Lea and Flood, 2014).
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Requests that spawned work: the audit allocates something for each, which is in nobody's numbers.
static FAMILIES: AtomicU64 = AtomicU64::new(0);

async fn handler(request: Request<u64>) -> Result<Response<Full<Bytes>>, Infallible> {
    let mut seed = *request.body();
    let (mut kept, mut spawned) = (Vec::new(), false);
    for step in 0..random(&mut seed) % 8 {
        kept.push(black_box(vec![1_u8; usize::try_from(random(&mut seed) % 3000 + 1).expect("small")]));
        if random(&mut seed).is_multiple_of(3) {
            kept.pop();
        }
        if random(&mut seed).is_multiple_of(16) {
            FAMILIES.fetch_add(u64::from(!std::mem::replace(&mut spawned, true)), Ordering::Relaxed);
            Scope::current().expect("inside a request").carry(|| drop(black_box(vec![step; 100])))();
        }
        tokio::task::yield_now().await;
        if random(&mut seed).is_multiple_of(64) {
            // Without the message of the hook, which would allocate.
            std::panic::resume_unwind(Box::new(()));
        }
    }
    Ok(Response::new(Full::new(Bytes::from(vec![b'x'; 500]))))
}

const TASKS: u64 = 100;
const REQUESTS: u64 = 1000;

#[test]
fn the_sum_over_requests_is_what_the_process_did() {
    let sums = Arc::new(Sums::default());
    let audit = Audit::builder().build(Arc::clone(&sums));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().expect("a runtime");
    let totals = || {
        let read = |counter: &AtomicU64| i64::try_from(counter.load(Ordering::Relaxed)).expect("small");
        (read(&ALLOCATIONS), read(&FREES), NET.load(Ordering::Relaxed))
    };
    let before = totals();
    let panicked = Arc::new(AtomicU64::new(0));
    runtime.block_on(async {
        let tasks: Vec<_> = (0..TASKS)
            .map(|task| {
                let mut service = AuditLayer::new(audit.clone()).layer(service_fn(handler));
                let panicked = Arc::clone(&panicked);
                tokio::spawn(async move {
                    let mut seed = task;
                    for _ in 0..REQUESTS {
                        let mut future = std::pin::pin!(Some(service.call(Request::new(random(&mut seed)))));
                        let mut polls = if random(&mut seed).is_multiple_of(4) { random(&mut seed) % 6 } else { 1000 };
                        let answer = poll_fn(|context| {
                            if polls == 0 {
                                return Poll::Ready(None);
                            }
                            polls -= 1;
                            let inner = future.as_mut().as_pin_mut().expect("taken below");
                            if let Ok(polled) = catch_unwind(AssertUnwindSafe(|| inner.poll(context))) {
                                polled.map(Some)
                            } else {
                                panicked.fetch_add(1, Ordering::Relaxed);
                                Poll::Ready(None)
                            }
                        })
                        .await;
                        future.set(None);
                        let Some(answer) = answer else { continue };
                        let mut body = answer.expect("infallible").into_body();
                        if !random(&mut seed).is_multiple_of(5) {
                            // The frame is dropped within the body's time, but not by the body: 500 bytes and a block.
                            drop(body.frame().await);
                        }
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("its panics are caught");
        }
    });
    drop(runtime);
    let after = totals();
    let of = |outcome: Outcome| sums.outcomes[outcome as usize].load(Ordering::Relaxed);
    assert_eq!(sums.requests.load(Ordering::Relaxed), TASKS * REQUESTS);
    assert_eq!(sums.active.load(Ordering::Relaxed), 0);
    let caught = panicked.load(Ordering::Relaxed);
    assert_eq!(of(Outcome::Panicked), caught);
    for outcome in [Outcome::Completed, Outcome::Dropped, Outcome::BodyDropped, Outcome::Panicked] {
        assert!(of(outcome) > 1000, "{outcome:?}: {}", of(outcome));
    }

    let sum = |counter: &AtomicU64| i64::try_from(counter.load(Ordering::Relaxed)).expect("small");
    // Freed outside of requests, by design of the test: frames that were taken out of their body, exception objects.
    let outside = sum(&sums.outcomes[Outcome::Completed as usize]) + i64::try_from(caught).expect("small");
    let (allocations, frees) = (after.0 - before.0, after.1 - before.1);
    let families = sum(&FAMILIES);
    let allocations_left = allocations - sum(&sums.allocations) - families;
    let frees_left = frees - sum(&sums.frees) - outside - families;
    println!(
        "process: {allocations} allocations, {frees} frees; not in requests: {allocations_left} and {frees_left}; \
         outcomes {:?}",
        sums.outcomes
    );
    // The rest is the runtime's: its start, a task each, its queues.
    assert!((0..3000).contains(&allocations_left), "{allocations_left}");
    assert!((0..3000).contains(&frees_left), "{frees_left}");
}
