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
    __m128i, __m512i, _mm_loadu_si128, _mm_storeu_si128, _mm256_loadu_si256, _mm256_storeu_si256,
    _mm512_castsi128_si512, _mm512_castsi256_si512, _mm512_castsi512_si128, _mm512_castsi512_si256, _mm512_loadu_si512,
    _mm512_madd52hi_epu64, _mm512_madd52lo_epu64, _mm512_permutex2var_epi8, _mm512_permutexvar_epi8, _mm512_set1_epi64,
};

use super::x86::E16;
use super::{E8, MAX_U64_DIGITS, PAIRS, digits, digits_of_short};

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

/// The places of the digits among the bytes of two vectors; a window that begins later leaves
/// out as many of the first.
const PLACES: &[u8; 2 * SIXTEEN] = &{
    let mut places = [0; 2 * SIXTEEN];
    let mut digit = 0;
    while digit < SIXTEEN {
        places[digit] = place(digit);
        digit += 1;
    }
    places
};

const PLACES_OF_TEN: &[u8; 2 * SIXTEEN] = &{
    let mut places = [0; 2 * SIXTEEN];
    places[0] = 6;
    places[1] = 7;
    let mut digit = 0;
    while digit < 8 {
        places[digit + 2] = place(digit);
        digit += 1;
    }
    places
};

const PLACES_OF_TWENTY: &[u8; 64] = &{
    let mut places = [0; 64];
    let mut digit = 0;
    while digit < 4 {
        places[digit] = [6, 7, 70, 71][digit];
        digit += 1;
    }
    while digit < 20 {
        places[digit] = place(digit - 4);
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
    eight_with(value, _mm512_set1_epi64(LANE))
}

#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn eight_with(value: u64, lane: __m512i) -> __m512i {
    // SAFETY: 64 bytes each.
    let (fractions, correction) =
        unsafe { (_mm512_loadu_si512(FRACTIONS.as_ptr().cast()), _mm512_loadu_si512(CORRECTION.as_ptr().cast())) };
    let behind = _mm512_madd52lo_epu64(correction, _mm512_set1_epi64(value as i64), fractions);
    _mm512_madd52hi_epu64(lane, behind, _mm512_set1_epi64(10))
}

/// Those of a number below 10^8, without the first `skipped`, which are at most eight.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512ifma")]
#[inline]
pub(crate) fn up_to_eight(value: u64, skipped: usize) -> __m128i {
    debug_assert!(value < E8);
    // Masked rather than checked: less than a branch, and never needed.
    // SAFETY: a window of 16 bytes that begins in the first 16 of 32.
    let places = unsafe { _mm_loadu_si128(PLACES.as_ptr().wrapping_add(skipped & (SIXTEEN - 1)).cast()) };
    let text = _mm512_permutexvar_epi8(_mm512_castsi128_si512(places), eight(value));
    _mm512_castsi512_si128(text)
}

/// [`write_u64`](super::write_u64).
///
/// # Safety
/// That of `write_u64`, and the CPU has what [`has_avx512`](crate::kernel::has_avx512) asks for.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512ifma,bmi1,bmi2,lzcnt")]
pub(crate) unsafe fn write_u64_avx512(position: *mut u8, value: u64) -> *mut u8 {
    if value < E8 {
        let len = digits_of_short(value);
        // SAFETY: of one to eight digits the window lies in the table.
        let places = unsafe { _mm_loadu_si128(PLACES.as_ptr().wrapping_add(8).wrapping_sub(len).cast()) };
        let text = _mm512_permutexvar_epi8(_mm512_castsi128_si512(places), eight(value));
        // SAFETY: the digits are reserved, the rest of the store is slack; so too below.
        unsafe { _mm_storeu_si128(position.cast(), _mm512_castsi512_si128(text)) };
        return position.wrapping_add(len);
    }
    if value < E10 {
        let len = 9 + usize::from(value >= 1_000_000_000);
        // `value / 10^8`, exact below 10^10: the divisor is 2^8 times 5^8.
        let high = ((value >> 8) * 90_071_993) >> 45;
        // SAFETY: of nine or ten digits the window lies in the table.
        let places = unsafe { _mm_loadu_si128(PLACES_OF_TEN.as_ptr().wrapping_add(10).wrapping_sub(len).cast()) };
        let text = _mm512_permutexvar_epi8(_mm512_castsi128_si512(places), eight_with(value - high * E8, pair(high)));
        // SAFETY: as above.
        unsafe { _mm_storeu_si128(position.cast(), _mm512_castsi512_si128(text)) };
        return position.wrapping_add(len);
    }
    let len = digits(value);
    let (first, rest) = (value / E16, value % E16);
    let (high, low) = (rest / E8, rest % E8);
    let hundreds = (first * 10_486) >> 20;
    // SAFETY: of up to 20 digits the window lies in the table.
    let places = unsafe { _mm256_loadu_si256(PLACES_OF_TWENTY.as_ptr().wrapping_add(20).wrapping_sub(len).cast()) };
    let text = _mm512_permutex2var_epi8(
        eight_with(high, pair(hundreds)),
        _mm512_castsi256_si512(places),
        eight_with(low, pair(first - hundreds * 100)),
    );
    // SAFETY: as above.
    unsafe { _mm256_storeu_si256(position.cast(), _mm512_castsi512_si256(text)) };
    position.wrapping_add(len)
}

const LANES: &[i64; 128] = &{
    let mut lanes = [LANE; 128];
    let mut n = 0;
    while n < 100 {
        lanes[n] |= (PAIRS[n] as i64) << 48;
        n += 1;
    }
    lanes
};

#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn pair(n: u64) -> __m512i {
    _mm512_set1_epi64(LANES[n as usize & 127])
}
