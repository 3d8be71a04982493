use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
struct Renamed {
    a: u8,
    #[serde(rename = "a")]
    b: u8,
    #[json(rename = "a")]
    c: u8,
}

#[derive(ZeroAllocJson)]
#[serde(rename_all = "lowercase")]
enum ByRule {
    A {
        #[serde(rename = "user_id")]
        a: u8,
        user_id: u8,
    },
}

#[derive(ZeroAllocJson)]
#[serde(rename_all = "camelCase")]
struct Camel {
    user_id: u8,
    #[allow(non_snake_case)]
    userId: u8,
}

fn main() {}
