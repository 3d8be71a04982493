use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[serde(transparent)]
struct Two {
    a: u8,
    b: u8,
}

#[derive(ZeroAllocJson)]
#[serde(transparent)]
struct ThreeInTuple(u8, u8, u8);

#[derive(ZeroAllocJson)]
#[serde(transparent)]
struct None {}

#[derive(ZeroAllocJson)]
#[serde(transparent)]
struct AllSkipped {
    #[serde(skip_serializing)]
    a: u8,
}

#[derive(ZeroAllocJson)]
#[serde(transparent)]
struct OnlyPhantom(std::marker::PhantomData<u8>);

#[derive(ZeroAllocJson)]
#[serde(transparent)]
struct Unit;

#[derive(ZeroAllocJson)]
#[serde(transparent)]
enum Enum {
    A(u8),
}

#[derive(ZeroAllocJson)]
#[serde(transparent, into = "u8", tag = "t")]
struct With {
    a: u8,
}

fn main() {}
