//! Floats with what AVX2 brings along: a byte shuffle, shifts and bit counts without detours.

use core::arch::x86_64::{__m128i, _mm_shuffle_epi8};

use super::binary::Float;
use super::layout::Digits;
use super::part::{BATCH, Part, Separator};
use super::rows::{write_batch, write_few};
use super::shortest::Decimal;
use super::sign::write_sign;
use super::stages::{Kernels, Stages};
use crate::kernels::digits::Sixteen;
use crate::kernels::lanes::{Lanes as _, Slack};

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
#[target_feature(enable = "avx2,bmi1,lzcnt")]
#[inline]
fn write_millionths(room: Slack<'_>, negative: bool, n: u64) -> *mut u8 {
    // Below 2^26 * 10^6, so there are at least two leading zeros, and with the point 15 bytes.
    let digits = Sixteen::new(n);
    let nonzero = digits.nonzero();
    let zeros = (nonzero | 1 << (INTEGER_LANES - 1)).trailing_zeros() as usize;
    let text = _mm_shuffle_epi8(digits.text(), __m128i::load(&POINTS[zeros % POINTS.len()]));
    let mut room = write_sign(room, negative);
    let place = room.first();
    text.store(place);
    place[INTEGER_LANES - zeros].write(b'.');
    // The first digit behind the point is written even if it is zero.
    let lanes = 32 - (nonzero | 1 << INTEGER_LANES).leading_zeros() as usize;
    room.behind(1 + lanes - zeros)
}

/// The portable stages but for the quick way. The proof that the CPU has AVX2, BMI1 and LZCNT.
#[derive(Clone, Copy)]
struct Avx2(());

impl Avx2 {
    #[target_feature(enable = "avx2,bmi1,lzcnt")]
    #[inline]
    fn new() -> Self {
        Self(())
    }
}

impl<F: Float> Stages<F> for Avx2 {
    type Digits = Digits;

    #[inline(always)]
    fn digits(decimal: Decimal) -> Digits {
        F::digits(decimal)
    }

    #[inline(always)]
    fn write_digits(self, room: Slack<'_>, digits: &Digits, value: F) -> *mut u8 {
        digits.write::<F>(room, value.magnitude().1)
    }

    #[inline(always)]
    fn write_millionths(self, room: Slack<'_>, negative: bool, n: u64) -> *mut u8 {
        // SAFETY: the CPU has AVX2: that is the contract of `Avx2::new`, which made `self`.
        unsafe { write_millionths(room, negative, n) }
    }

    #[inline(always)]
    fn write_batches(self, batches: Part<'_, [[F; BATCH]], Separator>) -> (*mut u8, usize)
    where
        Self: Kernels<F>,
    {
        (write_batch(self, batches.first()), 1)
    }

    #[inline(always)]
    fn write_few(self, floats: Part<'_, [F], Separator>) -> *mut u8
    where
        Self: Kernels<F>,
    {
        write_few(self, floats)
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
