//! The place of one call, taken for that of another.

use std::mem;

use record_runtime::{Cursor, JsonWriter, Level};

fn swapped<'a, 'b>(one: &mut JsonWriter<'a>, other: &mut JsonWriter<'b>) {
    mem::swap(one, other);
}

fn shorter<'long: 'short, 'short, L: Level>(cursor: Cursor<'long, L>) -> Cursor<'short, L> {
    cursor
}

fn longer<'long: 'short, 'short, L: Level>(cursor: Cursor<'short, L>) -> Cursor<'long, L> {
    cursor
}

fn main() {}
