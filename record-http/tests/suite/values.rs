//! Values to respond with.

use std::fmt::Write;
use std::ops::Range;

use record_runtime::{Cursor, Dispatch, Error, ZeroAllocJson};
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
pub(crate) struct Order {
    pub(crate) id: u64,
    pub(crate) title: String,
    pub(crate) lines: Vec<(String, f64)>,
}

impl Order {
    /// An order whose text has some 30 bytes for each line.
    pub(crate) fn example(id: u64, lines: usize) -> Self {
        let line = |n: u32| (format!("\"part\"\n{n}"), f64::from(n) / 3.0);
        Self { id, title: format!("Ördér {id}"), lines: (0..).map(line).take(lines).collect() }
    }
}

/// One number a line, as `JsonLines` has them.
pub(crate) fn numbers(range: Range<u32>) -> String {
    range.fold(String::new(), |mut text, number| {
        writeln!(text, "{number}").unwrap();
        text
    })
}

/// Much text, then a part that cannot be written.
#[derive(ZeroAllocJson)]
pub(crate) struct Unwritable {
    text: String,
    broken: Broken,
}

impl Unwritable {
    pub(crate) fn example() -> Self {
        Self { text: "a secret".repeat(10_000), broken: Broken }
    }
}

#[derive(Clone)]
pub(crate) struct Broken;

impl ZeroAllocJson for Broken {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.fail(Error::custom("broken on purpose"))
    }
}
