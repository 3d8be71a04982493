//! Functions that take a serializer: what `#[serde(serialize_with = "…")]` and
//! `#[serde(with = "…")]` name.

use super::end::Written;
use super::serializer::ValueSerializer;
use crate::cursor::Cursor;
use crate::sink::level::{Level, Table};
use crate::value::ZeroAllocJson;

/// A value that such a function writes.
///
/// The function is generic over its serializer, and no closure can be; so it writes at one level, whatever that of the
/// value around it.
#[derive(Debug)]
pub struct Function<W>(W);

impl<W: for<'s> Fn(ValueSerializer<'s, Table>) -> Written<'s, Table>> Function<W> {
    /// The caller of the function.
    #[inline]
    pub fn new(write: W) -> Self {
        Self(write)
    }
}

impl<W: for<'s> Fn(ValueSerializer<'s, Table>) -> Written<'s, Table>> ZeroAllocJson for Function<W> {
    #[inline]
    fn write_value<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
        c.at_level::<Table>().attempt(|c| (self.0)(ValueSerializer(c))).at_level()
    }
}
