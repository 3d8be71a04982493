//! Numbers and identifiers of other crates.

#![expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "parts of numbers, and small ones")]

use bigdecimal::BigDecimal;
use num_bigint::{BigInt, BigUint, Sign};
use ordered_float::{NotNan, OrderedFloat};
use rust_decimal::Decimal;
use ulid::Ulid;
use uuid::Uuid;

use super::{RANDOM_VALUES, Values};
use crate::catalogue::Visitor;
use crate::split_mix::SplitMix64;

pub(super) fn visit<V: Visitor>(values: &mut Values<'_, V>, random: &mut SplitMix64) {
    visit_uuids(values, random);
    visit_ulids(values, random);
    visit_decimals(values, random);
    visit_big(values, random);
    visit_floats(values);
}

fn wide(random: &mut SplitMix64) -> u128 {
    u128::from(random.bits()) << 64 | u128::from(random.bits())
}

fn visit_uuids<V: Visitor>(values: &mut Values<'_, V>, random: &mut SplitMix64) {
    // Each hexadecimal digit at each place, and whatever there is.
    let digits = (0..32 * 16).map(|at: u32| u128::from(at % 16) << (4 * (at / 16)));
    let numbers: Vec<u128> =
        [0, u128::MAX].into_iter().chain(digits).chain((0..RANDOM_VALUES).map(|_| wide(random))).collect();
    for number in numbers {
        let uuid = Uuid::from_u128(number);
        values.key("uuid::Uuid", uuid);
        values.value("uuid::fmt::Hyphenated", &uuid.hyphenated());
        values.value("uuid::fmt::Simple", &uuid.simple());
        values.value("uuid::fmt::Urn", &uuid.urn());
        values.value("uuid::fmt::Braced", &uuid.braced());
        if let Some(uuid) = uuid::NonNilUuid::new(uuid) {
            values.value("uuid::NonNilUuid", &uuid);
        }
    }
    let uuid = Uuid::from_u128(0x0123_4567_89ab_cdef_fedc_ba98_7654_3210);
    values.key("uuid::fmt::Hyphenated", uuid.hyphenated());
    values.key("uuid::fmt::Simple", uuid.simple());
    values.key("uuid::fmt::Urn", uuid.urn());
    values.key("uuid::fmt::Braced", uuid.braced());
}

fn visit_ulids<V: Visitor>(values: &mut Values<'_, V>, random: &mut SplitMix64) {
    for number in [0, 1, u128::MAX, u128::MAX >> 1].into_iter().chain((0..RANDOM_VALUES).map(|_| wide(random))) {
        values.key("ulid::Ulid", Ulid::from(number));
    }
}

/// The largest mantissa of a `Decimal`.
const MAX_MANTISSA: u128 = (1 << 96) - 1;

fn visit_decimals<V: Visitor>(values: &mut Values<'_, V>, random: &mut SplitMix64) {
    let mut show = |mantissa: u128, scale: u32| {
        let (lo, mid, hi) = (mantissa as u32, (mantissa >> 32) as u32, (mantissa >> 64) as u32);
        for negative in [false, true] {
            // Also a negative zero, at any scale.
            values.key("rust_decimal::Decimal", Decimal::from_parts(lo, mid, hi, negative, scale));
        }
    };
    for scale in 0..=28 {
        for digits in 0..=28 {
            let power = 10_u128.pow(digits);
            for mantissa in [power - 1, power, power + 1, 5 * power, 12_345_678_901_234_567_890 % power] {
                show(mantissa.min(MAX_MANTISSA), scale);
            }
        }
        for bits in [32, 63, 64, 95, 96] {
            show((1 << bits) - 1, scale);
            show(((1 << bits) + 1).min(MAX_MANTISSA), scale);
        }
        show(0, scale);
    }
    for _ in 0..RANDOM_VALUES {
        let bits = random.below(97);
        let mantissa = if bits == 0 { 0 } else { wide(random) >> (128 - bits) };
        show(mantissa, random.below(29) as u32);
    }
    values.key("rust_decimal::Decimal", Decimal::MAX);
    values.key("rust_decimal::Decimal", Decimal::MIN);
    for text in [
        "0",
        "-0",
        "0.0",
        "-0.00",
        "1",
        "-1.50",
        "1e5",
        "1e-5",
        "0.000001",
        "0.0000001",
        "1e-30",
        "123456789012345678901234567890.5",
        "1e100",
        "-1e-100",
    ] {
        values.key("bigdecimal::BigDecimal", text.parse::<BigDecimal>().expect("a decimal"));
    }
    for _ in 0..RANDOM_VALUES / 10 {
        // Of the version that it depends on.
        use bigdecimal::num_bigint::BigInt;
        let digits = BigInt::from(wide(random).cast_signed()) * BigInt::from(random.bits());
        values.key("bigdecimal::BigDecimal", BigDecimal::new(digits, random.below(80) as i64 - 40));
    }
}

fn visit_big<V: Visitor>(values: &mut Values<'_, V>, random: &mut SplitMix64) {
    let mut show = |digits: Vec<u32>| {
        let number = BigUint::new(digits);
        values.value("num_bigint::BigUint", &number);
        for sign in [Sign::Minus, Sign::NoSign, Sign::Plus] {
            values.value("num_bigint::BigInt", &BigInt::from_biguint(sign, number.clone()));
        }
    };
    show(vec![]);
    for len in 0..70 {
        show(vec![0; len].into_iter().chain([1]).collect());
        show(vec![u32::MAX; len]);
        show((0..len).map(|_| random.bits() as u32).collect());
    }
    for sign in [Sign::Minus, Sign::NoSign, Sign::Plus] {
        values.value("num_bigint::Sign", &sign);
    }
}

fn visit_floats<V: Visitor>(values: &mut Values<'_, V>) {
    for number in [0.0, -0.0, 1.5, 0.1, 1e300, 5e-324, -1e-7, f64::MAX] {
        values.key("ordered_float::OrderedFloat", OrderedFloat(number));
        values.key("ordered_float::OrderedFloat", OrderedFloat(number as f32 * 0.5).min(OrderedFloat(1e30)));
        values.key("ordered_float::NotNan", NotNan::new(number).expect("a number"));
        values.key("ordered_float::NotNan", NotNan::new((number as f32).min(1e30)).expect("a number"));
    }
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        values.value("ordered_float::OrderedFloat", &OrderedFloat(number));
    }
    values.value("ordered_float::NotNan", &NotNan::new(f64::INFINITY).expect("a number"));
}
