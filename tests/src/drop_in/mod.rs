//! The tools that show that the derive replaces serde's: they patch foreign sources in a scratch folder, build them, and
//! compare what both write.

pub mod build;
pub mod fixtures;
pub mod options;
pub mod patch;
pub mod report;
pub mod scratch;
pub mod source;
#[allow(missing_docs, reason = "written into scratch projects, and no interface of this crate")]
pub mod support;
pub mod tool;
