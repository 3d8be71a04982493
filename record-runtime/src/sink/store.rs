//! Storing constants and short pieces of text at a position.

use super::Sink;
use crate::kernels::SLACK;

/// The widest constant that is stored in one go.
pub(crate) const WIDE: usize = 32;

const _: () = assert!(WIDE <= SLACK);

/// Appends one byte.
///
/// # Safety
/// `position` is a sink's, with room for it.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) unsafe fn byte(position: *mut u8, byte: u8) -> *mut u8 {
    // SAFETY: by contract there is room for one byte (invariant 2).
    unsafe { position.write(byte) };
    position.wrapping_add(1)
}

/// Appends the first `len` bytes of a text that is stored whole. Its width is a constant, which takes fewer
/// instructions than a copy of `len` bytes.
///
/// # Safety
/// `position` is a sink's, with room for `len`, and `len <= W`.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) unsafe fn wide<const W: usize>(position: *mut u8, text: &[u8; W], len: usize) -> *mut u8 {
    const { assert!(W <= SLACK) };
    // SAFETY: `W <= SLACK` bytes may be stored (invariants 1 and 2 of the sink).
    unsafe { position.cast::<[u8; W]>().write(*text) };
    position.wrapping_add(len)
}

/// Appends a text.
///
/// # Safety
/// `position` is a sink's, with room for the text.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) unsafe fn text(position: *mut u8, text: &str) -> *mut u8 {
    // SAFETY: by contract there is room for the text; it is not in the buffer, which is borrowed exclusively.
    unsafe { core::ptr::copy_nonoverlapping(text.as_ptr(), position, text.len()) };
    position.wrapping_add(text.len())
}

/// Appends a text of any length, with room of its own, keeping room for `room_after`.
///
/// # Safety
/// `position` is `sink`'s.
pub(crate) unsafe fn text_reserved(position: *mut u8, sink: &mut Sink, string: &str, room_after: usize) -> *mut u8 {
    // SAFETY: by contract the position is this sink's.
    let position = unsafe { sink.reserve(position, string.len() + room_after) };
    // SAFETY: just reserved, for this text and what comes behind it.
    unsafe { text(position, string) }
}
