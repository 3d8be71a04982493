//! A pool under any schedule of checkouts, writes, returns, thefts, trims and other threads: buffers are empty and nobody
//! else's, limits hold, and the statistics are those of a model.

use std::thread;

use record_runtime::{BufferPool, PoolLimits, PoolStats, PooledBuffer, ZeroAllocJson};

use crate::bytes::Bytes;

/// A buffer that is checked out, and the text that was written into it.
struct Loan {
    buffer: PooledBuffer,
    text: Vec<u8>,
}

/// See the module.
///
/// # Panics
/// Where the pool does something else than the model.
pub fn run(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let limits = PoolLimits {
        buffer_bytes: [0, 600, 5_000, 70_000, 1 << 20][bytes.below(5)],
        total_bytes: [0, 1_000, 10_000, 200_000, 4 << 20][bytes.below(5)],
        buffers_per_thread: bytes.below(4),
        overflow_buffers: bytes.below(4),
        sparse_returns: u32::from(bytes.byte()) % 4,
    };
    let pool = BufferPool::new(limits);
    let mut loans: Vec<Loan> = Vec::new();
    let (mut checkouts, mut returns, mut taken, mut threads) = (0_u64, 0_u64, 0_u64, 0);
    while !bytes.is_empty() {
        match bytes.below(10) {
            0..=2 => {
                let capacity = bytes.length(100_000);
                let buffer = pool.checkout(capacity);
                assert!(buffer.is_empty() && buffer.capacity() >= capacity, "not what was asked for");
                checkouts += 1;
                loans.push(Loan { buffer, text: Vec::new() });
            }
            3 | 4 if !loans.is_empty() => {
                let at = bytes.below(loans.len().min(256));
                let value = "é\"x".repeat(bytes.length(20_000));
                let loan = &mut loans[at];
                // Texts are compared after each step: without an end to their growth an input takes a minute.
                if loan.text.len() < 1 << 18 {
                    value.write_json(&mut loan.buffer);
                    loan.text.extend(serde_json::to_vec(&value).expect("a string"));
                }
            }
            5 if !loans.is_empty() => {
                let mut loan = loans.swap_remove(bytes.below(loans.len().min(256)));
                check(&loan);
                if bytes.flag() {
                    loan.buffer.shrink_to_fit();
                    // Without memory it counts as taken.
                    taken += u64::from(loan.buffer.capacity() == 0);
                }
                drop(loan);
                returns += 1;
            }
            6 if !loans.is_empty() => {
                let mut loan = loans.swap_remove(bytes.below(loans.len().min(256)));
                check(&loan);
                let text = if bytes.flag() {
                    loan.buffer.into_vec()
                } else {
                    // What is put in its place has no capacity.
                    std::mem::take(&mut *loan.buffer)
                };
                assert_eq!(text, loan.text);
                (returns, taken) = (returns + 1, taken + 1);
            }
            7 => pool.trim(),
            // A thread takes seventy microseconds: few of them.
            8 if threads < 3 => {
                threads += 1;
                let given = if loans.is_empty() { None } else { Some(loans.swap_remove(0)) };
                returns += u64::from(given.is_some()) + 3;
                checkouts += 3;
                let pool = pool.clone();
                thread::spawn(move || {
                    let own: Vec<PooledBuffer> = (0..3).map(|len| filled(&pool, len * 700)).collect();
                    given.iter().for_each(check);
                    drop(given);
                    drop(own);
                })
                .join()
                .expect("the thread ends");
            }
            _ => {
                let a = pool.checkout(1);
                let b = pool.checkout(1);
                assert_ne!(a.as_ptr(), b.as_ptr(), "one buffer twice");
                (checkouts, returns) = (checkouts + 2, returns + 2);
            }
        }
        loans.iter().for_each(check);
        let stats = pool.stats();
        adds_up(stats, &limits);
        assert_eq!(stats.hits + stats.misses, checkouts, "{stats:?}");
        assert_eq!(stats.returned, returns, "{stats:?}");
        assert_eq!(stats.out, loans.len() as u64, "{stats:?}");
        assert_eq!(stats.taken, taken, "{stats:?}");
    }
    drop(loans);
    pool.trim();
    let stats = pool.stats();
    assert_eq!((stats.out, stats.retained_buffers, stats.retained_bytes), (0, 0, 0), "after all: {stats:?}");
}

fn filled(pool: &BufferPool, len: usize) -> PooledBuffer {
    let mut buffer = pool.checkout(0);
    buffer.resize(len, b'x');
    buffer
}

fn check(loan: &Loan) {
    assert!(*loan.buffer == loan.text, "somebody else wrote into the buffer");
}

fn adds_up(stats: PoolStats, limits: &PoolLimits) {
    let PoolStats { hits, misses, returned, kept, .. } = stats;
    let ends = kept + stats.dropped_oversize + stats.dropped_unused + stats.dropped_full + stats.taken;
    assert_eq!(returned, ends, "{stats:?}");
    assert_eq!(stats.out, hits + misses - returned, "{stats:?}");
    assert_eq!(stats.retained_buffers, kept - hits - stats.released, "{stats:?}");
    assert_eq!(stats.retained_buffers == 0, stats.retained_bytes == 0, "{stats:?}");
    assert!(stats.retained_bytes <= limits.total_bytes as u64, "over the cap: {stats:?} of {limits:?}");
}
