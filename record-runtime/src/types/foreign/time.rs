//! `time`, in one of the two forms that it has for serde: arrays of numbers, or with the feature
//! `time-human-readable` strings.

use time::{Date, Month, OffsetDateTime, PlainDateTime, SignedDuration, Time, Timestamp, UtcDateTime, UtcOffset, Weekday};

use crate::value::ZeroAllocJson;
use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::types::policy::time::{Instant, Span};
use crate::types::policy::{OfDurations, OfInstants, Time as TimeAs, WriteAs};
use crate::value::places::Places;

/// Nanoseconds since the epoch, in both forms.
impl ZeroAllocJson for Timestamp {
    const MAX_JSON_LEN: Option<usize> = i128::MAX_JSON_LEN;
    const __PLACES: Places = Places::KEY;

    #[inline]
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        self.as_nanoseconds().write_value(c)
    }
}

#[cfg(not(feature = "time-human-readable"))]
mod numbers {
    use super::{Cursor, Date, Dispatch, Month, OffsetDateTime, Places, PlainDateTime, SignedDuration, Time, UtcDateTime, UtcOffset, Weekday, ZeroAllocJson};

    /// Written as a value of another type.
    macro_rules! as_numbers {
        ($($T:ident, $this:ident => $numbers:expr, as $N:ty;)+) => {
            $(
                impl ZeroAllocJson for $T {
                    const MAX_JSON_LEN: Option<usize> = <$N>::MAX_JSON_LEN;
                    const __PLACES: Places = <$N>::__PLACES;

                    #[inline]
                    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                        let $this = self;
                        let numbers: $N = $numbers;
                        numbers.write_value(c)
                    }
                }
            )+
        };
    }

    as_numbers! {
        Date, date => (date.year(), date.ordinal()), as (i32, u16);
        Time, time => (time.hour(), time.minute(), time.second(), time.nanosecond()), as (u8, u8, u8, u32);
        PlainDateTime, at =>
            (at.year(), at.ordinal(), at.hour(), at.minute(), at.second(), at.nanosecond()),
            as (i32, u16, u8, u8, u8, u32);
        UtcDateTime, at =>
            (at.year(), at.ordinal(), at.hour(), at.minute(), at.second(), at.nanosecond()),
            as (i32, u16, u8, u8, u8, u32);
        OffsetDateTime, at =>
            {
                let (date, time, offset) = (at.date(), at.time(), at.offset());
                let ((hour, minute, second, nanosecond), (hours, minutes, seconds)) = (time.as_hms_nano(), offset.as_hms());
                (date.year(), date.ordinal(), hour, minute, second, nanosecond, hours, minutes, seconds)
            },
            as (i32, u16, u8, u8, u8, u32, i8, i8, i8);
        UtcOffset, offset => offset.as_hms(), as (i8, i8, i8);
        SignedDuration, duration => (duration.whole_seconds(), duration.subsec_nanoseconds()), as (i64, i32);
        Weekday, day => day.number_from_monday(), as u8;
        Month, month => u8::from(*month), as u8;
    }
}

#[cfg(feature = "time-human-readable")]
mod strings {
    use super::{Cursor, Date, Dispatch, Month, OffsetDateTime, Places, PlainDateTime, SignedDuration, Time, UtcDateTime, UtcOffset, Weekday, ZeroAllocJson};
    use crate::types::foreign::short_string::{ShortString, quoted};
    use crate::types::foreign::civil;

    /// A year of six digits with its sign, a space before the offset, the quotes.
    const ROOM: usize = 48;

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "years have at most six digits")]
    fn date<const N: usize>(text: &mut ShortString<'_, N>, value: Date) {
        let (year, month, day) = value.to_calendar_date();
        let (month, day) = (u8::from(month), day);
        if let Some(year) = civil::plain_year(year) {
            return civil::date(text, year, month, day);
        }
        // With the feature `large-dates` years have up to six digits; those of more than four, and
        // those before year zero, have a sign.
        text.byte(if year < 0 { b'-' } else { b'+' });
        let year = year.unsigned_abs();
        if year >= 10_000 {
            if year >= 100_000 {
                text.two((year / 10_000) as u8);
            } else {
                text.byte(b'0' + (year / 10_000) as u8);
            }
        }
        civil::date(text, (year % 10_000) as u16, month, day);
    }

    #[inline]
    fn time<const N: usize>(text: &mut ShortString<'_, N>, value: Time) {
        let (hour, minute, second, nanosecond) = value.as_hms_nano();
        civil::time(text, hour, minute, second);
        civil::shortest_fraction(text, nanosecond, 1);
    }

    #[inline]
    fn date_time<const N: usize>(text: &mut ShortString<'_, N>, day: Date, at: Time) {
        date(text, day);
        text.byte(b' ');
        time(text, at);
    }

    #[inline]
    fn offset<const N: usize>(text: &mut ShortString<'_, N>, value: UtcOffset) {
        let (hours, minutes, seconds) = value.as_hms();
        text.byte(if value.is_negative() { b'-' } else { b'+' });
        civil::time(text, hours.unsigned_abs(), minutes.unsigned_abs(), seconds.unsigned_abs());
    }

    macro_rules! texts {
        ($($T:ident, $this:ident, $text:ident => $write:expr;)+) => {
            $(
                impl ZeroAllocJson for $T {
                    const __PLACES: Places = Places::KEY;

                    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                        let $this = self;
                        quoted::<D, ROOM>(c, |$text| $write)
                    }
                }
            )+
        };
    }

    texts! {
        Date, this, text => date(text, *this);
        Time, this, text => time(text, *this);
        PlainDateTime, this, text => date_time(text, this.date(), this.time());
        UtcDateTime, this, text => date_time(text, this.date(), this.time());
        OffsetDateTime, this, text => {
            date_time(text, this.date(), this.time());
            text.byte(b' ');
            offset(text, this.offset());
        };
        UtcOffset, this, text => offset(text, *this);
    }

    impl ZeroAllocJson for SignedDuration {
        const __PLACES: Places = Places::KEY;

        fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
            let c = if self.is_negative() { c.raw("\"-") } else { c.ascii(b'"') };
            let c = c.u64(self.whole_seconds().unsigned_abs());
            c.fill::<16>(|room| {
                let mut text = ShortString::new(room);
                text.byte(b'.');
                text.nine(self.subsec_nanoseconds().unsigned_abs());
                text.byte(b'"');
                text.len()
            })
        }
    }

    impl ZeroAllocJson for Weekday {
        const __PLACES: Places = Places::KEY;

        fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
            c.str(match self {
                Self::Monday => "Monday",
                Self::Tuesday => "Tuesday",
                Self::Wednesday => "Wednesday",
                Self::Thursday => "Thursday",
                Self::Friday => "Friday",
                Self::Saturday => "Saturday",
                Self::Sunday => "Sunday",
            })
        }
    }

    impl ZeroAllocJson for Month {
        const __PLACES: Places = Places::KEY;

        fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
            c.str(match self {
                Self::January => "January",
                Self::February => "February",
                Self::March => "March",
                Self::April => "April",
                Self::May => "May",
                Self::June => "June",
                Self::July => "July",
                Self::August => "August",
                Self::September => "September",
                Self::October => "October",
                Self::November => "November",
                Self::December => "December",
            })
        }
    }

}

impl<F: OfInstants> WriteAs<TimeAs<F>> for OffsetDateTime {
    #[inline]
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        let offset = self.offset().whole_seconds();
        F::write(Instant { seconds: self.unix_timestamp(), nanoseconds: self.nanosecond(), offset }, c)
    }
}

impl<F: OfInstants> WriteAs<TimeAs<F>> for UtcDateTime {
    #[inline]
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        F::write(Instant { seconds: self.unix_timestamp(), nanoseconds: self.nanosecond(), offset: 0 }, c)
    }
}

impl<F: OfInstants> WriteAs<TimeAs<F>> for Timestamp {
    #[inline]
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        WriteAs::<TimeAs<F>>::write_as(&UtcDateTime::from(*self), c)
    }
}

impl<F: OfDurations> WriteAs<TimeAs<F>> for SignedDuration {
    #[inline]
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        F::write(Span::signed(self.whole_seconds(), self.subsec_nanoseconds()), c)
    }
}
