//! JSON Lines: a value a line.

use alloc::vec::Vec;
use core::fmt;

use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::sink::error::Error;
use crate::sink::tables;
use crate::value::{ZeroAllocJson, append};

/// A value that could not be written as a line.
#[derive(Debug)]
pub struct LinesError {
    error: Error,
    lines: usize,
}

impl LinesError {
    /// The value's error.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.error
    }

    /// The lines that were appended before it: the value's place among the values.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.lines
    }
}

impl fmt::Display for LinesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (after {} lines)", self.error, self.lines)
    }
}

impl core::error::Error for LinesError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// Appends one value and a line break, all or nothing.
pub(super) fn append_line<T: ZeroAllocJson + ?Sized>(value: &T, buf: &mut Vec<u8>) -> Result<(), Error> {
    append(&Line(value), buf, tables::detected())
}

/// A value and a line break.
struct Line<'v, T: ?Sized>(&'v T);

impl<T: ZeroAllocJson + ?Sized> ZeroAllocJson for Line<'_, T> {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.on_one_line(|c| self.0.write_value(c)).ascii(b'\n')
    }
}

/// Appends each value and a line break, and returns how many there were.
///
/// Each line is appended whole or not at all. A panic, of a value or of the iterator, leaves the
/// whole lines before it in the buffer. Line breaks between the tokens of a `raw` text are left out.
///
/// ```
/// let mut buf = Vec::new();
/// let lines = record_runtime::append_json_lines([[1, 2], [3, 4]], &mut buf).unwrap();
/// assert_eq!((lines, buf.as_slice()), (2, b"[1,2]\n[3,4]\n".as_slice()));
/// ```
///
/// # Errors
/// The first value that cannot be written; the lines before it are in the buffer.
pub fn append_json_lines<I>(values: I, buf: &mut Vec<u8>) -> Result<usize, LinesError>
where
    I: IntoIterator,
    I::Item: ZeroAllocJson,
{
    let mut lines = 0;
    for value in values {
        append_line(&value, buf).map_err(|error| LinesError { error, lines })?;
        lines += 1;
    }
    Ok(lines)
}
