//! The shortest decimals that read back as the same float, written in place.
//!
//! `shortest` finds the digits, `layout` writes them. The result is that of `serde_json`: of the
//! shortest decimals in the rounding interval the one nearest to the value; fixed notation in the
//! middle of the range, with at least one digit on each side of the point, else an exponent with
//! its sign.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "halves of products, and exponents whose range is known"
)]

mod decimals;
mod layout;
mod powers;
mod rows;
mod shortest;
#[cfg(test)]
mod tests;
#[cfg(all(target_arch = "x86_64", feature = "std", not(miri)))]
pub(crate) mod x86;

use layout::Digits;
use shortest::Decimal;

use crate::bound::NULL;

/// A binary float of IEEE 754.
pub(crate) trait Float: Copy {
    /// The longest text of a finite value.
    const MAX_LEN: usize;

    /// The powers of ten of the first digit for which the notation is fixed.
    const MIN_FIXED: i32;
    /// The last of them.
    const MAX_FIXED: i32;

    /// The value without its sign, as bits in the same order as the values; and the sign.
    fn magnitude(self) -> (u64, bool);

    /// The magnitude of infinity: those from it on are not finite.
    const INFINITY: u64;

    /// The magnitude times `10^6`, if that makes it an integer, where a quick way is known.
    fn scaled(magnitude: u64) -> Option<u64>;

    /// The shortest decimal of a magnitude that is finite and not zero.
    fn shortest(magnitude: u64) -> Decimal;

    /// Its digits.
    fn digits(decimal: Decimal) -> Digits;
}

impl Float for f64 {
    /// `-2.2250738585072014e-308`
    const MAX_LEN: usize = 24;
    const MIN_FIXED: i32 = -5;
    const MAX_FIXED: i32 = 15;
    const INFINITY: u64 = f64::INFINITY.to_bits();

    #[inline(always)]
    fn magnitude(self) -> (u64, bool) {
        (self.to_bits() & (u64::MAX >> 1), self.is_sign_negative())
    }

    #[inline(always)]
    fn scaled(magnitude: u64) -> Option<u64> {
        decimals::scaled(magnitude)
    }

    #[inline(always)]
    fn shortest(magnitude: u64) -> Decimal {
        shortest::of_f64(magnitude)
    }

    #[inline(always)]
    fn digits(decimal: Decimal) -> Digits {
        Digits::of_seventeen(decimal)
    }
}

impl Float for f32 {
    /// `-0.00000123456789`
    const MAX_LEN: usize = 17;
    const MIN_FIXED: i32 = -6;
    const MAX_FIXED: i32 = 12;
    const INFINITY: u64 = f32::INFINITY.to_bits() as u64;

    #[inline(always)]
    fn magnitude(self) -> (u64, bool) {
        (u64::from(self.to_bits() & (u32::MAX >> 1)), self.is_sign_negative())
    }

    #[inline(always)]
    fn scaled(_: u64) -> Option<u64> {
        None
    }

    #[inline(always)]
    fn shortest(magnitude: u64) -> Decimal {
        shortest::of_f32(magnitude as u32)
    }

    #[inline(always)]
    fn digits(decimal: Decimal) -> Digits {
        Digits::of_nine(decimal)
    }
}

/// Whether a magnitude has no digits: zero, infinity and what is no number. One comparison.
#[inline(always)]
fn is_special<F: Float>(magnitude: u64) -> bool {
    magnitude.wrapping_sub(1) >= F::INFINITY - 1
}

/// Appends a float, or `null` for one that is not finite, by the search for the shortest decimal.
///
/// # Safety
/// `position` is a sink's, with room for `F::MAX_LEN`.
#[inline(always)]
unsafe fn write_shortest<F: Float>(position: *mut u8, value: F) -> *mut u8 {
    let (magnitude, negative) = value.magnitude();
    if is_special::<F>(magnitude) {
        // SAFETY: as the caller's.
        return unsafe { write_special(position, magnitude, negative) };
    }
    let digits = F::digits(F::shortest(magnitude));
    // SAFETY: as the caller's.
    unsafe { digits.write::<F>(position, negative) }
}

/// Appends `0.0`, `-0.0` or `null`.
///
/// # Safety
/// `position` is a sink's, with room for four bytes.
#[cold]
#[inline(never)]
unsafe fn write_special(position: *mut u8, magnitude: u64, negative: bool) -> *mut u8 {
    let text = match (magnitude, negative) {
        (0, false) => "0.0",
        (0, true) => "-0.0",
        _ => NULL,
    };
    // SAFETY: as the caller's.
    unsafe { core::ptr::copy_nonoverlapping(text.as_ptr(), position, text.len()) };
    position.wrapping_add(text.len())
}

/// Appends a float, or `null` for one that is not finite.
///
/// # Safety
/// `position` is a sink's, with room for `f64::MAX_LEN`.
pub(crate) unsafe fn write_f64(position: *mut u8, value: f64) -> *mut u8 {
    let (magnitude, negative) = value.magnitude();
    if let Some(n) = f64::scaled(magnitude) {
        // SAFETY: reserved. Overwritten by the first digit where there is no sign.
        unsafe { position.write(b'-') };
        // SAFETY: with the sign it is at most 16 bytes.
        return unsafe { decimals::write(position.wrapping_add(usize::from(negative)), n) };
    }
    // A call at the end, so that the quick way saves no registers.
    // SAFETY: as the caller's.
    unsafe { write_shortest_f64(position, value) }
}

/// # Safety
/// That of [`write_f64`].
#[inline(never)]
unsafe fn write_shortest_f64(position: *mut u8, value: f64) -> *mut u8 {
    // SAFETY: as the caller's.
    unsafe { write_shortest(position, value) }
}

/// Appends a float, or `null` for one that is not finite.
///
/// # Safety
/// `position` is a sink's, with room for `f32::MAX_LEN`.
pub(crate) unsafe fn write_f32(position: *mut u8, value: f32) -> *mut u8 {
    // SAFETY: as the caller's.
    unsafe { write_shortest(position, value) }
}

/// See [`rows`].
///
/// # Safety
/// That of [`rows::write_rows`].
pub(crate) unsafe fn write_f64_rows(position: *mut u8, floats: &[f64], row: usize) -> *mut u8 {
    // SAFETY: as the caller's.
    unsafe { rows::write_rows(position, floats, row, decimals::write, write_f64) }
}

/// See [`rows`].
///
/// # Safety
/// That of [`rows::write_rows`].
pub(crate) unsafe fn write_f32_rows(position: *mut u8, floats: &[f32], row: usize) -> *mut u8 {
    // SAFETY: as the caller's.
    unsafe { rows::write_rows(position, floats, row, decimals::write, write_f32) }
}
