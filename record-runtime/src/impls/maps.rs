//! Maps: objects, in the order in which they iterate.

use alloc::collections::BTreeMap;
#[cfg(feature = "std")]
use std::collections::HashMap;

use crate::cursor::Cursor;
use crate::level::Level;
use crate::{JsonKey, ZeroAllocJson};

macro_rules! maps {
    ($($(#[$cfg:meta])? $M:ident<K, V $(, $S:ident)?>;)+) => {
        $(
            $(#[$cfg])?
            impl<K: JsonKey, V: ZeroAllocJson $(, $S)?> ZeroAllocJson for $M<K, V $(, $S)?> {
                fn write_value<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
                    c.map(self)
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
