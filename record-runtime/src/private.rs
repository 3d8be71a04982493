//! Functions behind `__private`.

use alloc::vec::Vec;

use crate::ZeroAllocJson;
use core::marker::PhantomData;

use crate::error::Error;
use crate::kernel::Backend;

/// Answers what `MAX_JSON_LEN` is for any type: through this if it has one, else through
/// [`MaxLenUnknown`], so that the derive may ask for types that cannot be written.
#[derive(Debug)]
pub struct MaxLen<T: ?Sized>(PhantomData<fn(&T)>);

impl<T: ZeroAllocJson + ?Sized> MaxLen<T> {
    /// That of the type.
    pub const LEN: Option<usize> = T::MAX_JSON_LEN;
}

/// See [`MaxLen`]: what is found where its own constant is not.
pub trait MaxLenUnknown {
    /// Not known.
    const LEN: Option<usize> = None;
}

impl<T: ?Sized> MaxLenUnknown for MaxLen<T> {}

/// `MAX_JSON_LEN` of a struct: the group's constants, and a comma between its fields.
#[must_use]
pub const fn max_len(fragments: &[&str], fields: &[Option<usize>]) -> Option<usize> {
    let mut sum = fields.len().saturating_sub(1);
    let mut at = 0;
    while at < fragments.len() {
        sum = sum.saturating_add(fragments[at].len());
        at += 1;
    }
    at = 0;
    while at < fields.len() {
        match fields[at] {
            Some(len) => sum = sum.saturating_add(len),
            None => return None,
        }
        at += 1;
    }
    Some(sum)
}

/// What is written of an array without elements, whose type says nothing of what they would be.
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

/// [`ZeroAllocJson::try_write_json`] with the kernels of a backend, whatever the CPU would choose;
/// `None` where it cannot run them.
pub fn write_json_on<T: ZeroAllocJson + ?Sized>(
    backend: Backend,
    value: &T,
    buf: &mut Vec<u8>,
) -> Option<Result<(), Error>> {
    Some(crate::value::append(value, buf, backend.kernels()?))
}

/// Stands for serde's trait in the bounds of a derived type, where the feature that needs it is
/// off: what is wrong then is reported at the attribute.
#[cfg(not(feature = "serde"))]
pub trait Serialize {}

#[cfg(not(feature = "serde"))]
impl<T: ?Sized> Serialize for T {}
