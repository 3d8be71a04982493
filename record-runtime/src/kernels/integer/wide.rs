//! Integers of 128 bits, by blocks of sixteen digits.
//!
//! The compiler divides 128 bits by a function of some fifty instructions and a hardware division. Here a quotient by
//! `10^16` is one multiplication by its reciprocal, four of 64 bits.

use super::{IntegerRoom, MAX_U64_DIGITS};
use crate::kernels::SLACK;
use crate::kernels::digits::Sixteen;
use crate::kernels::lanes::{Room, UpTo};

const E16: u64 = 10_000_000_000_000_000;

/// Its digits, less one.
const BLOCK: usize = 16;

const _: () = assert!(MAX_U64_DIGITS + 2 * BLOCK < SLACK);

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
/// `write_u64` writes a `u64`, and returns the position behind its digits.
#[inline(always)]
pub(crate) unsafe fn write_u128(
    room: IntegerRoom<'_>,
    value: u128,
    write_u64: impl FnOnce(IntegerRoom<'_>, u64) -> *mut u8,
) -> *mut u8 {
    if let Ok(value) = u64::try_from(value) {
        return write_u64(room, value);
    }
    // SAFETY: the contract is the same, of `write_u64`.
    unsafe { write_long(room, value, write_u64) }
}

/// # Safety
/// That of [`write_u128`].
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "u128::MAX has 39 digits, 32 of which are split off")]
unsafe fn write_long(
    room: IntegerRoom<'_>,
    value: u128,
    write_u64: impl FnOnce(IntegerRoom<'_>, u64) -> *mut u8,
) -> *mut u8 {
    let (rest, last) = split(value);
    let behind = |value| {
        let end = write_u64(room, value);
        // SAFETY: by contract this is behind the digits of a `u64`, of which the room has 43 more.
        unsafe { Room::<'_, { 2 * BLOCK }>::new(end) }
    };
    let mut room: Room<'_, BLOCK> = if let Ok(rest) = u64::try_from(rest) {
        behind(rest).after(UpTo::<0>::MOST)
    } else {
        let (first, middle) = split(rest);
        let mut room = behind(first as u64);
        Sixteen::new(middle).store(room.first());
        room.after(UpTo::<BLOCK>::MOST)
    };
    Sixteen::new(last).store(room.first());
    room.behind(BLOCK)
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
