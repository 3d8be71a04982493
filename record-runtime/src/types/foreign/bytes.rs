//! `bytes`: arrays of numbers.

use bytes::{Bytes, BytesMut};

use crate::value::ZeroAllocJson;
use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;

macro_rules! buffers {
    ($($B:ident)+) => {
        $(
            impl ZeroAllocJson for $B {
                #[inline]
                fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    self.as_ref().write_value(c)
                }
            }
        )+
    };
}

buffers! { Bytes BytesMut }
