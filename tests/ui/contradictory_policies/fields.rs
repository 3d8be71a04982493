use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
struct Values {
    #[json(bytes = "hex", decimals = 2)]
    a: Vec<u8>,
    #[json(display, raw)]
    b: String,
    #[json(as_string, serialize_with = "write")]
    c: u8,
    #[json(flatten, display)]
    d: Inner,
}

#[derive(ZeroAllocJson)]
struct Omissions {
    #[json(skip_none, omit_empty)]
    a: Option<u8>,
    #[json(skip_none, skip_serializing_if = "Option::is_none")]
    b: Option<u8>,
    #[json(flatten, omit_empty)]
    c: Inner,
    #[json(skip_default, skip_none)]
    d: Option<u8>,
    #[json(flatten, skip_default = "Inner::new")]
    e: Inner,
    #[json(skip_serializing_if = "Option::is_none", skip_default)]
    f: Option<u8>,
}

#[derive(ZeroAllocJson)]
struct Unnamed(#[json(skip_none)] Option<u8>, #[json(skip_default)] u8);

#[derive(ZeroAllocJson)]
struct Inner {}

fn main() {}
