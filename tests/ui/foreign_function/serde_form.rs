use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
struct Fields {
    #[serde(serialize_with = "function")]
    a: u8,
    #[serde(with = "module")]
    b: u8,
}

#[derive(ZeroAllocJson)]
enum Variants {
    #[serde(serialize_with = "function")]
    A(u8),
    #[serde(with = "module")]
    B(u8),
}

fn main() {}
