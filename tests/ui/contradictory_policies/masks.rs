use record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[json(field_mask)]
struct Unit;

#[derive(ZeroAllocJson)]
#[json(field_mask)]
struct Tuple(u8, u8);

#[derive(ZeroAllocJson)]
#[json(field_mask)]
struct ByFunction(#[json(serialize_with = "write")] u8);

#[derive(ZeroAllocJson)]
#[json(field_mask)]
enum Units {
    A,
    B(u8, u8),
}

#[derive(ZeroAllocJson)]
#[json(field_mask, display)]
struct Displayed {
    a: u8,
}

#[derive(ZeroAllocJson)]
#[json(field_mask, repr)]
enum Numbered {
    A,
}

#[derive(ZeroAllocJson)]
#[json(field_mask, remote = "Elsewhere")]
struct Remote {
    a: u8,
}

struct Elsewhere {
    a: u8,
}

#[derive(ZeroAllocJson)]
#[serde(field_mask)]
struct OfSerde {
    a: u8,
}

#[derive(ZeroAllocJson)]
struct Field {
    #[json(field_mask)]
    a: u8,
}

#[derive(ZeroAllocJson)]
#[json(field_mask = "a")]
struct Valued {
    a: u8,
}

fn main() {}
