use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
struct Tuple(#[serde(flatten)] Inner, u8);

#[derive(ZeroAllocJson)]
struct Newtype(#[serde(flatten)] Inner);

#[derive(ZeroAllocJson)]
enum Variant {
    Newtype(#[serde(flatten)] Inner),
}

#[derive(ZeroAllocJson)]
struct Inner {
    a: u8,
}

fn main() {}
