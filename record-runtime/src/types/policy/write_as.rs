//! Values under a policy.

use core::marker::PhantomData;

use crate::cursor::Cursor;
use crate::kernels::lanes::Slack;
use crate::sink::Sink;
use crate::sink::dispatch::Dispatch;
use crate::value::ZeroAllocJson;
use crate::value::bound::Bound;

/// A type whose values can be written under the policy `P`.
#[diagnostic::on_unimplemented(
    message = "a policy of this field does not fit its type `{Self}`",
    label = "the field's attribute cannot write this type",
    note = "`as_string` fits integers, floats and `bool`; `decimals` and `non_finite` fit `f64` and `f32`",
    note = "`bytes` fits `[u8]`, `Vec<u8>` and `[u8; N]`; `raw`, `truncate` and `redact` fit `str` and `String`; `display` \
            fits types that implement `Display`",
    note = "`time` fits `SystemTime` and `Duration`, and their like of the features `chrono`, `time` and `jiff`",
    note = "each policy also reaches into `Option`, sequences, the values of maps, and through pointers"
)]
pub trait WriteAs<P> {
    /// Writes the value.
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D>;

    /// The known bound of the text: as `ZeroAllocJson::__BOUND`. It names the policy beside the type. So a policy of
    /// somebody else's can use neither the type's own bound nor another policy's.
    #[doc(hidden)]
    const BOUND: Bound<Under<P, Self>> = Bound::NONE;

    /// # Safety
    /// That of `ZeroAllocJson::put`.
    #[doc(hidden)]
    unsafe fn put_as<D: Dispatch>(&self, room: Slack<'_>, sink: &mut Sink, room_after: usize) -> *mut u8 {
        let _ = (sink, room_after);
        room.position()
    }
}

/// The subject of [`WriteAs::BOUND`]: the texts of a `T` under the policy `P`.
#[derive(Debug)]
pub struct Under<P, T: ?Sized>(PhantomData<P>, PhantomData<T>);

/// A policy that containers hand on to what is in them.
pub trait Structural {}

/// A value under a policy.
#[derive(Debug)]
pub struct As<'a, P, T: ?Sized>(&'a T, PhantomData<fn(P)>);

impl<'a, P, T: ?Sized> As<'a, P, T> {
    /// The value of a field whose own attribute names the policy. Without a bound, so that a type that
    /// it does not fit is reported once, where it is written.
    #[inline]
    pub fn new(value: &'a T) -> Self {
        Self(value, PhantomData)
    }
}

impl<P, T: WriteAs<P> + ?Sized> ZeroAllocJson for As<'_, P, T> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        self.0.write_as(c)
    }

    const __BOUND: Bound<Self> = Bound::same_as(&<T as WriteAs<P>>::BOUND);

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn __put<D: Dispatch>(&self, room: Slack<'_>, sink: &mut Sink, room_after: usize) -> *mut u8 {
        // SAFETY: the contract is `put_as`', and the two bounds are the same.
        unsafe { self.0.put_as::<D>(room, sink, room_after) }
    }
}

/// A value, and a policy that it is written under if its type allows.
///
/// `IfFits::<P, _>::new(&value).or(otherwise)` is the value under the policy where `WriteAs<P>` is
/// known to hold, through this method; else `otherwise`, through that of [`OrElse`].
#[derive(Debug)]
pub struct IfFits<'a, P, T: ?Sized>(&'a T, PhantomData<fn(P)>);

impl<'a, P, T: ?Sized> IfFits<'a, P, T> {
    /// The value of a field of a type whose attribute names the policy.
    #[inline]
    pub fn new(value: &'a T) -> Self {
        Self(value, PhantomData)
    }
}

impl<'a, P, T: WriteAs<P> + ?Sized> IfFits<'a, P, T> {
    /// The value under the policy.
    #[inline]
    #[must_use]
    pub fn or<F>(self, _: F) -> As<'a, P, T> {
        As(self.0, PhantomData)
    }
}

/// See [`IfFits`].
pub trait OrElse: Sized {
    /// The value to write instead.
    #[inline]
    fn or<F>(self, otherwise: F) -> F {
        otherwise
    }
}

impl<P, T: ?Sized> OrElse for IfFits<'_, P, T> {}
