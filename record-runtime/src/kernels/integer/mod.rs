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

use super::digits::{DIGIT_PAIRS, eight_digits, texts};
use super::lanes::{Lanes, window};

/// Digits of `u64::MAX`; also the length of `i64::MIN` with its sign.
pub(crate) const MAX_U64_DIGITS: usize = 20;

/// Bytes that [`write_u64`] may store beyond the digits.
const EIGHT: usize = 8;

const _: () = assert!(MAX_U64_DIGITS + EIGHT <= crate::kernels::SLACK);

/// By the leading zeros of a number's bits: the digits of the smallest of these numbers, and the
/// first number that has one more. (A constant, not a static: it is placed beside each use, which
/// then needs no detour through the table of global addresses.)
const LENGTHS: &[(u64, u64); 64] = &{
    let mut lengths = [(0, 0); 64];
    let mut zeros = 0;
    while zeros < 64 {
        let log = (1_u64 << (63 - zeros)).ilog10();
        lengths[zeros] = (log as u64 + 1, 10_u64.saturating_pow(log + 1));
        zeros += 1;
    }
    lengths
};

/// The number of decimal digits; one for zero.
///
/// By a table instead of the digits themselves. The next text's place is then known long before this one is finished,
/// and the CPU can go on there.
#[inline(always)]
pub(crate) fn digits(value: u64) -> usize {
    let (len, next) = LENGTHS[(value | 1).leading_zeros() as usize];
    len as usize + usize::from(value >= next)
}

const ASCII_ZEROS: u64 = 0x3030_3030_3030_3030;

/// Writes the digits of [`eight_digits`].
///
/// # Safety
/// Eight bytes can be written.
#[inline(always)]
pub(crate) unsafe fn write_lanes(position: *mut u8, lanes: u64) {
    // SAFETY: by contract eight bytes can be written.
    (lanes | ASCII_ZEROS).to_le().store(unsafe { window(position) });
}

/// Writes all eight digits of `value < 10^8`.
///
/// # Safety
/// Eight bytes can be written.
#[inline(always)]
pub(crate) unsafe fn write_eight(position: *mut u8, value: u64) -> *mut u8 {
    // SAFETY: by contract eight bytes can be written.
    unsafe { write_lanes(position, eight_digits(value)) };
    position.wrapping_add(EIGHT)
}

/// Writes `value < 10^8` without leading zeros.
///
/// # Safety
/// Eight bytes can be written.
#[inline(always)]
pub(crate) unsafe fn write_up_to_eight(position: *mut u8, value: u64) -> *mut u8 {
    let len = digits(value);
    let text = (eight_digits(value) | ASCII_ZEROS) >> (8 * (EIGHT - len));
    // SAFETY: by contract eight bytes can be written.
    text.to_le().store(unsafe { window(position) });
    position.wrapping_add(len)
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

/// Writes `value < 100` without a leading zero.
///
/// # Safety
/// Two bytes can be written.
#[inline(always)]
pub(crate) unsafe fn write_up_to_two(position: *mut u8, value: u64) -> *mut u8 {
    let single = usize::from(value < 10);
    let text = (PAIRS[value as usize & 127] >> (8 * single)).to_le_bytes();
    // SAFETY: by contract two bytes can be written.
    unsafe { position.cast::<[u8; 2]>().write(text) };
    position.wrapping_add(2 - single)
}

/// The text of each byte, and its length in the last place.
pub(crate) const BYTES: &[[u8; 4]; 256] = &texts();

const E8: u64 = 100_000_000;

/// Appends `value` in decimal.
///
/// # Safety
/// `position` is a sink's, with room for [`MAX_U64_DIGITS`].
#[inline(never)]
pub(crate) unsafe fn write_u64(mut position: *mut u8, value: u64) -> *mut u8 {
    if value < E8 {
        // SAFETY: eight of the `MAX_U64_DIGITS` of the contract.
        return unsafe { write_up_to_eight(position, value) };
    }
    let (high, low) = (value / E8, value % E8);
    // Identifiers of nine or ten digits are frequent.
    if high < 100 {
        // SAFETY: the contract's room is for all 20 digits, of which these are the first.
        position = unsafe { write_up_to_two(position, high) };
    } else if high < E8 {
        // SAFETY: the contract's room is for all 20 digits; eight bytes may run over into the next eight.
        position = unsafe { write_up_to_eight(position, high) };
    } else {
        // SAFETY: the contract's room is for all 20 digits, of which these are the first four, and slack.
        position = unsafe { write_up_to_eight(position, high / E8) };
        // SAFETY: the contract's room is for all 20 digits, of which these are the next eight.
        position = unsafe { write_eight(position, high % E8) };
    }
    // SAFETY: the contract's room is for all 20 digits, of which these are the last eight.
    unsafe { write_eight(position, low) }
}
