//! `indexmap`: objects and arrays, in the order of insertion.

use indexmap::{IndexMap, IndexSet};

use crate::types::masked::containers;
use crate::value::ZeroAllocJson;
use crate::value::mask::Maskable;

maps! {
    [K: ZeroAllocJson, V: ZeroAllocJson, S] IndexMap<K, V, S>, keys K: V, map => map;
}

collections! {
    [T: ZeroAllocJson, S] IndexSet<T, S>: T, set => set;
}

containers! {
    [K, V: Maskable, S] IndexMap<K, V, S> => V;
    [T: Maskable, S] IndexSet<T, S> => T;
}
