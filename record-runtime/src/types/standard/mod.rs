//! The types of the standard library, by kind.

#[forbid(unsafe_code)]
mod byte_strings;
#[forbid(unsafe_code)]
mod cells;
#[forbid(unsafe_code)]
mod collections;
#[forbid(unsafe_code)]
pub(crate) mod enums;
#[forbid(unsafe_code)]
mod fmt;
#[forbid(unsafe_code)]
mod maps;
#[forbid(unsafe_code)]
pub(crate) mod net;
#[forbid(unsafe_code)]
mod newtypes;
#[cfg(feature = "std")]
#[forbid(unsafe_code)]
mod paths;
#[forbid(unsafe_code)]
mod ranges;
#[forbid(unsafe_code)]
mod time;
mod trusted;
#[forbid(unsafe_code)]
mod tuples;
#[forbid(unsafe_code)]
mod units;
#[forbid(unsafe_code)]
mod weak;
