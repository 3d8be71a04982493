//! Map keys: the text in front of a colon.
//!
//! Any value can be asked for as a key. Its text decides: a string is a key as it stands, numbers and booleans get
//! quotes, and anything else is the error that `serde_json` reports. Types that know their text answer without looking
//! at it.

use super::Cursor;
use crate::kernels::document::rewrite::{Progress, Rewrite};
use crate::sink::Said;
use crate::sink::dispatch::Dispatch;
use crate::sink::error::Error;

/// `serde_json`'s error for a key that is no string, number or boolean.
pub(crate) const NOT_A_KEY: &str = "key must be a string";

/// Its error for a float that is no key.
pub(crate) const NOT_A_FINITE_KEY: &str = "float key must be finite (got NaN or +/-inf)";

impl<D: Dispatch> Cursor<'_, D> {
    /// Writes a value whose text is not known, as a key.
    pub(crate) fn key_by_text(mut self, write: impl FnOnce(Self) -> Self) -> Self {
        // Maps may be keys of maps.
        if self.sink.is_too_deep() {
            return self.too_deep();
        }
        let mut quotes = Quotes { refused: false };
        self.sink.said = Said::Nothing;
        self = self.rewritten(&mut quotes, write);
        if !quotes.refused {
            return self;
        }
        let is_float = self.sink.said == Said::Float && self.last_byte() == Some(b'l');
        self.fail(Error::known(if is_float { NOT_A_FINITE_KEY } else { NOT_A_KEY }))
    }
}

/// Puts a number or a boolean between quotes.
struct Quotes {
    /// The text is neither of them, nor a string.
    refused: bool,
}

impl Rewrite for Quotes {
    fn room(&mut self, text: &[u8]) -> Option<usize> {
        match text.first() {
            Some(b'"') => None,
            Some(b'0'..=b'9' | b'-' | b't' | b'f') => Some(2),
            _ => {
                self.refused = true;
                None
            }
        }
    }

    fn apply(&mut self, text: &mut [u8], progress: &mut Progress) -> bool {
        text.copy_within(progress.read.., 1);
        if let [first, .., last] = text {
            (*first, *last) = (b'"', b'"');
        }
        *progress = Progress { written: text.len(), read: text.len() };
        true
    }
}
