//! Strings that are cut to a number of characters, with an ellipsis for the rest.
//!
//! A character is a `char`. The ellipsis counts as one, so that no text has more characters than the attribute says.

use alloc::string::String;

use super::write_as::{Structural, WriteAs};
use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;

/// `truncate = N`: at most `N` characters, of which the last is `…` where something is left out.
#[derive(Debug)]
pub enum Truncate<const N: usize> {}

impl<const N: usize> Structural for Truncate<N> {}

/// The beginning that is written, where that is not all of the text.
fn cut(text: &str, characters: usize) -> Option<&str> {
    // A text of no more bytes has no more characters.
    if text.len() <= characters {
        return None;
    }
    // One character is the ellipsis; the text is cut only if there are more than fit without it.
    let (end, _) = text.char_indices().nth(characters.saturating_sub(1))?;
    let (beginning, rest) = text.split_at_checked(end)?;
    rest.chars().nth(1)?;
    Some(beginning)
}

impl<const N: usize> WriteAs<Truncate<N>> for str {
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        match cut(self, N) {
            None => c.str(self),
            Some(beginning) => c.fmt(format_args!("{beginning}…")),
        }
    }
}

impl<const N: usize> WriteAs<Truncate<N>> for String {
    #[inline]
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        WriteAs::<Truncate<N>>::write_as(self.as_str(), c)
    }
}
