//! Storing constants and short pieces of text at a position.

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

/// Appends what `put` writes, between quotes where it has some; `put` is told how many bytes to leave behind it for them.
///
/// # Safety
/// `position` is a sink's, with room for the quotes beside the text. `put` returns a position of the sink's, and leaves as
/// many bytes behind it as it is told.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) unsafe fn quoted(
    mut position: *mut u8,
    has_quotes: bool,
    put: impl FnOnce(*mut u8, usize) -> *mut u8,
) -> *mut u8 {
    if has_quotes {
        // SAFETY: by contract there is room for both quotes.
        position = unsafe { byte(position, b'"') };
    }
    position = put(position, usize::from(has_quotes));
    if has_quotes {
        // SAFETY: by contract `put` has left room for this byte.
        position = unsafe { byte(position, b'"') };
    }
    position
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
