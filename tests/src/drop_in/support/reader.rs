//! A deserializer that gives a type whatever it asks for.

use serde::de::{DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::make::Make;
use super::source::{Source, learn};

/// Gives a type whatever it asks for. The names that its errors ask for are remembered.
pub(super) struct Reader<'a>(pub(super) &'a mut Source);

/// Why a value could not be read; what it teaches is kept elsewhere.
#[derive(Debug)]
pub struct Misfit;

impl std::fmt::Display for Misfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("another value was wanted")
    }
}

impl std::error::Error for Misfit {}

impl serde::de::Error for Misfit {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }

    fn missing_field(field: &'static str) -> Self {
        learn(field);
        Self
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        expected.iter().copied().for_each(learn);
        Self
    }
}

macro_rules! read {
    ($($method:ident $visit:ident $type:ty;)*) => {$(
        fn $method<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Misfit> {
            visitor.$visit(<$type>::make(self.0).ok_or(Misfit)?)
        }
    )*};
}

impl Deserializer<'static> for Reader<'_> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0.below(10) {
            0 => visitor.visit_bool(self.0.below(2) == 0),
            1 => visitor.visit_u64(self.0.bits() % 1000),
            2 => visitor.visit_i64(-1),
            3 => visitor.visit_f64(0.5),
            4 => visitor.visit_unit(),
            5 => self.deserialize_seq(visitor),
            6 | 7 => self.deserialize_map(visitor),
            _ => self.deserialize_str(visitor),
        }
    }

    read! {
        deserialize_bool visit_bool bool;
        deserialize_i8 visit_i8 i8;
        deserialize_i16 visit_i16 i16;
        deserialize_i32 visit_i32 i32;
        deserialize_i64 visit_i64 i64;
        deserialize_i128 visit_i128 i128;
        deserialize_u8 visit_u8 u8;
        deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64;
        deserialize_u128 visit_u128 u128;
        deserialize_f32 visit_f32 f32;
        deserialize_f64 visit_f64 f64;
        deserialize_char visit_char char;
        deserialize_str visit_borrowed_str &str;
        deserialize_string visit_borrowed_str &str;
        deserialize_identifier visit_borrowed_str &str;
    }

    fn deserialize_bytes<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_borrowed_bytes(self.0.text().as_bytes())
    }

    fn deserialize_byte_buf<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Misfit> {
        if self.0.len() == 0 { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'static>>(self, _: &'static str, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'static>>(self, _: &'static str, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let len = self.0.len();
        self.parts(|source| visitor.visit_seq(Parts { source, fields: None, left: len }))
    }

    fn deserialize_tuple<V: Visitor<'static>>(self, len: usize, visitor: V) -> Result<V::Value, Misfit> {
        self.parts(|source| visitor.visit_seq(Parts { source, fields: None, left: len }))
    }

    fn deserialize_tuple_struct<V: Visitor<'static>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_map<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let len = self.0.len();
        self.parts(|source| visitor.visit_map(Parts { source, fields: None, left: len }))
    }

    fn deserialize_struct<V: Visitor<'static>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.parts(|source| visitor.visit_map(Parts { source, fields: Some(fields), left: fields.len() }))
    }

    fn deserialize_enum<V: Visitor<'static>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        if variants.is_empty() {
            return Err(Misfit);
        }
        let name = variants[self.0.below(variants.len())];
        visitor.visit_enum(Variant { name, source: self.0 })
    }

    fn deserialize_ignored_any<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_unit()
    }
}

impl Reader<'_> {
    fn parts<T>(self, read: impl FnOnce(&mut Source) -> Result<T, Misfit>) -> Result<T, Misfit> {
        self.0.nested(|source| read(source).ok()).ok_or(Misfit)
    }
}

/// The elements of a sequence, or the entries of a map or a struct.
struct Parts<'a> {
    source: &'a mut Source,
    fields: Option<&'static [&'static str]>,
    left: usize,
}

impl SeqAccess<'static> for Parts<'_> {
    type Error = Misfit;

    fn next_element_seed<T: DeserializeSeed<'static>>(&mut self, seed: T) -> Result<Option<T::Value>, Misfit> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        seed.deserialize(Reader(self.source)).map(Some)
    }
}

impl MapAccess<'static> for Parts<'_> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'static>>(&mut self, seed: K) -> Result<Option<K::Value>, Misfit> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        match self.fields {
            Some(fields) => {
                let name = fields[fields.len() - 1 - self.left];
                seed.deserialize(serde::de::value::BorrowedStrDeserializer::new(name)).map(Some)
            }
            None => seed.deserialize(Reader(self.source)).map(Some),
        }
    }

    fn next_value_seed<T: DeserializeSeed<'static>>(&mut self, seed: T) -> Result<T::Value, Misfit> {
        seed.deserialize(Reader(self.source))
    }
}

struct Variant<'a> {
    name: &'static str,
    source: &'a mut Source,
}

impl<'a> EnumAccess<'static> for Variant<'a> {
    type Error = Misfit;
    type Variant = Reader<'a>;

    fn variant_seed<T: DeserializeSeed<'static>>(self, seed: T) -> Result<(T::Value, Reader<'a>), Misfit> {
        let name = seed.deserialize(serde::de::value::BorrowedStrDeserializer::<Misfit>::new(self.name))?;
        Ok((name, Reader(self.source)))
    }
}

impl VariantAccess<'static> for Reader<'_> {
    type Error = Misfit;

    fn unit_variant(self) -> Result<(), Misfit> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'static>>(self, seed: T) -> Result<T::Value, Misfit> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'static>>(self, len: usize, visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_tuple(len, visitor)
    }

    fn struct_variant<V: Visitor<'static>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.deserialize_struct("", fields, visitor)
    }
}
