//! Names of types in definitions.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt::Write as _;

/// The name of a type, with its arguments.
///
/// ```
/// use record_runtime::schema::{JsonSchema as _, Name};
///
/// assert_eq!(Name::new("Grid").argument(u8::name()).constant(3).as_str(), "Grid_uint8_3");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(Cow<'static, str>);

impl Name {
    /// The name of a type without arguments.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// With the name of a type argument.
    #[must_use]
    pub fn argument(self, argument: Self) -> Self {
        self.constant(argument.0)
    }

    /// With a constant argument.
    #[must_use]
    pub fn constant(self, argument: impl core::fmt::Display) -> Self {
        let mut name = self.0.into_owned();
        // Writing to a `String` fails only where the argument's `Display` does.
        let _ = write!(name, "_{argument}");
        Self(Cow::Owned(name))
    }

    /// The name as a text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// With `_` for all characters that a name of a component may not have, and a reference would have to escape.
    pub(super) fn into_key(self) -> String {
        let allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
        self.0.chars().map(|letter| if allowed(letter) { letter } else { '_' }).collect()
    }
}
