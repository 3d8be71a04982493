//! Pages that belong to no single item.

#[doc = include_str!("attributes.md")]
pub mod attributes {}

#[doc = include_str!("coming_from_serde.md")]
pub mod coming_from_serde {}

#[doc = include_str!("types.md")]
pub mod types {}
