//! Into a slice: memory that cannot grow.

use alloc::vec::Vec;
use core::fmt;

use super::error::Error;
use super::scratch::Scratch;

/// Why a value was not written to a slice, which is as it was before.
#[derive(Debug)]
pub enum SliceError {
    /// The slice is too short by so many bytes.
    TooShort {
        /// The bytes by which the text is longer than the slice.
        missing: usize,
    },
    /// The value cannot be written.
    Value(Error),
}

impl fmt::Display for SliceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort { missing } => write!(f, "the slice is {missing} bytes too short"),
            Self::Value(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for SliceError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::TooShort { .. } => None,
            Self::Value(error) => Some(error),
        }
    }
}

/// Puts the text that `write` appends to a buffer into a slice; its length.
pub(crate) fn fill(
    slice: &mut [u8],
    write: impl FnOnce(&mut Vec<u8>) -> Result<(), Error>,
) -> Result<usize, SliceError> {
    let mut scratch = Scratch::take();
    write(scratch.buffer()).map_err(SliceError::Value)?;
    let text = scratch.text();
    match slice.get_mut(..text.len()) {
        Some(start) => {
            start.copy_from_slice(text);
            Ok(text.len())
        }
        None => Err(SliceError::TooShort { missing: text.len() - slice.len() }),
    }
}
