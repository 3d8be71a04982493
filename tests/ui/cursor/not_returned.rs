use record_runtime::{Cursor, JsonWriter, Dispatch, ZeroAllocJson};

struct Lost;

impl ZeroAllocJson for Lost {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.u64(1);
    }
}

struct Twice;

impl ZeroAllocJson for Twice {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        let _first = c.u64(1);
        c.u64(2)
    }
}

/// A writer cannot be kept.
fn keep<'a>(_: &u8, w: &'a mut JsonWriter<'a>) -> &'static mut JsonWriter<'static> {
    w
}

fn main() {}
