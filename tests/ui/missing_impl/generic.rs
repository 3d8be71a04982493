use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
struct Generic<T> {
    inner: T,
}

struct Missing;

fn write() -> String {
    record_runtime::to_string(&Generic { inner: Missing })
}

fn main() {}
