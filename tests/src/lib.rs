//! Shared by the test binaries: the oracle, and a catalogue with a value of every supported type.
//!
//! The reference for every byte is `serde_json` on the same value. A test that says "same" means: every entry point of
//! `record-runtime` appended exactly what `serde_json::to_vec` returns, and left alone what was in the buffer before.

#![forbid(unsafe_code)]

pub mod catalogue;
#[cfg(feature = "drop-in")]
#[allow(missing_docs, reason = "of the tools alone")]
pub mod drop_in;
pub mod forbidden;
#[cfg(feature = "foreign")]
pub mod foreign;
pub mod models;
pub mod once;
pub mod oracle;
pub mod random;
pub mod random_masks;
pub mod split_mix;
pub mod strict;
