//! Trait objects: values of which only that they can be written is known.

use crate::cursor::Cursor;
use crate::sink::dispatch::{Dispatch, Dynamic};
use crate::value::ZeroAllocJson;

/// The object-safe twin of [`ZeroAllocJson`], implemented for all that implement that one:
/// `Box<dyn DynJson>` and `&dyn DynJson` can be fields and elements like any other type.
///
/// ```
/// use record_runtime::{DynJson, ZeroAllocJson};
///
/// let list: Vec<Box<dyn DynJson>> = vec![Box::new(1), Box::new("two"), Box::new([3.0])];
/// let mut buf = Vec::new();
/// list.write_json(&mut buf);
/// assert_eq!(buf, br#"[1,"two",[3.0]]"#);
/// ```
///
/// A value costs one virtual call, whatever is in it. Its length is not known in advance, so it is a run of its own
/// between the fields around it. So is every type that is not of the standard library. A trait object is no key of a
/// map and cannot be flattened.
pub trait DynJson {
    #[doc(hidden)]
    fn write_dyn<'s>(&self, c: Cursor<'s, Dynamic>) -> Cursor<'s, Dynamic>;
}

impl<T: ZeroAllocJson> DynJson for T {
    fn write_dyn<'s>(&self, c: Cursor<'s, Dynamic>) -> Cursor<'s, Dynamic> {
        c.value(self)
    }
}

macro_rules! objects {
    ($($O:ty;)+) => {
        $(
            impl ZeroAllocJson for $O {
                #[inline]
                fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    self.write_dyn(c.with_dispatch()).with_dispatch()
                }
            }
        )+
    };
}

objects! {
    dyn DynJson + '_;
    dyn DynJson + Send + '_;
    dyn DynJson + Sync + '_;
    dyn DynJson + Send + Sync + '_;
}
