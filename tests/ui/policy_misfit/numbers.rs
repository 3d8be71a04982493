use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
struct Quoted {
    #[json(as_string)]
    name: String,
}

#[derive(ZeroAllocJson)]
struct Places {
    #[json(decimals = 2)]
    count: u32,
    #[json(decimals = 2, as_string)]
    quoted: i64,
    #[json(non_finite = "error")]
    text: Option<String>,
}

fn main() {}
