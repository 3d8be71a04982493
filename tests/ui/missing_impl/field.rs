use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
struct Fields {
    good: u8,
    bad: Missing,
    list: Vec<Option<Missing>>,
}

#[derive(ZeroAllocJson)]
enum Variants {
    A(Missing),
    B { a: u8, b: Missing },
}

#[derive(ZeroAllocJson)]
struct Newtype(Missing);

struct Missing;

fn main() {}
