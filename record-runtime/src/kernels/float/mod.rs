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

/// The kernels of a backend, compiled for its features.
macro_rules! kernels {
    ($(#[$features:meta])? $Backend:ident: $f64:ident $shortest_f64:ident $f32:ident $shortest_f32:ident $f64_rows:ident $f32_rows:ident) => {
        /// See [`write`](super::write).
        ///
        /// # Safety
        /// That of `write`.
        $(#[$features])?
        pub(crate) unsafe fn $f64(position: *mut u8, bits: u64) -> *mut u8 {
            // SAFETY: as the caller's.
            unsafe { $crate::kernels::float::write::<f64, $Backend>(position, f64::from_bits(bits)) }
        }

        /// # Safety
        /// That of [`write`](super::write).
        $(#[$features])?
        #[inline(never)]
        unsafe fn $shortest_f64(position: *mut u8, bits: u64) -> *mut u8 {
            // SAFETY: as the caller's.
            unsafe { $crate::kernels::float::write_shortest::<f64, $Backend>(position, f64::from_bits(bits)) }
        }

        /// See [`write`](super::write).
        ///
        /// # Safety
        /// That of `write`.
        $(#[$features])?
        pub(crate) unsafe fn $f32(position: *mut u8, bits: u32) -> *mut u8 {
            // SAFETY: as the caller's.
            unsafe { $crate::kernels::float::write::<f32, $Backend>(position, f32::from_bits(bits)) }
        }

        /// # Safety
        /// That of [`write`](super::write).
        $(#[$features])?
        #[inline(never)]
        unsafe fn $shortest_f32(position: *mut u8, bits: u32) -> *mut u8 {
            // SAFETY: as the caller's.
            unsafe { $crate::kernels::float::write_shortest::<f32, $Backend>(position, f32::from_bits(bits)) }
        }

        impl $crate::kernels::float::Kernels<f64> for $Backend {
            #[inline(always)]
            unsafe fn write(position: *mut u8, value: f64) -> *mut u8 {
                // SAFETY: as the caller's.
                unsafe { $f64(position, value.to_bits()) }
            }

            #[inline(always)]
            unsafe fn write_shortest(position: *mut u8, value: f64) -> *mut u8 {
                // SAFETY: as the caller's.
                unsafe { $shortest_f64(position, value.to_bits()) }
            }
        }

        impl $crate::kernels::float::Kernels<f32> for $Backend {
            #[inline(always)]
            unsafe fn write(position: *mut u8, value: f32) -> *mut u8 {
                // SAFETY: as the caller's.
                unsafe { $f32(position, value.to_bits()) }
            }

            #[inline(always)]
            unsafe fn write_shortest(position: *mut u8, value: f32) -> *mut u8 {
                // SAFETY: as the caller's.
                unsafe { $shortest_f32(position, value.to_bits()) }
            }
        }

        /// See [`rows`](super::rows).
        ///
        /// # Safety
        /// That of `write_rows`.
        $(#[$features])?
        pub(crate) unsafe fn $f64_rows(position: *mut u8, floats: &[f64], row: usize) -> *mut u8 {
            // SAFETY: as the caller's.
            unsafe { $crate::kernels::float::rows::write_rows::<f64, $Backend>(position, floats, row) }
        }

        /// See [`rows`](super::rows).
        ///
        /// # Safety
        /// That of `write_rows`.
        $(#[$features])?
        pub(crate) unsafe fn $f32_rows(position: *mut u8, floats: &[f32], row: usize) -> *mut u8 {
            // SAFETY: as the caller's.
            unsafe { $crate::kernels::float::rows::write_rows::<f32, $Backend>(position, floats, row) }
        }
    };
}

#[cfg(all(target_arch = "x86_64", feature = "std", not(miri)))]
pub(crate) mod avx512;
mod decimals;
#[cfg(all(target_arch = "x86_64", feature = "std", not(miri)))]
mod eight;
mod layout;
mod powers;
mod rows;
mod shortest;
#[cfg(test)]
mod tests;
#[cfg(all(target_arch = "x86_64", feature = "std", not(miri)))]
pub(crate) mod x86;

use layout::Digits;
use rows::{BATCH, Separator};
use shortest::Decimal;

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

    /// The magnitude of the smallest normal value.
    const MIN_NORMAL: u64;

    /// The magnitude times 100, if the decimal of that is quickly known.
    fn hundredths(magnitude: u64) -> Option<u64>;

    /// The magnitude times `10^6`, if the decimal of that is quickly known.
    fn millionths(magnitude: u64) -> Option<u64>;

    /// The shortest decimal of a magnitude that is normal.
    fn shortest(magnitude: u64) -> Decimal;

    /// The same for every magnitude that is finite and not zero, slowly.
    fn shortest_exact(magnitude: u64) -> Decimal;

    /// Its digits.
    fn digits(decimal: Decimal) -> Digits;
}

impl Float for f64 {
    /// `-2.2250738585072014e-308`
    const MAX_LEN: usize = 24;
    const MIN_FIXED: i32 = -5;
    const MAX_FIXED: i32 = 15;
    const INFINITY: u64 = f64::INFINITY.to_bits();
    const MIN_NORMAL: u64 = f64::MIN_POSITIVE.to_bits();

    #[inline(always)]
    fn magnitude(self) -> (u64, bool) {
        (self.to_bits() & (u64::MAX >> 1), self.is_sign_negative())
    }

    #[inline(always)]
    fn hundredths(magnitude: u64) -> Option<u64> {
        decimals::hundredths_f64(magnitude)
    }

    #[inline(always)]
    fn millionths(magnitude: u64) -> Option<u64> {
        decimals::millionths_f64(magnitude)
    }

    #[inline(always)]
    fn shortest(magnitude: u64) -> Decimal {
        shortest::of_f64(magnitude)
    }

    fn shortest_exact(magnitude: u64) -> Decimal {
        shortest::exact_f64(magnitude)
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
    const MIN_NORMAL: u64 = f32::MIN_POSITIVE.to_bits() as u64;

    #[inline(always)]
    fn magnitude(self) -> (u64, bool) {
        (u64::from(self.to_bits() & (u32::MAX >> 1)), self.is_sign_negative())
    }

    #[inline(always)]
    fn hundredths(magnitude: u64) -> Option<u64> {
        decimals::hundredths_f32(magnitude)
    }

    #[inline(always)]
    fn millionths(_: u64) -> Option<u64> {
        None
    }

    #[inline(always)]
    fn shortest(magnitude: u64) -> Decimal {
        shortest::of_f32(magnitude as u32)
    }

    fn shortest_exact(magnitude: u64) -> Decimal {
        shortest::exact_f32(magnitude as u32)
    }

    #[inline(always)]
    fn digits(decimal: Decimal) -> Digits {
        Digits::of_nine(decimal)
    }
}

/// How a backend writes decimals once they are found: in two stages, which [`rows`] runs one after
/// the other for several floats.
trait Stages<F: Float>: Sized {
    /// What the first stage hands to the second.
    type Digits: Copy;

    fn digits(decimal: Decimal) -> Self::Digits;

    /// Appends the number in the notation that is `F`'s for its exponent.
    ///
    /// # Safety
    /// `position` is a sink's, with room for `F::MAX_LEN`; the CPU has the backend's instructions.
    unsafe fn write_digits(position: *mut u8, digits: &Self::Digits, negative: bool) -> *mut u8;

    /// Appends a number of [`Float::hundredths`].
    ///
    /// # Safety
    /// `position` is a sink's, with room for 11 bytes; the CPU has the backend's instructions.
    unsafe fn write_hundredths(position: *mut u8, n: u64) -> *mut u8;

    /// Appends a number of [`Float::millionths`].
    ///
    /// # Safety
    /// `position` is a sink's, with room for 15 bytes; the CPU has the backend's instructions.
    unsafe fn write_millionths(position: *mut u8, n: u64) -> *mut u8;

    /// Appends several floats that are not all of one quick kind, a separator behind each.
    ///
    /// # Safety
    /// That of [`rows::write_rows`].
    #[inline(always)]
    unsafe fn write_batch(position: *mut u8, batch: &[F; BATCH], separator: &mut Separator) -> *mut u8
    where
        Self: Kernels<F>,
    {
        // SAFETY: as the caller's.
        unsafe { rows::write_batch::<F, Self>(position, batch, separator) }
    }
}

/// The functions that are compiled for a backend's features. (Not handed on as pointers: the
/// compiler would make them anew for that, and inline what is to stay out of line.)
trait Kernels<F: Float>: Stages<F> {
    /// [`write`].
    ///
    /// # Safety
    /// That of [`Stages::write_digits`].
    unsafe fn write(position: *mut u8, value: F) -> *mut u8;

    /// [`write_shortest`].
    ///
    /// # Safety
    /// That of [`Stages::write_digits`].
    unsafe fn write_shortest(position: *mut u8, value: F) -> *mut u8;
}

/// Whether a magnitude is none of a normal number: zero, subnormal, infinite, no number. One
/// comparison.
#[inline(always)]
fn is_rare<F: Float>(magnitude: u64) -> bool {
    magnitude.wrapping_sub(F::MIN_NORMAL) >= F::INFINITY - F::MIN_NORMAL
}

/// Appends a float of which [`is_rare`] is true.
///
/// # Safety
/// `position` is a sink's, with room for `F::MAX_LEN`.
#[cold]
#[inline(never)]
unsafe fn write_rare<F: Float>(position: *mut u8, magnitude: u64, negative: bool) -> *mut u8 {
    let text = match (magnitude, negative) {
        (0, false) => "0.0",
        (0, true) => "-0.0",
        _ if magnitude >= F::INFINITY => "null",
        _ => {
            let digits = F::digits(F::shortest_exact(magnitude));
            // SAFETY: as the caller's.
            return unsafe { digits.write::<F>(position, negative) };
        }
    };
    // SAFETY: at most four bytes.
    unsafe { core::ptr::copy_nonoverlapping(text.as_ptr(), position, text.len()) };
    position.wrapping_add(text.len())
}

/// Appends a float, or `null` for one that is not finite: by the quick way, or else by a call at
/// the end, so that the quick way saves no registers.
///
/// # Safety
/// `position` is a sink's, with room for `F::MAX_LEN`; the CPU has the backend's instructions.
#[inline(always)]
unsafe fn write<F: Float, S: Kernels<F>>(position: *mut u8, value: F) -> *mut u8 {
    let (magnitude, negative) = value.magnitude();
    if let Some(n) = F::hundredths(magnitude) {
        // SAFETY: reserved.
        let position = unsafe { write_sign(position, negative) };
        // SAFETY: with the sign it is at most 12 bytes.
        return unsafe { S::write_hundredths(position, n) };
    }
    if let Some(n) = F::millionths(magnitude) {
        // SAFETY: reserved.
        let position = unsafe { write_sign(position, negative) };
        // SAFETY: with the sign it is at most 16 bytes.
        return unsafe { S::write_millionths(position, n) };
    }
    // SAFETY: as the caller's.
    unsafe { S::write_shortest(position, value) }
}

/// # Safety
/// One byte can be written.
#[inline(always)]
unsafe fn write_sign(position: *mut u8, negative: bool) -> *mut u8 {
    // Overwritten by the first digit where there is no sign.
    // SAFETY: as the caller's.
    unsafe { position.write(b'-') };
    position.wrapping_add(usize::from(negative))
}

/// [`write`] by the search for the shortest decimal.
///
/// # Safety
/// That of `write`.
#[inline(always)]
unsafe fn write_shortest<F: Float, S: Stages<F>>(position: *mut u8, value: F) -> *mut u8 {
    let (magnitude, negative) = value.magnitude();
    if is_rare::<F>(magnitude) {
        // SAFETY: as the caller's.
        return unsafe { write_rare::<F>(position, magnitude, negative) };
    }
    let digits = S::digits(F::shortest(magnitude));
    // SAFETY: as the caller's.
    unsafe { S::write_digits(position, &digits, negative) }
}

/// What every CPU can do.
pub(crate) mod portable {
    use super::{Decimal, Digits, Float, Stages, decimals};

    pub(super) struct Portable;

    impl<F: Float> Stages<F> for Portable {
        type Digits = Digits;

        #[inline(always)]
        fn digits(decimal: Decimal) -> Digits {
            F::digits(decimal)
        }

        #[inline(always)]
        unsafe fn write_digits(position: *mut u8, digits: &Digits, negative: bool) -> *mut u8 {
            // SAFETY: as the caller's.
            unsafe { digits.write::<F>(position, negative) }
        }

        #[inline(always)]
        unsafe fn write_hundredths(position: *mut u8, n: u64) -> *mut u8 {
            // SAFETY: as the caller's.
            unsafe { decimals::write_hundredths(position, n) }
        }

        #[inline(always)]
        unsafe fn write_millionths(position: *mut u8, n: u64) -> *mut u8 {
            // SAFETY: as the caller's.
            unsafe { decimals::write_millionths(position, n) }
        }
    }

    kernels! {
        Portable: write_f64 write_shortest_f64 write_f32 write_shortest_f32 write_f64_rows write_f32_rows
    }
}
