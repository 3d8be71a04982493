//! Places: where in JSON a value of a type can stand at all, as far as its type tells.
//!
//! A map key has to be a string, a number or a boolean, and a flattened value an object. A value's text shows whether
//! it is one, when it is written. The places that a type rules out in advance are stated here. So the derive can refuse
//! a field of such a type when it is compiled.

/// The places that the type of a value rules out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent properties, all constants")]
pub struct Places {
    /// It may be the key of a map.
    pub(crate) key: bool,
    /// Its entries may stand in another object.
    pub(crate) object: bool,
    /// A value that is written as a string is a unit variant, which flattened is an entry of its own.
    pub(crate) units: bool,
    /// A `null` stands for a number that is not finite, and not for nothing.
    pub(crate) null_is_number: bool,
}

impl Places {
    /// Nothing is ruled out.
    pub const ANY: Self = Self { key: true, object: true, units: false, null_is_number: false };

    /// Enums whose strings are all of unit variants.
    pub const ENUM: Self = Self { key: true, object: true, units: true, null_is_number: false };

    /// Strings, numbers and booleans.
    pub const KEY: Self = Self { key: true, object: false, units: false, null_is_number: false };

    /// Floats.
    pub(crate) const FLOAT: Self = Self { null_is_number: true, ..Self::KEY };

    /// Objects, and `null`, which adds no entries.
    pub const OBJECT: Self = Self { key: false, object: true, units: false, null_is_number: false };

    /// Arrays.
    pub const ARRAY: Self = Self { key: false, object: false, units: false, null_is_number: false };

    /// Those of an `Option` of the type.
    pub(crate) const fn or_nothing(self) -> Self {
        Self { null_is_number: false, ..self }
    }
}
