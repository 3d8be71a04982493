//! Decimal integers, written in place.
//!
//! Eight digits are found at once (see [`digits`](super::digits)), and leading zeros are shifted out. So only every
//! eighth digit costs a branch.

#![expect(clippy::cast_possible_truncation, reason = "numbers of few digits")]

#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(crate) mod avx512;
pub(crate) mod wide;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(crate) mod x86;

use super::SLACK;
use super::digits::{DIGIT_PAIRS, eight_digits, texts};
use super::lanes::{Room, UpTo};

/// Digits of `u64::MAX`; also the length of `i64::MIN` with its sign.
pub(crate) const MAX_U64_DIGITS: usize = 20;

/// Bytes that [`write_u64`] may store beyond the digits.
const EIGHT: usize = 8;

const _: () = assert!(MAX_U64_DIGITS + EIGHT <= SLACK);

/// The room behind a sign, and of a number without one.
pub(crate) type IntegerRoom<'r> = Room<'r, { SLACK - 1 }>;

/// By the leading zeros of a number's bits: the digits of the smallest of these numbers, and the
/// first number that has one more. (A constant, not a static: it is placed beside each use, which
/// then needs no detour through the table of global addresses.)
const LENGTHS: &[(UpTo<MAX_U64_DIGITS>, u64); 64] = &{
    let mut lengths = [(UpTo::MOST, 0); 64];
    let mut zeros = 0;
    while zeros < 64 {
        let log = (1_u64 << (63 - zeros)).ilog10();
        lengths[zeros] = (UpTo::new(log as usize + 1), 10_u64.saturating_pow(log + 1));
        zeros += 1;
    }
    lengths
};

/// The number of decimal digits; one for zero. With a bound that counts the first number that has one more.
///
/// By a table instead of the digits themselves. The next text's place is then known long before this one is finished,
/// and the CPU can go on there.
#[inline(always)]
pub(crate) fn len(value: u64) -> UpTo<{ MAX_U64_DIGITS + 1 }> {
    let (len, next) = LENGTHS[(value | 1).leading_zeros() as usize];
    len.plus(value >= next)
}

const ASCII_ZEROS: u64 = 0x3030_3030_3030_3030;

/// The digits of [`eight_digits`], as text, the first in front.
#[inline(always)]
pub(crate) fn text_of(lanes: u64) -> u64 {
    (lanes | ASCII_ZEROS).to_le()
}

/// Writes all eight digits of `value < 10^8`, and returns the room behind them.
#[inline(always)]
fn write_eight<const N: usize, const REST: usize>(mut room: Room<'_, N>, value: u64) -> Room<'_, REST> {
    room.store(text_of(eight_digits(value)));
    room.after(UpTo::<EIGHT>::MOST)
}

/// Writes `value < 10^8` without leading zeros, and returns the room behind it.
#[inline(always)]
pub(crate) fn write_up_to_eight<const N: usize, const REST: usize>(
    mut room: Room<'_, N>,
    value: u64,
) -> Room<'_, REST> {
    let len = len(value);
    let text = (eight_digits(value) | ASCII_ZEROS) >> (8 * (EIGHT - len.get()));
    room.store(text.to_le());
    room.after(len)
}

/// Two digits as text, the first in the lower byte, for each number below 100.
const PAIRS: &[u16; 128] = &{
    let mut pairs = [0; 128];
    let mut n = 0;
    while n < 100 {
        pairs[n] = u16::from_le_bytes(DIGIT_PAIRS[n]);
        n += 1;
    }
    pairs
};

/// Writes `value < 100` without a leading zero, and returns the room behind it.
#[inline(always)]
fn write_up_to_two<const N: usize, const REST: usize>(mut room: Room<'_, N>, value: u64) -> Room<'_, REST> {
    let single = value < 10;
    room.store((PAIRS[value as usize & 127] >> (8 * u32::from(single))).to_le());
    room.after(UpTo::<2>::new(2 - usize::from(single)))
}

/// The text of each byte, and its length in the last place.
pub(crate) const BYTES: &[[u8; 4]; 256] = &texts();

const E8: u64 = 100_000_000;

/// Appends `value` in decimal.
#[inline(never)]
pub(crate) fn write_u64(room: IntegerRoom<'_>, value: u64) -> *mut u8 {
    if value < E8 {
        return write_up_to_eight::<_, 0>(room, value).position();
    }
    let (high, low) = (value / E8, value % E8);
    // Identifiers of nine or ten digits are frequent.
    let room: Room<'_, EIGHT> = if high < 100 {
        write_up_to_two(room, high)
    } else if high < E8 {
        write_up_to_eight(room, high)
    } else {
        let room: Room<'_, { 2 * EIGHT }> = write_up_to_eight(room, high / E8);
        write_eight(room, high % E8)
    };
    write_eight::<_, 0>(room, low).position()
}
