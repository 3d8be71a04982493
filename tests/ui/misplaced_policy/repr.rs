use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[json(repr)]
struct Number {
    a: u8,
}

#[derive(ZeroAllocJson)]
#[json(repr)]
enum Content {
    A,
    B(u8),
    C { a: u8 },
}

fn main() {}
