//! The source of variation in generated corpora: a small generator whose sequence is fixed for ever.
//!
//! A crate would do as well, but crates change their sequences between releases. A corpus must hold the same bytes on
//! every machine and in every year, for its figures to be comparable.

#![forbid(unsafe_code)]

use std::fmt::Debug;
use std::ops::Range;

/// Sebastiano Vigna's `SplitMix64`: an additive counter passed through a 64-bit mixer. It passes `BigCrush`, has no bad
/// seeds and fits in four lines (<https://prng.di.unimi.it/splitmix64.c>).
#[derive(Debug, Clone)]
pub struct SplitMix64 {
    state: u64,
}

impl SplitMix64 {
    /// A generator whose whole sequence is determined by `seed`.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// 64 uniformly distributed bits.
    pub const fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// An integer of `range`, of whatever type the place asks for.
    ///
    /// # Panics
    /// If the range is empty or its numbers do not fit `T`.
    pub fn integer<T: TryFrom<u64, Error: Debug>>(&mut self, range: Range<u64>) -> T {
        assert!(!range.is_empty(), "an empty range has no integer");
        // The remainder favours small numbers by less than one in 2^20 for every range in use: no matter for a corpus.
        let number = range.start + self.next_u64() % (range.end - range.start);
        T::try_from(number).expect("the range fits the type")
    }

    /// A number from 0 to below 1, of 53 bits.
    #[expect(clippy::cast_precision_loss, reason = "53 bits")]
    pub fn unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True once in `n` times on average.
    pub fn one_in(&mut self, n: u64) -> bool {
        self.integer::<u64>(0..n) == 0
    }

    /// One element of `choices`.
    ///
    /// # Panics
    /// If `choices` is empty.
    pub fn pick<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.integer::<usize>(0..choices.len() as u64)]
    }

    /// One element of `choices`, copied.
    ///
    /// # Panics
    /// If `choices` is empty.
    pub fn pick_copy<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.integer::<usize>(0..choices.len() as u64)]
    }

    /// An amount of money: a range of cents as a number of at most two decimals.
    pub fn price(&mut self, cents: Range<u64>) -> f64 {
        f64::from(self.integer::<u32>(cents)) / 100.0
    }
}

#[cfg(test)]
mod tests {
    use super::SplitMix64;

    #[test]
    fn the_sequence_is_that_of_the_reference_implementation() {
        let mut numbers = SplitMix64::new(1_234_567);
        let first: Vec<u64> = std::iter::repeat_with(|| numbers.next_u64()).take(3).collect();
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn integers_stay_in_their_range() {
        let mut numbers = SplitMix64::new(1);
        for _ in 0..10_000 {
            assert!((5..9).contains(&numbers.integer::<u8>(5..9)));
        }
    }
}
