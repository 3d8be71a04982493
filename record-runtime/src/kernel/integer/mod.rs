//! Decimal integers, written in place.
//!
//! Eight digits are found at once (see [`digits`](super::digits)) and the leading zeros shifted
//! out, so that no branch depends on the number of digits but for every eighth.

#[cfg(all(target_arch = "x86_64", feature = "std", not(miri)))]
pub(crate) mod avx512;
#[cfg(all(target_arch = "x86_64", feature = "std", not(miri)))]
pub(crate) mod x86;

use super::digits::eight_digits;

/// Digits of `u64::MAX`; also the length of `i64::MIN` with its sign.
pub(crate) const MAX_U64_DIGITS: usize = 20;

/// Bytes that [`write_u64`] may store beyond the digits.
const EIGHT: usize = 8;

const _: () = assert!(MAX_U64_DIGITS + EIGHT <= crate::sink::SLACK);

/// The number of decimal digits.
pub(crate) fn digits(value: u64) -> usize {
    value.checked_ilog10().map_or(1, |log| log as usize + 1)
}

const ASCII_ZEROS: u64 = 0x3030_3030_3030_3030;

/// Writes the digits of [`eight_digits`].
///
/// # Safety
/// Eight bytes can be written.
#[inline(always)]
pub(crate) unsafe fn write_lanes(position: *mut u8, lanes: u64) {
    let text = (lanes | ASCII_ZEROS).to_le_bytes();
    // SAFETY: as the caller's.
    unsafe { position.cast::<[u8; EIGHT]>().write(text) };
}

/// Writes all eight digits of `value < 10^8`.
///
/// # Safety
/// Eight bytes can be written.
#[inline(always)]
pub(crate) unsafe fn write_eight(position: *mut u8, value: u64) -> *mut u8 {
    // SAFETY: as the caller's.
    unsafe { write_lanes(position, eight_digits(value)) };
    position.wrapping_add(EIGHT)
}

/// Writes `value < 10^8` without leading zeros.
///
/// # Safety
/// Eight bytes can be written.
#[inline(always)]
pub(crate) unsafe fn write_up_to_eight(position: *mut u8, value: u64) -> *mut u8 {
    let lanes = eight_digits(value);
    // The last digit is written even if it is zero.
    let zeros = (lanes | 1 << 56).trailing_zeros() / 8;
    let text = ((lanes | ASCII_ZEROS) >> (8 * zeros)).to_le_bytes();
    // SAFETY: as the caller's.
    unsafe { position.cast::<[u8; EIGHT]>().write(text) };
    position.wrapping_add(EIGHT - zeros as usize)
}

/// Appends `value` in decimal.
///
/// # Safety
/// `position` is a sink's, with room for [`MAX_U64_DIGITS`].
#[inline(never)]
pub(crate) unsafe fn write_u64(mut position: *mut u8, value: u64) -> *mut u8 {
    const E8: u64 = 100_000_000;
    if value < E8 {
        // SAFETY: reserved; the store's other bytes are reserved or slack.
        return unsafe { write_up_to_eight(position, value) };
    }
    let (high, low) = (value / E8, value % E8);
    if high < E8 {
        // SAFETY: as above.
        position = unsafe { write_up_to_eight(position, high) };
    } else {
        // SAFETY: as above.
        position = unsafe { write_up_to_eight(position, high / E8) };
        // SAFETY: as above.
        position = unsafe { write_eight(position, high % E8) };
    }
    // SAFETY: as above.
    unsafe { write_eight(position, low) }
}
