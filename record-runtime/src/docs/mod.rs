//! Pages that belong to no single item.

#[doc = include_str!("types.md")]
pub mod types {}
