//! `bytes`: arrays of numbers.

use bytes::{Bytes, BytesMut};

use crate::value::ZeroAllocJson;
use crate::cursor::Cursor;
use crate::sink::level::Level;

macro_rules! buffers {
    ($($B:ident)+) => {
        $(
            impl ZeroAllocJson for $B {
                #[inline]
                fn write_value<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
                    self.as_ref().write_value(c)
                }
            }
        )+
    };
}

buffers! { Bytes BytesMut }
