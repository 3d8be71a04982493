//! Floats with what AVX2 brings along: a byte shuffle, shifts and bit counts without detours.

use core::arch::x86_64::{_mm_loadu_si128, _mm_shuffle_epi8, _mm_storeu_si128};

use super::{Float as _, rows, write_shortest};
use crate::kernel::digits::Sixteen;

/// Digits of the integer part of a number of `decimals::scaled`, with leading zeros.
const INTEGER_LANES: usize = 10;

/// The shuffles that drop so many leading zeros and leave a place for the point.
static POINTS: [[u8; 16]; INTEGER_LANES] = {
    let mut shuffles = [[0x80; 16]; INTEGER_LANES];
    let mut zeros = 0;
    while zeros < INTEGER_LANES {
        let mut lane = zeros as u8;
        while lane < 16 {
            let behind = lane as usize >= INTEGER_LANES;
            let to = lane as usize - zeros + behind as usize;
            if to < 16 {
                shuffles[zeros][to] = lane;
            }
            lane += 1;
        }
        zeros += 1;
    }
    shuffles
};

/// [`decimals::write`](super::decimals::write).
///
/// # Safety
/// That of `write`, and the CPU has AVX2.
#[inline(always)]
pub(super) unsafe fn write_scaled(position: *mut u8, n: u64) -> *mut u8 {
    // Below 2^26 * 10^6, so there are at least two leading zeros, and with the point 15 bytes.
    let digits = Sixteen::new(n);
    let nonzero = digits.nonzero();
    let zeros = (nonzero | 1 << (INTEGER_LANES - 1)).trailing_zeros() as usize;
    // SAFETY: `zeros < INTEGER_LANES`; 16 bytes.
    let shuffle = unsafe { _mm_loadu_si128((&raw const POINTS[zeros]).cast()) };
    // SAFETY: the CPU has AVX2 (contract).
    let text = unsafe { _mm_shuffle_epi8(digits.text(), shuffle) };
    // SAFETY: 15 bytes are reserved, the other is slack.
    unsafe { _mm_storeu_si128(position.cast(), text) };
    let point = position.wrapping_add(INTEGER_LANES - zeros);
    // SAFETY: reserved.
    unsafe { point.write(b'.') };
    // The first digit behind the point is written even if it is zero.
    let lanes = 32 - (nonzero | 1 << INTEGER_LANES).leading_zeros() as usize;
    point.wrapping_add(1 + lanes - INTEGER_LANES)
}

/// # Safety
/// That of [`write`](super::write), and the CPU has AVX2.
#[target_feature(enable = "avx2,bmi1,lzcnt")]
pub(crate) unsafe fn write_f64_avx2(position: *mut u8, value: f64) -> *mut u8 {
    let (magnitude, negative) = value.magnitude();
    if let Some(n) = f64::scaled(magnitude) {
        // SAFETY: reserved. Overwritten by the first digit where there is no sign.
        unsafe { position.write(b'-') };
        // SAFETY: as the caller's.
        return unsafe { write_scaled(position.wrapping_add(usize::from(negative)), n) };
    }
    // SAFETY: as the caller's.
    unsafe { write_shortest_f64(position, value) }
}

/// # Safety
/// That of [`write_f64_avx2`].
#[target_feature(enable = "avx2,bmi1,lzcnt")]
#[inline(never)]
unsafe fn write_shortest_f64(position: *mut u8, value: f64) -> *mut u8 {
    // SAFETY: as the caller's.
    unsafe { write_shortest(position, value) }
}

/// # Safety
/// That of [`write_f64_avx2`], for `f32`.
#[target_feature(enable = "avx2,bmi1,lzcnt")]
pub(crate) unsafe fn write_f32_avx2(position: *mut u8, value: f32) -> *mut u8 {
    // SAFETY: as the caller's.
    unsafe { write_shortest(position, value) }
}

/// # Safety
/// That of [`write_rows`](rows::write_rows), and the CPU has AVX2.
#[target_feature(enable = "avx2,bmi1,lzcnt")]
pub(crate) unsafe fn write_f64_rows_avx2(position: *mut u8, floats: &[f64], row: usize) -> *mut u8 {
    // SAFETY: as the caller's.
    unsafe { rows::write_rows(position, floats, row, write_scaled, write_f64_avx2) }
}

/// # Safety
/// That of [`write_f64_rows_avx2`].
#[target_feature(enable = "avx2,bmi1,lzcnt")]
pub(crate) unsafe fn write_f32_rows_avx2(position: *mut u8, floats: &[f32], row: usize) -> *mut u8 {
    // SAFETY: as the caller's.
    unsafe { rows::write_rows(position, floats, row, write_scaled, write_f32_avx2) }
}
