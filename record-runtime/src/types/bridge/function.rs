//! Functions that take a serializer: what `#[serde(serialize_with = "…")]` and
//! `#[serde(with = "…")]` name.

use super::Written;
use super::value::ValueSerializer;
use crate::ZeroAllocJson;
use crate::cursor::Cursor;
use crate::sink::level::{Exact, Level, Table};

/// A value that such a function writes.
///
/// The function is generic over its serializer, and no closure can be; so there is one that calls
/// it for each kind of level. (Counting is exact then, whatever for.)
#[derive(Debug)]
pub struct Function<W, M> {
    write: W,
    measure: M,
}

impl<W, M> Function<W, M>
where
    W: for<'s> Fn(ValueSerializer<'s, Table>) -> Written<'s, Table>,
    M: for<'s> Fn(ValueSerializer<'s, Exact>) -> Written<'s, Exact>,
{
    /// Two closures with the same body.
    #[inline]
    pub fn new(write: W, measure: M) -> Self {
        Self { write, measure }
    }
}

impl<W, M> ZeroAllocJson for Function<W, M>
where
    W: for<'s> Fn(ValueSerializer<'s, Table>) -> Written<'s, Table>,
    M: for<'s> Fn(ValueSerializer<'s, Exact>) -> Written<'s, Exact>,
{
    #[inline]
    fn write_value<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
        if L::MEASURE {
            let c = c.at_level::<Exact>();
            c.attempt(|c| (self.measure)(ValueSerializer(c))).at_level()
        } else {
            let c = c.at_level::<Table>();
            c.attempt(|c| (self.write)(ValueSerializer(c))).at_level()
        }
    }
}
