//! Short texts of ASCII, put together in the room that the buffer has for them.

use crate::cursor::Cursor;
use crate::kernels::digits::{DIGIT_PAIRS, eight_digits};
use crate::sink::dispatch::Dispatch;

/// A string of at most `N - 1` bytes that need no escape.
pub(super) struct ShortString<'r, const N: usize> {
    room: &'r mut [u8; N],
    len: usize,
}

/// Writes such a string, with its quotes.
#[inline]
pub(super) fn quoted<D: Dispatch, const N: usize>(
    c: Cursor<'_, D>,
    write: impl FnOnce(&mut ShortString<'_, N>),
) -> Cursor<'_, D> {
    c.fill::<N>(|room| {
        room[0] = b'"';
        let mut text = ShortString { room, len: 1 };
        write(&mut text);
        text.byte(b'"');
        debug_assert!(text.room[..text.len].is_ascii());
        text.len
    })
}

const ZEROS: u64 = u64::from_ne_bytes([b'0'; 8]);

#[allow(dead_code, reason = "each is used by some of the features")]
impl<'r, const N: usize> ShortString<'r, N> {
    pub(super) fn new(room: &'r mut [u8; N]) -> Self {
        Self { room, len: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(super) fn byte(&mut self, byte: u8) {
        self.room[self.len] = byte;
        self.len += 1;
    }

    #[inline]
    pub(super) fn array<const M: usize>(&mut self, bytes: [u8; M]) {
        self.room[self.len..][..M].copy_from_slice(&bytes);
        self.len += M;
    }

    /// A number below 100.
    #[inline]
    pub(super) fn two(&mut self, number: u8) {
        self.array(DIGIT_PAIRS[usize::from(number)]);
    }

    /// A number below 10,000.
    #[inline]
    pub(super) fn four(&mut self, number: u16) {
        let (high, low) = (number / 100, number % 100);
        self.array(DIGIT_PAIRS[usize::from(high)]);
        self.array(DIGIT_PAIRS[usize::from(low)]);
    }

    /// The eight digits of a number below 10^8.
    #[inline]
    pub(super) fn eight(&mut self, number: u64) {
        self.array((eight_digits(number) | ZEROS).to_le_bytes());
    }

    /// The nine digits of a number below 10^9.
    #[inline]
    pub(super) fn nine(&mut self, number: u32) {
        self.byte(b'0' + (number / 100_000_000) as u8);
        self.eight(u64::from(number % 100_000_000));
    }

    /// Eight hexadecimal digits, in lower case.
    #[inline]
    pub(super) fn hex(&mut self, number: u32) {
        // A nibble in each byte, the highest first, then each as a digit or a letter.
        let wide = u64::from(number);
        let wide = (wide << 16 | wide) & 0x0000_ffff_0000_ffff;
        let wide = (wide << 8 | wide) & 0x00ff_00ff_00ff_00ff;
        let wide = (wide << 4 | wide) & 0x0f0f_0f0f_0f0f_0f0f;
        let letters = ((wide + 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101;
        self.array((wide + ZEROS + letters * u64::from(b'a' - b'0' - 10)).to_be_bytes());
    }

    /// Gives up the last bytes.
    #[inline]
    pub(super) fn drop_last(&mut self, bytes: usize) {
        self.len -= bytes;
    }

    /// The room behind what is written, and how much of it is then.
    #[inline]
    pub(super) fn rest(&mut self, write: impl FnOnce(&mut [u8]) -> usize) {
        self.len += write(&mut self.room[self.len..]);
    }
}
