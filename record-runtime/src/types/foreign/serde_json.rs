//! `serde_json`'s dynamic values. Its features are followed: `preserve_order` by iterating,
//! `arbitrary_precision`, with which a number is its own text, by asking the number itself.

use serde_json::value::RawValue;
use serde_json::{Map, Number, Value};

use crate::types::bridge::Serde;
use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::value::ZeroAllocJson;

impl ZeroAllocJson for Value {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        match self {
            Self::Null => c.null(),
            Self::Bool(value) => c.bool(*value),
            Self::Number(number) => number.write_value(c),
            Self::String(text) => c.str(text),
            Self::Array(values) => values.write_value(c),
            Self::Object(entries) => entries.write_value(c),
        }
    }
}

maps! { [] Map<alloc::string::String, Value>, keys alloc::string::String, map => map; }

/// Through serde, since what it consists of depends on a feature that cannot be asked for.
impl ZeroAllocJson for Number {
    #[inline]
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        Serde(self).write_value(c)
    }
}

/// JSON already, which `serde_json` saw to.
impl ZeroAllocJson for RawValue {
    #[inline]
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.raw(self.get())
    }
}
