//! Times: objects of whole seconds and the nanoseconds beside them.

use core::time::Duration;
#[cfg(feature = "std")]
use std::time::SystemTime;

use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
#[cfg(feature = "std")]
use crate::sink::error::Error;
use crate::value::ZeroAllocJson;
use crate::value::bound::max_len;
use crate::value::places::Places;

/// Less than a second.
const MAX_NANOS_LEN: usize = "999999999".len();

impl ZeroAllocJson for Duration {
    const MAX_JSON_LEN: Option<usize> = max_len(Self::__FRAGMENTS, &[u64::MAX_JSON_LEN, Some(MAX_NANOS_LEN)]);

    const __PLACES: Places = Places::OBJECT;

    const __FRAGMENTS: &'static [&'static str] = &["{", "\"secs\":", "\"nanos\":", "}"];

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.fields2::<Self, 0, _, _>(&self.as_secs(), &self.subsec_nanos())
    }
}

/// Since the Unix epoch; a time before it is an error.
#[cfg(feature = "std")]
impl ZeroAllocJson for SystemTime {
    const MAX_JSON_LEN: Option<usize> = max_len(Self::__FRAGMENTS, &[u64::MAX_JSON_LEN, Some(MAX_NANOS_LEN)]);

    const __PLACES: Places = Places::OBJECT;

    const __FRAGMENTS: &'static [&'static str] = &["{", "\"secs_since_epoch\":", "\"nanos_since_epoch\":", "}"];

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        match self.duration_since(Self::UNIX_EPOCH) {
            Ok(time) => c.fields2::<Self, 0, _, _>(&time.as_secs(), &time.subsec_nanos()),
            Err(_) => c.fail(Error::known("SystemTime must be later than UNIX_EPOCH")),
        }
    }
}
