//! Floats with AVX-512: the digits by IFMA, and their text with point and leading zeros by one
//! permutation.
//!
//! The lanes that hold the digits hold a point and a zero beside them (see [`ifma`](crate::kernels::integer::avx512)).
//! So a number's whole text is a permutation of them, one for each place of the point. Neither the place of the point
//! nor the number of digits is a branch.

#![expect(clippy::multiple_unsafe_ops_per_block, reason = "register arithmetic: one precondition, the CPU")]

use core::arch::x86_64::{
    __m128i, __m256i, _mm_cmpneq_epi8_mask, _mm_set1_epi8, _mm256_cmpneq_epi8_mask, _mm256_loadu_si256,
    _mm256_set1_epi8, _mm256_storeu_si256, _mm512_castsi128_si512, _mm512_castsi256_si512, _mm512_castsi512_si128,
    _mm512_castsi512_si256, _mm512_permutex2var_epi8, _mm512_permutexvar_epi8,
};
use core::hint::select_unpredictable;

use super::decimals;
use super::eight::{self, Eight, Kinds, shortest};
use super::layout::write_exponent;
use super::rows::{write_batch, write_few};
use super::shortest::Decimal;
use super::sign::write_sign;
use super::stages::{BATCH, Behind, Kernels, Separator, Stages};
use super::templates::{F32, F32_LANES, F64, F64_LANES, Template};
use super::texts::{Places, Texts};
use crate::kernels::integer::{
    self,
    avx512::{POINT, ZERO, eight, place, up_to_eight},
};
use crate::kernels::lanes::{Lanes as _, window};

const ZERO_DIGIT: i8 = b'0' as i8;

/// Stores the text that a template makes, and its last digit. Returns a bit for each digit that is not zero, and the point.
///
/// # Safety
/// `position` is a sink's, with room for the text; the CPU has AVX-512.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,lzcnt")]
#[inline]
unsafe fn store_template(position: *mut u8, text: __m256i, last: u32, template: &Template) -> u32 {
    // SAFETY: 32 bytes, those beyond the text slack, as with the other store (invariant 1).
    unsafe { _mm256_storeu_si256(position.cast(), text) };
    // SAFETY: the place of the last digit is within the text, for which there is room by contract.
    unsafe { position.wrapping_add(template.last_at as usize).write(b'0' + last as u8) };
    _mm256_cmpneq_epi8_mask(text, _mm256_set1_epi8(ZERO_DIGIT)) | u32::from(last != 0) << template.last_at
}

/// Appends the text that a template makes.
///
/// # Safety
/// That of [`store_template`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,lzcnt")]
#[inline]
unsafe fn write_template(position: *mut u8, text: __m256i, last: u32, template: &Template) -> *mut u8 {
    // SAFETY: the contract is the same.
    let significant = unsafe { store_template(position, text, last, template) } | template.least;
    position.wrapping_add(32 - significant.leading_zeros() as usize)
}

/// Appends digits with an exponent, by the template of a number from 1 on.
///
/// # Safety
/// That of [`store_template`], and the text's room is for this exponent, too.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,lzcnt")]
#[inline]
unsafe fn write_scientific(position: *mut u8, text: __m256i, last: u32, template: &Template, exponent: i32) -> *mut u8 {
    // SAFETY: the contract is the same.
    let significant = unsafe { store_template(position, text, last, template) };
    // No point behind a single digit.
    let len = 32 - significant.leading_zeros() as usize;
    let len = len - usize::from(len == 2);
    // SAFETY: by contract the text's room is for this exponent, too, and `position` is behind its digits.
    unsafe { write_exponent(position.wrapping_add(len), exponent) }
}

/// A float that this backend can write.
trait Wide: eight::Lanes {
    /// Digits that the lanes take.
    const LANES: usize;
    /// The smallest number of so many digits.
    const LEAST: u64;
    /// The templates of fixed notation.
    const TEMPLATES: &'static [Template];

    /// As many digits as the lanes take, as the numbers that [`text`](Self::text) takes.
    fn halves(digits: u64) -> [u64; 2];

    /// The text that a template makes of digits, but for the last one.
    ///
    /// # Safety
    /// The CPU has AVX-512.
    unsafe fn text(halves: [u64; 2], template: &Template) -> __m256i;

    /// With as many digits as the lanes take.
    fn normalized(decimal: Decimal) -> Normalized;
}

/// Appends one of eight floats, without its sign.
///
/// # Safety
/// `position` is a sink's, with room for `F::MAX_LEN`; the CPU has AVX-512; the lane is not hard.
#[inline(always)]
unsafe fn write_lane<F: Wide>(position: *mut u8, lanes: &Eight, lane: usize, scientific: bool) -> *mut u8 {
    let template = F::TEMPLATES.as_ptr().wrapping_byte_add(lanes.template[lane] as usize);
    // SAFETY: by contract the lane is not hard, so its offset is that of one of `F::TEMPLATES`.
    let template = unsafe { &*template };
    // SAFETY: the CPU has AVX-512 (contract).
    let text = unsafe { F::text([lanes.digits[0][lane], lanes.digits[1][lane]], template) };
    let last = lanes.last[lane] as u32;
    if scientific {
        // SAFETY: the template is that of a number from 1 on; by contract there is room for the text.
        return unsafe { write_scientific(position, text, last, template, lanes.exponent[lane] as i32) };
    }
    // SAFETY: the template is for this lane's digits; by contract there is room for their text.
    unsafe { write_template(position, text, last, template) }
}

/// A decimal with all lanes' digits, of which the first is not zero.
#[derive(Clone, Copy)]
pub(crate) struct Normalized {
    digits: u64,
    last: u32,
    /// Of ten, for the first digit.
    exponent: i32,
}

const E7: u64 = 10_000_000;
const E8: u64 = 100_000_000;
const E15: u64 = 1_000_000_000_000_000;

impl Wide for f64 {
    const LANES: usize = F64_LANES;
    const LEAST: u64 = E15;
    const TEMPLATES: &'static [Template] = F64;

    #[inline(always)]
    fn normalized(Decimal { tens, last, exponent }: Decimal) -> Normalized {
        let short = tens < E15;
        let digits = select_unpredictable(short, tens * 10 + u64::from(last), tens);
        let last = select_unpredictable(short, 0, last);
        Normalized { digits, last, exponent: exponent + 16 - i32::from(short) }
    }

    #[inline(always)]
    fn halves(digits: u64) -> [u64; 2] {
        [digits / E8, digits % E8]
    }

    #[inline(always)]
    unsafe fn text([first, second]: [u64; 2], template: &Template) -> __m256i {
        // SAFETY: the CPU has AVX-512 (contract); 32 bytes are loaded of as many.
        unsafe {
            let places = _mm512_castsi256_si512(_mm256_loadu_si256(template.places.as_ptr().cast()));
            _mm512_castsi512_si256(_mm512_permutex2var_epi8(eight(first), places, eight(second)))
        }
    }
}

impl Wide for f32 {
    const LANES: usize = F32_LANES;
    const LEAST: u64 = E7;
    const TEMPLATES: &'static [Template] = F32;

    #[inline(always)]
    fn normalized(Decimal { tens, last, exponent }: Decimal) -> Normalized {
        // Normal numbers have seven to nine digits.
        let (eight, seven) = (tens < E7, tens < E7 / 10);
        let digits = select_unpredictable(eight, tens * 10 + u64::from(last), tens);
        let digits = select_unpredictable(seven, digits * 10, digits);
        let last = select_unpredictable(eight, 0, last);
        Normalized { digits, last, exponent: exponent + 8 - i32::from(eight) - i32::from(seven) }
    }

    #[inline(always)]
    fn halves(digits: u64) -> [u64; 2] {
        [digits, 0]
    }

    #[inline(always)]
    unsafe fn text([digits, _]: [u64; 2], template: &Template) -> __m256i {
        // SAFETY: the CPU has AVX-512 (contract); 32 bytes are loaded of as many.
        unsafe {
            let places = _mm512_castsi256_si512(_mm256_loadu_si256(template.places.as_ptr().cast()));
            _mm512_castsi512_si256(_mm512_permutexvar_epi8(places, eight(digits)))
        }
    }
}

/// So many floats take longer one by one than as a batch. (A pair as a batch took 1.7 times as long.)
const ENOUGH: usize = 5;

/// [`Stages`] with AVX-512.
struct Avx512;

impl<F: Wide> Stages<F> for Avx512 {
    type Digits = Normalized;

    #[inline(always)]
    fn digits(decimal: Decimal) -> Normalized {
        F::normalized(decimal)
    }

    #[inline(always)]
    unsafe fn write_digits(position: *mut u8, digits: &Normalized, value: F) -> *mut u8 {
        let Normalized { digits, last, exponent } = *digits;
        if digits < F::LEAST {
            // SAFETY: the contract is the same: room for `F::MAX_LEN`.
            return unsafe { write_few_digits(position, value, digits, exponent) };
        }
        // SAFETY: the sign is a part of `F::MAX_LEN`, the contract's room.
        let position = unsafe { write_sign(position, value.magnitude().1) };
        let Some(template) = F::TEMPLATES.get((exponent - F::MIN_FIXED) as usize) else {
            let template = &F::TEMPLATES[const { -F::MIN_FIXED } as usize];
            // SAFETY: the CPU has AVX-512 (contract).
            let text = unsafe { F::text(F::halves(digits), template) };
            // SAFETY: `F::MAX_LEN` counts the sign, so the rest of the contract's room is for the digits.
            return unsafe { write_scientific(position, text, last, template, exponent) };
        };
        // SAFETY: the CPU has AVX-512 (contract).
        let text = unsafe { F::text(F::halves(digits), template) };
        // SAFETY: the template is for these digits; by contract there is room for `F::MAX_LEN`, which counts the sign.
        unsafe { write_template(position, text, last, template) }
    }

    #[inline(always)]
    unsafe fn write_hundredths(position: *mut u8, negative: bool, n: u64) -> *mut u8 {
        // SAFETY: the contract is the same, of `n` and of its room; the CPU has AVX-512.
        unsafe { write_hundredths(position, negative, n) }
    }

    #[inline(always)]
    unsafe fn write_millionths(position: *mut u8, negative: bool, n: u64) -> *mut u8 {
        // SAFETY: the contract is the same, of `n` and of its room; the CPU has AVX-512.
        unsafe { write_millionths(position, negative, n) }
    }

    #[inline(always)]
    unsafe fn write_batch(position: *mut u8, batch: &[F; BATCH], separator: &mut Separator) -> *mut u8
    where
        Self: Kernels<F>,
    {
        if batch[0].magnitude().0 < F::MIN_NORMAL {
            // Others are likely to be subnormal, too, and hard.
            // SAFETY: the contract is the same.
            return unsafe { write_batch::<F, Self>(position, batch, separator) };
        }
        // SAFETY: the contract is the same.
        unsafe { write_lanes::<F, _>(position, batch, BATCH, separator) }
    }

    #[inline(always)]
    unsafe fn write_few(position: *mut u8, floats: &[F], separator: &mut Separator) -> *mut u8
    where
        Self: Kernels<F>,
    {
        if floats.len() < ENOUGH {
            // SAFETY: the contract is the same.
            return unsafe { write_few::<F, Self>(position, floats, separator) };
        }
        let mut batch = [floats[0]; BATCH];
        batch[..floats.len()].copy_from_slice(floats);
        // SAFETY: the contract is the same.
        unsafe { write_lanes::<F, _>(position, &batch, floats.len(), separator) }
    }
}

/// Writes the first `len` of eight floats, each to its place, and returns the length of all texts.
///
/// # Safety
/// The CPU has AVX-512.
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,avx512ifma,bmi1,lzcnt")]
pub(crate) unsafe fn write_f64_texts_avx512(texts: &mut Texts, floats: &[f64; BATCH], len: usize) -> usize {
    let (mut places, start) = Places::new(texts);
    // SAFETY: `Places::new` returns the first place. Each has the room of a float, and behind the last is slack.
    unsafe { write_lanes::<f64, _>(start, floats, len, &mut places) };
    places.len
}

/// Appends the first `len` of eight floats, a separator behind each.
///
/// # Safety
/// That of [`write_rows`](super::rows::write_rows).
#[inline(always)]
unsafe fn write_lanes<F: Wide, B: Behind>(
    mut position: *mut u8,
    batch: &[F; BATCH],
    len: usize,
    separator: &mut B,
) -> *mut u8
where
    Avx512: Kernels<F>,
{
    let mut eight = Eight::ZERO;
    // SAFETY: the CPU has AVX-512 (contract).
    let Kinds { hard, scientific } = unsafe { shortest(batch, &mut eight) };
    for (lane, &float) in batch.iter().enumerate().take(len) {
        position = if hard >> lane & 1 == 0 {
            // SAFETY: the sign is a part of `F::MAX_LEN`, this float's room by contract.
            let position = unsafe { write_sign(position, eight.negative[lane] != 0) };
            // SAFETY: `F::MAX_LEN` is this float's room by contract; the lane is not hard.
            unsafe { write_lane::<F>(position, &eight, lane, scientific >> lane & 1 != 0) }
        } else {
            // SAFETY: `F::MAX_LEN` is this float's room by contract, and the CPU has AVX-512.
            unsafe { <Avx512 as Kernels<F>>::write(position, float) }
        };
        // SAFETY: the float's comma and its row's brackets are in the contract's room.
        position = unsafe { separator.write(position) };
    }
    position
}

/// For each number of digits in front of the point, less one: the places of an integer below 10^8, the point, and six
/// more digits.
const MILLIONTHS: &[[u8; 16]; 8] = &{
    const PLACES: usize = decimals::MILLION.ilog10() as usize;
    let mut rows = [[ZERO; 16]; 8];
    let mut row = 0;
    while row < 8 {
        let integer_len = row + 1;
        let mut at = 0;
        while at < integer_len + 1 + PLACES {
            rows[row][at] = if at < integer_len {
                place(8 - integer_len + at)
            } else if at == integer_len {
                POINT
            } else {
                place(8 + at - integer_len - 1)
            };
            at += 1;
        }
        row += 1;
    }
    rows
};

/// [`decimals::write_hundredths`].
///
/// # Safety
/// That of `write_hundredths`, and the CPU has AVX-512.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512ifma,lzcnt")]
#[inline]
unsafe fn write_hundredths(position: *mut u8, negative: bool, n: u64) -> *mut u8 {
    let integer = n / 100;
    let len = integer::digits(integer);
    // SAFETY: by contract there is room for the sign.
    let position = unsafe { write_sign(position, negative) };
    // SAFETY: by contract there is room for eight digits behind the sign; the other eight bytes are slack.
    up_to_eight(integer, 8 - len).store(unsafe { window(position) });
    // SAFETY: the contract's room is for the point and two digits behind the eight in front.
    unsafe { decimals::write_places(position.wrapping_add(len), n % 100) }
}

/// [`decimals::write_millionths`].
///
/// # Safety
/// That of `write_millionths`, and the CPU has AVX-512.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512ifma,lzcnt")]
#[inline]
unsafe fn write_millionths(position: *mut u8, negative: bool, n: u64) -> *mut u8 {
    let (integer, fraction) = (n / decimals::MILLION, n % decimals::MILLION);
    let len = integer::digits(integer);
    // Eight lanes of which the first six have the fraction's digits.
    let (integer, fraction) = (eight(integer), eight(fraction * 100));
    let places = __m128i::load(&MILLIONTHS[(len - 1) & 7]);
    let text = _mm512_castsi512_si128(_mm512_permutex2var_epi8(integer, _mm512_castsi128_si512(places), fraction));
    // SAFETY: by contract there is room for the sign.
    let position = unsafe { write_sign(position, negative) };
    // SAFETY: by contract there is room for 15 bytes behind the sign; the last is slack.
    text.store(unsafe { window(position) });
    // The first digit behind the point is written even if it is zero.
    let significant = u32::from(_mm_cmpneq_epi8_mask(text, _mm_set1_epi8(ZERO_DIGIT))) | 2 << len;
    position.wrapping_add(32 - significant.leading_zeros() as usize)
}

kernels! {
    #[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,avx512ifma,bmi1,lzcnt")]
    Avx512, f64 as u64: write_f64_avx512 write_shortest_f64_avx512 write_f64_rows_avx512
}

kernels! {
    #[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,avx512ifma,bmi1,lzcnt")]
    Avx512, f32 as u32: write_f32_avx512 write_shortest_f32_avx512 write_f32_rows_avx512
}

/// Appends a value with fewer digits than the lanes take, of which the last is zero: most often a subnormal number.
///
/// # Safety
/// That of [`Stages::write_digits`].
#[cold]
#[inline(never)]
unsafe fn write_few_digits<F: Wide>(position: *mut u8, value: F, digits: u64, exponent: i32) -> *mut u8 {
    let decimal = Decimal { tens: digits, last: 0, exponent: exponent - F::LANES as i32 };
    // SAFETY: the contract is the same: room for the longest text of the type.
    unsafe { F::digits(decimal).write::<F>(position, value.magnitude().1) }
}
