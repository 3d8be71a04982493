//! Views: which fields a call writes beside those that have no view.
//!
//! The view is that of one sink, and stands in a variable of the thread. So calls without views pay nothing for it. A
//! call within a call, as in a `Display`, has another sink. So it has no view unless it asks for one.

use core::any::TypeId;
#[cfg(feature = "std")]
use core::cell::Cell;
#[cfg(feature = "std")]
use core::fmt;

use super::Cursor;
use crate::sink::dispatch::Dispatch;

/// A view of values: who reads the text.
///
/// A field with `#[json(view = "Admin")]` is written only where that view is asked for, or one that includes it. It is
/// left out everywhere else, also by [`write_json`](crate::ZeroAllocJson::write_json).
///
/// ```
/// # #[cfg(feature = "std")] fn main() {
/// use record_runtime::{View, ViewId, ZeroAllocJson};
///
/// struct Support;
/// impl View for Support {}
///
/// struct Admin;
/// impl View for Admin {
///     fn includes(view: ViewId) -> bool {
///         view.is::<Support>()
///     }
/// }
///
/// #[derive(ZeroAllocJson)]
/// struct User {
///     name: &'static str,
///     #[json(view = "Support")]
///     email: &'static str,
///     #[json(view = "Admin")]
///     password_hash: &'static str,
/// }
///
/// let users = [User { name: "n", email: "e", password_hash: "p" }];
/// let mut buf = Vec::new();
/// users.write_json_view::<Support>(&mut buf);
/// assert_eq!(buf, br#"[{"name":"n","email":"e"}]"#);
/// buf.clear();
/// users.write_json_view::<Admin>(&mut buf);
/// assert_eq!(buf, br#"[{"name":"n","email":"e","password_hash":"p"}]"#);
/// assert_eq!(record_runtime::to_string(&users), r#"[{"name":"n"}]"#);
/// # }
/// # #[cfg(not(feature = "std"))] fn main() {}
/// ```
pub trait View: 'static {
    /// Whether a call of this view writes the fields of another view, too. By default it does of none.
    ///
    /// It is not asked about itself, but about each view that a field names. Nothing follows from what these include.
    /// A view that includes one with all of its own says so: `view.is::<A>() || A::includes(view)`.
    #[must_use]
    fn includes(view: ViewId) -> bool {
        let _ = view;
        false
    }
}

/// The name of a view, in [`View::includes`].
///
/// ```
/// use record_runtime::{View, ViewId};
///
/// struct Admin;
/// impl View for Admin {}
///
/// assert!(ViewId::of::<Admin>().is::<Admin>());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ViewId(TypeId);

impl ViewId {
    /// That of a view.
    #[must_use]
    pub fn of<V: View>() -> Self {
        Self(TypeId::of::<V>())
    }

    /// Whether it is that view's.
    #[must_use]
    pub fn is<V: View>(self) -> bool {
        self == Self::of::<V>()
    }
}

/// The view that is asked for.
#[cfg(feature = "std")]
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    id: fn() -> ViewId,
    includes: fn(ViewId) -> bool,
}

#[cfg(feature = "std")]
impl Asked {
    pub(crate) const fn for_view<V: View>() -> Self {
        Self { id: ViewId::of::<V>, includes: V::includes }
    }

    fn shows(self, view: ViewId) -> bool {
        (self.id)() == view || (self.includes)(view)
    }
}

#[cfg(feature = "std")]
impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.id)().fmt(f)
    }
}

#[cfg(feature = "std")]
impl PartialEq for Asked {
    fn eq(&self, other: &Self) -> bool {
        (self.id)() == (other.id)()
    }
}

#[cfg(feature = "std")]
impl Eq for Asked {}

#[cfg(feature = "std")]
std::thread_local! {
    /// The sink's address, and its view. The sink lives for as long as this names it.
    static ASKED: Cell<Option<(usize, Asked)>> = const { Cell::new(None) };
}

/// Puts back the view of before.
#[cfg(feature = "std")]
struct Restore(Option<(usize, Asked)>);

#[cfg(feature = "std")]
impl Drop for Restore {
    fn drop(&mut self) {
        ASKED.set(self.0);
    }
}

impl<D: Dispatch> Cursor<'_, D> {
    /// Writes what the view shows.
    #[cfg(feature = "std")]
    pub(crate) fn in_view(self, view: Asked, write: impl FnOnce(Self) -> Self) -> Self {
        let _restore = Restore(ASKED.replace(Some((self.sink_address(), view))));
        write(self)
    }

    #[cfg(feature = "std")]
    pub(super) fn sink_address(&self) -> usize {
        core::ptr::from_ref(&*self.sink).addr()
    }
}

/// Whether a field of this view is written here.
#[must_use]
pub fn shows<V: View, D: Dispatch>(c: &Cursor<'_, D>) -> bool {
    #[cfg(feature = "std")]
    return ASKED.get().is_some_and(|(sink, asked)| sink == c.sink_address() && asked.shows(ViewId::of::<V>()));
    #[cfg(not(feature = "std"))]
    {
        let _ = c;
        false
    }
}
