//! Types with deprecated parts where every lint is forbidden: an expansion may not even allow one for itself.
//!
//! Names that the derive has to mention are deprecated here in each way in which they can be.

#![forbid(
    warnings,
    deprecated,
    deprecated_in_future,
    keyword_idents,
    let_underscore,
    missing_docs,
    nonstandard_style,
    refining_impl_trait,
    rust_2018_compatibility,
    rust_2018_idioms,
    unsafe_code,
    unused,
    unused_qualifications,
    clippy::all,
    clippy::pedantic
)]

use std::collections::BTreeMap;

use record_runtime::ZeroAllocJson;

/// As a whole, and used within itself.
#[derive(Debug, ZeroAllocJson)]
#[deprecated]
pub struct Whole<T> {
    /// A parameter.
    pub value: T,
    /// A policy.
    #[json(as_string)]
    pub number: u64,
    /// Itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Box<Whole<T>>>,
    /// Flattened.
    #[serde(flatten)]
    pub rest: BTreeMap<String, T>,
}

/// Named fields.
#[derive(Debug, ZeroAllocJson)]
pub struct Fields {
    /// Asked whether it is written.
    #[deprecated]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional: Option<u8>,
    /// Written.
    #[deprecated(note = "there is another")]
    pub text: String,
    /// Not deprecated.
    pub number: u8,
}

/// A field without a name.
#[derive(Clone, Copy, Debug, ZeroAllocJson)]
pub struct Tuple(#[deprecated] pub u8, pub u8);

/// Written as its field.
#[derive(Clone, Copy, Debug, ZeroAllocJson)]
#[serde(transparent)]
pub struct Transparent {
    /// The field.
    #[deprecated]
    pub value: u8,
}

/// Variants, and fields of them.
#[derive(Clone, Copy, Debug, ZeroAllocJson)]
#[serde(tag = "type")]
pub enum Variants {
    /// With a field.
    #[deprecated]
    Old {
        /// A number.
        number: u8,
    },
    /// With a deprecated field.
    Mixed {
        /// A number.
        #[deprecated]
        number: u8,
        /// Not deprecated.
        other: u8,
    },
    /// Without fields.
    #[deprecated]
    Unit,
}

/// Units, which may be keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ZeroAllocJson)]
#[deprecated]
pub enum Units {
    /// The first.
    One,
    /// The second.
    #[deprecated]
    Two,
}

/// Numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ZeroAllocJson)]
#[deprecated]
#[json(repr)]
#[repr(u8)]
pub enum Numbers {
    /// The first.
    One = 1,
    /// The second.
    Two = 2,
}

/// Of another crate, as far as the definition knows.
#[derive(Clone, Copy, Debug)]
pub struct Elsewhere {
    /// A number.
    pub number: u8,
}

/// A definition.
#[derive(Clone, Copy, Debug, ZeroAllocJson)]
#[deprecated]
#[json(remote = "Elsewhere")]
pub struct ElsewhereDefinition {
    /// A number.
    #[deprecated]
    pub number: u8,
}

macro_rules! define {
    ($name:ident, $field:ident) => {
        /// Defined by a macro, which brings one of the names.
        #[derive(Clone, Copy, Debug, ZeroAllocJson)]
        #[deprecated]
        pub struct $name {
            /// Named by the macro's caller.
            #[deprecated]
            pub $field: u8,
            /// Named by the macro.
            #[deprecated]
            pub inner: u8,
        }
    };
}

define!(ByMacro, outer);
