//! The text around the elements of an array; quotes are part of it where they are strings.

use crate::sink::store;

/// `","`.
pub(crate) const SEPARATOR_LEN: usize = 3;

/// Opens an array.
///
/// # Safety
/// Room for two bytes.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) unsafe fn open(position: *mut u8, quoted: bool) -> *mut u8 {
    // SAFETY: by contract there is room for two bytes.
    unsafe { store::wide::<2>(position, b"[\"", if quoted { 2 } else { 1 }) }
}

/// Separates two elements.
///
/// # Safety
/// Room for the separator.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) unsafe fn separate(position: *mut u8, quoted: bool) -> *mut u8 {
    if quoted {
        // SAFETY: by contract there is room for the separator, three bytes; the fourth is slack.
        unsafe { store::wide::<4>(position, b"\",\"\0", SEPARATOR_LEN) }
    } else {
        // SAFETY: by contract there is room for the separator, which is one byte.
        unsafe { store::byte(position, b',') }
    }
}

/// Turns the last separator into the closing bracket.
///
/// # Safety
/// A separator stands before the position.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) unsafe fn close(position: *mut u8, quoted: bool) -> *mut u8 {
    // Of `","` the closing quote stays, of `,` nothing.
    let position = position.wrapping_sub(if quoted { 2 } else { 1 });
    // SAFETY: by contract a separator stands before the position, of which this overwrites a byte.
    unsafe { store::byte(position, b']') }
}
