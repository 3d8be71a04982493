//! `chrono`: dates and times as RFC 3339 and ISO 8601 have them, with 0, 3, 6 or 9 digits of a
//! second; durations as `[seconds, nanoseconds]`.
//!
//! Years that do not have four digits, which RFC 3339 does not know, are left to chrono's
//! `Display`.

use chrono::{
    DateTime, Datelike as _, FixedOffset, Month, NaiveDate, NaiveDateTime, NaiveTime, Offset as _,
    TimeDelta, TimeZone, Timelike as _, Weekday,
};

use super::civil;
use super::short_string::{ShortString, quoted};
use crate::value::ZeroAllocJson;
use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::types::policy::time::{Instant, Span};
use crate::types::policy::{OfDurations, OfInstants, Time, WriteAs};
use crate::value::places::Places;

const MAX_DATE_LEN: usize = "+262142-12-31".len();
const MAX_TIME_LEN: usize = "23:59:60.999999999".len();
const MAX_OFFSET_LEN: usize = "+24:00".len();
const QUOTES: usize = 2;

/// More than the longest of these texts.
const ROOM: usize = 40;

impl<Tz: TimeZone> ZeroAllocJson for DateTime<Tz> {
    const __PLACES: Places = Places::KEY;

    const MAX_JSON_LEN: Option<usize> = Some(MAX_DATE_LEN + MAX_TIME_LEN + MAX_OFFSET_LEN + QUOTES + 1);

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        let (local, offset) = (self.naive_local(), self.offset().fix());
        let Some(year) = civil::plain_year(local.year()) else {
            return odd_year(c, local, offset);
        };
        quoted::<D, ROOM>(c, |text| {
            date_time(text, year, local);
            offset_text(text, offset);
        })
    }
}

#[cold]
fn odd_year<D: Dispatch>(c: Cursor<'_, D>, local: NaiveDateTime, offset: FixedOffset) -> Cursor<'_, D> {
    // The offset as it is written for any other year.
    let c = c.ascii(b'"').raw_fmt(format_args!("{local:?}"));
    c.fill::<ROOM>(|room| {
        let mut text = ShortString::new(room);
        offset_text(&mut text, offset);
        text.byte(b'"');
        text.len()
    })
}

/// Rounded to minutes, as RFC 3339 has no seconds there.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "less than a day of minutes")]
fn offset_text<const N: usize>(text: &mut ShortString<'_, N>, offset: FixedOffset) {
    let seconds = offset.local_minus_utc();
    if seconds == 0 {
        return text.byte(b'Z');
    }
    let minutes = (seconds.unsigned_abs() + 30) / 60;
    text.byte(if seconds < 0 { b'-' } else { b'+' });
    text.two((minutes / 60) as u8);
    text.byte(b':');
    text.two((minutes % 60) as u8);
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "months and days")]
fn date_time<const N: usize>(text: &mut ShortString<'_, N>, year: u16, value: NaiveDateTime) {
    civil::date(text, year, value.month() as u8, value.day() as u8);
    text.byte(b'T');
    time(text, value.time());
}

/// A leap second is second 60, of which chrono counts the nanoseconds on.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "parts of a day")]
fn time<const N: usize>(text: &mut ShortString<'_, N>, value: NaiveTime) {
    const SECOND: u32 = 1_000_000_000;
    let seconds = value.num_seconds_from_midnight();
    let (leap, nanosecond) = match value.nanosecond() {
        nanosecond @ SECOND.. => (1, nanosecond - SECOND),
        nanosecond => (0, nanosecond),
    };
    civil::time(text, (seconds / 3600) as u8, (seconds / 60 % 60) as u8, (seconds % 60) as u8 + leap);
    if nanosecond != 0 {
        text.byte(b'.');
        text.nine(nanosecond);
        if nanosecond % 1_000_000 == 0 {
            text.drop_last(6);
        } else if nanosecond % 1_000 == 0 {
            text.drop_last(3);
        }
    }
}

impl ZeroAllocJson for NaiveDate {
    const __PLACES: Places = Places::KEY;

    const MAX_JSON_LEN: Option<usize> = Some(MAX_DATE_LEN + QUOTES);

    #[expect(clippy::cast_possible_truncation, reason = "months and days")]
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        match civil::plain_year(self.year()) {
            Some(year) => {
                quoted::<D, 16>(c, |text| civil::date(text, year, self.month() as u8, self.day() as u8))
            }
            None => c.fmt(format_args!("{self:?}")),
        }
    }
}

impl ZeroAllocJson for NaiveDateTime {
    const __PLACES: Places = Places::KEY;

    const MAX_JSON_LEN: Option<usize> = Some(MAX_DATE_LEN + MAX_TIME_LEN + QUOTES + 1);

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        match civil::plain_year(self.year()) {
            Some(year) => quoted::<D, ROOM>(c, |text| date_time(text, year, *self)),
            None => c.fmt(format_args!("{self:?}")),
        }
    }
}

impl ZeroAllocJson for NaiveTime {
    const __PLACES: Places = Places::KEY;

    const MAX_JSON_LEN: Option<usize> = Some(MAX_TIME_LEN + QUOTES);

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        quoted::<D, 24>(c, |text| time(text, *self))
    }
}

impl ZeroAllocJson for Weekday {
    const __PLACES: Places = Places::KEY;

    const MAX_JSON_LEN: Option<usize> = Some("\"Mon\"".len());

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.str(match self {
            Self::Mon => "Mon",
            Self::Tue => "Tue",
            Self::Wed => "Wed",
            Self::Thu => "Thu",
            Self::Fri => "Fri",
            Self::Sat => "Sat",
            Self::Sun => "Sun",
        })
    }
}

impl ZeroAllocJson for Month {
    const __PLACES: Places = Places::KEY;

    const MAX_JSON_LEN: Option<usize> = Some("\"September\"".len());

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.str(self.name())
    }
}


/// The parts that chrono keeps: the nanoseconds are counted on from the whole second below.
impl ZeroAllocJson for TimeDelta {
    const MAX_JSON_LEN: Option<usize> = <(i64, i32)>::MAX_JSON_LEN;

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        // The two accessors have the sign of the whole.
        let (seconds, nanoseconds) = (self.num_seconds(), self.subsec_nanos());
        let borrow = nanoseconds < 0;
        let below = (seconds - i64::from(borrow), nanoseconds + if borrow { 1_000_000_000 } else { 0 });
        below.write_value(c)
    }
}

impl<F: OfInstants, Tz: TimeZone> WriteAs<Time<F>> for DateTime<Tz> {
    #[inline]
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        let offset = self.offset().fix().local_minus_utc();
        F::write(Instant { seconds: self.timestamp(), nanoseconds: self.timestamp_subsec_nanos(), offset }, c)
    }
}

impl<F: OfDurations> WriteAs<Time<F>> for TimeDelta {
    #[inline]
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        // The two accessors have the sign of the whole.
        let (seconds, nanoseconds) = (self.num_seconds(), self.subsec_nanos());
        F::write(Span::signed(seconds, nanoseconds), c)
    }
}
