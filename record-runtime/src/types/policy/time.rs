//! Times and durations in the forms that services use: `time = "…"`.
//!
//! Each type that has an instant gives it as an [`Instant`], each duration as a [`Span`]. The forms are written from
//! these, so that all crates' types have the same texts. Texts are put together in the buffer, of a length that is
//! known before.
//!
//! A coarser form leaves out what it has no digits for. So the text is that of the last such instant before: floored,
//! also before 1970. Durations are cut towards zero, as `Duration::as_millis` cuts them.

use core::marker::PhantomData;
use core::time::Duration;
#[cfg(feature = "std")]
use std::time::SystemTime;

use super::decimals::put_digits;
use super::write_as::{Structural, WriteAs};
use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::sink::error::Error;
use crate::value::ZeroAllocJson;

/// A time in the form `F`: `time = "…"`.
#[derive(Debug)]
pub struct Time<F>(PhantomData<F>);

impl<F> Structural for Time<F> {}

/// A point in time, as far as the forms of it need.
#[derive(Clone, Copy, Debug)]
pub struct Instant {
    /// Since 1970, rounded down.
    pub(crate) seconds: i64,
    /// Behind the second; from 10^9 on in a leap second, which `seconds` does not count.
    pub(crate) nanoseconds: u32,
    /// Of the local time, east of Greenwich, in seconds.
    pub(crate) offset: i32,
}

/// A length of time.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    pub(crate) is_negative: bool,
    pub(crate) seconds: u64,
    /// Below 10^9.
    pub(crate) nanoseconds: u32,
}

#[allow(dead_code, reason = "used by types of other crates, a feature each")]
impl Instant {
    /// Of two parts that have the sign of the whole.
    #[inline]
    pub(crate) fn signed(seconds: i64, nanoseconds: i32, offset: i32) -> Self {
        let borrowed = i64::from(nanoseconds < 0);
        let below = i64::from(nanoseconds) + borrowed * i64::from(SECOND);
        Self { seconds: seconds - borrowed, nanoseconds: u32::try_from(below).unwrap_or_default(), offset }
    }
}

#[allow(dead_code, reason = "used by types of other crates, a feature each")]
impl Span {
    /// Of two parts that have the sign of the whole.
    #[inline]
    pub(crate) fn signed(seconds: i64, nanoseconds: i32) -> Self {
        Self {
            is_negative: seconds < 0 || nanoseconds < 0,
            seconds: seconds.unsigned_abs(),
            nanoseconds: nanoseconds.unsigned_abs(),
        }
    }
}

const SECOND: u32 = 1_000_000_000;
const DAY: i64 = 86_400;

/// A form of points in time.
#[diagnostic::on_unimplemented(
    message = "this form of `time` is for durations, and the field is a point in time",
    label = "not a duration",
    note = "points in time have the forms `rfc3339`, `unix` and `date`, and those that begin with `rfc3339_` and `unix_`"
)]
pub trait OfInstants {
    #[doc(hidden)]
    fn write<D: Dispatch>(at: Instant, c: Cursor<'_, D>) -> Cursor<'_, D>;
}

/// A form of durations.
#[diagnostic::on_unimplemented(
    message = "this form of `time` is for points in time, and the field is a duration",
    label = "not a point in time",
    note = "durations have the forms `seconds`, `millis`, `micros`, `nanos` and `iso8601`"
)]
pub trait OfDurations {
    #[doc(hidden)]
    fn write<D: Dispatch>(span: Span, c: Cursor<'_, D>) -> Cursor<'_, D>;
}

/// `2026-02-03T04:05:06.789Z`, with as many digits as say all: 0, 3, 6 or 9.
#[derive(Debug)]
pub enum Rfc3339 {}

impl OfInstants for Rfc3339 {
    #[inline]
    fn write<D: Dispatch>(at: Instant, c: Cursor<'_, D>) -> Cursor<'_, D> {
        let digits = match at.nanoseconds % SECOND {
            0 => 0,
            part if part.is_multiple_of(1_000_000) => 3,
            part if part.is_multiple_of(1_000) => 6,
            _ => 9,
        };
        rfc3339(at, digits, c)
    }
}

macro_rules! with_digits {
    ($($(#[$doc:meta])* $F:ident $digits:literal;)+) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub enum $F {}

            impl OfInstants for $F {
                #[inline]
                fn write<D: Dispatch>(at: Instant, c: Cursor<'_, D>) -> Cursor<'_, D> {
                    rfc3339(at, $digits, c)
                }
            }
        )+
    };
}

with_digits! {
    /// `2026-02-03T04:05:06Z`
    Rfc3339Seconds 0;
    /// `2026-02-03T04:05:06.789Z`
    Rfc3339Millis 3;
    /// `2026-02-03T04:05:06.789012Z`
    Rfc3339Micros 6;
    /// `2026-02-03T04:05:06.789012345Z`
    Rfc3339Nanos 9;
}

macro_rules! since_1970 {
    ($($(#[$doc:meta])* $F:ident $per_second:literal;)+) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub enum $F {}

            impl OfInstants for $F {
                #[inline]
                fn write<D: Dispatch>(at: Instant, c: Cursor<'_, D>) -> Cursor<'_, D> {
                    let part = i64::from(at.nanoseconds / (SECOND / $per_second));
                    match at.seconds.checked_mul($per_second).and_then(|whole| whole.checked_add(part)) {
                        Some(number) => number.write_value(c),
                        None => (i128::from(at.seconds) * $per_second + i128::from(part)).write_value(c),
                    }
                }
            }
        )+
    };
}

/// Seconds since 1970.
#[derive(Debug)]
pub enum Unix {}

impl OfInstants for Unix {
    #[inline]
    fn write<D: Dispatch>(at: Instant, c: Cursor<'_, D>) -> Cursor<'_, D> {
        // A leap second is one with the second before it.
        at.seconds.write_value(c)
    }
}

since_1970! {
    /// Milliseconds since 1970.
    UnixMillis 1_000;
    /// Microseconds since 1970.
    UnixMicros 1_000_000;
    /// Nanoseconds since 1970.
    UnixNanos 1_000_000_000;
}

/// `2026-02-03`, at the instant's own offset.
#[derive(Debug)]
pub enum Date {}

impl OfInstants for Date {
    #[inline]
    fn write<D: Dispatch>(at: Instant, c: Cursor<'_, D>) -> Cursor<'_, D> {
        match Local::of(at) {
            Ok(local) => c.with_room("\"2026-02-03\"".len(), |text| {
                let mut text = Text(text);
                text.byte(b'"');
                text.date(local);
                text.byte(b'"');
            }),
            Err(error) => c.fail(error),
        }
    }
}

/// The calendar's parts of a time.
#[derive(Clone, Copy)]
struct Local {
    year: u32,
    month: u32,
    day: u32,
    /// Of the day.
    second: u32,
}

impl Local {
    /// Fails for years without four digits.
    #[inline]
    fn of(at: Instant) -> Result<Self, Error> {
        /// Days from the first of January of the year 0 to 1970.
        const BEFORE_1970: i64 = 719_528;
        const DAYS: i64 = 3_652_425;

        let seconds = at.seconds.saturating_add(at.offset.into());
        let (day, second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        let day = day + BEFORE_1970;
        if !(0..DAYS).contains(&day) {
            return Err(Error::known("a year that is not 0 to 9999 cannot be written as RFC 3339"));
        }
        let (year, month, day) = date(u32::try_from(day).unwrap_or_default());
        Ok(Self { year, month, day, second: u32::try_from(second).unwrap_or_default() })
    }
}

/// Year, month and day of a day, counted from the first of January of the year 0.
///
/// Years that begin in March have their leap day at the end. So the days of a period are divided by those of its parts,
/// of which the last may have one more.
#[inline]
fn date(day: u32) -> (u32, u32, u32) {
    const YEAR: u32 = 365;
    const FOUR: u32 = 4 * YEAR + 1;
    const HUNDRED: u32 = 25 * FOUR - 1;
    const FOUR_HUNDRED: u32 = 4 * HUNDRED + 1;
    /// January and February of the year 0, which is a leap year.
    const TO_MARCH: u32 = 60;

    // From March of 400 years before.
    let day = day + FOUR_HUNDRED - TO_MARCH;
    let (periods, day) = (day / FOUR_HUNDRED, day % FOUR_HUNDRED);
    let centuries = (day / HUNDRED).min(3);
    let day = day - centuries * HUNDRED;
    let (fours, day) = (day / FOUR, day % FOUR);
    let years = (day / YEAR).min(3);
    let day = day - years * YEAR;
    // Months of 31 and 30 days in turn, of which each five have 153 days.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let after_december = u32::from(month >= 10);
    let year = periods * 400 + centuries * 100 + fours * 4 + years + after_december - 400;
    (year, month + 3 - 12 * after_december, day)
}

/// The rest of a text's place.
struct Text<'t>(&'t mut [u8]);

impl Text<'_> {
    #[inline]
    fn byte(&mut self, byte: u8) {
        if let Some((first, rest)) = core::mem::take(&mut self.0).split_first_mut() {
            *first = byte;
            self.0 = rest;
        }
    }

    /// The last so many digits of a number.
    #[inline]
    fn digits(&mut self, count: usize, number: u32) {
        if let Some((digits, rest)) = core::mem::take(&mut self.0).split_at_mut_checked(count) {
            put_digits(digits, number.into());
            self.0 = rest;
        }
    }

    #[inline]
    fn date(&mut self, local: Local) {
        self.digits(4, local.year);
        self.byte(b'-');
        self.digits(2, local.month);
        self.byte(b'-');
        self.digits(2, local.day);
    }
}

#[inline]
fn rfc3339<D: Dispatch>(at: Instant, digits: u32, c: Cursor<'_, D>) -> Cursor<'_, D> {
    let local = match Local::of(at) {
        Ok(_) if at.offset % 60 != 0 => {
            return c.fail(Error::known("an offset with seconds cannot be written as RFC 3339"));
        }
        Ok(local) => local,
        Err(error) => return c.fail(error),
    };
    let offset = if at.offset == 0 { "Z" } else { "+01:00" }.len();
    let fraction = if digits == 0 { 0 } else { 1 + digits as usize };
    c.with_room("\"2026-02-03T04:05:06\"".len() + fraction + offset, |text| {
        let mut text = Text(text);
        text.byte(b'"');
        text.date(local);
        text.byte(b'T');
        text.digits(2, local.second / 3600);
        text.byte(b':');
        text.digits(2, local.second / 60 % 60);
        text.byte(b':');
        text.digits(2, local.second % 60 + at.nanoseconds / SECOND);
        if digits > 0 {
            text.byte(b'.');
            text.digits(digits as usize, at.nanoseconds % SECOND / 10_u32.pow(9 - digits));
        }
        if at.offset == 0 {
            text.byte(b'Z');
        } else {
            let minutes = at.offset.unsigned_abs() / 60;
            text.byte(if at.offset < 0 { b'-' } else { b'+' });
            text.digits(2, minutes / 60);
            text.byte(b':');
            text.digits(2, minutes % 60);
        }
        text.byte(b'"');
    })
}

/// A number of seconds, with the digits behind the point that it has: `1.5`.
#[derive(Debug)]
pub enum Seconds {}

impl OfDurations for Seconds {
    #[inline]
    fn write<D: Dispatch>(span: Span, c: Cursor<'_, D>) -> Cursor<'_, D> {
        let c = if span.is_negative { c.ascii(b'-') } else { c };
        fraction(span.nanoseconds, span.seconds.write_value(c))
    }
}

/// The digits of a part of a second behind a point, without zeros at the end; nothing for none.
#[inline]
fn fraction<D: Dispatch>(nanoseconds: u32, c: Cursor<'_, D>) -> Cursor<'_, D> {
    if nanoseconds == 0 {
        return c;
    }
    let (mut digits, mut part) = (9, nanoseconds);
    while part.is_multiple_of(10) {
        part /= 10;
        digits -= 1;
    }
    c.ascii(b'.').with_room(digits, |text| put_digits(text, part.into()))
}

macro_rules! whole_numbers {
    ($($(#[$doc:meta])* $F:ident $per_second:literal;)+) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub enum $F {}

            impl OfDurations for $F {
                #[inline]
                fn write<D: Dispatch>(span: Span, c: Cursor<'_, D>) -> Cursor<'_, D> {
                    let part = u64::from(span.nanoseconds / (SECOND / $per_second));
                    let is_zero = span.seconds == 0 && part == 0;
                    let c = if span.is_negative && !is_zero { c.ascii(b'-') } else { c };
                    match span.seconds.checked_mul($per_second).and_then(|whole| whole.checked_add(part)) {
                        Some(number) => number.write_value(c),
                        None => (u128::from(span.seconds) * $per_second + u128::from(part)).write_value(c),
                    }
                }
            }
        )+
    };
}

whole_numbers! {
    /// A whole number of milliseconds.
    Millis 1_000;
    /// A whole number of microseconds.
    Micros 1_000_000;
    /// A whole number of nanoseconds.
    Nanos 1_000_000_000;
}

/// `PT1H2M3.5S`
#[derive(Debug)]
pub enum Iso8601 {}

impl OfDurations for Iso8601 {
    fn write<D: Dispatch>(span: Span, c: Cursor<'_, D>) -> Cursor<'_, D> {
        let (hours, minutes, seconds) = (span.seconds / 3600, span.seconds / 60 % 60, span.seconds % 60);
        let mut c = c.constant_text(if span.is_negative { "\"-PT" } else { "\"PT" });
        if hours > 0 {
            c = hours.write_value(c).ascii(b'H');
        }
        if minutes > 0 {
            c = minutes.write_value(c).ascii(b'M');
        }
        if seconds > 0 || span.nanoseconds > 0 || span.seconds == 0 {
            c = fraction(span.nanoseconds, seconds.write_value(c)).ascii(b'S');
        }
        c.ascii(b'"')
    }
}

impl<F: OfDurations> WriteAs<Time<F>> for Duration {
    #[inline]
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        F::write(Span { is_negative: false, seconds: self.as_secs(), nanoseconds: self.subsec_nanos() }, c)
    }
}

#[cfg(feature = "std")]
impl<F: OfInstants> WriteAs<Time<F>> for SystemTime {
    #[inline]
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        let (seconds, nanoseconds) = match self.duration_since(Self::UNIX_EPOCH) {
            Ok(after) => (i64::try_from(after.as_secs()), after.subsec_nanos()),
            Err(error) => {
                let before = error.duration();
                let borrowed = u32::from(before.subsec_nanos() > 0);
                let seconds = i64::try_from(-i128::from(before.as_secs()) - i128::from(borrowed));
                (seconds, borrowed * SECOND - before.subsec_nanos())
            }
        };
        match seconds {
            Ok(seconds) => F::write(Instant { seconds, nanoseconds, offset: 0 }, c),
            Err(_) => c.fail(Error::known("a time is too far from 1970")),
        }
    }
}
