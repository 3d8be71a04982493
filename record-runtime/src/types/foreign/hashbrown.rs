//! `hashbrown`: objects and arrays, in the order in which they iterate.

use hashbrown::{HashMap, HashSet};

use crate::types::masked::containers;
use crate::value::ZeroAllocJson;
use crate::value::mask::Maskable;

maps! {
    [K: ZeroAllocJson, V: ZeroAllocJson, S] HashMap<K, V, S>, keys K: V, map => map;
}

collections! {
    [T: ZeroAllocJson, S] HashSet<T, S>: T, set => set;
}

containers! {
    [K, V: Maskable, S] HashMap<K, V, S> => V;
    [T: Maskable, S] HashSet<T, S> => T;
}
