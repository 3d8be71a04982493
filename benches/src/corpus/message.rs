//! The smallest response: the JSON test of the `TechEmpower` benchmarks.

#![forbid(unsafe_code)]

use record_runtime::ZeroAllocJson;
use serde::Serialize;

use super::Corpus;

/// `{"message":"Hello, World!"}`, 27 bytes.
#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize), jsony(ToJson))]
pub struct Message {
    /// The greeting.
    pub message: String,
}

/// The one document there is.
#[must_use]
pub fn corpus() -> Corpus<Message> {
    Corpus {
        name: "message",
        about: "a greeting, 27 bytes",
        documents: vec![Message { message: "Hello, World!".to_owned() }],
    }
}
