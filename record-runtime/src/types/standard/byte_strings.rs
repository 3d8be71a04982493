//! Strings of C and of the operating system, which need not be UTF-8: arrays of numbers.
//!
//! Those of the system say which system they are from, as in serde: `{"Unix":[102,111,111]}`. On
//! systems that are neither Unix nor Windows they have no text, so they are not written there.

use alloc::ffi::CString;
use core::ffi::CStr;
#[cfg(all(feature = "std", any(unix, windows)))]
use std::ffi::{OsStr, OsString};

use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::value::ZeroAllocJson;
use crate::value::places::Places;

/// Without the terminating zero.
impl ZeroAllocJson for CStr {
    const __PLACES: Places = Places::ARRAY;

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        self.to_bytes().write_value(c)
    }
}

impl ZeroAllocJson for CString {
    const __PLACES: Places = Places::ARRAY;

    #[inline]
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        self.as_c_str().write_value(c)
    }
}

/// Bytes.
#[cfg(all(feature = "std", unix))]
impl ZeroAllocJson for OsStr {
    const __PLACES: Places = Places::OBJECT;

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        let bytes = std::os::unix::ffi::OsStrExt::as_bytes(self);
        c.object().field("Unix", bytes).end()
    }
}

/// Sixteen-bit units.
#[cfg(all(feature = "std", windows))]
impl ZeroAllocJson for OsStr {
    const __PLACES: Places = Places::OBJECT;

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        let units = std::os::windows::ffi::OsStrExt::encode_wide(self);
        c.raw("{\"Windows\":").seq(units).ascii(b'}')
    }
}

#[cfg(all(feature = "std", any(unix, windows)))]
impl ZeroAllocJson for OsString {
    const __PLACES: Places = Places::OBJECT;

    #[inline]
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        self.as_os_str().write_value(c)
    }
}
