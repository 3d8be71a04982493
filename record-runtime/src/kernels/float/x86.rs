//! Floats with what AVX2 brings along: a byte shuffle, shifts and bit counts without detours.

use core::arch::x86_64::{__m128i, _mm_shuffle_epi8};

use super::binary::Float;
use super::layout::Digits;
use super::portable::Portable;
use super::rows::{write_batch, write_few};
use super::shortest::Decimal;
use super::sign::write_sign;
use super::stages::{BATCH, Kernels, Separator, Stages};
use crate::kernels::digits::Sixteen;
use crate::kernels::lanes::{Lanes as _, window};

/// Digits in front of the point, of a number of `decimals::millionths_f64`, with leading zeros.
const INTEGER_LANES: usize = 10;

/// The shuffles that drop so many leading zeros and leave a place for the point.
static POINTS: [[u8; 16]; 16] = {
    let mut shuffles = [[0x80; 16]; 16];
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

/// [`decimals::write_millionths`](super::decimals::write_millionths).
///
/// # Safety
/// That of `write_millionths`.
#[target_feature(enable = "avx2,bmi1,lzcnt")]
#[inline]
unsafe fn write_millionths(position: *mut u8, negative: bool, n: u64) -> *mut u8 {
    // Below 2^26 * 10^6, so there are at least two leading zeros, and with the point 15 bytes.
    let digits = Sixteen::new(n);
    let nonzero = digits.nonzero();
    let zeros = (nonzero | 1 << (INTEGER_LANES - 1)).trailing_zeros() as usize;
    let text = _mm_shuffle_epi8(digits.text(), __m128i::load(&POINTS[zeros % POINTS.len()]));
    // SAFETY: by contract there is room for the sign.
    let position = unsafe { write_sign(position, negative) };
    // SAFETY: by contract there is room for 15 bytes behind the sign; the last is slack.
    let place = unsafe { window(position) };
    text.store(place);
    place[INTEGER_LANES - zeros].write(b'.');
    // The first digit behind the point is written even if it is zero.
    let lanes = 32 - (nonzero | 1 << INTEGER_LANES).leading_zeros() as usize;
    position.wrapping_add(1 + lanes - zeros)
}

/// [`Portable`] but for the quick way.
struct Avx2;

impl<F: Float> Stages<F> for Avx2 {
    type Digits = Digits;

    #[inline(always)]
    fn digits(decimal: Decimal) -> Digits {
        F::digits(decimal)
    }

    #[inline(always)]
    unsafe fn write_digits(position: *mut u8, digits: &Digits, value: F) -> *mut u8 {
        // SAFETY: the contract is that of `Stages::write_digits`, whatever the backend.
        unsafe { <Portable as Stages<F>>::write_digits(position, digits, value) }
    }

    #[inline(always)]
    unsafe fn write_millionths(position: *mut u8, negative: bool, n: u64) -> *mut u8 {
        // SAFETY: the contract is the same, of `n` and of its room; the CPU has this backend's AVX2.
        unsafe { write_millionths(position, negative, n) }
    }

    #[inline(always)]
    unsafe fn write_batch(position: *mut u8, batch: &[F; BATCH], separator: &mut Separator) -> *mut u8
    where
        Self: Kernels<F>,
    {
        // SAFETY: the contract is the same, whatever the backend.
        unsafe { write_batch::<F, Self>(position, batch, separator) }
    }

    #[inline(always)]
    unsafe fn write_few(position: *mut u8, floats: &[F], separator: &mut Separator) -> *mut u8
    where
        Self: Kernels<F>,
    {
        // SAFETY: the contract is the same, whatever the backend.
        unsafe { write_few::<F, Self>(position, floats, separator) }
    }
}

kernels! {
    #[target_feature(enable = "avx2,bmi1,lzcnt")]
    Avx2, f64 as u64: write_f64_avx2 write_shortest_f64_avx2 write_f64_rows_avx2
}

kernels! {
    #[target_feature(enable = "avx2,bmi1,lzcnt")]
    Avx2, f32 as u32: write_f32_avx2 write_shortest_f32_avx2 write_f32_rows_avx2
}
