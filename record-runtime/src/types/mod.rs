//! The types that can be written, of the standard library, other crates, serde and trait objects, also under a policy.
//!
//! Owns the text of each type. Knows nothing of calls: where a text goes, and with which options.

#[cfg(feature = "serde")]
#[forbid(unsafe_code)]
pub(crate) mod bridge;
#[forbid(unsafe_code)]
pub(crate) mod dyn_json;
#[forbid(unsafe_code)]
pub(crate) mod foreign;
#[forbid(unsafe_code)]
pub(crate) mod masked;
pub(crate) mod policy;
pub(crate) mod sequence;
#[forbid(unsafe_code)]
pub(crate) mod serde_forms;
pub(crate) mod standard;
#[cfg(feature = "std")]
#[forbid(unsafe_code)]
pub(crate) mod view;
