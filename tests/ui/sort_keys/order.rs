use std::collections::{BTreeMap, HashMap};

use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[json(sort_keys)]
struct Flattened {
    #[json(flatten)]
    rest: BTreeMap<String, u8>,
    map: Option<HashMap<String, u8>>,
}

#[derive(ZeroAllocJson)]
#[json(sort_keys)]
struct Tuple(u8, u8);

#[derive(ZeroAllocJson)]
#[json(sort_keys, tag = "kind")]
enum Internal {
    A { age: u8 },
    B(Inner),
}

#[derive(ZeroAllocJson)]
#[json(sort_keys, tag = "t", content = "c")]
enum Adjacent {
    A(u8),
}

#[derive(ZeroAllocJson)]
struct Inner {}

fn main() {}
