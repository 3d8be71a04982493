//! `hashbrown`: objects and arrays, in the order in which they iterate.

use hashbrown::{HashMap, HashSet};

use crate::{JsonKey, ZeroAllocJson};

maps! {
    [K: JsonKey, V: ZeroAllocJson, S] HashMap<K, V, S>, map => map;
}

collections! {
    [T: ZeroAllocJson, S] HashSet<T, S>, set => set;
}
