//! Derived types under every lint that a user may have denied. They are public items of a library, so that the lints
//! about public items apply, and clippy checks them in CI.
//!
//! The attributes are those of the strictest crates. No lint may say anything about an expansion here.

#![forbid(unsafe_code)]
#![deny(
    warnings,
    ambiguous_negative_literals,
    deprecated_in_future,
    impl_trait_redundant_captures,
    keyword_idents,
    let_underscore,
    macro_use_extern_crate,
    meta_variable_misuse,
    missing_docs,
    nonstandard_style,
    redundant_imports,
    refining_impl_trait,
    rust_2018_compatibility,
    rust_2018_idioms,
    unused,
    unused_extern_crates,
    unused_import_braces,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    missing_copy_implementations,
    missing_debug_implementations,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unreachable_pub,
    unstable_features,
    unused_lifetimes,
    unused_macro_rules,
    unused_qualifications,
    unused_results,
    variant_size_differences,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction
)]
#![allow(
    clippy::allow_attributes,
    clippy::arbitrary_source_item_ordering,
    clippy::blanket_clippy_restriction_lints,
    clippy::exhaustive_enums,
    clippy::exhaustive_structs,
    clippy::implicit_return,
    clippy::missing_docs_in_private_items,
    clippy::missing_inline_in_public_items,
    clippy::renamed_function_params,
    clippy::self_named_module_files,
    clippy::single_call_fn,
    clippy::std_instead_of_alloc,
    clippy::std_instead_of_core,
    variant_size_differences,
    reason = "said of the types and functions themselves"
)]

pub mod policies;

use std::borrow::Cow;
use std::collections::BTreeMap;

use record_runtime::{JsonWriter, ZeroAllocJson};

/// A struct of every class of field.
#[derive(Clone, Debug, PartialEq, Eq, ZeroAllocJson)]
#[json(rename_all = "camelCase")]
pub struct Named<'text, T> {
    /// A number.
    pub first_field: u64,
    /// A text.
    pub text: &'text str,
    /// A parameter.
    pub inner: T,
    /// May be left out.
    #[json(skip_serializing_if = "Option::is_none")]
    pub optional: Option<Cow<'text, str>>,
    /// Spliced in.
    #[json(flatten)]
    pub rest: BTreeMap<String, u8>,
    /// Written by a function.
    #[json(serialize_with = "write_hex")]
    pub colour: u32,
    /// Never written.
    #[json(skip)]
    pub internal: u8,
}

/// Displays the number.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that the derive calls")]
fn write_hex(number: &u32, writer: &mut JsonWriter<'_>) {
    writer.fmt(format_args!("#{number:06x}"));
}

/// A tuple struct.
#[derive(Clone, Copy, Debug, PartialEq, ZeroAllocJson)]
pub struct Tuple(
    /// A number.
    pub u8,
    /// Another.
    pub f64,
);

/// A newtype.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ZeroAllocJson)]
pub struct Newtype(
    /// A number.
    pub u32,
);

/// A unit struct.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ZeroAllocJson)]
pub struct Unit;

/// Const parameters and `where` clauses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ZeroAllocJson)]
pub struct Grid<T, const N: usize>
where
    T: Copy,
{
    /// Its cells.
    pub cells: [T; N],
}

/// Unit variants only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ZeroAllocJson)]
#[json(rename_all = "kebab-case")]
pub enum Level {
    /// The lower.
    Low,
    /// The higher.
    VeryHigh,
}

/// Every kind of variant.
#[derive(Clone, Debug, PartialEq, Eq, ZeroAllocJson)]
pub enum External<T> {
    /// A unit variant.
    Unit,
    /// A newtype variant.
    Newtype(T),
    /// A tuple variant.
    Tuple(u8, T),
    /// A struct variant.
    Struct {
        /// A field.
        number: u8,
        /// A field that may be left out.
        #[json(skip_serializing_if = "Option::is_none")]
        optional: Option<T>,
    },
    /// Never written.
    #[json(skip)]
    Hidden,
}

/// Internally tagged.
#[derive(Clone, Debug, PartialEq, Eq, ZeroAllocJson)]
#[json(tag = "type")]
pub enum Internal {
    /// A unit variant.
    Unit,
    /// A newtype variant.
    Newtype(BTreeMap<Level, Newtype>),
}

/// Adjacently tagged.
#[derive(Clone, Copy, Debug, PartialEq, ZeroAllocJson)]
#[json(tag = "type", content = "value")]
pub enum Adjacent {
    /// A unit variant.
    Unit,
    /// A tuple variant.
    Tuple(u8, f32),
}

/// Untagged, and recursive.
#[derive(Clone, Debug, PartialEq, Eq, ZeroAllocJson)]
#[json(untagged)]
pub enum Untagged {
    /// A number.
    Number(i64),
    /// More of them.
    List(Vec<Self>),
}

/// Converted.
#[derive(Clone, Debug, PartialEq, Eq, ZeroAllocJson)]
#[json(into = "String")]
pub struct Converted {
    /// Its parts.
    pub parts: Vec<String>,
}

impl From<Converted> for String {
    fn from(converted: Converted) -> Self {
        converted.parts.concat()
    }
}

/// Defines how a type of elsewhere is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ZeroAllocJson)]
#[json(remote = "Elsewhere")]
pub struct ElsewhereDef {
    /// Its number.
    #[json(getter = "Elsewhere::number")]
    pub number: u8,
}

/// A type of elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    number: u8,
}

impl Elsewhere {
    /// With this number.
    #[must_use]
    pub const fn new(number: u8) -> Self {
        Self { number }
    }

    /// Its number.
    #[must_use]
    pub const fn number(&self) -> u8 {
        self.number
    }
}

/// Uses the definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ZeroAllocJson)]
#[json(transparent)]
pub struct UsesElsewhere {
    /// The other type.
    #[json(with = "ElsewhereDef")]
    pub inner: Elsewhere,
}

/// More fields than one group has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ZeroAllocJson)]
pub struct Many {
    /// A field.
    pub field_01: u8,
    /// A field.
    pub field_02: u8,
    /// A field.
    pub field_03: u8,
    /// A field.
    pub field_04: u8,
    /// A field.
    pub field_05: u8,
    /// A field.
    pub field_06: u8,
    /// A field.
    pub field_07: u8,
    /// A field.
    pub field_08: u8,
    /// A field.
    pub field_09: u8,
    /// A field.
    pub field_10: u8,
    /// A field.
    pub field_11: u8,
    /// A field.
    pub field_12: u8,
    /// A field.
    pub field_13: u8,
    /// A field.
    pub field_14: u8,
    /// A field.
    pub field_15: u8,
    /// A field.
    pub field_16: u8,
    /// A field.
    pub field_17: u8,
}
