use record_runtime::ZeroAllocJson;
use record_runtime::JsonWriter;

#[derive(ZeroAllocJson)]
enum Variants {
    #[json(serialize_with = "write")]
    A(u8, #[json(skip)] u8),
    #[json(serialize_with = "write")]
    B {
        a: u8,
        #[json(skip_serializing_if = "is_zero")]
        b: u8,
    },
}

#[derive(ZeroAllocJson)]
enum SkippedVariants {
    #[json(with = "module")]
    A(#[serde(skip_serializing)] u8),
    #[json(serialize_with = "write", skip)]
    B(u8, u8),
    C,
}

fn write(_: &u8, _: &u8, w: &mut JsonWriter<'_>) {
    w.value("both");
}

fn main() {}
