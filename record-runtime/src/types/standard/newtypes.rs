//! Newtypes that change how a value calculates or compares: written as the value.

use core::cmp::Reverse;
use core::num::{Saturating, Wrapping};

use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::value::ZeroAllocJson;
use crate::value::mask::names::Fields;
use crate::value::places::Places;

macro_rules! newtypes {
    ($($N:ident)+) => {
        $(
            impl<T: ZeroAllocJson> ZeroAllocJson for $N<T> {
                const MAX_JSON_LEN: Option<usize> = T::MAX_JSON_LEN;

                #[inline]
                fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    self.0.write_value(c)
                }

                #[inline]
                fn __write_key<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    self.0.__write_key(c)
                }

                const __PLACES: Places = T::__PLACES;
                const __PLACES_BEHIND: Places = T::__PLACES_BEHIND;
                const __KEYS_FIT: bool = T::__KEYS_FIT;

                fn __fields() -> Fields {
                    T::__fields()
                }
            }
        )+
    };
}

newtypes! { Wrapping Saturating Reverse }
