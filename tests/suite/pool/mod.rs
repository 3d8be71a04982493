//! The buffer pool: buffers come back whatever happens, empty; limits hold; the statistics add up.

mod budget;

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
