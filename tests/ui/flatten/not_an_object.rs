use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
struct Flattened {
    #[serde(flatten)]
    number: u8,
    #[serde(flatten)]
    list: Vec<Inner>,
    #[serde(flatten)]
    tuple: Tuple,
    #[serde(flatten)]
    text: Option<String>,
}

#[derive(ZeroAllocJson)]
struct Tuple(u8, u8);

#[derive(ZeroAllocJson)]
struct Inner {
    a: u8,
}

fn main() {}
