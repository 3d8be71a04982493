//! Arrays and objects, part by part.
//!
//! Each holds the cursor, but for the time in which a part is written: see the head of the bridge.
//! The opening bracket is written together with the first part, as the comma is with the others,
//! so that whether anything was written is all there is to remember.

use serde_core::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use super::Written;
use super::failure::Failure;
use super::key::KeySerializer;
use super::value::ValueSerializer;
use super::verbatim::{Token, VerbatimSerializer};
use crate::cursor::Cursor;
use crate::level::Level;

/// An array.
#[derive(Debug)]
pub struct Elements<'s, L: Level> {
    cursor: Option<Cursor<'s, L>>,
    /// What stands in front of the next element: `[` or a comma.
    separator: u8,
}

impl<'s, L: Level> Elements<'s, L> {
    #[inline]
    pub(super) fn new(cursor: Cursor<'s, L>) -> Self {
        Self { cursor: Some(cursor), separator: b'[' }
    }

    #[inline]
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        let cursor = self.cursor.take().ok_or_else(Failure::lost)?;
        let cursor = value.serialize(ValueSerializer(cursor.ascii(self.separator).marked()))?;
        (self.cursor, self.separator) = (Some(cursor.marked()), b',');
        Ok(())
    }

    #[inline]
    fn close(self) -> Written<'s, L> {
        let cursor = self.cursor.ok_or_else(Failure::lost)?;
        Ok(if self.separator == b'[' { cursor.short(b"[]\0\0", 2) } else { cursor.ascii(b']') })
    }
}

/// An object.
#[derive(Debug)]
pub struct Entries<'s, L: Level> {
    cursor: Option<Cursor<'s, L>>,
    /// What stands in front of the next entry: `{` or a comma.
    separator: u8,
}

impl<'s, L: Level> Entries<'s, L> {
    #[inline]
    pub(super) fn new(cursor: Cursor<'s, L>) -> Self {
        Self { cursor: Some(cursor), separator: b'{' }
    }

    #[inline]
    fn field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Failure> {
        let cursor = self.cursor.take().ok_or_else(Failure::lost)?;
        let cursor = value.serialize(ValueSerializer(cursor.entry(self.separator, key).marked()))?;
        (self.cursor, self.separator) = (Some(cursor.marked()), b',');
        Ok(())
    }

    #[inline]
    fn close(self) -> Written<'s, L> {
        let cursor = self.cursor.ok_or_else(Failure::lost)?;
        Ok(if self.separator == b'{' { cursor.short(b"{}\0\0", 2) } else { cursor.ascii(b'}') })
    }
}

impl<'s, L: Level> SerializeMap for Entries<'s, L> {
    type Ok = Cursor<'s, L>;
    type Error = Failure;

    #[inline]
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failure> {
        let cursor = self.cursor.take().ok_or_else(Failure::lost)?;
        let cursor = key.serialize(KeySerializer(cursor.ascii(self.separator).marked()))?;
        (self.cursor, self.separator) = (Some(cursor), b',');
        Ok(())
    }

    #[inline]
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        let cursor = self.cursor.take().ok_or_else(Failure::lost)?;
        self.cursor = Some(value.serialize(ValueSerializer(cursor.ascii(b':').marked()))?.marked());
        Ok(())
    }

    #[inline]
    fn end(self) -> Written<'s, L> {
        self.close()
    }
}

/// A struct: an object, or text that goes through serde in the guise of a struct.
#[derive(Debug)]
pub struct Fields<'s, L: Level> {
    entries: Entries<'s, L>,
    verbatim: Option<Token>,
}

impl<'s, L: Level> Fields<'s, L> {
    #[inline]
    pub(super) fn new(cursor: Cursor<'s, L>, verbatim: Option<Token>) -> Self {
        Self { entries: Entries::new(cursor), verbatim }
    }

    #[cold]
    fn verbatim<T: Serialize + ?Sized>(&mut self, token: Token, key: &str, value: &T) -> Result<(), Failure> {
        let cursor = self.entries.cursor.take().ok_or_else(Failure::lost)?;
        if key != token.name() {
            return Err(token.wrong_field());
        }
        self.entries.cursor = Some(value.serialize(VerbatimSerializer { cursor, token })?);
        Ok(())
    }
}

impl<'s, L: Level> SerializeStruct for Fields<'s, L> {
    type Ok = Cursor<'s, L>;
    type Error = Failure;

    #[inline]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Failure> {
        match self.verbatim {
            None => self.entries.field(key, value),
            Some(token) => self.verbatim(token, key, value),
        }
    }

    #[inline]
    fn end(self) -> Written<'s, L> {
        match self.verbatim {
            None => self.entries.close(),
            Some(_) => self.entries.cursor.ok_or_else(Failure::lost),
        }
    }
}

/// The content of a variant, behind `{"variant":`.
#[derive(Debug)]
pub struct InVariant<C>(pub(super) C);

impl<'s, L: Level> SerializeStructVariant for InVariant<Entries<'s, L>> {
    type Ok = Cursor<'s, L>;
    type Error = Failure;

    #[inline]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Failure> {
        self.0.field(key, value)
    }

    #[inline]
    fn end(self) -> Written<'s, L> {
        Ok(self.0.close()?.ascii(b'}'))
    }
}

impl<'s, L: Level> SerializeTupleVariant for InVariant<Elements<'s, L>> {
    type Ok = Cursor<'s, L>;
    type Error = Failure;

    #[inline]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        self.0.element(value)
    }

    #[inline]
    fn end(self) -> Written<'s, L> {
        Ok(self.0.close()?.ascii(b'}'))
    }
}

macro_rules! arrays {
    ($($Trait:ident $method:ident;)+) => {
        $(
            impl<'s, L: Level> $Trait for Elements<'s, L> {
                type Ok = Cursor<'s, L>;
                type Error = Failure;

                #[inline]
                fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
                    self.element(value)
                }

                #[inline]
                fn end(self) -> Written<'s, L> {
                    self.close()
                }
            }
        )+
    };
}

arrays! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
}
