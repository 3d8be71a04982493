use record_runtime::{FieldMask, Masked, ZeroAllocJson};

#[derive(ZeroAllocJson)]
struct Plain {
    a: u8,
}

#[derive(ZeroAllocJson)]
#[json(field_mask)]
struct Takes {
    plain: Plain,
}

#[derive(ZeroAllocJson)]
#[json(field_mask)]
struct Newtype(Vec<Plain>);

#[derive(Clone, ZeroAllocJson)]
#[json(field_mask, into = "u8")]
struct Converted(u8);

impl From<Converted> for u8 {
    fn from(converted: Converted) -> Self {
        converted.0
    }
}

fn main() {
    let mut buf = Vec::new();
    let _ = FieldMask::<Plain>::parse("a");
    // A mask is made for the type that has the fields.
    let _ = FieldMask::<Vec<Takes>>::parse("plain");
    let mask = FieldMask::<Takes>::parse("plain").expect("a field");
    Plain { a: 1 }.write_json_fields(&mut buf, &mask);
    let _ = Masked::new(vec![1], mask.clone());
    let _ = Masked::new((Takes { plain: Plain { a: 1 } }, 1), mask);
}
