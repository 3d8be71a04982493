//! Values to respond with.

use record_runtime::{Cursor, Error, Level, ZeroAllocJson};
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
        let line = |n: usize| (format!("\"part\"\n{n}"), n as f64 / 3.0);
        Self { id, title: format!("Ördér {id}"), lines: (0..lines).map(line).collect() }
    }
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

pub(crate) struct Broken;

impl ZeroAllocJson for Broken {
    fn write_value<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
        c.fail(Error::custom("broken on purpose"))
    }
}
