//! Into a string of the text's own, with options.

use alloc::string::String;

use super::functions::into_string;
use crate::cursor::options::WriteOptions;
use crate::sink::error::{Error, or_panic};
use crate::sink::scratch::Scratch;
use crate::value::ZeroAllocJson;

/// The value as JSON with options, in a string of exactly its length; put together as in
/// [`to_vec`](crate::to_vec).
///
/// # Panics
/// As [`ZeroAllocJson::write_json`].
#[must_use]
#[track_caller]
pub fn to_string_with<T: ZeroAllocJson + ?Sized>(value: &T, options: &WriteOptions<'_>) -> String {
    or_panic(try_to_string_with(value, options))
}

/// As [`to_string_with`], for values that can fail.
///
/// # Errors
/// As [`ZeroAllocJson::try_write_json`].
pub fn try_to_string_with<T: ZeroAllocJson + ?Sized>(value: &T, options: &WriteOptions<'_>) -> Result<String, Error> {
    let mut scratch = Scratch::take();
    value.try_write_json_with(scratch.buffer(), options)?;
    Ok(into_string(scratch.take_text()))
}

/// The value as indented JSON: the text of `serde_json::to_string_pretty`.
///
/// # Panics
/// As [`ZeroAllocJson::write_json`].
#[must_use]
#[track_caller]
pub fn to_string_pretty<T: ZeroAllocJson + ?Sized>(value: &T) -> String {
    to_string_with(value, &WriteOptions::new().pretty())
}

/// As [`to_string_pretty`], for values that can fail.
///
/// # Errors
/// As [`ZeroAllocJson::try_write_json`].
pub fn try_to_string_pretty<T: ZeroAllocJson + ?Sized>(value: &T) -> Result<String, Error> {
    try_to_string_with(value, &WriteOptions::new().pretty())
}
