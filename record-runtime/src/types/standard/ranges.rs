//! Ranges: objects of the ends that they have.

use core::ops::{Range, RangeFrom, RangeInclusive, RangeTo};

use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::value::ZeroAllocJson;
use crate::value::bound::max_len;
use crate::value::places::Places;

const START: &str = "\"start\":";
const END: &str = "\"end\":";

/// Ranges with two ends, and how each is had.
macro_rules! bounded {
    ($($R:ident($range:ident) $start:expr, $end:expr;)+) => {
        $(
            impl<T: ZeroAllocJson> ZeroAllocJson for $R<T> {
                const MAX_JSON_LEN: Option<usize> =
                    max_len(Self::__FRAGMENTS, &[T::MAX_JSON_LEN, T::MAX_JSON_LEN]);

                const __PLACES: Places = Places::OBJECT;
                const __KEYS_FIT: bool = T::__KEYS_FIT;

                const __FRAGMENTS: &'static [&'static str] = &["{", START, END, "}"];

                #[inline]
                fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    let $range = self;
                    c.fields2::<Self, 0, _, _>($start, $end)
                }
            }
        )+
    };
}

bounded! {
    Range(range) &range.start, &range.end;
    RangeInclusive(range) range.start(), range.end();
}

/// Ranges with one end.
macro_rules! half_bounded {
    ($($R:ident $key:ident $end:ident;)+) => {
        $(
            impl<T: ZeroAllocJson> ZeroAllocJson for $R<T> {
                const MAX_JSON_LEN: Option<usize> = max_len(Self::__FRAGMENTS, &[T::MAX_JSON_LEN]);

                const __PLACES: Places = Places::OBJECT;
                const __KEYS_FIT: bool = T::__KEYS_FIT;

                const __FRAGMENTS: &'static [&'static str] = &["{", $key, "}"];

                #[inline]
                fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    c.fields1::<Self, 0, _>(&self.$end)
                }
            }
        )+
    };
}

half_bounded! {
    RangeFrom START start;
    RangeTo END end;
}
