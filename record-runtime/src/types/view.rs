//! A value in a view.

use core::marker::PhantomData;

use crate::cursor::Cursor;
use crate::cursor::view::{Asked, View};
use crate::sink::dispatch::Dispatch;
use crate::value::ZeroAllocJson;
use crate::value::mask::Maskable;
use crate::value::mask::names::Fields;

/// A value with the fields of the view `V`, wherever it is written: as a response, a line, an element.
///
/// A value within it may be another `InView`, which then has the fields of its own view alone.
///
/// ```
/// use record_runtime::{InView, View, ZeroAllocJson};
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
/// let user = User { name: "n", email: "e" };
/// let text = record_runtime::to_string(&[InView::<Admin, _>::new(&user)]);
/// assert_eq!(text, r#"[{"name":"n","email":"e"}]"#);
/// ```
#[derive(Debug)]
pub struct InView<V, T> {
    value: T,
    view: PhantomData<fn(V)>,
}

impl<V, T> InView<V, T> {
    /// The value in the view.
    #[must_use]
    pub const fn new(value: T) -> Self {
        Self { value, view: PhantomData }
    }

    /// The value.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<V, T: Clone> Clone for InView<V, T> {
    fn clone(&self) -> Self {
        Self::new(self.value.clone())
    }
}

impl<V, T: Copy> Copy for InView<V, T> {}

impl<V: View, T: ZeroAllocJson> ZeroAllocJson for InView<V, T> {
    const MAX_JSON_LEN: Option<usize> = T::MAX_JSON_LEN;

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.in_view(const { Asked::for_view::<V>() }, |c| c.value(&self.value))
    }

    fn __fields() -> Fields {
        T::__fields()
    }
}

impl<V, T: Maskable> Maskable for InView<V, T> {
    type Fields = T::Fields;
}
