//! The text around the elements of an array; quotes are part of it where they are strings.

use crate::kernels::lanes::{Room, Slack};
use crate::sink::store;

/// `","`.
pub(crate) const SEPARATOR_LEN: usize = 3;

/// Opens an array.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) fn open(room: Slack<'_>, quoted: bool) -> *mut u8 {
    room.put(b"[\"", if quoted { 2 } else { 1 })
}

/// Separates two elements.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) fn separate(room: Slack<'_>, quoted: bool) -> *mut u8 {
    if quoted { room.put(b"\",\"\0", SEPARATOR_LEN) } else { store::byte(room, b',') }
}

/// Turns the last separator into the closing bracket.
///
/// # Safety
/// A separator stands before the position.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) unsafe fn close(position: *mut u8, quoted: bool) -> *mut u8 {
    // Of `","` the closing quote stays, of `,` nothing.
    let position = position.wrapping_sub(if quoted { 2 } else { 1 });
    // SAFETY: by contract a separator stands before the position, of which this overwrites a byte; slack is behind it.
    store::byte(unsafe { Room::new(position) }, b']')
}
