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

struct Admin;

impl record_runtime::View for Admin {}

#[derive(ZeroAllocJson)]
struct UnnamedInView(#[json(view = "Admin")] u8, u8);

#[derive(ZeroAllocJson)]
#[json(transparent)]
struct Transparent {
    #[json(view = "Admin")]
    a: u8,
}

#[derive(Clone, ZeroAllocJson)]
#[json(into = "u8")]
struct Converted {
    #[json(view = "Admin")]
    a: u8,
}

#[derive(ZeroAllocJson)]
#[json(display)]
struct Displayed {
    #[json(view = "Admin")]
    a: u8,
}

#[derive(ZeroAllocJson)]
enum Variants {
    #[json(serialize_with = "write")]
    A {
        #[json(view = "Admin")]
        a: u8,
    },
}

#[derive(ZeroAllocJson)]
struct Inner {}

fn main() {}
