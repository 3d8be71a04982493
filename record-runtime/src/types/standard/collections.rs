//! Collections of values: arrays, in the order in which they iterate.

use alloc::collections::{BTreeSet, BinaryHeap, LinkedList, VecDeque};
#[cfg(feature = "std")]
use std::collections::HashSet;

use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::value::ZeroAllocJson;
use crate::value::mask::names::Fields;
use crate::value::places::Places;

macro_rules! collections {
    ($($(#[$cfg:meta])? $C:ident<T $(, $S:ident)?>;)+) => {
        $(
            $(#[$cfg])?
            impl<T: ZeroAllocJson $(, $S)?> ZeroAllocJson for $C<T $(, $S)?> {
                fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    c.seq(self)
                }

                const __PLACES: Places = Places::ARRAY;
                const __KEYS_FIT: bool = T::__KEYS_FIT;

                fn __fields() -> Fields {
                    T::__fields()
                }
            }
        )+
    };
}

collections! {
    VecDeque<T>;
    LinkedList<T>;
    BinaryHeap<T>;
    BTreeSet<T>;
    #[cfg(feature = "std")]
    HashSet<T, S>;
}
