use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[json(bound = "")]
struct NotEnough<T> {
    inner: T,
}

fn main() {}
