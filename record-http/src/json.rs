//! The responders, apart from frameworks.

use std::ops::{Deref, DerefMut};

use bytes::Bytes;
use record_runtime::{FieldMask, InView, Maskable, Masked, View};

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

    /// The value with the fields that a mask selects, such as the client's `?fields=id,name`.
    ///
    /// Read the mask by [`FieldMask::parse`]. Its error displays the wrong name and its place, as the detail of a response
    /// with status 400.
    ///
    /// ```
    /// use record_http::Json;
    /// use record_runtime::{FieldMask, ZeroAllocJson};
    ///
    /// #[derive(ZeroAllocJson)]
    /// #[json(field_mask)]
    /// struct User {
    ///     id: u64,
    ///     name: &'static str,
    /// }
    ///
    /// let mask = FieldMask::<User>::parse("name").expect("a known field");
    /// let response = Json(vec![User { id: 7, name: "n" }]).fields(mask);
    /// assert_eq!(record_runtime::to_string(&response.0), r#"[{"name":"n"}]"#);
    /// ```
    pub fn fields(self, mask: FieldMask<T::Fields>) -> Json<Masked<T>>
    where
        T: Maskable,
    {
        Json(Masked::new(self.0, mask))
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
