//! Integers: the small types exhausted, the others at every digit length and around every boundary.

use std::fmt::Display;

use proptest::prelude::*;
use record_runtime::ZeroAllocJson;
use record_tests::oracle::{assert_same, compare_same};
use record_tests::split_mix::SplitMix64;
use serde::Serialize;

/// Against `Display`, which is what `serde_json` prints, into one buffer.
#[track_caller]
fn assert_displayed<T: ZeroAllocJson + Display>(numbers: impl IntoIterator<Item = T>) {
    let mut buf = Vec::new();
    let mut expected = String::new();
    for number in numbers {
        let start = expected.len();
        expected.push_str(&number.to_string());
        number.write_json(&mut buf);
        assert_eq!(buf.escape_ascii().to_string(), expected, "{number}");
        if start > 10_000 {
            buf.clear();
            expected.clear();
        }
    }
}

/// Without a message per number: for millions of them.
#[track_caller]
fn assert_all_displayed<T: ZeroAllocJson + Display + Copy>(numbers: impl IntoIterator<Item = T>) {
    use std::fmt::Write as _;
    let mut buf = Vec::new();
    let mut expected = String::new();
    for number in numbers {
        buf.clear();
        expected.clear();
        number.write_json(&mut buf);
        write!(expected, "{number}").expect("a String takes everything");
        assert!(buf == expected.as_bytes(), "{number} is written as {}", buf.escape_ascii());
    }
}

#[test]
fn all_of_the_small_types() {
    assert_all_displayed(u8::MIN..=u8::MAX);
    assert_all_displayed(i8::MIN..=i8::MAX);
    assert_all_displayed(u16::MIN..=u16::MAX);
    assert_all_displayed(i16::MIN..=i16::MAX);
}

macro_rules! boundaries {
    ($($int:ident)*) => {$({
        let mut numbers = vec![0, 1, $int::MAX, $int::MAX - 1, $int::MIN, $int::MIN + 1, $int::MAX / 2, $int::MIN / 2];
        let mut power: $int = 1;
        loop {
            for near in [power - 1, power, power + 1, power / 2] {
                numbers.push(near);
                // Zero for unsigned types: no harm.
                numbers.push((0 as $int).saturating_sub(near));
            }
            match power.checked_mul(10) {
                Some(next) => power = next,
                None => break,
            }
        }
        for shift in 0..$int::BITS {
            let power = (1 as $int).wrapping_shl(shift);
            numbers.extend([power.wrapping_sub(1), power, power.wrapping_add(1), power.wrapping_neg()]);
        }
        assert_all_displayed(numbers.iter().copied());
        assert_same(&numbers);
    })*};
}

#[test]
fn powers_and_extremes() {
    boundaries!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);
}

/// Numbers with a given count of digits, the same number of each.
#[test]
fn every_digit_length() {
    let mut rng = SplitMix64::new(0x0d16_1715);
    let mut wide = || u128::from(rng.bits()) << 64 | u128::from(rng.bits());
    for digits in 1..=39_u32 {
        let low = 10_u128.pow(digits - 1);
        let high = low.checked_mul(9).map_or(u128::MAX - low, |span| span - 1);
        let numbers: Vec<u128> = (0..2000).map(|_| low + wide() % high).collect();
        assert_all_displayed(numbers.iter().copied());
        assert_all_displayed(numbers.iter().filter_map(|number| u64::try_from(*number).ok()));
        assert_all_displayed(numbers.iter().filter_map(|number| i64::try_from(*number).ok().map(|number| -number)));
        assert_all_displayed(numbers.iter().filter_map(|number| u32::try_from(*number).ok()));
        assert_all_displayed(numbers.iter().filter_map(|number| i32::try_from(*number).ok().map(|number| -number)));
        assert_all_displayed(numbers.iter().filter_map(|number| i128::try_from(*number).ok().map(|number| -number)));
    }
}

/// Digits in groups of two and four are looked up: every group at every place.
#[test]
fn every_group_of_digits() {
    for place in [1, 100, 10_000, 100_000_000, 1_000_000_000_000, 10_000_000_000_000_000_u64] {
        assert_all_displayed((0..10_000_u64).filter_map(|group| group.checked_mul(place)));
        assert_all_displayed((0..1000_u64).filter_map(|group| group.checked_mul(place)?.checked_add(place - 1)));
    }
}

/// One after the other without a separator: each must leave the position right.
#[test]
fn numbers_in_a_row() {
    assert_displayed([0_u64, 10, 9, 99, 100, u64::MAX, 1]);
    assert_displayed([0_i64, -10, -9, 99, -100, i64::MIN, i64::MAX]);
    assert_displayed([0_u128, 10, u128::MAX, u128::from(u64::MAX) + 1]);
    assert_displayed([0_i128, -10, i128::MIN, i128::MAX]);
}

/// All of them as a run of bounded fields.
#[derive(Debug, Serialize, ZeroAllocJson)]
struct Integers {
    a: u8,
    b: i8,
    c: u16,
    d: i16,
    e: u32,
    f: i32,
    g: u64,
    h: i64,
    i: u128,
    j: i128,
    k: usize,
    l: isize,
    m: Option<u64>,
    n: Vec<i64>,
}

proptest! {
    #![proptest_config(super::config())]

    #[test]
    fn random_runs(
        (a, b, c, d, e, f) in any::<(u8, i8, u16, i16, u32, i32)>(),
        (g, h, i, j, k, l) in any::<(u64, i64, u128, i128, usize, isize)>(),
        shift in 0..64_u32,
        m in any::<Option<u64>>(),
        n in prop::collection::vec(any::<i64>(), 0..150),
    ) {
        let value = Integers { a, b, c, d, e, f, g: g >> shift, h: h >> shift, i: i >> shift, j: j >> shift, k, l, m, n };
        compare_same(&value).map_err(|difference| TestCaseError::fail(difference.to_string()))?;
    }
}
