use record_runtime::{Cursor, JsonWriter, Level, ZeroAllocJson};

struct Lost;

impl ZeroAllocJson for Lost {
    fn write_value<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
        c.u64(1);
    }
}

struct Twice;

impl ZeroAllocJson for Twice {
    fn write_value<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
        let _first = c.u64(1);
        c.u64(2)
    }
}

/// A writer cannot be kept.
fn keep<'a>(_: &u8, w: &'a mut JsonWriter<'a>) -> &'static mut JsonWriter<'static> {
    w
}

fn main() {}
