//! Newtypes that change how a value calculates or compares: written as the value.

use core::cmp::Reverse;
use core::num::{Saturating, Wrapping};

use crate::ZeroAllocJson;
use crate::cursor::Cursor;
use crate::level::Level;

macro_rules! newtypes {
    ($($N:ident)+) => {
        $(
            impl<T: ZeroAllocJson> ZeroAllocJson for $N<T> {
                const MAX_JSON_LEN: Option<usize> = T::MAX_JSON_LEN;

                #[inline]
                fn write_value<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
                    self.0.write_value(c)
                }
            }
        )+
    };
}

newtypes! { Wrapping Saturating Reverse }
