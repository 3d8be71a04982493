//! The serializer that the bridge lends to a `Serialize`. Its methods are in [`value`](super::value): the parts of a
//! value lend it in turn.

use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;

/// Writes one value at the cursor.
#[derive(Debug)]
pub struct ValueSerializer<'s, D: Dispatch>(pub(super) Cursor<'s, D>);

/// The methods for scalars, which all are written by the runtime.
macro_rules! each_scalar {
    ($define:ident) => {
        $define! {
            serialize_bool: bool;
            serialize_i8: i8;
            serialize_i16: i16;
            serialize_i32: i32;
            serialize_i64: i64;
            serialize_i128: i128;
            serialize_u8: u8;
            serialize_u16: u16;
            serialize_u32: u32;
            serialize_u64: u64;
            serialize_u128: u128;
            serialize_f32: f32;
            serialize_f64: f64;
            serialize_char: char;
            serialize_str: &str;
        }
    };
}
pub(super) use each_scalar;
