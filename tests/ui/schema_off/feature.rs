//! The feature `schema` is off.

use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[json(schema)]
struct User {
    id: u64,
}

fn main() {}
