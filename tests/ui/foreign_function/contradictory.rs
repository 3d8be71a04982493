use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[json(serde)]
struct Container {
    #[json(serde, serialize_with = "function")]
    a: u8,
    #[json(with = "module", serde)]
    b: u8,
    #[serde(serde)]
    c: u8,
    #[json(serde = "x")]
    d: u8,
}

#[derive(ZeroAllocJson)]
enum Variants {
    #[json(serde)]
    A(u8),
}

#[derive(ZeroAllocJson)]
struct NoRemote {
    #[serde(getter = "get_a")]
    a: u8,
}

fn main() {}
