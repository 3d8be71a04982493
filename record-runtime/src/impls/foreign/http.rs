//! `http`, which has no serde form: a status is its number, a method and a URI are strings, as the
//! adapters that services use for serde have them.

use http::{Method, StatusCode, Uri};

use crate::cursor::Cursor;
use crate::level::Level;
use crate::{JsonKey, ZeroAllocJson};

impl ZeroAllocJson for StatusCode {
    const MAX_JSON_LEN: Option<usize> = Some("999".len());

    #[inline]
    fn write_value<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
        c.trusted(&self.as_u16())
    }
}

impl JsonKey for StatusCode {
    #[inline]
    fn write_key<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
        self.as_u16().write_key(c)
    }
}

as_str! { [] Method, method => method.as_str(); }

// Its parts need not follow each other in memory.
displayed! { Uri; }
