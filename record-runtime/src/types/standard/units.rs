//! Types of one value: `null`.

use core::marker::PhantomData;

use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::value::ZeroAllocJson;
use crate::value::bound::NULL;
use crate::value::places::Places;

macro_rules! units {
    ($([$($parameters:tt)*] $U:ty;)+) => {
        $(
            impl<$($parameters)*> ZeroAllocJson for $U {
                const MAX_JSON_LEN: Option<usize> = Some(NULL.len());
                const __PLACES: Places = Places::OBJECT;

                #[inline]
                fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    c.null()
                }
            }
        )+
    };
}

units! {
    [] ();
    [T: ?Sized] PhantomData<T>;
}
