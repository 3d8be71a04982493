//! Digits and integers, by ranges; the exhaustive forms are `#[ignore]`d for their time, see
//! tests/README.md.

use core::mem::MaybeUninit;
use std::string::ToString;
use std::vec::Vec;

use super::cpu::Backend;
use super::digits::{eight_digits, swar};
use super::integer;
use crate::__private::write_json_on;

fn assert_eight(value: u64) {
    let lanes = eight_digits(value).to_le_bytes();
    let expected = std::format!("{value:08}");
    assert!(lanes.iter().zip(expected.bytes()).all(|(&lane, digit)| lane + b'0' == digit), "{value}: {lanes:?}");
}

/// Zeros that a function has written to.
fn written(write: impl FnOnce(&mut [MaybeUninit<u8>; 17])) -> [u8; 17] {
    let mut text = [MaybeUninit::new(0); 17];
    write(&mut text);
    // SAFETY: each byte is made by `MaybeUninit::new`, and nothing makes one uninitialised.
    text.map(|byte| unsafe { byte.assume_init() })
}

fn assert_sixteen(value: u64) {
    let expected = std::format!("{value:016}");
    let significant = expected.trim_end_matches('0').len().max(1);
    for at in 0..=16 {
        let native = written(|text| super::digits::Sixteen::new(value).store_parted(text, at));
        let portable = written(|text| swar::Sixteen::new(value).store_parted(text, at));
        let parted = |text: &[u8; 17]| [&text[..at], &text[at + 1..]].concat();
        assert_eq!(parted(&native), expected.as_bytes(), "{value} at {at}");
        assert_eq!(parted(&portable), expected.as_bytes(), "{value} at {at}, portable");
    }
    assert_eq!(super::digits::Sixteen::new(value).significant_before(false), significant, "{value}");
    assert_eq!(swar::Sixteen::new(value).significant_before(false), significant, "{value}, portable");
    assert_eq!(super::digits::Sixteen::new(value).significant_before(true), 17);
    assert_eq!(swar::Sixteen::new(value).significant_before(true), 17);
}

/// By how much sweeps are thinned out: an emulated run of them as they are takes an hour.
pub(crate) fn divisor() -> usize {
    std::env::var("RECORD_SWEEP_DIVISOR").ok().and_then(|number| number.parse().ok()).unwrap_or(1)
}

#[test]
fn eight_digits_by_steps() {
    (0..20_000).chain((0..100_000_000).step_by(997 * divisor())).chain(99_980_000..100_000_000).for_each(assert_eight);
    // Around every multiple of 10^4, where the first quotient steps.
    (1..10_000).step_by(divisor()).for_each(|high| (high * 10_000 - 1..=high * 10_000).for_each(assert_eight));
}

#[test]
#[ignore = "10^8 values: cargo test --release -p record-runtime --lib eight_digits_all -- --ignored"]
fn eight_digits_all() {
    (0..100_000_000).for_each(assert_eight);
    (0..100_000_000).for_each(|low| {
        let text = written(|text| super::digits::Sixteen::new(low * 100_000_000 + low).store_parted(text, 8));
        let expected = eight_digits(low).wrapping_add(0x3030_3030_3030_3030).to_le_bytes();
        assert!(text[..8] == expected && text[9..] == expected, "{low}");
    });
}

#[test]
fn sixteen_digits() {
    let mut power = 1_u64;
    for _ in 0..16 {
        for value in power.saturating_sub(2)..power + 3 {
            assert_sixteen(value);
        }
        power *= 10;
    }
    assert_sixteen(9_999_999_999_999_999);
    random().take(20_000 / divisor()).for_each(|value| assert_sixteen(value % 10_000_000_000_000_000));
}

#[test]
fn integers() {
    (0..=u64::from(u16::MAX)).for_each(assert_integer);
    for exponent in 0..20 {
        let power = 10_u64.pow(exponent);
        (power - 1..=power + 1).for_each(assert_integer);
    }
    (u64::MAX - 2..=u64::MAX).for_each(assert_integer);
    // Where the quotients of the numbers' parts step.
    for multiple in 1..=100 {
        for part in [100_000_000, 10_000_000_000_000_000] {
            (multiple * part - 2..=multiple * part + 2).for_each(assert_integer);
        }
    }
    // Every number of digits alike.
    random().take(200_000).for_each(|value| assert_integer(value >> (value % 64)));
}

#[test]
#[ignore = "10^8 values: cargo test --release -p record-runtime --lib integers_all -- --ignored"]
fn integers_all() {
    let mut itoa = itoa::Buffer::new();
    let mut buf = Vec::with_capacity(100);
    for &backend in Backend::ALL.iter().filter(|backend| backend.is_available()) {
        // As the lower and as the upper eight digits of 16.
        for value in 0..100_000_000_u64 {
            for value in [value, value * 100_000_000 + value] {
                buf.clear();
                write_json_on(backend, &value, &mut buf).unwrap().unwrap();
                assert!(buf == itoa.format(value).as_bytes(), "{backend:?}: {value}");
            }
        }
    }
}

/// By number of digits, not by bits.
#[test]
fn random_integers_of_every_length() {
    let mut power = 1_u64;
    for len in 1..=20 {
        let bound = if len == 20 { u64::MAX - power } else { power * 9 };
        random().take(20_000 / divisor()).for_each(|value| assert_integer(power + value % bound));
        power = power.saturating_mul(10);
    }
}

#[test]
#[ignore = "2 * 10^9 values, minutes: cargo test --release -p record-runtime --lib integers_of_every_length -- --ignored"]
fn integers_of_every_length() {
    let check = |backend: Backend| {
        let (mut itoa, mut values) = (itoa::Buffer::new(), Vec::new());
        let (mut expected, mut written) = (std::string::String::new(), Vec::new());
        let mut random = random();
        let mut power = 1_u64;
        for len in 1..=20 {
            let numbers = if len == 20 { u64::MAX - power } else { power * 9 };
            for _ in 0..100_000 {
                values.clear();
                expected.clear();
                written.clear();
                for _ in 0..1000 {
                    let value = power + random.next().expect("endless") % numbers;
                    values.push(value);
                    expected.push(',');
                    expected.push_str(itoa.format(value));
                }
                write_json_on(backend, &values[..], &mut written).unwrap().unwrap();
                assert!(
                    written.ends_with(b"]") && written[1..written.len() - 1] == expected.as_bytes()[1..],
                    "{backend:?}"
                );
            }
            power = power.saturating_mul(10);
        }
    };
    std::thread::scope(|scope| {
        for &backend in Backend::ALL.iter().filter(|backend| backend.is_available()) {
            scope.spawn(move || check(backend));
        }
    });
}

fn assert_integer(value: u64) {
    assert_eq!(integer::len(value).get(), value.to_string().len());
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    if u32::try_from(value).is_ok() {
        assert_eq!(integer::avx512::digits_of_short(value), value.to_string().len());
    }
    for &backend in Backend::ALL.iter().filter(|backend| backend.is_available()) {
        let mut buf = Vec::with_capacity(100);
        write_json_on(backend, &value, &mut buf).unwrap().unwrap();
        assert_eq!(buf, value.to_string().as_bytes(), "{backend:?}");
        for signed in [value.cast_signed(), value.cast_signed().wrapping_neg()] {
            buf.clear();
            write_json_on(backend, &signed, &mut buf).unwrap().unwrap();
            assert_eq!(buf, signed.to_string().as_bytes(), "{backend:?}");
        }
    }
}

/// A sequence that is the same in each run.
fn random() -> impl Iterator<Item = u64> {
    const SEED: u64 = 0x243f_6a88_85a3_08d3;
    std::println!("seed {SEED:#x}");
    core::iter::successors(Some(SEED), |&state| {
        let state = state ^ state << 13;
        let state = state ^ state >> 7;
        Some(state ^ state << 17)
    })
}
