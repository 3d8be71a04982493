//! Maps: objects, in the order in which they iterate.

use alloc::collections::BTreeMap;
#[cfg(feature = "std")]
use std::collections::HashMap;

use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::value::ZeroAllocJson;
use crate::value::mask::names::Fields;
use crate::value::places::Places;

macro_rules! maps {
    ($($(#[$cfg:meta])? $M:ident<K, V $(, $S:ident)?>;)+) => {
        $(
            $(#[$cfg])?
            impl<K: ZeroAllocJson, V: ZeroAllocJson $(, $S)?> ZeroAllocJson for $M<K, V $(, $S)?> {
                fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    c.map(self)
                }

                const __PLACES: Places = Places::OBJECT;
                const __KEYS_FIT: bool = K::__PLACES_BEHIND.key && K::__KEYS_FIT && V::__KEYS_FIT;

                fn __fields() -> Fields {
                    V::__fields().in_entries()
                }
            }
        )+
    };
}

maps! {
    BTreeMap<K, V>;
    #[cfg(feature = "std")]
    HashMap<K, V, S>;
}
