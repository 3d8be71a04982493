//! Integers of 128 bits, by blocks of sixteen digits.
//!
//! The compiler divides 128 bits by a function of some fifty instructions and a hardware division. Here a quotient by
//! `10^16` is one multiplication by its reciprocal, four of 64 bits.

use crate::kernels::digits::Sixteen;
use crate::kernels::lanes::window;

const E16: u64 = 10_000_000_000_000_000;

/// `10^16 / 2^16`
const ODD_PART: u128 = 5_u128.pow(16);

/// How many bits the reciprocal has beyond 128.
const SHIFT: u32 = 37;

/// `2^(128 + SHIFT) / 5^16`, rounded up. It is too large by less than `2^-128` for each unit of the dividend, which has
/// 112 bits. No less than `2^-(112 + 16)` would change a quotient.
const RECIPROCAL: u128 = {
    // By long division: bit after bit of `2^(128 + SHIFT)`.
    let (mut quotient, mut remainder, mut bit) = (0_u128, 1_u128, 0);
    while bit < 128 + SHIFT {
        remainder *= 2;
        quotient *= 2;
        if remainder >= ODD_PART {
            remainder -= ODD_PART;
            quotient += 1;
        }
        bit += 1;
    }
    quotient + 1
};

/// The upper half of a product.
#[inline(always)]
fn high_product(a: u128, b: u128) -> u128 {
    const LOW: u128 = u64::MAX as u128;
    let ((a_high, a_low), (b_high, b_low)) = ((a >> 64, a & LOW), (b >> 64, b & LOW));
    let middle = a_high * b_low + ((a_low * b_low) >> 64);
    let other = a_low * b_high + (middle & LOW);
    a_high * b_high + (middle >> 64) + (other >> 64)
}

/// The quotient by `10^16` and the remainder.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the remainder is below 10^16")]
fn split(value: u128) -> (u128, u64) {
    let quotient = high_product(value >> 16, RECIPROCAL) >> SHIFT;
    (quotient, (value as u64).wrapping_sub((quotient as u64).wrapping_mul(E16)))
}

/// Appends `value` in decimal; the digits in front by `write_u64`.
///
/// # Safety
/// `position` is a sink's, with room for the digits of `u128::MAX`; `write_u64` writes a `u64` where there is room.
#[inline(always)]
pub(crate) unsafe fn write_u128(
    position: *mut u8,
    value: u128,
    write_u64: impl FnOnce(*mut u8, u64) -> *mut u8,
) -> *mut u8 {
    if let Ok(value) = u64::try_from(value) {
        return write_u64(position, value);
    }
    // SAFETY: the contract is the same: room for the digits of `u128::MAX`.
    unsafe { write_long(position, value, write_u64) }
}

/// # Safety
/// That of [`write_u128`].
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "u128::MAX has 39 digits, 32 of which are split off")]
unsafe fn write_long(mut position: *mut u8, value: u128, write_u64: impl FnOnce(*mut u8, u64) -> *mut u8) -> *mut u8 {
    let (rest, last) = split(value);
    if let Ok(rest) = u64::try_from(rest) {
        position = write_u64(position, rest);
    } else {
        let (first, middle) = split(rest);
        position = write_u64(position, first as u64);
        // SAFETY: by contract there is room for 39 digits, of which these are 16.
        Sixteen::new(middle).store(unsafe { window(position) });
        position = position.wrapping_add(16);
    }
    // SAFETY: by contract there is room for 39 digits, of which these are the last 16.
    Sixteen::new(last).store(unsafe { window(position) });
    position.wrapping_add(16)
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn quotients_are_exact() {
        let mut state = 0x1234_5678_9abc_def1_u128;
        let check = |value: u128| {
            let (quotient, remainder) = split(value);
            assert_eq!(
                (quotient, u128::from(remainder)),
                (value / 10_u128.pow(16), value % 10_u128.pow(16)),
                "{value}"
            );
        };
        for times in [0, 1, 2, 9_999, u128::MAX / 10_u128.pow(16) - 1, u128::MAX / 10_u128.pow(16), 1 << 64, 1 << 74] {
            for distance in 0..3 {
                let multiple = times * 10_u128.pow(16);
                check(multiple.saturating_add(distance));
                check(multiple.saturating_sub(distance));
            }
        }
        for bits in 0..128 {
            for distance in 0..3 {
                check((1_u128 << bits).wrapping_add(distance));
                check((1_u128 << bits).wrapping_sub(distance));
                check(u128::MAX >> bits);
            }
        }
        for round in 0..if cfg!(miri) { 100 } else { 100_000 / crate::kernels::tests::divisor() } {
            state = state.wrapping_mul(0xda94_2042_e4dd_58b5_0000_0001).wrapping_add(0x1405_7b7e_f767_814f);
            let value = state ^ (state >> 61);
            check(value >> (round % 128));
            // Around a multiple.
            let multiple = value / 10_u128.pow(16) * 10_u128.pow(16);
            check(multiple);
            check(multiple.wrapping_sub(1));
        }
    }
}
