//! Map keys: what is written as a string is written as such, numbers and `bool` get quotes, and
//! pointers and newtypes are what is in them.
//!
//! `Option` is no key type: serde takes a `Some` for one and fails at a `None`, when it runs.

use alloc::borrow::{Cow, ToOwned};
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::sync::Arc;
use core::cell::{Cell, RefCell};
use core::cmp::Reverse;
use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use core::num::{NonZero, Saturating, Wrapping};
#[cfg(feature = "std")]
use std::path::{Path, PathBuf};

use crate::cursor::Cursor;
use crate::error::Error;
use crate::level::Level;
use crate::{JsonKey, ZeroAllocJson};

/// Types whose text has quotes as it is.
macro_rules! strings {
    ($($(#[$cfg:meta])? $T:ty;)+) => {
        $(
            $(#[$cfg])?
            impl JsonKey for $T {
                #[inline]
                fn write_key<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
                    self.write_value(c)
                }
            }
        )+
    };
}

strings! {
    str;
    String;
    char;
    fmt::Arguments<'_>;
    IpAddr;
    Ipv4Addr;
    Ipv6Addr;
    SocketAddr;
    SocketAddrV4;
    SocketAddrV6;
    #[cfg(feature = "std")]
    Path;
    #[cfg(feature = "std")]
    PathBuf;
}

/// Types whose text is put between quotes.
macro_rules! quoted {
    ($($T:ty)+) => {
        $(
            impl JsonKey for $T {
                #[inline]
                fn write_key<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
                    self.write_value(c.ascii(b'"')).ascii(b'"')
                }
            }
        )+
    };
}

quoted! { bool }
quoted! { u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize }
quoted! { NonZero<u8> NonZero<u16> NonZero<u32> NonZero<u64> NonZero<u128> NonZero<usize> }
quoted! { NonZero<i8> NonZero<i16> NonZero<i32> NonZero<i64> NonZero<i128> NonZero<isize> }

macro_rules! floats {
    ($($T:ident)+) => {
        $(
            impl JsonKey for $T {
                #[inline]
                fn write_key<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
                    if self.is_finite() {
                        self.write_value(c.ascii(b'"')).ascii(b'"')
                    } else {
                        c.fail(Error::known("float key must be finite (got NaN or +/-inf)"))
                    }
                }
            }
        )+
    };
}

floats! { f32 f64 }

/// Types that stand for the key in them.
macro_rules! transparent {
    ($([$($parameters:tt)*] $P:ty, $this:ident => $key:expr;)+) => {
        $(
            impl<$($parameters)*> JsonKey for $P {
                #[inline]
                fn write_key<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
                    let $this = self;
                    $key.write_key(c)
                }
            }
        )+
    };
}

transparent! {
    [T: JsonKey + ?Sized] &T, this => (**this);
    [T: JsonKey + ?Sized] &mut T, this => (**this);
    [T: JsonKey + ?Sized] Box<T>, this => (**this);
    [T: JsonKey + ?Sized] Rc<T>, this => (**this);
    [T: JsonKey + ?Sized] Arc<T>, this => (**this);
    [T: JsonKey + ToOwned + ?Sized] Cow<'_, T>, this => (**this);
    [T: JsonKey] Wrapping<T>, this => this.0;
    [T: JsonKey] Saturating<T>, this => this.0;
    [T: JsonKey] Reverse<T>, this => this.0;
    [T: JsonKey + Copy] Cell<T>, this => this.get();
}

/// As its value, and with its error.
impl<T: JsonKey + ?Sized> JsonKey for RefCell<T> {
    fn write_key<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
        match self.try_borrow() {
            Ok(key) => T::write_key(&key, c),
            Err(_) => c.fail(Error::known("already mutably borrowed")),
        }
    }
}
