//! Where the structure of a document is: found in blocks of 64 bytes, as bits.
//!
//! Each class of bytes is a comparison for a whole block and a mask of 64 bits. Which bytes stand in strings follows from
//! the quotes: the exclusive or of all bits up to one says whether their number is odd (G. Langdale and D. Lemire, "Parsing
//! gigabytes of JSON per second", 2019).

/// Bytes in a block.
pub(crate) const BLOCK: usize = 64;

/// The state at the end of a block: begins outside of strings.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Scan {
    /// All bits, where the next block begins within a string.
    inside: u64,
    /// One, where the next block's first byte is escaped.
    escaped: u64,
}

/// A bit for each byte of a block, by class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Classes {
    quotes: u64,
    backslashes: u64,
    commas: u64,
    colons: u64,
    /// These, brackets, braces and whitespace, and control characters; outside of strings few others. Not put together of
    /// masks, which the compiler would do bit by bit.
    structure: u64,
}

/// A bit for each byte of a block that is structure or whitespace, of which those count that the text has. Outside of
/// strings, letters and symbols that no JSON has there may be among them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Structure {
    pub(crate) all: u64,
    /// Which of them are commas, and which are colons. Bytes in strings may be among these.
    pub(crate) commas: u64,
    pub(crate) colons: u64,
}

impl Scan {
    /// Whether the last block ended within a string.
    pub(crate) fn is_in_string(&self) -> bool {
        self.inside != 0
    }

    /// The structure of the next block, of which those bytes count that `valid` has a bit for.
    #[inline(always)]
    pub(crate) fn structure(&mut self, classes: Classes, valid: u64) -> Structure {
        let Classes { quotes, backslashes, commas, colons, structure } = classes;
        let (mut quotes, backslashes) = (quotes & valid, backslashes & valid);
        if backslashes | self.escaped != 0 {
            quotes &= !self.escaped(backslashes);
        }
        let inside = parity(quotes) ^ self.inside;
        self.inside = if inside >> (BLOCK - 1) == 0 { 0 } else { u64::MAX };
        Structure { all: structure & valid & !inside, commas, colons }
    }

    /// The bytes that stand behind a backslash which is not escaped itself. In a run of backslashes that is every second
    /// byte, from the second on to the one behind the run. An addition finds the ends of the runs that begin at an odd
    /// place.
    fn escaped(&mut self, backslashes: u64) -> u64 {
        const EVEN: u64 = u64::MAX / 3;
        let backslashes = backslashes & !self.escaped;
        let behind = backslashes << 1 | self.escaped;
        let odd_starts = backslashes & !EVEN & !behind;
        let (ends, is_open) = odd_starts.overflowing_add(backslashes);
        self.escaped = u64::from(is_open);
        (EVEN ^ ends << 1) & behind
    }
}

/// For each bit whether the number of bits up to it, and including it, is odd.
#[inline(always)]
fn parity(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

/// The bits that make `[`, `]`, `{` and `}` one byte, [`BRACKETS`]; and outside of strings nothing else that JSON has there.
const BRACKET_BITS: u8 = 0x26;
const BRACKETS: u8 = 0x7f;
const SPACE: u8 = b' ';

#[cfg(target_arch = "x86_64")]
pub(crate) use sse2::classes;
#[cfg(not(target_arch = "x86_64"))]
pub(crate) use swar::classes;

#[cfg(target_arch = "x86_64")]
mod sse2 {
    #![expect(clippy::cast_possible_wrap, reason = "lanes are signed in name only")]

    use core::arch::x86_64::{__m128i, _mm_cmpeq_epi8, _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8};

    use super::{BLOCK, BRACKET_BITS, BRACKETS, Classes, SPACE};
    use crate::kernels::lanes::Lanes;

    #[inline(always)]
    pub(crate) fn classes(block: &[u8; BLOCK]) -> Classes {
        let mut classes = Classes::default();
        for (part, bytes) in block.as_chunks::<16>().0.iter().enumerate() {
            let bytes = __m128i::load(bytes);
            // SAFETY: every x86-64 has SSE2.
            let mask = |lanes: __m128i| u64::from(unsafe { _mm_movemask_epi8(lanes) }.cast_unsigned()) << (16 * part);
            classes.quotes |= mask(is(bytes, b'"'));
            classes.backslashes |= mask(is(bytes, b'\\'));
            let (commas, colons) = (is(bytes, b','), is(bytes, b':'));
            classes.commas |= mask(commas);
            classes.colons |= mask(colons);
            classes.structure |= mask(either(either(commas, colons), other_structure(bytes)));
        }
        classes
    }

    #[inline(always)]
    #[expect(clippy::multiple_unsafe_ops_per_block, reason = "register arithmetic: one precondition, the CPU")]
    fn is(bytes: __m128i, byte: u8) -> __m128i {
        // SAFETY: every x86-64 has SSE2.
        unsafe { _mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte as i8)) }
    }

    #[inline(always)]
    #[expect(clippy::multiple_unsafe_ops_per_block, reason = "register arithmetic: one precondition, the CPU")]
    fn other_structure(bytes: __m128i) -> __m128i {
        // SAFETY: every x86-64 has SSE2.
        unsafe {
            let brackets = is(either(bytes, _mm_set1_epi8(BRACKET_BITS as i8)), BRACKETS);
            let white = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(SPACE as i8)), bytes);
            either(brackets, white)
        }
    }

    #[inline(always)]
    fn either(one: __m128i, other: __m128i) -> __m128i {
        // SAFETY: every x86-64 has SSE2.
        unsafe { _mm_or_si128(one, other) }
    }
}

#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(crate) mod avx2 {
    #![expect(clippy::cast_possible_wrap, reason = "lanes are signed in name only")]

    use core::arch::x86_64::{
        __m256i, _mm256_cmpeq_epi8, _mm256_min_epu8, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8,
    };

    use super::{BLOCK, BRACKET_BITS, BRACKETS, Classes, SPACE};
    use crate::kernels::lanes::Lanes;

    #[target_feature(enable = "avx2")]
    #[inline]
    pub(crate) fn classes(block: &[u8; BLOCK]) -> Classes {
        let mut classes = Classes::default();
        for (part, bytes) in block.as_chunks::<32>().0.iter().enumerate() {
            let bytes = __m256i::load(bytes);
            let is = |bytes: __m256i, byte: u8| _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte as i8));
            let mask = |lanes: __m256i| u64::from(_mm256_movemask_epi8(lanes).cast_unsigned()) << (32 * part);
            let brackets = is(_mm256_or_si256(bytes, _mm256_set1_epi8(BRACKET_BITS as i8)), BRACKETS);
            let white = _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(SPACE as i8)), bytes);
            classes.quotes |= mask(is(bytes, b'"'));
            classes.backslashes |= mask(is(bytes, b'\\'));
            let (commas, colons) = (is(bytes, b','), is(bytes, b':'));
            classes.commas |= mask(commas);
            classes.colons |= mask(colons);
            let separators = _mm256_or_si256(commas, colons);
            classes.structure |= mask(_mm256_or_si256(_mm256_or_si256(brackets, separators), white));
        }
        classes
    }
}

#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(crate) mod avx512 {
    #![expect(clippy::cast_possible_wrap, reason = "lanes are signed in name only")]

    use core::arch::x86_64::{
        __m512i, _mm512_cmpeq_epi8_mask, _mm512_cmple_epu8_mask, _mm512_or_si512, _mm512_set1_epi8,
    };

    use super::{BLOCK, BRACKET_BITS, BRACKETS, Classes, SPACE};
    use crate::kernels::lanes::Lanes;

    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    pub(crate) fn classes(block: &[u8; BLOCK]) -> Classes {
        let bytes = __m512i::load(block);
        let is = |bytes: __m512i, byte: u8| _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(byte as i8));
        let (commas, colons) = (is(bytes, b','), is(bytes, b':'));
        let brackets = is(_mm512_or_si512(bytes, _mm512_set1_epi8(BRACKET_BITS as i8)), BRACKETS);
        let white = _mm512_cmple_epu8_mask(bytes, _mm512_set1_epi8(SPACE as i8));
        Classes {
            quotes: is(bytes, b'"'),
            backslashes: is(bytes, b'\\'),
            commas,
            colons,
            structure: commas | colons | brackets | white,
        }
    }
}

#[cfg_attr(target_arch = "x86_64", allow(dead_code, reason = "the portable form, tested here too"))]
mod swar {
    use super::{BLOCK, BRACKET_BITS, BRACKETS, Classes, SPACE};

    const ONES: u64 = u64::MAX / 255;
    const HIGHS: u64 = ONES << 7;

    pub(crate) fn classes(block: &[u8; BLOCK]) -> Classes {
        let mut classes = Classes::default();
        for (part, bytes) in block.as_chunks::<8>().0.iter().enumerate() {
            let word = u64::from_le_bytes(*bytes);
            let brackets = is(word | (ONES * u64::from(BRACKET_BITS)), BRACKETS);
            let mask = |lanes: u64| gathered(lanes) << (8 * part);
            classes.quotes |= mask(is(word, b'"'));
            classes.backslashes |= mask(is(word, b'\\'));
            let (commas, colons) = (is(word, b','), is(word, b':'));
            classes.commas |= mask(commas);
            classes.colons |= mask(colons);
            classes.structure |= mask(commas | colons | brackets | up_to(word, SPACE));
        }
        classes
    }

    /// The high bit of each lane that is `byte`.
    fn is(word: u64, byte: u8) -> u64 {
        up_to(word ^ (ONES * u64::from(byte)), 0)
    }

    /// The high bit of each lane that is at most `byte`, which is below 0x80. No lane carries into the next.
    fn up_to(word: u64, byte: u8) -> u64 {
        let low = (word & !HIGHS) + ONES * u64::from(0x7f - byte);
        !(low | word) & HIGHS
    }

    /// The high bits of eight lanes side by side.
    fn gathered(lanes: u64) -> u64 {
        (lanes >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    /// Byte by byte.
    fn naive(text: &[u8]) -> Vec<bool> {
        let (mut inside, mut escaped) = (false, false);
        let structure = |&byte: &u8| {
            let was_inside = inside;
            if byte == b'"' && !escaped {
                inside = !inside;
            }
            escaped = byte == b'\\' && !escaped;
            !was_inside && (byte <= b' ' || b",:[]{}Yy_\x7f".contains(&byte))
        };
        text.iter().map(structure).collect()
    }

    #[test]
    fn every_byte_is_classified_alike() {
        for byte in 0..=255 {
            for at in 0..BLOCK {
                let mut block = [b'0'; BLOCK];
                block[at] = byte;
                let classes = classes(&block);
                assert_eq!(classes, swar::classes(&block), "{byte} at {at}");
                #[cfg(all(target_arch = "x86_64", feature = "std"))]
                if std::is_x86_feature_detected!("avx2") {
                    // SAFETY: the condition asks for the CPU's AVX2.
                    assert_eq!(classes, unsafe { avx2::classes(&block) }, "{byte} at {at}");
                }
                #[cfg(all(target_arch = "x86_64", feature = "std"))]
                if std::is_x86_feature_detected!("avx512bw") {
                    // SAFETY: the condition asks for the CPU's AVX-512.
                    assert_eq!(classes, unsafe { avx512::classes(&block) }, "{byte} at {at}");
                }
                let bit = 1 << at;
                assert_eq!(classes.quotes, if byte == b'"' { bit } else { 0 });
                assert_eq!(classes.backslashes, if byte == b'\\' { bit } else { 0 });
                assert_eq!(classes.commas, if byte == b',' { bit } else { 0 });
                assert_eq!(classes.colons, if byte == b':' { bit } else { 0 });
                assert_eq!(classes.structure, if naive(&[byte])[0] { bit } else { 0 }, "{byte}");
            }
        }
    }

    /// Texts of few kinds of bytes, so that quotes and backslashes meet in all ways, also across blocks.
    #[test]
    fn strings_and_escapes_are_followed_across_blocks() {
        let mut state = 0x5EED_u64;
        for round in 0..2_000 / crate::kernels::tests::divisor() {
            let kinds: &[u8] = [&b"\"\\a,"[..], b"\\\\\\\"{", b"\",:[]{}aaaaaaaa \n", b"\"aaaaaaaaaaaaa\\,"][round % 4];
            let text: Vec<u8> = (0..4 * BLOCK)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    kinds[(state >> 33) as usize % kinds.len()]
                })
                .collect();
            let mut scan = Scan::default();
            let blocks = text.as_chunks::<BLOCK>().0;
            let found: Vec<bool> = blocks
                .iter()
                .flat_map(|block| {
                    let bits = scan.structure(classes(block), u64::MAX).all;
                    (0..BLOCK).map(move |at| bits >> at & 1 == 1)
                })
                .collect();
            assert_eq!(found, naive(&text), "{:?}", alloc::string::String::from_utf8_lossy(&text));
        }
    }
}
