//! SSE2 and AVX2 vectors.
//!
//! Bytes below 0x20 are found by an unsigned minimum: a signed compare would take the bytes of
//! non-ASCII text for control characters.

use core::arch::x86_64::{
    __m128i, __m256i, _bextr2_u32, _mm_adds_epu8, _mm_andnot_si128, _mm_cmpeq_epi8, _mm_cvtsi64_si128, _mm_min_epu8,
    _mm_movemask_epi8, _mm_or_si128, _mm_set_epi64x, _mm_set1_epi8, _mm_setzero_si128, _mm_shuffle_epi8,
    _mm_unpackhi_epi64, _mm_unpacklo_epi64, _mm256_cmpeq_epi8, _mm256_min_epu8, _mm256_movemask_epi8, _mm256_or_si256,
    _mm256_set1_epi8, _mm256_set1_epi64x,
};
use core::mem::MaybeUninit;

use super::{MAX_ESCAPE_LEN, Vector, put_escaped};
use crate::kernels::SLACK;
use crate::kernels::lanes::{Lanes, Room};

#[expect(clippy::cast_possible_wrap, reason = "the vectors' lanes are signed in name only")]
const QUOTE: i8 = b'"' as i8;
#[expect(clippy::cast_possible_wrap, reason = "the vectors' lanes are signed in name only")]
const BACKSLASH: i8 = b'\\' as i8;
const LAST_CONTROL: i8 = 0x1f;

/// The proof that the CPU has SSE2.
#[derive(Clone, Copy)]
pub(crate) struct Sse2(());

impl Sse2 {
    #[inline]
    #[target_feature(enable = "sse2")]
    pub(crate) fn new() -> Self {
        Self(())
    }
}

impl Vector<16> for Sse2 {
    type Block = __m128i;
    const MASK_SHIFT: u32 = 0;

    #[inline(always)]
    fn of_eight(self, bytes: u64) -> __m128i {
        // SAFETY: every x86-64 has SSE2.
        unsafe { twice(bytes) }
    }

    #[inline(always)]
    fn escapes(self, block: __m128i) -> u64 {
        // SAFETY: every x86-64 has SSE2.
        u64::from(unsafe { escapes(block) })
    }
}

#[inline]
#[target_feature(enable = "sse2")]
fn twice(bytes: u64) -> __m128i {
    let low = _mm_cvtsi64_si128(bytes.cast_signed());
    _mm_unpacklo_epi64(low, low)
}

#[inline]
#[target_feature(enable = "sse2")]
fn escapes(block: __m128i) -> u32 {
    let controls = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(LAST_CONTROL)), block);
    let quotes = _mm_cmpeq_epi8(block, _mm_set1_epi8(QUOTE));
    let backslashes = _mm_cmpeq_epi8(block, _mm_set1_epi8(BACKSLASH));
    bits(_mm_or_si128(controls, _mm_or_si128(quotes, backslashes)))
}

/// A bit for each lane that has its highest bit.
#[inline]
#[target_feature(enable = "sse2")]
fn bits(lanes: __m128i) -> u32 {
    _mm_movemask_epi8(lanes).cast_unsigned()
}

/// AVX2 for blocks of 32 bytes; texts shorter than that stay with SSE2. The proof that the CPU has it.
#[cfg_attr(not(feature = "std"), allow(dead_code, reason = "AVX2 is found at run time, by std"))]
#[derive(Clone, Copy)]
pub(crate) struct Avx2(());

#[cfg_attr(not(feature = "std"), allow(dead_code, reason = "AVX2 is found at run time, by std"))]
impl Avx2 {
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(crate) fn new() -> Self {
        Self(())
    }
}

impl Vector<32> for Avx2 {
    type Block = __m256i;
    const MASK_SHIFT: u32 = 0;

    #[inline(always)]
    fn of_eight(self, bytes: u64) -> __m256i {
        #[inline]
        #[target_feature(enable = "avx2")]
        fn four_times(bytes: u64) -> __m256i {
            _mm256_set1_epi64x(bytes.cast_signed())
        }
        // SAFETY: the CPU has AVX2: that is the contract of `Avx2::new`, which made `self`.
        unsafe { four_times(bytes) }
    }

    #[inline(always)]
    fn escapes(self, block: __m256i) -> u64 {
        #[inline]
        #[target_feature(enable = "avx2")]
        fn escapes(block: __m256i) -> u64 {
            let controls = _mm256_cmpeq_epi8(_mm256_min_epu8(block, _mm256_set1_epi8(LAST_CONTROL)), block);
            let quotes = _mm256_cmpeq_epi8(block, _mm256_set1_epi8(QUOTE));
            let backslashes = _mm256_cmpeq_epi8(block, _mm256_set1_epi8(BACKSLASH));
            let found = _mm256_or_si256(controls, _mm256_or_si256(quotes, backslashes));
            u64::from(_mm256_movemask_epi8(found).cast_unsigned())
        }
        // SAFETY: the CPU has AVX2: that is the contract of `Avx2::new`, which made `self`.
        unsafe { escapes(block) }
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

/// How a kernel for escapes ends: at a position, in front of the rest of the text.
#[cfg_attr(not(feature = "std"), allow(dead_code, reason = "AVX2 is found at run time, by std"))]
pub(crate) struct End<'t> {
    pub(crate) position: *mut u8,
    pub(crate) rest: &'t [u8],
    pub(crate) why: Why,
}

/// Why a kernel for escapes ends.
#[cfg_attr(not(feature = "std"), allow(dead_code, reason = "AVX2 is found at run time, by std"))]
pub(crate) enum Why {
    /// Nothing is left.
    Whole,
    /// There is not room for the rest, `MAX_GROWTH`, and the room behind the text.
    NoRoom,
    /// Another kernel writes the rest faster: room for it was left.
    Rest,
}

/// From `n` on: the shuffle that moves lane `n` to the front.
static MOVES: [u8; 3 * SIXTEEN] = {
    let mut moves = [0x80; 3 * SIXTEEN];
    let mut lane = 0_u8;
    while lane < 16 {
        moves[lane as usize] = lane;
        lane += 1;
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
#[inline]
#[target_feature(enable = "avx2")]
fn letters(block: __m128i) -> __m128i {
    let controls = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(LAST_CONTROL)), block);
    // From 0x10 on the highest bit is set, for which the shuffle gives zero.
    let index = _mm_adds_epu8(block, _mm_set1_epi8(0x70));
    let letters = _mm_shuffle_epi8(Lanes::load(&LETTERS), index);
    _mm_or_si128(_mm_andnot_si128(controls, block), letters)
}

/// Moves the lane `from` to the front; the lanes behind the last are zero.
#[inline]
#[target_feature(enable = "avx2")]
fn moved(block: __m128i, from: usize) -> __m128i {
    // Masked rather than checked: less than a branch, and never needed.
    let shuffle = MOVES[from & 31..].first_chunk().expect("16 of 48 bytes from the 31st on");
    _mm_shuffle_epi8(block, Lanes::load(shuffle))
}

/// The bytes of a text of fewer than 16, and at least one; what the other lanes have is left open.
#[inline]
#[target_feature(enable = "sse2")]
fn load_short(text: &[u8]) -> __m128i {
    let (low, high);
    if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        low = u64::from_le_bytes(*first);
        // By at least one bit, so that no shift is by 64.
        high = (u64::from_le_bytes(*last) >> 1) >> (8 * (SIXTEEN - text.len()) - 1);
    } else if let (Some(first), Some(last)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        low = u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << (8 * (text.len() - 4));
        high = 0;
    } else {
        let byte = |at: usize| u64::from(text[at]) << (8 * at);
        low = byte(0) | byte(text.len() / 2) | byte(text.len() - 1);
        high = 0;
    }
    _mm_set_epi64x(high.cast_signed(), low.cast_signed())
}

/// The bytes from a position on that [`put_block`] may store: the longest escapes for each byte of a block, and two stores
/// more.
const BLOCK_ROOM: usize = MAX_GROWTH + 2 * SIXTEEN;

const _: () = assert!(BLOCK_ROOM <= MAX_GROWTH + SLACK);

/// Writes a text of at most 16 bytes with an escape for each of a set, which is not empty. Returns the position behind it.
/// The first lanes of the block are the text.
///
/// Where each escape is a backslash and a letter, no branch depends on how many there are, nor where.
///
/// # Safety
/// The text has the bytes of the set, and no more than 16.
#[inline]
#[target_feature(enable = "avx2,bmi1,lzcnt,popcnt")]
unsafe fn put_block(mut room: Room<'_, BLOCK_ROOM>, text: &[u8], block: __m128i, set: u32) -> *mut u8 {
    let letters = letters(block);
    if bits(_mm_cmpeq_epi8(letters, _mm_setzero_si128())) & set == 0 {
        put_expanded(room.first(), letters, set);
        return room.behind(text.len() + set.count_ones() as usize);
    }
    // SAFETY: the contract is that of `put_block`: the same text and set.
    unsafe { put_sequences(room, text, block, set) }
}

/// Stores 16 lanes, with a backslash in front of each of a set.
#[inline]
#[target_feature(enable = "avx2,popcnt")]
fn put_expanded(to: &mut [MaybeUninit<u8>; BLOCK_ROOM], block: __m128i, set: u32) {
    let backslashes = _mm_set1_epi8(BACKSLASH);
    let [low_set, high_set, ..] = set.to_le_bytes();
    let low = _mm_shuffle_epi8(_mm_unpacklo_epi64(block, backslashes), Lanes::load(&EXPANSIONS[usize::from(low_set)]));
    let high =
        _mm_shuffle_epi8(_mm_unpackhi_epi64(block, backslashes), Lanes::load(&EXPANSIONS[usize::from(high_set)]));
    let behind = SIXTEEN / 2 + low_set.count_ones() as usize;
    low.store(to.first_chunk_mut().expect("16 bytes"));
    high.store(to[behind..].first_chunk_mut().expect("16 bytes from the 16th on at the latest"));
}

/// [`put_block`] of escapes of every kind.
///
/// # Safety
/// That of [`put_block`].
#[inline]
#[target_feature(enable = "avx2,bmi1,lzcnt,popcnt")]
unsafe fn put_sequences(mut room: Room<'_, BLOCK_ROOM>, text: &[u8], block: __m128i, mut set: u32) -> *mut u8 {
    let mut position = room.position();
    if set.count_ones() >= DENSE {
        for &byte in text {
            // SAFETY: by contract of `put_block`: in front of these 8 bytes stand at most six for each of 15 bytes.
            position = put_escaped(unsafe { Room::<'_, 8>::new(position) }, byte);
        }
        return position;
    }
    room.store(block);
    let mut at = set.trailing_zeros() as usize;
    position = position.wrapping_add(at);
    loop {
        // SAFETY: by contract of `put_block` the text has each byte of the set, of which this is one.
        let byte = unsafe { *text.get_unchecked(at) };
        // SAFETY: by contract of `put_block`: in front of these 8 bytes stand at most six for each of 15 bytes.
        position = put_escaped(unsafe { Room::<'_, 8>::new(position) }, byte);
        // SAFETY: by contract of `put_block`: in front of these 16 bytes stand at most six for each of 16 bytes.
        unsafe { Room::<'_, SIXTEEN>::new(position) }.store(moved(block, at + 1));
        set &= set - 1;
        let next = if set == 0 { text.len() } else { set.trailing_zeros() as usize };
        position = position.wrapping_add(next - at - 1);
        at = next;
        if set == 0 {
            return position;
        }
    }
}

/// As [`write_escapes`](super::write_escapes), block by block, from a place in a text on. A rest that is long, and likely
/// to be clean for a while, is another kernel's.
///
/// # Safety
/// The bytes from `position` to `limit` can be written, and `SLACK` behind them. Among them is room for the rest of the text.
/// The sum of a text's length, `MAX_GROWTH` and `room_after` does not overflow.
#[cfg_attr(not(feature = "std"), allow(dead_code, reason = "AVX2 is found at run time, by std"))]
#[target_feature(enable = "avx2,bmi1,lzcnt,popcnt")]
#[inline]
pub(crate) unsafe fn write_escapes_avx2(
    mut position: *mut u8,
    limit: *mut u8,
    text: &[u8],
    from: usize,
    room_after: usize,
) -> End<'_> {
    let mut at = from;
    while at < text.len() {
        let left = text.len() - at;
        let taken = left.min(SIXTEEN);
        let end = at + taken;
        let block = if end >= SIXTEEN {
            // SAFETY: 16 bytes of the text: `end >= SIXTEEN`, and no more than its length, for `taken` is at most `left`.
            let last = unsafe { &*text.as_ptr().wrapping_add(end - SIXTEEN).cast() };
            moved(Lanes::load(last), SIXTEEN - taken)
        } else {
            load_short(&text[at..end])
        };
        #[expect(clippy::cast_possible_truncation, reason = "at most 16")]
        // The first bits, as many as are taken.
        let set = _bextr2_u32(escapes(block), (taken as u32) << 8);
        if set == 0 {
            // SAFETY: by contract there is room for the rest of the text, and slack: more than 16 bytes.
            unsafe { Room::<'_, SIXTEEN>::new(position) }.store(block);
            position = position.wrapping_add(taken);
            if left >= LONG {
                return End { position, rest: &text[end..], why: Why::Rest };
            }
        } else {
            if (limit as usize).wrapping_sub(position as usize) < left + MAX_GROWTH + room_after {
                return End { position, rest: &text[at..], why: Why::NoRoom };
            }
            // SAFETY: there is room for `MAX_GROWTH` by the comparison above, and slack: `BLOCK_ROOM`.
            let room = unsafe { Room::new(position) };
            // SAFETY: the contract of `put_block`: the set is of the first lanes, as many as the part of the text has bytes.
            position = unsafe { put_block(room, &text[at..end], block, set) };
        }
        at = end;
    }
    End { position, rest: &[], why: Why::Whole }
}
