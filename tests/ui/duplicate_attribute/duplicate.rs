use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[serde(rename_all = "camelCase")]
#[serde(rename_all = "lowercase")]
#[serde(bound(deserialize = ""), bound(serialize = ""))]
#[serde(bound(deserialize = ""))]
struct Container {
    #[json(rename = "a", rename = "b")]
    a: u8,
    #[json(skip, skip)]
    b: u8,
    #[serde(with = "module", serialize_with = "function")]
    c: u8,
}

#[derive(ZeroAllocJson)]
struct Directions {
    #[json(rename(serialize = "one", serialize = "two"))]
    a: u8,
    #[serde(rename = "three", rename(serialize = "four"))]
    b: u8,
    #[serde(rename(serialize = "five"))]
    #[serde(rename = "six")]
    c: u8,
    #[serde(rename(deserialize = "reads", serialize = "seven"), rename(serialize = "eight", deserialize = "too"))]
    d: u8,
}

fn main() {}
