//! Functions for expansions, beside the methods of cursors.

use core::marker::PhantomData;

use super::ZeroAllocJson;
use crate::sink::error::Error;

/// Answers what is known of any type: through this if it can be written, else through [`Unknown`]. So the derive may
/// ask for every type.
#[derive(Debug)]
pub struct Known<T: ?Sized>(PhantomData<fn(&T)>);

impl<T: ZeroAllocJson + ?Sized> Known<T> {
    /// Its `MAX_JSON_LEN`.
    pub const MAX_LEN: Option<usize> = T::MAX_JSON_LEN;

    /// Whether all maps in it have keys that can be keys.
    pub const KEYS_FIT: bool = T::__KEYS_FIT;

    /// Whether it may be flattened.
    pub const MAY_BE_OBJECT: bool = T::__PLACES_BEHIND.object;
}

/// See [`Known`]: what is found where its own constants are not.
pub trait Unknown {
    /// Not known.
    const MAX_LEN: Option<usize> = None;
    /// Not known to be wrong.
    const KEYS_FIT: bool = true;
    /// Not known to be wrong.
    const MAY_BE_OBJECT: bool = true;
}

impl<T: ?Sized> Unknown for Known<T> {}

/// Asserts [`Known::KEYS_FIT`] of a field's type.
///
/// # Panics
/// If it does not hold: while the field is compiled.
#[track_caller]
pub const fn assert_keys(fit: bool) {
    assert!(
        fit,
        "the keys of this map cannot be keys of a JSON object: keys are strings, numbers, `bool`, `char`, enums of unit \
         variants and newtypes of these"
    );
}

/// Asserts [`Known::MAY_BE_OBJECT`] of a field's type.
///
/// # Panics
/// If it does not hold: while the field is compiled.
#[track_caller]
pub const fn assert_object(may_be: bool) {
    assert!(
        may_be,
        "the entries of this type cannot stand in another object: `flatten`, and the newtype variants of an internally \
         tagged enum, take structs with named fields, maps, enums and `Option`s of these"
    );
}

/// The value that is written for an array without elements, whose type says nothing of what they would be.
#[must_use]
pub const fn empty_array<T>(_: &[T; 0]) -> &'static [(); 0] {
    &[]
}

/// The error of an enum variant that is never written.
#[cold]
#[must_use]
pub fn skipped_variant(name: &str, variant: &str) -> Error {
    Error::custom(format_args!("the enum variant {name}::{variant} cannot be serialized"))
}
