use record_runtime::ZeroAllocJson;
use std::collections::{BTreeMap, HashMap};

#[derive(ZeroAllocJson)]
struct Maps {
    list: BTreeMap<Vec<u8>, u8>,
    tuple: HashMap<(u8, u8), u8>,
    optional: BTreeMap<Point, u8>,
    nested: Option<Vec<BTreeMap<(), u8>>>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord, ZeroAllocJson)]
struct Point {
    x: u8,
    y: u8,
}

fn main() {}
