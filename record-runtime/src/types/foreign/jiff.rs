//! `jiff`: dates and times as ISO 8601 has them, with as many digits of a second as it needs.
//!
//! Years without four digits are left to jiff's `Display`, which allocates nothing. So are its own notations: time
//! zones in brackets, spans, durations, dates by week.

use jiff::civil::{Date, DateTime, ISOWeekDate, Time};
use jiff::tz::Offset;
use jiff::{SignedDuration, Span, Timestamp, ZonedDateTime};

use super::short_string::{ShortString, quoted};
use super::civil;
use crate::value::ZeroAllocJson;
use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::types::policy::time::{Instant, Span as Length};
use crate::types::policy::{OfDurations, OfInstants, Time as TimeAs, WriteAs};
use crate::value::places::Places;

const MAX_DATE_LEN: usize = "-009999-12-31".len();
const MAX_TIME_LEN: usize = "23:59:59.999999999".len();
const QUOTES: usize = 2;

/// Enough for any of these texts.
const ROOM: usize = 40;

#[inline]
fn date<const N: usize>(text: &mut ShortString<'_, N>, year: u16, value: Date) {
    civil::date(text, year, value.month().unsigned_abs(), value.day().unsigned_abs());
}

#[inline]
fn time<const N: usize>(text: &mut ShortString<'_, N>, value: Time) {
    let [hour, minute, second] = [value.hour(), value.minute(), value.second()].map(i8::unsigned_abs);
    civil::time(text, hour, minute, second);
    civil::shortest_fraction(text, value.subsec_nanosecond().unsigned_abs(), 0);
}

#[inline]
fn date_time<const N: usize>(text: &mut ShortString<'_, N>, year: u16, value: DateTime) {
    date(text, year, value.date());
    text.byte(b'T');
    time(text, value.time());
}

impl ZeroAllocJson for Timestamp {
    const __PLACES: Places = Places::KEY;

    const MAX_JSON_LEN: Option<usize> = Some(MAX_DATE_LEN + MAX_TIME_LEN + QUOTES + "TZ".len());

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        let utc = Offset::UTC.to_datetime(*self);
        match civil::plain_year(utc.year().into()) {
            Some(year) => quoted::<D, ROOM>(c, |text| {
                date_time(text, year, utc);
                text.byte(b'Z');
            }),
            None => c.fmt(format_args!("{self}")),
        }
    }
}

impl ZeroAllocJson for DateTime {
    const __PLACES: Places = Places::KEY;

    const MAX_JSON_LEN: Option<usize> = Some(MAX_DATE_LEN + MAX_TIME_LEN + QUOTES + 1);

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        match civil::plain_year(self.year().into()) {
            Some(year) => quoted::<D, ROOM>(c, |text| date_time(text, year, *self)),
            None => c.fmt(format_args!("{self}")),
        }
    }
}

impl ZeroAllocJson for Date {
    const __PLACES: Places = Places::KEY;

    const MAX_JSON_LEN: Option<usize> = Some(MAX_DATE_LEN + QUOTES);

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        match civil::plain_year(self.year().into()) {
            Some(year) => quoted::<D, 16>(c, |text| date(text, year, *self)),
            None => c.fmt(format_args!("{self}")),
        }
    }
}

impl ZeroAllocJson for Time {
    const __PLACES: Places = Places::KEY;

    const MAX_JSON_LEN: Option<usize> = Some(MAX_TIME_LEN + QUOTES);

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        quoted::<D, 24>(c, |text| time(text, *self))
    }
}


displayed! {
    ZonedDateTime;
    SignedDuration;
    Span;
    ISOWeekDate;
}

/// Its parts have the sign of the whole.
#[inline]
fn instant(at: Timestamp, offset: Offset) -> Instant {
    let (seconds, nanoseconds) = (at.as_second(), at.subsec_nanosecond());
    Instant::signed(seconds, nanoseconds, offset.seconds())
}

impl<F: OfInstants> WriteAs<TimeAs<F>> for Timestamp {
    #[inline]
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        F::write(instant(*self, Offset::UTC), c)
    }
}

impl<F: OfInstants> WriteAs<TimeAs<F>> for ZonedDateTime {
    #[inline]
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        F::write(instant(self.timestamp(), self.offset()), c)
    }
}

impl<F: OfDurations> WriteAs<TimeAs<F>> for SignedDuration {
    #[inline]
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        F::write(Length::signed(self.as_secs(), self.subsec_nanos()), c)
    }
}
