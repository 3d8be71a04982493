use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
struct Unknown {
    #[serde(skip_serializing_iff = "Option::is_none")]
    a: Option<u8>,
    #[json(flaten)]
    b: u8,
    #[json(nonsense(deeply = "nested"), rename = "c")]
    c: u8,
}

fn main() {}
