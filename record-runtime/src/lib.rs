//! JSON appended to a buffer that you own, by generated code: the bytes of `serde_json`, without
//! an allocation once the buffer has its size.
//!
//! ```
//! use record_runtime::ZeroAllocJson;
//!
//! #[derive(ZeroAllocJson)]
//! #[serde(rename_all = "camelCase")]
//! struct User<'a> {
//!     user_id: u64,
//!     name: &'a str,
//!     tags: Vec<String>,
//!     #[serde(skip_serializing_if = "Option::is_none")]
//!     deleted: Option<bool>,
//! }
//!
//! let user = User { user_id: 7, name: "Ada \"Countess\"", tags: vec![], deleted: None };
//!
//! let mut buf = Vec::new();
//! for _request in 0..3 {
//!     buf.clear();
//!     user.write_json(&mut buf); // appends; allocates in the first round alone
//!     assert_eq!(buf, br#"{"userId":7,"name":"Ada \"Countess\"","tags":[]}"#);
//! }
//! ```
//!
//! # Guarantees
//!
//! - **The bytes of `serde_json`** for the same type with the same attributes, float by float and
//!   escape by escape. The attributes of serde that matter for writing are read as they are; see
//!   [the derive](macro@ZeroAllocJson).
//! - **No allocation in steady state.** Writing into a buffer that has its size allocates nothing,
//!   whatever the type. Allocations of other people's code, such as a `Display` of yours or an
//!   iterator, are theirs. A message is allocated by [`Error::custom`].
//! - **All or nothing.** After an error or a panic the buffer is as it was before the call.
//! - **Generated code has no `unsafe`,** and neither has any module of this crate but those that
//!   keep an invariant. Reading never goes past an input, writing never past the reservation.
//! - **SIMD is chosen at run time:** no `target-cpu`, one binary for all CPUs.
//!
//! # What is not supported
//!
//! Reading JSON. A map whose keys JSON cannot have does not compile, where `serde_json` fails when it
//! runs. Types of other crates, and types that are only known as `serde::Serialize`, need a feature:
//! see [`docs::types`].
//!
//! # Beyond serde
//!
//! Policies in `#[json(…)]` (numbers as strings, fixed decimals, base64, left-out fields, sorted keys,
//! escapes for HTML) and the table of all attributes: [`docs::attributes`]. Indented text and
//! escapes for a whole call: [`WriteOptions`]. Into slices, as lines, as a stream, and trait objects:
//! [`ZeroAllocJson::write_json_to_slice`], [`append_json_lines`], `ArrayWriter`, [`DynJson`].
//!
//! # Crate features
//!
//! - `std` (default): the types that need it (`HashMap`, `Mutex`, `Path`, `SystemTime`, …),
//!   `to_writer`, [`BufferPool`], and detection of what the CPU has. Without it the crate is `no_std` with
//!   `alloc`, and uses what every CPU of the target has: SSE2 on x86-64.
//! - `derive` (default): the macro.
//! - `static-dispatch`: compiles each writer a second time for CPUs with AVX-512, with direct calls. It is 3 to 13 % faster,
//!   for half as much code again. The CPU is still found at run time.
//! - `serde`: types that implement `serde::Serialize`, and serde's forms of attributes that name a
//!   function of a serializer.
//! - One for each crate whose types can be written, such as `chrono` and `uuid`, and `all-types`:
//!   see [`docs::types`].
//! - `schema`: JSON Schemas of types, by `#[json(schema)]`: see `schema`.
//! - `zeroize`: pooled buffers are overwritten when they are returned, and so is the buffer that a thread
//!   keeps for `to_vec` and its like.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;
#[cfg(test)]
extern crate std;

// The derive's paths, for the tests of this crate itself.
extern crate self as record_runtime;

mod cursor;
#[forbid(unsafe_code)]
pub mod docs;
mod kernels;
#[forbid(unsafe_code)]
mod output;
#[cfg(feature = "schema")]
#[forbid(unsafe_code)]
pub mod schema;
mod sink;
mod types;
mod value;

pub use cursor::Cursor;
pub use cursor::options::WriteOptions;
pub use cursor::view::{View, ViewId};
#[cfg(feature = "std")]
pub use output::pool::{BufferPool, PoolLimits, PoolStats, PooledBuffer};
#[cfg(feature = "std")]
pub use output::{ArrayWriter, CHUNK_BYTES, StreamError, stream_json_array, stream_json_lines, to_writer};
pub use output::{
    LinesError, append_json_lines, to_string, to_string_pretty, to_string_with, to_vec, try_to_string,
    try_to_string_pretty, try_to_string_with, try_to_vec,
};
pub use sink::dispatch::Dispatch;
pub use sink::error::Error;
pub use sink::slice::SliceError;
#[cfg(feature = "serde")]
pub use types::bridge::Serde;
pub use types::dyn_json::DynJson;
#[cfg(feature = "bitflags")]
pub use types::foreign::bitflags;
#[cfg(feature = "std")]
pub use types::masked::Masked;
pub use types::policy::Unredacted;
#[cfg(feature = "std")]
pub use types::view::InView;
pub use value::ZeroAllocJson;
#[cfg(feature = "std")]
pub use value::mask::FieldMask;
pub use value::mask::Maskable;
#[cfg(feature = "std")]
pub use value::mask::error::MaskError;
#[cfg(feature = "std")]
pub use value::mask::options::MaskOptions;
pub use value::object::Object;
pub use value::writer::{JsonWriter, ObjectWriter};

#[cfg(feature = "derive")]
pub use record_derive::ZeroAllocJson;

/// Items for the derive's expansions and for tests. No part of the interface.
#[doc(hidden)]
pub mod __private {
    /// Items for the schemas that the derive makes.
    #[cfg(feature = "schema")]
    pub mod schema {
        pub use super::{As, IfFits, serde_fallback};
        pub use crate::schema::Schema;
        pub use crate::schema::derived::*;
        pub use crate::schema::policy::*;
        pub use crate::types::policy::{Defaulted, OmitIf, Same};
    }

    #[cfg(all(feature = "derive", feature = "serde"))]
    pub use record_derive::__bridge as bridge_in;

    pub use crate::cursor::mask::selected;
    pub use crate::cursor::view::shows;
    pub use crate::kernels::cpu::Backend;
    pub use crate::kernels::float::texts::{Converted, Floats as FloatsToConvert};
    pub use crate::output::write_json_on;
    #[cfg(all(feature = "static-dispatch", target_arch = "x86_64"))]
    pub use crate::sink::dispatch::Avx512;
    pub use crate::sink::dispatch::Dynamic;
    #[cfg(feature = "serde")]
    pub use crate::types::bridge::{Function, OrSerde, Prefer, Serialize};
    pub use crate::types::policy::*;
    #[cfg(not(feature = "serde"))]
    pub use crate::types::serde_forms::Serialize;
    pub use crate::value::bound::{Bound, max_len};
    pub use crate::value::constant::Constant;
    pub use crate::value::derived::{Known, Unknown, assert_keys, assert_object, empty_array, skipped_variant};
    pub use crate::value::fields::{Flatten, SkipIf, With};
    pub use crate::value::floats::Gathered;
    pub use crate::value::mask::names::{Fields, Name};
    pub use crate::value::places::Places;
    pub use crate::{
        __serde_fallback as serde_fallback, __serde_function as serde_function, __serde_value as serde_value,
    };
}

/// The package's page, whose example runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
