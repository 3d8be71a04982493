//! The pool: its budget, its counts, and buffers that come back on another thread than they were taken on.

use loom::thread::spawn;

use super::pool::{BufferPool, PoolLimits, PooledBuffer};
use crate::explore;
use crate::sync::yield_now;

/// The capacity of the smallest buffer of a pool.
const BYTES: usize = 512;

fn small_pool() -> BufferPool {
    let pool = BufferPool::new(PoolLimits {
        total_bytes: 2 * BYTES,
        buffer_bytes: 2 * BYTES,
        buffers_per_thread: 1,
        overflow_buffers: 1,
        ..PoolLimits::DEFAULT
    });
    // Too many buffers, so that all that is shared has been changed once.
    drop([filled(&pool), filled(&pool), filled(&pool)]);
    pool.trim();
    pool
}

fn filled(pool: &BufferPool) -> PooledBuffer {
    let mut buffer = pool.checkout(BYTES);
    assert!(buffer.is_empty(), "of whoever had it before");
    buffer.resize(BYTES, 1);
    buffer
}

/// Threads end some time after they are joined. When all have ended and all is trimmed, the whole budget is free for
/// one buffer. Until then this waits; loom notices if it waits in vain.
fn assert_the_budget_is_whole(pool: &BufferPool) {
    loop {
        pool.trim();
        let mut buffer = pool.checkout(2 * BYTES);
        buffer.resize(2 * BYTES, 1);
        drop(buffer);
        let stats = pool.stats();
        assert!(stats.retained_bytes <= 2 * BYTES as u64 && stats.out == 0, "{stats:?}");
        if (stats.retained_buffers, stats.retained_bytes) == (1, 2 * BYTES as u64) {
            break;
        }
        yield_now();
    }
}

/// Buffers that are taken on one thread and returned on others, while a third one trims and looks.
pub fn returned_elsewhere(preemptions: Option<usize>) {
    explore(preemptions, || {
        let pool = small_pool();
        let taken = [filled(&pool), filled(&pool)];
        let threads = taken.map(|buffer| spawn(move || drop(buffer)));
        pool.trim();
        let stats = pool.stats();
        assert!(stats.retained_bytes <= 2 * BYTES as u64, "{stats:?}");
        for thread in threads {
            thread.join().expect("no panic");
        }
        assert_the_budget_is_whole(&pool);
    });
}

/// Threads that take and return, and end: what they leave goes to whoever comes next.
pub fn taken_and_returned(preemptions: Option<usize>) {
    explore(preemptions, || {
        let pool = small_pool();
        let threads = [0, 1].map(|_| {
            let pool = pool.clone();
            spawn(move || drop(filled(&pool)))
        });
        let stats = pool.stats();
        assert!(stats.retained_bytes <= 2 * BYTES as u64, "{stats:?}");
        for thread in threads {
            thread.join().expect("no panic");
        }
        let stats = pool.stats();
        assert_eq!((stats.hits + stats.misses, stats.returned, stats.out), (5, 5, 0), "{stats:?}");
        assert_the_budget_is_whole(&pool);
    });
}

/// Threads that keep nothing themselves return a buffer at the same time. Each has seen that the overflow has its one
/// place free, and is asked once more under the lock.
pub fn returned_at_once(preemptions: Option<usize>) {
    explore(preemptions, || {
        let pool = BufferPool::new(PoolLimits {
            total_bytes: 4 * BYTES,
            buffer_bytes: 2 * BYTES,
            buffers_per_thread: 0,
            overflow_buffers: 1,
            ..PoolLimits::DEFAULT
        });
        drop([filled(&pool), filled(&pool)]);
        pool.trim();
        let taken = [filled(&pool), filled(&pool)];
        let threads = taken.map(|buffer| spawn(move || drop(buffer)));
        for thread in threads {
            thread.join().expect("no panic");
        }
        let stats = pool.stats();
        assert!(stats.retained_buffers <= 1 && stats.retained_bytes <= BYTES as u64, "{stats:?}");
    });
}

/// A thread's idle buffers are taken back by another one while it uses them.
pub fn taken_back(preemptions: Option<usize>) {
    explore(preemptions, || {
        let pool = small_pool();
        let other = pool.clone();
        let thread = spawn(move || {
            drop([filled(&other), filled(&other)]);
            drop(filled(&other));
        });
        pool.trim();
        pool.trim();
        thread.join().expect("no panic");
        assert_the_budget_is_whole(&pool);
    });
}
