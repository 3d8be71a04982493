//! Weak pointers: the value if it is still there, else `null`.

use alloc::rc::{self, Rc};
use alloc::sync::{self, Arc};

use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::value::ZeroAllocJson;
use crate::value::mask::names::Fields;
use crate::value::places::Places;

macro_rules! weak {
    ($($W:ty: $P:ty;)+) => {
        $(
            impl<T: ZeroAllocJson + ?Sized> ZeroAllocJson for $W {
                const MAX_JSON_LEN: Option<usize> = <Option<$P>>::MAX_JSON_LEN;

                fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    self.upgrade().write_value(c)
                }

                fn __write_key<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    self.upgrade().__write_key(c)
                }

                const __PLACES_BEHIND: Places = T::__PLACES_BEHIND;
                const __KEYS_FIT: bool = T::__KEYS_FIT;

                fn __fields() -> Fields {
                    T::__fields()
                }
            }
        )+
    };
}

weak! {
    rc::Weak<T>: Rc<T>;
    sync::Weak<T>: Arc<T>;
}
