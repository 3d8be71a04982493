//! What needs a feature of the runtime: the bridge to serde, and the types of other crates. The reference is in both
//! cases serde's own form through `serde_json`.

#![expect(clippy::needless_pass_by_value, reason = "values of a test are made where they are checked")]

mod bridge;
#[cfg(feature = "foreign")]
mod types;
