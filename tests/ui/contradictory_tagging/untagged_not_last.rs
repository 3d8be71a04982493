use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
enum Order {
    #[serde(untagged)]
    First(u8),
    Second,
    #[serde(untagged)]
    Third(i8),
    Fourth,
}

fn main() {}
