//! `ulid`: 26 characters of Crockford's base 32.

use ulid::{ULID_LEN, Ulid};

use super::short_string::quoted;
use crate::value::ZeroAllocJson;
use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::value::places::Places;

impl ZeroAllocJson for Ulid {
    const __PLACES: Places = Places::KEY;

    const MAX_JSON_LEN: Option<usize> = Some(ULID_LEN + 2);

    #[inline]
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        quoted::<D, 32>(c, |text| {
            text.rest(|room| room.first_chunk_mut().map_or(0, |room| self.array_to_str(room).len()));
        })
    }
}

