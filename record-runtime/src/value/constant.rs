//! Constants: the texts of types of which each value is one of a few, such as enums of unit variants.

use crate::sink::store::WIDE;

/// A text of at most 32 bytes, stored whole whatever its length.
#[derive(Clone, Copy, Debug)]
pub struct Constant {
    pub(super) text: [u8; WIDE],
    /// At most `WIDE`.
    pub(super) len: usize,
}

impl Constant {
    /// The constant of a text.
    ///
    /// # Panics
    /// If it is longer than 32 bytes: when compiled, where the derive uses it.
    #[must_use]
    pub const fn new(text: &str) -> Self {
        assert!(text.len() <= WIDE, "too long for a constant");
        let text = text.as_bytes();
        let mut constant = Self { text: [0; WIDE], len: text.len() };
        let mut at = 0;
        while at < text.len() {
            constant.text[at] = text[at];
            at += 1;
        }
        constant
    }
}
