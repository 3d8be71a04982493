//! Fields whose schema is not known.

use record_runtime::{JsonWriter, ZeroAllocJson};

fn write(_: &u8, w: &mut JsonWriter<'_>) {
    w.value(&1);
}

#[derive(ZeroAllocJson)]
#[json(schema)]
struct Written {
    #[json(serialize_with = "write")]
    a: u8,
}

#[derive(ZeroAllocJson)]
#[json(schema)]
enum Variant {
    #[json(serialize_with = "write")]
    A(u8),
}

#[derive(ZeroAllocJson)]
struct Without {
    #[json(schema = "u8")]
    a: u8,
}

#[derive(ZeroAllocJson)]
#[json(schema = "u8")]
struct Misplaced {
    #[json(schema)]
    a: u8,
}

#[derive(ZeroAllocJson)]
#[serde(schema)]
struct OfSerde(u8);

fn main() {}
