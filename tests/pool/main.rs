//! The pool where locks are held by nobody who comes back: in a process that was forked off, and within an allocator.
//!
//! A process of its own, for its allocator, and since it forks.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use record_runtime::{BufferPool, PoolLimits, PooledBuffer};

thread_local! {
    /// How the allocator of this thread uses a pool: not, or with so many buffers at a time.
    static USES: Cell<usize> = const { Cell::new(0) };
    /// Called at each allocation of this thread, but not within itself.
    static INTERRUPTION: Cell<Option<fn()>> = const { Cell::new(None) };
}

static USED: AtomicU64 = AtomicU64::new(0);

/// Bytes that are allocated.
static ALIVE: AtomicI64 = AtomicI64::new(0);

/// The system's allocator, which uses the pool at every call on a thread that asked for it, but not within itself.
struct UsesThePool;

fn use_the_pool() {
    let buffers = USES.replace(0);
    if buffers > 0 {
        let mut held: [Option<PooledBuffer>; 3] = [const { None }; 3];
        for place in held.iter_mut().take(buffers) {
            *place = Some(PooledBuffer::with_capacity(100));
        }
        drop(held);
        assert!(BufferPool::global().stats().hits < u64::MAX);
        BufferPool::global().trim();
        USED.fetch_add(1, Ordering::Relaxed);
        USES.set(buffers);
    }
}

// SAFETY: every method passes its arguments on to `System`, which upholds the contract. The set-up before allocates
// within this allocator, but only once: the flag is off meanwhile.
unsafe impl GlobalAlloc for UsesThePool {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        use_the_pool();
        if let Some(interruption) = INTERRUPTION.take() {
            interruption();
            INTERRUPTION.set(Some(interruption));
        }
        ALIVE.fetch_add(layout.size().cast_signed() as i64, Ordering::Relaxed);
        // SAFETY: the caller's contract is that of `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        use_the_pool();
        ALIVE.fetch_sub(layout.size().cast_signed() as i64, Ordering::Relaxed);
        // SAFETY: the caller's contract is that of `System`, which allocated the block.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: UsesThePool = UsesThePool;

/// All that a pool does: hits, misses, the overflow, sweeps, ends of threads.
fn work(pool: &BufferPool, rounds: usize) {
    for round in 0..rounds {
        let buffers = (0..round % 12).map(|n| {
            let mut buffer = pool.checkout(n * 1000 % 70_000);
            buffer.resize(n * 100, 1);
            buffer
        });
        drop(buffers.collect::<Vec<_>>());
        if round % 100 == 0 {
            pool.trim();
            assert!(pool.stats().hits < u64::MAX);
        }
    }
}

fn small() -> BufferPool {
    BufferPool::new(PoolLimits { overflow_buffers: 4, buffers_per_thread: 4, ..PoolLimits::DEFAULT })
}

/// The statistics of the global pool are of all tests: one at a time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Ends the process where a hang would be the failure.
fn within<R>(limit: Duration, what: &'static str, work: impl FnOnce() -> R) -> R {
    let done = std::sync::Arc::new(AtomicBool::new(false));
    let seen = std::sync::Arc::clone(&done);
    thread::spawn(move || {
        let start = Instant::now();
        while start.elapsed() < limit {
            if seen.load(Ordering::Relaxed) {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
        if !seen.load(Ordering::Relaxed) {
            eprintln!("{what}: no end after {limit:?}");
            std::process::exit(101);
        }
    });
    let result = work();
    done.store(true, Ordering::Relaxed);
    result
}

#[test]
fn an_allocator_may_use_the_pool() {
    let _lock = ONE_AT_A_TIME.lock();
    within(Duration::from_mins(1), "an allocator that uses the pool", || {
        for buffers in 1..=3 {
            // New threads: signing on is within it, and so is the end.
            let workers: Vec<_> = (0..4)
                .map(|_| {
                    thread::spawn(move || {
                        USES.set(buffers);
                        work(&BufferPool::global(), 200);
                        work(&small(), 200);
                        USES.set(0);
                    })
                })
                .collect();
            for worker in workers {
                worker.join().unwrap();
            }
        }
        assert!(USED.load(Ordering::Relaxed) > 1000);
        assert_eq!(BufferPool::global().stats().out, 0, "{:?}", BufferPool::global().stats());
    });
}

/// The list of threads is locked while it grows. A thread that came then was in no list, and nobody saw what it counted.
/// So `out` was wrong by the buffers that it took and others returned, or the reverse.
#[test]
fn a_thread_that_comes_while_another_signs_on_is_counted() {
    static POOL: Mutex<Option<BufferPool>> = Mutex::new(None);
    static LENT: Mutex<Option<PooledBuffer>> = Mutex::new(None);
    static TAKEN: AtomicU64 = AtomicU64::new(0);
    static IS_OVER: AtomicBool = AtomicBool::new(false);

    fn pool() -> BufferPool {
        POOL.lock().unwrap().clone().unwrap()
    }

    fn swap_one() {
        let buffer = pool().checkout(0);
        TAKEN.fetch_add(1, Ordering::Relaxed);
        let before = LENT.lock().unwrap().replace(buffer);
        drop(before);
    }

    /// It stays until all is over.
    fn another_thread_comes() {
        let (done, is_done) = mpsc::channel();
        thread::spawn(move || {
            swap_one();
            done.send(()).unwrap();
            while !IS_OVER.load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(1));
            }
        });
        is_done.recv().unwrap();
    }

    let _lock = ONE_AT_A_TIME.lock();
    within(Duration::from_mins(1), "threads that sign on", || {
        // With one of these numbers of threads, the list has to grow for the next one.
        for threads in 0..5 {
            *POOL.lock().unwrap() = Some(small());
            IS_OVER.store(false, Ordering::Relaxed);
            TAKEN.store(0, Ordering::Relaxed);
            (0..threads).for_each(|_| another_thread_comes());
            let next = thread::spawn(|| {
                INTERRUPTION.set(Some(another_thread_comes));
                swap_one();
                INTERRUPTION.set(None);
            });
            next.join().unwrap();
            drop(LENT.lock().unwrap().take());
            let (stats, taken) = (pool().stats(), TAKEN.load(Ordering::Relaxed));
            IS_OVER.store(true, Ordering::Relaxed);
            assert!(taken > threads + 1, "nobody came in between");
            assert_eq!((stats.hits + stats.misses, stats.returned, stats.out), (taken, taken, 0), "{stats:?}");
            assert_eq!(stats.retained_buffers, stats.kept - stats.hits - stats.released, "{stats:?}");
        }
    });
}

/// A thread went on to hold its idle buffers of a pool until it came to use a new one.
#[test]
fn a_pool_that_is_gone_holds_no_buffers() {
    const BYTES: usize = 1 << 20;
    let _lock = ONE_AT_A_TIME.lock();
    let before = ALIVE.load(Ordering::Relaxed);
    let held = || ALIVE.load(Ordering::Relaxed) - before;
    let filled = |pool: &BufferPool| {
        let mut buffer = pool.checkout(BYTES);
        buffer.resize(BYTES, 1);
        buffer
    };
    let is_freed = |held: i64| held < (BYTES / 4).cast_signed() as i64;

    let pool = BufferPool::new(PoolLimits::DEFAULT);
    drop([filled(&pool), filled(&pool), filled(&pool)]);
    assert!(!is_freed(held()), "a test that proves nothing");
    drop(pool);
    assert!(is_freed(held()), "{} bytes", held());

    // The last buffer is the last handle, also on another thread.
    let pool = BufferPool::new(PoolLimits::DEFAULT);
    let last = filled(&pool);
    drop([filled(&pool), filled(&pool)]);
    drop(pool);
    thread::spawn(move || drop(last)).join().unwrap();
    assert!(is_freed(held()), "{} bytes", held());
}

#[cfg(unix)]
mod forks {
    use super::*;

    unsafe extern "C" {
        safe fn fork() -> i32;
        safe fn _exit(status: i32) -> !;
        fn waitpid(process: i32, status: *mut i32, options: i32) -> i32;
        safe fn kill(process: i32, signal: i32) -> i32;
    }

    const WNOHANG: i32 = 1;
    const SIGKILL: i32 = 9;

    /// Whether a forked process ended well and in time.
    fn ends_well(child: i32) -> bool {
        let start = Instant::now();
        loop {
            let mut status = -1;
            // SAFETY: the status is a local variable.
            let waited = unsafe { waitpid(child, &raw mut status, WNOHANG) };
            if waited == child {
                return status == 0;
            }
            if start.elapsed() > Duration::from_secs(20) {
                kill(child, SIGKILL);
                return false;
            }
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Forks while other threads are in the middle of everything that the pool does, its locks held.
    #[test]
    fn a_process_that_was_forked_off_can_use_its_pools() {
        let _lock = ONE_AT_A_TIME.lock();
        let stop = AtomicBool::new(false);
        let own = small();
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while !stop.load(Ordering::Relaxed) {
                        work(&own, 50);
                        work(&BufferPool::global(), 50);
                        // Ends of threads, with the locks that they take.
                        thread::scope(|scope| _ = scope.spawn(|| work(&own, 3)));
                    }
                });
            }
            // This thread has used them, or not yet.
            for round in 0..200 {
                let child = fork();
                if child == 0 {
                    work(&own, 50);
                    work(&BufferPool::global(), 50);
                    let usable = own.checkout(5000).capacity() >= 5000;
                    _exit(i32::from(!usable));
                }
                let is_well = ends_well(child);
                if !is_well {
                    stop.store(true, Ordering::Relaxed);
                }
                assert!(is_well, "the child of round {round} hangs or fails");
                if round == 100 {
                    work(&own, 10);
                }
            }
            stop.store(true, Ordering::Relaxed);
        });
    }
}
