//! `indexmap`: objects and arrays, in the order of insertion.

use indexmap::{IndexMap, IndexSet};

use crate::{JsonKey, ZeroAllocJson};

maps! {
    [K: JsonKey, V: ZeroAllocJson, S] IndexMap<K, V, S>, map => map;
}

collections! {
    [T: ZeroAllocJson, S] IndexSet<T, S>, set => set;
}
