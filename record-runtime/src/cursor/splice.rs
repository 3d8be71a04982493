//! Flattened values: the entries of an object among those of the object around it.

use super::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::sink::error::Error;
use crate::sink::{Said, store};

impl<D: Dispatch> Cursor<'_, D> {
    /// Writes the entries of an object among those of the object that is being written.
    ///
    /// The value is written whole, then its braces are made to fit: no type needs a second writer
    /// for this. Where something stands before it, its `{` becomes the comma; where nothing does,
    /// it takes the place of the `{` that was written. A unit variant, of which serde makes an
    /// entry with the value `null`, is moved by one byte.
    ///
    /// `is_unit`: a string is the name of a unit variant. `null_is_number`: `null` is not nothing.
    pub(crate) fn splice(mut self, is_unit: bool, null_is_number: bool, write: impl FnOnce(Self) -> Self) -> Self {
        let first = self.last_byte() == Some(b'{');
        if first {
            // The `{` that the group wrote, so not before the start (invariant 4).
            self.position = self.position.wrapping_sub(1);
        }
        let start = self.sink.offset(self.position);
        let flattening = if first { usize::MAX } else { start };
        self.sink.flattening = flattening;
        self.sink.said = Said::Nothing;
        let was_held = self.sink.hold();
        self = write(self);
        self.sink.release(was_held);
        let may_be_unit = is_unit || self.sink.said == Said::UnitVariant;
        let null_is_number = null_is_number || self.sink.said == Said::Float;
        // SAFETY: the position is the sink's; this room is used by `splice_text`.
        self.position = unsafe { self.sink.reserve(self.position, 1 + UNIT_ENTRY.len()) };
        // SAFETY: `start` was a position.
        let from = unsafe { self.sink.position_at(start) };
        // No length, where the value went back behind its own beginning (invariant 4).
        let len = (self.position as usize).checked_sub(from as usize);
        // SAFETY: all from `from` to the position is written, and there is room behind it.
        let end = len.and_then(|len| unsafe { splice_text(from, len, first, may_be_unit, null_is_number) });
        if let Some(position) = end {
            self.position = position;
        } else {
            // SAFETY: all from `from` to the position is written, and nothing was moved.
            let text = len.map_or(&[][..], |len| unsafe { core::slice::from_raw_parts(from, len) });
            let error = not_flattened(text);
            self.sink.flattening = flattening;
            // SAFETY: the offset of a position; all before it was written.
            unsafe { self.sink.fail(start, error) };
        }
        self
    }
}

/// The error of a value whose text has no entries, with serde's words for what it is.
#[cold]
fn not_flattened(text: &[u8]) -> Error {
    Error::known(match text.first() {
        Some(b'"') => "can only flatten structs and maps (got a string)",
        Some(b'[') => "can only flatten structs and maps (got a sequence)",
        Some(b't' | b'f') => "can only flatten structs and maps (got a boolean)",
        Some(b'n') => "can only flatten structs and maps (got a float)",
        Some(b'0'..=b'9' | b'-') if text.iter().any(|byte| matches!(byte, b'.' | b'e')) => {
            "can only flatten structs and maps (got a float)"
        }
        Some(b'0'..=b'9' | b'-') => "can only flatten structs and maps (got an integer)",
        _ => "can only flatten structs and maps",
    })
}

/// The text behind the name of a flattened unit variant.
const UNIT_ENTRY: &str = ":null";

/// Turns the `len` bytes of a value into entries behind others, or into the `first` of an object whose `{` was at
/// `from`. Returns the position behind them. `None` if the value is no object, nor anything that serde takes for one.
///
/// # Safety
/// The bytes are written, `from` is a position, and `1 + UNIT_ENTRY.len()` bytes are reserved
/// behind them.
unsafe fn splice_text(
    from: *mut u8,
    len: usize,
    first: bool,
    may_be_unit: bool,
    null_is_number: bool,
) -> Option<*mut u8> {
    let separator = if first { b'{' } else { b',' };
    let nothing = from.wrapping_add(usize::from(first));
    // SAFETY: the bytes are written, and nothing else refers to them while they are looked at.
    let text = unsafe { core::slice::from_raw_parts(from, len) };
    let (end, shift) = match text {
        [b'n', ..] if null_is_number => return None,
        [] | [b'{', b'}'] | [b'n', ..] => (nothing, 0),
        [b'{', .., b'}'] => (from.wrapping_add(len - 1), 0),
        [b'"', .., b'"'] if may_be_unit => (from.wrapping_add(len + 1), 1),
        _ => return None,
    };
    if shift == 1 {
        // SAFETY: one byte more is reserved.
        unsafe { core::ptr::copy(from, from.wrapping_add(1), len) };
    }
    if end != from {
        // SAFETY: in the value's text, or reserved where there is none.
        unsafe { from.write(separator) };
    }
    if shift == 1 {
        // SAFETY: by contract `UNIT_ENTRY.len()` bytes are reserved behind the value.
        return Some(unsafe { store::text(end, UNIT_ENTRY) });
    }
    Some(end)
}
