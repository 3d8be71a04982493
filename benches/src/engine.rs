//! The ways to turn a document into bytes that are compared.

#![forbid(unsafe_code)]

use record_runtime::{Serde, ZeroAllocJson as _};

use crate::corpus::Document;

/// A way to write JSON. Each appends to a buffer that the caller keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// `write_json` of the derived trait.
    Record,
    /// The same structs by their `Serialize`, through the runtime's bridge to serde.
    SerdeBridge,
    /// `serde_json::to_writer` on the same structs.
    SerdeJson,
    /// A `serde_json::Value` built of the document and then written: what a service does that puts its responses
    /// together as dynamic maps.
    SerdeJsonValue,
}

impl Engine {
    /// Those of the example `respond`, ours first, the reference second.
    pub const ALL: [Self; 3] = [Self::Record, Self::SerdeJson, Self::SerdeJsonValue];

    /// The engine's name in a table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Record => "write_json (derived)",
            Self::SerdeBridge => "write_json (through serde)",
            Self::SerdeJson => "serde_json, same structs",
            Self::SerdeJsonValue => "serde_json::Value, built and written",
        }
    }

    /// Appends `document` to `buffer`.
    ///
    /// # Panics
    /// If the document cannot be written: a corpus holds none such.
    pub fn write<T: Document>(self, document: &T, buffer: &mut Vec<u8>) {
        match self {
            Self::Record => document.write_json(buffer),
            Self::SerdeBridge => Serde(document).write_json(buffer),
            Self::SerdeJson => serde_json::to_writer(buffer, document).expect("documents of a corpus can be written"),
            Self::SerdeJsonValue => {
                let value = serde_json::to_value(document).expect("documents of a corpus can be written");
                serde_json::to_writer(buffer, &value).expect("a value can be written");
            }
        }
    }
}
