//! The digits of the shortest decimal.
//!
//! Schubfach (R. Giulietti, "The Schubfach way to render doubles", 2021). It divides a value `c * 2^q` by a power of
//! ten `10^k`. The value's rounding interval holds at least one multiple of `10^k` and at most one of `10^(k+1)`. If
//! there is one of the latter it is the shortest decimal, else the nearest of the former is.
//!
//! The quick way needs one 64 by 128 bit product, the scaled value itself. Its distance to the multiples of ten around
//! it is compared with half the interval. That half is a shift of the power of ten (the idea of V. Zverovich's "zmij",
//! 2025). The product is exact to less than a unit of the fraction's last place. Where a comparison is closer than
//! that, and where the interval is not symmetric (powers of two), the exact path decides.

use core::hint::select_unpredictable;

use super::powers::{MIN_EXPONENT, POWERS};

/// `(10 * tens + last) * 10^exponent`, not zero; there may be zeros at the end.
///
/// In two parts because the quick way has them: the tens are known early, and nothing that comes
/// later carries into them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    /// At most 16 digits.
    pub(super) tens: u64,
    pub(super) last: u32,
    /// Two words in all, so that it is returned in registers.
    pub(super) exponent: i32,
}

impl Decimal {
    fn new(digits: u64, exponent: i32) -> Self {
        Self { tens: digits / 10, last: (digits % 10) as u32, exponent }
    }

    /// With zeros behind it, so that its tens are `least`, a power of ten. Subnormal numbers have fewer digits than
    /// others, and the exact path may return fewer.
    #[cold]
    pub(super) fn scaled_up(self, least: u64) -> Self {
        let Self { mut tens, mut last, mut exponent } = self;
        while tens < least {
            (tens, last, exponent) = (10 * tens + u64::from(last), 0, exponent - 1);
        }
        Self { tens, last, exponent }
    }
}

/// A binary float, `significand * 2^exponent`.
#[derive(Clone, Copy)]
struct Binary {
    significand: u64,
    exponent: i32,
    /// The next smaller float is only half as far away as the next larger.
    closer_below: bool,
}

/// The two paths for a type of floats.
macro_rules! paths {
    ($quick:ident, $exact:ident, $T:ident, $Bits:ident, $nearest:ident) => {
        /// The shortest decimal of the float with these bits, which is finite and positive; `None` where the exact path
        /// has to find it.
        #[inline(always)]
        pub(super) fn $quick(bits: $Bits) -> Option<Decimal> {
            const MANTISSA_BITS: u32 = $T::MANTISSA_DIGITS - 1;
            const BIAS: i32 = $T::MAX_EXP - 1 + MANTISSA_BITS as i32;
            let mantissa = bits & ((1 << MANTISSA_BITS) - 1);
            // A power of two, whose interval is not symmetric.
            if mantissa == 0 {
                return None;
            }
            let exponent = (bits >> MANTISSA_BITS) as i32;
            let is_normal = exponent != 0;
            let significand = u64::from(mantissa | $Bits::from(is_normal) << MANTISSA_BITS);
            let exponent = exponent + i32::from(!is_normal) - BIAS;
            let k = floor_log10_pow2(exponent);
            let (power, shift) = power_and_shift(exponent, k);
            let (tens, last) = $nearest(significand << shift, power, shift)?;
            Some(Decimal { tens, last, exponent: k })
        }

        /// The same by the exact path alone, for every positive, finite float.
        #[cold]
        #[inline(never)]
        pub(super) fn $exact(bits: $Bits) -> Decimal {
            const MANTISSA_BITS: u32 = $T::MANTISSA_DIGITS - 1;
            const BIAS: i32 = $T::MAX_EXP - 1 + MANTISSA_BITS as i32;
            let mantissa = bits & ((1 << MANTISSA_BITS) - 1);
            let exponent = (bits >> MANTISSA_BITS) as i32;
            let is_normal = exponent != 0;
            exact(Binary {
                significand: u64::from(mantissa | ($Bits::from(is_normal) << MANTISSA_BITS)),
                exponent: exponent - BIAS + i32::from(!is_normal),
                closer_below: mantissa == 0 && exponent > 1,
            })
        }
    };
}

paths!(quick_f64, exact_f64, f64, u64, nearest_f64);
paths!(quick_f32, exact_f32, f32, u32, nearest_f32);

/// [`nearest`] to `scaled * power / 2^128`.
#[inline(always)]
fn nearest_f64(scaled: u64, power: u128, shift: u32) -> Option<(u64, u32)> {
    let scaled = u128::from(scaled);
    let (high, low) = ((power >> 64) as u64, power as u64);
    let product = scaled * u128::from(high) + ((scaled * u128::from(low)) >> 64);
    nearest((product >> 64) as u64, product as u64, high >> (5 - shift), 2)
}

/// [`nearest_f64`] with the upper half of the power, which is enough. 28 bits of significand leave the fraction right
/// to 2^28 units of its last place, 2^24 of the comparison's.
#[inline(always)]
fn nearest_f32(scaled: u64, power: u128, shift: u32) -> Option<(u64, u32)> {
    let high = (power >> 64) as u64;
    let product = u128::from(scaled) * u128::from(high);
    nearest((product >> 64) as u64, product as u64, high >> (5 - shift), 1 << 25)
}

/// The multiple of ten within `half` of the value, or else the nearest integer, as its tens and last digit. `None`
/// where the value is within `error` of the place where the answer changes. `half` and `error` are in units of `2^-60`.
#[inline(always)]
fn nearest(integer: u64, fraction: u64, half: u64, error: u64) -> Option<(u64, u32)> {
    const TEN: u64 = 10 << 60;
    let (tens, digit) = (integer / 10, integer % 10);
    // How far the value lies above a multiple of ten: below ten, so four bits for the integer.
    let above = digit << 60 | fraction >> 4;
    let reach = above + half;
    let near = |a: u64, b: u64| a.wrapping_sub(b).wrapping_add(error) <= 2 * error;
    if near(above, half) | near(reach, TEN) | near(fraction >> 4, 1 << 59) {
        return None;
    }
    // Which of them it is depends on the value's last bits: no branch could be predicted. If the
    // nearest integer is the next multiple of ten, that is within reach: no carry.
    let up = reach > TEN;
    let last = select_unpredictable(reach > TEN || above < half, 0, digit + (fraction >> 63));
    Some((tens + u64::from(up), last as u32))
}

/// The power of ten `10^-k`, and a shift for the significand of `2^exponent`. With it the product's upper 64 bits are
/// the integer.
#[inline(always)]
fn power_and_shift(exponent: i32, k: i32) -> (u128, u32) {
    let power = POWERS[(-k - MIN_EXPONENT) as usize];
    let shift = exponent + floor_log2_pow10(-k) + 1;
    debug_assert!((1..=4).contains(&shift));
    (power, shift as u32)
}

/// Schubfach as its paper has it: three exact comparisons, by products rounded to odd.
fn exact(Binary { significand, exponent, closer_below }: Binary) -> Decimal {
    let k = if closer_below { floor_log10_three_quarters_pow2(exponent) } else { floor_log10_pow2(exponent) };
    let (power, shift) = power_and_shift(exponent, k);
    // In quarters, so that the halves of an interval, and their halves, are integers.
    let scaled = |quarters: u64| round_to_odd(power, quarters << shift);
    let value = scaled(4 * significand);
    // The ends of the interval belong to it where reading rounds them to the value: to even.
    let open_ends = significand % 2;
    let lower = scaled(4 * significand - if closer_below { 1 } else { 2 }) + open_ends;
    let upper = scaled(4 * significand + 2) - open_ends;
    let inside = |digits: u64| lower <= 4 * digits && 4 * digits <= upper;

    let below = value / 4;
    if below >= 10 {
        let tens = below - below % 10;
        for digits in [tens, tens + 10] {
            if inside(digits) {
                return Decimal::new(digits, k);
            }
        }
    }
    let above = below + 1;
    let up = match (inside(below), inside(above)) {
        (true, false) => false,
        (false, true) => true,
        _ => {
            let middle = 4 * below + 2;
            value > middle || value == middle && below % 2 == 1
        }
    };
    Decimal::new(if up { above } else { below }, k)
}

/// The integer part of `factor * power / 2^128`, its last bit set if there is a fraction.
fn round_to_odd(power: u128, factor: u64) -> u64 {
    let factor = u128::from(factor);
    let low = factor * (power & u128::from(u64::MAX));
    let high = factor * (power >> 64) + (low >> 64);
    let (integer, fraction) = ((high >> 64) as u64, high as u64);
    // The power is too large by less than one unit, which the fraction's upper half shows as at
    // most 1.
    integer | u64::from(fraction > 1)
}

/// `floor(log10(2^e))`, for `e` of floats (checked by a test, like the others).
#[inline(always)]
pub(super) const fn floor_log10_pow2(e: i32) -> i32 {
    (e * 1_262_611) >> 22
}

/// `floor(log10(3/4 * 2^e))`.
pub(super) const fn floor_log10_three_quarters_pow2(e: i32) -> i32 {
    (e * 1_262_611 - 524_031) >> 22
}

/// `floor(log2(10^e))`.
#[inline(always)]
pub(super) const fn floor_log2_pow10(e: i32) -> i32 {
    (e * 1_741_647) >> 19
}
