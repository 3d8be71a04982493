//! What counting a text to the byte has to know of a text that nobody writes.
//!
//! Of a flattened value: whether it is an object, and an empty one. That is seen by the byte that was
//! counted last, so that is kept. It is set wherever a container is opened or closed; behind a number
//! it may be that of an earlier text, since nobody asks what kind a number is. And which characters a
//! policy has escaped in the text that is being counted.
//!
//! Where the text is written, the place of that byte says one thing of a flattened value instead: that
//! the string which it consists of is the name of a unit variant, though its type does not say so.

use crate::cursor::Cursor;
use crate::kernels::document::escapes::EscapeSet;
use crate::kernels::string;
use crate::sink::level::Level;

const UNIT_VARIANT: u8 = 1;

/// The state of a count at the level `Exact`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    /// What else is escaped in the text that is being counted; where it is written, what passes over it will
    /// escape.
    pub(crate) escapes: EscapeSet,
    last: u8,
}

impl Measured {
    pub(crate) const NOTHING: Self = Self { escapes: EscapeSet::NONE, last: 0 };

    /// The bytes that escapes add to a string.
    pub(crate) fn extra_of_string(self, text: &str) -> usize {
        string::extra(text.as_bytes()) + self.escapes.extra(text.as_bytes())
    }

    /// The bytes that escapes add to a text that is JSON already.
    pub(crate) fn extra_of_json(self, text: &[u8]) -> usize {
        self.escapes.extra(text)
    }

    /// Takes note of a text that is counted.
    pub(crate) fn note(&mut self, text: &[u8]) {
        if let Some(last) = text.last() {
            self.last = *last;
        }
    }

    /// Takes note of a text of an unknown end, that does not open a container.
    pub(crate) fn note_value(&mut self) {
        self.last = 0;
    }

    pub(crate) fn last(self) -> u8 {
        self.last
    }

    /// Takes note that a string was a unit variant. While writing.
    pub(crate) fn note_unit_variant(&mut self) {
        self.last = UNIT_VARIANT;
    }

    /// Whether that was noted since the last call of `note_value`. While writing.
    pub(crate) fn was_unit_variant(self) -> bool {
        self.last == UNIT_VARIANT
    }
}

impl<L: Level> Cursor<'_, L> {
    /// Takes note of a constant that was counted, and counts its escapes. Nothing at other levels.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn measure_constant(&mut self, text: &[u8]) {
        if L::EXACT {
            self.sink.measured.note(text);
            self.position = self.position.wrapping_add(self.sink.measured.extra_of_json(text));
        }
    }

    /// What flattening a value adds to the object around it, exactly; see [`Cursor::splice`].
    pub(crate) fn measure_spliced(mut self, write: impl FnOnce(Self) -> Self, unit_entry: usize) -> Self {
        let before = self.sink.measured.last;
        let first = before == b'{';
        let start = self.position;
        self = write(self);
        // Writing makes room for both while the value's braces still stand.
        self = self.make_room(1 + unit_entry);
        let len = (self.position as usize).saturating_sub(start as usize);
        let comma = usize::from(!first);
        let added = match (len, self.sink.measured.last) {
            // Nothing, `{}` or `null`.
            (0, _) | (2, b'}') | (_, b'l') => None,
            (_, b'"') => Some(len + unit_entry + comma),
            _ => Some(len.saturating_sub(2) + comma),
        };
        self.position = start.wrapping_add(added.unwrap_or(0));
        self.sink.measured.last = if added.is_some() { 0 } else { before };
        self
    }
}
