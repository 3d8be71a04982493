//! The responders, apart from frameworks.

use std::ops::{Deref, DerefMut};

use bytes::Bytes;

/// Responds with a value as JSON: in the place of the `Json` of axum, actix-web and poem.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[must_use]
pub struct Json<T>(pub T);

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

/// Responds with a borrowed value as JSON.
///
/// A handler that borrows from shared state responds within: `JsonRef(&*guard).into_response()`.
#[derive(Debug)]
#[must_use]
pub struct JsonRef<'a, T: ?Sized>(pub &'a T);

impl<T: ?Sized> Clone for JsonRef<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for JsonRef<'_, T> {}

/// Responds with text that is JSON already, as it is: from a cache, or from a database.
///
/// Nothing checks the text. Cloning shares it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct RawJson(Bytes);

impl RawJson {
    /// From a `Bytes`, `Vec<u8>`, `String`, or `&'static str`, without a copy.
    pub fn new(json: impl Into<Bytes>) -> Self {
        Self(json.into())
    }

    #[cfg(any(feature = "actix", feature = "etag", feature = "http"))]
    pub(crate) fn into_bytes(self) -> Bytes {
        self.0
    }
}
