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

/// A backend's part.
pub(crate) trait Vector: Copy {
    /// Bytes in a block; at least 8.
    const LANES: usize;

    /// # Safety
    /// `LANES` bytes can be read; the CPU has the vector's instructions.
    unsafe fn load(from: *const u8) -> Self;

    /// A block of eight bytes, the rest of its lanes zero-filled or repeated.
    ///
    /// # Safety
    /// The CPU has the vector's instructions.
    unsafe fn from_u64(bytes: u64) -> Self;

    /// # Safety
    /// `LANES` bytes can be written; the CPU has the vector's instructions.
    unsafe fn store(self, to: *mut u8);

    /// A bit for each byte that needs an escape, of the first lane the lowest; scaled by
    /// `1 << MASK_SHIFT` bits per lane.
    ///
    /// # Safety
    /// The CPU has the vector's instructions.
    unsafe fn escapes(self) -> u64;

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

/// That of a block, by its mask.
#[inline(always)]
fn dirty<V: Vector>(before: usize, mask: u64) -> Dirty {
    let first = (mask.trailing_zeros() >> V::MASK_SHIFT) as usize;
    Dirty { clean: before + first, is_alone: mask & mask.wrapping_sub(1) == 0 }
}

/// Where a kernel stopped for want of room: the rest of the text, and the position that it would go to.
pub(crate) struct Stopped {
    pub(crate) position: *mut u8,
    pub(crate) text: *const u8,
    pub(crate) len: usize,
}

/// Copies the text up to its first byte that needs an escape. Returns the position behind the text, or where that byte is.
///
/// # Safety
/// `len` bytes can be read, and written at `position`; the CPU has the vector's instructions.
#[inline(always)]
pub(crate) unsafe fn copy_clean<V: Vector>(position: *mut u8, text: *const u8, len: usize) -> Result<*mut u8, Dirty> {
    if len < V::LANES {
        // SAFETY: the contract is `copy_clean`'s, and `len < LANES`.
        return unsafe { copy_short::<V>(position, text, len) };
    }
    let last = len - V::LANES;
    let mut at = 0;
    while at < last {
        // SAFETY: `at + LANES < len`.
        let mask = unsafe { copy_block::<V>(position.wrapping_add(at), text.wrapping_add(at)) };
        if mask != 0 {
            return Err(dirty::<V>(at, mask));
        }
        at += V::LANES;
    }
    // SAFETY: `last + LANES == len`.
    let mask = unsafe { copy_block::<V>(position.wrapping_add(last), text.wrapping_add(last)) };
    if mask != 0 {
        return Err(dirty::<V>(last, mask));
    }
    Ok(position.wrapping_add(len))
}

/// # Safety
/// `LANES` bytes can be read and written; the CPU has the vector's instructions.
#[inline(always)]
unsafe fn copy_block<V: Vector>(position: *mut u8, text: *const u8) -> u64 {
    // SAFETY: by contract `LANES` bytes can be read, and the CPU has the instructions.
    let block = unsafe { V::load(text) };
    // SAFETY: by contract `LANES` bytes can be written, and the CPU has the instructions.
    unsafe { block.store(position) };
    // SAFETY: by contract the CPU has the vector's instructions.
    unsafe { block.escapes() }
}

/// [`copy_clean`] for texts shorter than a block.
///
/// # Safety
/// That of [`copy_clean`], and `len < LANES`.
#[inline(always)]
unsafe fn copy_short<V: Vector>(position: *mut u8, text: *const u8, len: usize) -> Result<*mut u8, Dirty> {
    let mask;
    if len >= 8 {
        let mut at = 0;
        // At most three rounds: `len < LANES <= 32`.
        while at < len - 8 {
            // SAFETY: `at + 8 < len`.
            let mask = unsafe { copy_eight::<V>(position.wrapping_add(at), text.wrapping_add(at)) };
            if mask != 0 {
                return Err(dirty::<V>(at, mask));
            }
            at += 8;
        }
        // SAFETY: the last eight of at least eight bytes.
        mask = unsafe { copy_eight::<V>(position.wrapping_add(len - 8), text.wrapping_add(len - 8)) };
        if mask != 0 {
            return Err(dirty::<V>(len - 8, mask));
        }
    } else if len >= 4 {
        // SAFETY: the first four of at least four bytes.
        let low = unsafe { copy::<u32>(position, text) };
        // SAFETY: the last four of them.
        let high = unsafe { copy::<u32>(position.wrapping_add(len - 4), text.wrapping_add(len - 4)) };
        let (low, high) = (u64::from(u32::from_le(low)), u64::from(u32::from_le(high)));
        // The overlap is seen twice, at the same place. Bytes 0..4 come from below; the rest is shifted so that byte
        // `i` is lane `i`.
        let joined = low | high << (8 * (len - 4));
        // SAFETY: by contract the CPU has the vector's instructions.
        mask = unsafe { escapes_of::<V>(joined | high_lanes(len)) };
        if mask != 0 {
            return Err(dirty::<V>(0, mask));
        }
    } else if len > 0 {
        // SAFETY: the first of one to three bytes.
        let a = unsafe { copy::<u8>(position, text) };
        // SAFETY: the one in the middle.
        let b = unsafe { copy::<u8>(position.wrapping_add(len / 2), text.wrapping_add(len / 2)) };
        // SAFETY: the last byte of the text, for which there is room.
        let c = unsafe { copy::<u8>(position.wrapping_add(len - 1), text.wrapping_add(len - 1)) };
        let joined = u64::from(a) | u64::from(b) << (8 * (len / 2)) | u64::from(c) << (8 * (len - 1));
        // SAFETY: by contract the CPU has the vector's instructions.
        mask = unsafe { escapes_of::<V>(joined | high_lanes(len)) };
        if mask != 0 {
            return Err(dirty::<V>(0, mask));
        }
    }
    Ok(position.wrapping_add(len))
}

/// Bytes that need no escape in the lanes from `len` on, nothing in those below; `0 < len < 8`.
#[inline(always)]
fn high_lanes(len: usize) -> u64 {
    0x2020_2020_2020_2020 << (8 * len)
}

/// # Safety
/// Eight bytes can be read and written; the CPU has the vector's instructions.
#[inline(always)]
unsafe fn copy_eight<V: Vector>(position: *mut u8, text: *const u8) -> u64 {
    // SAFETY: by contract eight bytes can be read and written.
    let bytes = unsafe { copy::<u64>(position, text) };
    // SAFETY: by contract the CPU has the vector's instructions.
    unsafe { escapes_of::<V>(u64::from_le(bytes)) }
}

/// # Safety
/// The size of `T` can be read and written.
#[inline(always)]
unsafe fn copy<T: Copy>(position: *mut u8, text: *const u8) -> T {
    // SAFETY: by contract as many bytes can be read; the load is unaligned.
    let bytes = unsafe { text.cast::<T>().read_unaligned() };
    // SAFETY: by contract as many bytes can be written; the store is unaligned.
    unsafe { position.cast::<T>().write_unaligned(bytes) };
    bytes
}

/// # Safety
/// The CPU has the vector's instructions.
#[inline(always)]
unsafe fn escapes_of<V: Vector>(bytes: u64) -> u64 {
    // SAFETY: by contract the CPU has the vector's instructions.
    let block = unsafe { V::from_u64(bytes) };
    // SAFETY: by contract the CPU has the vector's instructions.
    unsafe { block.escapes() }
}

/// The cold path, of a text that begins with a byte that needs an escape: the position behind the text. Or it stopped
/// where the room up to `limit` was too small. It wants room for the rest, an escape sequence instead of its first
/// byte, and `room_after`. That rest begins with such a byte, too.
///
/// # Safety
/// `len` bytes can be read, and `len` is not 0. Those from `position` to `limit` can be written, and `SLACK`
/// behind them. The CPU has the vector's instructions.
#[inline(always)]
pub(crate) unsafe fn write_escapes<V: Vector>(
    mut position: *mut u8,
    limit: *mut u8,
    mut text: *const u8,
    mut len: usize,
    room_after: usize,
) -> Result<*mut u8, Stopped> {
    loop {
        if (limit as usize).wrapping_sub(position as usize) < len + (MAX_ESCAPE_LEN - 1) + room_after {
            return Err(Stopped { position, text, len });
        }
        // SAFETY: `len > 0`, so the text has a byte.
        let byte = unsafe { text.read() };
        // SAFETY: there is room for `MAX_ESCAPE_LEN` bytes, and the store's other two are slack.
        position = unsafe { put_escaped(position, byte) };
        text = text.wrapping_add(1);
        len -= 1;
        // Escapes come in runs, for which starting to copy takes longer than a byte.
        // SAFETY: `len > 0`, so the text has a byte.
        if len > 0 && WORDS[usize::from(unsafe { text.read() })] >> 56 > 1 {
            continue;
        }
        // SAFETY: there is room for `len + room_after` bytes.
        match unsafe { copy_clean::<V>(position, text, len) } {
            Ok(end) => return Ok(end),
            Err(Dirty { clean, .. }) => {
                (position, text) = (position.wrapping_add(clean), text.wrapping_add(clean));
                len -= clean;
            }
        }
    }
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
///
/// # Safety
/// Eight bytes can be written.
#[inline(always)]
pub(crate) unsafe fn put_escaped(position: *mut u8, byte: u8) -> *mut u8 {
    let word = WORDS[usize::from(byte)];
    // SAFETY: by contract eight bytes can be written.
    unsafe { position.cast::<[u8; 8]>().write(word.to_le_bytes()) };
    position.wrapping_add((word >> 56) as usize)
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
