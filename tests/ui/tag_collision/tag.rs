use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[serde(tag = "type")]
enum Variants {
    A {
        #[serde(rename = "type")]
        kind: u8,
    },
    B {
        r#type: u8,
    },
}

#[derive(ZeroAllocJson)]
#[serde(tag = "kind")]
struct Tagged {
    kind: u8,
}

fn main() {}
