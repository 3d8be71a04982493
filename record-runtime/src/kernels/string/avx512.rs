//! Strings with AVX-512: masked loads instead of ever smaller blocks, and escapes by expanding a
//! whole block.
//!
//! A text of up to 64 bytes is one load that reads only its bytes, one store and one test. No branch depends on its
//! length but that between one block of 32 and one of 64.
//!
//! Where there are escapes, all of a block are written at once. Each byte becomes a pair: a backslash, and itself or
//! the letter of its escape sequence. A compression of bytes then squeezes the needless backslashes out. A text in
//! which a control character has no short escape is left to AVX2 from there on.

#![expect(
    clippy::multiple_unsafe_ops_per_block,
    clippy::cast_possible_wrap,
    clippy::cast_possible_truncation,
    reason = "register arithmetic: one precondition, the CPU; the vectors' lanes are signed in name only; lengths of a block"
)]

use core::arch::x86_64::{
    __m128i, __m256i, __m512i, _bzhi_u32, _bzhi_u64, _mm_loadu_si128, _mm256_broadcastsi128_si256,
    _mm256_cmpeq_epi8_mask, _mm256_cmplt_epu8_mask, _mm256_loadu_si256, _mm256_mask_loadu_epi8,
    _mm256_mask_permutexvar_epi8, _mm256_set1_epi8, _mm256_shuffle_epi8, _mm256_storeu_si256, _mm512_broadcast_i32x4,
    _mm512_cmpeq_epi8_mask, _mm512_cmplt_epu8_mask, _mm512_cvtepu8_epi16, _mm512_loadu_si512, _mm512_mask_loadu_epi8,
    _mm512_maskz_compress_epi8, _mm512_or_si512, _mm512_set1_epi8, _mm512_set1_epi16, _mm512_shuffle_epi8,
    _mm512_slli_epi16, _mm512_storeu_si512, _pdep_u64,
};

use super::x86::{self, End};
use super::{ESCAPES, Stopped};
use crate::kernels::SLACK;

/// The longest text that is one block of half a vector.
pub(crate) const HALF: usize = 32;
const WHOLE: usize = 64;

const _: () = assert!(WHOLE <= SLACK);

/// The room that [`write_escapes`] asks for beside the text. A backslash for each byte of a block would do, but the rest
/// may be AVX2's.
pub(crate) const MAX_GROWTH: usize = x86::MAX_GROWTH;
const _: () = assert!(HALF <= MAX_GROWTH);

/// The lower byte of each pair.
const LOWER: u64 = 0x5555_5555_5555_5555;

const SPACE: i8 = b' ' as i8;

/// For a byte shuffle by the text itself. `"` and `\` stand at their own low four bits; elsewhere stands a byte that
/// has other low bits. Bytes beyond ASCII select zero, which they do not equal either. So one comparison of the outcome
/// with the text finds both.
static QUOTE_AND_BACKSLASH: [u8; 16] = {
    let mut table = [0xff; 16];
    table[(b'"' & 15) as usize] = b'"';
    table[(b'\\' & 15) as usize] = b'\\';
    // 0xff itself selects zero.
    table
};

/// The letters of the escape sequences of control characters; zero where there is none.
static LETTERS: [u8; HALF] = {
    let mut letters = [0; HALF];
    let mut byte = 0;
    while byte < HALF {
        if ESCAPES[byte][7] == 2 {
            letters[byte] = ESCAPES[byte][1];
        }
        byte += 1;
    }
    letters
};

#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
#[inline]
fn quote_and_backslash() -> __m128i {
    // SAFETY: the array has 16 bytes.
    unsafe { _mm_loadu_si128(QUOTE_AND_BACKSLASH.as_ptr().cast()) }
}

/// A bit for each byte that needs an escape.
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
#[inline]
fn escapes_of_half(block: __m256i) -> u32 {
    let special = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(quote_and_backslash()), block);
    _mm256_cmpeq_epi8_mask(special, block) | _mm256_cmplt_epu8_mask(block, _mm256_set1_epi8(SPACE))
}

/// A bit for each byte that needs an escape.
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
#[inline]
fn escapes_of_whole(block: __m512i) -> u64 {
    let special = _mm512_shuffle_epi8(_mm512_broadcast_i32x4(quote_and_backslash()), block);
    _mm512_cmpeq_epi8_mask(special, block) | _mm512_cmplt_epu8_mask(block, _mm512_set1_epi8(SPACE))
}

/// Copies a text of at most [`HALF`] bytes: a bit for each that needs an escape.
///
/// # Safety
/// `len` bytes can be read, and 32 written at `position`; the CPU has what
/// [`Backend::Avx512`](crate::kernels::cpu::Backend) asks for.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt")]
#[inline]
pub(crate) unsafe fn copy_short(position: *mut u8, text: *const u8, len: usize) -> u32 {
    // An empty text's pointer may point nowhere. Nothing is read then, but the CPU would take its slowest way to find
    // that out. From `position` it would wait for the stores that overlap it: five times as long (Zen 5).
    let text = if len == 0 { LETTERS.as_ptr() } else { text };
    // SAFETY: reads the first `len` bytes alone.
    let block =
        unsafe { _mm256_mask_loadu_epi8(_mm256_set1_epi8(SPACE), _bzhi_u32(u32::MAX, len as u32), text.cast()) };
    // SAFETY: 32 bytes can be written.
    unsafe { _mm256_storeu_si256(position.cast(), block) };
    escapes_of_half(block)
}

/// A block of which a byte needs an escape: where it begins, and a bit for each such byte.
pub(crate) struct Dirty {
    pub(crate) block: Stopped,
    pub(crate) escapes: u64,
}

/// Copies a text of more than [`HALF`] bytes, block by block, up to the first block of which a byte needs an escape. That
/// one is copied, too.
///
/// # Safety
/// `len` bytes can be read, and at `position` as many written, and `SLACK` behind them; the CPU has what
/// [`Backend::Avx512`](crate::kernels::cpu::Backend) asks for.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt")]
#[inline]
pub(crate) unsafe fn copy_long(mut position: *mut u8, mut text: *const u8, mut len: usize) -> Result<*mut u8, Dirty> {
    while len > WHOLE {
        // SAFETY: by contract `len` bytes can be read, and `len > 64`.
        let block = unsafe { _mm512_loadu_si512(text.cast()) };
        // SAFETY: by contract `len` bytes can be written, and `len > 64`.
        unsafe { _mm512_storeu_si512(position.cast(), block) };
        let escapes = escapes_of_whole(block);
        if escapes != 0 {
            return Err(Dirty { block: Stopped { position, text, len }, escapes });
        }
        (position, text) = (position.wrapping_add(WHOLE), text.wrapping_add(WHOLE));
        len -= WHOLE;
    }
    // SAFETY: reads the first `len` bytes alone.
    let block =
        unsafe { _mm512_mask_loadu_epi8(_mm512_set1_epi8(SPACE), _bzhi_u64(u64::MAX, len as u32), text.cast()) };
    // SAFETY: there is room for `len` bytes, the others are slack.
    unsafe { _mm512_storeu_si512(position.cast(), block) };
    match escapes_of_whole(block) {
        0 => Ok(position.wrapping_add(len)),
        escapes => Err(Dirty { block: Stopped { position, text, len }, escapes }),
    }
}

/// Writes a text in which escapes are likely.
///
/// # Safety
/// `len` bytes can be read, and `len` is not 0. Those from `position` to `limit` can be written, and `SLACK`
/// behind them. The CPU has what [`Backend::Avx512`](crate::kernels::cpu::Backend) asks for.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt")]
#[inline]
pub(crate) unsafe fn write_escapes(
    mut position: *mut u8,
    limit: *mut u8,
    mut text: *const u8,
    mut len: usize,
    room_after: usize,
) -> End {
    loop {
        if (limit as usize).wrapping_sub(position as usize) < len + MAX_GROWTH + room_after {
            return End::NoRoom(Stopped { position, text, len });
        }
        let taken = len.min(HALF);
        // SAFETY: reads the first `taken` bytes alone, which is not zero.
        let block =
            unsafe { _mm256_mask_loadu_epi8(_mm256_set1_epi8(SPACE), _bzhi_u32(u32::MAX, taken as u32), text.cast()) };
        // SAFETY: the array has 32 bytes.
        let letters = unsafe { _mm256_loadu_si256(LETTERS.as_ptr().cast()) };
        let controls = _mm256_cmplt_epu8_mask(block, _mm256_set1_epi8(SPACE));
        let mapped = _mm256_mask_permutexvar_epi8(block, controls, block, letters);
        if _mm256_cmpeq_epi8_mask(mapped, _mm256_set1_epi8(0)) != 0 {
            return End::Rest(Stopped { position, text, len });
        }
        let escapes = escapes_of_half(block);
        // A backslash in front, in memory: in the lower byte.
        let pairs =
            _mm512_or_si512(_mm512_slli_epi16::<8>(_mm512_cvtepu8_epi16(mapped)), _mm512_set1_epi16(i16::from(b'\\')));
        let wanted = _pdep_u64(u64::from(escapes), LOWER) | !LOWER;
        // SAFETY: a store of 64 bytes where there is room for at least one byte.
        unsafe { _mm512_storeu_si512(position.cast(), _mm512_maskz_compress_epi8(wanted, pairs)) };
        position = position.wrapping_add(taken + escapes.count_ones() as usize);
        text = text.wrapping_add(taken);
        len -= taken;
        while len > WHOLE {
            // SAFETY: by contract `len` bytes can be read, and `len > 64`.
            let block = unsafe { _mm512_loadu_si512(text.cast()) };
            // SAFETY: by contract `len` bytes can be written, and `len > 64`.
            unsafe { _mm512_storeu_si512(position.cast(), block) };
            let escapes = escapes_of_whole(block);
            if escapes != 0 {
                let clean = escapes.trailing_zeros() as usize;
                (position, text) = (position.wrapping_add(clean), text.wrapping_add(clean));
                len -= clean;
                break;
            }
            // By a constant: the next load need not wait for the test.
            (position, text) = (position.wrapping_add(WHOLE), text.wrapping_add(WHOLE));
            len -= WHOLE;
        }
        if len == 0 {
            return End::Whole(position);
        }
    }
}
