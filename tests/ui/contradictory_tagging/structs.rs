use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[serde(untagged)]
struct Untagged {
    a: u8,
}

#[derive(ZeroAllocJson)]
#[serde(tag = "t", content = "c")]
struct Content {
    a: u8,
}

#[derive(ZeroAllocJson)]
#[serde(rename_all_fields = "camelCase")]
struct FieldsOfVariants {
    a: u8,
}

#[derive(ZeroAllocJson)]
#[serde(tag = "t")]
struct Tuple(u8, u8);

#[derive(ZeroAllocJson)]
#[serde(tag = "t")]
struct Unit;

fn main() {}
