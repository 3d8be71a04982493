//! The serializer that the bridge lends to a `Serialize`. What it does is in [`value`](super::value): the parts of a value
//! lend it in turn.

use crate::cursor::Cursor;
use crate::sink::level::Level;

/// Writes one value at the cursor.
#[derive(Debug)]
pub struct ValueSerializer<'s, L: Level>(pub(super) Cursor<'s, L>);
