//! Tuples: arrays, written as one group of fields without keys.

use crate::cursor::Cursor;
use crate::kernels::float::texts::{BATCH, Converted, Floats};
use crate::sink::dispatch::Dispatch;
use crate::value::ZeroAllocJson;
use crate::value::bound::max_len;
use crate::value::floats::Gathered;
use crate::value::places::Places;

/// Elements have no key.
macro_rules! key {
    ($T:ident) => {
        ""
    };
}

macro_rules! tuples {
    ($($method:ident: $($T:ident $index:tt),+;)+) => {
        $(
            impl<$($T: ZeroAllocJson),+> ZeroAllocJson for ($($T,)+) {
                const MAX_JSON_LEN: Option<usize> = max_len(Self::__FRAGMENTS, &[$($T::MAX_JSON_LEN),+]);

                const __PLACES: Places = Places::ARRAY;
                const __KEYS_FIT: bool = $($T::__KEYS_FIT)&&+;

                const __FRAGMENTS: &'static [&'static str] = &["[", $(key!($T),)+ "]"];

                #[inline]
                fn write_value<'s, X: Dispatch>(&self, c: Cursor<'s, X>) -> Cursor<'s, X> {
                    c.$method::<Self, 0, $(&$T),+>($(&self.$index),+)
                }

                const __FLOATS: usize = {
                    let floats = 0 $(+ $T::__FLOAT.is_some() as usize)+;
                    if floats <= BATCH { floats } else { 0 }
                };

                #[inline]
                fn __gather(&self, floats: &mut Floats) {
                    let mut at = 0;
                    $(
                        floats.set(at, &self.$index);
                        at += usize::from($T::__FLOAT.is_some());
                    )+
                    let _ = at;
                }

                #[inline]
                fn __write_gathered<'s, X: Dispatch, Y: Converted>(&self, c: Cursor<'s, X>, texts: Y) -> Cursor<'s, X> {
                    let mut at = 0;
                    c.$method::<Self, 0, $(Gathered<'_, Y, $T>),+>($(Gathered::next(texts, &mut at, &self.$index)),+)
                }
            }
        )+
    };
}

tuples! {
    fields1: A 0;
    fields2: A 0, B 1;
    fields3: A 0, B 1, C 2;
    fields4: A 0, B 1, C 2, D 3;
    fields5: A 0, B 1, C 2, D 3, E 4;
    fields6: A 0, B 1, C 2, D 3, E 4, F 5;
    fields7: A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    fields8: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
    fields9: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8;
    fields10: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9;
    fields11: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10;
    fields12: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, M 11;
    fields13: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, M 11, N 12;
    fields14: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, M 11, N 12, O 13;
    fields15: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, M 11, N 12, O 13, P 14;
    fields16: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, M 11, N 12, O 13, P 14, Q 15;
}
