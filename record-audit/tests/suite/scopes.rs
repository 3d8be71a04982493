//! Scopes: nesting, polls, migration, cancellation, panics, spawned work.

use std::future::{Future, poll_fn};
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use proptest::prelude::*;
use record_audit::{Counters, End, Scope, measure, measure_future, observe_future};

fn counted<T>(work: impl FnOnce() -> T) -> (T, Counters) {
    let (result, counters) = measure(work);
    (result, counters.expect("the allocator is installed"))
}

fn once(size: usize) {
    drop(black_box(vec![1_u8; size]));
}

/// Pending for the first so many polls.
async fn pause(times: usize) {
    let mut left = times;
    poll_fn(|context| {
        context.waker().wake_by_ref();
        if left == 0 {
            Poll::Ready(())
        } else {
            left -= 1;
            Poll::Pending
        }
    })
    .await;
}

fn poll_once<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn inner_scopes_are_in_outer_ones_and_peaks_are_their_own() {
    let mut inner = None;
    let ((), outer) = counted(|| {
        once(1000);
        let kept = black_box(vec![1_u8; 10]);
        inner = Some(counted(|| once(50)).1);
        drop(kept);
        once(20);
    });
    let inner = inner.expect("it ran");
    assert_eq!((inner.allocations, inner.peak_bytes, inner.net_bytes()), (1, 50, 0));
    assert_eq!((outer.allocations, outer.frees, outer.peak_bytes), (4, 4, 1000));

    let ((), outer) = counted(|| {
        let kept = black_box(vec![1_u8; 10]);
        counted(|| once(5000));
        drop(kept);
    });
    assert_eq!(outer.peak_bytes, 5010, "the inner peak on top of what the outer held");
}

#[test]
fn polls_on_different_threads_add_up() {
    let result = Arc::new(Mutex::new(None));
    let slot = Arc::clone(&result);
    let mut future = Box::pin(observe_future(
        async {
            for _ in 0..10 {
                once(100);
                pause(1).await;
            }
        },
        move |end, counters| *slot.lock().expect("unpoisoned") = Some((end, counters)),
    ));
    for _ in 0..11 {
        let mut moved = future;
        future = std::thread::spawn(move || {
            let _ = poll_once(moved.as_mut());
            moved
        })
        .join()
        .expect("no panic");
    }
    let (end, counters) = result.lock().expect("unpoisoned").take().expect("it has ended");
    let counters = counters.expect("installed");
    assert_eq!((end, counters.allocations, counters.frees, counters.peak_bytes), (End::Completed, 10, 10, 100));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn migrating_tasks_are_exact() {
    let tasks: Vec<_> = (0..64_usize)
        .map(|size| {
            tokio::spawn(async move {
                let work = async {
                    let mut kept = Vec::with_capacity(50);
                    for _ in 0..50 {
                        kept.push(black_box(vec![1_u8; size + 1]));
                        // Yielding to the scheduler allocates nothing, and other workers steal.
                        tokio::task::yield_now().await;
                    }
                };
                (size, measure_future(work).await.1)
            })
        })
        .collect();
    for task in tasks {
        let (size, counters) = task.await.expect("no panic");
        let counters = counters.expect("installed");
        // The allocation of `yield_now` for its list of deferred wakers, once per worker, may fall into a task.
        let own = 51;
        assert!((own..own + 4).contains(&counters.allocations), "{counters:?}");
        assert!(counters.allocated_bytes >= 50 * (size as u64 + 1) + 1200);
    }
}

#[test]
fn dropped_at_every_await_point_its_frees_belong_to_it() {
    for polls in 0..12 {
        let mut seen = None;
        {
            let mut future = pin!(observe_future(
                async {
                    let mut kept = Vec::with_capacity(10);
                    for size in 0..10_usize {
                        kept.push(vec![1_u8; size + 1]);
                        pause(1).await;
                    }
                    drop(kept);
                },
                |end, counters| seen = Some((end, counters)),
            ));
            // One poll per await point; the future lives on the stack, so that only its contents allocate.
            for _ in 0..polls {
                if poll_once(future.as_mut()).is_ready() {
                    break;
                }
            }
        }
        let (end, counters) = seen.expect("called once");
        let counters = counters.expect("installed");
        let blocks = if polls == 0 { 0 } else { polls.min(10) + 1 };
        assert_eq!(end, if polls >= 11 { End::Completed } else { End::Dropped }, "{polls}");
        assert_eq!((counters.allocations, counters.frees, counters.net_bytes()), (blocks, blocks, 0), "{polls}");
    }
}

#[test]
fn a_panic_at_every_place_leaves_nothing_behind() {
    for place in 0..6 {
        let mut seen = None;
        let ((), outer) = counted(|| {
            let caught = catch_unwind(AssertUnwindSafe(|| {
                let mut future = pin!(observe_future(
                    async {
                        let _first = black_box(vec![1_u8; 10]);
                        assert!(place != 0 && place != 1, "{}", black_box("planned"));
                        pause(1).await;
                        let _second = black_box(vec![1_u8; 20]);
                        assert!(place != 2, "{}", black_box("planned"));
                        let ((), _inner) = measure(|| {
                            let _third = black_box(vec![1_u8; 30]);
                            assert!(place != 3, "{}", black_box("planned"));
                        });
                        pause(1).await;
                        assert!(place != 4, "{}", black_box("planned"));
                    },
                    |end, counters| seen = Some((end, counters)),
                ));
                while poll_once(future.as_mut()).is_pending() {}
            }));
            assert_eq!(caught.is_err(), place != 5);
        });
        let (end, counters) = seen.expect("called once");
        assert_eq!(end, if place == 5 { End::Completed } else { End::Panicked });
        assert!(outer.allocations >= counters.expect("installed").allocations);
        // Later work is counted as if nothing had happened.
        let ((), after) = counted(|| once(123));
        assert_eq!((after.allocations, after.net_bytes(), after.peak_bytes), (1, 0, 123));
        assert!(Scope::current().is_none(), "no scope is left on the stack of frames");
    }
}

#[test]
fn carried_work_counts_and_work_past_the_scope_does_not() {
    let ((), counters) = counted(|| {
        let scope = Scope::current().expect("inside");
        std::thread::spawn(scope.carry(|| once(4096))).join().expect("no panic");
        std::thread::spawn(|| once(1_000_000)).join().expect("no panic");
    });
    assert!((4096..1_000_000).contains(&counters.allocated_bytes), "{counters:?}");
    assert_eq!((counters.coverage.spawned, counters.coverage.unfinished), (1, 0));
}

#[test]
fn carried_work_on_the_same_thread_counts_once() {
    let (inner, outer) = counted(|| {
        let ((), inner) = counted(|| {
            let scope = Scope::current().expect("inside");
            scope.carry(|| once(500))();
            let mut future = pin!(scope.follow(async { once(300) }));
            assert!(poll_once(future.as_mut()).is_ready());
        });
        inner
    });
    for it in [inner, outer] {
        assert_eq!((it.allocations, it.allocated_bytes, it.net_bytes()), (2, 800, 0), "{it:?}");
        assert_eq!(it.coverage.spawned, 2);
    }
}

#[test]
fn work_spawned_by_an_inner_scope_is_in_the_outer_too() {
    let (inner, outer) = counted(|| {
        let carried = counted(|| Scope::current().expect("inside").carry(|| once(700)));
        let worker = std::thread::spawn(carried.0);
        worker.join().expect("no panic");
        carried.1
    });
    assert_eq!((inner.allocated_bytes, inner.coverage.unfinished), (0, 1), "taken before the work ran");
    assert!(outer.allocated_bytes >= 700);
    assert_eq!((outer.coverage.spawned, outer.coverage.unfinished), (1, 0));
}

#[test]
fn spawned_work_that_panics_or_is_never_run_leaves() {
    let ((), counters) = counted(|| {
        let scope = Scope::current().expect("inside");
        assert!(std::thread::spawn(scope.carry(|| panic!("planned"))).join().is_err());
        drop(scope.carry(|| ()));
        drop(scope.follow(async { once(10) }));
    });
    assert_eq!((counters.coverage.spawned, counters.coverage.unfinished), (3, 0));
}

#[cfg(feature = "tokio")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tasks_and_blocking_work_are_in_the_scope_that_spawned_them() {
    let ((), counters) = measure_future(async {
        let scope = Scope::current().expect("inside");
        let task = scope.spawn(async {
            once(10_000);
            tokio::task::yield_now().await;
            Scope::current().expect("carried on").spawn_blocking(|| once(20_000)).await.expect("no panic");
        });
        task.await.expect("no panic");
    })
    .await;
    let counters = counters.expect("installed");
    assert!((30_000..40_000).contains(&counters.allocated_bytes), "{counters:?}");
    assert_eq!((counters.coverage.spawned, counters.coverage.unfinished), (2, 0));
}

/// The steps of a random program.
#[derive(Debug, Clone)]
enum Step {
    Allocate(usize),
    FreeOne,
    Scope(Vec<Step>),
    Carry(Vec<Step>),
    Poll(Vec<Step>),
    Panic(Vec<Step>),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let leaf = prop_oneof![(1..2000_usize).prop_map(Step::Allocate), Just(Step::FreeOne)];
    let step = leaf.prop_recursive(5, 60, 6, |inner| {
        let list = || prop::collection::vec(inner.clone(), 0..6);
        prop_oneof![
            list().prop_map(Step::Scope),
            list().prop_map(Step::Carry),
            list().prop_map(Step::Poll),
            list().prop_map(Step::Panic),
        ]
    });
    prop::collection::vec(step, 0..10)
}

#[derive(Debug, Default, Clone, Copy, PartialEq)]
struct Model {
    allocations: u64,
    frees: u64,
    net: i64,
    peak: i64,
}

/// Runs steps and returns what a scope around them must see. `kept` has room, so that it never allocates by itself.
fn run(steps: &[Step], kept: &mut Vec<Vec<u8>>) -> Model {
    let mut model = Model::default();
    for step in steps {
        let part = match step {
            Step::Allocate(size) => {
                kept.push(black_box(vec![1_u8; *size]));
                let size = i64::try_from(*size).expect("small");
                Model { allocations: 1, frees: 0, net: size, peak: size }
            }
            Step::FreeOne => kept.pop().map_or(Model::default(), |block| Model {
                allocations: 0,
                frees: 1,
                net: -i64::try_from(block.len()).expect("small"),
                peak: 0,
            }),
            Step::Scope(inner) => checked(|| run(inner, kept)),
            Step::Carry(inner) => {
                let mut model = Model::default();
                Scope::current().expect("inside").carry(|| model = run(inner, kept))();
                model
            }
            Step::Poll(inner) => {
                let mut model = Model::default();
                let mut seen = None;
                {
                    let mut future = pin!(observe_future(
                        async {
                            pause(1).await;
                            model = run(inner, kept);
                            pause(1).await;
                        },
                        |_, counters| seen = counters,
                    ));
                    while poll_once(future.as_mut()).is_pending() {}
                }
                compare(seen, model);
                model
            }
            Step::Panic(inner) => {
                let mut model = Model::default();
                let caught = catch_unwind(AssertUnwindSafe(|| {
                    measure(|| {
                        model = run(inner, kept);
                        // Without the hook's message, which would allocate.
                        std::panic::resume_unwind(Box::new(()));
                    })
                }));
                assert!(caught.is_err());
                drop(caught);
                // The runtime's exception object is allocated and freed between.
                model.allocations += PANIC_BLOCKS;
                model.frees += PANIC_BLOCKS;
                model.peak = model.peak.max(model.net + PANIC_BYTES);
                model
            }
        };
        model.peak = model.peak.max(model.net + part.peak);
        model.net += part.net;
        model.allocations += part.allocations;
        model.frees += part.frees;
    }
    model
}

/// The allocations of an unwinding panic in this version of std: measured, not assumed.
static PANIC: std::sync::LazyLock<(u64, i64)> = std::sync::LazyLock::new(|| {
    let ((), counters) = counted(|| drop(catch_unwind(|| std::panic::resume_unwind(Box::new(())))));
    assert_eq!(counters.allocations, counters.frees);
    (counters.allocations, i64::try_from(counters.peak_bytes).expect("small"))
});
const PANIC_BLOCKS: u64 = 1;
const PANIC_BYTES: i64 = 56;

fn checked(work: impl FnOnce() -> Model) -> Model {
    let (model, counters) = measure(work);
    compare(counters, model);
    model
}

fn compare(counters: Option<Counters>, model: Model) {
    let counters = counters.expect("installed");
    let seen = Model {
        allocations: counters.allocations,
        frees: counters.frees,
        net: counters.net_bytes(),
        peak: i64::try_from(counters.peak_bytes).expect("small"),
    };
    assert_eq!(seen, model);
}

proptest! {
    #[test]
    fn random_programs_are_counted_as_the_model_says(steps in steps()) {
        assert_eq!(*PANIC, (PANIC_BLOCKS, PANIC_BYTES), "std changed: adapt the constants");
        let mut kept: Vec<Vec<u8>> = Vec::with_capacity(10_000);
        kept.push(vec![1; 40]);
        checked(|| run(&steps, &mut kept));
    }
}
