//! Objects that are written by hand, field by field.

use super::ZeroAllocJson;
use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;

impl<'s, D: Dispatch> Cursor<'s, D> {
    /// Begins an object whose fields are written one by one.
    pub fn object(self) -> Object<'s, D> {
        Object::new(self)
    }
}

/// An object that is being written by hand: see [`Cursor::object`].
#[must_use = "the object is not closed until `end` is called"]
#[derive(Debug)]
pub struct Object<'s, D: Dispatch> {
    cursor: Cursor<'s, D>,
    empty: bool,
}

impl<'s, D: Dispatch> Object<'s, D> {
    pub(crate) fn new(cursor: Cursor<'s, D>) -> Self {
        Self { cursor: cursor.ascii(b'{'), empty: true }
    }

    /// Writes a field.
    pub fn field<T: ZeroAllocJson + ?Sized>(self, key: &str, value: &T) -> Self {
        let cursor = if self.empty { self.cursor } else { self.cursor.ascii(b',') };
        Self { cursor: cursor.str(key).ascii(b':').value(value), empty: false }
    }

    /// Closes the object.
    pub fn end(self) -> Cursor<'s, D> {
        self.cursor.ascii(b'}')
    }
}
