//! `format_args!`: a string, escaped piece by piece, without allocating.

use core::fmt;

use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::value::ZeroAllocJson;
use crate::value::places::Places;

impl ZeroAllocJson for fmt::Arguments<'_> {
    const __PLACES: Places = Places::KEY;

    #[inline]
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.fmt(*self)
    }
}
