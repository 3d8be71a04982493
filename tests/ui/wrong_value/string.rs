use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[serde(tag, rename = 5)]
enum Expected {
    #[json(rename = b"bytes")]
    A,
    #[json(rename = 'c')]
    B,
    #[json(rename = NAME)]
    C,
    #[serde(rename = true)]
    D,
    #[serde(rename = 1.5)]
    E,
    #[serde(rename = b'c')]
    F,
    #[serde(rename = concat!("a", "b"))]
    G,
}

#[derive(ZeroAllocJson)]
struct Suffix {
    #[json(rename = "a"suffix)]
    a: u8,
}

fn main() {}
