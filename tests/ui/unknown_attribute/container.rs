use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[serde(rename_al = "camelCase")]
struct Misspelt {
    a: u8,
}

#[derive(ZeroAllocJson)]
#[json(colour = "red")]
struct Unknown {
    a: u8,
}

#[derive(ZeroAllocJson)]
#[json(some::path = "red")]
struct Path {
    a: u8,
}

fn main() {}
