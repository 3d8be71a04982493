//! The output of `Display`, as a string.
//!
//! Anything may implement `Display`, containers of the standard library in later versions too. So they do not hand this
//! policy on as the others. The derive sees that a field's type is written `Option<…>`, `Vec<…>` or `&[…]`, and says so.

use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use super::write_as::{As, WriteAs};
use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;

/// `display`: as a string, without allocating.
#[derive(Debug)]
pub enum Display {}

/// The policy `P` for what is in an `Option` or a sequence.
#[derive(Debug)]
pub struct Inside<P>(PhantomData<P>);

impl<T: fmt::Display + ?Sized> WriteAs<Display> for T {
    #[inline]
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.fmt(format_args!("{self}"))
    }
}

macro_rules! through_reference {
    ($($P:ty)+) => {
        $(
            impl<P, T: WriteAs<Inside<P>> + ?Sized> WriteAs<Inside<P>> for $P {
                #[inline]
                fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    (**self).write_as(c)
                }
            }
        )+
    };
}

through_reference! { &T &mut T }

impl<P, T: WriteAs<P>> WriteAs<Inside<P>> for Option<T> {
    #[inline]
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        match self {
            Some(value) => value.write_as(c),
            None => c.null(),
        }
    }
}

impl<P, T: WriteAs<P>> WriteAs<Inside<P>> for [T] {
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.seq(self.iter().map(As::<P, T>::new))
    }
}

impl<P, T: WriteAs<P>> WriteAs<Inside<P>> for Vec<T> {
    #[inline]
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        <[T] as WriteAs<Inside<P>>>::write_as(self, c)
    }
}

impl<P, T: WriteAs<P>, const N: usize> WriteAs<Inside<P>> for [T; N] {
    #[inline]
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        <[T] as WriteAs<Inside<P>>>::write_as(self, c)
    }
}
