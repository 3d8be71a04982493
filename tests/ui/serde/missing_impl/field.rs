use record_runtime::{Serde, ZeroAllocJson};

struct Neither;

#[derive(ZeroAllocJson)]
struct Fields {
    #[json(serde)]
    a: Neither,
    #[json(serde)]
    b: Vec<Neither>,
}

fn main() {
    record_runtime::to_string(&Serde(&Neither));
}
