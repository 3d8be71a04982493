//! The types that can be written: those of the standard library and of other crates, those that serde knows, trait
//! objects, and any of them under a policy.
//!
//! Owns what each type's text is. Knows nothing of calls: where a text goes, and with which options.

#[cfg(feature = "serde")]
#[forbid(unsafe_code)]
pub(crate) mod bridge;
#[forbid(unsafe_code)]
pub(crate) mod dyn_json;
#[forbid(unsafe_code)]
pub(crate) mod foreign;
pub(crate) mod policy;
pub(crate) mod sequence;
#[forbid(unsafe_code)]
pub(crate) mod serde_forms;
pub(crate) mod standard;
