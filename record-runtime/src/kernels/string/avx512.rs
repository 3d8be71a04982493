//! Strings with AVX-512: masked loads instead of ever smaller blocks, and escapes by expanding a
//! whole block.
//!
//! A text of up to 64 bytes is one load that reads only its bytes, one store and one test,
//! whatever its length: no branch depends on it but that between one block of 32 and one of 64.
//!
//! Where there are escapes, all of a block are written at once. Each byte becomes a pair, a
//! backslash and itself (or the letter of its escape sequence), and the backslashes that nothing
//! asks for are squeezed out by a compression of bytes. Only control characters that have no short
//! escape are written one by one.

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

use super::{ESCAPES, MAX_ESCAPE_LEN, grow};
use crate::sink::{SLACK, Sink};

const HALF: usize = 32;
const WHOLE: usize = 64;

const _: () = assert!(WHOLE <= SLACK);

/// The lower byte of each pair.
const LOWER: u64 = 0x5555_5555_5555_5555;

const SPACE: i8 = b' ' as i8;

/// For a byte shuffle by the text itself: under the low four bits of `"` and `\` these two,
/// elsewhere what no byte with these low bits equals. Bytes beyond ASCII select zero, which they
/// do not equal either. So one comparison of the outcome with the text finds both.
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
    // SAFETY: 16 bytes.
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

/// See [`StringKernel`](crate::kernels::StringKernel).
///
/// # Safety
/// And the CPU has what [`has_avx512`](crate::kernels::has_avx512) asks for.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt")]
pub(crate) unsafe fn write_avx512(
    position: *mut u8,
    sink: &mut Sink,
    text: *const u8,
    len: usize,
    keep: usize,
) -> *mut u8 {
    let end = position.wrapping_add(len);
    if !sink.has_room(end, keep) {
        // SAFETY: as the caller's.
        return unsafe { grow(position, sink, text, len, keep, write_avx512) };
    }
    if len <= HALF {
        // An empty text's pointer may point nowhere. Nothing is read then, but the CPU would take
        // its slowest way to find that out.
        let text = if len == 0 { position.cast_const() } else { text };
        // SAFETY: reads the first `len` bytes alone.
        let block =
            unsafe { _mm256_mask_loadu_epi8(_mm256_set1_epi8(SPACE), _bzhi_u32(u32::MAX, len as u32), text.cast()) };
        // SAFETY: a store of 32 bytes where `len` are reserved (invariants 1 and 2 of the sink).
        unsafe { _mm256_storeu_si256(position.cast(), block) };
        if escapes_of_half(block) == 0 {
            return end;
        }
        // SAFETY: as the caller's, with `len + keep` bytes reserved.
        return unsafe { write_escapes_avx512(position, sink, text, len, keep) };
    }
    // SAFETY: as the caller's, with room for the text.
    unsafe { write_long_avx512(position, sink, text, len, keep) }
}

/// A text of more than 32 bytes, for which there is room. A function of its own so that the short
/// ones' end is not merged with this one's: that cost each of them a jump.
///
/// # Safety
/// That of [`write_avx512`].
#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt")]
unsafe fn write_long_avx512(
    mut position: *mut u8,
    sink: &mut Sink,
    mut text: *const u8,
    mut len: usize,
    keep: usize,
) -> *mut u8 {
    while len > WHOLE {
        // SAFETY: `len > 64`.
        let block = unsafe { _mm512_loadu_si512(text.cast()) };
        // SAFETY: reserved.
        unsafe { _mm512_storeu_si512(position.cast(), block) };
        if escapes_of_whole(block) != 0 {
            // SAFETY: as the caller's, with `len + keep` bytes reserved.
            return unsafe { write_escapes_avx512(position, sink, text, len, keep) };
        }
        (position, text) = (position.wrapping_add(WHOLE), text.wrapping_add(WHOLE));
        len -= WHOLE;
    }
    // SAFETY: reads the first `len` bytes alone.
    let block =
        unsafe { _mm512_mask_loadu_epi8(_mm512_set1_epi8(SPACE), _bzhi_u64(u64::MAX, len as u32), text.cast()) };
    // SAFETY: a store of 64 bytes where `len` are reserved (invariants 1 and 2 of the sink).
    unsafe { _mm512_storeu_si512(position.cast(), block) };
    if escapes_of_whole(block) == 0 {
        return position.wrapping_add(len);
    }
    // SAFETY: as the caller's, with `len + keep` bytes reserved.
    unsafe { write_escapes_avx512(position, sink, text, len, keep) }
}

/// A text in which escapes are likely.
///
/// # Safety
/// That of [`write_avx512`].
#[cold]
#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt")]
unsafe fn write_escapes_avx512(
    mut position: *mut u8,
    sink: &mut Sink,
    mut text: *const u8,
    mut len: usize,
    keep: usize,
) -> *mut u8 {
    loop {
        // The whole rest, a backslash for each byte of this block, and a long escape.
        // SAFETY: `position` is the sink's.
        position = unsafe { sink.reserve(position, len + HALF + MAX_ESCAPE_LEN + keep) };
        let mut taken = len.min(HALF);
        // SAFETY: reads the first `taken` bytes alone, which is not zero.
        let block =
            unsafe { _mm256_mask_loadu_epi8(_mm256_set1_epi8(SPACE), _bzhi_u32(u32::MAX, taken as u32), text.cast()) };
        // SAFETY: 32 bytes.
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
        // SAFETY: a store of 64 bytes where at least one is reserved (invariant 1).
        unsafe { _mm512_storeu_si512(position.cast(), _mm512_maskz_compress_epi8(wanted, pairs)) };
        position = position.wrapping_add(taken + escapes.count_ones() as usize);
        text = text.wrapping_add(taken);
        len -= taken;
        if long != 0 {
            // SAFETY: the byte at which the block was cut: `len > 0`.
            let sequence = ESCAPES[usize::from(unsafe { text.read() })];
            // SAFETY: reserved beside the block; the store's other two bytes are slack.
            unsafe { position.cast::<[u8; 8]>().write(sequence) };
            position = position.wrapping_add(usize::from(sequence[7]));
            text = text.wrapping_add(1);
            len -= 1;
        }
        while len > WHOLE {
            // SAFETY: `len > 64`.
            let block = unsafe { _mm512_loadu_si512(text.cast()) };
            // SAFETY: reserved.
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
            return position;
        }
    }
}
