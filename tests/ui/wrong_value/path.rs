use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[json(crate = "not a path")]
struct Crate {
    a: u8,
}

#[derive(ZeroAllocJson)]
struct Function {
    #[serde(skip_serializing_if = "|a| a.is_none()")]
    a: Option<u8>,
    #[json(serialize_with = "")]
    b: u8,
    #[json(with = "1")]
    c: u8,
}

#[derive(ZeroAllocJson)]
#[serde(remote = "~~~")]
struct Remote {
    #[serde(getter = "a b")]
    a: u8,
}

fn main() {}
