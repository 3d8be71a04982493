//! Arrays and objects, part by part.
//!
//! A part that is lost is remembered: see the head of the bridge.
//! The opening bracket is written together with the first part, as the comma is with the others,
//! so that whether anything was written is all there is to remember.

use core::mem;

use serde_core::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use super::end::{End, Written};
use super::failure::Failure;
use super::key::KeySerializer;
use super::serializer::ValueSerializer;
use super::verbatim::{Token, VerbatimSerializer};
use crate::cursor::Cursor;
use crate::sink::level::Level;

/// The byte in front of the next part: a bracket, a comma, or this where a part before it was lost.
const LOST: u8 = 0;

/// The state of an array or object: its cursor, but for the time in which a part is written.
#[derive(Debug)]
struct Parts<'s, L: Level> {
    cursor: Cursor<'s, L>,
    separator: u8,
}

impl<L: Level> Parts<'_, L> {
    /// Lets a part be written, by a cursor and with what is to stand in front of it.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn part<F>(&mut self, write: F) -> Result<(), Failure>
    where
        F: for<'a> FnOnce(Cursor<'a, L>, u8) -> Written<'a, L>,
    {
        let separator = mem::replace(&mut self.separator, LOST);
        if separator == LOST {
            return Err(Failure::lost());
        }
        self.cursor.position = write(self.cursor.reborrow(), separator)?.position;
        self.cursor.sink.set_mark(self.cursor.position);
        self.separator = b',';
        Ok(())
    }
}

/// An array.
#[derive(Debug)]
pub struct Elements<'s, L: Level> {
    parts: Parts<'s, L>,
}

impl<'s, L: Level> Elements<'s, L> {
    #[inline]
    pub(super) fn new(cursor: Cursor<'s, L>) -> Self {
        Self { parts: Parts { cursor, separator: b'[' } }
    }

    #[inline]
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        self.parts.part(|c, separator| value.serialize(ValueSerializer(c.ascii(separator).marked())))
    }

    #[inline]
    fn close(self) -> Result<Cursor<'s, L>, Failure> {
        let Parts { cursor, separator } = self.parts;
        match separator {
            LOST => Err(Failure::lost()),
            b'[' => Ok(cursor.short(b"[]\0\0", 2)),
            _ => Ok(cursor.ascii(b']')),
        }
    }
}

/// An object.
#[derive(Debug)]
pub struct Entries<'s, L: Level> {
    parts: Parts<'s, L>,
}

impl<'s, L: Level> Entries<'s, L> {
    #[inline]
    pub(super) fn new(cursor: Cursor<'s, L>) -> Self {
        Self { parts: Parts { cursor, separator: b'{' } }
    }

    #[inline]
    fn field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Failure> {
        self.parts.part(|c, separator| value.serialize(ValueSerializer(c.entry(separator, key).marked())))
    }

    #[inline]
    fn close(self) -> Result<Cursor<'s, L>, Failure> {
        let Parts { cursor, separator } = self.parts;
        match separator {
            LOST => Err(Failure::lost()),
            b'{' => Ok(cursor.short(b"{}\0\0", 2)),
            _ => Ok(cursor.ascii(b'}')),
        }
    }
}

impl<'s, L: Level> SerializeMap for Entries<'s, L> {
    type Ok = End<'s, L>;
    type Error = Failure;

    #[inline]
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failure> {
        self.parts.part(|c, separator| key.serialize(KeySerializer(c.ascii(separator).marked())))
    }

    #[inline]
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        self.parts.part(|c, _| value.serialize(ValueSerializer(c.ascii(b':').marked())))
    }

    #[inline]
    fn end(self) -> Written<'s, L> {
        Ok(self.close()?.end())
    }
}

/// A struct: an object, or text that goes through serde in the guise of a struct. In that case the separator,
/// of which there is none, says which.
#[derive(Debug)]
pub struct Fields<'s, L: Level> {
    parts: Parts<'s, L>,
}

/// See [`Fields`].
const NUMBER: u8 = 1;
const RAW_VALUE: u8 = 2;

/// The separator of [`Fields`].
#[inline]
const fn token_of(separator: u8) -> Option<Token> {
    match separator {
        NUMBER => Some(Token::Number),
        RAW_VALUE => Some(Token::RawValue),
        _ => None,
    }
}

impl<'s, L: Level> Fields<'s, L> {
    #[inline]
    pub(super) fn new(cursor: Cursor<'s, L>, verbatim: Option<Token>) -> Self {
        let separator = match verbatim {
            None => b'{',
            Some(Token::Number) => NUMBER,
            Some(Token::RawValue) => RAW_VALUE,
        };
        Self { parts: Parts { cursor, separator } }
    }
}

/// Writes the one field of a struct that stands for a text. The cursor goes in and out by value: the fields of every
/// other struct would be in memory instead of in registers, were they lent to this.
#[cold]
#[inline(never)]
fn verbatim<'s, L: Level, T: Serialize + ?Sized>(
    cursor: Cursor<'s, L>,
    token: Token,
    key: &str,
    value: &T,
) -> Written<'s, L> {
    if key != token.name() {
        return Err(token.wrong_field());
    }
    value.serialize(VerbatimSerializer { cursor, token })
}

impl<'s, L: Level> SerializeStruct for Fields<'s, L> {
    type Ok = End<'s, L>;
    type Error = Failure;

    #[inline]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Failure> {
        match token_of(self.parts.separator) {
            None => self.parts.part(|c, separator| value.serialize(ValueSerializer(c.entry(separator, key).marked()))),
            Some(token) => {
                let separator = self.parts.separator;
                self.parts.part(|cursor, _| verbatim(cursor, token, key, value))?;
                self.parts.separator = separator;
                Ok(())
            }
        }
    }

    #[inline]
    fn end(self) -> Written<'s, L> {
        match token_of(self.parts.separator) {
            None => Ok(Entries { parts: self.parts }.close()?.end()),
            Some(_) => Ok(self.parts.cursor.end()),
        }
    }
}

/// The content of a variant, behind `{"variant":`.
#[derive(Debug)]
pub struct InVariant<C>(pub(super) C);

impl<'s, L: Level> SerializeStructVariant for InVariant<Entries<'s, L>> {
    type Ok = End<'s, L>;
    type Error = Failure;

    #[inline]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Failure> {
        self.0.field(key, value)
    }

    #[inline]
    fn end(self) -> Written<'s, L> {
        Ok(self.0.close()?.ascii(b'}').end())
    }
}

impl<'s, L: Level> SerializeTupleVariant for InVariant<Elements<'s, L>> {
    type Ok = End<'s, L>;
    type Error = Failure;

    #[inline]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        self.0.element(value)
    }

    #[inline]
    fn end(self) -> Written<'s, L> {
        Ok(self.0.close()?.ascii(b'}').end())
    }
}

macro_rules! arrays {
    ($($Trait:ident $method:ident;)+) => {
        $(
            impl<'s, L: Level> $Trait for Elements<'s, L> {
                type Ok = End<'s, L>;
                type Error = Failure;

                #[inline]
                fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
                    self.element(value)
                }

                #[inline]
                fn end(self) -> Written<'s, L> {
                    Ok(self.close()?.end())
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
