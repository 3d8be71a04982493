use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[serde(rename_all = "camel", tag = "t", content = "t")]
#[json(unknown)]
enum Everything {
    #[serde(rename = 1)]
    A,
    B {
        #[serde(rename = "same")]
        a: u8,
        #[serde(rename = "same")]
        b: u8,
        #[serde(with = "module")]
        c: u8,
        #[json(skip = "no")]
        d: u8,
    },
    C(#[serde(flatten)] u8),
}

/// No error beyond those above: the type still has the trait.
fn write(value: &Everything) -> String {
    record_runtime::to_string(value)
}

fn main() {}
