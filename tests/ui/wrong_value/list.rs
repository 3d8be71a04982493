use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[serde(rename_all = "camelCase" tag = "t")]
struct Comma {
    #[json = "a"]
    a: u8,
    #[json]
    b: u8,
    #[json("literal")]
    c: u8,
}

#[derive(ZeroAllocJson)]
#[serde("literal", rename_all = "kebab-case")]
enum Variants {
    #[serde("literal")]
    A,
    #[serde(rename =)]
    B,
    #[serde(content = "c" rename = "d")]
    C {
        #[serde(skip_serializing_if, a.is_empty())]
        a: String,
    },
}

#[derive(ZeroAllocJson)]
#[serde(content = "c" tag = "t")]
enum NoConsequences {
    A,
}

#[derive(ZeroAllocJson)]
#[serde(bound = ""suffix)]
struct Suffixes {
    #[serde(rename = "a"suffix)]
    a: u8,
    #[serde(rename = "a" + "b")]
    b: u8,
}

fn main() {}
