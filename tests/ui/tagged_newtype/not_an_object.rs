use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[serde(tag = "t")]
enum Tagged {
    Number(u8),
    List(Vec<u8>),
    Good(Inner),
}

#[derive(ZeroAllocJson)]
struct Inner {
    a: u8,
}

fn main() {}
