//! `http`, which has no serde form. A status is its number, a method and a URI are strings, as in the usual adapters
//! for serde.

use http::{Method, StatusCode, Uri};

use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::value::places::Places;
use crate::value::ZeroAllocJson;

impl ZeroAllocJson for StatusCode {
    const MAX_JSON_LEN: Option<usize> = Some("999".len());

    #[inline]
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.trusted(&self.as_u16())
    }

    #[inline]
    fn __write_key<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        self.as_u16().__write_key(c)
    }

    const __PLACES: Places = Places::KEY;
}

as_str! { [] Method, method => method.as_str(); }

// Its parts need not follow each other in memory.
displayed! { Uri; }
