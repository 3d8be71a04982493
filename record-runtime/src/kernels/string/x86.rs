//! SSE2 and AVX2 vectors.
//!
//! Bytes below 0x20 are found by an unsigned minimum: a signed compare would take the bytes of
//! non-ASCII text for control characters.

use core::arch::x86_64::{
    __m128i, __m256i, _mm_adds_epu8, _mm_andnot_si128, _mm_cmpeq_epi8, _mm_cvtsi64_si128, _mm_loadu_si128,
    _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128, _mm_set_epi64x, _mm_set1_epi8, _mm_setzero_si128, _mm_shuffle_epi8,
    _mm_storeu_si128, _mm_unpackhi_epi64, _mm_unpacklo_epi64, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_min_epu8,
    _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8, _mm256_storeu_si256,
};

use super::{MAX_ESCAPE_LEN, Stopped, Vector, put_escaped};

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
        // SAFETY: by contract `LANES` bytes can be read; the load is unaligned.
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
        // SAFETY: by contract `LANES` bytes can be written; the store is unaligned.
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
        // SAFETY: by contract `LANES` bytes can be read; the load is unaligned.
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
        // SAFETY: by contract `LANES` bytes can be written; the store is unaligned.
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

/// The room that [`write_escapes_avx2`] needs beside the text: the longest escapes for each byte of a block.
#[cfg_attr(not(feature = "std"), allow(dead_code, reason = "AVX2 is found at run time, by std"))]
pub(crate) const MAX_GROWTH: usize = SIXTEEN * (MAX_ESCAPE_LEN - 1);

const SIXTEEN: usize = 16;

/// Escapes in a block from which on it is written byte by byte. Each costs three times as much as a byte that way.
const DENSE: u32 = 6;

/// The rest of a text from which on it is worth another call of the kernel for clean texts.
const LONG: usize = 5 * SIXTEEN;

/// How a kernel for escapes ends.
#[cfg_attr(not(feature = "std"), allow(dead_code, reason = "AVX2 is found at run time, by std"))]
pub(crate) enum End {
    /// Behind the whole text.
    Whole(*mut u8),
    /// Where there is not room for the rest, `MAX_GROWTH`, and the room behind the text.
    NoRoom(Stopped),
    /// In front of a rest that another kernel writes faster: room for it was left.
    Rest(Stopped),
}

/// From `16 + n` on: the shuffle that moves lane `n` to the front.
static MOVES: [u8; 3 * SIXTEEN] = {
    let mut moves = [0x80; 3 * SIXTEEN];
    let (mut at, mut lane) = (SIXTEEN, 0);
    while at < 2 * SIXTEEN {
        moves[at] = lane;
        (at, lane) = (at + 1, lane + 1);
    }
    moves
};

/// For each set of eight lanes the shuffle that puts the lane [`BACKSLASH_LANE`] in front of each of them.
static EXPANSIONS: [[u8; SIXTEEN]; 256] = {
    let mut expansions = [[BACKSLASH_LANE; SIXTEEN]; 256];
    let mut set = 0;
    while set < 256 {
        let (mut lane, mut at) = (0_u8, 0);
        while lane < 8 {
            at += (set >> lane) & 1;
            expansions[set][at] = lane;
            (lane, at) = (lane + 1, at + 1);
        }
        set += 1;
    }
    expansions
};

const BACKSLASH_LANE: u8 = 8;

/// The letters of those controls that have one, by their lowest four bits.
static LETTERS: [u8; SIXTEEN] = *b"\0\0\0\0\0\0\0\0btn\0fr\0\0";

/// Puts letters in place of the lanes that need a backslash and a letter. Puts zero where a letter is not enough, and
/// leaves the others.
///
/// # Safety
/// The CPU has AVX2.
#[inline(always)]
#[expect(clippy::multiple_unsafe_ops_per_block, reason = "register arithmetic: one precondition, the CPU")]
unsafe fn letters(block: __m128i) -> __m128i {
    // SAFETY: the CPU has AVX2 (contract).
    unsafe {
        let controls = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(LAST_CONTROL)), block);
        // From 0x10 on the highest bit is set, for which the shuffle gives zero.
        let index = _mm_adds_epu8(block, _mm_set1_epi8(0x70));
        let letters = _mm_shuffle_epi8(_mm_loadu_si128(LETTERS.as_ptr().cast()), index);
        _mm_or_si128(_mm_andnot_si128(controls, block), letters)
    }
}

/// The bits of those lanes that are zero.
///
/// # Safety
/// The CPU has AVX2.
#[inline(always)]
#[expect(clippy::multiple_unsafe_ops_per_block, reason = "register arithmetic: one precondition, the CPU")]
unsafe fn zeros(block: __m128i) -> u64 {
    // SAFETY: the CPU has AVX2 (contract).
    unsafe { u64::from(_mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_setzero_si128())).cast_unsigned()) }
}

/// Stores 16 lanes, with a backslash in front of each of a set: the position behind the first `taken` of them.
///
/// # Safety
/// The CPU has AVX2, and 48 bytes can be written.
#[inline(always)]
unsafe fn put_expanded(position: *mut u8, block: __m128i, set: u64, taken: usize) -> *mut u8 {
    // SAFETY: every x86-64 has SSE2.
    let backslashes = unsafe { _mm_set1_epi8(BACKSLASH) };
    // SAFETY: by contract the CPU has AVX2, of which this is a part.
    let low = unsafe { _mm_unpacklo_epi64(block, backslashes) };
    // SAFETY: by contract the CPU has AVX2, of which this is a part.
    let high = unsafe { _mm_unpackhi_epi64(block, backslashes) };
    let mut to = position;
    for (half, set) in [(low, set & 0xff), (high, set >> 8)] {
        // SAFETY: 16 bytes of the table, which has an entry for each eight bits.
        let shuffle = unsafe { _mm_loadu_si128(EXPANSIONS[(set & 0xff) as usize].as_ptr().cast()) };
        // SAFETY: the CPU has AVX2 (contract).
        let expanded = unsafe { _mm_shuffle_epi8(half, shuffle) };
        // SAFETY: 16 bytes, from the first or the 16th on at the latest (contract).
        unsafe { _mm_storeu_si128(to.cast(), expanded) };
        to = to.wrapping_add(8 + set.count_ones() as usize);
    }
    position.wrapping_add(taken + set.count_ones() as usize)
}

/// Moves the lane `from` to the front.
///
/// # Safety
/// The CPU has AVX2, and `from <= 16`.
#[inline(always)]
unsafe fn moved(block: __m128i, from: usize) -> __m128i {
    // SAFETY: 16 bytes of the table.
    let shuffle = unsafe { _mm_loadu_si128(MOVES.as_ptr().wrapping_add(SIXTEEN + from).cast()) };
    // SAFETY: the CPU has AVX2 (contract).
    unsafe { _mm_shuffle_epi8(block, shuffle) }
}

/// Loads the `len` bytes of a text of fewer than 16; what the other lanes have is left open.
///
/// # Safety
/// `len` bytes can be read.
#[inline(always)]
#[expect(clippy::cast_possible_wrap, reason = "bytes, not numbers")]
unsafe fn load_short(text: *const u8, len: usize) -> __m128i {
    let (low, high);
    if len >= 8 {
        // SAFETY: the first eight of at least as many.
        low = unsafe { text.cast::<u64>().read_unaligned() };
        // SAFETY: the last eight of them.
        let last = unsafe { text.wrapping_add(len - 8).cast::<u64>().read_unaligned() };
        // By at least one bit, so that no shift is by 64.
        high = (last >> 1) >> (8 * (SIXTEEN - len) - 1);
    } else if len >= 4 {
        // SAFETY: the first four of at least as many.
        let first = unsafe { text.cast::<u32>().read_unaligned() };
        // SAFETY: the last four of them.
        let last = unsafe { text.wrapping_add(len - 4).cast::<u32>().read_unaligned() };
        low = u64::from(first) | u64::from(last) << (8 * (len - 4));
        high = 0;
    } else {
        // SAFETY: the first, the one in the middle and the last, of at least one.
        let byte = |at: usize| u64::from(unsafe { text.wrapping_add(at).read() }) << (8 * at);
        low = byte(0) | byte(len / 2) | byte(len - 1);
        high = 0;
    }
    // SAFETY: every x86-64 has SSE2.
    unsafe { _mm_set_epi64x(high as i64, low as i64) }
}

/// Writes the first `taken` lanes of a block, with an escape for each of a set. Returns the position behind them.
///
/// Where each escape is a backslash and a letter, no branch depends on how many there are, nor where.
///
/// # Safety
/// The CPU has AVX2. The lanes are the bytes at `text`, `0 < taken <= 16`, the set is not empty, and `MAX_GROWTH` and 32
/// bytes can be written.
#[inline(always)]
unsafe fn put_block(position: *mut u8, text: *const u8, block: __m128i, set: u64, taken: usize) -> *mut u8 {
    // SAFETY: the CPU has AVX2 (contract).
    let letters = unsafe { letters(block) };
    // SAFETY: the CPU has AVX2 (contract).
    if unsafe { zeros(letters) } & set == 0 {
        // SAFETY: the contract is the same: the room, the bytes of `text` and the CPU.
        return unsafe { put_expanded(position, letters, set, taken) };
    }
    // SAFETY: the contract is the same: the room, the bytes of `text` and the CPU.
    unsafe { put_sequences(position, text, block, set, taken) }
}

/// [`put_block`] of escapes of every kind.
///
/// # Safety
/// That of [`put_block`].
#[inline(always)]
unsafe fn put_sequences(mut position: *mut u8, text: *const u8, block: __m128i, mut set: u64, taken: usize) -> *mut u8 {
    if set.count_ones() >= DENSE {
        for at in 0..taken {
            // SAFETY: one of the block's bytes.
            let byte = unsafe { text.wrapping_add(at).read() };
            // SAFETY: 8 bytes, in front of which stand at most six for each byte before.
            position = unsafe { put_escaped(position, byte) };
        }
        return position;
    }
    // SAFETY: by contract 16 bytes can be written here.
    unsafe { _mm_storeu_si128(position.cast(), block) };
    let mut at = set.trailing_zeros() as usize;
    position = position.wrapping_add(at);
    loop {
        // SAFETY: one of the block's bytes.
        let byte = unsafe { text.wrapping_add(at).read() };
        // SAFETY: each escape has room in the contract of `put_block`, and the store's other two bytes are slack.
        position = unsafe { put_escaped(position, byte) };
        // SAFETY: at most 16 lanes are left out.
        let run = unsafe { moved(block, at + 1) };
        // SAFETY: 16 bytes, in front of which stand at most six for each byte before.
        unsafe { _mm_storeu_si128(position.cast(), run) };
        set &= set - 1;
        let next = if set == 0 { taken } else { set.trailing_zeros() as usize };
        position = position.wrapping_add(next - at - 1);
        at = next;
        if set == 0 {
            return position;
        }
    }
}

/// As [`write_escapes`](super::write_escapes), block by block, wherever the text begins. A rest that is long, and likely
/// to be clean for a while, is another kernel's.
///
/// # Safety
/// That of `write_escapes`, and the CPU has AVX2; `before` bytes of the text stand in front of `text`.
#[cfg_attr(not(feature = "std"), allow(dead_code, reason = "AVX2 is found at run time, by std"))]
#[target_feature(enable = "avx2,bmi1,lzcnt,popcnt")]
#[inline]
pub(crate) unsafe fn write_escapes_avx2(
    mut position: *mut u8,
    limit: *mut u8,
    mut text: *const u8,
    mut len: usize,
    room_after: usize,
    mut before: usize,
) -> End {
    loop {
        let taken = len.min(SIXTEEN);
        let block: __m128i = if before + taken >= SIXTEEN {
            // SAFETY: the last 16 bytes up to the block's end, of a text that has as many.
            let last = unsafe { _mm_loadu_si128(text.wrapping_add(taken).wrapping_sub(SIXTEEN).cast()) };
            // SAFETY: at most 16 lanes are left out.
            unsafe { moved(last, SIXTEEN - taken) }
        } else {
            // SAFETY: `taken < 16`, and it is not 0.
            unsafe { load_short(text, taken) }
        };
        // SAFETY: every x86-64 has SSE2.
        let set = unsafe { block.escapes() } & (u64::from(u16::MAX) >> (SIXTEEN - taken));
        if set == 0 {
            // SAFETY: there is room for the rest of the text, the other lanes are slack.
            unsafe { _mm_storeu_si128(position.cast(), block) };
            position = position.wrapping_add(taken);
            if len >= LONG {
                return End::Rest(Stopped { position, text: text.wrapping_add(SIXTEEN), len: len - SIXTEEN });
            }
        } else {
            if (limit as usize).wrapping_sub(position as usize) < len + MAX_GROWTH + room_after {
                return End::NoRoom(Stopped { position, text, len });
            }
            // SAFETY: there is room for the block and its growth, and slack.
            position = unsafe { put_block(position, text, block, set, taken) };
        }
        (text, len, before) = (text.wrapping_add(taken), len - taken, before + taken);
        if len == 0 {
            return End::Whole(position);
        }
    }
}
