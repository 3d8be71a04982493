use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[serde(tag = "t")]
enum Tuples {
    Good { a: u8 },
    Two(u8, u8),
    None(),
}

fn main() {}
