//! Into a slice: memory that cannot grow.

use alloc::vec::Vec;
use core::fmt;

use crate::ZeroAllocJson;
use crate::error::Error;
use crate::sink::{self, InSlice, Measurement, SLACK};

/// Why a value was not written to a slice.
#[derive(Debug)]
pub enum SliceError {
    /// The slice is too short by so many bytes; nothing was written to it.
    TooShort {
        /// The bytes by which the text is longer than the slice.
        missing: usize,
    },
    /// The value cannot be written. What the slice holds is not specified.
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

/// Texts of up to about this many bytes that fit the slice, but not what writing reserves beyond
/// them, are written to the stack first.
const ON_STACK: usize = 1024;

pub(crate) fn write_to_slice<T: ZeroAllocJson + ?Sized>(value: &T, slice: &mut [u8]) -> Result<usize, SliceError> {
    let Measurement { len, highest } = sink::measure_exactly(|c| value.write_value(c));
    if let Some(missing) = len.checked_sub(slice.len()).filter(|missing| *missing > 0) {
        return Err(SliceError::TooShort { missing });
    }
    let need = len.max(highest).saturating_add(SLACK);
    let mut rest = Vec::new();
    if need <= slice.len() {
        let found = sink::write_to_slice(slice, &mut rest, |c| value.write_value(c)).map_err(SliceError::Value)?;
        if let InSlice::Yes(len) = found {
            return Ok(len);
        }
    } else if need <= ON_STACK {
        let mut stack = [0; ON_STACK];
        let found = sink::write_to_slice(&mut stack, &mut rest, |c| value.write_value(c)).map_err(SliceError::Value)?;
        if let InSlice::Yes(len) = found {
            return copy(&stack[..len], slice);
        }
    } else {
        value.try_write_json(&mut rest).map_err(SliceError::Value)?;
    }
    copy(&rest, slice)
}

/// A text may be longer than it was measured, if it is another one each time.
fn copy(text: &[u8], slice: &mut [u8]) -> Result<usize, SliceError> {
    match slice.get_mut(..text.len()) {
        Some(start) => {
            start.copy_from_slice(text);
            Ok(text.len())
        }
        None => Err(SliceError::TooShort { missing: text.len() - slice.len() }),
    }
}
