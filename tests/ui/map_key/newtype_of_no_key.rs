use record_runtime::ZeroAllocJson;
use std::collections::BTreeMap;

#[derive(ZeroAllocJson)]
struct Maps {
    newtype: BTreeMap<Newtype, u8>,
    variants: BTreeMap<Variants, u8>,
    tagged: BTreeMap<Tagged, u8>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord, ZeroAllocJson)]
struct Newtype(Vec<u8>);

#[derive(PartialEq, Eq, PartialOrd, Ord, ZeroAllocJson)]
enum Variants {
    Unit,
    Newtype(u8),
}

#[derive(PartialEq, Eq, PartialOrd, Ord, ZeroAllocJson)]
#[serde(tag = "t")]
enum Tagged {
    Unit,
}

fn main() {}
