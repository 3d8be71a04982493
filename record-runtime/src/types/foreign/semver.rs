//! `semver`: versions in their notation. Requirements are left to their `Display`, whose rules are
//! the crate's own; it allocates nothing.

use semver::{Comparator, Version, VersionReq};

use crate::value::ZeroAllocJson;
use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::value::places::Places;

impl ZeroAllocJson for Version {
    const __PLACES: Places = Places::KEY;

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        let c = c.ascii(b'"').u64(self.major).ascii(b'.').u64(self.minor).ascii(b'.').u64(self.patch);
        // Letters, digits, hyphens and dots.
        let c = if self.pre.is_empty() { c } else { c.ascii(b'-').raw(self.pre.as_str()) };
        let c = if self.build.is_empty() { c } else { c.ascii(b'+').raw(self.build.as_str()) };
        c.ascii(b'"')
    }
}


displayed! {
    VersionReq;
    Comparator;
}
