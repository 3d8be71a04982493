use record_runtime::ZeroAllocJson;

mod foreign {
    pub struct Other {
        pub a: u8,
    }
}

#[derive(ZeroAllocJson)]
#[serde(remote = "foreign::Other")]
struct Remote {
    a: u8,
}

#[derive(ZeroAllocJson)]
#[json(remote = "foreign::Other")]
struct Getter {
    #[serde(getter = "get_a")]
    a: u8,
}

fn get_a(other: &foreign::Other) -> u8 {
    other.a
}

fn main() {}
