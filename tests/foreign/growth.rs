//! The buffer before the write, as in the suite's `growth`. Every spare capacity is tried. So each reservation, of the
//! bridge and of text that is put together in place, is met at its edge.

use record_runtime::__private::{Backend, write_json_on};
use record_runtime::{Serde, ZeroAllocJson};
use record_tests::models::{Event, Response, User};
use serde::Serialize;

/// Behind prefixes, with every spare capacity up to `capacities`, on every backend.
#[track_caller]
fn assert_grows<T: ZeroAllocJson, R: Serialize>(value: &T, reference: &R, capacities: usize) {
    let expected = serde_json::to_vec(reference).expect("serde_json writes it");
    for prefix in [b"".as_slice(), b"{", b"ab["] {
        for spare in 0..=capacities {
            for backend in Backend::ALL {
                let mut buf = Vec::with_capacity(prefix.len() + spare);
                buf.extend_from_slice(prefix);
                if let Some(result) = write_json_on(*backend, value, &mut buf) {
                    assert!(result.is_ok(), "{spare} spare bytes: refused");
                    assert_eq!(buf.strip_prefix(prefix), Some(expected.as_slice()), "{backend:?}, {spare} spare bytes");
                }
            }
        }
    }
}

#[test]
fn the_bridge() {
    let events = [Event::Nothing, Event::Message(String::from("m\n")), Event::Moved(i32::MIN, f64::MIN)];
    assert_grows(&Serde(&events), &events, 300);
    assert_grows(&Serde(User::example(3)), &User::example(3), 600);
    assert_grows(&Serde(Response::example()), &Response::example(), 600);
}

#[cfg(feature = "foreign")]
#[test]
fn types_of_other_crates() {
    let time: chrono::DateTime<chrono::Utc> = "2026-02-03T04:05:06.123456789Z".parse().expect("a time");
    let day: time::Date = time::Date::MAX;
    let values = (
        time,
        time.naive_utc(),
        chrono::DateTime::<chrono::Utc>::MAX_UTC,
        uuid::Uuid::max(),
        uuid::Uuid::max().urn(),
        rust_decimal::Decimal::MIN,
        rust_decimal::Decimal::new(-105, 2),
        ulid::Ulid::max(),
        (jiff::Timestamp::MIN, jiff::Timestamp::UNIX_EPOCH, jiff::civil::DateTime::MAX, day),
        semver::Version::new(u64::MAX, 0, 1),
        "10.0.0.0/8".parse::<ipnet::IpNet>().expect("a network"),
        serde_json::json!({"a": [1, 2.5, "x\n"], "b": null}),
    );
    let len = serde_json::to_vec(&values).expect("serde_json writes it").len();
    assert_grows(&values, &values, len + 80);
}
