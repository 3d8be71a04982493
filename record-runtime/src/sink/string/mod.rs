//! Strings into a sink, escaped: the kernels of each backend, and growth where they find no room.

//!
//! A backend's writer ends in calls: one that had to go on after a call would save five registers for each string. So each
//! has functions of its own for growth and for escapes.

#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(super) mod avx2;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(super) mod avx512;

use super::indenting::{LONG, write_in_place};
use super::{RoomAfter, Spot};
#[cfg(target_arch = "aarch64")]
use crate::kernels::string::neon::Neon;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use crate::kernels::string::simd128::Simd128;
use crate::kernels::string::swar::Swar;
#[cfg(target_arch = "x86_64")]
use crate::kernels::string::x86::Sse2;
use crate::kernels::string::{Dirty, MAX_ESCAPE_LEN, Stopped, Vector, copy_clean, write_escapes};

/// The body of a backend's writer. Where there is no room, or an escape, it ends with a call. `escape` gets the spot of the
/// first escape, how many bytes stand in front of it, and whether it seems to stand alone.
#[inline(always)]
fn write<V: Vector<N>, const N: usize>(
    vector: V,
    mut spot: Spot<'_>,
    text: &[u8],
    room_after: RoomAfter,
    grow: impl FnOnce(Spot<'_>) -> *mut u8,
    escape: impl FnOnce(Spot<'_>, usize, bool) -> *mut u8,
) -> *mut u8 {
    let Some(to) = spot.room_for(text, room_after) else { return grow(spot) };
    match copy_clean(vector, to, text) {
        Ok(()) => spot.position.wrapping_add(text.len()),
        Err(Dirty { clean, is_alone }) => {
            let position = spot.position.wrapping_add(clean);
            // SAFETY: `copy_clean` has written so many bytes behind the spot (invariant 3).
            escape(unsafe { spot.at(position) }, clean, is_alone)
        }
    }
}

/// Writes a text that begins with an escape by a kernel of vectors, and has more room made each time that it stops.
#[inline(always)]
fn escape<V: Vector<N>, const N: usize>(
    vector: V,
    mut spot: Spot<'_>,
    mut text: &[u8],
    room_after: RoomAfter,
) -> *mut u8 {
    loop {
        // SAFETY: a spot can be written up to its sink's limit and the slack behind it (invariant 1). A `RoomAfter` does not
        // let the sum overflow.
        match unsafe { write_escapes(vector, spot.position, spot.sink.limit, text, room_after.get()) } {
            Ok(end) => return end,
            Err(Stopped { position, text: rest }) => {
                // SAFETY: `write_escapes` has written all before the position at which it stopped (invariant 3).
                spot = unsafe { spot.at(position) }.grown(rest.len() + MAX_ESCAPE_LEN - 1 + room_after.get());
                text = rest;
            }
        }
    }
}

/// The writers of a backend whose kernels are those of vectors, for calls that indent, too.
macro_rules! writers {
    ($(#[$attribute:meta])* $write:ident $indenting:ident $grow:ident $escape:ident: $vector:expr) => {
        /// See [`StringWriter`](super::StringWriter).
        $(#[$attribute])*
        pub(in crate::sink) fn $write(spot: Spot<'_>, text: &[u8], room_after: RoomAfter) -> *mut u8 {
            write(
                $vector,
                spot,
                text,
                room_after,
                |spot| $grow(spot, text, room_after),
                |spot, from, _| $escape(spot, text, room_after, from),
            )
        }

        #[cold]
        #[inline(never)]
        $(#[$attribute])*
        fn $escape(spot: Spot<'_>, text: &[u8], room_after: RoomAfter, from: usize) -> *mut u8 {
            escape($vector, spot, &text[from..], room_after)
        }

        growing! { $(#[$attribute])* $grow $indenting: $write }
    };
}

/// A backend's writer where there is no room, and in calls that indent.
macro_rules! growing {
    ($(#[$attribute:meta])* $grow:ident $indenting:ident: $write:ident) => {
        #[cold]
        #[inline(never)]
        $(#[$attribute])*
        fn $grow(spot: Spot<'_>, text: &[u8], room_after: RoomAfter) -> *mut u8 {
            $write(spot.grown(text.len() + room_after.get()), text, room_after)
        }

        /// See [`StringWriter`](super::StringWriter).
        $(#[$attribute])*
        pub(in crate::sink) fn $indenting(spot: Spot<'_>, text: &[u8], room_after: RoomAfter) -> *mut u8 {
            if text.len() >= LONG {
                return write_in_place(spot, |spot| $write(spot, text, room_after));
            }
            $write(spot, text, room_after)
        }
    };
}

writers! { write_swar indenting_swar grow_swar escape_swar: Swar }

#[cfg(target_arch = "x86_64")]
writers! {
    #[target_feature(enable = "sse2")]
    write_sse2 indenting_sse2 grow_sse2 escape_sse2: Sse2::new()
}

#[cfg(target_arch = "aarch64")]
writers! {
    #[target_feature(enable = "neon")]
    write_neon indenting_neon grow_neon escape_neon: Neon::new()
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
writers! { write_simd128 indenting_simd128 grow_simd128 escape_simd128: Simd128 }

#[cfg(all(target_arch = "x86_64", feature = "std"))]
use growing;
