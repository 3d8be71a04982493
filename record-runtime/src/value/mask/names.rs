//! The names of a type's fields, as masks look for them.

#![cfg_attr(not(feature = "std"), expect(dead_code, reason = "only masks read names, and they need the feature `std`"))]

use core::fmt;

/// The fields that a mask can select of a type's values: those of the type, or of what it contains.
#[derive(Clone, Copy, Debug)]
pub struct Fields {
    /// In parts of up to 64, in the order in which the writer numbers them. A variant of an enum begins a part.
    pub(super) parts: &'static [&'static [Name]],
    /// They are fields of a map's values, so that they do not stand in the value itself.
    pub(super) in_entries: bool,
}

impl Fields {
    /// A type without fields to select, which is written as a whole.
    #[must_use]
    pub const fn none() -> Self {
        Self::of(&[])
    }

    /// A type with these fields.
    #[must_use]
    pub const fn of(parts: &'static [&'static [Name]]) -> Self {
        Self { parts, in_entries: false }
    }

    /// Those of a map's values.
    pub(crate) const fn in_entries(self) -> Self {
        Self { in_entries: true, ..self }
    }

    pub(super) const fn is_none(self) -> bool {
        self.parts.is_empty()
    }
}

/// A field of a type, with the fields of its value. By a function, since a type may contain itself.
#[derive(Clone, Copy)]
pub struct Name {
    pub(super) place: Place,
    pub(super) fields: fn() -> Fields,
}

/// How a field stands in the text.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// Under its key.
    Key(&'static str),
    /// Its own fields stand among those of the type.
    Flattened,
    /// It has no name: the content of a variant, which is always written.
    Content,
}

impl Name {
    /// A field with a key.
    #[must_use]
    pub const fn key(key: &'static str, fields: fn() -> Fields) -> Self {
        Self { place: Place::Key(key), fields }
    }

    /// A flattened field.
    #[must_use]
    pub const fn flattened(fields: fn() -> Fields) -> Self {
        Self { place: Place::Flattened, fields }
    }

    /// The content of a variant, or a part of it.
    #[must_use]
    pub const fn content(fields: fn() -> Fields) -> Self {
        Self { place: Place::Content, fields }
    }
}

impl fmt::Debug for Name {
    /// Without the fields of its value, which may lead back to it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.place.fmt(f)
    }
}
