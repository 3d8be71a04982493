//! The places where a leaf stands.

#![forbid(unsafe_code)]

use record_runtime::ZeroAllocJson;
use serde::Serialize;

/// A response of eight fields.
#[derive(Serialize, ZeroAllocJson)]
pub(crate) struct Fields<T> {
    pub(crate) id: T,
    pub(crate) amount: T,
    pub(crate) balance: T,
    pub(crate) owner: T,
    pub(crate) previous: T,
    pub(crate) next: T,
    pub(crate) created_at: T,
    pub(crate) updated_at: T,
}

/// An element of two fields.
#[derive(Serialize, ZeroAllocJson)]
pub(crate) struct Point<T> {
    pub(crate) x: T,
    pub(crate) y: T,
}

/// A type of its own around a pair.
#[derive(Serialize, ZeroAllocJson)]
pub(crate) struct Pair<T>(pub(crate) [T; 2]);

/// Fields that may be `null`.
#[derive(Serialize, ZeroAllocJson)]
pub(crate) struct Optional<T> {
    pub(crate) first: Option<T>,
    pub(crate) second: Option<T>,
}

#[derive(Serialize, ZeroAllocJson)]
pub(crate) enum External<T> {
    Single(T),
    Named { value: T },
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(tag = "type")]
pub(crate) enum Internal<T> {
    Single { single: T },
    Named { value: T },
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(tag = "type", content = "content")]
pub(crate) enum Adjacent<T> {
    Single(T),
    Named { value: T },
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(untagged)]
pub(crate) enum Untagged<T> {
    Single(T),
    Named { value: T },
}
