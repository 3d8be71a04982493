//! Named inputs for every comparison, as data: what is measured, apart from who is measured and how.
//!
//! A *corpus* is one or more *documents* of one type, as a service would declare it, with owned strings, nested
//! structs, enums and options. Both `Serialize` and `ZeroAllocJson` are derived from the same attributes. Corpora of
//! many different documents keep a CPU from learning one by heart. Generated corpora come from a fixed seed; the others
//! from files that a published package ships ([`crate::project`] finds them). Every corpus is the same on every
//! machine.

#![forbid(unsafe_code)]

use std::path::Path;

use record_runtime::ZeroAllocJson;
use serde::Serialize;

use crate::peers::Writable;

pub mod api_response;
pub mod article;
pub mod bid_request;
pub mod canada;
pub mod chat;
pub mod citm_catalog;
pub mod coloured_log;
pub mod file;
pub mod geojson;
pub mod invoice;
pub mod list;
pub mod log_record;
pub mod message;
pub mod metadata;
pub mod openapi;
pub mod points;
pub mod time_series;
pub mod twitter;
pub mod user_with_items;

pub use self::file::ReadError;

/// Documents of one type under a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Corpus<T> {
    /// The name in tables and options: a word without spaces.
    pub name: &'static str,
    /// The documents in a few words.
    pub about: &'static str,
    /// The documents: at least one.
    pub documents: Vec<T>,
}

/// A type that every engine can write, but for the peers that derive a trait of their own.
pub trait Document: Serialize + ZeroAllocJson {}

impl<T: Serialize + ZeroAllocJson> Document for T {}

/// The names of all corpora, in the order in which they are visited: the generated ones, then those of files.
pub const NAMES: [&str; 19] = [
    "message",
    "log_record",
    "user_with_items",
    "api_response",
    "invoice",
    "article",
    "list",
    "bid_request",
    "chat",
    "points",
    "coloured_log",
    "time_series",
    "geojson",
    "openapi",
    "cargo_metadata",
    "twitter",
    "citm_catalog",
    "canada_f64",
    "canada_f32",
];

/// Something done to every corpus: a closure that is generic over the document's type.
pub trait Visitor {
    /// Called once for each corpus.
    fn visit<T: Document>(&mut self, corpus: &Corpus<T>);

    /// Called instead for a corpus that all peers can write: one of types without parts of other crates.
    fn visit_writable<T: Document + Writable>(&mut self, corpus: &Corpus<T>) {
        self.visit(corpus);
    }
}

/// Shows `visitor` the corpora that are generated.
pub fn visit_generated(visitor: &mut impl Visitor) {
    visitor.visit_writable(&message::corpus());
    visitor.visit_writable(&log_record::corpus());
    visitor.visit_writable(&user_with_items::corpus());
    visitor.visit_writable(&api_response::corpus());
    visitor.visit(&invoice::corpus());
    visitor.visit_writable(&article::corpus());
    visitor.visit_writable(&list::corpus());
    visitor.visit(&bid_request::corpus());
    visitor.visit(&chat::corpus());
    visitor.visit(&points::corpus());
    visitor.visit(&coloured_log::corpus());
    visitor.visit(&time_series::corpus());
    visitor.visit(&geojson::corpus());
    visitor.visit(&openapi::corpus());
    visitor.visit(&metadata::corpus());
}

/// Shows `visitor` the corpora that are read from the files in `folder`.
///
/// # Errors
/// If a file is missing or does not hold what it should.
pub fn visit_files(folder: &Path, visitor: &mut impl Visitor) -> Result<(), ReadError> {
    visitor.visit_writable(&twitter::corpus(folder)?);
    visitor.visit_writable(&citm_catalog::corpus(folder)?);
    visitor.visit_writable(&canada::corpus_f64(folder)?);
    visitor.visit_writable(&canada::corpus_f32(folder)?);
    Ok(())
}

#[cfg(test)]
mod tests;
