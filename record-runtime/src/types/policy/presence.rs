//! Fields that are left out by what they hold: `skip_none` and `omit_empty`.
//!
//! Empty is what it is to Go's `omitempty` and to easyjson: `false`, zero (also `-0.0`), no text, no
//! element, no entry, `None`. A pointer is as empty as what it points to, and `Some` is not empty,
//! whatever it holds. Nothing else is ever empty: structs, enums, `char`, tuples.

use alloc::borrow::{Cow, ToOwned};
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet, BinaryHeap, LinkedList, VecDeque};
use alloc::rc::Rc;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
#[cfg(feature = "std")]
use std::collections::{HashMap, HashSet};

use crate::value::fields::SkipIf;

/// A type that has an empty value.
#[diagnostic::on_unimplemented(
    message = "`omit_empty` leaves out empty values, and the type `{Self}` has none",
    label = "never empty",
    note = "remove `omit_empty` from the field, or name a predicate: `#[json(skip_serializing_if = \"…\")]`"
)]
pub trait MayBeEmpty {
    /// Whether this is it.
    fn is_empty_value(&self) -> bool;
}

/// `Option`, and pointers to one.
#[diagnostic::on_unimplemented(
    message = "`skip_none` leaves out an `Option`, and the field has the type `{Self}`",
    label = "not an `Option`",
    note = "remove `skip_none` from the field, or name a predicate: `#[json(skip_serializing_if = \"…\")]`"
)]
pub trait MayBeNone {
    /// Whether it is `None`.
    fn is_none_value(&self) -> bool;
}

/// The predicate of a field with `omit_empty`.
#[inline]
pub fn is_empty<T: MayBeEmpty + ?Sized>(value: &T) -> bool {
    value.is_empty_value()
}

/// The predicate of a field with `skip_none`.
#[inline]
pub fn is_none<T: MayBeNone + ?Sized>(value: &T) -> bool {
    value.is_none_value()
}

/// A field of a type with `omit_empty` or `skip_none`. Its own methods apply where its type may be empty or `None`,
/// those of [`AlwaysPresent`] where not, so that nothing is paid there.
#[derive(Debug)]
pub struct OmitIf<'a, T: ?Sized>(pub &'a T);

impl<T: MayBeEmpty + ?Sized> OmitIf<'_, T> {
    /// Left out if it is empty.
    #[inline]
    pub fn empty<F>(self, field: F) -> SkipIf<F> {
        SkipIf(self.0.is_empty_value(), field)
    }
}

impl<T: MayBeNone + ?Sized> OmitIf<'_, T> {
    /// Left out if it is `None`.
    #[inline]
    pub fn none<F>(self, field: F) -> SkipIf<F> {
        SkipIf(self.0.is_none_value(), field)
    }
}

/// See [`OmitIf`], and `Defaulted` and `Same` of `skip_default`.
pub trait AlwaysPresent: Sized {
    /// The field as it is.
    #[inline]
    fn omitted<F>(self, field: F) -> F {
        field
    }

    /// The field as it is.
    #[inline]
    fn empty<F>(self, field: F) -> F {
        field
    }

    /// The field as it is.
    #[inline]
    fn none<F>(self, field: F) -> F {
        field
    }
}

impl<T: ?Sized> AlwaysPresent for OmitIf<'_, T> {}

impl<T> MayBeNone for Option<T> {
    #[inline]
    fn is_none_value(&self) -> bool {
        self.is_none()
    }
}

impl<T> MayBeEmpty for Option<T> {
    #[inline]
    fn is_empty_value(&self) -> bool {
        self.is_none()
    }
}

macro_rules! pointers {
    ($([$($parameters:tt)*] [$($bounds:tt)*] $P:ty;)+) => {
        $(
            impl<$($parameters)* T: MayBeNone + ?Sized $($bounds)*> MayBeNone for $P {
                #[inline]
                fn is_none_value(&self) -> bool {
                    (**self).is_none_value()
                }
            }

            impl<$($parameters)* T: MayBeEmpty + ?Sized $($bounds)*> MayBeEmpty for $P {
                #[inline]
                fn is_empty_value(&self) -> bool {
                    (**self).is_empty_value()
                }
            }
        )+
    };
}

pointers! {
    [] [] &T;
    [] [] &mut T;
    [] [] Box<T>;
    [] [] Rc<T>;
    [] [] Arc<T>;
    [] [+ ToOwned] Cow<'_, T>;
}

macro_rules! zeros {
    ($($T:ident $zero:expr;)+) => {
        $(
            impl MayBeEmpty for $T {
                #[inline]
                fn is_empty_value(&self) -> bool {
                    *self == $zero
                }
            }
        )+
    };
}

zeros! {
    bool false;
    u8 0; u16 0; u32 0; u64 0; u128 0; usize 0;
    i8 0; i16 0; i32 0; i64 0; i128 0; isize 0;
    f32 0.0; f64 0.0;
}

macro_rules! lengths {
    ($($(#[$cfg:meta])? [$($parameters:tt)*] $C:ty;)+) => {
        $(
            $(#[$cfg])?
            impl<$($parameters)*> MayBeEmpty for $C {
                #[inline]
                fn is_empty_value(&self) -> bool {
                    self.is_empty()
                }
            }
        )+
    };
}

lengths! {
    [] str;
    [] String;
    [T] [T];
    [T, const N: usize] [T; N];
    [T] Vec<T>;
    [T] VecDeque<T>;
    [T] LinkedList<T>;
    [T] BinaryHeap<T>;
    [T] BTreeSet<T>;
    [K, V] BTreeMap<K, V>;
    #[cfg(feature = "std")]
    [T, S] HashSet<T, S>;
    #[cfg(feature = "std")]
    [K, V, S] HashMap<K, V, S>;
}
