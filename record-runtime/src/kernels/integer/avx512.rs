//! Integers with AVX-512 IFMA: a multiplication for the fraction behind each digit, another one
//! for the digits.
//!
//! Of a number of eight digits, `n * 2^52 / 10^k` has in its lower 52 bits the fraction of `n` divided by `10^k`. The
//! upper bits of ten times that are the next digit. Eight lanes do so for eight `k` (D. Lemire and W. Muła, "Converting
//! integers to decimal strings faster with AVX-512", 2022). Two digits more in front of these come from a table of
//! lanes, to which the digits are added. A permutation gathers the bytes and leaves the leading zeros out. So there is
//! a branch for up to eight digits, for up to ten and for all others, and no other.

#![expect(
    clippy::cast_possible_wrap,
    clippy::cast_possible_truncation,
    reason = "the vectors' lanes are signed in name only; constants"
)]

use core::arch::x86_64::{
    __m128i, __m512i, _mm512_castsi128_si512, _mm512_castsi256_si512, _mm512_castsi512_si128, _mm512_castsi512_si256,
    _mm512_madd52hi_epu64, _mm512_madd52lo_epu64, _mm512_permutex2var_epi8, _mm512_permutexvar_epi8, _mm512_set1_epi64,
};

use super::x86::E16;
use super::{E8, IntegerRoom, LENGTHS, MAX_U64_DIGITS, PAIRS, len};
use crate::kernels::SLACK;
use crate::kernels::lanes::Lanes;

const E9: u64 = 1_000_000_000;
const E10: u64 = 10_000_000_000;

/// `2^45 / 5^8`, rounded up by less than 2^19: no quotient of a number below 2^26 is too large.
const FIFTH_EIGHT: u64 = {
    let divisor = 5_u64.pow(8);
    let factor = (1_u64 << 45).div_ceil(divisor);
    assert!(factor * divisor - (1 << 45) < 1 << 19 && E10 >> 8 < 1 << 26);
    factor
};

const SIXTEEN: usize = 16;

const _: () = assert!(2 * SIXTEEN <= SLACK && MAX_U64_DIGITS <= 2 * SIXTEEN);

/// `2^52 / 10^k` for `k` from eight down to one, rounded up but for the first.
const FRACTIONS: &[u8; 64] = &{
    let mut fractions = [0; 8];
    let mut lane = 0;
    while lane < 8 {
        let divisor = 10_u64.pow(8 - lane as u32);
        fractions[lane] = (1 << 52) / divisor + (lane > 0) as u64;
        lane += 1;
    }
    bytes(fractions)
};

/// The difference between the first fraction and `n * 2^52 / 10^8` for the largest `n`. It is enough for that one, and
/// changes no digit of any other. (Rounded up, the fraction would be too large by more than that.)
const CORRECTION: &[u8; 64] = &{
    let remainder = (1_u64 << 52) % E8;
    let lacking = (remainder as u128 * (E8 - 1) as u128).div_ceil(E8 as u128) as u64;
    assert!(lacking < (1 << 52) / E8);
    bytes([lacking, 0, 0, 0, 0, 0, 0, 0])
};

/// The bytes of a vector with these lanes.
const fn bytes(lanes: [u64; 8]) -> [u8; 64] {
    let mut bytes = [0; 64];
    let mut at = 0;
    while at < 64 {
        bytes[at] = lanes[at / 8].to_le_bytes()[at % 8];
        at += 1;
    }
    bytes
}

/// The places of digits among the bytes of two vectors: those in front, then the lanes' digits. A
/// window that begins later leaves out as many of the first.
const fn places<const N: usize>(in_front: &[u8]) -> [u8; N] {
    let mut places = [0; N];
    let mut at = 0;
    while at < in_front.len() {
        places[at] = in_front[at];
        at += 1;
    }
    let mut digit = 0;
    while at < N && digit < SIXTEEN {
        places[at] = place(digit);
        (at, digit) = (at + 1, digit + 1);
    }
    places
}

/// Of numbers below 10^8.
const PLACES: &[u8; 2 * SIXTEEN] = &places(&[]);

/// Of numbers below 10^10.
const PLACES_OF_TEN: &[u8; 2 * SIXTEEN] = &places(&[TENS, ONES]);

/// Of all numbers: two digits in front from each of two vectors.
const PLACES_OF_TWENTY: &[u8; 4 * SIXTEEN] = &places(&[TENS, ONES, SECOND + TENS, SECOND + ONES]);

/// Where the vectors of [`eight`] have a point.
pub(crate) const POINT: u8 = 1;

/// Where they have a zero.
pub(crate) const ZERO: u8 = 2;

/// Where the lanes of [`with_pair`] have two digits.
const TENS: u8 = 6;
const ONES: u8 = 7;

/// Where the second of two vectors begins.
const SECOND: u8 = 64;

/// The content of a lane beside the digit, which is added to it.
const LANE: i64 = i64::from_le_bytes([b'0', b'.', b'0', 0, 0, 0, 0, 0]);

/// The same with two digits more, for each number below 100. (In a register they would have to be
/// moved to the vectors: 1.1 times the time of nine digits.)
const LANES: &[i64; 128] = &{
    let mut lanes = [LANE; 128];
    let mut n = 0;
    while n < 100 {
        lanes[n] |= (PAIRS[n] as i64) << (8 * TENS);
        n += 1;
    }
    lanes
};

/// The place of a digit among the bytes of two vectors of [`eight`].
pub(crate) const fn place(digit: usize) -> u8 {
    8 * digit as u8
}

/// The digits of a number below 10^8, as text, one in each lane's lowest byte.
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
pub(crate) fn eight(value: u64) -> __m512i {
    in_lanes(_mm512_set1_epi64(LANE), value)
}

/// The same, and in each lane the digits of `pair`, which is below 100.
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn with_pair(pair: u32, value: u64) -> __m512i {
    // Masked rather than checked: less than a branch, and never needed.
    in_lanes(_mm512_set1_epi64(LANES[pair as usize & 127]), value)
}

#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn in_lanes(lanes: __m512i, value: u64) -> __m512i {
    debug_assert!(value < E8);
    let [fractions, correction] = [FRACTIONS, CORRECTION].map(__m512i::load);
    let behind = _mm512_madd52lo_epu64(correction, _mm512_set1_epi64(value as i64), fractions);
    _mm512_madd52hi_epu64(lanes, behind, _mm512_set1_epi64(10))
}

/// Those of a number below 10^8, without the first `skipped`, which are at most eight.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512ifma")]
#[inline]
pub(crate) fn up_to_eight(value: u64, skipped: usize) -> __m128i {
    debug_assert!(value < E8);
    // Masked rather than checked: less than a branch, and never needed.
    let places = PLACES[skipped & (SIXTEEN - 1)..].first_chunk().expect("16 of 32 bytes from the 15th on");
    let text = _mm512_permutexvar_epi8(_mm512_castsi128_si512(Lanes::load(places)), eight(value));
    _mm512_castsi512_si128(text)
}

/// As `LENGTHS`, of numbers below 2^32. The sum carries into the upper half from the first number with one digit more
/// (K. Willets, 2021).
const SHORT_LENGTHS: &[u64; 64] = &{
    let mut lengths = [0; 64];
    let mut zeros = 32;
    while zeros < 64 {
        let (len, next) = LENGTHS[zeros];
        let len = len.get() as u64;
        // Where no number of 32 bits reaches it, it is not to be carried.
        lengths[zeros] = if next >> 32 == 0 { ((len + 1) << 32) - next } else { len << 32 };
        zeros += 1;
    }
    lengths
};

/// [`digits`] of a number below 2^32.
#[inline(always)]
pub(crate) fn digits_of_short(value: u64) -> usize {
    debug_assert!(value >> 32 == 0);
    ((value + SHORT_LENGTHS[(value | 1).leading_zeros() as usize]) >> 32) as usize
}

/// [`write_u64`](super::write_u64).
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512ifma,bmi1,bmi2,lzcnt")]
pub(crate) fn write_u64_avx512(mut room: IntegerRoom<'_>, value: u64) -> *mut u8 {
    if value < E8 {
        let len = digits_of_short(value);
        room.store(up_to_eight(value, 8 - len));
        return room.behind(len);
    }
    if value < E10 {
        // Not by the table: identifiers of nine digits are frequent, and what follows waits for the
        // length.
        let len = 9 + usize::from(value >= E9);
        // By 2^8, then by 5^8; exact below 10^10.
        let high = ((value >> 8) * FIFTH_EIGHT) >> 45;
        let places = PLACES_OF_TEN[10 - len..].first_chunk().expect("16 of 32 bytes from the first or second on");
        let digits = with_pair(high as u32, value - high * E8);
        let text = _mm512_permutexvar_epi8(_mm512_castsi128_si512(Lanes::load(places)), digits);
        room.store(_mm512_castsi512_si128(text));
        return room.behind(len);
    }
    let len = len(value).get();
    let (first, rest) = (value / E16, value % E16);
    // In 32 bits, where dividing is a multiplication by less.
    let first = first as u32;
    let (high, low) = (with_pair(first / 100, rest / E8), with_pair(first % 100, rest % E8));
    // Of 11 to 20 digits.
    let places = PLACES_OF_TWENTY[(20 - len) & (SIXTEEN - 1)..].first_chunk().expect("32 of 64 bytes from the 15th on");
    let text = _mm512_permutex2var_epi8(high, _mm512_castsi256_si512(Lanes::load(places)), low);
    room.store(_mm512_castsi512_si256(text));
    room.behind(len)
}
