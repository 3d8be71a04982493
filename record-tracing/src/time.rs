//! The time of a line, and times of spans.

use std::any::Any;
use std::cell::Cell;
use std::fmt;
use std::io::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use record_runtime::{Cursor, Dispatch, ZeroAllocJson};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{self, FormatTime};

/// The time by a timer, as a string.
pub(crate) struct Now<'a, T>(pub(crate) &'a T);

impl<T: FormatTime + 'static> ZeroAllocJson for Now<'_, T> {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        // Known when it is compiled. The subscriber's own way takes half as long as all of a short line.
        if (self.0 as &dyn Any).is::<time::SystemTime>() {
            return c.value(&Timestamp(SystemTime::now()));
        }
        c.fmt(format_args!("{self}"))
    }
}

impl<T: FormatTime> fmt::Display for Now<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.format_time(&mut Writer::new(f))
    }
}

/// A time as the subscriber's `SystemTime` shows it: RFC 3339 in microseconds, with signs before the years that have not four
/// digits.
pub(crate) struct Timestamp(pub(crate) SystemTime);

/// The seconds from 1970 to the year 10,000.
const FOUR_DIGITS: u64 = 253_402_300_800;

thread_local! {
    /// The second that the thread showed last, and its text in front of the microseconds.
    static SECOND: Cell<(u64, [u8; 20])> = const { Cell::new((u64::MAX, [0; 20])) };
}

impl ZeroAllocJson for Timestamp {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        match self.0.duration_since(UNIX_EPOCH) {
            Ok(since) if since.as_secs() < FOUR_DIGITS => {
                let (mut second, mut before) = SECOND.get();
                if second != since.as_secs() {
                    second = since.as_secs();
                    // Cut behind the point.
                    let _ = write!(&mut before[..], "{self}");
                    SECOND.set((second, before));
                }
                let mut text = *b"2026-02-03T04:05:06.789012Z";
                text[..before.len()].copy_from_slice(&before);
                let mut part = since.subsec_micros();
                for digit in text[before.len()..].iter_mut().rev().skip(1) {
                    *digit = b'0' + (part % 10) as u8;
                    part /= 10;
                }
                c.str(str::from_utf8(&text).unwrap_or_default())
            }
            _ => c.fmt(format_args!("{self}")),
        }
    }
}

/// Any year.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SECOND: i128 = 1_000_000_000;
        let nanoseconds: i128 = match self.0.duration_since(UNIX_EPOCH) {
            Ok(since) => since.as_nanos().cast_signed(),
            Err(before) => -before.duration().as_nanos().cast_signed(),
        };
        let (seconds, part) = (nanoseconds.div_euclid(SECOND), nanoseconds.rem_euclid(SECOND));
        let (day, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (year, month, day) = date(day);
        match year {
            10_000.. => write!(f, "+{year}")?,
            0.. => write!(f, "{year:04}")?,
            _ => write!(f, "{year:05}")?,
        }
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:06}Z", part / 1_000)
    }
}

/// Year, month and day of a day, counted from 1970: Howard Hinnant's `civil_from_days`
/// (<https://howardhinnant.github.io/date_algorithms.html>).
fn date(day: i128) -> (i128, i128, i128) {
    // From March of the year 0, so that the leap day is a year's last.
    let day = day + 719_468;
    let (era, day) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + i128::from(month <= 2), month, day)
}

/// Nanoseconds, in the unit that leaves one to three digits in front of the point: `1.50ms`.
pub(crate) struct ShortDuration(pub(crate) u64);

impl ZeroAllocJson for ShortDuration {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.fmt(format_args!("{self}"))
    }
}

impl fmt::Display for ShortDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
        let mut number = self.0 as f64;
        // Divided step by step, as the subscriber does it: one division by 10^9 could round to other digits.
        for unit in ["ns", "µs", "ms", "s"] {
            let decimals = match number {
                ..10.0 => 2,
                ..100.0 => 1,
                ..1000.0 => 0,
                _ => {
                    number /= 1000.0;
                    continue;
                }
            };
            return write!(f, "{number:.decimals$}{unit}");
        }
        write!(f, "{:.0}s", number * 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use chrono::{DateTime, Utc};
    use tracing_subscriber::fmt::format::Writer;
    use tracing_subscriber::fmt::time::FormatTime;

    use super::{Now, ShortDuration, Timestamp};

    fn written(time: SystemTime) -> String {
        let written = record_runtime::to_string(&Timestamp(time));
        // The quick way and that of any year agree.
        assert_eq!(written, format!("\"{}\"", Timestamp(time)));
        written
    }

    #[test]
    fn random_times_are_those_of_chrono() {
        let mut random = record_benches::prng::SplitMix64::new(5);
        for _ in 0..200_000 {
            // Beyond the years 0 to 9999 in both directions; also many in one second.
            let seconds = match random.integer::<u8>(0..3) {
                0 => random.integer::<u64>(0..1 << 40).cast_signed() - (1 << 39),
                1 => random.integer::<u64>(0..2_000_000_000).cast_signed(),
                _ => 1_770_091_506,
            };
            let nanoseconds = random.integer::<u32>(0..1_000_000_000);
            let Some(expected) = DateTime::<Utc>::from_timestamp(seconds, nanoseconds) else { continue };
            let whole = Duration::from_secs(seconds.unsigned_abs());
            let time = if seconds < 0 { UNIX_EPOCH - whole } else { UNIX_EPOCH + whole };
            let expected = expected.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string();
            assert_eq!(written(time + Duration::from_nanos(nanoseconds.into())), format!("\"{expected}\""));
        }
    }

    #[test]
    fn times_at_the_ends_of_years() {
        let at = |seconds: i64| {
            let whole = Duration::from_secs(seconds.unsigned_abs());
            written(if seconds < 0 { UNIX_EPOCH - whole } else { UNIX_EPOCH + whole })
        };
        assert_eq!(at(0), "\"1970-01-01T00:00:00.000000Z\"");
        assert_eq!(at(951_782_400), "\"2000-02-29T00:00:00.000000Z\"");
        assert_eq!(at(253_402_300_799), "\"9999-12-31T23:59:59.000000Z\"");
        assert_eq!(at(253_402_300_800), "\"+10000-01-01T00:00:00.000000Z\"");
        assert_eq!(at(-62_167_219_200), "\"0000-01-01T00:00:00.000000Z\"");
        // The first two signs that the subscriber shows are a minus and four digits.
        assert_eq!(at(-62_167_219_201), "\"-0001-12-31T23:59:59.000000Z\"");
        // The last ones that it is tested with.
        assert_eq!(at(i64::MAX), "\"+292277026596-12-04T15:30:07.000000Z\"");
        assert_eq!(at(i64::MIN + 1), "\"-292277022657-01-27T08:29:53.000000Z\"");
    }

    #[test]
    fn now_lies_between_two_times_of_the_subscriber() {
        use tracing_subscriber::fmt::time::SystemTime;

        let theirs = || {
            let mut text = String::new();
            SystemTime.format_time(&mut Writer::new(&mut text)).unwrap();
            format!("\"{text}\"")
        };
        for _ in 0..1000 {
            let (before, ours, after) = (theirs(), record_runtime::to_string(&Now(&SystemTime)), theirs());
            assert!(before <= ours && ours <= after, "{before} {ours} {after}");
        }
    }

    #[test]
    fn durations_have_three_digits() {
        let shown = |nanoseconds| ShortDuration(nanoseconds).to_string();
        assert_eq!(shown(0), "0.00ns");
        assert_eq!(shown(9), "9.00ns");
        assert_eq!(shown(10), "10.0ns");
        assert_eq!(shown(999), "999ns");
        assert_eq!(shown(1_000), "1.00µs");
        assert_eq!(shown(99_960), "100.0µs");
        assert_eq!(shown(1_234_567), "1.23ms");
        assert_eq!(shown(999_499_999_999), "999s");
        assert_eq!(shown(12_345_678_901_234), "12346s");
        assert_eq!(record_runtime::to_string(&ShortDuration(1_500)), "\"1.50µs\"");
    }
}
