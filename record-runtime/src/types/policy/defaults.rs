//! Fields that are left out where they equal a default: `skip_default`.
//!
//! Equal is what `==` says. So `-0.0` is left out where the default is `0.0`, and NaN never is.
//!
//! The default is made anew for each comparison. Those of numbers, strings, collections and `Option` cost nothing, and
//! allocate nothing. Those of `Box`, `Rc` and `Arc` would, so their contents are compared in their place. The default of
//! a user's type costs what its `Default` costs; a constant or a `static` costs nothing.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::sync::Arc;

use super::presence::AlwaysPresent;
use crate::value::fields::SkipIf;

/// A field that may equal the default of its type.
///
/// `equals` is for a field's own attribute, so that its type has to have a default. `omitted` is for that of the type
/// around it, which leaves alone what has none.
#[derive(Debug)]
pub struct Defaulted<'a, T: ?Sized>(pub &'a T);

macro_rules! pointers {
    ($($P:ident)+) => {
        $(
            impl<T: Default + PartialEq> Defaulted<'_, $P<T>> {
                /// Whether the content is its type's default.
                #[inline]
                #[must_use]
                pub fn equals(self) -> bool {
                    **self.0 == T::default()
                }

                /// Left out if it is.
                #[inline]
                pub fn omitted<F>(self, field: F) -> SkipIf<F> {
                    SkipIf(self.equals(), field)
                }
            }
        )+
    };
}

pointers! { Box Rc Arc }

/// See [`Defaulted`]: any type, as a bound of the method, which the compiler names where it does not hold.
pub trait OrDefault<T>: Sized {
    /// Whether the value is its type's default.
    fn equals(self) -> bool
    where
        T: Default + PartialEq;
}

impl<T> OrDefault<T> for Defaulted<'_, T> {
    #[inline]
    fn equals(self) -> bool
    where
        T: Default + PartialEq,
    {
        *self.0 == T::default()
    }
}

/// See [`Defaulted`]: types with a default. Others are written, by [`AlwaysPresent`].
pub trait OrOmitted: Sized {
    /// Left out if it is the default.
    fn omitted<F>(self, field: F) -> SkipIf<F>;
}

impl<T: Default + PartialEq> OrOmitted for Defaulted<'_, T> {
    #[inline]
    fn omitted<F>(self, field: F) -> SkipIf<F> {
        SkipIf(*self.0 == T::default(), field)
    }
}

impl<T: ?Sized> AlwaysPresent for &Defaulted<'_, T> {}

/// The predicate of a field whose default is known.
#[inline]
pub fn is_equal<T: PartialEq>(value: &T, default: &T) -> bool {
    value == default
}

/// A field and its default, for a policy of the type around it: left out where its type can be compared.
#[derive(Debug)]
pub struct Same<'a, T: ?Sized>(pub &'a T, pub &'a T);

impl<T: PartialEq + ?Sized> Same<'_, T> {
    /// Left out if both are equal.
    #[inline]
    pub fn omitted<F>(self, field: F) -> SkipIf<F> {
        SkipIf(self.0 == self.1, field)
    }
}

impl<T: ?Sized> AlwaysPresent for Same<'_, T> {}

/// A field, and a function that returns its default, or a constant.
#[derive(Debug)]
pub struct Versus<'a, T: ?Sized, C: ?Sized>(pub &'a T, pub &'a C);

impl<T, F: Fn() -> T> Versus<'_, T, F> {
    /// Whether the field equals what the function returns.
    #[inline]
    #[must_use]
    pub fn equals(self) -> bool
    where
        T: PartialEq,
    {
        *self.0 == (self.1)()
    }
}

/// The default of a whole struct: a function that returns it, or a constant.
#[derive(Debug)]
pub struct Named<'a, C: ?Sized>(pub &'a C);

impl<T, F: Fn() -> T> Named<'_, F> {
    /// The value that the function returns.
    #[inline]
    #[must_use]
    pub fn get(self) -> T {
        (self.0)()
    }
}

/// See [`Versus`]: a constant.
pub trait OrConstant<T: ?Sized, C: ?Sized>: Sized {
    /// Whether the field equals the constant.
    fn equals(self) -> bool
    where
        T: PartialEq<C>;
}

impl<T: ?Sized, C: ?Sized> OrConstant<T, C> for Versus<'_, T, C> {
    #[inline]
    fn equals(self) -> bool
    where
        T: PartialEq<C>,
    {
        *self.0 == *self.1
    }
}

/// See [`Named`]: a constant.
pub trait OrValue<'a, C: ?Sized>: Sized {
    /// The constant.
    fn get(self) -> &'a C;
}

impl<'a, C: ?Sized> OrValue<'a, C> for Named<'a, C> {
    #[inline]
    fn get(self) -> &'a C {
        self.0
    }
}
