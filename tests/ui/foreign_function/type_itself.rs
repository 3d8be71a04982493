use record_runtime::ZeroAllocJson;

struct OnlySerde;

#[derive(ZeroAllocJson)]
struct Fields<T> {
    #[json(serde)]
    a: OnlySerde,
    #[json(serde, skip_serializing_if = "Option::is_none")]
    b: Option<T>,
}

#[derive(ZeroAllocJson)]
struct Newtype(#[json(serde)] OnlySerde);

fn main() {}
