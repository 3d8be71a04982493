//! `either`: an enum with a tag, `{"Left":1}`.

use either::Either;

use crate::cursor::Cursor;
use crate::sink::level::Level;
use crate::value::places::Places;
use crate::value::bound::max_len;
use crate::value::ZeroAllocJson;

/// The constants of a variant around its value.
const VARIANT_LEN: usize = ["open", "key", "close"].len();

impl<A: ZeroAllocJson, B: ZeroAllocJson> ZeroAllocJson for Either<A, B> {
    const MAX_JSON_LEN: Option<usize> = {
        let (left, right) = Self::__FRAGMENTS.split_at(VARIANT_LEN);
        match (max_len(left, &[A::MAX_JSON_LEN]), max_len(right, &[B::MAX_JSON_LEN])) {
            (Some(left), Some(right)) => Some(if left > right { left } else { right }),
            _ => None,
        }
    };

    const __PLACES: Places = Places::OBJECT;
    const __KEYS_FIT: bool = A::__KEYS_FIT && B::__KEYS_FIT;

    const __FRAGMENTS: &'static [&'static str] = &["{\"Left\":", "", "}", "{\"Right\":", "", "}"];

    #[inline]
    fn write_value<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
        match self {
            Self::Left(value) => c.fields1::<Self, 0, _>(value),
            Self::Right(value) => c.fields1::<Self, VARIANT_LEN, _>(value),
        }
    }
}
