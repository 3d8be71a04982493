//! `indexmap`: objects and arrays, in the order of insertion.

use indexmap::{IndexMap, IndexSet};

use crate::value::ZeroAllocJson;

maps! {
    [K: ZeroAllocJson, V: ZeroAllocJson, S] IndexMap<K, V, S>, keys K, map => map;
}

collections! {
    [T: ZeroAllocJson, S] IndexSet<T, S>, set => set;
}
