//! Two typical writers. Nothing runs them: `tests/assembly.rs` looks at the code that the compiler makes of them, and
//! `assembly/` keeps it.

#![forbid(unsafe_code)]
#![expect(missing_docs, reason = "their names say all there is")]

use record_runtime::__private::Dynamic;
use record_runtime::{Cursor, ZeroAllocJson};

/// Numbers, flags and constants: every field has a longest text.
#[derive(ZeroAllocJson)]
pub struct Reading {
    pub id: u64,
    pub sensor: u32,
    pub celsius: f64,
    pub valid: bool,
    pub state: State,
    pub battery: Option<u8>,
}

#[derive(ZeroAllocJson)]
pub enum State {
    Idle,
    Active,
    Failed,
}

/// Strings between other fields.
#[derive(ZeroAllocJson)]
pub struct Person {
    pub id: u64,
    pub name: String,
    pub email: String,
    pub age: u8,
    pub admin: bool,
    pub score: f32,
}

#[inline(never)]
pub fn write_reading<'s>(reading: &Reading, c: Cursor<'s, Dynamic>) -> Cursor<'s, Dynamic> {
    reading.write_value(c)
}

#[inline(never)]
pub fn write_person<'s>(person: &Person, c: Cursor<'s, Dynamic>) -> Cursor<'s, Dynamic> {
    person.write_value(c)
}
