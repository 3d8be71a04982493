//! `ordered-float`: the number in it, and as a key the same.

use ordered_float::{NotNan, OrderedFloat};

use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::value::places::Places;
use crate::value::ZeroAllocJson;

macro_rules! floats {
    ($([$($parameters:tt)*] $N:ty, $this:ident => $number:expr, $T:ty;)+) => {
        $(
            impl<$($parameters)*> ZeroAllocJson for $N {
                const MAX_JSON_LEN: Option<usize> = <$T>::MAX_JSON_LEN;

                #[inline]
                fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    let $this = self;
                    $number.write_value(c)
                }

                #[inline]
                fn __write_key<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    let $this = self;
                    $number.__write_key(c)
                }

                const __PLACES: Places = <$T>::__PLACES;
            }
        )+
    };
}

floats! {
    [T: ZeroAllocJson] OrderedFloat<T>, this => this.0, T;
    [] NotNan<f32>, this => this.into_inner(), f32;
    [] NotNan<f64>, this => this.into_inner(), f64;
}
