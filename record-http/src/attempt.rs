//! Elements that a source may fail to get.

use std::fmt::Display;

use record_runtime::{__private, Cursor, Dispatch, Error, Maskable, ZeroAllocJson};

/// A value, or the error in its place, which breaks a streamed body off: for sources that may fail, such as a database.
///
/// ```
/// use futures_core::Stream;
/// use record_http::{Attempt, JsonLines};
///
/// fn export(rows: impl Iterator<Item = Result<u64, std::io::Error>>) -> JsonLines<impl Stream<Item = Attempt<u64, std::io::Error>>> {
///     JsonLines::new(rows.map(Attempt))
/// }
///
/// let app: axum::Router =
///     axum::Router::new().route("/export", axum::routing::get(async || export([Ok(1), Ok(2)].into_iter())));
/// ```
///
/// The value is written as it is. An error is logged as any that writing meets, and the client sees that the body is not
/// whole. As the value of an [`Event`](crate::Event), it ends the events in front of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt<T, E>(pub Result<T, E>);

impl<T, E> From<Result<T, E>> for Attempt<T, E> {
    fn from(result: Result<T, E>) -> Self {
        Self(result)
    }
}

impl<T: ZeroAllocJson, E: Display> ZeroAllocJson for Attempt<T, E> {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        match &self.0 {
            Ok(value) => c.value(value),
            Err(error) => c.fail(Error::custom(error)),
        }
    }

    fn __fields() -> __private::Fields {
        T::__fields()
    }
}

/// The fields are those of the value.
impl<T: Maskable, E> Maskable for Attempt<T, E> {
    type Fields = T::Fields;
}
