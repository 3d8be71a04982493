//! Values that may change behind a shared reference: written as they are at that moment.
//!
//! A `RefCell`, a `Mutex` or an `RwLock` is borrowed or locked while its content is written. If it cannot be, that is
//! an error, with serde's message. `Mutex` and `RwLock` wait for their lock.

use core::cell::{Cell, RefCell};
#[cfg(feature = "std")]
use std::sync::{Mutex, RwLock};

use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::sink::error::Error;
use crate::value::ZeroAllocJson;
use crate::value::mask::names::Fields;
use crate::value::places::Places;

impl<T: ZeroAllocJson + Copy> ZeroAllocJson for Cell<T> {
    const MAX_JSON_LEN: Option<usize> = T::MAX_JSON_LEN;

    #[inline]
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        self.get().write_value(c)
    }

    #[inline]
    fn __write_key<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        self.get().__write_key(c)
    }

    const __PLACES: Places = T::__PLACES;
    const __PLACES_BEHIND: Places = T::__PLACES_BEHIND;
    const __KEYS_FIT: bool = T::__KEYS_FIT;

    fn __fields() -> Fields {
        T::__fields()
    }
}

/// A value behind a guard: how it is had, and the error if it cannot be.
macro_rules! guarded {
    ($($(#[$cfg:meta])? $G:ident $method:ident $error:literal;)+) => {
        $(
            $(#[$cfg])?
            impl<T: ZeroAllocJson + ?Sized> ZeroAllocJson for $G<T> {
                const MAX_JSON_LEN: Option<usize> = T::MAX_JSON_LEN;

                #[inline]
                fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    match self.$method() {
                        Ok(guard) => T::write_value(&guard, c),
                        Err(_) => c.fail(Error::known($error)),
                    }
                }

                fn __write_key<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    match self.$method() {
                        Ok(guard) => T::__write_key(&guard, c),
                        Err(_) => c.fail(Error::known($error)),
                    }
                }

                const __PLACES: Places = T::__PLACES;
                const __PLACES_BEHIND: Places = T::__PLACES_BEHIND;
                const __KEYS_FIT: bool = T::__KEYS_FIT;

                fn __fields() -> Fields {
                    T::__fields()
                }
            }
        )+
    };
}

guarded! {
    RefCell try_borrow "already mutably borrowed";
    #[cfg(feature = "std")]
    Mutex lock "lock poison error while serializing";
    #[cfg(feature = "std")]
    RwLock read "lock poison error while serializing";
}

/// An atomic, where the target has it: loaded `Relaxed`, as by `Debug` and serde.
macro_rules! atomics {
    ($($width:literal: $($A:ident $T:ident)+;)+) => {
        $($(
            #[cfg(target_has_atomic = $width)]
            impl ZeroAllocJson for core::sync::atomic::$A {
                const MAX_JSON_LEN: Option<usize> = $T::MAX_JSON_LEN;
                const __PLACES: Places = Places::KEY;

                #[inline]
                fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    self.load(core::sync::atomic::Ordering::Relaxed).write_value(c)
                }
            }
        )+)+
    };
}

atomics! {
    "8": AtomicBool bool AtomicU8 u8 AtomicI8 i8;
    "16": AtomicU16 u16 AtomicI16 i16;
    "32": AtomicU32 u32 AtomicI32 i32;
    "64": AtomicU64 u64 AtomicI64 i64;
    "ptr": AtomicUsize usize AtomicIsize isize;
}
