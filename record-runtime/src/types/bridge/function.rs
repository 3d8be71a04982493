//! Functions that take a serializer: what `#[serde(serialize_with = "…")]` and
//! `#[serde(with = "…")]` name.

use super::end::Written;
use super::serializer::ValueSerializer;
use crate::cursor::Cursor;
use crate::sink::dispatch::{Dispatch, Dynamic};
use crate::value::ZeroAllocJson;

/// A value that such a function writes.
///
/// The function is generic over its serializer, and no closure can be; so it writes by one dispatch, whatever that of the
/// value around it.
#[derive(Debug)]
pub struct Function<W>(W);

impl<W: for<'s> Fn(ValueSerializer<'s, Dynamic>) -> Written<'s, Dynamic>> Function<W> {
    /// The caller of the function.
    #[inline]
    pub fn new(write: W) -> Self {
        Self(write)
    }
}

impl<W: for<'s> Fn(ValueSerializer<'s, Dynamic>) -> Written<'s, Dynamic>> ZeroAllocJson for Function<W> {
    #[inline]
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.with_dispatch::<Dynamic>().attempt(|c| (self.0)(ValueSerializer(c))).with_dispatch()
    }
}
