use record_runtime::{JsonWriter, ZeroAllocJson};
use serde::Serializer;

#[derive(ZeroAllocJson)]
struct Fields {
    #[serde(serialize_with = "for_a_writer")]
    a: u8,
    #[serde(serialize_with = "of_a_string")]
    b: u8,
    #[serde(with = "not_there")]
    c: u8,
    #[serde(serialize_with = "no_result")]
    d: u8,
}

fn for_a_writer(value: &u8, w: &mut JsonWriter<'_>) {
    w.value(value);
}

fn of_a_string<S: Serializer>(value: &String, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(value)
}

fn no_result<S: Serializer>(_: &u8, _: S) {}

fn main() {}
