//! Map keys: the types that JSON can have in front of a colon.

use crate::cursor::Cursor;
use crate::level::Level;

/// A type whose values can be the keys of a JSON object.
///
/// Strings, `bool`, integers, floats (a key that is not finite is an [`Error`](crate::Error)),
/// `char`, and pointers to and wrappers of these. The derive implements it for enums of unit
/// variants and for newtypes of key types.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of a JSON object",
    label = "not a key type",
    note = "keys are strings, `bool`, numbers, `char`, enums of unit variants and newtypes of these"
)]
pub trait JsonKey {
    /// Writes the key, with its quotes.
    fn write_key<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L>;
}
