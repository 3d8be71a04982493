//! The power table against big integers, the estimates against the table, and both paths against
//! each other. (The texts are compared with `serde_json`'s in the tests of the workspace.)

use std::println;
use std::vec::Vec;

use super::powers::{MIN_EXPONENT, POWERS};
use super::shortest::{self, Decimal};

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
        if f64::from_bits(bits).is_finite() && bits != 0 {
            assert_eq!(value(shortest::of_f64(bits)), value(shortest::exact_f64(bits)), "f64 {bits:#x}");
        }
        let bits = (state >> 33) as u32;
        if f32::from_bits(bits).is_finite() && bits != 0 {
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
