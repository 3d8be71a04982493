use record_runtime::ZeroAllocJson;
use record_runtime::JsonWriter;

#[derive(ZeroAllocJson)]
struct Functions {
    #[json(serialize_with = "of_text")]
    wrong_type: u8,
    #[json(serialize_with = "missing")]
    missing: u8,
    #[json(with = "module")]
    not_there: u8,
}

mod module {}

fn of_text(text: &str, w: &mut JsonWriter<'_>) {
    w.value(text);
}

fn main() {}
