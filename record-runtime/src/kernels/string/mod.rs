//! Writing a string's text with its escapes: one algorithm over a minimal vector.
//!
//! The text is copied while it is scanned: load a block, store it, compare it, go on. As long as no byte needs an
//! escape, that is all. Where one does, the cold path takes over at that byte. It writes the escape sequence, copies
//! the clean run behind it, and so on.
//!
//! Bytes that need an escape are `"`, `\` and those below 0x20, as in `serde_json`. Nothing is read past the text. Its
//! last block is loaded so that it ends with the text, overlapping the block before; texts shorter than a block are two
//! overlapping halves.

#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(crate) mod avx512;
#[cfg(target_arch = "aarch64")]
pub(crate) mod neon;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(crate) mod simd128;
pub(crate) mod swar;
#[cfg(test)]
mod tests;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86;

use core::mem::MaybeUninit;

use super::lanes::{Lanes, Room, room_for};

/// A backend's part, for blocks of `N` bytes, at least 8. Having one is the proof that the CPU has the backend's
/// instructions.
pub(crate) trait Vector<const N: usize>: Copy {
    type Block: Lanes<N>;

    /// A block of eight bytes, the first in the lowest lane, the rest of its lanes zero-filled or repeated.
    fn of_eight(self, bytes: u64) -> Self::Block;

    /// A bit for each byte that needs an escape, of the first lane the lowest; scaled by
    /// `1 << MASK_SHIFT` bits per lane.
    fn escapes(self, block: Self::Block) -> u64;

    /// Base-2 logarithm of the mask's bits per lane.
    const MASK_SHIFT: u32;
}

/// Where a text needs an escape.
pub(crate) struct Dirty {
    /// The bytes in front of the first one.
    pub(crate) clean: usize,
    /// No other was seen behind it, in the same block. Of vectors with one bit per lane.
    #[cfg_attr(not(all(target_arch = "x86_64", feature = "std")), allow(dead_code, reason = "asked by AVX2"))]
    pub(crate) is_alone: bool,
}

/// That of a block, by its mask; `Ok` where it is empty.
#[inline(always)]
fn checked<V: Vector<N>, const N: usize>(before: usize, mask: u64) -> Result<(), Dirty> {
    if mask == 0 {
        return Ok(());
    }
    let first = (mask.trailing_zeros() >> V::MASK_SHIFT) as usize;
    Err(Dirty { clean: before + first, is_alone: mask & mask.wrapping_sub(1) == 0 })
}

/// Where a kernel stopped for want of room: the rest of the text, and the position that it would go to.
pub(crate) struct Stopped<'t> {
    pub(crate) position: *mut u8,
    pub(crate) text: &'t [u8],
}

/// Copies the text up to its first byte that needs an escape, and perhaps some bytes behind it.
///
/// # Panics
/// If the room is not as long as the text.
#[inline(always)]
pub(crate) fn copy_clean<V: Vector<N>, const N: usize>(
    vector: V,
    to: &mut [MaybeUninit<u8>],
    text: &[u8],
) -> Result<(), Dirty> {
    let len = text.len();
    if len < N {
        return copy_short(vector, to, text);
    }
    let last = len - N;
    let mut at = 0;
    while at < last {
        copy_block(vector, to, text, at)?;
        at += N;
    }
    copy_block(vector, to, text, last)
}

/// Copies the block at a place of the text.
#[inline(always)]
fn copy_block<V: Vector<N>, const N: usize>(
    vector: V,
    to: &mut [MaybeUninit<u8>],
    text: &[u8],
    at: usize,
) -> Result<(), Dirty> {
    let (Some(block), Some(to)) = (text[at..].first_chunk(), to[at..].first_chunk_mut()) else {
        unreachable!("a block of the text")
    };
    let block = V::Block::load(block);
    block.store(to);
    checked::<V, N>(at, vector.escapes(block))
}

/// [`copy_clean`] for texts shorter than a block.
#[inline(always)]
fn copy_short<V: Vector<N>, const N: usize>(vector: V, to: &mut [MaybeUninit<u8>], text: &[u8]) -> Result<(), Dirty> {
    let len = text.len();
    let escapes = |bytes| vector.escapes(vector.of_eight(bytes));
    if len >= 8 {
        let mut at = 0;
        // At most three rounds: a block has at most 32 bytes.
        while at < len - 8 {
            checked::<V, N>(at, escapes(u64::from_le_bytes(copy(to, text, at))))?;
            at += 8;
        }
        return checked::<V, N>(len - 8, escapes(u64::from_le_bytes(copy(to, text, len - 8))));
    }
    if len >= 4 {
        let (low, high) = (u32::from_le_bytes(copy(to, text, 0)), u32::from_le_bytes(copy(to, text, len - 4)));
        // The overlap is seen twice, at the same place. Bytes 0..4 come from below; the rest is shifted so that byte
        // `i` is lane `i`.
        let joined = u64::from(low) | u64::from(high) << (8 * (len - 4));
        return checked::<V, N>(0, escapes(joined | high_lanes(len)));
    }
    if len == 0 {
        return Ok(());
    }
    let mut byte = |at: usize| u64::from(u8::from_le_bytes(copy(to, text, at))) << (8 * at);
    checked::<V, N>(0, escapes(byte(0) | byte(len / 2) | byte(len - 1) | high_lanes(len)))
}

/// Bytes that need no escape in the lanes from `len` on, nothing in those below; `0 < len < 8`.
#[inline(always)]
fn high_lanes(len: usize) -> u64 {
    0x2020_2020_2020_2020 << (8 * len)
}

/// Copies some bytes of a text to the same place of its room.
#[inline(always)]
fn copy<const M: usize>(to: &mut [MaybeUninit<u8>], text: &[u8], at: usize) -> [u8; M] {
    let mut bytes = [0; M];
    bytes.copy_from_slice(&text[at..at + M]);
    to[at..at + M].copy_from_slice(&bytes.map(MaybeUninit::new));
    bytes
}

/// The cold path, of a text that begins with a byte that needs an escape: the position behind the text. Or it stopped
/// where the room up to `limit` was too small. It wants room for the rest, an escape sequence instead of its first
/// byte, and `room_after`. That rest begins with such a byte, too.
///
/// # Safety
/// The bytes from `position` to `limit` can be written, and `SLACK` behind them. The sum of a text's length,
/// `MAX_ESCAPE_LEN` and `room_after` does not overflow.
#[inline(always)]
pub(crate) unsafe fn write_escapes<V: Vector<N>, const N: usize>(
    vector: V,
    mut position: *mut u8,
    limit: *mut u8,
    mut text: &[u8],
    room_after: usize,
) -> Result<*mut u8, Stopped<'_>> {
    while let Some((&byte, rest)) = text.split_first() {
        if (limit as usize).wrapping_sub(position as usize) < rest.len() + MAX_ESCAPE_LEN + room_after {
            return Err(Stopped { position, text });
        }
        // SAFETY: there is room for `MAX_ESCAPE_LEN` bytes by the comparison above, and the other two are slack, by contract.
        position = put_escaped(unsafe { Room::<'_, 8>::new(position) }, byte);
        text = rest;
        // Escapes come in runs, for which starting to copy takes longer than a byte.
        if rest.first().is_some_and(|&byte| WORDS[usize::from(byte)] >> 56 > 1) {
            continue;
        }
        // SAFETY: there is room for the rest by the comparison above: an escape took at most `MAX_ESCAPE_LEN` of it.
        let to = unsafe { room_for(rest, position) };
        match copy_clean(vector, to, rest) {
            Ok(()) => return Ok(position.wrapping_add(rest.len())),
            Err(Dirty { clean, .. }) => {
                position = position.wrapping_add(clean);
                // SAFETY: `copy_clean` found an escape there. A mask has bits for the lanes of a block of the text alone.
                unsafe { core::hint::assert_unchecked(clean < rest.len()) };
                text = &rest[clean..];
            }
        }
    }
    Ok(position)
}

/// The longest escape sequence, `\u00xx`.
pub(crate) const MAX_ESCAPE_LEN: usize = 6;

/// For each byte that needs one its escape sequence, its length in the last place; for others the
/// byte itself.
static ESCAPES: [[u8; 8]; 256] = {
    let mut table = [[0; 8]; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = escape_sequence(byte);
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

/// [`ESCAPES`] as words whose lowest byte comes first. So one is a load and a store; as bytes it took four loads.
static WORDS: [u64; 256] = {
    let mut words = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        words[byte] = u64::from_le_bytes(ESCAPES[byte]);
        byte += 1;
    }
    words
};

/// Writes a byte as it stands between quotes, and returns the position behind it.
#[inline(always)]
pub(crate) fn put_escaped<const N: usize>(mut room: Room<'_, N>, byte: u8) -> *mut u8 {
    let word = WORDS[usize::from(byte)];
    room.store(word.to_le());
    room.behind((word >> 56) as usize)
}

const fn escape_sequence(byte: u8) -> [u8; 8] {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        0x08 => b'b',
        0x09 => b't',
        0x0a => b'n',
        0x0c => b'f',
        0x0d => b'r',
        b'"' | b'\\' => byte,
        0..0x20 => {
            let (high, low) = (HEX[(byte >> 4) as usize], HEX[(byte & 15) as usize]);
            return [b'\\', b'u', b'0', b'0', high, low, 0, 6];
        }
        _ => return [byte, 0, 0, 0, 0, 0, 0, 1],
    };
    [b'\\', short, 0, 0, 0, 0, 0, 2]
}

/// The escaped form of a byte, of at most [`MAX_ESCAPE_LEN`] bytes: for a `char`.
pub(crate) fn escaped(byte: u8) -> ([u8; 8], usize) {
    let sequence = ESCAPES[usize::from(byte)];
    (sequence, usize::from(sequence[7]))
}
