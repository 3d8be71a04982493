//! Enums of the standard library, externally tagged as serde has them: `{"Ok":1}`, `"Unbounded"`.
//! (`Option` is none of them: it has no tag.)

use core::ops::Bound;

use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::value::ZeroAllocJson;
use crate::value::bound::max_len;
use crate::value::places::Places;

/// The constants of a variant around its value.
const VARIANT_LEN: usize = ["open", "key", "close"].len();

/// An enum of two newtype variants.
macro_rules! two_variants {
    ($T:ident: $First:ident $first:literal, $Second:ident $second:literal) => {
        impl<A: ZeroAllocJson, B: ZeroAllocJson> ZeroAllocJson for $T<A, B> {
            const MAX_JSON_LEN: Option<usize> = {
                let (first, second) = Self::__FRAGMENTS.split_at(["open", "key", "close"].len());
                match (max_len(first, &[A::MAX_JSON_LEN]), max_len(second, &[B::MAX_JSON_LEN])) {
                    (Some(first), Some(second)) => Some(if first > second { first } else { second }),
                    _ => None,
                }
            };

            const __PLACES: Places = Places::OBJECT;
            const __KEYS_FIT: bool = A::__KEYS_FIT && B::__KEYS_FIT;

            const __FRAGMENTS: &'static [&'static str] = &[$first, "", "}", $second, "", "}"];

            #[inline]
            fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                match self {
                    Self::$First(value) => c.fields1::<Self, 0, _>(value),
                    Self::$Second(value) => c.fields1::<Self, { ["open", "key", "close"].len() }, _>(value),
                }
            }
        }
    };
}
#[cfg_attr(not(feature = "either"), allow(unused_imports, reason = "for a type of another crate"))]
pub(crate) use two_variants;

two_variants! { Result: Ok "{\"Ok\":", Err "{\"Err\":" }

impl<T: ZeroAllocJson> ZeroAllocJson for Bound<T> {
    /// `"Unbounded"` is shorter than any value in one of the others.
    const MAX_JSON_LEN: Option<usize> = max_len(Self::__FRAGMENTS.split_at(VARIANT_LEN).0, &[T::MAX_JSON_LEN]);

    const __PLACES: Places = Places::ENUM;
    const __KEYS_FIT: bool = T::__KEYS_FIT;

    const __FRAGMENTS: &'static [&'static str] =
        &["{\"Included\":", "", "}", "{\"Excluded\":", "", "}", "\"Unbounded\""];

    #[inline]
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        match self {
            Self::Included(value) => c.fields1::<Self, 0, _>(value),
            Self::Excluded(value) => c.fields1::<Self, VARIANT_LEN, _>(value),
            Self::Unbounded => c.text::<Self, { 2 * VARIANT_LEN }>(),
        }
    }
}
