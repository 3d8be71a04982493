#![deny(deprecated)]

use record_runtime::{JsonWriter, ZeroAllocJson};

#[deprecated]
fn is_zero(number: &u8) -> bool {
    *number == 0
}

#[deprecated]
fn write(_: &u8, writer: &mut JsonWriter<'_>) {
    writer.value(&1);
}

#[deprecated]
struct Other;

struct Remote {
    number: u8,
}

#[deprecated]
fn number(remote: &Remote) -> u8 {
    remote.number
}

#[derive(ZeroAllocJson)]
struct Fields {
    #[serde(skip_serializing_if = "is_zero")]
    a: u8,
    #[json(serialize_with = "write")]
    b: u8,
}

#[derive(ZeroAllocJson)]
enum Variants {
    #[json(serialize_with = "write")]
    A(u8),
    B {
        #[serde(skip_serializing_if = "is_zero")]
        a: u8,
    },
}

#[derive(ZeroAllocJson)]
#[serde(remote = "Remote")]
struct Definition {
    #[serde(getter = "number")]
    number: u8,
}

/// Allowed.
#[derive(ZeroAllocJson)]
#[allow(deprecated)]
struct Allowed {
    #[serde(skip_serializing_if = "is_zero")]
    a: u8,
    #[serde(skip)]
    b: Other,
}

fn main() {}
