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
        Self { cursor, empty: true }
    }

    /// Writes a field.
    #[inline]
    pub fn field<T: ZeroAllocJson + ?Sized>(self, key: &str, value: &T) -> Self {
        let open = if self.empty { b'{' } else { b',' };
        Self { cursor: self.cursor.entry(open, key).value(value), empty: false }
    }

    /// Closes the object.
    #[inline]
    pub fn end(self) -> Cursor<'s, D> {
        if self.empty { self.cursor.short(b"{}\0\0", 2) } else { self.cursor.ascii(b'}') }
    }
}
