use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
struct Flattened {
    #[serde(flatten)]
    newtype: Newtype<Vec<u8>>,
}

#[derive(ZeroAllocJson)]
struct Newtype<T>(T);

#[derive(ZeroAllocJson)]
struct Concrete(Vec<u8>);

#[derive(ZeroAllocJson)]
struct UsesConcrete {
    #[serde(flatten)]
    concrete: Concrete,
}

fn main() {}
