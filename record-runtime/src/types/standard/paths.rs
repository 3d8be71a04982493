//! Paths: strings; a path that is not UTF-8 is an error.

use std::path::{Path, PathBuf};

use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::sink::error::Error;
use crate::value::ZeroAllocJson;
use crate::value::places::Places;

impl ZeroAllocJson for Path {
    const __PLACES: Places = Places::KEY;

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        match self.to_str() {
            Some(text) => c.str(text),
            None => c.fail(Error::known("path contains invalid UTF-8 characters")),
        }
    }
}

impl ZeroAllocJson for PathBuf {
    const __PLACES: Places = Places::KEY;

    #[inline]
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        self.as_path().write_value(c)
    }
}
