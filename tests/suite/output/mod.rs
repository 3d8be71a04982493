//! Forms of output beside appending to a buffer. That `json_len`, slices, trait objects and the indented text are right
//! for every type is part of the oracle; here are their edges.

mod canonical;
mod indented;
mod lines;
mod slices;
mod stream;
mod trait_objects;

use record_runtime::{Cursor, Dispatch, ZeroAllocJson};

/// Panics when a part of it is written.
struct Panics;

impl ZeroAllocJson for Panics {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        let _lost = c.str("a part");
        panic!("in the middle");
    }
}
