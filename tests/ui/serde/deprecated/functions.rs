#![deny(deprecated)]

use record_runtime::ZeroAllocJson;
use serde::Serializer;

#[deprecated]
fn write<S: Serializer>(number: &u8, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(number)
}

mod module {
    use serde::Serializer;

    #[deprecated]
    pub fn serialize<S: Serializer>(number: &u8, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(number)
    }
}

#[derive(ZeroAllocJson)]
struct Fields {
    #[serde(serialize_with = "write")]
    a: u8,
    #[serde(with = "module")]
    b: u8,
}

#[derive(ZeroAllocJson)]
enum Variants {
    #[serde(serialize_with = "write")]
    A(u8),
    #[serde(with = "module")]
    B(u8),
}

fn main() {}
