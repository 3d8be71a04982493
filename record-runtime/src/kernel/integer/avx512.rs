//! Integers with AVX-512 IFMA: a multiplication for the fraction behind each digit, another one
//! for the digits.
//!
//! Of a number of eight digits, `n * 2^52 / 10^k` has in its lower 52 bits what stands behind the
//! point when `n` is divided by `10^k`; ten times that, the upper bits are the next digit. Eight
//! lanes do so for eight `k` (D. Lemire and W. Muła, "Converting integers to decimal strings
//! faster with AVX-512", 2022). The bytes of two such numbers are gathered by a permutation that
//! leaves the leading zeros out, so that no branch depends on the number of digits up to 16.

#![expect(
    clippy::multiple_unsafe_ops_per_block,
    clippy::cast_possible_wrap,
    clippy::cast_possible_truncation,
    reason = "register arithmetic: one precondition, the CPU; the vectors' lanes are signed in name only; constants"
)]

use core::arch::x86_64::{
    __m128i, __m512i, _mm_loadu_si128, _mm_storeu_si128, _mm512_castsi128_si512, _mm512_castsi512_si128,
    _mm512_loadu_si512, _mm512_madd52hi_epu64, _mm512_madd52lo_epu64, _mm512_permutex2var_epi8,
    _mm512_permutexvar_epi8, _mm512_set1_epi64,
};

use super::x86::E16;
use super::{E8, MAX_U64_DIGITS, digits, write_up_to_two};

const E10: u64 = 10_000_000_000;

const SIXTEEN: usize = 16;

const _: () = assert!(MAX_U64_DIGITS + SIXTEEN <= crate::sink::SLACK);

/// `2^52 / 10^k` for `k` from eight down to one, rounded up but for the first.
const FRACTIONS: &[u64; 8] = &{
    let mut fractions = [0; 8];
    let mut lane = 0;
    while lane < 8 {
        let divisor = 10_u64.pow(8 - lane as u32);
        fractions[lane] = (1 << 52) / divisor + (lane > 0) as u64;
        lane += 1;
    }
    fractions
};

/// What the first fraction lacks of `n * 2^52 / 10^8` for the largest `n`: enough for it, and too
/// little to reach the next digit of any other. (Rounded up, the fraction would be too large by
/// more than that.)
const CORRECTION: &[u64; 8] = &{
    let remainder = (1_u64 << 52) % E8;
    let lacking = (remainder as u128 * (E8 - 1) as u128).div_ceil(E8 as u128) as u64;
    assert!(lacking < (1 << 52) / E8);
    [lacking, 0, 0, 0, 0, 0, 0, 0]
};

/// The places of the 16 digits among the bytes of two vectors; a window that begins later leaves
/// out as many of the first.
static PLACES: [u8; 2 * SIXTEEN] = {
    let mut places = [0; 2 * SIXTEEN];
    let mut digit = 0;
    while digit < SIXTEEN {
        places[digit] = place(digit);
        digit += 1;
    }
    places
};

/// Where the vectors of [`eight`] have a point.
pub(crate) const POINT: u8 = 1;

/// Where they have a zero.
pub(crate) const ZERO: u8 = 2;

/// What a lane holds beside the digit, which is added to it.
const LANE: i64 = i64::from_le_bytes([b'0', b'.', b'0', 0, 0, 0, 0, 0]);

/// The place of a digit among the bytes of two vectors of [`eight`].
pub(crate) const fn place(digit: usize) -> u8 {
    8 * digit as u8
}

/// The digits of a number below 10^8, as text, one in each lane's lowest byte.
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
pub(crate) fn eight(value: u64) -> __m512i {
    // SAFETY: 64 bytes each.
    let (fractions, correction) =
        unsafe { (_mm512_loadu_si512(FRACTIONS.as_ptr().cast()), _mm512_loadu_si512(CORRECTION.as_ptr().cast())) };
    let behind = _mm512_madd52lo_epu64(correction, _mm512_set1_epi64(value as i64), fractions);
    _mm512_madd52hi_epu64(_mm512_set1_epi64(LANE), behind, _mm512_set1_epi64(10))
}

/// The digits of a number below 10^16 as text, without the first `skipped`, which are at most 16.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512ifma")]
#[inline]
fn sixteen(value: u64, skipped: usize) -> __m128i {
    debug_assert!(value < E16);
    let (high, low) = (value / E8, value % E8);
    let text = _mm512_permutex2var_epi8(eight(high), _mm512_castsi128_si512(places(skipped)), eight(low));
    _mm512_castsi512_si128(text)
}

/// Those of a number below 10^8, without the first `skipped`, which are at most eight.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512ifma")]
#[inline]
pub(crate) fn up_to_eight(value: u64, skipped: usize) -> __m128i {
    debug_assert!(value < E8);
    let text = _mm512_permutexvar_epi8(_mm512_castsi128_si512(places(skipped)), eight(value));
    _mm512_castsi512_si128(text)
}

#[target_feature(enable = "avx512f")]
#[inline]
fn places(skipped: usize) -> __m128i {
    // Masked rather than checked: less than a branch, and never needed.
    let skipped = skipped & (SIXTEEN - 1);
    // SAFETY: a window of 16 bytes that begins in the first 16 of 32.
    unsafe { _mm_loadu_si128(PLACES.as_ptr().wrapping_add(skipped).cast()) }
}

/// [`write_u64`](super::write_u64).
///
/// # Safety
/// That of `write_u64`, and the CPU has what [`has_avx512`](crate::kernel::has_avx512) asks for.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512ifma,bmi1,bmi2,lzcnt")]
pub(crate) unsafe fn write_u64_avx512(position: *mut u8, value: u64) -> *mut u8 {
    if value < E8 {
        let len = digits(value);
        // SAFETY: the digits are reserved, the rest of the store is slack; so too below.
        unsafe { _mm_storeu_si128(position.cast(), up_to_eight(value, 8 - len)) };
        return position.wrapping_add(len);
    }
    if value < E10 {
        // SAFETY: as above.
        let position = unsafe { write_up_to_two(position, value / E8) };
        let low = value % E8;
        // SAFETY: as above.
        unsafe { _mm_storeu_si128(position.cast(), up_to_eight(low, 0)) };
        return position.wrapping_add(8);
    }
    if value < E16 {
        let len = digits(value);
        // SAFETY: as above.
        unsafe { _mm_storeu_si128(position.cast(), sixteen(value, SIXTEEN - len)) };
        return position.wrapping_add(len);
    }
    let (high, low) = (value / E16, value % E16);
    let len = digits(high);
    // SAFETY: as above.
    unsafe { _mm_storeu_si128(position.cast(), up_to_eight(high, 8 - len)) };
    let position = position.wrapping_add(len);
    // SAFETY: as above.
    unsafe { _mm_storeu_si128(position.cast(), sixteen(low, 0)) };
    position.wrapping_add(SIXTEEN)
}
