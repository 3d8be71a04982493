//! `hashbrown`: objects and arrays, in the order in which they iterate.

use hashbrown::{HashMap, HashSet};

use crate::value::ZeroAllocJson;

maps! {
    [K: ZeroAllocJson, V: ZeroAllocJson, S] HashMap<K, V, S>, keys K, map => map;
}

collections! {
    [T: ZeroAllocJson, S] HashSet<T, S>, set => set;
}
