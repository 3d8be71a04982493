//! The values of options that several commands have.

#![forbid(unsafe_code)]

use std::ffi::OsString;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;

/// The value of `option`: a number within the range.
pub(crate) fn number<N>(option: &str, value: Option<OsString>, range: &RangeInclusive<N>) -> Result<N, String>
where
    N: FromStr + PartialOrd + Display,
{
    let given = value.unwrap_or_default();
    let number = given.to_str().and_then(|digits| digits.parse().ok()).filter(|number| range.contains(number));
    let (least, most) = (range.start(), range.end());
    number.ok_or_else(|| format!("`{option}` needs a number from {least} to {most}, not `{}`", given.display()))
}

/// The value of `option`: a file.
pub(crate) fn file(option: &str, value: Option<OsString>) -> Result<PathBuf, String> {
    value.map(PathBuf::from).ok_or_else(|| format!("`{option}` needs a file"))
}
