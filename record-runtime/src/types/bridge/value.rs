//! A value of any of serde's kinds.

use core::fmt;

use serde_core::ser::{Serialize, Serializer};

use super::compound::{Elements, Entries, Fields, InVariant};
use super::end::Written;
use super::failure::Failure;
use super::key::KeySerializer;
use super::serializer::{ValueSerializer, each_scalar};
use super::verbatim::Token;
use crate::cursor::lend::End;
use crate::sink::dispatch::Dispatch;
use crate::value::ZeroAllocJson;

/// Scalars, each by the runtime's own writer.
macro_rules! scalars {
    ($($method:ident: $T:ty;)+) => {
        $(
            #[inline]
            fn $method(self, value: $T) -> Result<Self::Ok, Failure> {
                Ok(self.0.trusted::<$T>(&value).written::<$T>().end())
            }
        )+
    };
}

impl<'s, D: Dispatch> Serializer for ValueSerializer<'s, D> {
    type Ok = End<'s, D>;
    type Error = Failure;

    type SerializeSeq = Elements<'s, D>;
    type SerializeTuple = Elements<'s, D>;
    type SerializeTupleStruct = Elements<'s, D>;
    type SerializeTupleVariant = InVariant<Elements<'s, D>>;
    type SerializeMap = Entries<'s, D>;
    type SerializeStruct = Fields<'s, D>;
    type SerializeStructVariant = InVariant<Entries<'s, D>>;

    each_scalar! { scalars }

    /// An array of numbers.
    #[inline]
    fn serialize_bytes(self, value: &[u8]) -> Written<'s, D> {
        Ok(value.write_value(self.0).end())
    }

    #[inline]
    fn serialize_none(self) -> Written<'s, D> {
        Ok(self.0.null().end())
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written<'s, D> {
        value.serialize(Self(self.0.within_stack()?))
    }

    #[inline]
    fn serialize_unit(self) -> Written<'s, D> {
        Ok(self.0.null().end())
    }

    #[inline]
    fn serialize_unit_struct(self, _: &'static str) -> Written<'s, D> {
        Ok(self.0.null().end())
    }

    #[inline]
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Written<'s, D> {
        Ok(self.0.str(variant).unit_variant().end())
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Written<'s, D> {
        value.serialize(Self(self.0.within_stack()?))
    }

    #[inline]
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Written<'s, D> {
        Ok(self.0.within_stack()?.entry(b'{', variant).part(|c| value.serialize(ValueSerializer(c)))?.ascii(b'}').end())
    }

    #[inline]
    fn serialize_seq(self, _: Option<usize>) -> Result<Elements<'s, D>, Failure> {
        Ok(Elements::new(self.0.within_stack()?))
    }

    #[inline]
    fn serialize_tuple(self, _: usize) -> Result<Elements<'s, D>, Failure> {
        Ok(Elements::new(self.0.within_stack()?))
    }

    #[inline]
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Elements<'s, D>, Failure> {
        Ok(Elements::new(self.0.within_stack()?))
    }

    #[inline]
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<InVariant<Elements<'s, D>>, Failure> {
        Ok(InVariant(Elements::new(self.0.within_stack()?.entry(b'{', variant))))
    }

    #[inline]
    fn serialize_map(self, _: Option<usize>) -> Result<Entries<'s, D>, Failure> {
        Ok(Entries::new(self.0.within_stack()?))
    }

    #[inline]
    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Fields<'s, D>, Failure> {
        Ok(Fields::new(self.0.within_stack()?, Token::of_struct(name)))
    }

    #[inline]
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<InVariant<Entries<'s, D>>, Failure> {
        Ok(InVariant(Entries::new(self.0.within_stack()?.entry(b'{', variant))))
    }

    fn collect_seq<I>(self, values: I) -> Written<'s, D>
    where
        I: IntoIterator,
        I::Item: Serialize,
    {
        let (mut c, mut separator) = (self.0.within_stack()?, b'[');
        for value in values {
            c = c.ascii(separator).part(|c| value.serialize(ValueSerializer(c)))?;
            separator = b',';
        }
        Ok(if separator == b'[' { c.short(b"[]\0\0", 2) } else { c.ascii(b']') }.end())
    }

    /// In one function, which takes less stack than serde's own with one for the entries.
    fn collect_map<K, V, I>(self, entries: I) -> Written<'s, D>
    where
        K: Serialize,
        V: Serialize,
        I: IntoIterator<Item = (K, V)>,
    {
        let (mut c, mut separator) = (self.0.within_stack()?, b'{');
        for (key, value) in entries {
            c = c.ascii(separator).part(|c| key.serialize(KeySerializer(c)))?;
            c = c.ascii(b':').part(|c| value.serialize(ValueSerializer(c)))?;
            separator = b',';
        }
        Ok(if separator == b'{' { c.short(b"{}\0\0", 2) } else { c.ascii(b'}') }.end())
    }

    #[inline]
    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Written<'s, D> {
        self.0.fmt(format_args!("{value}")).end_if_written()
    }
}
