//! Errors of a mask's text, with their place.

use alloc::string::String;
use core::fmt;

/// The text of a mask is none, or not one of this type.
///
/// It displays the reason and the place, such as ``unknown field `user/nmae` at byte 8``. It repeats a part of the text
/// that was read, and nothing else of the type.
///
/// ```
/// use record_runtime::{FieldMask, ZeroAllocJson};
///
/// #[derive(ZeroAllocJson)]
/// #[json(field_mask)]
/// struct User {
///     id: u64,
/// }
///
/// let error = FieldMask::<User>::parse("id,nmae").expect_err("no such field");
/// assert_eq!(error.to_string(), "unknown field `nmae` at byte 3");
/// assert_eq!((error.offset(), error.unknown_field()), (3, Some("nmae")));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaskError {
    at: usize,
    problem: Problem,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    Expected(Expected),
    TooLong(usize),
    TooMany(usize),
    TooDeep(usize),
    /// With the path to the name.
    Unknown(String),
    /// A name with others below it, of which the type has none.
    NoFields(String),
    /// More levels than a mask takes.
    TooLarge,
}

/// The item that could stand at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    Name,
    Comma,
    CommaOrEnd,
}

impl MaskError {
    pub(super) const fn new(at: usize, problem: Problem) -> Self {
        Self { at, problem }
    }

    /// The place in the text, in bytes.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.at
    }

    /// The path of the field that the type does not have, if that is the reason.
    #[must_use]
    pub fn unknown_field(&self) -> Option<&str> {
        match &self.problem {
            Problem::Unknown(path) => Some(path),
            _ => None,
        }
    }
}

impl fmt::Display for MaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.at;
        match &self.problem {
            Problem::Expected(Expected::Name) => write!(f, "a field's name is expected at byte {at}"),
            Problem::Expected(Expected::Comma) => write!(f, "a comma is expected at byte {at}"),
            Problem::Expected(Expected::CommaOrEnd) => {
                write!(f, "a comma or a closing parenthesis is expected at byte {at}")
            }
            Problem::TooLong(most) => write!(f, "more than {most} bytes"),
            Problem::TooMany(most) => write!(f, "more than {most} names at byte {at}"),
            Problem::TooDeep(most) => write!(f, "more than {most} levels at byte {at}"),
            Problem::Unknown(path) => write!(f, "unknown field `{path}` at byte {at}"),
            Problem::NoFields(path) => write!(f, "`{path}` has no fields to select, at byte {at}"),
            Problem::TooLarge => write!(f, "too many fields are reached at byte {at}"),
        }
    }
}

impl core::error::Error for MaskError {}
