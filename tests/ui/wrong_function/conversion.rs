use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[serde(into = "u8")]
struct NotInto {
    a: u8,
}

#[derive(ZeroAllocJson)]
#[serde(into = "u16")]
struct NotClone {
    a: u8,
}

impl From<NotClone> for u16 {
    fn from(value: NotClone) -> Self {
        value.a.into()
    }
}

fn main() {}
