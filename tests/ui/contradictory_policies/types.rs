use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[json(skip_none, omit_empty)]
struct Both {
    a: Option<u8>,
}

#[derive(ZeroAllocJson)]
#[json(as_string = false, bytes = false, decimals = false)]
struct Undone {
    a: u8,
}

#[derive(ZeroAllocJson)]
#[json(repr, tag = "t", as_string)]
enum Numbered {
    A,
}

#[derive(ZeroAllocJson)]
#[json(display, transparent, omit_empty)]
struct Displayed {
    a: u8,
}

#[derive(Clone, ZeroAllocJson)]
#[json(into = "u8", as_string)]
struct Converted(u8);

#[derive(ZeroAllocJson)]
#[json(skip_default = "Variants::new")]
enum Variants {
    A { a: u8 },
}

#[derive(ZeroAllocJson)]
#[json(skip_default = "DEFAULT", remote = "Elsewhere")]
struct Remote {
    a: u8,
}

struct Elsewhere {
    a: u8,
}

fn main() {}
