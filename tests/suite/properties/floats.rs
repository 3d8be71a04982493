//! Floats: boundaries of the notation, subnormals, powers, short decimals, and random bits, against the text of
//! `serde_json` for the same number.

#![expect(clippy::cast_precision_loss, reason = "any number will do")]

use std::ops::Neg;

use proptest::prelude::*;
use record_runtime::ZeroAllocJson;
use record_tests::oracle::{assert_same, assert_same_text, compare_same};
use record_tests::split_mix::SplitMix64;
use serde::Serialize;

/// Every number against `serde_json`, with its negative.
#[track_caller]
fn assert_floats<F>(numbers: impl IntoIterator<Item = F>)
where
    F: ZeroAllocJson + Serialize + Neg<Output = F> + Copy,
{
    let (mut buf, mut expected) = (Vec::new(), Vec::new());
    for number in numbers {
        for number in [number, -number] {
            buf.clear();
            expected.clear();
            number.write_json(&mut buf);
            serde_json::to_writer(&mut expected, &number).expect("a number");
            assert!(buf == expected, "{} is written as {}", expected.escape_ascii(), buf.escape_ascii());
        }
    }
}

/// A number and those next to it.
fn with_neighbours(number: f64) -> [f64; 5] {
    [number.next_down().next_down(), number.next_down(), number, number.next_up(), number.next_up().next_up()]
}

/// As [`with_neighbours`].
fn with_neighbours_f32(number: f32) -> [f32; 5] {
    [number.next_down().next_down(), number.next_down(), number, number.next_up(), number.next_up().next_up()]
}

#[test]
fn the_documented_texts() {
    assert_same_text(&0.0, "0.0");
    assert_same_text(&-0.0, "-0.0");
    assert_same_text(&1.0, "1.0");
    assert_same_text(&1e15, "1000000000000000.0");
    assert_same_text(&9_999_999_999_999_998.0, "9999999999999998.0");
    assert_same_text(&1e16, "1e+16");
    assert_same_text(&1e-5, "0.00001");
    assert_same_text(&9.999e-6, "9.999e-6");
    assert_same_text(&5e-324, "5e-324");
    assert_same_text(&f64::MAX, "1.7976931348623157e+308");
    assert_same_text(&1e12_f32, "1000000000000.0");
    assert_same_text(&1e13_f32, "1e+13");
    assert_same_text(&1e-6_f32, "0.000001");
    assert_same_text(&1e-7_f32, "1e-7");
    assert_same_text(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY], "[null,null,null]");
    assert_same_text(&[f32::NAN, f32::INFINITY, f32::NEG_INFINITY], "[null,null,null]");
}

#[test]
fn boundaries() {
    for number in [
        1e16,
        1e-5,
        1e13,
        1e-6,
        1e17,
        1e15,
        1e-4,
        1e-7,
        1.0,
        10.0,
        0.1,
        f64::MAX,
        f64::MIN_POSITIVE,
        5e-324,
        9_007_199_254_740_992.0,
    ] {
        assert_floats(with_neighbours(number));
    }
    for number in [
        1e16,
        1e-5,
        1e13,
        1e-6,
        1e14,
        1e12,
        1e-4,
        1e-7,
        1.0,
        10.0,
        0.1,
        f32::MAX,
        f32::MIN_POSITIVE,
        1e-45,
        16_777_216.0,
    ] {
        assert_floats(with_neighbours_f32(number));
    }
    assert_floats((0..200).map(f64::from_bits));
    assert_floats((0..200).map(f32::from_bits));
    assert_floats((0..200).map(|distance| f64::from_bits(f64::MIN_POSITIVE.to_bits() - 100 + distance)));
    assert_floats((0..200).map(|distance| f32::from_bits(f32::MIN_POSITIVE.to_bits() - 100 + distance)));
    assert_floats((0..200).map(|distance| f64::from_bits(f64::INFINITY.to_bits() - 100 + distance)));
    assert_floats((0..200).map(|distance| f32::from_bits(f32::INFINITY.to_bits() - 100 + distance)));
}

#[test]
fn powers_of_two_with_neighbours() {
    for exponent in 0..0x7ff_u64 {
        assert_floats(with_neighbours(f64::from_bits(exponent << 52)));
    }
    for exponent in 0..0xff_u32 {
        assert_floats(with_neighbours_f32(f32::from_bits(exponent << 23)));
    }
    // Subnormal powers.
    assert_floats((0..52).flat_map(|shift| with_neighbours(f64::from_bits(1 << shift))));
    assert_floats((0..23).flat_map(|shift| with_neighbours_f32(f32::from_bits(1 << shift))));
}

#[test]
fn powers_of_ten_with_neighbours() {
    for exponent in -325..=308 {
        for digit in 1..=9 {
            let number: f64 = format!("{digit}e{exponent}").parse().expect("a number");
            assert_floats(with_neighbours(number));
        }
    }
    for exponent in -46..=38 {
        for digit in 1..=9 {
            let number: f32 = format!("{digit}e{exponent}").parse().expect("a number");
            assert_floats(with_neighbours_f32(number));
        }
    }
}

/// Prices, coordinates, percentages: few digits and a point anywhere among them.
#[test]
fn short_decimals() {
    for places in 0..=8 {
        let unit = 10_f64.powi(places);
        assert_floats((0..5_000_u32).map(|digits| f64::from(digits) / unit));
        assert_floats((0..1_000_u32).map(|digits| f64::from(digits * 7919 + 1_000_003) / unit));
    }
    for places in 0..=8 {
        let unit = 10_f32.powi(places);
        assert_floats((0..5_000_u16).map(|digits| f32::from(digits) / unit));
    }
    let mut rng = SplitMix64::new(0x000d_ec1a);
    assert_floats((0..100_000).map(|_| {
        let digits = rng.below(1_000_000_000);
        let places = rng.below(12);
        let text = format!("{}.{:0width$}", rng.below(1000), digits, width = places);
        text.parse::<f64>().expect("a number")
    }));
}

#[test]
fn whole_numbers() {
    assert_floats((0..100_000_u32).map(f64::from));
    assert_floats((0..64).flat_map(|shift| with_neighbours((1_u64 << shift) as f64)));
    let mut rng = SplitMix64::new(0x1_7e9e5);
    assert_floats((0..50_000).map(|_| (rng.bits() >> rng.below(64)) as f64));
    assert_floats((0..50_000).map(|_| (rng.bits() >> rng.below(64)) as f32));
}

#[test]
fn random_bits() {
    let mut rng = SplitMix64::new(0xf10a_75ee);
    assert_floats((0..400_000).map(|_| f64::from_bits(rng.bits())));
    assert_floats((0..400_000).map(|_| f32::from_bits((rng.bits() >> 32) as u32)));
    // Every exponent, and both ends of the mantissa's digits.
    for exponent in 0..0x7ff_u64 {
        assert_floats((0..50).map(|_| f64::from_bits(exponent << 52 | rng.bits() >> 12)));
        assert_floats((0..5).map(|_| f64::from_bits(exponent << 52 | rng.bits() >> (12 + rng.below(50)))));
    }
    for exponent in 0..0xff_u32 {
        assert_floats((0..200).map(|_| f32::from_bits(exponent << 23 | (rng.bits() >> 41) as u32)));
    }
}

#[derive(Debug, Serialize, ZeroAllocJson)]
struct Floats {
    a: f64,
    b: f32,
    c: Option<f64>,
    d: (f64, u8, f32),
    e: Vec<f64>,
    f: [f32; 5],
}

proptest! {
    #![proptest_config(super::config())]

    #[test]
    fn random_runs(
        a in any::<f64>(),
        b in any::<f32>(),
        c in prop::option::of(prop::num::f64::ANY),
        d in any::<(f64, u8, f32)>(),
        e in prop::collection::vec(prop::num::f64::ANY, 0..150),
        f in any::<[f32; 5]>(),
    ) {
        compare_same(&Floats { a, b, c, d, e, f }).map_err(|difference| TestCaseError::fail(difference.to_string()))?;
    }
}

#[test]
fn floats_in_runs() {
    assert_same(&Floats {
        a: f64::MIN,
        b: f32::MIN,
        c: Some(-f64::MIN_POSITIVE),
        d: (-5e-324, 255, -1e-45),
        e: vec![f64::MIN; 129],
        f: [f32::NAN; 5],
    });
}
