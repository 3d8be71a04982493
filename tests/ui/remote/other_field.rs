use record_runtime::ZeroAllocJson;

mod foreign {
    pub struct Other {
        pub number: u64,
        private: u8,
    }
}

#[derive(ZeroAllocJson)]
#[json(remote = "foreign::Other")]
struct OtherDef {
    number: u32,
    private: u8,
    missing: u8,
}

fn main() {}
