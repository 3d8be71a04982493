//! Pages that belong to no single item. They are pages of the book in `docs/` too, whose others are compiled here.

#[doc = include_str!("attributes.md")]
pub mod attributes {}

#[doc = include_str!("coming_from_serde.md")]
pub mod coming_from_serde {}

#[doc = include_str!("masks.md")]
pub mod masks {}

#[doc = include_str!("types.md")]
pub mod types {}

/// Not part of the crate, and not in its package: the book's own pages about it.
#[cfg(all(doctest, feature = "std"))]
mod book {
    #[doc = include_str!("../../../docs/getting-started.md")]
    mod getting_started {}

    #[doc = include_str!("../../../docs/performance.md")]
    mod performance {}

    #[doc = include_str!("../../../docs/safety.md")]
    mod safety {}
}
