//! Results in the forms that people and other programs read.

pub(crate) mod bmf;
pub(crate) mod influx;
pub(crate) mod json;
pub(crate) mod message;
pub(crate) mod page;
pub(crate) mod svg;
pub(crate) mod table;

use std::io::{Write, stdout};

/// Prints `text`. Nobody may be there to read it, as behind `| head`: the work goes on.
pub(crate) fn say(text: &str) {
    let _ = stdout().write_all(text.as_bytes());
}
