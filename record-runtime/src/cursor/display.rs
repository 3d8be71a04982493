//! The output of a `Display`, piece by piece, without allocating.

use core::fmt::{self, Write as _};
use core::marker::PhantomData;
use core::mem;

use super::Cursor;
use super::lost::{PANIC_CAUGHT, lost};
use crate::sink::Sink;
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
    fn pieces<const ESCAPED: bool>(self, arguments: fmt::Arguments<'_>) -> Self {
        let Self { position, sink, brand } = self;
        let begin = sink.offset(position);
        let was_held = sink.hold();
        let mut pieces = Pieces::<D, ESCAPED> { position, sink: &mut *sink, dispatch: PhantomData };
        let outcome = pieces.write_fmt(arguments);
        let Pieces { mut position, .. } = pieces;
        sink.release(was_held);
        if position == NOWHERE {
            position = lost(sink, begin, begin, Error::known(PANIC_CAUGHT));
        }
        let cursor = Self { position, sink, brand };
        if outcome.is_err() { cursor.fail(Error::known(DISPLAY_FAILED)) } else { cursor }
    }

    /// Writes what is displayed as it is: JSON, or a part of it.
    pub(crate) fn raw_fmt(self, arguments: fmt::Arguments<'_>) -> Self {
        self.pieces::<false>(arguments)
    }
}

const DISPLAY_FAILED: &str = "a Display implementation returned an error";

/// `fmt::Write` of a text that foreign code hands over piece by piece.
struct Pieces<'a, D, const ESCAPED: bool> {
    /// `NOWHERE` while a piece is written. If that unwinds and the foreign code catches it, the position may have
    /// been one in memory that the buffer has left.
    position: *mut u8,
    sink: &'a mut Sink,
    dispatch: PhantomData<D>,
}

/// No position: nothing can be allocated there, nor counted up to there.
const NOWHERE: *mut u8 = core::ptr::without_provenance_mut(usize::MAX);

impl<D: Dispatch, const ESCAPED: bool> fmt::Write for Pieces<'_, D, ESCAPED> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let position = mem::replace(&mut self.position, NOWHERE);
        if position == NOWHERE {
            return Err(fmt::Error);
        }
        let cursor = Cursor::<D> { position, sink: &mut *self.sink, brand: PhantomData };
        self.position = if ESCAPED { cursor.unquoted(text, 0) } else { cursor.raw(text) }.position;
        Ok(())
    }
}
