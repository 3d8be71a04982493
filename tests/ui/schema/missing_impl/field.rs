//! Fields of types without a schema.

use record_runtime::{ZeroAllocJson, schema};

#[derive(ZeroAllocJson)]
struct Without(u8);

#[derive(ZeroAllocJson)]
#[json(schema)]
struct Fields<T> {
    a: Without,
    #[json(schema = "Vec<Without>")]
    b: u8,
    c: T,
}

fn main() {
    let _ = schema::document::<Fields<Without>>();
}
