//! Map keys, by the rules of `serde_json`: what is a string, or a number between quotes.

use core::fmt;

use serde_core::ser::{Impossible, Serialize, Serializer};

use super::end::Written;
use super::failure::Failure;
use super::serializer::each_scalar;
use crate::cursor::Cursor;
use crate::cursor::key::NOT_A_KEY;
use crate::cursor::lend::End;
use crate::sink::dispatch::Dispatch;
use crate::value::ZeroAllocJson;

/// Methods of a serializer that refuse what they are given.
macro_rules! refuse {
    ($this:ident => $failure:expr; compounds) => {
        refuse! { $this => $failure;
            serialize_bytes(&[u8]) serialize_unit() serialize_none() serialize_unit_struct(&'static str)
        }
        refuse! { $this => $failure;
            serialize_newtype_variant<T>(&'static str, u32, &'static str, &T)
        }
        refuse! { $this => $failure;
            serialize_seq(Option<usize>) -> SerializeSeq;
            serialize_tuple(usize) -> SerializeTuple;
            serialize_tuple_struct(&'static str, usize) -> SerializeTupleStruct;
            serialize_tuple_variant(&'static str, u32, &'static str, usize) -> SerializeTupleVariant;
            serialize_map(Option<usize>) -> SerializeMap;
            serialize_struct(&'static str, usize) -> SerializeStruct;
            serialize_struct_variant(&'static str, u32, &'static str, usize) -> SerializeStructVariant;
        }
    };
    ($this:ident => $failure:expr; $($method:ident($($T:ty),*))+) => {
        $(
            fn $method(self, $(_: $T),*) -> Result<Self::Ok, Failure> {
                let $this = self;
                Err($failure)
            }
        )+
    };
    ($this:ident => $failure:expr; $($method:ident<$V:ident>($($T:ty),*))+) => {
        $(
            fn $method<$V: Serialize + ?Sized>(self, $(_: $T),*) -> Result<Self::Ok, Failure> {
                let $this = self;
                Err($failure)
            }
        )+
    };
    ($this:ident => $failure:expr; $($method:ident($($T:ty),*) -> $Compound:ident;)+) => {
        $(
            type $Compound = Impossible<Self::Ok, Failure>;

            fn $method(self, $(_: $T),*) -> Result<Self::$Compound, Failure> {
                let $this = self;
                Err($failure)
            }
        )+
    };
}
pub(super) use refuse;

/// Writes one key at the cursor.
#[derive(Debug)]
pub(super) struct KeySerializer<'s, D: Dispatch>(pub(super) Cursor<'s, D>);

/// Keys that the runtime knows as such.
macro_rules! keys {
    ($($method:ident: $T:ty;)+) => {
        $(
            #[inline]
            fn $method(self, value: $T) -> Result<Self::Ok, Failure> {
                // Of a float, only a finite one is a key.
                <$T as ZeroAllocJson>::__write_key(&value, self.0).end_if_written()
            }
        )+
    };
}

#[cold]
fn not_a_key() -> Failure {
    Failure::known(NOT_A_KEY)
}

impl<'s, D: Dispatch> Serializer for KeySerializer<'s, D> {
    type Ok = End<'s, D>;
    type Error = Failure;

    each_scalar! { keys }

    #[inline]
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Written<'s, D> {
        Ok(self.0.str(variant).end())
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written<'s, D> {
        value.serialize(Self(self.0.within_stack()?))
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Written<'s, D> {
        value.serialize(Self(self.0.within_stack()?))
    }

    #[inline]
    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Written<'s, D> {
        self.0.fmt(format_args!("{value}")).end_if_written()
    }

    refuse! { _this => not_a_key(); compounds }
}
