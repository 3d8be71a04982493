//! `uuid`: hyphenated and in lower case, and the other forms that the crate has types for.

use uuid::fmt::{Braced, Hyphenated, Simple, Urn};
use uuid::{NonNilUuid, Uuid};

use super::short_string::{ShortString, quoted};
use crate::value::ZeroAllocJson;
use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::value::places::Places;

/// Hexadecimal digits by words of eight.
#[expect(clippy::cast_possible_truncation, reason = "each takes its part")]
fn words(uuid: &Uuid) -> [u32; 4] {
    let number = uuid.as_u128();
    [(number >> 96) as u32, (number >> 64) as u32, (number >> 32) as u32, number as u32]
}

#[inline]
fn hyphenated<const N: usize>(text: &mut ShortString<'_, N>, uuid: &Uuid) {
    let [a, b, c, d] = words(uuid);
    text.hex(a);
    text.byte(b'-');
    // Four digits and four, with a hyphen between them: the second half is written again.
    text.hex(b);
    text.drop_last(4);
    text.byte(b'-');
    text.hex(b << 16);
    text.drop_last(4);
    text.byte(b'-');
    text.hex(c);
    text.drop_last(4);
    text.byte(b'-');
    text.hex(c << 16);
    text.drop_last(4);
    text.hex(d);
}

#[inline]
fn simple<const N: usize>(text: &mut ShortString<'_, N>, uuid: &Uuid) {
    for word in words(uuid) {
        text.hex(word);
    }
}

macro_rules! forms {
    ($($T:ty, $uuid:ident => $len:literal in $room:literal: $write:expr;)+) => {
        $(
            impl ZeroAllocJson for $T {
                const MAX_JSON_LEN: Option<usize> = Some($len + 2);
                const __PLACES: Places = Places::KEY;

                #[inline]
                fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    let $uuid = self;
                    quoted::<D, $room>(c, $write)
                }
            }
        )+
    };
}

forms! {
    Uuid, uuid => 36 in 48: |text| hyphenated(text, uuid);
    Hyphenated, uuid => 36 in 48: |text| hyphenated(text, uuid.as_uuid());
    Simple, uuid => 32 in 48: |text| simple(text, uuid.as_uuid());
    Urn, uuid => 45 in 48: |text| {
        text.array(*b"urn:uuid:");
        hyphenated(text, uuid.as_uuid());
    };
    Braced, uuid => 38 in 48: |text| {
        text.byte(b'{');
        hyphenated(text, uuid.as_uuid());
        text.byte(b'}');
    };
    NonNilUuid, uuid => 36 in 48: |text| hyphenated(text, &uuid.get());
}
