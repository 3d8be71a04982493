//! The idle buffers and the budget: limits, grants, the overflow, and threads that sleep or end.

use std::sync::mpsc;
use std::thread;

use record_runtime::{BufferPool, PoolLimits};

use super::{assert_adds_up, filled, pool};

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
