//! Long sequences to a writer, in pieces: the buffer holds [`CHUNK_BYTES`] and the longest value.

use std::fmt;
use std::format;
use std::io::{self, Write};
use std::vec::Vec;

use super::lines::append_line;
use crate::sink::error::Error;
use crate::value::ZeroAllocJson;

/// The buffer is given to the writer once it holds this many bytes.
pub const CHUNK_BYTES: usize = 64 * 1024;

const FAILED_BEFORE: &str = "the writer failed or panicked before";

/// A stream that came to no good end.
#[derive(Debug)]
pub struct StreamError {
    error: Error,
    bytes: u64,
    values: u64,
}

impl StreamError {
    /// The error: a value that cannot be written, or the writer's error as its `source`.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.error
    }

    /// The bytes that the writer had taken.
    #[must_use]
    pub fn bytes_written(&self) -> u64 {
        self.bytes
    }

    /// The values that had been put into the stream, of which the last may be in the buffer still.
    #[must_use]
    pub fn values(&self) -> u64 {
        self.values
    }
}

impl fmt::Display for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (after {} values; {} bytes were written)", self.error, self.values, self.bytes)
    }
}

impl std::error::Error for StreamError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// A buffer in front of a writer.
struct Chunks<'b, W> {
    writer: W,
    buf: &'b mut Vec<u8>,
    bytes: u64,
    values: u64,
    /// The writer failed or panicked, or is at work: what it has is cut off somewhere.
    broken: bool,
}

impl<W> fmt::Debug for Chunks<'_, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chunks").field("bytes", &self.bytes).field("values", &self.values).finish_non_exhaustive()
    }
}

impl<'b, W: Write> Chunks<'b, W> {
    fn new(writer: W, buf: &'b mut Vec<u8>) -> Self {
        buf.clear();
        Self { writer, buf, bytes: 0, values: 0, broken: false }
    }

    fn error(&self, error: Error) -> StreamError {
        StreamError { error, bytes: self.bytes, values: self.values }
    }

    /// Gives the writer what is in the buffer. Not by `write_all`, which does not say how far it came.
    fn send(&mut self) -> Result<(), StreamError> {
        // A panic of the writer leaves it at that.
        self.broken = true;
        let mut sent = 0;
        let outcome = loop {
            let rest = &self.buf[sent..];
            if rest.is_empty() {
                break Ok(());
            }
            match self.writer.write(rest) {
                Ok(0) => break Err(io::Error::from(io::ErrorKind::WriteZero)),
                Ok(len) => {
                    let len = len.min(rest.len());
                    sent += len;
                    self.bytes += len as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break Err(error),
            }
        };
        self.buf.clear();
        outcome.map_err(|error| self.error(Error::io(error)))?;
        self.broken = false;
        Ok(())
    }

    /// Appends a value by `append`, which changes nothing if it fails.
    fn push(&mut self, append: impl FnOnce(&mut Vec<u8>) -> Result<(), Error>) -> Result<(), StreamError> {
        if self.broken {
            return Err(self.error(Error::known(FAILED_BEFORE)));
        }
        append(self.buf).map_err(|error| self.error(error))?;
        self.values += 1;
        if self.buf.len() >= CHUNK_BYTES { self.send() } else { Ok(()) }
    }

    fn finish(&mut self) -> Result<u64, StreamError> {
        if self.broken {
            return Err(self.error(Error::known(FAILED_BEFORE)));
        }
        self.send()?;
        match self.writer.flush() {
            Ok(()) => Ok(self.bytes),
            Err(error) => Err(self.error(Error::io(error))),
        }
    }
}

/// An array that is written value by value, in bounded memory.
///
/// ```
/// use record_runtime::ArrayWriter;
///
/// # fn main() -> Result<(), record_runtime::StreamError> {
/// let (mut out, mut buf) = (Vec::new(), Vec::new());
/// let mut array = ArrayWriter::new(&mut out, &mut buf);
/// for number in 0..3 {
///     array.push(&number)?;
/// }
/// assert_eq!(array.finish()?, 7);
/// assert_eq!(out, b"[0,1,2]");
/// # Ok(())
/// # }
/// ```
///
/// A value that cannot be written, or panics, leaves the array as it was, and others may follow. After an
/// error or a panic of the writer nothing more is given to it. The array is closed by [`finish`](Self::finish) alone: one
/// that is dropped before stays open, so that it is not taken for whole.
#[derive(Debug)]
#[must_use = "the array is not closed until `finish` is called"]
pub struct ArrayWriter<'b, W> {
    chunks: Chunks<'b, W>,
}

impl<'b, W: Write> ArrayWriter<'b, W> {
    /// An array to `writer`, by way of `buf`, which is cleared first. Nothing is allocated but what the
    /// buffer grows by: at most [`CHUNK_BYTES`] and the longest value, as `Vec` rounds it up.
    pub fn new(writer: W, buf: &'b mut Vec<u8>) -> Self {
        let chunks = Chunks::new(writer, buf);
        chunks.buf.push(b'[');
        Self { chunks }
    }

    /// Appends a value.
    ///
    /// # Errors
    /// The value cannot be written, or the writer failed.
    pub fn push<T: ZeroAllocJson + ?Sized>(&mut self, value: &T) -> Result<(), StreamError> {
        let index = self.chunks.values;
        let first = index == 0;
        self.chunks.push(|buf| {
            let len = buf.len();
            if !first {
                buf.push(b',');
            }
            // The comma goes with the value, also where that panics.
            let mut comma = Comma { buf, len: Some(len) };
            value.try_write_json(comma.buf).map_err(|error| error.within(format!("[{index}]")))?;
            comma.len = None;
            Ok(())
        })
    }

    /// The bytes that the writer has taken.
    pub fn bytes_written(&self) -> u64 {
        self.chunks.bytes
    }

    /// Closes the array, flushes the writer, and returns how many bytes it has taken in all.
    ///
    /// # Errors
    /// The writer failed, now or before.
    pub fn finish(mut self) -> Result<u64, StreamError> {
        if !self.chunks.broken {
            self.chunks.buf.push(b']');
        }
        self.chunks.finish()
    }
}

/// Takes a comma back, unless a value followed it.
struct Comma<'a> {
    buf: &'a mut Vec<u8>,
    len: Option<usize>,
}

impl Drop for Comma<'_> {
    fn drop(&mut self) {
        if let Some(len) = self.len {
            self.buf.truncate(len);
        }
    }
}

/// Writes an array of what an iterator yields, in bounded memory: see [`ArrayWriter`]. Returns how many
/// bytes the writer has taken.
///
/// # Errors
/// The first value that cannot be written, or an error of the writer. The array is then not closed, and
/// what is in the buffer does not go out.
pub fn stream_json_array<I, W>(values: I, writer: W, buf: &mut Vec<u8>) -> Result<u64, StreamError>
where
    I: IntoIterator,
    I::Item: ZeroAllocJson,
    W: Write,
{
    let mut array = ArrayWriter::new(writer, buf);
    for value in values {
        array.push(&value)?;
    }
    array.finish()
}

/// Writes a line for each value that an iterator yields, in bounded memory. Returns how many bytes the
/// writer has taken.
///
/// # Errors
/// The first value that cannot be written: the lines before it go out first. Or an error of the writer.
pub fn stream_json_lines<I, W>(values: I, writer: W, buf: &mut Vec<u8>) -> Result<u64, StreamError>
where
    I: IntoIterator,
    I::Item: ZeroAllocJson,
    W: Write,
{
    let mut chunks = Chunks::new(writer, buf);
    for value in values {
        if let Err(StreamError { error, .. }) = chunks.push(|buf| append_line(&value, buf)) {
            if !chunks.broken {
                chunks.finish()?;
            }
            return Err(chunks.error(error));
        }
    }
    chunks.finish()
}
