use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[serde(into = "not a type")]
struct Into {
    a: u8,
}

fn main() {}
