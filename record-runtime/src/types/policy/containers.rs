//! The types that hand a policy on. Pointers, newtypes and `Option` hand it to their content, sequences to each
//! element, maps to each value.

use alloc::borrow::{Cow, ToOwned};
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::rc::Rc;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::num::{Saturating, Wrapping};
#[cfg(feature = "std")]
use std::collections::{HashMap, HashSet};

use super::write_as::{As, Structural, Under, WriteAs};
use crate::cursor::Cursor;
use crate::kernels::lanes::Slack;
use crate::sink::Sink;
use crate::sink::dispatch::Dispatch;
use crate::sink::store;
use crate::value::ZeroAllocJson;
use crate::value::bound::Bound;

impl<P: Structural, T: WriteAs<P>> WriteAs<P> for Option<T> {
    #[inline]
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        match self {
            Some(value) => value.write_as(c),
            None => c.null(),
        }
    }

    const BOUND: Bound<Under<P, Self>> = Bound::or_null(&T::BOUND);

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn put_as<D: Dispatch>(&self, room: Slack<'_>, sink: &mut Sink, room_after: usize) -> *mut u8 {
        let Some(value) = self else {
            return room.put(b"null", 4);
        };
        // SAFETY: the contract is `put_as`', of the value: the bound counts its quotes, and the closing one is left.
        let put = |room: Slack<'_>, quotes| unsafe { value.put_as::<D>(room, sink, room_after + quotes) };
        // SAFETY: by contract of `put_as` there is room for the bound, which counts both quotes.
        unsafe { store::quoted(room, T::BOUND.quoted, put) }
    }
}

macro_rules! pointers {
    ($([$($parameters:tt)*] $P:ty => $T:ty;)+) => {
        $(
            impl<P: Structural, $($parameters)*> WriteAs<P> for $P {
                #[inline]
                fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    (**self).write_as(c)
                }

                const BOUND: Bound<Under<P, Self>> = Bound::same_as(&<$T as WriteAs<P>>::BOUND);

                #[cfg_attr(not(debug_assertions), inline(always))]
                unsafe fn put_as<D: Dispatch>(&self, room: Slack<'_>, sink: &mut Sink, room_after: usize) -> *mut u8 {
                    // SAFETY: the contract is `put_as`', and the two bounds are the same.
                    unsafe { (**self).put_as::<D>(room, sink, room_after) }
                }
            }
        )+
    };
}

pointers! {
    [T: WriteAs<P> + ?Sized] &T => T;
    [T: WriteAs<P> + ?Sized] &mut T => T;
    [T: WriteAs<P> + ?Sized] Box<T> => T;
    [T: WriteAs<P> + ?Sized] Rc<T> => T;
    [T: WriteAs<P> + ?Sized] Arc<T> => T;
    [T: WriteAs<P> + ToOwned + ?Sized] Cow<'_, T> => T;
}

macro_rules! newtypes {
    ($($N:ident)+) => {
        $(
            impl<P: Structural, T: WriteAs<P>> WriteAs<P> for $N<T> {
                #[inline]
                fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    self.0.write_as(c)
                }
            }
        )+
    };
}

newtypes! { Wrapping Saturating }

macro_rules! sequences {
    ($($(#[$cfg:meta])? [$($parameters:tt)*] $S:ty;)+) => {
        $(
            $(#[$cfg])?
            impl<P: Structural, T: WriteAs<P> $($parameters)*> WriteAs<P> for $S {
                fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    c.seq(self.iter().map(As::<P, T>::new))
                }
            }
        )+
    };
}

sequences! {
    [] [T];
    [, const N: usize] [T; N];
    [] Vec<T>;
    [] VecDeque<T>;
    [] BTreeSet<T>;
    #[cfg(feature = "std")]
    [, S] HashSet<T, S>;
}

macro_rules! maps {
    ($($(#[$cfg:meta])? [$($parameters:tt)*] $M:ty;)+) => {
        $(
            $(#[$cfg])?
            impl<P: Structural, K: ZeroAllocJson, V: WriteAs<P> $($parameters)*> WriteAs<P> for $M {
                fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    c.map(self.iter().map(|(key, value)| (key, As::<P, V>::new(value))))
                }
            }
        )+
    };
}

maps! {
    [] BTreeMap<K, V>;
    #[cfg(feature = "std")]
    [, S] HashMap<K, V, S>;
}
