use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
struct Inner {
    a: u8,
}

#[derive(ZeroAllocJson)]
struct Omits {
    #[json(omit_empty)]
    inner: Inner,
    #[json(skip_none)]
    list: Vec<u8>,
}

#[derive(ZeroAllocJson)]
struct Defaults {
    #[json(skip_default)]
    without: Inner,
    #[json(skip_default = "inner")]
    incomparable: Inner,
    #[json(skip_default = "LEVEL")]
    other_type: u16,
    #[json(skip_default)]
    boxed: Box<Inner>,
}

#[derive(ZeroAllocJson)]
struct Views {
    #[json(view = "Inner")]
    no_view: u8,
}

fn inner() -> Inner {
    Inner { a: 1 }
}

const LEVEL: &str = "low";

fn main() {}
