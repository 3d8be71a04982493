use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[json(default, deny_unknown_fields)]
struct Reading {
    #[json(alias = "b")]
    a: u8,
    #[json(skip_deserializing)]
    b: u8,
}

fn main() {}
