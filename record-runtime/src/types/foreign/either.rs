//! `either`: an enum with a tag, `{"Left":1}`.

use either::Either;

use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::types::standard::enums::two_variants;
use crate::value::ZeroAllocJson;
use crate::value::bound::max_len;
use crate::value::places::Places;

two_variants! { Either: Left "{\"Left\":", Right "{\"Right\":" }
