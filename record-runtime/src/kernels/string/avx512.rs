//! Strings with AVX-512: masked loads instead of ever smaller blocks, and escapes by expanding a
//! whole block.
//!
//! A text of up to 64 bytes is one load that reads only its bytes, one store and one test. No branch depends on its
//! length but that between one block of 32 and one of 64.
//!
//! Where there are escapes, all of a block are written at once. Each byte becomes a pair: a backslash, and itself or
//! the letter of its escape sequence. A compression of bytes then squeezes the needless backslashes out. Only control
//! characters that have no short escape are written one by one.

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

use super::{ESCAPES, MAX_ESCAPE_LEN, Stopped};
use crate::kernels::SLACK;

/// The longest text that is one block of half a vector.
pub(crate) const HALF: usize = 32;
const WHOLE: usize = 64;

const _: () = assert!(WHOLE <= SLACK);

/// The room that [`write_escapes`] needs beside the text: a backslash for each byte of a block, and a long escape.
pub(crate) const MAX_GROWTH: usize = HALF + MAX_ESCAPE_LEN;

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

/// Copies a text of at most [`HALF`] bytes; whether none of them needs an escape.
///
/// # Safety
/// `len` bytes can be read, and 32 written at `position`; the CPU has what
/// [`Backend::Avx512`](crate::kernels::cpu::Backend) asks for.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt")]
#[inline]
pub(crate) unsafe fn copy_short(position: *mut u8, text: *const u8, len: usize) -> bool {
    // An empty text's pointer may point nowhere. Nothing is read then, but the CPU would take
    // its slowest way to find that out.
    let text = if len == 0 { position.cast_const() } else { text };
    // SAFETY: reads the first `len` bytes alone.
    let block =
        unsafe { _mm256_mask_loadu_epi8(_mm256_set1_epi8(SPACE), _bzhi_u32(u32::MAX, len as u32), text.cast()) };
    // SAFETY: 32 bytes can be written.
    unsafe { _mm256_storeu_si256(position.cast(), block) };
    escapes_of_half(block) == 0
}

/// Copies a text of more than [`HALF`] bytes, block by block. Returns the position behind it, or the start of the first
/// block that needs an escape.
///
/// # Safety
/// `len` bytes can be read, and at `position` as many written, and `SLACK` behind them; the CPU has what
/// [`Backend::Avx512`](crate::kernels::cpu::Backend) asks for.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt")]
#[inline]
pub(crate) unsafe fn copy_long(mut position: *mut u8, mut text: *const u8, mut len: usize) -> Result<*mut u8, Stopped> {
    while len > WHOLE {
        // SAFETY: by contract `len` bytes can be read, and `len > 64`.
        let block = unsafe { _mm512_loadu_si512(text.cast()) };
        // SAFETY: by contract `len` bytes can be written, and `len > 64`.
        unsafe { _mm512_storeu_si512(position.cast(), block) };
        if escapes_of_whole(block) != 0 {
            return Err(Stopped { position, text, len });
        }
        (position, text) = (position.wrapping_add(WHOLE), text.wrapping_add(WHOLE));
        len -= WHOLE;
    }
    // SAFETY: reads the first `len` bytes alone.
    let block =
        unsafe { _mm512_mask_loadu_epi8(_mm512_set1_epi8(SPACE), _bzhi_u64(u64::MAX, len as u32), text.cast()) };
    // SAFETY: there is room for `len` bytes, the others are slack.
    unsafe { _mm512_storeu_si512(position.cast(), block) };
    if escapes_of_whole(block) == 0 { Ok(position.wrapping_add(len)) } else { Err(Stopped { position, text, len }) }
}

/// Writes a text in which escapes are likely: the position behind it. Or it stopped where the room up to `limit` was
/// too small. It wants room for the rest, a backslash for each byte of a block, a long escape, and `room_after`.
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
) -> Result<*mut u8, Stopped> {
    loop {
        if (limit as usize).wrapping_sub(position as usize) < len + MAX_GROWTH + room_after {
            return Err(Stopped { position, text, len });
        }
        let mut taken = len.min(HALF);
        // SAFETY: reads the first `taken` bytes alone, which is not zero.
        let block =
            unsafe { _mm256_mask_loadu_epi8(_mm256_set1_epi8(SPACE), _bzhi_u32(u32::MAX, taken as u32), text.cast()) };
        // SAFETY: the array has 32 bytes.
        let letters = unsafe { _mm256_loadu_si256(LETTERS.as_ptr().cast()) };
        let controls = _mm256_cmplt_epu8_mask(block, _mm256_set1_epi8(SPACE));
        let mapped = _mm256_mask_permutexvar_epi8(block, controls, block, letters);
        let long = _mm256_cmpeq_epi8_mask(mapped, _mm256_set1_epi8(0));
        let mut escapes = escapes_of_half(block);
        if long != 0 {
            taken = long.trailing_zeros() as usize;
            escapes = _bzhi_u32(escapes, taken as u32);
        }
        // A backslash in front, in memory: in the lower byte.
        let pairs =
            _mm512_or_si512(_mm512_slli_epi16::<8>(_mm512_cvtepu8_epi16(mapped)), _mm512_set1_epi16(i16::from(b'\\')));
        let wanted = _pdep_u64(u64::from(escapes), LOWER) | !LOWER;
        // SAFETY: a store of 64 bytes where there is room for at least one byte.
        unsafe { _mm512_storeu_si512(position.cast(), _mm512_maskz_compress_epi8(wanted, pairs)) };
        position = position.wrapping_add(taken + escapes.count_ones() as usize);
        text = text.wrapping_add(taken);
        len -= taken;
        if long != 0 {
            // SAFETY: the byte at which the block was cut: `len > 0`.
            let sequence = ESCAPES[usize::from(unsafe { text.read() })];
            // SAFETY: there is room beside the block; the store's other two bytes are slack.
            unsafe { position.cast::<[u8; 8]>().write(sequence) };
            position = position.wrapping_add(usize::from(sequence[7]));
            text = text.wrapping_add(1);
            len -= 1;
        }
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
            return Ok(position);
        }
    }
}
