//! The buffer pool: buffers come back whatever happens, empty; limits hold; the statistics add up.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;
use std::sync::mpsc;
use std::task::{Context, Poll, Waker};
use std::thread;

use proptest::prelude::*;
use record_runtime::{BufferPool, PoolLimits, PoolStats, PooledBuffer, ZeroAllocJson};

/// Every test has a pool of its own: the global one is shared with the tests that run beside.
fn pool() -> BufferPool {
    BufferPool::new(PoolLimits::DEFAULT)
}

fn filled(pool: &BufferPool, len: usize) -> PooledBuffer {
    let mut buffer = pool.checkout(0);
    buffer.resize(len, b'x');
    buffer
}

#[track_caller]
fn assert_adds_up(stats: PoolStats) {
    let PoolStats { hits, misses, returned, kept, .. } = stats;
    let ends = kept + stats.dropped_oversize + stats.dropped_unused + stats.dropped_full + stats.taken;
    assert_eq!(returned, ends, "{stats:?}");
    assert_eq!(stats.out, hits + misses - returned, "{stats:?}");
    assert_eq!(stats.retained_buffers, kept - hits - stats.released, "{stats:?}");
    assert_eq!(stats.retained_buffers == 0, stats.retained_bytes == 0, "{stats:?}");
}

#[test]
fn a_buffer_comes_back_empty_with_its_capacity() {
    let pool = pool();
    let mut first = pool.checkout(0);
    "a secret".repeat(1000).write_json(&mut first);
    let capacity = first.capacity();
    drop(first);

    let second = pool.checkout(0);
    assert!(second.is_empty());
    assert_eq!(second.capacity(), capacity);
    let stats = pool.stats();
    assert_eq!((stats.hits, stats.misses, stats.out), (1, 1, 1));
    drop(second);
    assert_eq!(pool.stats().retained_bytes, capacity as u64);
    assert_adds_up(pool.stats());
}

#[test]
fn a_buffer_has_the_capacity_that_was_asked_for() {
    let pool = pool();
    for capacity in [0, 1, 511, 512, 513, 100_000, 7] {
        assert!(pool.checkout(capacity).capacity() >= capacity);
    }
    // Two of different sizes: the one that fits is found, wherever it is.
    drop((filled(&pool, 100_000), filled(&pool, 10)));
    assert!(pool.checkout(50_000).capacity() >= 100_000);
    assert_adds_up(pool.stats());
    let pool = BufferPool::new(PoolLimits { buffers_per_thread: 0, ..PoolLimits::DEFAULT });
    for lens in [[100_000, 10], [10, 100_000]] {
        drop(lens.map(|len| filled(&pool, len)));
        assert!(pool.checkout(50_000).capacity() >= 100_000, "of the overflow");
        pool.trim();
    }
}

#[test]
fn early_returns_and_errors_return_it() {
    fn fails(pool: &BufferPool) -> Result<(), std::num::ParseIntError> {
        let _buffer = filled(pool, 100);
        "no number".parse::<u8>()?;
        Ok(())
    }

    let pool = pool();
    fails(&pool).unwrap_err();
    assert_eq!((pool.stats().out, pool.stats().retained_buffers), (0, 1));
}

#[test]
fn a_panic_returns_it() {
    let pool = pool();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _buffer = filled(&pool, 100);
        panic!("in the middle");
    }));
    assert!(panicked.is_err());
    assert_eq!((pool.stats().out, pool.stats().retained_buffers), (0, 1));
    assert!(pool.checkout(0).is_empty());
    assert_adds_up(pool.stats());
}

#[test]
fn a_cancelled_future_returns_it() {
    let pool = pool();
    let mut future = Box::pin(async {
        let buffer = filled(&pool, 100);
        std::future::pending::<()>().await;
        drop(buffer);
    });
    assert_eq!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending);
    assert_eq!(pool.stats().out, 1);
    drop(future);
    assert_eq!((pool.stats().out, pool.stats().retained_buffers), (0, 1));
}

#[test]
fn another_thread_may_return_it() {
    let pool = pool();
    let buffer = filled(&pool, 100);
    let (send, receive) = mpsc::channel::<PooledBuffer>();
    let worker = thread::spawn(move || drop(receive.recv()));
    send.send(buffer).unwrap();
    worker.join().unwrap();
    let stats = pool.stats();
    assert_eq!((stats.out, stats.retained_buffers), (0, 1), "the overflow has it from the thread that ended");
    // And from there it serves this thread.
    drop(pool.checkout(0));
    assert_eq!(pool.stats().hits, 1);
    assert_adds_up(pool.stats());
}

#[test]
fn the_end_of_a_thread_hands_its_buffers_on_and_forgets_no_count() {
    let pool = pool();
    let seen = pool.clone();
    thread::spawn(move || {
        let buffers = [(); 5].map(|()| filled(&seen, 1000));
        drop(buffers);
        assert_eq!(seen.stats().retained_buffers, 5);
    })
    .join()
    .unwrap();
    let stats = pool.stats();
    assert_eq!((stats.misses, stats.kept, stats.retained_buffers, stats.out), (5, 5, 5, 0));
    assert_adds_up(stats);
}

/// Destructors of thread-local values run in an order of the system's: some after the pool's own.
#[test]
fn a_buffer_in_a_thread_local_is_returned_while_the_thread_ends() {
    use std::cell::RefCell;
    thread_local! {
        static BEFORE: RefCell<Option<PooledBuffer>> = const { RefCell::new(None) };
        static AFTER: RefCell<Option<PooledBuffer>> = const { RefCell::new(None) };
        static CHECKS_OUT: RefCell<Option<ChecksOut>> = const { RefCell::new(None) };
    }
    struct ChecksOut(BufferPool);
    impl Drop for ChecksOut {
        fn drop(&mut self) {
            assert!(filled(&self.0, 10).starts_with(b"x"));
        }
    }

    let pool = pool();
    let used = pool.clone();
    thread::spawn(move || {
        // Registered before the pool's own thread-local, and after it.
        BEFORE.with(|slot| assert!(slot.borrow().is_none()));
        CHECKS_OUT.with(|slot| *slot.borrow_mut() = Some(ChecksOut(used.clone())));
        let buffer = filled(&used, 100);
        BEFORE.with(|slot| *slot.borrow_mut() = Some(buffer));
        AFTER.with(|slot| *slot.borrow_mut() = Some(filled(&used, 100)));
    })
    .join()
    .unwrap();
    let stats = pool.stats();
    assert_eq!((stats.out, stats.returned), (0, 3));
    assert_eq!((stats.kept, stats.dropped_full), (3, 0), "whichever is first, the overflow has a place");
    assert_adds_up(stats);
}

/// The end of a process: with buffers idle, on loan, and on loan on another thread.
#[test]
fn the_end_of_the_process_is_uneventful() {
    const CHILD: &str = "RECORD_POOL_CHILD";
    if let Ok(how) = std::env::var(CHILD) {
        drop(PooledBuffer::checkout());
        let mut held = PooledBuffer::with_capacity(1000);
        held.push(1);
        thread::spawn(|| {
            let _held = PooledBuffer::checkout();
            thread::park();
        });
        if how == "exit" {
            std::process::exit(0);
        }
        std::mem::forget(held);
        return;
    }
    for how in ["exit", "return"] {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "pool::the_end_of_the_process_is_uneventful"])
            .env(CHILD, how)
            // It ends while buffers are checked out, which a sanitizer would call a leak.
            .env("ASAN_OPTIONS", "detect_leaks=0")
            .output()
            .unwrap();
        assert!(output.status.success(), "{how}: {output:?}");
    }
}

#[test]
fn the_retention_cap_of_a_buffer_holds() {
    let pool = BufferPool::new(PoolLimits { buffer_bytes: 1000, ..PoolLimits::DEFAULT });
    let mut buffer = pool.checkout(1001);
    buffer.push(b'x');
    drop(buffer);
    let stats = pool.stats();
    assert_eq!((stats.dropped_oversize, stats.retained_bytes), (1, 0));
    drop(pool.checkout(1000));
    assert_eq!(pool.stats().retained_bytes, 1000);
    assert_adds_up(pool.stats());
}

/// Across threads that all hold their caches at once.
#[test]
fn the_retention_cap_of_the_pool_holds_at_every_moment() {
    let limits = PoolLimits { total_bytes: 100_000, overflow_buffers: 3, ..PoolLimits::DEFAULT };
    let pool = BufferPool::new(limits);
    let worker = |seed: usize| {
        let pool = pool.clone();
        move || {
            for round in 0..500 {
                drop((0..12).map(|n| filled(&pool, (seed * 7919 + round * 31 + n * 1009) % 9000)).collect::<Vec<_>>());
                assert!(pool.stats().retained_bytes <= 100_000);
            }
        }
    };
    // Joined one by one: the end of a scope does not wait for destructors of thread-local values.
    let workers: Vec<_> = (0..8).map(|seed| thread::spawn(worker(seed))).collect();
    for worker in workers {
        worker.join().unwrap();
    }
    let stats = pool.stats();
    assert!(stats.dropped_full > 0 && stats.hits > 0, "{stats:?}");
    assert!(stats.retained_buffers <= 3, "only the overflow is left: {stats:?}");
    assert_eq!(stats.hits + stats.misses, 8 * 500 * 12);
    assert_eq!(stats.out, 0);
    assert_adds_up(stats);
}

/// A thread's unused grant goes back to the budget when the thread ends.
#[test]
fn the_end_of_a_thread_gives_its_grant_back() {
    let pool = BufferPool::new(PoolLimits { total_bytes: 64 << 10, overflow_buffers: 0, ..PoolLimits::DEFAULT });
    for round in 0..100 {
        let used = pool.clone();
        std::thread::spawn(move || {
            drop(filled(&used, 20_000));
            // The thread keeps its grant for what it lends, which does not come back.
            if round % 2 == 0 {
                drop(used.checkout(20_000).into_vec());
            }
        })
        .join()
        .expect("no panic");
    }
    drop(filled(&pool, 50_000));
    assert!(pool.stats().retained_bytes >= 50_000, "{:?}", pool.stats());
}

#[test]
fn the_overflow_takes_what_a_thread_has_no_place_for_and_no_more() {
    let limits = PoolLimits { buffers_per_thread: 2, overflow_buffers: 3, ..PoolLimits::DEFAULT };
    let pool = BufferPool::new(limits);
    drop((0..10).map(|_| filled(&pool, 100)).collect::<Vec<_>>());
    let stats = pool.stats();
    assert_eq!((stats.kept, stats.dropped_full, stats.retained_buffers), (5, 5, 5));
    drop((0..10).map(|_| filled(&pool, 100)).collect::<Vec<_>>());
    assert_eq!(pool.stats().hits, 5);
    assert_adds_up(pool.stats());
}

#[test]
fn a_buffer_that_stays_mostly_unused_is_freed() {
    let pool = pool();
    drop(filled(&pool, 100_000));
    for n in 1..=64 {
        drop(filled(&pool, 100));
        assert_eq!(pool.stats().dropped_unused, 0, "after {n}");
    }
    drop(filled(&pool, 100));
    assert_eq!((pool.stats().dropped_unused, pool.stats().retained_buffers), (1, 0));

    // One use in time keeps it.
    drop(filled(&pool, 100_000));
    for n in 0..1000 {
        drop(filled(&pool, if n % 60 == 0 { 50_000 } else { 100 }));
    }
    assert_eq!(pool.stats().dropped_unused, 1);

    // Also where all that it has is asked for, and little of it used.
    let pool = self::pool();
    for _ in 0..65 {
        drop(pool.checkout(100_000));
    }
    assert_eq!((pool.stats().misses, pool.stats().dropped_unused), (1, 1));
    assert_adds_up(pool.stats());
}

#[test]
fn buffers_that_nobody_asks_for_are_freed() {
    let pool = pool();
    drop([(); 6].map(|()| filled(&pool, 1000)));
    assert_eq!(pool.stats().retained_buffers, 6);
    // Two are needed at a time. The first interval still has the six in it.
    for _ in 0..2048 {
        drop((filled(&pool, 1000), filled(&pool, 1000)));
    }
    assert_eq!(pool.stats().retained_buffers, 2);
    assert_adds_up(pool.stats());
    assert_has_all_of_its_budget(&pool);
}

/// A thread's grant for a larger buffer than it still has goes back, once it was not needed for long.
#[test]
fn a_grant_that_is_no_longer_needed_goes_back() {
    let pool = BufferPool::new(PoolLimits { total_bytes: 100_000, ..PoolLimits::DEFAULT });
    drop(filled(&pool, 40_000));
    drop(pool.checkout(0).into_vec());
    drop(filled(&pool, 90_000));
    assert_eq!((pool.stats().dropped_full, pool.stats().retained_buffers), (1, 0), "40,000 bytes are granted");
    for _ in 0..1024 {
        drop(filled(&pool, 1000));
    }
    drop(filled(&pool, 90_000));
    assert_eq!((pool.stats().dropped_full, pool.stats().retained_buffers), (1, 1), "they are no more");
    assert_has_all_of_its_budget(&pool);
}

/// A buffer that grows from loan to loan is granted what it has, and nothing twice.
#[test]
fn a_buffer_that_grows_is_granted_what_it_has() {
    let pool = BufferPool::new(PoolLimits { total_bytes: 200_000, ..PoolLimits::DEFAULT });
    for kilobytes in 1..=64 {
        drop(filled(&pool, kilobytes << 10));
        assert_eq!(pool.stats().retained_buffers, 1);
    }
    assert_has_all_of_its_budget(&pool);
}

/// Where the budget is short, every sixteenth refusal looks at the overflow. It frees the buffers that nobody needed since
/// the one before.
#[test]
fn the_overflow_does_not_keep_the_budget_from_threads_at_work() {
    let pool = BufferPool::new(PoolLimits { total_bytes: 100_000, ..PoolLimits::DEFAULT });
    let loans: Vec<_> = (0..32).map(|_| filled(&pool, 70_000)).collect();
    let used = pool.clone();
    thread::spawn(move || drop([(); 3].map(|()| filled(&used, 30_000)))).join().unwrap();
    for (n, loan) in loans.into_iter().enumerate() {
        drop(loan);
        assert_eq!(pool.stats().retained_buffers, if n < 31 { 3 } else { 1 }, "after {n}: {:?}", pool.stats());
    }
    assert_eq!((pool.stats().dropped_full, pool.stats().released), (31, 3));
    assert_has_all_of_its_budget(&pool);
}

/// Frees what is idle, after which one buffer may have the whole budget, or as much as a buffer may.
#[track_caller]
fn assert_has_all_of_its_budget(pool: &BufferPool) {
    pool.trim();
    assert_eq!(pool.stats().retained_bytes, 0);
    let PoolLimits { buffer_bytes, total_bytes, .. } = pool.limits();
    drop(filled(pool, buffer_bytes.min(total_bytes)));
    assert_eq!(pool.stats().retained_buffers, 1, "{:?}", pool.stats());
    pool.trim();
}

#[test]
fn trim_frees_what_is_idle_and_spares_what_is_out() {
    let pool = pool();
    let held = filled(&pool, 100);
    drop((0..20).map(|_| filled(&pool, 1000)).collect::<Vec<_>>());
    let (to_worker, orders) = mpsc::channel::<()>();
    let (answer, answers) = mpsc::channel::<()>();
    let used = pool.clone();
    let worker = thread::spawn(move || {
        drop(filled(&used, 1000));
        for () in orders {
            drop(filled(&used, 10));
            answer.send(()).unwrap();
        }
    });
    to_worker.send(()).unwrap();
    answers.recv().unwrap();
    let before = pool.stats().retained_buffers;
    pool.trim();
    let stats = pool.stats();
    assert_eq!((stats.retained_buffers, stats.out), (1, 1), "the other thread's is left, of {before}");
    // Its next use frees the idle buffer, and keeps the one it used.
    to_worker.send(()).unwrap();
    answers.recv().unwrap();
    assert_eq!(pool.stats().retained_buffers, 1);
    assert_eq!(pool.stats().released, before);
    drop(to_worker);
    worker.join().unwrap();
    assert!(held.starts_with(b"xxx"));
    drop(held);
    assert_adds_up(pool.stats());
}

/// Threads that once had much idle and then sleep.
fn with_sleepers(pool: &BufferPool, sleepers: usize, buffers: usize, bytes: usize, work: impl FnOnce()) {
    let (asleep, sleeping) = mpsc::channel();
    thread::scope(|scope| {
        let mut wake = Vec::new();
        let threads: Vec<_> = (0..sleepers)
            .map(|_| {
                let (waker, woken) = mpsc::channel::<()>();
                wake.push(waker);
                let asleep = asleep.clone();
                scope.spawn(move || {
                    drop((0..buffers).map(|_| filled(pool, bytes)).collect::<Vec<_>>());
                    asleep.send(()).unwrap();
                    let _ = woken.recv();
                })
            })
            .collect();
        (0..sleepers).for_each(|_| sleeping.recv().unwrap());
        work();
        drop(wake);
        // The scope alone would not wait until their thread-locals, which hold what is idle, are gone.
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

/// The memory that a sleeping thread holds.
const HOT_BYTES: u64 = 64 * 1024;

#[test]
fn trim_frees_what_threads_hold_that_sleep() {
    let pool = pool();
    with_sleepers(&pool, 3, 8, 2 << 20, || {
        assert!(pool.stats().retained_bytes >= 48 << 20);
        pool.trim();
        assert!(pool.stats().retained_bytes <= 3 * HOT_BYTES, "{:?}", pool.stats());
        assert_adds_up(pool.stats());
    });
    with_sleepers(&pool, 3, 8, 1000, || {
        pool.trim();
        assert!(pool.stats().retained_buffers <= 3, "{:?}", pool.stats());
    });
    assert_adds_up(pool.stats());
}

/// The whole budget is with threads that sleep: those at work get it.
#[test]
fn the_budget_is_not_held_by_threads_that_sleep() {
    // (buffers of each sleeper, their bytes, bytes of the thread at work, how often it may miss)
    for (sleepers, buffers, bytes, wanted, misses) in [
        (2, 8, 4 << 20, 2_000, 20),
        (2, 8, 4 << 20, 1 << 20, 20),
        (40, 8, 60_000, 2_000, 20),
        (40, 1, 4 << 20, 100_000, 20),
    ] {
        let total_bytes = sleepers * buffers * bytes;
        let pool = BufferPool::new(PoolLimits { total_bytes, ..PoolLimits::DEFAULT });
        with_sleepers(&pool, sleepers, buffers, bytes, || {
            let before = pool.stats();
            assert!(before.retained_bytes >= (total_bytes / 2) as u64, "{before:?}");
            for _ in 0..(100_000_000 / wanted).min(1_000) {
                drop(filled(&pool, wanted));
                assert!(pool.stats().retained_bytes <= total_bytes as u64);
            }
            let missed = pool.stats().misses - before.misses;
            assert!(missed <= misses, "{sleepers} times {buffers} of {bytes} bytes: {missed} misses of {wanted} bytes");
            assert_adds_up(pool.stats());
        });
        assert_adds_up(pool.stats());
    }
}

/// One buffer may have the whole budget, once the thread that holds some of it sleeps.
#[test]
fn one_buffer_may_have_the_budget_of_threads_that_sleep() {
    let pool = BufferPool::new(PoolLimits { total_bytes: 200_000, ..PoolLimits::DEFAULT });
    with_sleepers(&pool, 1, 1, 100_000, || {
        for _ in 0..20 {
            drop(filled(&pool, 200_000));
        }
        assert_eq!(pool.stats().retained_bytes, 200_000, "{:?}", pool.stats());
    });
}

/// More threads than the budget has room for hot buffers: half of it stays within reach.
#[test]
fn half_of_the_budget_can_always_be_taken_back() {
    let total_bytes = 20 * 60_000;
    let pool = BufferPool::new(PoolLimits { total_bytes, ..PoolLimits::DEFAULT });
    with_sleepers(&pool, 40, 1, 60_000, || {
        pool.trim();
        assert!(pool.stats().retained_bytes <= (total_bytes / 2) as u64, "{:?}", pool.stats());
    });
}

/// The end of a thread gives back its share of the half that is out of reach.
#[test]
fn each_new_thread_may_keep_a_buffer_out_of_reach() {
    let pool = BufferPool::new(PoolLimits { total_bytes: 200_000, ..PoolLimits::DEFAULT });
    for _ in 0..5 {
        with_sleepers(&pool, 1, 1, 60_000, || {
            pool.trim();
            assert_eq!(pool.stats().retained_bytes, 60_000, "{:?}", pool.stats());
        });
    }
}

/// Without anybody short of the budget: what sleeps decays as others work.
#[test]
fn what_threads_hold_that_sleep_decays() {
    let pool = pool();
    with_sleepers(&pool, 2, 8, 100_000, || {
        // A thread is looked at every 1024 returns, and asleep after sixteen looks at which it has done nothing.
        for _ in 0..16 << 10 {
            drop(filled(&pool, 10));
        }
        assert!(pool.stats().retained_bytes >= 1_600_000, "{:?}", pool.stats());
        for _ in 0..4_000 {
            drop(filled(&pool, 10));
        }
        assert!(pool.stats().retained_bytes <= 3 * HOT_BYTES, "{:?}", pool.stats());
        assert_adds_up(pool.stats());
    });
}

/// A thread at work is spared, however often it is looked at.
#[test]
fn what_threads_hold_that_work_is_left() {
    let pool = pool();
    let (to_worker, orders) = mpsc::channel::<()>();
    let (answer, answers) = mpsc::channel::<()>();
    let used = pool.clone();
    let worker = thread::spawn(move || {
        drop([(); 3].map(|()| filled(&used, 1000)));
        for () in orders {
            drop(filled(&used, 1000));
            answer.send(()).unwrap();
        }
    });
    for _ in 0..20 {
        to_worker.send(()).unwrap();
        answers.recv().unwrap();
        for _ in 0..1024 {
            drop(filled(&pool, 10));
        }
    }
    assert_eq!(pool.stats().retained_buffers, 4, "three of the worker, and one of this thread");
    drop(to_worker);
    worker.join().unwrap();
    assert_adds_up(pool.stats());
}

/// A thread that ends gives its part of the budget back, whether its buffers find a place or not.
#[test]
fn the_end_of_a_thread_gives_its_budget_back() {
    for overflow_buffers in [0, 1, 100] {
        let limits = PoolLimits { total_bytes: 400_000, overflow_buffers, ..PoolLimits::DEFAULT };
        let pool = BufferPool::new(limits);
        for round in 0..50 {
            let used = pool.clone();
            let worker = thread::spawn(move || {
                // One that is hot, and two that are not; or all of them as large.
                let len = if round % 2 == 0 { 50_000 } else { 90_000 };
                drop([(); 3].map(|()| filled(&used, len)));
                used.stats().retained_buffers
            });
            assert!(worker.join().unwrap() >= 3, "round {round}: {:?}", pool.stats());
            pool.trim();
            assert_eq!(pool.stats().retained_bytes, 0);
        }
        // Nothing is lost of it.
        drop([(); 4].map(|()| filled(&pool, 98_000)));
        assert_eq!(pool.stats().retained_buffers, 4, "{:?}", pool.stats());
    }
}

#[test]
fn a_checkout_that_panics_leaves_the_statistics_right() {
    let pool = pool();
    for idle in [0, 1, 3] {
        drop((0..idle).map(|_| filled(&pool, 100)).collect::<Vec<_>>());
        for capacity in [usize::MAX, isize::MAX as usize + 1] {
            assert!(catch_unwind(AssertUnwindSafe(|| pool.checkout(capacity))).is_err());
            assert_eq!(pool.stats().out, 0, "{:?}", pool.stats());
            assert_adds_up(pool.stats());
        }
        drop(filled(&pool, 10));
        assert_eq!(pool.stats().out, 0);
    }
}

#[test]
fn a_pool_ends_with_its_last_buffer() {
    let pool = pool();
    let buffer = filled(&pool, 100);
    drop(pool);
    drop(buffer);
    // Other pools of this thread are not disturbed by the one that is gone.
    let pools: Vec<_> = (0..100).map(|_| self::pool()).collect();
    for pool in &pools {
        drop(filled(pool, 10));
        assert_eq!(pool.stats().retained_buffers, 1);
    }
    for pool in &pools {
        drop(pool.checkout(0));
        assert_eq!(pool.stats().hits, 1, "its buffer is still there");
    }
}

/// An observer is that of the whole process, so this one counts for the thread.
#[test]
fn checkouts_are_observed() {
    use std::cell::Cell;
    thread_local! {
        // Without a destructor: other tests check out while their thread ends.
        static SEEN: Cell<(u32, u32)> = const { Cell::new((0, 0)) };
    }
    fn observe(hit: bool) {
        let (hits, misses) = SEEN.get();
        SEEN.set((hits + u32::from(hit), misses + u32::from(!hit)));
    }

    assert!(BufferPool::observe_checkouts(observe));
    assert!(!BufferPool::observe_checkouts(|_| ()), "the first one stays");
    let pool = pool();
    for expected in [(0, 1), (1, 1), (2, 1)] {
        drop(pool.checkout(0));
        assert_eq!(SEEN.get(), expected);
    }
    let text = format!("{pool:?}");
    assert!(text.contains("hits: 2") && text.contains("buffers_per_thread: 8"), "{text}");
}

#[test]
fn a_buffer_can_be_taken_away() {
    let pool = pool();
    assert_eq!(filled(&pool, 3).into_vec(), b"xxx");
    drop(std::mem::take(&mut *filled(&pool, 3)));
    let stats = pool.stats();
    assert_eq!((stats.taken, stats.out, stats.retained_buffers), (2, 0, 0));
    assert_adds_up(stats);
}

#[test]
fn a_value_that_cannot_be_written_leaves_a_usable_buffer() {
    let pool = pool();
    let locked = std::cell::RefCell::new(1);
    let guard = locked.borrow_mut();
    let mut buffer = filled(&pool, 2);
    assert!(locked.try_write_json(&mut buffer).is_err());
    assert_eq!(*buffer, b"xx");
    drop(guard);
    locked.write_json(&mut buffer);
    assert_eq!(*buffer, b"xx1");
    assert_eq!(AsRef::<[u8]>::as_ref(&buffer), b"xx1");
    assert!(format!("{buffer:?}").starts_with("PooledBuffer { len: 3"));
}

#[derive(Debug, Clone)]
enum Step {
    CheckOut { capacity: usize, filled: usize },
    Return(usize),
    ReturnElsewhere(usize),
    Take(usize),
    Trim,
}

fn step() -> impl Strategy<Value = Step> {
    let size = prop_oneof![0..100_usize, 0..10_000_usize, 0..200_000_usize];
    prop_oneof![
        8 => (size.clone(), size).prop_map(|(capacity, filled)| Step::CheckOut { capacity, filled }),
        8 => any::<usize>().prop_map(Step::Return),
        1 => any::<usize>().prop_map(Step::ReturnElsewhere),
        1 => any::<usize>().prop_map(Step::Take),
        1 => Just(Step::Trim),
    ]
}

proptest! {
    /// Whatever the limits and the order, buffers are empty and of the asked size. After every step the counts add up,
    /// and the retained memory is within the cap.
    #[test]
    fn the_statistics_add_up(
        steps in prop::collection::vec(step(), 1..200),
        buffer_bytes in 0..150_000_usize,
        total_bytes in 0..400_000_usize,
        buffers_per_thread in 0..4_usize,
        overflow_buffers in 0..4_usize,
        sparse_returns in 0..4_u32,
    ) {
        let pool = BufferPool::new(PoolLimits { buffer_bytes, total_bytes, buffers_per_thread, overflow_buffers, sparse_returns });
        let mut held: Vec<PooledBuffer> = Vec::new();
        let (mut checkouts, mut taken) = (0, 0);
        for step in steps {
            match step {
                Step::CheckOut { capacity, filled } => {
                    let mut buffer = pool.checkout(capacity);
                    prop_assert!(buffer.is_empty());
                    prop_assert!(buffer.capacity() >= capacity);
                    buffer.resize(filled, b'x');
                    checkouts += 1;
                    held.push(buffer);
                }
                Step::Return(_) | Step::ReturnElsewhere(_) | Step::Take(_) if held.is_empty() => {}
                Step::Return(index) => drop(held.swap_remove(index % held.len())),
                Step::ReturnElsewhere(index) => {
                    let buffer = held.swap_remove(index % held.len());
                    thread::spawn(move || drop(buffer)).join().unwrap();
                }
                Step::Take(index) => {
                    let buffer = held.swap_remove(index % held.len());
                    taken += 1;
                    drop(buffer.into_vec());
                }
                Step::Trim => {
                    pool.trim();
                    prop_assert_eq!(pool.stats().retained_buffers, 0);
                }
            }
            let stats = pool.stats();
            assert_adds_up(stats);
            prop_assert_eq!(stats.hits + stats.misses, checkouts);
            prop_assert_eq!(stats.taken, taken);
            prop_assert_eq!(stats.out, held.len() as u64);
            prop_assert!(stats.retained_bytes <= total_bytes as u64);
            prop_assert!(stats.retained_buffers <= (buffers_per_thread + overflow_buffers) as u64);
        }
        drop(held);
        prop_assert_eq!(pool.stats().out, 0);
        pool.trim();
        prop_assert_eq!(pool.stats().retained_bytes, 0);
    }
}
