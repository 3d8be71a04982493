//! `http`, which has no serde form: a status is its number, a method and a URI are strings, as the
//! adapters that services use for serde have them.

use http::{Method, StatusCode, Uri};

use crate::cursor::Cursor;
use crate::sink::level::Level;
use crate::value::places::Places;
use crate::value::ZeroAllocJson;

impl ZeroAllocJson for StatusCode {
    const MAX_JSON_LEN: Option<usize> = Some("999".len());

    #[inline]
    fn write_value<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
        c.trusted(&self.as_u16())
    }

    #[inline]
    fn __write_key<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
        self.as_u16().__write_key(c)
    }

    const __PLACES: Places = Places::KEY;
}

as_str! { [] Method, method => method.as_str(); }

// Its parts need not follow each other in memory.
displayed! { Uri; }
