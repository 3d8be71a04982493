//! Which types of the standard library are written as an object, or as nothing where an object is
//! asked for: what serde's `flatten` takes.
//!
//! Maps; structs, which times and ranges are to serde; enums with a tag; `null`; and whatever
//! points to or wraps one of these.

use alloc::borrow::{Cow, ToOwned};
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::rc::{self, Rc};
use alloc::sync::{self, Arc};
use core::cell::{Cell, RefCell};
use core::cmp::Reverse;
use core::marker::PhantomData;
use core::num::{Saturating, Wrapping};
use core::ops::{Bound, Range, RangeFrom, RangeInclusive, RangeTo};
use core::time::Duration;
#[cfg(all(feature = "std", any(unix, windows)))]
use std::ffi::{OsStr, OsString};
#[cfg(feature = "std")]
use std::{
    collections::HashMap,
    sync::{Mutex, RwLock},
    time::SystemTime,
};

use crate::{JsonKey, JsonObject, ZeroAllocJson};

macro_rules! objects {
    ($($(#[$cfg:meta])? [$($parameters:tt)*] $O:ty;)+) => {
        $(
            $(#[$cfg])?
            impl<$($parameters)*> JsonObject for $O {}
        )+
    };
}

// Objects whatever is in them.
objects! {
    [K: JsonKey, V: ZeroAllocJson] BTreeMap<K, V>;
    #[cfg(feature = "std")]
    [K: JsonKey, V: ZeroAllocJson, S] HashMap<K, V, S>;
    [T: ZeroAllocJson] Range<T>;
    [T: ZeroAllocJson] RangeInclusive<T>;
    [T: ZeroAllocJson] RangeFrom<T>;
    [T: ZeroAllocJson] RangeTo<T>;
    [] Duration;
    #[cfg(feature = "std")]
    [] SystemTime;
    [T: ZeroAllocJson, E: ZeroAllocJson] Result<T, E>;
    [T: ZeroAllocJson] Bound<T>;
    #[cfg(all(feature = "std", any(unix, windows)))]
    [] OsStr;
    #[cfg(all(feature = "std", any(unix, windows)))]
    [] OsString;
}

// Nothing: `null`.
objects! {
    [] ();
    [T: ?Sized] PhantomData<T>;
}

// What is in them.
objects! {
    [T: JsonObject] Option<T>;
    [T: JsonObject + ?Sized] &T;
    [T: JsonObject + ?Sized] &mut T;
    [T: JsonObject + ?Sized] Box<T>;
    [T: JsonObject + ToOwned + ?Sized] Cow<'_, T>;
    [T: JsonObject + ?Sized] Rc<T>;
    [T: JsonObject + ?Sized] rc::Weak<T>;
    [T: JsonObject + ?Sized] Arc<T>;
    [T: JsonObject + ?Sized] sync::Weak<T>;
    [T: JsonObject + Copy] Cell<T>;
    [T: JsonObject + ?Sized] RefCell<T>;
    #[cfg(feature = "std")]
    [T: JsonObject + ?Sized] Mutex<T>;
    #[cfg(feature = "std")]
    [T: JsonObject + ?Sized] RwLock<T>;
    [T: JsonObject] Wrapping<T>;
    [T: JsonObject] Saturating<T>;
    [T: JsonObject] Reverse<T>;
}
