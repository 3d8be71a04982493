//! Eight floats at a time with AVX-512 IFMA: for arrays.
//!
//! The algorithm of [`shortest`](super::shortest) in eight lanes, in arithmetic of 52 bits. A value is divided by the
//! power of ten above the one that the scalar code takes. Its integer part are then the tens, and ten times its
//! fraction the last digit, so that nothing is divided by ten. Lanes in which 52 bits of fraction do not decide are
//! *hard*. So are those whose text has fewer digits than that of normal numbers. They are written one by one.
//!
//! The digits' text is made one float after the other (see [`avx512`](super::avx512)), by now from
//! memory and without a branch.

#![expect(clippy::multiple_unsafe_ops_per_block, reason = "register arithmetic: one precondition, the CPU")]

use core::arch::x86_64::{
    __m512i, _mm256_loadu_si256, _mm512_add_epi64, _mm512_and_si512, _mm512_cmpge_epu64_mask, _mm512_cmpgt_epu64_mask,
    _mm512_cmple_epu64_mask, _mm512_cmplt_epi64_mask, _mm512_cmplt_epu64_mask, _mm512_cvtepu32_epi64,
    _mm512_i64gather_epi64, _mm512_loadu_si512, _mm512_madd52hi_epu64, _mm512_madd52lo_epu64, _mm512_mask_add_epi64,
    _mm512_mask_mov_epi64, _mm512_mask_sub_epi64, _mm512_maskz_mov_epi64, _mm512_max_epi64, _mm512_min_epi64,
    _mm512_mul_epi32, _mm512_rol_epi64, _mm512_set1_epi64, _mm512_setzero_si512, _mm512_shrdi_epi64,
    _mm512_shrdv_epi64, _mm512_slli_epi64, _mm512_srai_epi64, _mm512_srli_epi64, _mm512_srlv_epi64,
    _mm512_storeu_si512, _mm512_sub_epi64, _mm512_testn_epi64_mask,
};

use super::binary::Float;
use super::powers::{MIN_EXPONENT, POWERS};
use super::templates::Template;

/// Bits of a lane's number, and of a float's significand without its first.
const BITS: u32 = 52;
const MASK: i64 = (1 << BITS) - 1;

/// The facts of eight floats, each in a word of its own, so that it is loaded to where it is used.
#[repr(align(64))]
#[derive(Clone, Copy)]
pub(super) struct Eight {
    /// The first eight digits as a number, and where the type has as many, the next.
    pub(super) digits: [[u64; 8]; 2],
    /// The digit behind them.
    pub(super) last: [u64; 8],
    /// Where the template of the exponent lies among the templates, in bytes.
    pub(super) template: [u64; 8],
    /// Of ten, for the first digit; negative ones wrapped.
    pub(super) exponent: [u64; 8],
    /// 1 where there is a sign.
    pub(super) negative: [u64; 8],
}

impl Eight {
    pub(super) const ZERO: Self =
        Self { digits: [[0; 8]; 2], last: [0; 8], template: [0; 8], exponent: [0; 8], negative: [0; 8] };
}

/// The kinds of the lanes, by a bit for each.
#[derive(Clone, Copy)]
pub(super) struct Kinds {
    /// Nothing of it is right.
    pub(super) hard: u8,
    /// Its text has an exponent, and its template is that of a number from 1 on.
    pub(super) scientific: u8,
}

/// A type of floats that can be written eight at a time.
pub(super) trait Lanes: Float {
    /// By how much a significand is moved up to have 53 bits.
    const MOVED: u32;
    /// Bits of the significand but the first, and what the exponent's bits have too much if the
    /// significand is taken for an integer.
    const MANTISSA_BITS: u32;
    const BIAS: i64;
    /// Tens of less than this have a digit less than the lanes take.
    const FEWEST: i64;
    /// The error of a fraction, in units of 2^-52.
    const ERROR: i64;
    /// Whether the second half of the power of ten counts.
    const PRECISE: bool;

    /// The magnitudes, one a lane; and the signs in the lowest bits.
    ///
    /// # Safety
    /// The CPU has AVX-512.
    unsafe fn load(floats: &[Self; 8]) -> (__m512i, __m512i);
}

impl Lanes for f64 {
    const MOVED: u32 = 0;
    const MANTISSA_BITS: u32 = f64::MANTISSA_DIGITS - 1;
    const BIAS: i64 = f64::MAX_EXP as i64 - 1 + Self::MANTISSA_BITS as i64;
    const FEWEST: i64 = 1_000_000_000_000_000;
    const ERROR: i64 = 64;
    const PRECISE: bool = true;

    #[inline(always)]
    unsafe fn load(floats: &[Self; 8]) -> (__m512i, __m512i) {
        // SAFETY: 64 bytes; the CPU has AVX-512 (contract).
        unsafe {
            let bits = _mm512_loadu_si512(floats.as_ptr().cast());
            (_mm512_and_si512(bits, _mm512_set1_epi64(i64::MAX)), _mm512_srli_epi64::<63>(bits))
        }
    }
}

impl Lanes for f32 {
    const MOVED: u32 = BITS - Self::MANTISSA_BITS;
    const MANTISSA_BITS: u32 = f32::MANTISSA_DIGITS - 1;
    const BIAS: i64 = f32::MAX_EXP as i64 - 1 + Self::MANTISSA_BITS as i64;
    const FEWEST: i64 = 10_000_000;
    const ERROR: i64 = 1 << 30;
    const PRECISE: bool = false;

    #[inline(always)]
    unsafe fn load(floats: &[Self; 8]) -> (__m512i, __m512i) {
        // SAFETY: 32 bytes; the CPU has AVX-512 (contract).
        unsafe {
            let bits = _mm512_cvtepu32_epi64(_mm256_loadu_si256(floats.as_ptr().cast()));
            (_mm512_and_si512(bits, _mm512_set1_epi64(i64::from(i32::MAX))), _mm512_srli_epi64::<31>(bits))
        }
    }
}

/// Eight floats with their powers of ten: the half of a conversion that ends in loads from the table.
#[derive(Clone, Copy)]
pub(super) struct Scaled {
    mantissa: __m512i,
    negative: __m512i,
    k: __m512i,
    above: __m512i,
    power_high: __m512i,
    power_low: __m512i,
    hard: u8,
}

/// Loads eight floats and their powers of ten.
///
/// # Safety
/// The CPU has AVX-512.
#[inline(always)]
pub(super) unsafe fn scaled<F: Lanes>(floats: &[F; 8]) -> Scaled {
    // SAFETY: the CPU has it all (contract); the gathers are clamped to the table.
    unsafe {
        let constant = |value: i64| _mm512_set1_epi64(value);
        let (magnitude, negative) = F::load(floats);
        let mantissa_mask = constant((1 << F::MANTISSA_BITS) - 1);
        let mantissa = _mm512_and_si512(magnitude, mantissa_mask);
        let biased = if F::PRECISE {
            _mm512_srli_epi64::<{ f64::MANTISSA_DIGITS - 1 }>(magnitude)
        } else {
            _mm512_srli_epi64::<{ f32::MANTISSA_DIGITS - 1 }>(magnitude)
        };
        // The interval of a power of two is not symmetric.
        let mut hard = _mm512_testn_epi64_mask(mantissa, mantissa_mask);
        // Zeros, subnormal numbers, infinity and NaN.
        let above_normal = _mm512_sub_epi64(magnitude, constant(F::MIN_NORMAL.cast_signed()));
        hard |= _mm512_cmpge_epu64_mask(above_normal, constant((F::INFINITY - F::MIN_NORMAL).cast_signed()));
        let exponent = _mm512_sub_epi64(biased, constant(F::BIAS));

        // See `shortest::floor_log10_pow2`; one more, and the power of ten that divides by it.
        let k = _mm512_srai_epi64::<22>(_mm512_mul_epi32(exponent, constant(1_262_611)));
        let reciprocal = _mm512_sub_epi64(constant(-1), k);
        // See `shortest::floor_log2_pow10`.
        let scale = _mm512_srai_epi64::<19>(_mm512_mul_epi32(reciprocal, constant(1_741_647)));
        // The product has 53 bits in front of its point; so many of them, less one, are behind the
        // point of the tens.
        let above = _mm512_sub_epi64(constant(i64::from(F::MOVED)), _mm512_add_epi64(exponent, scale));

        let last_power = POWERS.len() as i64 - 1;
        let at = _mm512_sub_epi64(reciprocal, constant(i64::from(MIN_EXPONENT)));
        // Of the largest floats the table lacks the power above the scalar code's.
        hard |= _mm512_cmplt_epi64_mask(at, constant(0));
        let at = _mm512_min_epi64(_mm512_max_epi64(at, constant(0)), constant(last_power));
        let at = _mm512_add_epi64(at, at);
        let halves = POWERS.as_ptr().cast::<i64>();
        let power_high = _mm512_i64gather_epi64::<8>(at, halves.wrapping_add(1));
        let power_low = if F::PRECISE { _mm512_i64gather_epi64::<8>(at, halves) } else { _mm512_setzero_si512() };
        Scaled { mantissa, negative, k, above, power_high, power_low, hard }
    }
}

/// Finds the decimals.
///
/// # Safety
/// The CPU has AVX-512 with VBMI2 and IFMA.
#[inline(always)]
pub(super) unsafe fn shortest<F: Lanes>(scaled: &Scaled, out: &mut Eight) -> Kinds {
    let Scaled { mantissa, negative, k, above, power_high, power_low, mut hard } = *scaled;
    // SAFETY: the CPU has it all (contract); the stores are of 64 bytes into as many.
    unsafe {
        let constant = |value: i64| _mm512_set1_epi64(value);
        let power = _mm512_srli_epi64::<12>(power_high);

        // (2^52 + moved) * power, the power's first digit of 52 bits and, where it counts, the next.
        let moved = if F::PRECISE {
            mantissa
        } else {
            _mm512_slli_epi64::<{ f64::MANTISSA_DIGITS - f32::MANTISSA_DIGITS }>(mantissa)
        };
        let mut high = _mm512_madd52hi_epu64(power, moved, power);
        let mut low = _mm512_madd52lo_epu64(_mm512_setzero_si512(), moved, power);
        if F::PRECISE {
            let next = _mm512_and_si512(_mm512_shrdi_epi64::<24>(power_low, power_high), constant(MASK));
            low = _mm512_add_epi64(low, _mm512_madd52hi_epu64(next, moved, next));
            high = _mm512_add_epi64(high, _mm512_srli_epi64::<BITS>(low));
        }
        // The product as one number of 128 bits.
        let low = _mm512_slli_epi64::<{ 64 - BITS }>(low);
        let tens = _mm512_srlv_epi64(_mm512_shrdi_epi64::<63>(low, high), above);
        let fraction = _mm512_shrdv_epi64(low, high, _mm512_add_epi64(above, constant(63 - i64::from(BITS))));
        let fraction = _mm512_and_si512(fraction, constant(MASK));
        let half = _mm512_srlv_epi64(power, _mm512_sub_epi64(above, constant(i64::from(F::MOVED))));

        let digit = _mm512_madd52hi_epu64(_mm512_setzero_si512(), fraction, constant(10));
        let rest = _mm512_madd52lo_epu64(_mm512_setzero_si512(), fraction, constant(10));
        let reach = _mm512_add_epi64(fraction, half);
        let near = |a: __m512i, b: __m512i, error: i64| {
            let distance = _mm512_add_epi64(_mm512_sub_epi64(a, b), constant(error));
            _mm512_cmple_epu64_mask(distance, constant(2 * error))
        };
        hard |= near(fraction, half, F::ERROR);
        hard |= near(reach, constant(1 << BITS), F::ERROR);
        hard |= near(rest, constant(1 << (BITS - 1)), 10 * F::ERROR);

        let up = _mm512_cmpgt_epu64_mask(reach, constant(1 << BITS));
        let round = up | _mm512_cmplt_epu64_mask(fraction, half);
        let digit = _mm512_add_epi64(digit, _mm512_srli_epi64::<{ BITS - 1 }>(rest));
        let last = _mm512_maskz_mov_epi64(!round, digit);
        let tens = _mm512_mask_add_epi64(tens, up, tens, constant(1));

        // As many digits as the lanes take.
        let exponent = _mm512_add_epi64(k, constant(if F::PRECISE { 16 } else { 8 }));
        // By rotations, because the compiler makes a multiplication of shifts: three operations of 15 cycles.
        let times_ten = |n: __m512i| _mm512_add_epi64(_mm512_rol_epi64::<3>(n), _mm512_rol_epi64::<1>(n));
        let short = _mm512_cmplt_epu64_mask(tens, constant(F::FEWEST));
        let digits = _mm512_mask_add_epi64(tens, short, times_ten(tens), last);
        let last = _mm512_maskz_mov_epi64(!short, last);
        let mut exponent = _mm512_mask_sub_epi64(exponent, short, exponent, constant(1));
        let mut digits = digits;
        if !F::PRECISE {
            let shorter = _mm512_cmplt_epu64_mask(digits, constant(F::FEWEST));
            digits = _mm512_mask_mov_epi64(digits, shorter, times_ten(digits));
            exponent = _mm512_mask_sub_epi64(exponent, shorter, exponent, constant(1));
        }
        hard |= _mm512_cmplt_epu64_mask(digits, constant(F::FEWEST));
        let template = _mm512_sub_epi64(exponent, constant(i64::from(F::MIN_FIXED)));
        let scientific = _mm512_cmpgt_epu64_mask(template, constant(i64::from(F::MAX_FIXED - F::MIN_FIXED)));
        let template = _mm512_mask_mov_epi64(template, scientific, constant(i64::from(-F::MIN_FIXED)));

        let store = |to: &mut [u64; 8], value| _mm512_storeu_si512(to.as_mut_ptr().cast(), value);
        store(&mut out.negative, negative);
        store(&mut out.last, last);
        store(&mut out.exponent, exponent);
        store(&mut out.template, _mm512_slli_epi64::<{ size_of::<Template>().trailing_zeros() }>(template));
        if F::PRECISE {
            // Divided by 10^8 = 2^8 * 5^8: what is left of the first factor has 46 bits, and the
            // other's reciprocal 52.
            const FIVES: u64 = 390_625;
            const RECIPROCAL: i64 = ((1_u128 << 70).div_ceil(FIVES as u128)) as i64;
            const { assert!(RECIPROCAL <= MASK) };
            let shifted = _mm512_srli_epi64::<8>(digits);
            let first =
                _mm512_srli_epi64::<18>(_mm512_madd52hi_epu64(_mm512_setzero_si512(), shifted, constant(RECIPROCAL)));
            // Less `first` times 10^8: in 52 bits, of which the remainder has 27.
            let second = _mm512_madd52lo_epu64(digits, first, constant((1 << BITS) - 100_000_000));
            let second = _mm512_and_si512(second, constant(MASK));
            store(&mut out.digits[0], first);
            store(&mut out.digits[1], second);
        } else {
            store(&mut out.digits[0], digits);
        }
        Kinds { hard, scientific }
    }
}
