use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[serde(rename_all(write = "camelCase"))]
struct Directions {
    #[serde(rename(serialise = "b"))]
    a: u8,
    #[serde(rename("b"))]
    b: u8,
}

fn main() {}
