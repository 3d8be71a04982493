//! `ordered-float`: the number in it, and as a key the same.

use ordered_float::{NotNan, OrderedFloat};

use crate::cursor::Cursor;
use crate::level::Level;
use crate::{JsonKey, ZeroAllocJson};

macro_rules! floats {
    ($([$($parameters:tt)*] $N:ty, $this:ident => $number:expr, $T:ty;)+) => {
        $(
            impl<$($parameters)*> ZeroAllocJson for $N {
                const MAX_JSON_LEN: Option<usize> = <$T>::MAX_JSON_LEN;

                #[inline]
                fn write_value<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
                    let $this = self;
                    $number.write_value(c)
                }
            }
        )+
    };
}

floats! {
    [T: ZeroAllocJson] OrderedFloat<T>, this => this.0, T;
    [] NotNan<f32>, this => this.into_inner(), f32;
    [] NotNan<f64>, this => this.into_inner(), f64;
}

impl<T: JsonKey> JsonKey for OrderedFloat<T> {
    #[inline]
    fn write_key<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
        self.0.write_key(c)
    }
}

/// Infinite ones are no keys.
macro_rules! keys {
    ($($T:ident)+) => {
        $(
            impl JsonKey for NotNan<$T> {
                #[inline]
                fn write_key<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
                    self.into_inner().write_key(c)
                }
            }
        )+
    };
}

keys! { f32 f64 }
