//! A value under a mask, and the containers through which a mask reaches.

use alloc::borrow::{Cow, ToOwned};
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet, BinaryHeap, LinkedList, VecDeque};
use alloc::rc::{self, Rc};
use alloc::sync::{self, Arc};
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::cmp::Reverse;
#[cfg(feature = "std")]
use core::fmt;
use core::num::{Saturating, Wrapping};
#[cfg(feature = "std")]
use std::collections::{HashMap, HashSet};
#[cfg(feature = "std")]
use std::sync::{Mutex, RwLock};

#[cfg(feature = "std")]
use crate::cursor::Cursor;
#[cfg(feature = "std")]
use crate::sink::dispatch::Dispatch;
#[cfg(feature = "std")]
use crate::value::ZeroAllocJson;
#[cfg(feature = "std")]
use crate::value::mask::FieldMask;
use crate::value::mask::Maskable;

/// A value with the fields of a mask, wherever it is written: as a response, a line, with options.
///
/// A value within it may be another `Masked`, which then has the fields of its own mask alone.
///
/// ```
/// use record_runtime::{FieldMask, Masked, WriteOptions, ZeroAllocJson, to_string_with};
///
/// #[derive(ZeroAllocJson)]
/// #[json(field_mask)]
/// struct User {
///     id: u64,
///     name: &'static str,
/// }
///
/// let mask = FieldMask::<User>::parse("name").expect("a known field");
/// let users = vec![User { id: 7, name: "Zoë" }];
/// let text = to_string_with(&Masked::new(&users, mask), &WriteOptions::new().ascii());
/// assert_eq!(text, r#"[{"name":"Zo\u00eb"}]"#);
/// ```
#[cfg(feature = "std")]
pub struct Masked<T: Maskable> {
    value: T,
    mask: FieldMask<T::Fields>,
}

#[cfg(feature = "std")]
impl<T: Maskable> Masked<T> {
    /// The value under the mask.
    #[must_use]
    pub const fn new(value: T, mask: FieldMask<T::Fields>) -> Self {
        Self { value, mask }
    }

    /// The value.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }
}

#[cfg(feature = "std")]
impl<T: Maskable + Clone> Clone for Masked<T> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), mask: self.mask.clone() }
    }
}

#[cfg(feature = "std")]
impl<T: Maskable + fmt::Debug> fmt::Debug for Masked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Masked").field("value", &self.value).field("mask", &self.mask).finish()
    }
}

#[cfg(feature = "std")]
impl<T: Maskable + ZeroAllocJson> ZeroAllocJson for Masked<T> {
    const MAX_JSON_LEN: Option<usize> = T::MAX_JSON_LEN;

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.in_mask(self.mask.levels(), |c| c.value(&self.value))
    }
}

/// Types with the fields of another one. Each hands them on in its `ZeroAllocJson::__fields`, too.
macro_rules! containers {
    ($($(#[$cfg:meta])? [$($parameters:tt)*] $C:ty => $T:ty;)+) => {
        $(
            $(#[$cfg])?
            impl<$($parameters)*> $crate::Maskable for $C {
                type Fields = <$T as $crate::Maskable>::Fields;
            }
        )+
    };
}
#[allow(unused_imports, reason = "for types of other crates")]
pub(crate) use containers;

containers! {
    [T: Maskable + ?Sized] &T => T;
    [T: Maskable + ?Sized] &mut T => T;
    [T: Maskable + ?Sized] Box<T> => T;
    [T: Maskable + ?Sized] Rc<T> => T;
    [T: Maskable + ?Sized] Arc<T> => T;
    [T: Maskable + ?Sized] rc::Weak<T> => T;
    [T: Maskable + ?Sized] sync::Weak<T> => T;
    [T: Maskable + ToOwned + ?Sized] Cow<'_, T> => T;
    [T: Maskable] Option<T> => T;
    [T: Maskable] [T] => T;
    [T: Maskable, const N: usize] [T; N] => T;
    [T: Maskable] Vec<T> => T;
    [T: Maskable] VecDeque<T> => T;
    [T: Maskable] LinkedList<T> => T;
    [T: Maskable] BinaryHeap<T> => T;
    [T: Maskable] BTreeSet<T> => T;
    #[cfg(feature = "std")]
    [T: Maskable, S] HashSet<T, S> => T;
    [K, V: Maskable] BTreeMap<K, V> => V;
    #[cfg(feature = "std")]
    [K, V: Maskable, S] HashMap<K, V, S> => V;
    [T: Maskable] Cell<T> => T;
    [T: Maskable + ?Sized] RefCell<T> => T;
    #[cfg(feature = "std")]
    [T: Maskable + ?Sized] Mutex<T> => T;
    #[cfg(feature = "std")]
    [T: Maskable + ?Sized] RwLock<T> => T;
    [T: Maskable] Wrapping<T> => T;
    [T: Maskable] Saturating<T> => T;
    [T: Maskable] Reverse<T> => T;
}
