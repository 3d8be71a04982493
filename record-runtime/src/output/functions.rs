//! Into memory of the text's own, and through a writer.

use alloc::string::String;
use alloc::vec::Vec;

use crate::kernels::cpu::Backend;
use crate::sink::error::{Error, or_panic};
use crate::sink::scratch::Scratch;
use crate::sink::tables;
use crate::value::{ZeroAllocJson, append};

/// The value as JSON in a buffer of its own, of exactly its length.
///
/// The text is put together in a buffer that the thread keeps for this (without the feature `std`, the process), and
/// then copied. That is one allocation once the buffer has its size. The kept buffer has at most a mebibyte, and less
/// again after many short texts. A longer text is not copied: it is returned in the memory that it was written into,
/// which grew with it.
///
/// # Panics
/// As [`ZeroAllocJson::write_json`].
#[must_use]
#[track_caller]
pub fn to_vec<T: ZeroAllocJson + ?Sized>(value: &T) -> Vec<u8> {
    // Not by `try_to_vec`: 27 bytes took a tenth longer, to be moved out of its result.
    let mut scratch = Scratch::take();
    or_panic(append(value, scratch.buffer(), tables::detected()));
    scratch.take_text()
}

/// As [`to_vec`], for values that can fail.
///
/// # Errors
/// As [`ZeroAllocJson::try_write_json`].
pub fn try_to_vec<T: ZeroAllocJson + ?Sized>(value: &T) -> Result<Vec<u8>, Error> {
    let mut scratch = Scratch::take();
    append(value, scratch.buffer(), tables::detected())?;
    Ok(scratch.take_text())
}

/// The value as JSON in a string of its own, of exactly its length; put together as in [`to_vec`].
///
/// # Panics
/// As [`ZeroAllocJson::write_json`].
#[must_use]
#[track_caller]
pub fn to_string<T: ZeroAllocJson + ?Sized>(value: &T) -> String {
    or_panic(try_to_string(value))
}

/// As [`to_string`], for values that can fail.
///
/// # Errors
/// As [`ZeroAllocJson::try_write_json`].
pub fn try_to_string<T: ZeroAllocJson + ?Sized>(value: &T) -> Result<String, Error> {
    try_to_vec(value).map(into_string)
}

/// All that is ever written is `str`s and ASCII; checked all the same, since a check is cheap and the
/// alternative is `unsafe`.
pub(crate) fn into_string(text: Vec<u8>) -> String {
    String::from_utf8(text).expect("JSON is UTF-8")
}

/// Writes the value as JSON to a writer: all of it in one `write_all`, or in case of an error
/// nothing.
///
/// The text is put together in a buffer first, as in [`to_vec`], so a writer that buffers gains nothing.
///
/// # Errors
/// The value could not be written, or the writer reported an error.
#[cfg(feature = "std")]
pub fn to_writer<W: std::io::Write, T: ZeroAllocJson + ?Sized>(mut writer: W, value: &T) -> Result<(), Error> {
    let mut scratch = Scratch::take();
    append(value, scratch.buffer(), tables::detected())?;
    writer.write_all(scratch.text()).map_err(Error::io)
}

/// [`ZeroAllocJson::try_write_json`] with the kernels of a backend, whatever the CPU would choose;
/// `None` where it cannot run them.
pub fn write_json_on<T: ZeroAllocJson + ?Sized>(
    backend: Backend,
    value: &T,
    buf: &mut Vec<u8>,
) -> Option<Result<(), Error>> {
    Some(append(value, buf, tables::of(backend)?))
}
