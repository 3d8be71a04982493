//! Floats that are decimals of few places, such as prices: found by one multiplication and written
//! as two integers, without the search for the shortest.
//!
//! Let a decimal of few significant digits (15 of an `f64`, 6 of an `f32`) read back as a float. No other of that
//! length does. So it is the shortest. Whether `n / SCALE` reads back as `c * 2^-shift` is whether `c * SCALE` and
//! `n * 2^shift` differ by less than half of `SCALE`, which is half a unit of `c`. (Powers of two have a closer
//! neighbour below; in the ranges of this path they are exact or far from any such `n`.)
//!
//! Hundredths are looked for first, and in 64 bits: most prices have two places at most.

use super::sign::write_sign;
use crate::kernels::digits::eight_digits;
use crate::kernels::integer;
use crate::kernels::lanes::{Room, Slack, UpTo};

/// `10^6`.
pub(super) const MILLION: u64 = 1_000_000;

/// A float's significand as an integer, and the number of its bits behind the point. `None` unless its value is from
/// `2^-11` to below `2^LIMIT`, with at most 63 bits behind the point.
#[inline(always)]
fn parts<const MANTISSA_BITS: u64, const BIAS: u64, const LIMIT: u64>(bits: u64) -> Option<(u64, u64)> {
    let shift = (BIAS + MANTISSA_BITS).wrapping_sub(bits >> MANTISSA_BITS);
    let (min, max) = (MANTISSA_BITS + 1 - LIMIT, MANTISSA_BITS + 11);
    if shift.wrapping_sub(min) > max - min {
        return None;
    }
    const { assert!(MANTISSA_BITS + 11 < 64) };
    Some((bits & ((1 << MANTISSA_BITS) - 1) | 1 << MANTISSA_BITS, shift))
}

/// [`parts`] of an `f64`, whose integer part has at most eight digits.
#[inline(always)]
fn parts_f64(bits: u64) -> Option<(u64, u64)> {
    parts::<{ f64::MANTISSA_DIGITS as u64 - 1 }, { f64::MAX_EXP as u64 - 1 }, 26>(bits)
}

/// [`parts`] of an `f32`, whose integer part has at most four digits.
#[inline(always)]
fn parts_f32(bits: u64) -> Option<(u64, u64)> {
    parts::<{ f32::MANTISSA_DIGITS as u64 - 1 }, { f32::MAX_EXP as u64 - 1 }, 13>(bits)
}

/// `n`, if `significand * 2^-shift` is `n / 100`.
#[inline(always)]
fn hundredths((significand, shift): (u64, u64)) -> Option<u64> {
    const SCALE: u64 = 100;
    // Differences from `-(SCALE / 2 - 1)` to `SCALE / 2 - 1` become those from zero on.
    let product = significand * SCALE + (SCALE / 2 - 1);
    let difference = product & ((1 << shift) - 1);
    (difference <= SCALE - 2).then_some(product >> shift)
}

/// `n`, if the `f64` with these bits, positive and finite, is `n / 100`.
#[inline(always)]
pub(super) fn hundredths_f64(bits: u64) -> Option<u64> {
    hundredths(parts_f64(bits)?)
}

/// `n`, if the `f32` with these bits, positive and finite, is `n / 100`.
#[inline(always)]
pub(super) fn hundredths_f32(bits: u64) -> Option<u64> {
    hundredths(parts_f32(bits)?)
}

/// `n`, if the `f64` with these bits, positive and finite, is `n / 10^6`.
#[inline(always)]
pub(super) fn millionths_f64(bits: u64) -> Option<u64> {
    let (significand, shift) = parts_f64(bits)?;
    // As above, in 128 bits.
    let product = u128::from(significand) * u128::from(MILLION) + u128::from(MILLION / 2 - 1);
    let difference = product as u64 & ((1 << shift) - 1);
    (difference <= MILLION - 2).then_some((product >> shift) as u64)
}

/// For each number of hundredths the point and the digits behind it, and in the last byte their
/// number.
const HUNDREDTHS: &[[u8; 4]; 128] = &{
    let mut texts = [[0; 4]; 128];
    let mut n = 0;
    while n < 100 {
        let (tens, ones) = ((n / 10) as u8, (n % 10) as u8);
        texts[n] = [b'.', b'0' + tens, b'0' + ones, if ones == 0 { 1 } else { 2 }];
        n += 1;
    }
    texts
};

/// The room behind a sign and an integer of eight digits, of which the compiler takes more than eight for possible.
type Fraction<'r> = Room<'r, 9>;

/// Appends the point and the digits behind it of a number of hundredths below 100.
///
/// By a table, so that its length is known before its digits: 1.3 times as fast for lists of prices.
#[inline(always)]
pub(super) fn write_places(mut room: Fraction<'_>, hundredths: u64) -> *mut u8 {
    let text = HUNDREDTHS[hundredths as usize & 127];
    room.store(u32::from_ne_bytes(text));
    room.behind(1 + usize::from(text[3]))
}

/// Appends `n / 100` with its sign; `n` is one of [`hundredths_f64`] or [`hundredths_f32`].
#[inline(always)]
pub(super) fn write_hundredths(room: Slack<'_>, negative: bool, n: u64) -> *mut u8 {
    let room = write_sign(room, negative);
    write_places(integer::write_up_to_eight(room, n / 100), n % 100)
}

/// Appends `n / 10^6` with its sign; `n` is one of [`millionths_f64`].
#[inline(always)]
pub(super) fn write_millionths(room: Slack<'_>, negative: bool, n: u64) -> *mut u8 {
    let (integer, fraction) = (n / MILLION, n % MILLION);
    let room = write_sign(room, negative);
    let mut room: Fraction<'_> = integer::write_up_to_eight(room, integer);
    let lanes = eight_digits(fraction * 100);
    // The first digit is written even if it is zero.
    let len = 8 - (lanes | 1).leading_zeros() as usize / 8;
    room.store(*b".");
    let mut room: Room<'_, 8> = room.after(UpTo::<1>::MOST);
    room.store(integer::text_of(lanes));
    room.behind(len)
}
