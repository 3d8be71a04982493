use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
enum Unknown {
    #[serde(renam = "a")]
    A,
    #[json(wrong)]
    B(u8),
}

fn main() {}
