use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[serde(flatten, skip)]
struct OnContainer {
    #[serde(tag = "t")]
    a: u8,
    #[json(rename_all = "lowercase", transparent)]
    b: u8,
}

#[derive(ZeroAllocJson)]
enum OnVariant {
    #[json(into = "u8")]
    A,
    #[serde(flatten)]
    B,
    #[json(getter = "b")]
    C,
}

fn main() {}
