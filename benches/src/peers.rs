//! The traits of peers that derive their own instead of writing by way of serde.
//!
//! With the feature `peers`, the types of the corpora derive these traits beside `Serialize` and `ZeroAllocJson`. Some
//! corpora need an attribute that a peer's derive does not know. Then the impl stands in `by_hand`, as the derive would
//! write it. A peer is compared by how fast it writes, not by how many attributes it has.

#![forbid(unsafe_code)]

#[cfg(feature = "peers")]
mod by_hand;

/// The traits that peers derive on the types; none without the feature `peers`.
#[cfg(feature = "peers")]
pub trait Writable: simd_json_derive::Serialize + jsony::ToJson + musli::Encode<musli::mode::Text> {}

#[cfg(feature = "peers")]
impl<T: simd_json_derive::Serialize + jsony::ToJson + musli::Encode<musli::mode::Text>> Writable for T {}

/// The traits that peers derive on the types; none without the feature `peers`.
#[cfg(not(feature = "peers"))]
pub trait Writable {}

#[cfg(not(feature = "peers"))]
impl<T> Writable for T {}
