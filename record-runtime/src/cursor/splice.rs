//! Flattened values: the entries of an object among those of the object around it.

use super::Cursor;
use crate::sink::Said;
use crate::sink::dispatch::Dispatch;
use crate::sink::error::Error;

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
        let start = self.offset();
        let flattening = if first { usize::MAX } else { start };
        self.sink.flattening = flattening;
        self.sink.said = Said::Nothing;
        let was_held = self.sink.hold();
        self = write(self);
        self.sink.release(was_held);
        let may_be_unit = is_unit || self.sink.said == Said::UnitVariant;
        let null_is_number = null_is_number || self.sink.said == Said::Float;
        let separator = if first { b'{' } else { b',' };
        // No text, where the value went back behind its own beginning (invariant 4).
        let text = self.text_from(start, 0);
        match text {
            Some([b'n', ..]) if null_is_number => {}
            Some([] | [b'{', b'}'] | [b'n', ..]) => {
                self.position = self.sink.position_at(start);
                return if first { self.ascii(separator) } else { self };
            }
            Some([begin @ b'{', .., b'}']) => {
                *begin = separator;
                self.position = self.position.wrapping_sub(1);
                return self;
            }
            Some(name @ [b'"', .., b'"']) if may_be_unit => {
                let len = name.len();
                let text = self.text_from(start, 1 + UNIT_ENTRY.len()).unwrap_or_default();
                text.copy_within(..len, 1);
                text[0] = separator;
                text[1 + len..].copy_from_slice(UNIT_ENTRY);
                self.position = self.sink.position_at(start + 1 + len + UNIT_ENTRY.len());
                return self;
            }
            _ => {}
        }
        let error = not_flattened(text.unwrap_or_default());
        self.sink.flattening = flattening;
        self.position = self.sink.position_at(start);
        self.fail(error)
    }

    /// The text from an offset of the sink on, with so many zeros behind it.
    #[inline]
    fn text_from(&mut self, start: usize, zeros: usize) -> Option<&mut [u8]> {
        // SAFETY: the cursor's position is its sink's (invariant 5).
        unsafe { self.sink.text_from(self.position, start, zeros) }
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
const UNIT_ENTRY: &[u8] = b":null";
