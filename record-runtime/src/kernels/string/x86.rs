//! SSE2 and AVX2 vectors.
//!
//! Bytes below 0x20 are found by an unsigned minimum: a signed compare would take the bytes of
//! non-ASCII text for control characters.

use core::arch::x86_64::{
    __m128i, __m256i, _mm_cmpeq_epi8, _mm_cvtsi64_si128, _mm_loadu_si128, _mm_min_epu8, _mm_movemask_epi8,
    _mm_or_si128, _mm_set1_epi8, _mm_storeu_si128, _mm_unpacklo_epi64, _mm256_cmpeq_epi8, _mm256_loadu_si256,
    _mm256_min_epu8, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8, _mm256_storeu_si256,
};

use super::Vector;

#[expect(clippy::cast_possible_wrap, reason = "the vectors' lanes are signed in name only")]
const QUOTE: i8 = b'"' as i8;
#[expect(clippy::cast_possible_wrap, reason = "the vectors' lanes are signed in name only")]
const BACKSLASH: i8 = b'\\' as i8;
const LAST_CONTROL: i8 = 0x1f;

impl Vector for __m128i {
    const LANES: usize = 16;
    const MASK_SHIFT: u32 = 0;

    #[inline(always)]
    unsafe fn load(from: *const u8) -> Self {
        // SAFETY: as the caller's; an unaligned load.
        unsafe { _mm_loadu_si128(from.cast()) }
    }

    #[inline(always)]
    unsafe fn from_u64(bytes: u64) -> Self {
        #[expect(clippy::cast_possible_wrap, reason = "eight bytes, not a number")]
        // SAFETY: every x86-64 has SSE2.
        let low = unsafe { _mm_cvtsi64_si128(bytes as i64) };
        // SAFETY: every x86-64 has SSE2.
        unsafe { _mm_unpacklo_epi64(low, low) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut u8) {
        // SAFETY: as the caller's; an unaligned store.
        unsafe { _mm_storeu_si128(to.cast(), self) };
    }

    #[inline(always)]
    #[expect(clippy::multiple_unsafe_ops_per_block, reason = "register arithmetic: one precondition, the CPU")]
    unsafe fn escapes(self) -> u64 {
        // SAFETY: every x86-64 has SSE2.
        let mask = unsafe {
            let controls = _mm_cmpeq_epi8(_mm_min_epu8(self, _mm_set1_epi8(LAST_CONTROL)), self);
            let quotes = _mm_cmpeq_epi8(self, _mm_set1_epi8(QUOTE));
            let backslashes = _mm_cmpeq_epi8(self, _mm_set1_epi8(BACKSLASH));
            _mm_movemask_epi8(_mm_or_si128(controls, _mm_or_si128(quotes, backslashes)))
        };
        u64::from(mask.cast_unsigned())
    }
}

/// AVX2 for blocks of 32 bytes; texts shorter than that stay with SSE2.
#[cfg_attr(not(feature = "std"), allow(dead_code, reason = "AVX2 is found at run time, by std"))]
#[derive(Clone, Copy)]
pub(crate) struct Wide(__m256i);

impl Vector for Wide {
    const LANES: usize = 32;
    const MASK_SHIFT: u32 = 0;

    #[inline(always)]
    unsafe fn load(from: *const u8) -> Self {
        // SAFETY: as the caller's; an unaligned load.
        Self(unsafe { _mm256_loadu_si256(from.cast()) })
    }

    #[inline(always)]
    unsafe fn from_u64(bytes: u64) -> Self {
        #[expect(clippy::cast_possible_wrap, reason = "eight bytes, not a number")]
        // SAFETY: the CPU has AVX2 (contract).
        Self(unsafe { core::arch::x86_64::_mm256_set1_epi64x(bytes as i64) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut u8) {
        // SAFETY: as the caller's; an unaligned store.
        unsafe { _mm256_storeu_si256(to.cast(), self.0) };
    }

    #[inline(always)]
    #[expect(clippy::multiple_unsafe_ops_per_block, reason = "register arithmetic: one precondition, the CPU")]
    unsafe fn escapes(self) -> u64 {
        // SAFETY: the CPU has AVX2 (contract).
        let mask = unsafe {
            let controls = _mm256_cmpeq_epi8(_mm256_min_epu8(self.0, _mm256_set1_epi8(LAST_CONTROL)), self.0);
            let quotes = _mm256_cmpeq_epi8(self.0, _mm256_set1_epi8(QUOTE));
            let backslashes = _mm256_cmpeq_epi8(self.0, _mm256_set1_epi8(BACKSLASH));
            _mm256_movemask_epi8(_mm256_or_si256(controls, _mm256_or_si256(quotes, backslashes)))
        };
        u64::from(mask.cast_unsigned())
    }
}
