//! Chance, with a seed: which requests and which blocks are looked at, and how many each of them stands for.
//!
//! Choosing every n-th aliases with whatever else is periodic: of two routes asked in turn, one would never be chosen.
//! So a coin chooses requests. Blocks are chosen by points on the allocated bytes, at exponentially distributed
//! distances: a Poisson process, as in the heap profilers of Go and jemalloc. A block is chosen if a point falls into
//! it, with a probability that its size gives. A sample weighs the inverse of its probability, so that sums over
//! samples estimate sums over everything without a bias (Horvitz and Thompson, 1952).

use crate::sync::atomic::{AtomicU64, Ordering};
use std::cell::Cell;
use std::hash::{BuildHasher, RandomState};

/// The seed of all threads' generators; 0 until one is needed.
static SEED: AtomicU64 = AtomicU64::new(0);
/// Threads that have a generator.
static THREADS: AtomicU64 = AtomicU64::new(0);

crate::sync::thread_local! {
    /// The state of this thread's generator; 0 until it is needed.
    static STATE: Cell<u64> = const { Cell::new(0) };
}

/// Makes the choices of samples repeatable: this thread's from here on, and those of threads that have made none so far.
///
/// For tests. Without it, seeds are drawn from the system.
pub fn seed_sampling(seed: u64) {
    SEED.store(mixed(seed).max(1), Ordering::Relaxed);
    THREADS.store(0, Ordering::Relaxed);
    let _ = STATE.try_with(|state| state.set(seeded()));
}

fn seeded() -> u64 {
    let thread = THREADS.fetch_add(1, Ordering::Relaxed);
    mixed(SEED.load(Ordering::Relaxed) ^ mixed(thread + 1)).max(1)
}

/// Has the system draw a seed if there is none. Before the allocator needs one: it must not ask the system for anything.
#[inline]
pub(crate) fn prepare() {
    if SEED.load(Ordering::Relaxed) == 0 {
        draw();
    }
}

#[cold]
fn draw() {
    let drawn = RandomState::new().hash_one(0).max(1);
    // Of two threads at a time one wins.
    let _ = SEED.compare_exchange(0, drawn, Ordering::Relaxed, Ordering::Relaxed);
}

/// The finish of `SplitMix64` (Steele, Lea and Flood, 2014).
pub(crate) fn mixed(value: u64) -> u64 {
    let z = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The next number of this thread's generator, which is `SplitMix64`.
#[inline]
fn random() -> u64 {
    STATE
        .try_with(|state| {
            let before = match state.get() {
                0 => seeded(),
                some => some,
            };
            let next = before.wrapping_add(0x9E37_79B9_7F4A_7C15);
            state.set(next);
            mixed(next)
        })
        .unwrap_or_else(|_| unreachable!("what has no destructor is always there"))
}

/// True with the probability 1 in `n`; never for 0.
#[inline]
pub(crate) fn one_in(n: u32) -> bool {
    match n {
        0 => false,
        1 => true,
        // The upper half times `n` is below 2^32 in one of `n` cases, but for a part in 2^32 / n.
        _ => u64::from((random() >> 32) as u32) * u64::from(n) < 1 << 32,
    }
}

/// Above 0 and at most 1.
#[expect(clippy::cast_precision_loss, reason = "53 bits")]
fn uniform() -> f64 {
    ((random() >> 11) + 1) as f64 / (1_u64 << 53) as f64
}

/// How many bytes there are to the next point, with points every `interval` bytes on average; 0 where each block is chosen.
///
/// Rounded up, which changes nothing: a block has a whole number of bytes.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "an estimate; `as` saturates")]
pub(crate) fn distance(interval: u64) -> i64 {
    if interval <= 1 { 0 } else { (-uniform().ln() * interval as f64).ceil() as i64 }
}

/// How many blocks a chosen one of `size` bytes stands for.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "an estimate")]
pub(crate) fn weight(size: usize, interval: u64) -> f32 {
    if interval <= 1 { 1.0 } else { (1.0 / probability(size as f64 / interval as f64)) as f32 }
}

/// Chooses a block of `size` bytes by points of its own. `None` if none falls into it, else how many it stands for.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
pub(crate) fn choose(size: usize, interval: u64) -> Option<f32> {
    let chosen = match interval {
        0 => false,
        1 => true,
        _ => uniform() <= probability(size as f64 / interval as f64),
    };
    chosen.then(|| weight(size, interval))
}

/// That at least one point falls into something so many intervals long.
fn probability(intervals: f64) -> f64 {
    -(-intervals).exp_m1()
}

#[cfg(test)]
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
mod tests {
    use super::*;

    /// Sums of what was chosen, times its weight, against the truth; five standard errors are allowed.
    #[test]
    fn estimates_have_no_bias() {
        const ROUNDS: u32 = 400;
        for (seed, interval) in [(1, 100_u64), (2, 4096), (3, 512 << 10)] {
            seed_sampling(seed);
            // Sizes from below the interval to above it, in a pattern that every n-th would alias with.
            let sizes: Vec<usize> = (0..1000).map(|n| [16, 500, 16, 70_000, 16, 16, 3_000, 1_200_000][n % 8]).collect();
            let truth: usize = sizes.iter().sum();
            let estimate = |sizes: &[usize]| {
                let mut left = distance(interval);
                let mut sum = 0.0;
                for &size in sizes {
                    left -= i64::try_from(size).expect("small");
                    if left <= 0 {
                        sum += size as f64 * f64::from(weight(size, interval));
                        left = distance(interval);
                    }
                }
                sum
            };
            let by_points: Vec<f64> = (0..ROUNDS).map(|_| estimate(&sizes)).collect();
            let apart: Vec<f64> = (0..ROUNDS)
                .map(|_| sizes.iter().filter_map(|size| Some(*size as f64 * f64::from(choose(*size, interval)?))).sum())
                .collect();
            for sums in [by_points, apart] {
                let mean = sums.iter().sum::<f64>() / f64::from(ROUNDS);
                let variance = sums.iter().map(|sum| (sum - mean).powi(2)).sum::<f64>() / f64::from(ROUNDS - 1);
                let error = (variance / f64::from(ROUNDS)).sqrt();
                assert!((mean - truth as f64).abs() <= 5.0 * error, "{interval}: {mean} of {truth}, ± {error}");
                assert!(error < 0.05 * truth as f64, "{interval}: a test that proves nothing, ± {error} of {truth}");
            }
        }
    }

    #[test]
    fn everything_and_nothing_are_exact() {
        assert!((0..1000).all(|size| choose(size, 1) == Some(1.0) && choose(size, 0).is_none()));
        assert!((0..1000).all(|_| one_in(1) && !one_in(0)));
        assert_eq!((distance(0), distance(1), weight(5, 1)), (0, 0, 1.0));
    }

    #[test]
    fn requests_are_chosen_as_often_as_they_should_be() {
        seed_sampling(7);
        for n in [2_u32, 3, 16, 1000] {
            let expected = 200_000.0 / f64::from(n);
            let chosen = (0..200_000).filter(|_| one_in(n)).count() as f64;
            assert!((chosen - expected).abs() < 5.0 * expected.sqrt(), "{chosen} instead of {expected}");
        }
    }

    #[test]
    fn a_seed_repeats() {
        let draw = || (0..50).map(|_| random()).collect::<Vec<_>>();
        seed_sampling(5);
        let first = draw();
        seed_sampling(5);
        assert_eq!(draw(), first);
        seed_sampling(6);
        assert_ne!(draw(), first);
    }
}
