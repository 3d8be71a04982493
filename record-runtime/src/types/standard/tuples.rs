//! Tuples: arrays, written as one group of fields without keys.

use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::value::ZeroAllocJson;
use crate::value::bound::max_len;
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
