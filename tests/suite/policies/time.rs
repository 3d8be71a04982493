//! `time = "…"` on the types of the standard library, against a calendar that counts days one by one. The types of
//! other crates are compared in `foreign/times.rs`.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use record_runtime::ZeroAllocJson;
use record_tests::oracle::{assert_error, assert_text, compare_bytes};
use record_tests::split_mix::SplitMix64;

macro_rules! forms {
    ($Forms:ident $T:ty: $($field:ident $form:literal)+) => {
        #[derive(ZeroAllocJson)]
        struct $Forms {
            $(
                #[json(time = $form)]
                $field: $T,
            )+
            after: u8,
        }

        impl $Forms {
            fn new(value: $T) -> Self {
                Self { $($field: value,)+ after: 1 }
            }
        }
    };
}

forms! {
    Instants SystemTime:
    rfc3339 "rfc3339"
    seconds "rfc3339_seconds"
    millis "rfc3339_millis"
    micros "rfc3339_micros"
    nanos "rfc3339_nanos"
    date "date"
    unix "unix"
    unix_millis "unix_millis"
    unix_micros "unix_micros"
    unix_nanos "unix_nanos"
}

forms! {
    Durations Duration:
    seconds "seconds"
    millis "millis"
    micros "micros"
    nanos "nanos"
    iso8601 "iso8601"
}

fn at(seconds: i64, nanoseconds: u32) -> SystemTime {
    let whole = Duration::from_secs(seconds.unsigned_abs());
    let second = if seconds < 0 { SystemTime::UNIX_EPOCH - whole } else { SystemTime::UNIX_EPOCH + whole };
    second + Duration::from_nanos(nanoseconds.into())
}

fn days_of(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    [31, 28 + i64::from(leap), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][usize::try_from(month - 1).expect("a month")]
}

/// The text of each form, of a day and the time within it.
fn expected_instant(date: &str, seconds: i64, nanoseconds: u32) -> String {
    let of_day = seconds.rem_euclid(86_400);
    let time = format!("{date}T{:02}:{:02}:{:02}", of_day / 3600, of_day / 60 % 60, of_day % 60);
    let nine = format!("{nanoseconds:09}");
    let shortest = match nanoseconds {
        0 => String::new(),
        _ if nine.ends_with("000000") => format!(".{}", &nine[..3]),
        _ if nine.ends_with("000") => format!(".{}", &nine[..6]),
        _ => format!(".{nine}"),
    };
    let total = i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds);
    let (millis, micros) = (total.div_euclid(1_000_000), total.div_euclid(1_000));
    format!(
        r#"{{"rfc3339":"{time}{shortest}Z","seconds":"{time}Z","millis":"{time}.{}Z","micros":"{time}.{}Z","nanos":"{time}.{nine}Z","date":"{date}","unix":{seconds},"unix_millis":{millis},"unix_micros":{micros},"unix_nanos":{total},"after":1}}"#,
        &nine[..3],
        &nine[..6],
    )
}

/// Every day of the years 0 to 9999.
#[test]
fn every_day() {
    let seed = 0x0071_33d0;
    println!("seed {seed:#x}");
    let mut random = SplitMix64::new(seed);
    let mut day = -719_528_i64;
    for year in 0..10_000 {
        // All of some years, and some of all.
        let whole = year % 100 < 2 || (1960..=2040).contains(&year) || year > 9990;
        for month in 1..=12 {
            for of_month in 1..=days_of(year, month) {
                if whole || random.bits().is_multiple_of(64) {
                    let second =
                        [0, 86_399, random.bits() % 86_400][usize::try_from(random.bits() % 3).expect("small")];
                    let unit = 10_u32.pow(u32::try_from(random.bits() % 10).expect("small"));
                    let nanoseconds = u32::try_from(random.bits() % 1_000_000_000).expect("small") / unit * unit;
                    let seconds = day * 86_400 + i64::try_from(second).expect("small");
                    let date = format!("{year:04}-{month:02}-{of_month:02}");
                    let expected = expected_instant(&date, seconds, nanoseconds);
                    let value = Instants::new(at(seconds, nanoseconds));
                    assert_eq!(record_runtime::to_string(&value), expected);
                    if random.bits().is_multiple_of(512) {
                        compare_bytes(&value, expected.as_bytes()).expect("by every function and backend");
                    }
                }
                day += 1;
            }
        }
    }
    assert_eq!(day, 2_932_897, "the first day of the year 10000");
}

/// Years that RFC 3339 does not have are refused, and have a number.
#[test]
fn years_beyond() {
    #[derive(ZeroAllocJson)]
    struct Text {
        #[json(time = "rfc3339_millis")]
        at: SystemTime,
    }
    #[derive(ZeroAllocJson)]
    struct Date {
        #[json(time = "date")]
        at: SystemTime,
    }
    #[derive(ZeroAllocJson)]
    struct Number {
        #[json(time = "unix_nanos")]
        at: SystemTime,
    }

    const FIRST: i64 = -62_167_219_200;
    const LAST: i64 = 253_402_300_799;
    assert_text(&Text { at: at(FIRST, 0) }, r#"{"at":"0000-01-01T00:00:00.000Z"}"#);
    assert_text(&Text { at: at(LAST, 999_999_999) }, r#"{"at":"9999-12-31T23:59:59.999Z"}"#);
    for seconds in [FIRST - 1, LAST + 1, -1_000_000_000_000_000, 1_000_000_000_000_000] {
        let message = "a year that is not 0 to 9999 cannot be written as RFC 3339";
        assert!(assert_error(&Text { at: at(seconds, 0) }).contains(message));
        assert!(assert_error(&Date { at: at(seconds, 0) }).contains(message));
        assert_text(
            &Number { at: at(seconds, 7) },
            &format!(r#"{{"at":{seconds}000000007}}"#)
                .replace(&format!("{seconds}000000007"), &(i128::from(seconds) * 1_000_000_000 + 7).to_string()),
        );
    }
}

/// The text of each form by its definition.
fn expected_duration(duration: Duration) -> String {
    let (seconds, nanoseconds) = (duration.as_secs(), duration.subsec_nanos());
    let decimal = |whole: u64| match nanoseconds {
        0 => whole.to_string(),
        _ => format!("{whole}.{nanoseconds:09}").trim_end_matches('0').to_owned(),
    };
    let mut iso8601 = String::from("PT");
    for (number, unit) in [(seconds / 3600, 'H'), (seconds / 60 % 60, 'M')] {
        if number > 0 {
            iso8601 += &number.to_string();
            iso8601.push(unit);
        }
    }
    if seconds % 60 > 0 || nanoseconds > 0 || duration.is_zero() {
        iso8601 += &decimal(seconds % 60);
        iso8601.push('S');
    }
    format!(
        r#"{{"seconds":{},"millis":{},"micros":{},"nanos":{},"iso8601":"{iso8601}","after":1}}"#,
        decimal(seconds),
        duration.as_millis(),
        duration.as_micros(),
        duration.as_nanos(),
    )
}

#[test]
fn durations() {
    let seed = 0x0071_33d1;
    println!("seed {seed:#x}");
    let mut random = SplitMix64::new(seed);
    let mut durations: Vec<Duration> = [0, 1, 59, 60, 61, 3599, 3600, 3601, 3660, 86_400, u64::MAX]
        .into_iter()
        .flat_map(|seconds| [0, 1, 500_000_000, 999_999_999].map(|nanoseconds| Duration::new(seconds, nanoseconds)))
        .collect();
    for _ in 0..20_000 {
        let unit = 10_u32.pow(u32::try_from(random.bits() % 10).expect("small"));
        let nanoseconds = u32::try_from(random.bits() % 1_000_000_000).expect("small") / unit * unit;
        durations.push(Duration::new(random.bits() >> (random.bits() % 64), nanoseconds));
    }
    for duration in durations {
        let expected = expected_duration(duration);
        let written = compare_bytes(&Durations::new(duration), expected.as_bytes());
        written.unwrap_or_else(|difference| panic!("{duration:?}: {difference}"));
    }
}

/// In containers, of a type, beside other policies.
#[test]
fn in_every_shape() {
    #[derive(ZeroAllocJson)]
    struct Holds {
        #[json(time = "unix")]
        option: Option<SystemTime>,
        #[json(time = "rfc3339")]
        list: Vec<Rc<SystemTime>>,
        #[json(time = "iso8601")]
        map: BTreeMap<u8, Duration>,
        #[json(time = "millis", skip_default)]
        absent: Duration,
    }

    #[derive(ZeroAllocJson)]
    #[json(time = "unix_millis", as_string)]
    struct OfType {
        created: SystemTime,
        deleted: Option<SystemTime>,
        number: u64,
        #[json(time = "seconds")]
        took: Duration,
        #[json(time = false)]
        object: Duration,
        other_form: Duration,
    }

    #[derive(ZeroAllocJson)]
    #[json(tag = "t", time = "date")]
    enum Event {
        Made { at: SystemTime },
    }

    let holds = Holds {
        option: Some(at(-1, 1)),
        list: vec![Rc::new(at(0, 0)), Rc::new(at(0, 120_000_000))],
        map: BTreeMap::from([(1, Duration::from_secs(90))]),
        absent: Duration::ZERO,
    };
    assert_text(
        &holds,
        r#"{"option":-1,"list":["1970-01-01T00:00:00Z","1970-01-01T00:00:00.120Z"],"map":{"1":"PT1M30S"}}"#,
    );
    let second = Duration::new(1, 500_000_000);
    let of_type = OfType {
        created: at(-1, 999_000_000),
        deleted: None,
        number: 1,
        took: second,
        object: second,
        other_form: second,
    };
    assert_text(
        &of_type,
        r#"{"created":-1,"deleted":null,"number":"1","took":1.5,"object":{"secs":1,"nanos":500000000},"other_form":{"secs":1,"nanos":500000000}}"#,
    );
    assert_text(&Event::Made { at: at(951_782_400, 0) }, r#"{"t":"Made","at":"2000-02-29"}"#);
}
