//! The shortest decimals that read back as the same float, written in place.
//!
//! `shortest` and `decimals` find the digits, `layout` writes them; `binary` says what they have to know of each type.
//! `stages` is what a backend provides, `write` and `rows` are the algorithms over it. The result is that of
//! `serde_json`: of the shortest decimals in the rounding interval the one nearest to the value. In the middle of the
//! range notation is fixed, with at least one digit on each side of the point. Elsewhere it has an exponent with its
//! sign.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "halves of products, and exponents whose range is known"
)]

/// The kernels of a backend for a type of floats, compiled for its features.
macro_rules! kernels {
    ($(#[$features:meta])? $Backend:ident, $F:ident as $Bits:ident: $write:ident $write_shortest:ident $write_rows:ident) => {
        /// See [`write`](super::write::write).
        $(#[$features])?
        pub(crate) fn $write(room: Slack<'_>, bits: $Bits) -> *mut u8 {
            $crate::kernels::float::write::write($Backend::new(), room, $F::from_bits(bits))
        }

        /// See [`write_shortest`](super::write::write_shortest).
        $(#[$features])?
        #[inline(never)]
        fn $write_shortest(room: Slack<'_>, bits: $Bits) -> *mut u8 {
            $crate::kernels::float::write::write_shortest($Backend::new(), room, $F::from_bits(bits))
        }

        #[allow(unused_unsafe, reason = "where a backend needs no features")]
        impl $crate::kernels::float::stages::Kernels<$F> for $Backend {
            #[inline(always)]
            fn write(self, room: Slack<'_>, value: $F) -> *mut u8 {
                // SAFETY: the CPU has the instructions: that is the contract of `$Backend::new`, which made `self`.
                unsafe { $write(room, value.to_bits()) }
            }

            #[inline(always)]
            fn write_shortest(self, room: Slack<'_>, value: $F) -> *mut u8 {
                // SAFETY: the CPU has the instructions: that is the contract of `$Backend::new`, which made `self`.
                unsafe { $write_shortest(room, value.to_bits()) }
            }
        }

        /// See [`rows`](super::rows).
        ///
        /// # Safety
        /// That of `write_rows`.
        $(#[$features])?
        pub(crate) unsafe fn $write_rows(position: *mut u8, floats: &[$F], row: usize) -> *mut u8 {
            // SAFETY: the contract is `write_rows`'.
            unsafe { $crate::kernels::float::rows::write_rows($Backend::new(), position, floats, row) }
        }
    };
}

use self::binary::Float as _;
use crate::kernels::SLACK;
use crate::kernels::lanes::Room;

#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(crate) mod avx512;
pub(crate) mod binary;
mod decimals;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
mod eight;
mod layout;
mod part;
pub(crate) mod portable;
mod powers;
mod rows;
mod shortest;
mod sign;
mod stages;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
mod templates;
#[cfg(test)]
mod tests;
pub(crate) mod texts;
mod write;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(crate) mod x86;

/// Whether one of the quick ways of writing takes it, or only the exact one, which takes no batch.
#[inline(never)]
pub(crate) fn stands_alone(value: f64) -> bool {
    let (magnitude, _) = value.magnitude();
    // Zero and subnormal numbers; those that are not finite.
    !(<f64 as binary::Float>::MIN_NORMAL..f64::INFINITY.to_bits()).contains(&magnitude)
        || f64::hundredths(magnitude).is_some()
        || f64::millionths(magnitude).is_some()
}

/// The text of a float, at the beginning of an array, and its length.
pub(crate) fn text(value: f64) -> ([u8; SLACK], usize) {
    let mut text = [0; SLACK];
    let start = text.as_mut_ptr();
    // SAFETY: the contract of `Room::new`: the array has `SLACK` bytes, which only the room refers to meanwhile.
    let end = portable::write_f64(unsafe { Room::new(start) }, value.to_bits());
    (text, end as usize - start as usize)
}
