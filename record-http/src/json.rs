//! The responders, apart from frameworks.

use std::ops::{Deref, DerefMut};

use bytes::Bytes;
use record_runtime::{InView, View};

/// Responds with a value as JSON: in the place of the `Json` of axum, actix-web, poem, salvo, rocket, warp and ntex.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[must_use]
pub struct Json<T>(pub T);

impl<T> Json<T> {
    /// The value with the fields of a view; without this, fields that have a view are left out.
    ///
    /// ```
    /// use record_http::Json;
    /// use record_runtime::{View, ZeroAllocJson};
    ///
    /// struct Admin;
    /// impl View for Admin {}
    ///
    /// #[derive(ZeroAllocJson)]
    /// struct User {
    ///     name: &'static str,
    ///     #[json(view = "Admin")]
    ///     email: &'static str,
    /// }
    ///
    /// let response = Json(User { name: "n", email: "e" }).view::<Admin>();
    /// assert_eq!(record_runtime::to_string(&response.0), r#"{"name":"n","email":"e"}"#);
    /// ```
    pub fn view<V: View>(self) -> Json<InView<V, T>> {
        Json(InView::new(self.0))
    }
}

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

    #[cfg(any(feature = "actix", feature = "etag", feature = "http", feature = "ntex", feature = "rocket"))]
    pub(crate) fn into_bytes(self) -> Bytes {
        self.0
    }
}
