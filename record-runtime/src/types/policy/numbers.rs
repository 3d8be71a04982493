//! Numbers: between quotes (`as_string`), with a fixed number of decimals, and what stands for a float
//! that is not finite.
//!
//! The three go together, so they are one policy with parameters. `as_string` alone on an integer or a
//! `bool` keeps its quotes in the constants around it, as a string does.

use core::marker::PhantomData;
use core::num::NonZero;

use super::decimals;
use super::write_as::{Structural, Under, WriteAs};
use crate::cursor::Cursor;
use crate::kernels::lanes::Slack;
use crate::sink::Sink;
use crate::sink::dispatch::Dispatch;
use crate::sink::error::Error;
use crate::value::ZeroAllocJson;
use crate::value::bound::Bound;

/// Between quotes: `as_string`, with how floats are written.
#[derive(Debug)]
pub struct AsString<R = Shortest, N = NonFiniteAsNull>(PhantomData<(R, N)>);

/// Between quotes where JavaScript would round it: `as_string = "beyond_2_53"`, with how floats are written.
///
/// JavaScript has 64-bit floats alone. So a float, and an integer from -(2^53 - 1) to 2^53 - 1, is the same number there.
/// 2^53 itself is not safe, since the text 2^53 + 1 is read as the same number.
#[derive(Debug)]
pub struct AsStringBeyond<R = Shortest, N = NonFiniteAsNull>(PhantomData<(R, N)>);

/// Floats, without quotes: `decimals` and `non_finite`.
#[derive(Debug)]
pub struct Floats<R, N>(PhantomData<(R, N)>);

impl<R, N> Structural for AsString<R, N> {}
impl<R, N> Structural for AsStringBeyond<R, N> {}
impl<R, N> Structural for Floats<R, N> {}

/// The shortest decimal that reads back as the float.
#[derive(Debug)]
pub enum Shortest {}

/// `PLACES` digits behind the point, correctly rounded; no point where there are none.
#[derive(Debug)]
pub enum Decimals<const PLACES: usize> {}

/// `null` for a float that is not finite.
#[derive(Debug)]
pub enum NonFiniteAsNull {}

/// `"NaN"`, `"Infinity"` or `"-Infinity"`.
#[derive(Debug)]
pub enum NonFiniteAsString {}

/// An error.
#[derive(Debug)]
pub enum NonFiniteAsError {}

/// A choice for floats that was made for a whole type, of which integers need not be told.
#[derive(Debug)]
pub struct OfContainer<C>(PhantomData<C>);

/// How the digits of a float are chosen.
pub trait Digits {
    #[doc(hidden)]
    fn write<D: Dispatch, F: Float>(value: F, c: Cursor<'_, D>) -> Cursor<'_, D>;
}

impl Digits for Shortest {
    #[inline]
    fn write<D: Dispatch, F: Float>(value: F, c: Cursor<'_, D>) -> Cursor<'_, D> {
        value.write_value(c)
    }
}

impl<const PLACES: usize> Digits for Decimals<PLACES> {
    #[inline]
    fn write<D: Dispatch, F: Float>(value: F, c: Cursor<'_, D>) -> Cursor<'_, D> {
        const { assert!(PLACES <= decimals::MAX_PLACES) };
        decimals::write(value.widened(), PLACES, c)
    }
}

impl<C: Digits> Digits for OfContainer<C> {
    #[inline]
    fn write<D: Dispatch, F: Float>(value: F, c: Cursor<'_, D>) -> Cursor<'_, D> {
        C::write(value, c)
    }
}

/// The text of a float that is not finite.
pub trait NonFinite {
    #[doc(hidden)]
    fn write<D: Dispatch>(value: f64, c: Cursor<'_, D>) -> Cursor<'_, D>;
}

impl NonFinite for NonFiniteAsNull {
    #[inline]
    fn write<D: Dispatch>(_: f64, c: Cursor<'_, D>) -> Cursor<'_, D> {
        c.null()
    }
}

impl NonFinite for NonFiniteAsString {
    #[inline]
    fn write<D: Dispatch>(value: f64, c: Cursor<'_, D>) -> Cursor<'_, D> {
        c.raw(match value {
            f64::INFINITY => "\"Infinity\"",
            f64::NEG_INFINITY => "\"-Infinity\"",
            _ => "\"NaN\"",
        })
    }
}

impl NonFinite for NonFiniteAsError {
    #[cold]
    fn write<D: Dispatch>(_: f64, c: Cursor<'_, D>) -> Cursor<'_, D> {
        c.fail(Error::known("a float is not finite (NaN or infinite)"))
    }
}

impl<C: NonFinite> NonFinite for OfContainer<C> {
    #[inline]
    fn write<D: Dispatch>(value: f64, c: Cursor<'_, D>) -> Cursor<'_, D> {
        C::write(value, c)
    }
}

/// A choice that may stand on an integer: none, or one that was made for the whole type.
#[diagnostic::on_unimplemented(
    message = "`decimals` and `non_finite` are for floats, and the field is an integer or a `bool`",
    label = "not a float",
    note = "remove `decimals` and `non_finite` from the field"
)]
pub trait OnIntegers {}

impl OnIntegers for Shortest {}
impl OnIntegers for NonFiniteAsNull {}
impl<C> OnIntegers for OfContainer<C> {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for f64 {}
    impl Sealed for f32 {}
}

/// `f64` and `f32`.
pub trait Float: ZeroAllocJson + Copy + sealed::Sealed {
    /// The same number.
    #[doc(hidden)]
    fn widened(self) -> f64;
}

impl Float for f64 {
    #[inline]
    fn widened(self) -> f64 {
        self
    }
}

impl Float for f32 {
    #[inline]
    fn widened(self) -> f64 {
        self.into()
    }
}

macro_rules! floats {
    ($($T:ident)+) => {
        $(
            impl<R: Digits, N: NonFinite> WriteAs<Floats<R, N>> for $T {
                #[inline]
                fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    if self.is_finite() { R::write(*self, c) } else { N::write(self.widened(), c) }
                }
            }

            impl<R: Digits, N: NonFinite> WriteAs<AsStringBeyond<R, N>> for $T {
                #[inline]
                fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    WriteAs::<Floats<R, N>>::write_as(self, c)
                }
            }

            impl<R: Digits, N: NonFinite> WriteAs<AsString<R, N>> for $T {
                #[inline]
                fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    if self.is_finite() {
                        R::write(*self, c.ascii(b'"')).ascii(b'"')
                    } else {
                        N::write(self.widened(), c)
                    }
                }
            }
        )+
    };
}

floats! { f64 f32 }

macro_rules! quoted {
    ($($T:ty)+) => {
        $(
            impl<R: OnIntegers, N: OnIntegers> WriteAs<AsString<R, N>> for $T {
                #[inline]
                fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    self.write_value(c.ascii(b'"')).ascii(b'"')
                }

                const BOUND: Bound<Under<AsString<R, N>, Self>> = Bound::short_string(<$T as ZeroAllocJson>::__BOUND.fixed);

                #[cfg_attr(not(debug_assertions), inline(always))]
                unsafe fn put_as<D: Dispatch>(&self, room: Slack<'_>, sink: &mut Sink, room_after: usize) -> *mut u8 {
                    const { assert!(<$T as ZeroAllocJson>::__BOUND.trusted && !<$T as ZeroAllocJson>::__BOUND.quoted) };
                    // SAFETY: the contract is `put_as`', whose bound is that of the bare value here.
                    unsafe { self.__put::<D>(room, sink, room_after) }
                }
            }
        )+
    };
}

quoted! { bool u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize }
quoted! { NonZero<u8> NonZero<u16> NonZero<u32> NonZero<u64> NonZero<u128> NonZero<usize> }
quoted! { NonZero<i8> NonZero<i16> NonZero<i32> NonZero<i64> NonZero<i128> NonZero<isize> }

/// `Number.MAX_SAFE_INTEGER`
const MAX_SAFE: u64 = (1 << 53) - 1;

/// Whether JavaScript holds the integer, and no other text for it is read as the same.
trait Safe {
    fn in_javascript(self) -> bool;
}

macro_rules! unsigned {
    ($($T:ident)+) => {
        $(
            impl Safe for $T {
                #[inline]
                fn in_javascript(self) -> bool {
                    u64::try_from(self).is_ok_and(|magnitude| magnitude <= MAX_SAFE)
                }
            }

            impl Safe for NonZero<$T> {
                #[inline]
                fn in_javascript(self) -> bool {
                    self.get().in_javascript()
                }
            }
        )+
    };
}

macro_rules! signed {
    ($($T:ident)+) => {
        $(
            impl Safe for $T {
                #[inline]
                fn in_javascript(self) -> bool {
                    self.unsigned_abs().in_javascript()
                }
            }

            impl Safe for NonZero<$T> {
                #[inline]
                fn in_javascript(self) -> bool {
                    self.get().in_javascript()
                }
            }
        )+
    };
}

unsigned! { u8 u16 u32 u64 u128 usize }
signed! { i8 i16 i32 i64 i128 isize }

macro_rules! beyond {
    ($($T:ty)+) => {
        $(
            impl<R: OnIntegers, N: OnIntegers> WriteAs<AsStringBeyond<R, N>> for $T {
                #[inline]
                fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    if self.in_javascript() { self.write_value(c) } else { self.write_value(c.ascii(b'"')).ascii(b'"') }
                }
            }
        )+
    };
}

beyond! { u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize }
beyond! { NonZero<u8> NonZero<u16> NonZero<u32> NonZero<u64> NonZero<u128> NonZero<usize> }
beyond! { NonZero<i8> NonZero<i16> NonZero<i32> NonZero<i64> NonZero<i128> NonZero<isize> }

impl<R: OnIntegers, N: OnIntegers> WriteAs<AsStringBeyond<R, N>> for bool {
    #[inline]
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        self.write_value(c)
    }
}
