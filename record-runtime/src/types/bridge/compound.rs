//! Arrays and objects, part by part.
//!
//! A part that is lost is remembered: see the head of the bridge. The opening bracket is written together with the
//! first part, as the comma is with the others. So one flag is enough: whether anything was written.

use core::mem;

use serde_core::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use super::end::Written;
use super::failure::Failure;
use super::key::KeySerializer;
use super::serializer::ValueSerializer;
use super::verbatim::{Token, VerbatimSerializer};
use crate::cursor::Cursor;
use crate::cursor::lend::End;
use crate::sink::dispatch::Dispatch;

/// The byte in front of the next part: a bracket, a comma, or this where a part before it was lost.
const LOST: u8 = 0;

/// The state of an array or object: its cursor, but for the time in which a part is written.
#[derive(Debug)]
struct Parts<'s, D: Dispatch> {
    cursor: Cursor<'s, D>,
    separator: u8,
}

impl<D: Dispatch> Parts<'_, D> {
    /// Lets a part be written, by a cursor and with what is to stand in front of it.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn part<F>(&mut self, write: F) -> Result<(), Failure>
    where
        F: for<'a> FnOnce(Cursor<'a, D>, u8) -> Written<'a, D>,
    {
        let separator = mem::replace(&mut self.separator, LOST);
        if separator == LOST {
            return Err(Failure::lost());
        }
        self.cursor.try_advance(|c| write(c, separator))?;
        self.cursor.mark();
        self.separator = b',';
        Ok(())
    }
}

/// An array.
#[derive(Debug)]
pub struct Elements<'s, D: Dispatch> {
    parts: Parts<'s, D>,
}

impl<'s, D: Dispatch> Elements<'s, D> {
    #[inline]
    pub(super) fn new(cursor: Cursor<'s, D>) -> Self {
        Self { parts: Parts { cursor, separator: b'[' } }
    }

    #[inline]
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        self.parts.part(|c, separator| value.serialize(ValueSerializer(c.ascii(separator).marked())))
    }

    #[inline]
    fn close(self) -> Result<Cursor<'s, D>, Failure> {
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
pub struct Entries<'s, D: Dispatch> {
    parts: Parts<'s, D>,
}

impl<'s, D: Dispatch> Entries<'s, D> {
    #[inline]
    pub(super) fn new(cursor: Cursor<'s, D>) -> Self {
        Self { parts: Parts { cursor, separator: b'{' } }
    }

    #[inline]
    fn field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Failure> {
        self.parts.part(|c, separator| value.serialize(ValueSerializer(c.entry(separator, key).marked())))
    }

    #[inline]
    fn close(self) -> Result<Cursor<'s, D>, Failure> {
        let Parts { cursor, separator } = self.parts;
        match separator {
            LOST => Err(Failure::lost()),
            b'{' => Ok(cursor.short(b"{}\0\0", 2)),
            _ => Ok(cursor.ascii(b'}')),
        }
    }
}

impl<'s, D: Dispatch> SerializeMap for Entries<'s, D> {
    type Ok = End<'s, D>;
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
    fn end(self) -> Written<'s, D> {
        Ok(self.close()?.end())
    }
}

/// A struct: an object, or text that goes through serde in the guise of a struct. In that case the separator,
/// of which there is none, says which.
#[derive(Debug)]
pub struct Fields<'s, D: Dispatch> {
    parts: Parts<'s, D>,
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

impl<'s, D: Dispatch> Fields<'s, D> {
    #[inline]
    pub(super) fn new(cursor: Cursor<'s, D>, verbatim: Option<Token>) -> Self {
        let separator = match verbatim {
            None => b'{',
            Some(Token::Number) => NUMBER,
            Some(Token::RawValue) => RAW_VALUE,
        };
        Self { parts: Parts { cursor, separator } }
    }
}

/// Writes the one field of a struct that stands for a text. The cursor goes in and out by value. Lent to this, it would
/// be in memory instead of in registers, also in the fields of other structs.
#[cold]
#[inline(never)]
fn verbatim<'s, D: Dispatch, T: Serialize + ?Sized>(
    cursor: Cursor<'s, D>,
    token: Token,
    key: &str,
    value: &T,
) -> Written<'s, D> {
    if key != token.name() {
        return Err(token.wrong_field());
    }
    value.serialize(VerbatimSerializer { cursor, token })
}

impl<'s, D: Dispatch> SerializeStruct for Fields<'s, D> {
    type Ok = End<'s, D>;
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
    fn end(self) -> Written<'s, D> {
        match token_of(self.parts.separator) {
            None => Ok(Entries { parts: self.parts }.close()?.end()),
            Some(_) => Ok(self.parts.cursor.end()),
        }
    }
}

/// The content of a variant, behind `{"variant":`.
#[derive(Debug)]
pub struct InVariant<C>(pub(super) C);

impl<'s, D: Dispatch> SerializeStructVariant for InVariant<Entries<'s, D>> {
    type Ok = End<'s, D>;
    type Error = Failure;

    #[inline]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Failure> {
        self.0.field(key, value)
    }

    #[inline]
    fn end(self) -> Written<'s, D> {
        Ok(self.0.close()?.ascii(b'}').end())
    }
}

impl<'s, D: Dispatch> SerializeTupleVariant for InVariant<Elements<'s, D>> {
    type Ok = End<'s, D>;
    type Error = Failure;

    #[inline]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        self.0.element(value)
    }

    #[inline]
    fn end(self) -> Written<'s, D> {
        Ok(self.0.close()?.ascii(b'}').end())
    }
}

macro_rules! arrays {
    ($($Trait:ident $method:ident;)+) => {
        $(
            impl<'s, D: Dispatch> $Trait for Elements<'s, D> {
                type Ok = End<'s, D>;
                type Error = Failure;

                #[inline]
                fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
                    self.element(value)
                }

                #[inline]
                fn end(self) -> Written<'s, D> {
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
