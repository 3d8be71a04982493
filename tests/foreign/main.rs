//! The features of the runtime: the bridge to serde, and the types of other crates. The reference is in both cases
//! serde's own form through `serde_json`.

#![expect(clippy::trivially_copy_pass_by_ref, reason = "the signatures that serde calls")]

mod bridge;
mod growth;
#[cfg(feature = "foreign")]
mod masks;
#[cfg(feature = "foreign")]
mod times;
#[cfg(feature = "foreign")]
mod types;
