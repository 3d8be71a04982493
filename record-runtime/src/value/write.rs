//! Values at a cursor: what it writes of any type that can be written.

use super::{ZeroAllocJson, put};
use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::sink::{Said, store};

/// The methods that cursors and the writers of users' functions have for scalars.
macro_rules! each_scalar {
    ($define:ident) => {
        $define! {
            /// Writes `true` or `false`.
            bool: bool;
            /// Writes an integer.
            u64: u64;
            /// Writes an integer.
            i64: i64;
            /// Writes an integer, as a bare number.
            u128: u128;
            /// Writes an integer, as a bare number.
            i128: i128;
            /// Writes the shortest decimal that reads back as `value`; `null` if it is not finite.
            f64: f64;
            /// Writes the shortest decimal that reads back as `value`; `null` if it is not finite.
            f32: f32;
            /// Writes a string of one character.
            char: char;
        }
    };
}
pub(super) use each_scalar;

macro_rules! scalars {
    ($($(#[$doc:meta])* $name:ident: $T:ty;)+) => {
        $(
            $(#[$doc])*
            #[inline]
            pub fn $name(self, value: $T) -> Self {
                self.trusted(&value).written::<$T>()
            }
        )+
    };
}

impl<D: Dispatch> Cursor<'_, D> {
    each_scalar! { scalars }

    /// Writes a value of any type that can be written.
    #[inline]
    pub fn value<T: ZeroAllocJson + ?Sized>(self, value: &T) -> Self {
        if !T::__BOUND.trusted && self.sink.is_too_deep() {
            return self.too_deep();
        }
        value.write_value(self).written::<T>()
    }

    /// Says of which type the value is that was just written, where the type around it does not tell.
    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn written<T: ZeroAllocJson + ?Sized>(self) -> Self {
        if T::__PLACES_BEHIND.null_is_number {
            self.sink.said = Said::Float;
        }
        if T::__PLACES_BEHIND.units { self.unit_variant() } else { self }
    }

    /// Writes `FRAGMENTS[AT]`, a unit variant of an enum that may be a string otherwise, too.
    #[doc(hidden)]
    pub fn unit<K: ZeroAllocJson + ?Sized, const AT: usize>(self) -> Self {
        self.text::<K, AT>().unit_variant()
    }

    /// Writes `__FRAGMENTS[AT]`: a constant of the derive's.
    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn text<K: ZeroAllocJson + ?Sized, const AT: usize>(self) -> Self {
        self.constant_text(const { K::__FRAGMENTS[AT] })
    }

    /// Writes a value that is one of its type's constants.
    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn constant<T: ZeroAllocJson + ?Sized>(self, value: &T) -> Self {
        self.trusted(value)
    }

    /// Writes an array of what an iterator yields.
    pub fn seq<I>(self, values: I) -> Self
    where
        I: IntoIterator,
        I::Item: ZeroAllocJson,
    {
        if !I::Item::__BOUND.trusted && self.sink.is_too_deep() {
            return self.too_deep();
        }
        let mut values = values.into_iter();
        let Some(first) = values.next() else {
            return self.short(b"[]\0\0", 2);
        };
        let mut cursor = first.write_value(self.ascii(b'['));
        for value in values {
            cursor = value.write_value(cursor.ascii(b','));
        }
        cursor.ascii(b']')
    }

    /// Writes an object of what an iterator yields, in its order.
    pub fn map<K, V, I>(self, entries: I) -> Self
    where
        I: IntoIterator<Item = (K, V)>,
        K: ZeroAllocJson,
        V: ZeroAllocJson,
    {
        if !V::__BOUND.trusted && self.sink.is_too_deep() {
            return self.too_deep();
        }
        let mut entries = entries.into_iter();
        let Some((key, value)) = entries.next() else {
            return self.short(b"{}\0\0", 2);
        };
        let mut cursor = value.write_value(key.__write_key(self.ascii(b'{')).ascii(b':'));
        for (key, value) in entries {
            cursor = value.write_value(key.__write_key(cursor.ascii(b',')).ascii(b':'));
        }
        cursor.ascii(b'}')
    }

    /// Writes a value of a type whose bound is trusted.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn trusted<T: ZeroAllocJson + ?Sized>(self, value: &T) -> Self {
        const { assert!(T::__BOUND.trusted) };
        // SAFETY: the assertion says that `T::__BOUND.trusted` is true.
        unsafe { self.trusted_unchecked(value) }
    }

    /// [`trusted`](Self::trusted), for generic code that has looked at the bound.
    ///
    /// # Safety
    /// The type's bound is trusted.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) unsafe fn trusted_unchecked<T: ZeroAllocJson + ?Sized>(mut self, value: &T) -> Self {
        // SAFETY: the cursor's position is its sink's (invariant 5).
        self.position = unsafe { self.sink.reserve(self.position, T::__BOUND.whole()) };
        if T::__BOUND.quoted {
            self.position = store::byte(self.room(), b'"');
        }
        let (room, sink) = self.parts();
        // SAFETY: by contract the bound is trusted; `reserve` made room for `whole`, which counts the closing quote, too.
        self.position = unsafe { put::<D, T>(value, room, sink, usize::from(T::__BOUND.quoted)) };
        if T::__BOUND.quoted {
            self.position = store::byte(self.room(), b'"');
        }
        self
    }
}
