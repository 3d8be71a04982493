//! Policies, under the same lints.

use core::fmt::{self, Display};
use std::collections::BTreeMap;
use std::time::Duration;

use record_runtime::{View, ViewId, ZeroAllocJson};

/// Each policy on a field.
#[derive(Clone, Debug, PartialEq, ZeroAllocJson)]
#[cfg_attr(feature = "schema", json(schema))]
pub struct OfFields<'text, T> {
    /// Between quotes.
    #[json(as_string)]
    pub number: u64,
    /// Between quotes where JavaScript would round it.
    #[json(as_string = "beyond_2_53")]
    pub id: u64,
    /// Rounded.
    #[json(decimals = 2, non_finite = "string")]
    pub price: f64,
    /// Encoded.
    #[json(bytes = "hex")]
    pub digest: [u8; 2],
    /// In a form.
    #[json(time = "iso8601")]
    pub took: Duration,
    /// Displayed.
    #[json(display)]
    pub version: Option<T>,
    /// JSON already.
    #[json(raw)]
    pub raw: &'text str,
    /// Cut.
    #[json(truncate = 80)]
    pub title: &'text str,
    /// Hidden.
    #[json(redact)]
    pub password: &'text str,
    /// Hidden but for its end.
    #[json(redact = "last_four")]
    pub card: &'text str,
    /// Escaped.
    #[json(html_safe, ascii)]
    pub text: &'text str,
    /// May be left out.
    #[json(skip_none)]
    pub optional: Option<u8>,
    /// May be left out.
    #[json(omit_empty)]
    pub list: Vec<u8>,
    /// May be left out.
    #[json(skip_default)]
    pub count: u32,
    /// For some.
    #[json(view = "Admin, Support")]
    pub note: &'text str,
    /// May be left out.
    #[json(skip_default = "PORT")]
    pub port: u16,
}

/// A view.
#[derive(Clone, Copy, Debug)]
pub struct Admin;

impl View for Admin {
    fn includes(view: ViewId) -> bool {
        view.is::<Support>()
    }
}

/// Another one.
#[derive(Clone, Copy, Debug)]
pub struct Support;

impl View for Support {
    fn includes(view: ViewId) -> bool {
        view.is::<Self>()
    }
}

/// A default.
pub const PORT: u16 = 8080;

/// The default of the whole.
#[derive(Clone, Copy, Debug, PartialEq, ZeroAllocJson)]
#[cfg_attr(feature = "schema", json(schema))]
#[json(skip_default = "Self::default")]
pub struct Settings {
    /// Not 0.
    pub port: u16,
    /// 1.0.
    pub ratio: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { port: PORT, ratio: 1.0 }
    }
}

/// Each field with its own default.
#[derive(Clone, Debug, Default, PartialEq, ZeroAllocJson)]
#[cfg_attr(feature = "schema", json(schema))]
#[json(skip_default)]
pub struct Defaults<T> {
    /// May be left out.
    pub float: f64,
    /// May be left out.
    pub boxed: Box<u8>,
    /// A parameter.
    pub alpha: T,
}

/// Each policy on a type.
#[derive(Clone, Debug, PartialEq, ZeroAllocJson)]
#[cfg_attr(feature = "schema", json(schema))]
#[json(as_string, decimals = 1, bytes = "base64", truncate = 80, omit_empty, html_safe, ascii, sort_keys)]
pub struct OfTypes<T> {
    /// A number.
    pub zeta: u64,
    /// A parameter.
    pub alpha: T,
    /// A map.
    pub middle: BTreeMap<String, f64>,
    /// Bytes.
    pub bytes: Vec<u8>,
}

/// Only what `skip_none` needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ZeroAllocJson)]
#[cfg_attr(feature = "schema", json(schema))]
#[json(tag = "kind", skip_none)]
pub enum Skips {
    /// With a field.
    Named {
        /// May be left out.
        optional: Option<u8>,
    },
}

/// A number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ZeroAllocJson)]
#[cfg_attr(feature = "schema", json(schema))]
#[repr(u8)]
#[json(repr)]
pub enum Numbered {
    /// One.
    One = 1,
    /// Two.
    Two,
}

/// A string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ZeroAllocJson)]
#[cfg_attr(feature = "schema", json(schema))]
#[json(display)]
pub struct Displayed {
    /// A number.
    pub number: u8,
}

impl Display for Displayed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "#{}", self.number)
    }
}

/// Takes masks.
#[derive(Clone, Debug, PartialEq, ZeroAllocJson)]
#[json(tag = "kind", field_mask)]
pub enum Masks<'text, T> {
    /// With fields.
    Named {
        /// A text.
        text: &'text str,
        /// May be left out.
        #[json(skip_serializing_if = "Option::is_none")]
        inner: Option<T>,
    },
    /// With those of others.
    Newtype(MasksOfNewtype<'text>),
    /// With none.
    Unit,
}

/// Takes masks of its field.
#[derive(Clone, Debug, PartialEq, ZeroAllocJson)]
#[json(field_mask)]
pub struct MasksOfNewtype<'text>(pub Box<Masks<'text, u8>>);
