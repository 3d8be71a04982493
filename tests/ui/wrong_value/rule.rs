use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[serde(rename_all = "Camelcase")]
struct Rule {
    a: u8,
}

#[derive(ZeroAllocJson)]
#[json(rename_all_fields = "snake-case")]
enum Fields {
    #[json(rename_all = "")]
    A { a: u8 },
}

fn main() {}
