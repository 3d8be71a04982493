//! Enums of the standard library, externally tagged as serde has them: `{"Ok":1}`, `"Unbounded"`.
//! (`Option` is none of them: it has no tag.)

use core::ops::Bound;

use crate::cursor::Cursor;
use crate::sink::level::Level;
use crate::value::ZeroAllocJson;
use crate::value::bound::max_len;
use crate::value::places::Places;

/// The constants of a variant around its value.
const VARIANT_LEN: usize = ["open", "key", "close"].len();

impl<T: ZeroAllocJson, E: ZeroAllocJson> ZeroAllocJson for Result<T, E> {
    const MAX_JSON_LEN: Option<usize> = {
        let (ok, err) = Self::__FRAGMENTS.split_at(VARIANT_LEN);
        match (max_len(ok, &[T::MAX_JSON_LEN]), max_len(err, &[E::MAX_JSON_LEN])) {
            (Some(ok), Some(err)) => Some(if ok > err { ok } else { err }),
            _ => None,
        }
    };

    const __PLACES: Places = Places::OBJECT;
    const __KEYS_FIT: bool = T::__KEYS_FIT && E::__KEYS_FIT;

    const __FRAGMENTS: &'static [&'static str] = &["{\"Ok\":", "", "}", "{\"Err\":", "", "}"];

    #[inline]
    fn write_value<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
        match self {
            Ok(value) => c.fields1::<Self, 0, _>(value),
            Err(error) => c.fields1::<Self, VARIANT_LEN, _>(error),
        }
    }
}

impl<T: ZeroAllocJson> ZeroAllocJson for Bound<T> {
    /// `"Unbounded"` is shorter than any value in one of the others.
    const MAX_JSON_LEN: Option<usize> = max_len(Self::__FRAGMENTS.split_at(VARIANT_LEN).0, &[T::MAX_JSON_LEN]);

    const __PLACES: Places = Places::ENUM;
    const __KEYS_FIT: bool = T::__KEYS_FIT;

    const __FRAGMENTS: &'static [&'static str] =
        &["{\"Included\":", "", "}", "{\"Excluded\":", "", "}", "\"Unbounded\""];

    #[inline]
    fn write_value<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
        match self {
            Self::Included(value) => c.fields1::<Self, 0, _>(value),
            Self::Excluded(value) => c.fields1::<Self, VARIANT_LEN, _>(value),
            Self::Unbounded => c.text::<Self, { 2 * VARIANT_LEN }>(),
        }
    }
}
