//! Objects: building one by hand, and which values are one.

use crate::ZeroAllocJson;
use crate::cursor::Cursor;
use crate::level::Level;

/// A value that is written as a JSON object, so that its entries can stand among those of another
/// object: what `flatten` and the newtype variants of internally tagged enums ask for.
///
/// A value of such a type may also be `null`, which adds no entries, or the string of a unit
/// variant, which adds an entry of this name with the value `null`, as in serde. Any other text is
/// an [`Error`](crate::Error) when it is flattened.
#[diagnostic::on_unimplemented(
    message = "the entries of `{Self}` cannot stand in another object",
    label = "not written as a JSON object",
    note = "`flatten`, and the newtype variants of an internally tagged enum, take structs with named fields, maps, \
            `Option`s of these and enums; derive `ZeroAllocJson` for the type, or implement the marker `JsonObject`"
)]
pub trait JsonObject: ZeroAllocJson {}

/// An object that is being written by hand: see [`Cursor::object`].
#[must_use = "the object is not closed until `end` is called"]
#[derive(Debug)]
pub struct Object<'s, L: Level> {
    cursor: Cursor<'s, L>,
    empty: bool,
}

impl<'s, L: Level> Object<'s, L> {
    pub(crate) fn new(cursor: Cursor<'s, L>) -> Self {
        Self { cursor: cursor.ascii(b'{'), empty: true }
    }

    /// Writes a field.
    pub fn field<T: ZeroAllocJson + ?Sized>(self, key: &str, value: &T) -> Self {
        let cursor = if self.empty { self.cursor } else { self.cursor.ascii(b',') };
        Self { cursor: value.write_value(cursor.str(key).ascii(b':')), empty: false }
    }

    /// Closes the object.
    pub fn end(self) -> Cursor<'s, L> {
        self.cursor.ascii(b'}')
    }
}
