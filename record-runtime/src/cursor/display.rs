//! The output of a `Display`, piece by piece, without allocating.

use core::fmt::{self, Write as _};
use core::mem;

use super::Cursor;
use super::lend::PANIC_CAUGHT;
use crate::sink::dispatch::Dispatch;
use crate::sink::error::Error;

impl<D: Dispatch> Cursor<'_, D> {
    /// Writes what is displayed as a string, quoted and escaped, without allocating.
    ///
    /// An error that a `Display` reports is the value's [`Error`].
    pub fn fmt(self, arguments: fmt::Arguments<'_>) -> Self {
        if let Some(text) = arguments.as_str() {
            return self.str(text);
        }
        self.ascii(b'"').pieces::<true>(arguments).ascii(b'"')
    }

    /// Writes what is displayed, piece by piece.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn pieces<const ESCAPED: bool>(mut self, arguments: fmt::Arguments<'_>) -> Self {
        let begin = self.offset();
        let was_held = self.sink.hold();
        let (mut outcome, mut is_lost) = (Ok(()), false);
        self.advance(|cursor| {
            let mut pieces = Pieces::<D, ESCAPED> { cursor, is_lost: false };
            outcome = pieces.write_fmt(arguments);
            is_lost = pieces.is_lost;
            pieces.cursor
        });
        self.sink.release(was_held);
        if is_lost {
            self = self.lost(begin, begin, Error::known(PANIC_CAUGHT));
        }
        if outcome.is_err() { self.fail(Error::known(DISPLAY_FAILED)) } else { self }
    }

    /// Writes what is displayed as it is: JSON, or a part of it.
    pub(crate) fn raw_fmt(self, arguments: fmt::Arguments<'_>) -> Self {
        self.pieces::<false>(arguments)
    }
}

const DISPLAY_FAILED: &str = "a Display implementation returned an error";

/// `fmt::Write` of a text that foreign code hands over piece by piece.
struct Pieces<'a, D: Dispatch, const ESCAPED: bool> {
    cursor: Cursor<'a, D>,
    /// While a piece is written. If that unwinds and the foreign code catches it, it stays so.
    is_lost: bool,
}

impl<D: Dispatch, const ESCAPED: bool> fmt::Write for Pieces<'_, D, ESCAPED> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if mem::replace(&mut self.is_lost, true) {
            return Err(fmt::Error);
        }
        self.cursor.advance(|cursor| if ESCAPED { cursor.unquoted(text, 0) } else { cursor.raw(text) });
        self.is_lost = false;
        Ok(())
    }
}
