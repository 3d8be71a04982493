//! The stages of writing floats: each backend's part, and the part common to all.

use core::hint::select_unpredictable;

use super::binary::Float;
use super::decimals;
use super::part::{BATCH, Part, Separator};
use super::shortest::Decimal;
use super::sign::write_sign;
use crate::kernels::lanes::Slack;

/// How a backend writes decimals once they are found: in two stages, which [`rows`](super::rows) runs one after
/// the other for several floats. Having one is the proof that the CPU has the backend's instructions.
pub(super) trait Stages<F: Float>: Copy {
    /// The first stage's result for the second.
    type Digits: Copy;

    fn digits(decimal: Decimal) -> Self::Digits;

    /// Appends a value, whose digits these are, in the notation that is `F`'s for its exponent.
    fn write_digits(self, room: Slack<'_>, digits: &Self::Digits, value: F) -> *mut u8;

    /// Appends a number of [`Float::hundredths`] with its sign.
    #[inline(always)]
    fn write_hundredths(self, room: Slack<'_>, negative: bool, n: u64) -> *mut u8 {
        decimals::write_hundredths(room, negative, n)
    }

    /// Appends a number of [`Float::millionths`] with its sign.
    #[inline(always)]
    fn write_millionths(self, room: Slack<'_>, negative: bool, n: u64) -> *mut u8 {
        decimals::write_millionths(room, negative, n)
    }

    /// Appends the first of some batches, which is not all of one quick kind, and maybe others that follow: how many.
    fn write_batches(self, batches: Part<'_, [[F; BATCH]], Separator>) -> (*mut u8, usize)
    where
        Self: Kernels<F>;

    /// The same of two floats to seven, of which the first is of no quick kind.
    fn write_few(self, floats: Part<'_, [F], Separator>) -> *mut u8
    where
        Self: Kernels<F>;
}

/// The functions that are compiled for a backend's features. (Not handed on as pointers: the
/// compiler would make them anew for that, and inline what is to stay out of line.)
pub(super) trait Kernels<F: Float>: Stages<F> {
    /// [`write`](super::write::write).
    fn write(self, room: Slack<'_>, value: F) -> *mut u8;

    /// [`write_shortest`](super::write::write_shortest).
    fn write_shortest(self, room: Slack<'_>, value: F) -> *mut u8;
}

/// Whether a magnitude has no digits to be found: zero, infinite, no number. One comparison.
#[inline(always)]
pub(super) fn is_special<F: Float>(magnitude: u64) -> bool {
    magnitude.wrapping_sub(1) >= F::INFINITY - 1
}

/// Appends a float of which [`is_special`] is true.
#[inline(always)]
pub(super) fn write_special(room: Slack<'_>, magnitude: u64, negative: bool) -> *mut u8 {
    let is_zero = magnitude == 0;
    let mut room = write_sign(room, negative & is_zero);
    room.store(select_unpredictable(is_zero, u32::from_ne_bytes(*b"0.0\0"), u32::from_ne_bytes(*b"null")));
    room.behind(4 - usize::from(is_zero))
}
