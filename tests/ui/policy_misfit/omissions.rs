use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
struct Inner {
    a: u8,
}

#[derive(ZeroAllocJson)]
struct Omits {
    #[json(omit_empty)]
    inner: Inner,
    #[json(skip_none)]
    list: Vec<u8>,
}

fn main() {}
