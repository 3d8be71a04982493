//! The stages of writing floats: each backend's part, and the part common to all.

use core::hint::select_unpredictable;

use super::binary::Float;
use super::decimals;
use super::shortest::Decimal;
use super::sign::write_sign;

/// Floats per batch: more gain nothing, and their intermediate results are to stay in the cache.
pub(crate) const BATCH: usize = 8;

/// How a backend writes decimals once they are found: in two stages, which [`rows`](super::rows) runs one after
/// the other for several floats.
pub(super) trait Stages<F: Float>: Sized {
    /// The first stage's result for the second.
    type Digits: Copy;

    fn digits(decimal: Decimal) -> Self::Digits;

    /// Appends a value, whose digits these are, in the notation that is `F`'s for its exponent.
    ///
    /// # Safety
    /// `position` is a sink's, with room for `F::MAX_LEN`; the CPU has the backend's instructions.
    unsafe fn write_digits(position: *mut u8, digits: &Self::Digits, value: F) -> *mut u8;

    /// Appends a number of [`Float::hundredths`] with its sign.
    ///
    /// # Safety
    /// `position` is a sink's, with room for 12 bytes; the CPU has the backend's instructions.
    #[inline(always)]
    unsafe fn write_hundredths(position: *mut u8, negative: bool, n: u64) -> *mut u8 {
        // SAFETY: the contract is the same, of `n` and of its room.
        unsafe { decimals::write_hundredths(position, negative, n) }
    }

    /// Appends a number of [`Float::millionths`] with its sign.
    ///
    /// # Safety
    /// `position` is a sink's, with room for 16 bytes; the CPU has the backend's instructions.
    #[inline(always)]
    unsafe fn write_millionths(position: *mut u8, negative: bool, n: u64) -> *mut u8 {
        // SAFETY: the contract is the same, of `n` and of its room.
        unsafe { decimals::write_millionths(position, negative, n) }
    }

    /// Appends several floats that are not all of one quick kind, a separator behind each.
    ///
    /// # Safety
    /// That of [`write_rows`](super::rows::write_rows).
    unsafe fn write_batch(position: *mut u8, batch: &[F; BATCH], separator: &mut Separator) -> *mut u8
    where
        Self: Kernels<F>;

    /// The same of two floats to seven, of which the first is of no quick kind.
    ///
    /// # Safety
    /// That of [`write_rows`](super::rows::write_rows).
    unsafe fn write_few(position: *mut u8, floats: &[F], separator: &mut Separator) -> *mut u8
    where
        Self: Kernels<F>;
}

/// The functions that are compiled for a backend's features. (Not handed on as pointers: the
/// compiler would make them anew for that, and inline what is to stay out of line.)
pub(super) trait Kernels<F: Float>: Stages<F> {
    /// [`write`](super::write::write).
    ///
    /// # Safety
    /// That of [`Stages::write_digits`].
    unsafe fn write(position: *mut u8, value: F) -> *mut u8;

    /// [`write_shortest`](super::write::write_shortest).
    ///
    /// # Safety
    /// That of [`Stages::write_digits`].
    unsafe fn write_shortest(position: *mut u8, value: F) -> *mut u8;
}

/// Whether a magnitude has no digits to be found: zero, infinite, no number. One comparison.
#[inline(always)]
pub(super) fn is_special<F: Float>(magnitude: u64) -> bool {
    magnitude.wrapping_sub(1) >= F::INFINITY - 1
}

/// Appends a float of which [`is_special`] is true.
///
/// # Safety
/// `position` is a sink's, with room for four bytes.
#[inline(always)]
pub(super) unsafe fn write_special(position: *mut u8, magnitude: u64, negative: bool) -> *mut u8 {
    let is_zero = magnitude == 0;
    // SAFETY: the sign is one of the four bytes of the contract.
    let position = unsafe { write_sign(position, negative & is_zero) };
    let text = select_unpredictable(is_zero, u32::from_ne_bytes(*b"0.0\0"), u32::from_ne_bytes(*b"null"));
    // SAFETY: four bytes by contract; the last byte of `-0.0` and one of slack behind a sign.
    unsafe { position.cast::<[u8; 4]>().write(text.to_ne_bytes()) };
    position.wrapping_add(4 - usize::from(is_zero))
}

/// The text or the gap behind a float.
pub(super) trait Behind {
    /// Writes it, and returns where the next float goes.
    ///
    /// # Safety
    /// `position` is behind a float, with the room that the implementation asks for.
    unsafe fn write(&mut self, position: *mut u8) -> *mut u8;
}

/// The text behind a float: `],[` behind a row's last, else `,`.
pub(super) struct Separator {
    row: usize,
    /// Floats that are left of a row.
    left: usize,
}

impl Separator {
    /// Between floats in rows of so many; or without rows, where there are none.
    #[inline(always)]
    pub(super) fn new(row: usize) -> Self {
        Self { row, left: row }
    }
}

impl Behind for Separator {
    /// # Safety
    /// Room for three bytes, or one where no row ends.
    #[inline(always)]
    unsafe fn write(&mut self, position: *mut u8) -> *mut u8 {
        // Without rows it counts down from zero and never arrives there.
        self.left = self.left.wrapping_sub(1);
        let ends = self.left == 0;
        self.left = select_unpredictable(ends, self.row, self.left);
        // No branch: with rows of two every other float ends one.
        let text = select_unpredictable(ends, u32::from_ne_bytes(*b"],[\0"), u32::from_ne_bytes(*b",\0\0\0"));
        // SAFETY: by contract there is room for the separator, at most three bytes; the fourth is slack.
        unsafe { position.cast::<[u8; 4]>().write(text.to_ne_bytes()) };
        position.wrapping_add(1 + 2 * usize::from(ends))
    }
}
