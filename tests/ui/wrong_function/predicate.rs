use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
struct Predicates {
    #[serde(skip_serializing_if = "String::is_empty")]
    wrong_type: Option<u8>,
    #[serde(skip_serializing_if = "missing")]
    missing: u8,
    #[serde(skip_serializing_if = "not_bool")]
    not_bool: u8,
}

fn not_bool(_: &u8) -> u8 {
    1
}

fn main() {}
