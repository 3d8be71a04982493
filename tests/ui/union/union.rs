use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
union Either {
    number: u32,
    float: f32,
}

fn main() {}
