use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[json(raw, view = "Admin")]
#[serde(omit_empty)]
struct Places {
    #[json(sort_keys, repr)]
    a: u8,
    #[serde(as_string)]
    b: u8,
}

#[derive(ZeroAllocJson)]
enum Variants {
    #[json(html_safe)]
    A,
}

fn main() {}
