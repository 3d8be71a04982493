//! Text that `serde_json` hands through serde as it is: a `RawValue`, and with its feature
//! `arbitrary_precision` every number of a `Value`.
//!
//! Each arrives as a struct with a private name and one field of that name, whose value is a
//! string. `serde_json` itself knows the names only with the feature that brings them about; here
//! they are always known, since no other type may use them.

use core::fmt;

use serde_core::ser::{Impossible, Serialize, Serializer};

use super::end::Written;
use super::failure::Failure;
use super::key::refuse;
use crate::cursor::Cursor;
use crate::cursor::lend::End;
use crate::sink::dispatch::Dispatch;

/// The two private structs.
#[derive(Clone, Copy, Debug)]
pub(super) enum Token {
    Number,
    RawValue,
}

impl Token {
    #[inline]
    pub(super) fn of_struct(name: &str) -> Option<Self> {
        if name == Self::Number.name() {
            Some(Self::Number)
        } else if name == Self::RawValue.name() {
            Some(Self::RawValue)
        } else {
            None
        }
    }

    #[inline]
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Number => "$serde_json::private::Number",
            Self::RawValue => "$serde_json::private::RawValue",
        }
    }

    #[cold]
    pub(super) fn wrong_field(self) -> Failure {
        Failure::known(match self {
            Self::Number => "invalid number",
            Self::RawValue => "expected value",
        })
    }

    #[cold]
    fn wrong_value(self) -> Failure {
        Failure::known(match self {
            Self::Number => "invalid number",
            Self::RawValue => "expected RawValue",
        })
    }
}

/// Writes a string without quotes or escapes, and refuses everything else.
#[derive(Debug)]
pub(super) struct VerbatimSerializer<'s, D: Dispatch> {
    pub(super) cursor: Cursor<'s, D>,
    pub(super) token: Token,
}

impl<'s, D: Dispatch> Serializer for VerbatimSerializer<'s, D> {
    type Ok = End<'s, D>;
    type Error = Failure;

    fn serialize_str(self, text: &str) -> Written<'s, D> {
        Ok(self.cursor.raw(text).end())
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Written<'s, D> {
        Ok(self.cursor.raw_fmt(format_args!("{value}")).end())
    }

    refuse! { this => this.token.wrong_value();
        serialize_bool(bool) serialize_char(char)
        serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64) serialize_i128(i128)
        serialize_u8(u8) serialize_u16(u16) serialize_u32(u32) serialize_u64(u64) serialize_u128(u128)
        serialize_f32(f32) serialize_f64(f64) serialize_unit_variant(&'static str, u32, &'static str)
    }
    refuse! { this => this.token.wrong_value(); compounds }
    refuse! { this => this.token.wrong_value();
        serialize_some<T>(&T) serialize_newtype_struct<T>(&'static str, &T)
    }
}
