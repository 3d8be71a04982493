//! Masks of fields: a text of names, read once for a type, and applied while its values are written.

#[cfg(feature = "std")]
pub(crate) mod error;
#[cfg(feature = "std")]
mod levels;
pub(crate) mod names;
#[cfg(feature = "std")]
pub(crate) mod options;
#[cfg(feature = "std")]
mod parse;
#[cfg(feature = "std")]
mod text;

#[cfg(feature = "std")]
use alloc::sync::Arc;
#[cfg(feature = "std")]
use core::fmt;
#[cfg(feature = "std")]
use core::marker::PhantomData;

#[cfg(feature = "std")]
use crate::cursor::mask::Levels;

/// A type of which a mask selects fields: one with `#[json(field_mask)]`, or a container of such a type.
///
/// The derive implements it, and so does this crate for pointers, `Option`, sequences and maps.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no fields that a mask could select",
    label = "`Maskable` is not implemented for `{Self}`",
    note = "for a type of your own, write `#[json(field_mask)]` beside its `#[derive(ZeroAllocJson)]`"
)]
pub trait Maskable {
    /// The type that has the fields: the type itself, or that of a container's elements.
    type Fields: ?Sized;
}

/// The fields of a `T` that are written, as a client asks for them: `id,user(name,tags)`.
///
/// It is read once, for a type with `#[json(field_mask)]`, and applied by
/// [`write_json_fields`](crate::ZeroAllocJson::write_json_fields) or [`Masked`](crate::Masked). A clone shares it. The
/// page [`docs::masks`](crate::docs::masks) has the syntax and the rules.
///
/// `T` is the type that has the fields: a `FieldMask<Post>` is for a `Vec<Post>`, too.
///
/// ```
/// use record_runtime::{FieldMask, ZeroAllocJson};
///
/// #[derive(ZeroAllocJson)]
/// #[json(field_mask)]
/// struct Post {
///     id: u64,
///     title: &'static str,
///     author: User,
/// }
///
/// #[derive(ZeroAllocJson)]
/// #[json(field_mask)]
/// struct User {
///     name: &'static str,
///     email: &'static str,
/// }
///
/// let mask = FieldMask::<Post>::parse("id,author(name)").expect("known fields");
/// let posts = [Post { id: 1, title: "t", author: User { name: "n", email: "e" } }];
/// let mut buf = Vec::new();
/// posts.write_json_fields(&mut buf, &mask);
/// assert_eq!(buf, br#"[{"id":1,"author":{"name":"n"}}]"#);
/// ```
#[cfg(feature = "std")]
pub struct FieldMask<T: ?Sized> {
    /// Everything, without levels.
    levels: Option<Arc<Levels>>,
    of: PhantomData<fn() -> *const T>,
}

#[cfg(feature = "std")]
impl<T: ?Sized> FieldMask<T> {
    /// The mask that selects everything.
    #[must_use]
    pub const fn all() -> Self {
        Self { levels: None, of: PhantomData }
    }

    /// Whether it selects everything by `*`.
    #[must_use]
    pub const fn is_all(&self) -> bool {
        self.levels.is_none()
    }

    pub(crate) const fn levels(&self) -> Option<&Arc<Levels>> {
        self.levels.as_ref()
    }
}

#[cfg(feature = "std")]
impl<T: ?Sized> Clone for FieldMask<T> {
    fn clone(&self) -> Self {
        Self { levels: self.levels.clone(), of: PhantomData }
    }
}

/// Everything.
#[cfg(feature = "std")]
impl<T: ?Sized> Default for FieldMask<T> {
    fn default() -> Self {
        Self::all()
    }
}

#[cfg(feature = "std")]
impl<T: ?Sized> fmt::Debug for FieldMask<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FieldMask").field("is_all", &self.is_all()).finish_non_exhaustive()
    }
}
