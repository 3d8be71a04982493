use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[serde(into = "not a type")]
struct Into {
    a: u8,
}

#[derive(ZeroAllocJson)]
#[serde(into = "Vec<u8")]
enum CutOff {
    A,
}

fn main() {}
