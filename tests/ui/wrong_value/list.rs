use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[serde(rename_all = "camelCase" tag = "t")]
struct Comma {
    #[json = "a"]
    a: u8,
    #[json]
    b: u8,
    #[json("literal")]
    c: u8,
}

fn main() {}
