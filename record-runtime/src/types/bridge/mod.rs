//! The bridge to serde: whatever implements `serde::Serialize` is written at a cursor, with the
//! bytes of `serde_json` and its errors.
//!
//! The cursor goes by value into each part of a value. The place behind the part comes back as serde's `Ok` of the
//! serializer. (The place alone: with its sink, it would be returned in memory instead of in registers. That took a
//! third more stack for each level of nesting.) A part that fails or panics does not give its end back, and the lender
//! of the cursor has no place to go on at. That is all it takes to be safe from a `Serialize` that catches a panic or
//! swallows an error.
//!
//! [`value`] answers serde's 29 kinds of values, [`compound`] the sequences, maps and structs among them, and [`key`]
//! the keys of maps. [`verbatim`] has the two private structs by which `serde_json` hands a number's or a value's own
//! text through serde.

mod compound;
mod end;
mod failure;
mod fallback;
mod function;
mod key;
mod serializer;
mod value;
mod verbatim;
mod wrapper;

pub use serde_core::Serialize;

pub use self::fallback::{OrSerde, Prefer};
pub use self::function::Function;
pub use self::wrapper::Serde;
