//! The power table against big integers, the estimates against the table, and both paths against
//! each other; the texts against ryu and zmij.

use std::println;
use std::string::String;
use std::vec::Vec;

use super::powers::{MIN_EXPONENT, POWERS};
use super::shortest::{self, Decimal};
use crate::__private::write_json_on;
use crate::{Backend, ZeroAllocJson};

/// A natural number, lowest limb first, without leading zeros.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Natural(Vec<u32>);

impl Natural {
    fn new(value: u128) -> Self {
        let mut limbs: Vec<u32> = (0..4).map(|at| (value >> (32 * at)) as u32).collect();
        while limbs.last() == Some(&0) {
            limbs.pop();
        }
        Self(limbs)
    }

    fn times(mut self, factor: u32) -> Self {
        let mut carry = 0;
        for limb in &mut self.0 {
            let product = u64::from(*limb) * u64::from(factor) + carry;
            *limb = product as u32;
            carry = product >> 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
        self
    }

    fn power_of_ten(self, exponent: u32) -> Self {
        (0..exponent).fold(self, |power, _| power.times(10))
    }

    fn shifted(mut self, bits: u32) -> Self {
        self = self.times(1 << (bits % 32));
        self.0.splice(0..0, (0..bits / 32).map(|_| 0));
        self
    }

    fn is_at_most(&self, other: &Self) -> bool {
        (self.0.len(), self.0.iter().rev().collect::<Vec<_>>()) <= (other.0.len(), other.0.iter().rev().collect())
    }
}

/// `floor(log2(10^e))`, from the table's own definition: found by comparing big integers.
fn scale_of(e: i32) -> i32 {
    let one = Natural::new(1);
    let magnitude = one.clone().power_of_ten(e.unsigned_abs());
    let bits = 32 * (magnitude.0.len() as i32 - 1) + 31 - magnitude.0.last().unwrap().leading_zeros() as i32;
    if e >= 0 {
        bits
    } else if one.shifted(bits as u32) == magnitude {
        -bits
    } else {
        -bits - 1
    }
}

#[test]
fn table_is_right() {
    for (at, &power) in POWERS.iter().enumerate() {
        let e = MIN_EXPONENT + at as i32;
        assert!(power >> 127 == 1, "10^{e} is not scaled");
        // 10^e = power * 2^shift, less than one unit of the last place too large.
        let shift = scale_of(e) - 127;
        let (below, above) = (Natural::new(power - 1), Natural::new(power));
        let (mut left, mut right) = ((below, above), Natural::new(1));
        if e >= 0 {
            right = right.power_of_ten(e as u32);
        } else {
            left = (left.0.power_of_ten(e.unsigned_abs()), left.1.power_of_ten(e.unsigned_abs()));
        }
        if shift >= 0 {
            left = (left.0.shifted(shift as u32), left.1.shifted(shift as u32));
        } else {
            right = right.shifted(shift.unsigned_abs());
        }
        assert!(left.0.is_at_most(&right) && !left.1.is_at_most(&right), "10^{e}");
    }
}

#[test]
fn estimates_are_right() {
    for (at, _) in POWERS.iter().enumerate() {
        let e = MIN_EXPONENT + at as i32;
        assert_eq!(shortest::floor_log2_pow10(e), scale_of(e), "log2(10^{e})");
    }
    // 2^e and 3/4 of it lie between two powers of ten.
    for e in -1074..=971 {
        let (k, three_quarters) = (shortest::floor_log10_pow2(e), shortest::floor_log10_three_quarters_pow2(e));
        let at_most = |k: i32, numerator: u32| {
            // 10^k <= numerator / 4 * 2^e
            let mut left = Natural::new(4).power_of_ten(k.max(0) as u32);
            let mut right = Natural::new(u128::from(numerator)).power_of_ten((-k).max(0) as u32);
            if e >= 0 {
                right = right.shifted(e as u32);
            } else {
                left = left.shifted(e.unsigned_abs());
            }
            left.is_at_most(&right)
        };
        assert!(at_most(k, 4) && !at_most(k + 1, 4), "log10(2^{e})");
        assert!(at_most(three_quarters, 3) && !at_most(three_quarters + 1, 3), "log10(3/4 * 2^{e})");
    }
}

/// The fast path leaves the decision to the exact path, or comes to the same one.
#[test]
fn paths_agree() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    println!("seed {state:#x}");
    for _ in 0..200_000 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let bits = state >> 1;
        if f64::from_bits(bits).is_normal() {
            assert_eq!(value(shortest::of_f64(bits)), value(shortest::exact_f64(bits)), "f64 {bits:#x}");
        }
        let bits = (state >> 33) as u32;
        if f32::from_bits(bits).is_normal() {
            assert_eq!(value(shortest::of_f32(bits)), value(shortest::exact_f32(bits)), "f32 {bits:#x}");
        }
    }
}

fn value(Decimal { tens, last, exponent }: Decimal) -> (u64, i32) {
    let (mut digits, mut exponent) = (10 * tens + u64::from(last), exponent);
    while digits % 10 == 0 {
        digits /= 10;
        exponent += 1;
    }
    (digits, exponent)
}

/// What `serde_json` prints, by both oracles.
fn assert_text<T: ZeroAllocJson + zmij::Float + ryu::Float + Copy>(value: T, bits: u64, buf: &mut Vec<u8>) {
    buf.clear();
    value.write_json(buf);
    let mut zmij = zmij::Buffer::new();
    let expected = zmij.format_finite(value);
    assert!(buf == expected.as_bytes(), "{bits:#x}: {} instead of {expected}", String::from_utf8_lossy(buf));
    let mut ryu = ryu::Buffer::new();
    let expected = ryu.format_finite(value);
    // ryu prints no `+` in front of an exponent.
    let same = buf.iter().filter(|&&byte| byte != b'+').eq(expected.as_bytes());
    assert!(same, "{bits:#x}: {} instead of ryu's {expected}", String::from_utf8_lossy(buf));
}

fn assert_f32(bits: u32, buf: &mut Vec<u8>) {
    let value = f32::from_bits(bits);
    if value.is_finite() {
        assert_text(value, u64::from(bits), buf);
    }
}

fn assert_f64(bits: u64, buf: &mut Vec<u8>) {
    let value = f64::from_bits(bits);
    if value.is_finite() {
        assert_text(value, bits, buf);
    }
}

/// A sequence of all 64-bit integers but zero, begun at the seed.
fn random(seed: u64) -> impl Iterator<Item = u64> {
    println!("seed {seed:#x}");
    core::iter::successors(Some(seed), |&state| {
        let state = state ^ state << 13;
        let state = state ^ state >> 7;
        Some(state ^ state << 17)
    })
}

/// The seed of this run: `RECORD_FLOAT_SEED`, or the time.
fn seed() -> u64 {
    match std::env::var("RECORD_FLOAT_SEED") {
        Ok(text) => text.parse().expect("RECORD_FLOAT_SEED is a decimal number"),
        Err(_) => std::time::UNIX_EPOCH.elapsed().map_or(1, |time| time.as_nanos() as u64 | 1),
    }
}

#[test]
fn a_slice_of_all_f32() {
    let mut buf = Vec::new();
    random(seed()).take(300_000).for_each(|bits| assert_f32((bits >> 32) as u32, &mut buf));
}

#[test]
fn random_f64() {
    let mut buf = Vec::new();
    random(seed()).take(300_000).for_each(|bits| assert_f64(bits, &mut buf));
}

#[test]
fn powers_and_neighbours() {
    let mut buf = Vec::new();
    let mut around = |value: f64| {
        for bits in value.to_bits().saturating_sub(3)..=value.to_bits() + 3 {
            assert_f64(bits, &mut buf);
        }
        #[expect(clippy::cast_possible_truncation, reason = "the nearest of the other type")]
        let value = value as f32;
        for bits in value.to_bits().saturating_sub(3)..=value.to_bits() + 3 {
            assert_f32(bits, &mut buf);
        }
    };
    (-1074..1024).for_each(|exponent| around(2_f64.powi(exponent)));
    (-324..309).for_each(|exponent| around(std::format!("1e{exponent}").parse().unwrap()));
}

/// All decimals of so many places up to a bound, as doubles and as floats.
fn decimals(places: u32, bound: u64, step: usize) {
    let mut buf = Vec::new();
    let scale = 10_u64.pow(places);
    for n in (0..=bound * scale).step_by(step) {
        #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
        let value = n as f64 / scale as f64;
        assert_f64(value.to_bits(), &mut buf);
        assert_f64((-value).to_bits(), &mut buf);
        #[expect(clippy::cast_possible_truncation, reason = "the nearest of the other type")]
        assert_f32((value as f32).to_bits(), &mut buf);
    }
}

#[test]
fn short_decimals() {
    (0..=3).for_each(|places| decimals(places, 100, 1));
    (0..=6).for_each(|places| decimals(places, 10_000, 10_usize.pow(places) / 4 * 3 + 1));
}

/// Floats of both kinds, in rows and alone, by every backend.
#[test]
#[expect(clippy::cast_precision_loss, reason = "below 2^53")]
fn rows() {
    let seed = seed();
    let doubles: Vec<f64> = random(seed)
        .take(4_000)
        .map(|bits| match bits % 5 {
            0 => f64::from_bits(bits),
            1 => f64::NAN,
            2 => 0.0,
            _ => (bits >> 40) as f64 / 1000.0,
        })
        .collect();
    let singles: Vec<f32> = doubles.iter().map(|&double| double as f32).collect();
    let prices: Vec<f64> = random(seed).take(1_000).map(|bits| (bits % 1_000_000) as f64 / 100.0).collect();
    let one_by_one = |texts: Vec<String>| std::format!("[{}]", texts.join(","));
    for &backend in Backend::ALL.iter().filter(|backend| backend.is_available()) {
        for slice in [&doubles[..], &prices[..], &doubles[..7], &prices[1..16], &prices[..1], &[]] {
            let expected = one_by_one(slice.iter().map(crate::to_string).collect());
            assert_eq!(on(backend, slice), expected, "{backend:?}");
            let pairs = slice.as_chunks::<2>().0;
            let expected =
                one_by_one(pairs.iter().map(|pair| one_by_one(pair.iter().map(crate::to_string).collect())).collect());
            assert_eq!(on(backend, pairs), expected, "{backend:?}");
            let triples = slice.as_chunks::<3>().0;
            let expected =
                one_by_one(triples.iter().map(|row| one_by_one(row.iter().map(crate::to_string).collect())).collect());
            assert_eq!(on(backend, triples), expected, "{backend:?}");
        }
        let expected = one_by_one(singles.iter().map(crate::to_string).collect());
        assert_eq!(on(backend, &singles[..]), expected, "{backend:?}");
    }
}

fn on<T: ZeroAllocJson + ?Sized>(backend: Backend, value: &T) -> String {
    let mut buf = Vec::new();
    write_json_on(backend, value, &mut buf).unwrap().unwrap();
    String::from_utf8(buf).unwrap()
}

#[test]
#[ignore = "2^32 values, minutes: cargo test --release -p record-runtime --lib all_f32 -- --ignored --nocapture"]
fn all_f32() {
    let mut buf = Vec::new();
    for bits in 0..=u32::MAX {
        if bits.is_multiple_of(1 << 28) {
            println!("{} of 16", bits >> 28);
        }
        assert_f32(bits, &mut buf);
    }
}

#[test]
#[ignore = "10^9 values, minutes: cargo test --release -p record-runtime --lib billion_f64 -- --ignored --nocapture"]
fn billion_f64() {
    let mut buf = Vec::new();
    for (count, bits) in random(seed()).take(1_000_000_000).enumerate() {
        if count.is_multiple_of(100_000_000) {
            println!("{count}");
        }
        assert_f64(bits, &mut buf);
    }
}

#[test]
#[ignore = "10^10 values, an hour: cargo test --release -p record-runtime --lib all_decimals -- --ignored"]
fn all_decimals() {
    (0..=6).for_each(|places| decimals(places, 10_000, 1));
}
