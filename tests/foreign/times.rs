//! `time = "…"` on the types of chrono, time and jiff, against the formats of the crates themselves.

use chrono::{DateTime, FixedOffset, SecondsFormat, TimeDelta, TimeZone as _, Utc};
use record_runtime::ZeroAllocJson;
use record_tests::oracle::{assert_error, assert_text};
use record_tests::split_mix::SplitMix64;
use std::time::{Duration, SystemTime};
use time::format_description::well_known::Rfc3339;

#[derive(ZeroAllocJson)]
struct Forms<T> {
    #[json(time = "rfc3339")]
    rfc3339: T,
    #[json(time = "rfc3339_seconds")]
    seconds: T,
    #[json(time = "rfc3339_millis")]
    millis: T,
    #[json(time = "rfc3339_micros")]
    micros: T,
    #[json(time = "rfc3339_nanos")]
    nanos: T,
    #[json(time = "date")]
    date: T,
    #[json(time = "unix")]
    unix: T,
    #[json(time = "unix_millis")]
    unix_millis: T,
    #[json(time = "unix_micros")]
    unix_micros: T,
    #[json(time = "unix_nanos")]
    unix_nanos: T,
}

macro_rules! text_of {
    ($value:expr) => {{
        let value = $value;
        record_runtime::to_string(&Forms {
            rfc3339: value.clone(),
            seconds: value.clone(),
            millis: value.clone(),
            micros: value.clone(),
            nanos: value.clone(),
            date: value.clone(),
            unix: value.clone(),
            unix_millis: value.clone(),
            unix_micros: value.clone(),
            unix_nanos: value,
        })
    }};
}

/// By chrono's own functions.
fn of_chrono(at: DateTime<FixedOffset>) -> String {
    let text = |format| at.to_rfc3339_opts(format, true);
    // In a leap second, chrono's nanoseconds count on.
    let nanos = i128::from(at.timestamp()) * 1_000_000_000 + i128::from(at.timestamp_subsec_nanos());
    format!(
        r#"{{"rfc3339":"{}","seconds":"{}","millis":"{}","micros":"{}","nanos":"{}","date":"{}","unix":{},"unix_millis":{},"unix_micros":{},"unix_nanos":{nanos}}}"#,
        text(SecondsFormat::AutoSi),
        text(SecondsFormat::Secs),
        text(SecondsFormat::Millis),
        text(SecondsFormat::Micros),
        text(SecondsFormat::Nanos),
        at.date_naive().format("%Y-%m-%d"),
        at.timestamp(),
        at.timestamp_millis(),
        at.timestamp_micros(),
    )
}

const FIRST: i64 = -62_167_219_200;
const LAST: i64 = 253_402_300_799;

fn nanoseconds(random: &mut SplitMix64) -> u32 {
    let unit = 10_u32.pow((random.bits() % 10) as u32);
    (random.bits() % 1_000_000_000) as u32 / unit * unit
}

/// Instants of the years 0 to 9999 at every kind of offset, of which the local time is one of these years, too.
fn instants(random: &mut SplitMix64, count: u64) -> Vec<DateTime<FixedOffset>> {
    let mut instants = Vec::new();
    for round in 0..count {
        let seconds = match round % 4 {
            0 => FIRST + (random.bits() % 200_000).cast_signed(),
            1 => LAST - (random.bits() % 200_000).cast_signed(),
            2 => (random.bits() % 200_000).cast_signed() - 100_000,
            _ => FIRST + (random.bits() % (LAST - FIRST).unsigned_abs()).cast_signed(),
        };
        let minutes = match random.bits() % 3 {
            0 => 0,
            1 => (random.bits() % (2 * 1439)) as i32 - 1439,
            _ => (random.bits() % 27) as i32 * 60 - 780,
        };
        let local = seconds + i64::from(minutes) * 60;
        if (FIRST..=LAST).contains(&local) {
            let offset = FixedOffset::east_opt(minutes * 60).expect("less than a day");
            instants.extend(offset.timestamp_opt(seconds, nanoseconds(random)).single());
        }
    }
    instants
}

#[test]
fn instants_of_every_crate() {
    let seed = 0xda7e_5eed;
    println!("seed {seed:#x}");
    let mut random = SplitMix64::new(seed);
    for at in instants(&mut random, 40_000) {
        let expected = of_chrono(at);
        assert_eq!(text_of!(at), expected);
        let (seconds, nanos) = (at.timestamp(), at.timestamp_subsec_nanos());
        let total = i128::from(seconds) * 1_000_000_000 + i128::from(nanos);

        let offset = time::UtcOffset::from_whole_seconds(at.offset().local_minus_utc()).expect("an offset");
        let utc = time::OffsetDateTime::from_unix_timestamp_nanos(total).expect("in range");
        assert_eq!(text_of!(utc.to_offset(offset)), expected);

        // In UTC: other types.
        let expected = of_chrono(at.to_utc().fixed_offset());
        assert_eq!(text_of!(at.to_utc()), expected);
        assert_eq!(text_of!(utc), expected);
        assert_eq!(text_of!(time::UtcDateTime::from(utc)), expected);
        assert_eq!(text_of!(time::Timestamp::from_nanoseconds(total).expect("in range")), expected);
        let whole = Duration::from_secs(seconds.unsigned_abs());
        let system = if seconds < 0 { SystemTime::UNIX_EPOCH - whole } else { SystemTime::UNIX_EPOCH + whole };
        assert_eq!(text_of!(system + Duration::from_nanos(nanos.into())), expected);
        if let Ok(timestamp) = jiff::Timestamp::from_nanosecond(total) {
            assert_eq!(text_of!(timestamp), expected);
            let offset = jiff::tz::Offset::from_seconds(at.offset().local_minus_utc()).expect("an offset");
            let zoned = timestamp.to_zoned_datetime(jiff::tz::TimeZone::fixed(offset));
            assert_eq!(text_of!(zoned), of_chrono(at));
        }
    }
}

/// The shortest forms of the crates `time` and `jiff` are the same where they have 3, 6 or 9 digits.
#[test]
fn the_crates_read_what_is_written() {
    #[derive(ZeroAllocJson)]
    struct Form<T> {
        #[json(time = "rfc3339_nanos")]
        at: T,
    }

    let seed = 0xda7e_5eee;
    println!("seed {seed:#x}");
    let mut random = SplitMix64::new(seed);
    for at in instants(&mut random, 5_000) {
        let text = record_runtime::to_string(&Form { at });
        let text = text.strip_prefix(r#"{"at":""#).and_then(|text| text.strip_suffix(r#""}"#)).expect("one field");
        assert_eq!(DateTime::parse_from_rfc3339(text).expect("RFC 3339"), at);
        let read = time::OffsetDateTime::parse(text, &Rfc3339).expect("RFC 3339");
        assert_eq!((read.unix_timestamp(), read.nanosecond()), (at.timestamp(), at.timestamp_subsec_nanos()));
    }
}

#[test]
fn leap_seconds() {
    let before: DateTime<Utc> = "2016-12-31T23:59:59Z".parse().expect("a time");
    for (nanoseconds, fraction) in [(0, ""), (5_000_000, ".005"), (999_999_999, ".999999999")] {
        let leap = DateTime::from_timestamp(before.timestamp(), 1_000_000_000 + nanoseconds).expect("a leap second");
        let text = text_of!(leap);
        assert_eq!(text, of_chrono(leap.fixed_offset()));
        assert!(text.starts_with(&format!(r#"{{"rfc3339":"2016-12-31T23:59:60{fraction}Z""#)), "{text}");
        let east = FixedOffset::east_opt(19_800).expect("an offset");
        assert_eq!(text_of!(leap.with_timezone(&east)), of_chrono(leap.with_timezone(&east)));
    }
}

/// RFC 3339 does not have all: years of another length, offsets with seconds.
#[test]
fn refusals() {
    #[derive(ZeroAllocJson)]
    struct Text<T> {
        #[json(time = "rfc3339")]
        at: T,
    }
    #[derive(ZeroAllocJson)]
    struct Number<T> {
        #[json(time = "unix_nanos")]
        at: T,
    }

    let year = "a year that is not 0 to 9999 cannot be written as RFC 3339";
    for at in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
        assert!(assert_error(&Text { at }).contains(year));
        let nanos = i128::from(at.timestamp()) * 1_000_000_000 + i128::from(at.timestamp_subsec_nanos());
        assert_text(&Number { at }, &format!(r#"{{"at":{nanos}}}"#));
    }
    assert!(assert_error(&Text { at: jiff::Timestamp::MIN }).contains(year));
    // Its UTC time is in the year 9999, its local time is not.
    let east = FixedOffset::east_opt(3600).expect("an offset");
    assert!(assert_error(&Text { at: east.timestamp_opt(LAST, 0).unwrap() }).contains(year));
    let before = FixedOffset::east_opt(-3600).expect("an offset");
    assert!(assert_error(&Text { at: before.timestamp_opt(FIRST, 0).unwrap() }).contains(year));

    let seconds = "an offset with seconds cannot be written as RFC 3339";
    let offset = FixedOffset::east_opt(1_172).expect("an offset");
    assert!(assert_error(&Text { at: offset.timestamp_opt(0, 0).unwrap() }).contains(seconds));
    assert_text(&Number { at: offset.timestamp_opt(0, 0).unwrap() }, r#"{"at":0}"#);
    let offset = time::UtcOffset::from_hms(0, 0, 1).expect("an offset");
    assert!(assert_error(&Text { at: time::OffsetDateTime::UNIX_EPOCH.to_offset(offset) }).contains(seconds));
}

#[derive(ZeroAllocJson)]
struct Lengths<T: Copy> {
    #[json(time = "seconds")]
    seconds: T,
    #[json(time = "millis")]
    millis: T,
    #[json(time = "micros")]
    micros: T,
    #[json(time = "nanos")]
    nanos: T,
    #[json(time = "iso8601")]
    iso8601: T,
}

impl<T: Copy> Lengths<T> {
    fn new(of: T) -> Self {
        Self { seconds: of, millis: of, micros: of, nanos: of, iso8601: of }
    }
}

/// ISO 8601 as jiff writes it, numbers as its functions say.
#[test]
fn durations_of_every_crate() {
    let seed = 0xd00a_7105;
    println!("seed {seed:#x}");
    let mut random = SplitMix64::new(seed);
    let edges = [0, 1, -1, 59, 60, -60, 3600, -3661, 86_400].map(|seconds| (seconds, 0));
    let random = (0..20_000).map(|_| {
        let seconds = (random.bits().cast_signed() / 1000) >> (random.bits() % 64);
        let nanos = nanoseconds(&mut random).cast_signed();
        (seconds, if seconds < 0 || seconds == 0 && random.bits().is_multiple_of(2) { -nanos } else { nanos })
    });
    for (seconds, nanos) in edges.into_iter().chain(random) {
        let of_jiff = jiff::SignedDuration::new(seconds, nanos);
        let whole = seconds.unsigned_abs();
        let mut decimal = if of_jiff.is_negative() { String::from("-") } else { String::new() };
        decimal += &match nanos.unsigned_abs() {
            0 => whole.to_string(),
            part => format!("{whole}.{part:09}").trim_end_matches('0').to_owned(),
        };
        let expected = format!(
            r#"{{"seconds":{decimal},"millis":{},"micros":{},"nanos":{},"iso8601":"{of_jiff}"}}"#,
            of_jiff.as_millis(),
            of_jiff.as_micros(),
            of_jiff.as_nanos(),
        );
        assert_text(&Lengths::new(of_jiff), &expected);
        assert_text(&Lengths::new(time::SignedDuration::new(seconds, nanos)), &expected);
        if let Some(delta) =
            TimeDelta::try_seconds(seconds).and_then(|whole| whole.checked_add(&TimeDelta::nanoseconds(nanos.into())))
        {
            assert_text(&Lengths::new(delta), &expected);
        }
        if seconds >= 0 && nanos >= 0 {
            assert_text(&Lengths::new(Duration::new(whole, nanos.unsigned_abs())), &expected);
        }
    }
    let most = Lengths::new(jiff::SignedDuration::MIN);
    assert!(record_runtime::to_string(&most).starts_with(r#"{"seconds":-9223372036854775808.999999999,"#));
}
