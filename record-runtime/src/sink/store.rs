//! Storing constants and short pieces of text at a position.

use crate::kernels::SLACK;
use crate::kernels::lanes::{Room, Slack};

/// The widest constant that is stored in one go.
pub(crate) const WIDE: usize = 32;

const _: () = assert!(WIDE <= SLACK);

/// Appends one byte.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) fn byte(room: Slack<'_>, byte: u8) -> *mut u8 {
    room.put(&[byte], 1)
}

/// Appends what `put` writes, between quotes where it has some; `put` is told how many bytes to leave behind it for them.
///
/// # Safety
/// The room is at a sink's position, and the sink has room for the quotes beside the text. `put` returns a position of the
/// sink's, and leaves as many bytes behind it as it is told.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) unsafe fn quoted(
    mut room: Slack<'_>,
    has_quotes: bool,
    put: impl FnOnce(Slack<'_>, usize) -> *mut u8,
) -> *mut u8 {
    if has_quotes {
        let position = byte(room, b'"');
        // SAFETY: by contract there is room for the quote, so that this is a position of the sink's (invariant 1).
        room = unsafe { Room::new(position) };
    }
    let position = put(room, usize::from(has_quotes));
    if has_quotes {
        // SAFETY: by contract `put` has returned a position of the sink's (invariant 1).
        return byte(unsafe { Room::new(position) }, b'"');
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
