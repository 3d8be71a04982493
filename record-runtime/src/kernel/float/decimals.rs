//! Doubles that are decimals of at most six places, such as prices: found by one multiplication
//! and written as two integers, without the search for the shortest.
//!
//! A decimal of at most 15 significant digits that reads back as a double is the only one of that
//! length, so it is the shortest. Whether `n / 10^6` reads back as `c * 2^-shift` is whether
//! `c * 10^6` and `n * 2^shift` differ by less than half of `10^6`, which is half a unit of `c`.
//! (Powers of two have a closer neighbour below; in the range of this path they are exact or far
//! from any such `n`.)

use crate::kernel::digits::eight_digits;
use crate::kernel::integer;

/// `10^6`, the places.
const SCALE: u64 = 1_000_000;

/// The largest shift that leaves `2^shift` in 64 bits: values from `2^-11` on.
const MAX_SHIFT: u64 = 63;
/// The smallest: values below `2^26`, whose integer part has eight digits.
const MIN_SHIFT: u64 = 27;

/// `n`, if the `f64` with these bits, positive and finite, is `n / 10^6`.
#[inline(always)]
pub(super) fn scaled(bits: u64) -> Option<u64> {
    const MANTISSA_BITS: u32 = f64::MANTISSA_DIGITS - 1;
    /// Of the exponent: the value is `c * 2^(exponent - BIAS)`.
    const BIAS: u64 = f64::MAX_EXP as u64 - 1 + MANTISSA_BITS as u64;
    let shift = BIAS.wrapping_sub(bits >> MANTISSA_BITS);
    if shift.wrapping_sub(MIN_SHIFT) > MAX_SHIFT - MIN_SHIFT {
        return None;
    }
    let significand = bits & ((1 << MANTISSA_BITS) - 1) | 1 << MANTISSA_BITS;
    // Differences from `-(10^6 / 2 - 1)` to `10^6 / 2 - 1` become those from zero on.
    let product = u128::from(significand) * u128::from(SCALE) + u128::from(SCALE / 2 - 1);
    let difference = product as u64 & ((1 << shift) - 1);
    if difference > SCALE - 2 {
        return None;
    }
    Some((product >> shift) as u64)
}

/// Appends `n / 10^6`.
///
/// # Safety
/// `position` is a sink's, with room for eight digits, the point and six digits; `n` is one of
/// [`scaled`].
#[inline(always)]
pub(super) unsafe fn write(position: *mut u8, n: u64) -> *mut u8 {
    let (integer, fraction) = (n / SCALE, n % SCALE);
    // SAFETY: eight bytes are reserved.
    let position = unsafe { integer::write_up_to_eight(position, integer) };
    let lanes = eight_digits(fraction * 100);
    // The first digit is written even if it is zero.
    let len = 8 - (lanes | 1).leading_zeros() as usize / 8;
    // SAFETY: reserved.
    unsafe { position.write(b'.') };
    // SAFETY: six bytes are reserved, the others are slack.
    unsafe { integer::write_lanes(position.wrapping_add(1), lanes) };
    position.wrapping_add(1 + len)
}
