//! The binary types of floats: what is the same of both, under one name.

use super::decimals;
use super::layout::{Digits, Notation};
use super::shortest::{self, Decimal};

/// A binary float of IEEE 754.
pub(crate) trait Float: Notation + Copy {
    /// The longest text of a finite value.
    const MAX_LEN: usize;

    /// The value without its sign, as bits in the same order as the values; and the sign.
    fn magnitude(self) -> (u64, bool);

    /// The magnitude of infinity: those from it on are not finite.
    const INFINITY: u64;

    /// The magnitude of the smallest normal value.
    #[cfg_attr(not(all(target_arch = "x86_64", feature = "std")), allow(dead_code, reason = "asked by AVX-512"))]
    const MIN_NORMAL: u64;

    /// The magnitude times 100, if the decimal of that is quickly known.
    fn hundredths(magnitude: u64) -> Option<u64>;

    /// The magnitude times `10^6`, if the decimal of that is quickly known.
    fn millionths(magnitude: u64) -> Option<u64>;

    /// The shortest decimal of a magnitude that is finite, and not zero; `None` where the quick way does not find it.
    fn quick(magnitude: u64) -> Option<Decimal>;

    /// The same by the exact path.
    fn exact(magnitude: u64) -> Decimal;

    /// The same by either, with as many digits as a normal number has.
    #[inline(always)]
    fn shortest(magnitude: u64) -> Decimal {
        let decimal = match Self::quick(magnitude) {
            Some(decimal) => decimal,
            None => Self::exact(magnitude),
        };
        if decimal.tens < Self::LEAST_TENS { decimal.scaled_up(Self::LEAST_TENS) } else { decimal }
    }

    /// The smallest [`Decimal::tens`] of a decimal with as many digits as normal numbers have.
    const LEAST_TENS: u64;

    /// The digits of such a decimal.
    fn digits(decimal: Decimal) -> Digits;
}

impl Float for f64 {
    /// `-2.2250738585072014e-308`
    const MAX_LEN: usize = 24;
    const INFINITY: u64 = f64::INFINITY.to_bits();
    const MIN_NORMAL: u64 = f64::MIN_POSITIVE.to_bits();

    #[inline(always)]
    fn magnitude(self) -> (u64, bool) {
        (self.to_bits() & (u64::MAX >> 1), self.is_sign_negative())
    }

    #[inline(always)]
    fn hundredths(magnitude: u64) -> Option<u64> {
        decimals::hundredths_f64(magnitude)
    }

    #[inline(always)]
    fn millionths(magnitude: u64) -> Option<u64> {
        decimals::millionths_f64(magnitude)
    }

    #[inline(always)]
    fn quick(magnitude: u64) -> Option<Decimal> {
        shortest::quick_f64(magnitude)
    }

    #[inline(always)]
    fn exact(magnitude: u64) -> Decimal {
        shortest::exact_f64(magnitude)
    }

    /// 16 digits.
    const LEAST_TENS: u64 = 100_000_000_000_000;

    #[inline(always)]
    fn digits(decimal: Decimal) -> Digits {
        Digits::of_seventeen(decimal)
    }
}

impl Float for f32 {
    /// `-0.00000123456789`
    const MAX_LEN: usize = 17;
    const INFINITY: u64 = f32::INFINITY.to_bits() as u64;
    const MIN_NORMAL: u64 = f32::MIN_POSITIVE.to_bits() as u64;

    #[inline(always)]
    fn magnitude(self) -> (u64, bool) {
        (u64::from(self.to_bits() & (u32::MAX >> 1)), self.is_sign_negative())
    }

    #[inline(always)]
    fn hundredths(magnitude: u64) -> Option<u64> {
        decimals::hundredths_f32(magnitude)
    }

    #[inline(always)]
    fn millionths(_: u64) -> Option<u64> {
        None
    }

    #[inline(always)]
    fn quick(magnitude: u64) -> Option<Decimal> {
        shortest::quick_f32(magnitude as u32)
    }

    #[inline(always)]
    fn exact(magnitude: u64) -> Decimal {
        shortest::exact_f32(magnitude as u32)
    }

    /// Seven digits.
    const LEAST_TENS: u64 = 100_000;

    #[inline(always)]
    fn digits(decimal: Decimal) -> Digits {
        Digits::of_nine(decimal)
    }
}
