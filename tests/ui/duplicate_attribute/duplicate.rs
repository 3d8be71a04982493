use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[serde(rename_all = "camelCase")]
#[serde(rename_all = "lowercase")]
struct Container {
    #[json(rename = "a", rename = "b")]
    a: u8,
    #[json(rename(serialize = "a", serialize = "b"))]
    b: u8,
    #[json(skip, skip)]
    c: u8,
}

fn main() {}
