//! Results in the forms that people and other programs read.

pub(crate) mod bmf;
pub(crate) mod influx;
pub(crate) mod json;
pub(crate) mod message;
pub(crate) mod page;
pub(crate) mod svg;
pub(crate) mod table;
