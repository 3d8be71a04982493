use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[serde(bound = "T Serialize")]
struct Bound<T> {
    #[json(bound = "T: ")]
    a: T,
    #[json(bound = "where T: Copy")]
    b: T,
}

fn main() {}
