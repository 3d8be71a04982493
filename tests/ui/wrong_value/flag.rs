use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[serde(untagged = "yes")]
enum Flag {
    A(u8),
}

#[derive(ZeroAllocJson)]
struct Skip {
    #[json(skip = true)]
    a: u8,
    #[json(flatten(yes))]
    b: (),
}

fn main() {}
