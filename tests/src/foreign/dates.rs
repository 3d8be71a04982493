//! Dates and times of other crates.

#![expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "numbers that a test makes small")]

use super::{RANDOM_VALUES, Values};
use crate::catalogue::Visitor;
use crate::split_mix::SplitMix64;

pub(super) fn visit<V: Visitor>(values: &mut Values<'_, V>, random: &mut SplitMix64) {
    visit_chrono(values, random);
    visit_time(values, random);
    visit_jiff(values, random);
}

/// Nanoseconds of which 0, 3, 6 and 9 digits count, and all numbers of digits.
const NANOSECONDS: [u32; 16] = [
    0,
    1,
    10,
    999,
    1_000,
    10_000,
    123_000,
    999_999,
    1_000_000,
    12_000_000,
    123_000_000,
    120_000_000,
    100_000_000,
    123_456_000,
    123_456_789,
    999_999_999,
];

fn nanoseconds(random: &mut SplitMix64) -> u32 {
    let number = random.below(1_000_000_000) as u32;
    let unit = 10_u32.pow(random.below(10) as u32);
    number / unit * unit
}

fn visit_chrono<V: Visitor>(values: &mut Values<'_, V>, random: &mut SplitMix64) {
    use chrono::{
        DateTime, FixedOffset, Month, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _, Utc, Weekday,
    };

    let mut times = vec![NaiveTime::MIN];
    for nanosecond in NANOSECONDS {
        for (hour, minute, second) in [(0, 0, 0), (1, 2, 3), (9, 10, 11), (23, 59, 59)] {
            times.extend(NaiveTime::from_hms_nano_opt(hour, minute, second, nanosecond));
        }
        // Leap seconds.
        times.extend(NaiveTime::from_hms_nano_opt(23, 59, 59, 1_000_000_000 + nanosecond));
        times.extend(NaiveTime::from_hms_nano_opt(12, 30, 59, 1_000_000_000 + nanosecond));
    }
    let years = [
        -262_143, -10_000, -9999, -1000, -1, 0, 1, 9, 10, 99, 100, 999, 1000, 1969, 1970, 2026, 9999, 10_000, 99_999,
        262_142,
    ];
    let mut dates = vec![NaiveDate::MIN, NaiveDate::MAX];
    for year in years {
        for (month, day) in [(1, 1), (2, 28), (2, 29), (9, 30), (10, 9), (12, 31)] {
            dates.extend(NaiveDate::from_ymd_opt(year, month, day));
        }
    }
    // With seconds, which are rounded to minutes, also up to a whole hour and day.
    let offsets = [
        0, 1, -1, 29, 30, -30, 31, 59, 60, 3599, 3600, -3600, 19_800, -34_200, 45_900, 86_399, -86_399, 86_369, 86_370,
    ];
    let offsets: Vec<FixedOffset> = offsets.into_iter().filter_map(FixedOffset::east_opt).collect();

    let mut show = |at: NaiveDateTime, offset: FixedOffset| {
        values.key("chrono::NaiveDateTime", at);
        values.key("chrono::DateTime<Utc>", at.and_utc());
        // Its local time may not be representable, at both ends.
        if at.checked_add_offset(offset).is_some() {
            values.key("chrono::DateTime<FixedOffset>", offset.from_utc_datetime(&at));
        }
    };
    for (at, date) in dates.iter().enumerate() {
        for (nth, time) in times.iter().enumerate() {
            show(date.and_time(*time), offsets[(at + nth) % offsets.len()]);
        }
    }
    for offset in &offsets {
        show(NaiveDate::from_ymd_opt(2026, 2, 3).unwrap_or_default().and_time(times[1]), *offset);
    }
    for _ in 0..RANDOM_VALUES {
        let seconds = random.bits().cast_signed() % if random.chance(80) { 4_000_000_000 } else { 8_000_000_000_000 };
        let at = DateTime::<Utc>::from_timestamp(seconds, nanoseconds(random)).expect("in range");
        let offset = FixedOffset::east_opt(random.below(172_799) as i32 - 86_399).expect("less than a day");
        show(at.naive_utc(), offset);
    }
    show(DateTime::<Utc>::MIN_UTC.naive_utc(), offsets[0]);
    show(DateTime::<Utc>::MAX_UTC.naive_utc(), offsets[0]);
    values.key("chrono::DateTime<Local>", chrono::Local.from_utc_datetime(&NaiveDateTime::default()));
    for date in dates {
        values.key("chrono::NaiveDate", date);
    }
    for time in times {
        values.key("chrono::NaiveTime", time);
    }
    for number in 0..12 {
        values.key("chrono::Weekday", Weekday::try_from(number % 7).expect("a day"));
        values.key("chrono::Month", Month::try_from(number + 1).expect("a month"));
    }
    for delta in
        [TimeDelta::MIN, TimeDelta::MAX, TimeDelta::zero(), TimeDelta::nanoseconds(-1), TimeDelta::nanoseconds(1)]
    {
        values.value("chrono::TimeDelta", &delta);
    }
    for _ in 0..RANDOM_VALUES {
        values.value("chrono::TimeDelta", &TimeDelta::nanoseconds(random.bits().cast_signed() >> random.below(64)));
        values.value(
            "chrono::TimeDelta",
            &TimeDelta::milliseconds((random.bits().cast_signed() / 2) >> random.below(63)),
        );
    }
}

#[cfg(not(feature = "time-human-readable"))]
macro_rules! key_if_string {
    ($values:ident, $name:literal, $value:expr) => {
        $values.value($name, &$value)
    };
}

#[cfg(feature = "time-human-readable")]
macro_rules! key_if_string {
    ($values:ident, $name:literal, $value:expr) => {
        $values.key($name, $value)
    };
}

fn visit_time<V: Visitor>(values: &mut Values<'_, V>, random: &mut SplitMix64) {
    use time::{Date, Month, OffsetDateTime, SignedDuration, Time, Timestamp, UtcDateTime, UtcOffset, Weekday};

    let offsets =
        [(0, 0, 0), (0, 0, 1), (0, 0, -1), (0, -30, 0), (1, 0, 0), (-1, -2, -3), (25, 59, 59), (-25, -59, -59)];
    let offsets =
        offsets.map(|(hours, minutes, seconds)| UtcOffset::from_hms(hours, minutes, seconds).expect("an offset"));
    let show = |values: &mut Values<'_, V>, date: Date, time: Time, offset: UtcOffset| {
        key_if_string!(values, "time::Date", date);
        key_if_string!(values, "time::Time", time);
        key_if_string!(values, "time::PlainDateTime", date.with_time(time));
        key_if_string!(values, "time::UtcDateTime", UtcDateTime::new(date, time));
        key_if_string!(values, "time::OffsetDateTime", OffsetDateTime::new_in_offset(date, time, offset));
        key_if_string!(values, "time::UtcOffset", offset);
    };
    for year in [-9999, -1000, -1, 0, 1, 999, 1970, 2026, 9999] {
        for day in [1, 59, 60, 61, 365] {
            let date = Date::from_ordinal_date(year, day).expect("a date");
            for (at, nanosecond) in NANOSECONDS.into_iter().enumerate() {
                let time = Time::from_hms_nano(at as u8, 59 - at as u8, 3 * at as u8, nanosecond).expect("a time");
                show(values, date, time, offsets[at % offsets.len()]);
            }
        }
    }
    show(values, Date::MIN, Time::MIDNIGHT, offsets[0]);
    show(values, Date::MAX, Time::MAX, offsets[1]);
    for _ in 0..RANDOM_VALUES {
        let at = OffsetDateTime::from_unix_timestamp(random.bits().cast_signed() % 200_000_000_000).expect("in range");
        let time = at.time().replace_nanosecond(nanoseconds(random)).expect("less than a second");
        let offset = UtcOffset::from_whole_seconds(random.below(186_000) as i32 - 93_000).expect("an offset");
        show(values, at.date(), time, offset);
        values.key(
            "time::Timestamp",
            Timestamp::from_nanoseconds(i128::from(random.bits().cast_signed())).expect("in range"),
        );
        let duration = SignedDuration::nanoseconds(random.bits().cast_signed() >> random.below(64));
        key_if_string!(values, "time::SignedDuration", duration);
    }
    for duration in [SignedDuration::MIN, SignedDuration::MAX, SignedDuration::ZERO, SignedDuration::nanoseconds(-1)] {
        key_if_string!(values, "time::SignedDuration", duration);
    }
    for number in 1..=12 {
        let month = Month::try_from(number).expect("a month");
        values.key("time::Month", month);
        values.key("time::Weekday", Weekday::Monday.nth_next(number));
    }
}

fn visit_jiff<V: Visitor>(values: &mut Values<'_, V>, random: &mut SplitMix64) {
    use jiff::civil::{Date, DateTime, Time};
    use jiff::tz::{Offset, TimeZone};
    use jiff::{SignedDuration, Span, Timestamp};

    for year in [-9999, -1000, -1, 0, 1, 999, 1970, 2026, 9999] {
        for (month, day) in [(1, 1), (2, 28), (10, 9), (12, 31)] {
            let date = Date::new(year, month, day).expect("a date");
            values.key("jiff::civil::Date", date);
            values.key("jiff::civil::ISOWeekDate", date.iso_week_date());
            for (at, nanosecond) in NANOSECONDS.into_iter().enumerate() {
                let at = at as i8;
                let time = Time::new(at, 59 - at, 3 * at, nanosecond.cast_signed()).expect("a time");
                values.key("jiff::civil::Time", time);
                values.key("jiff::civil::DateTime", DateTime::from_parts(date, time));
            }
        }
    }
    let extremes = [Timestamp::MIN, Timestamp::MAX, Timestamp::UNIX_EPOCH, Timestamp::new(0, -1).expect("in range")];
    for timestamp in extremes {
        values.key("jiff::Timestamp", timestamp);
    }
    for _ in 0..RANDOM_VALUES {
        let seconds = random.bits().cast_signed() % if random.chance(80) { 4_000_000_000 } else { 250_000_000_000 };
        let timestamp = Timestamp::new(seconds, nanoseconds(random).cast_signed()).expect("in range");
        values.key("jiff::Timestamp", timestamp);
        let offset = Offset::from_seconds(random.below(180_000) as i32 - 90_000).expect("an offset");
        values.key("jiff::civil::DateTime", offset.to_datetime(timestamp));
        values.key("jiff::ZonedDateTime", timestamp.to_zoned_datetime(TimeZone::fixed(offset)));
        let duration = SignedDuration::from_nanos(random.bits().cast_signed() >> random.below(64));
        values.key("jiff::SignedDuration", duration);
        let span = Span::new()
            .try_years(random.below(100) as i64)
            .and_then(|span| span.try_nanoseconds((random.bits() >> 8).cast_signed()));
        values.key("jiff::Span", span.expect("in range"));
    }
    values.key("jiff::ZonedDateTime", Timestamp::UNIX_EPOCH.to_zoned_datetime(TimeZone::UTC));
    values.key("jiff::Span", Span::new());
    values.key("jiff::SignedDuration", SignedDuration::MIN);
    values.key("jiff::SignedDuration", SignedDuration::MAX);
}
