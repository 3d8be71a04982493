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
    clippy::cast_possible_wrap,
    clippy::cast_possible_truncation,
    reason = "the vectors' lanes are signed in name only; lengths of a block"
)]

use core::arch::x86_64::{
    __m128i, __m256i, __m512i, _bzhi_u32, _bzhi_u64, _mm256_broadcastsi128_si256, _mm256_cmpeq_epi8_mask,
    _mm256_cmplt_epu8_mask, _mm256_mask_loadu_epi8, _mm256_mask_permutexvar_epi8, _mm256_set1_epi8,
    _mm256_shuffle_epi8, _mm512_broadcast_i32x4, _mm512_cmpeq_epi8_mask, _mm512_cmplt_epu8_mask, _mm512_cvtepu8_epi16,
    _mm512_mask_loadu_epi8, _mm512_maskz_compress_epi8, _mm512_or_si512, _mm512_set1_epi8, _mm512_set1_epi16,
    _mm512_shuffle_epi8, _mm512_slli_epi16, _pdep_u64,
};
use core::mem::MaybeUninit;

use super::ESCAPES;
use super::x86::{self, End, Why};
use crate::kernels::SLACK;
use crate::kernels::lanes::{Lanes, Room};

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
    Lanes::load(&QUOTE_AND_BACKSLASH)
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
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
#[inline]
pub(crate) fn copy_short(to: &mut [MaybeUninit<u8>; HALF], text: &[u8]) -> u32 {
    // An empty text's pointer may point nowhere. Nothing is read then, but the CPU would take its slowest way to find
    // that out. From the position it would wait for the stores that overlap it: five times as long (Zen 5).
    let text = if text.is_empty() { &LETTERS[..0] } else { text };
    let block = load_half(text);
    block.store(to);
    escapes_of_half(block)
}

/// The first bytes of a text, at most 32, and spaces.
#[target_feature(enable = "avx512bw,avx512vl,bmi2")]
#[inline]
fn load_half(text: &[u8]) -> __m256i {
    let (spaces, mask) = (_mm256_set1_epi8(SPACE), _bzhi_u32(u32::MAX, text.len() as u32));
    // SAFETY: reads those bytes alone that the mask has a bit for, of which `_bzhi_u32` leaves at most the text's length.
    unsafe { _mm256_mask_loadu_epi8(spaces, mask, text.as_ptr().cast()) }
}

/// A block of which a byte needs an escape: its position, the text from there on, and a bit for each such byte.
pub(crate) struct Dirty<'t> {
    pub(crate) position: *mut u8,
    pub(crate) text: &'t [u8],
    pub(crate) escapes: u64,
}

/// Copies a text of more than [`HALF`] bytes, block by block, up to the first block of which a byte needs an escape. That
/// one is copied, too.
///
/// # Safety
/// At `position` as many bytes can be written as the text has, and `SLACK` behind them.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
#[inline]
pub(crate) unsafe fn copy_long(mut position: *mut u8, mut text: &[u8]) -> Result<*mut u8, Dirty<'_>> {
    while text.len() > WHOLE
        && let Some((block, rest)) = text.split_first_chunk()
    {
        let block = __m512i::load(block);
        // SAFETY: by contract as many bytes can be written as the text has, which has this block.
        unsafe { Room::<'_, WHOLE>::new(position) }.store(block);
        let escapes = escapes_of_whole(block);
        if escapes != 0 {
            return Err(Dirty { position, text, escapes });
        }
        (position, text) = (position.wrapping_add(WHOLE), rest);
    }
    let (spaces, mask) = (_mm512_set1_epi8(SPACE), _bzhi_u64(u64::MAX, text.len() as u32));
    // SAFETY: reads those bytes alone that the mask has a bit for, of which `_bzhi_u64` leaves at most the text's length.
    let block = unsafe { _mm512_mask_loadu_epi8(spaces, mask, text.as_ptr().cast()) };
    // SAFETY: by contract `SLACK` bytes can be written behind the text, which are as many as a block has.
    unsafe { Room::<'_, WHOLE>::new(position) }.store(block);
    match escapes_of_whole(block) {
        0 => Ok(position.wrapping_add(text.len())),
        escapes => Err(Dirty { position, text, escapes }),
    }
}

/// Writes a text in which escapes are likely.
///
/// # Safety
/// The bytes from `position` to `limit` can be written, and `SLACK` behind them. The sum of a text's length, `MAX_GROWTH` and
/// `room_after` does not overflow.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
#[inline]
pub(crate) unsafe fn write_escapes(
    mut position: *mut u8,
    limit: *mut u8,
    mut rest: &[u8],
    room_after: usize,
) -> End<'_> {
    while !rest.is_empty() {
        if (limit as usize).wrapping_sub(position as usize) < rest.len() + MAX_GROWTH + room_after {
            return End { position, rest, why: Why::NoRoom };
        }
        let (part, behind) = rest.split_at(rest.len().min(HALF));
        let block = load_half(part);
        let controls = _mm256_cmplt_epu8_mask(block, _mm256_set1_epi8(SPACE));
        let mapped = _mm256_mask_permutexvar_epi8(block, controls, block, Lanes::load(&LETTERS));
        if _mm256_cmpeq_epi8_mask(mapped, _mm256_set1_epi8(0)) != 0 {
            return End { position, rest, why: Why::Rest };
        }
        let escapes = escapes_of_half(block);
        // A backslash in front, in memory: in the lower byte.
        let pairs =
            _mm512_or_si512(_mm512_slli_epi16::<8>(_mm512_cvtepu8_epi16(mapped)), _mm512_set1_epi16(i16::from(b'\\')));
        let wanted = _pdep_u64(u64::from(escapes), LOWER) | !LOWER;
        // SAFETY: by contract `SLACK` bytes can be written from any position up to the limit: a block of 64.
        unsafe { Room::<'_, WHOLE>::new(position) }.store(_mm512_maskz_compress_epi8(wanted, pairs));
        position = position.wrapping_add(part.len() + escapes.count_ones() as usize);
        rest = behind;
        while rest.len() > WHOLE
            && let Some((block, behind)) = rest.split_first_chunk()
        {
            let block = __m512i::load(block);
            // SAFETY: by contract `SLACK` bytes can be written from any position up to the limit: a block of 64.
            unsafe { Room::<'_, WHOLE>::new(position) }.store(block);
            let escapes = escapes_of_whole(block);
            if escapes != 0 {
                let clean = escapes.trailing_zeros() as usize;
                (position, rest) = (position.wrapping_add(clean), &rest[clean..]);
                break;
            }
            // By a constant: the next load need not wait for the test.
            (position, rest) = (position.wrapping_add(WHOLE), behind);
        }
    }
    End { position, rest, why: Why::Whole }
}
