//! Sixteen decimal digits at once.
//!
//! A number is split into halves of half as many digits, and these again, until each digit has a lane. Each split is
//! one multiplication for all lanes (P. Khuong, "How to print integers really fast", 2017; W. Muła, "SSE: conversion
//! integers to decimal representation", 2011). On x86-64 the lanes are those of SSE2, which every such CPU has;
//! elsewhere those of two 64-bit integers. The reciprocals are exact for the ranges they are used in, which the tests
//! go through.

#[cfg(target_arch = "x86_64")]
pub(crate) use sse2::Sixteen;
#[cfg(not(target_arch = "x86_64"))]
pub(crate) use swar::Sixteen;

/// The two digits of each number below 100, as text.
pub(crate) const DIGIT_PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[b'0'; 2]; 100];
    let mut number = 0_u8;
    while number < 100 {
        pairs[number as usize] = [b'0' + number / 10, b'0' + number % 10];
        number += 1;
    }
    pairs
};

/// The text of each number below `N`, at most 1000, and its length in the last byte.
#[expect(clippy::cast_possible_truncation, reason = "digits")]
pub(crate) const fn texts<const N: usize>() -> [[u8; 4]; N] {
    const { assert!(N <= 1000) };
    let mut texts = [[0; 4]; N];
    let mut number = 0;
    while number < N {
        let digits = [b'0' + (number / 100) as u8, b'0' + (number / 10 % 10) as u8, b'0' + (number % 10) as u8];
        texts[number] = match number {
            0..10 => [digits[2], 0, 0, 1],
            10..100 => [digits[1], digits[2], 0, 2],
            _ => [digits[0], digits[1], digits[2], 3],
        };
        number += 1;
    }
    texts
}

/// Eight decimal digits, one a byte, the first in the lowest; `value < 10^8`.
#[inline(always)]
pub(crate) fn eight_digits(value: u64) -> u64 {
    debug_assert!(value < 100_000_000);
    // Two lanes of four digits; the quotient by 10^4 is exact below 10^8.
    let high = (value * 109_951_163) >> 40;
    let fours = high | (value - high * 10_000) << 32;
    // Four lanes of two; the quotients by 100 are exact below 10^4.
    let hundreds = ((fours * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let twos = hundreds | (fours - hundreds * 100) << 16;
    // Eight lanes of one; the quotients by 10 are exact below 100.
    let tens = ((twos * 103) >> 10) & 0x000f_000f_000f_000f;
    tens | (twos - tens * 10) << 8
}

#[cfg_attr(target_arch = "x86_64", allow(dead_code, reason = "the portable form, tested here too"))]
pub(crate) mod swar {
    use core::mem::MaybeUninit;

    use super::eight_digits;
    use crate::kernels::lanes::Lanes as _;

    const ZEROS: u128 = u128::from_ne_bytes([b'0'; 16]);

    /// The digits of a number below 10^16, with leading zeros, as text.
    #[derive(Clone, Copy)]
    pub(crate) struct Sixteen {
        digits: u128,
    }

    impl Sixteen {
        #[inline(always)]
        pub(crate) fn new(value: u64) -> Self {
            let (high, low) = (value / 100_000_000, value % 100_000_000);
            Self { digits: u128::from(eight_digits(low)) << 64 | u128::from(eight_digits(high)) }
        }

        /// The number of digits up to the last that is not zero, counting a seventeenth; the first
        /// is taken for one that is not zero.
        #[inline(always)]
        pub(crate) fn significant_before(self, seventeenth: bool) -> usize {
            if seventeenth { 17 } else { 16 - (self.digits | 1).leading_zeros() as usize / 8 }
        }

        #[inline(always)]
        pub(crate) fn store(self, to: &mut [MaybeUninit<u8>; 16]) {
            (self.digits | ZEROS).to_le().store(to);
        }

        /// Stores the digits with one place left free in front of digit `at`, which is at most 16.
        #[inline(always)]
        pub(crate) fn store_parted(self, to: &mut [MaybeUninit<u8>; 17], at: usize) {
            let text = self.digits | ZEROS;
            // The last digit, and others that are overwritten.
            text.to_le().store(to.last_chunk_mut().expect("16 of 17 bytes"));
            // In two steps, since nothing is shifted by all bits.
            let in_front = (1_u128 << (4 * at) << (4 * at)).wrapping_sub(1);
            let parted = text & in_front | text << 8 & !in_front;
            parted.to_le().store(to.first_chunk_mut().expect("16 of 17 bytes"));
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod sse2 {
    #![expect(clippy::multiple_unsafe_ops_per_block, reason = "register arithmetic: one precondition, the CPU")]

    use core::arch::x86_64::{
        __m128i, _mm_add_epi64, _mm_and_si128, _mm_andnot_si128, _mm_cmpgt_epi8, _mm_movemask_epi8, _mm_mul_epu32,
        _mm_mulhi_epu16, _mm_mullo_epi16, _mm_or_si128, _mm_set_epi64x, _mm_set1_epi8, _mm_set1_epi16, _mm_set1_epi64x,
        _mm_setzero_si128, _mm_slli_epi16, _mm_slli_epi32, _mm_slli_epi64, _mm_slli_si128, _mm_srli_epi16,
        _mm_srli_epi64, _mm_sub_epi16, _mm_sub_epi64,
    };
    use core::mem::MaybeUninit;

    use crate::kernels::lanes::Lanes as _;

    /// The digits of a number below 10^16, with leading zeros.
    #[derive(Clone, Copy)]
    pub(crate) struct Sixteen(__m128i);

    /// Where a window of 16 begins decides how many of its first bytes are set.
    static MASKS: [u8; 32] = {
        let mut masks = [0; 32];
        let mut at = 0;
        while at < 16 {
            masks[at] = 0xff;
            at += 1;
        }
        masks
    };

    impl Sixteen {
        #[inline(always)]
        #[expect(clippy::cast_possible_wrap, reason = "the numbers are far from the sign")]
        pub(crate) fn new(value: u64) -> Self {
            debug_assert!(value < 10_000_000_000_000_000);
            let (high, low) = (value / 100_000_000, value % 100_000_000);
            // SAFETY: every x86-64 has SSE2.
            unsafe {
                // Two lanes of eight digits, then four of four: below 10^8 the quotient by 10^4 is
                // exact.
                let eights = _mm_set_epi64x(low as i64, high as i64);
                let quotients = _mm_srli_epi64::<45>(_mm_mul_epu32(eights, _mm_set1_epi64x(3_518_437_209)));
                let remainders = _mm_sub_epi64(eights, _mm_mul_epu32(quotients, _mm_set1_epi64x(10_000)));
                let fours = _mm_add_epi64(quotients, _mm_slli_epi64::<32>(remainders));
                // Eight of two.
                let quotients = _mm_srli_epi16::<3>(_mm_mulhi_epu16(fours, _mm_set1_epi16(5243)));
                let remainders = _mm_sub_epi16(fours, _mm_mullo_epi16(quotients, _mm_set1_epi16(100)));
                let twos = _mm_or_si128(quotients, _mm_slli_epi32::<16>(remainders));
                // Sixteen of one.
                let quotients = _mm_mulhi_epu16(twos, _mm_set1_epi16(6554));
                let remainders = _mm_sub_epi16(twos, _mm_mullo_epi16(quotients, _mm_set1_epi16(10)));
                Self(_mm_or_si128(quotients, _mm_slli_epi16::<8>(remainders)))
            }
        }

        /// The number of digits up to the last that is not zero, counting a seventeenth; the first
        /// is taken for one that is not zero.
        #[inline(always)]
        pub(crate) fn significant_before(self, seventeenth: bool) -> usize {
            32 - (self.nonzero() | 1 | u32::from(seventeenth) << 16).leading_zeros() as usize
        }

        /// A bit for each digit that is not zero, of the first digit the lowest.
        #[inline(always)]
        pub(crate) fn nonzero(self) -> u32 {
            // SAFETY: every x86-64 has SSE2.
            let mask = unsafe { _mm_movemask_epi8(_mm_cmpgt_epi8(self.0, _mm_setzero_si128())) };
            mask.cast_unsigned()
        }

        /// The digits as text.
        #[inline(always)]
        pub(crate) fn text(self) -> __m128i {
            // SAFETY: every x86-64 has SSE2.
            unsafe { _mm_or_si128(self.0, _mm_set1_epi8(b'0'.cast_signed())) }
        }

        #[inline(always)]
        pub(crate) fn store(self, to: &mut [MaybeUninit<u8>; 16]) {
            self.text().store(to);
        }

        /// Stores the digits with one place left free in front of digit `at`, which is at most 16.
        #[inline(always)]
        pub(crate) fn store_parted(self, to: &mut [MaybeUninit<u8>; 17], at: usize) {
            let text = self.text();
            // The last digit, and others that are overwritten.
            text.store(to.last_chunk_mut().expect("16 of 17 bytes"));
            let in_front = MASKS[16 - at..].first_chunk().expect("16 of 32 bytes");
            let in_front = __m128i::load(in_front);
            // SAFETY: every x86-64 has SSE2.
            let parted = unsafe {
                let behind = _mm_slli_si128::<1>(text);
                _mm_or_si128(_mm_and_si128(in_front, text), _mm_andnot_si128(in_front, behind))
            };
            parted.store(to.first_chunk_mut().expect("16 of 17 bytes"));
        }
    }
}
