//! The place of one call, taken for that of another.

use std::mem;

use record_runtime::{Cursor, JsonWriter, Dispatch};

fn swapped<'a, 'b>(one: &mut JsonWriter<'a>, other: &mut JsonWriter<'b>) {
    mem::swap(one, other);
}

fn shorter<'long: 'short, 'short, D: Dispatch>(cursor: Cursor<'long, D>) -> Cursor<'short, D> {
    cursor
}

fn longer<'long: 'short, 'short, D: Dispatch>(cursor: Cursor<'short, D>) -> Cursor<'long, D> {
    cursor
}

fn main() {}
