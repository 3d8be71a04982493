//! `rust_decimal`: a string of all digits of its scale, `"-0.10"`: its form where none of its
//! features that change it (`serde-float`, `serde-arbitrary-precision`) is on.

use rust_decimal::Decimal;

use super::short_string::{ShortString, quoted};
use crate::value::ZeroAllocJson;
use crate::cursor::Cursor;
use crate::kernels::digits::eight_digits;
use crate::sink::dispatch::Dispatch;
use crate::value::places::Places;

/// Digits of 2^96 - 1, as many as a scale can have and a zero in front of them, a sign, a point and
/// the quotes.
const MAX_LEN: usize = 29 + 1 + 1 + 2;

const E8: u64 = 100_000_000;
const E16: u64 = E8 * E8;
const ZEROS: u128 = u128::from_ne_bytes([b'0'; 16]);
const EIGHT_ZEROS: u64 = u64::from_ne_bytes([b'0'; 8]);

impl ZeroAllocJson for Decimal {
    const __PLACES: Places = Places::KEY;

    const MAX_JSON_LEN: Option<usize> = Some(MAX_LEN);

    #[inline]
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        quoted::<D, 48>(c, |text| {
            if self.is_sign_negative() {
                text.byte(b'-');
            }
            let (digits, scale) = (self.mantissa().unsigned_abs(), self.scale() as usize);
            match u64::try_from(digits) {
                Ok(digits) if digits < E8 && scale < 8 => shortest(text, digits, scale),
                Ok(digits) if digits < E16 && scale < 16 => short(text, digits, scale),
                _ => long(text, digits, scale),
            }
        })
    }
}


/// Sixteen digits, the first in the lowest byte; `number < 10^16`.
#[inline]
fn sixteen(number: u64) -> u128 {
    u128::from(eight_digits(number % E8)) << 64 | u128::from(eight_digits(number / E8))
}

/// At most eight digits, as [`short`].
#[inline]
fn shortest<const N: usize>(text: &mut ShortString<'_, N>, number: u64, scale: usize) {
    let digits = eight_digits(number);
    let whole = 8 - scale;
    let first = (digits.trailing_zeros() as usize / 8).min(whole - 1);
    let digits = digits | EIGHT_ZEROS;
    text.array((digits >> (8 * first)).to_le_bytes());
    text.drop_last(8 - (whole - first));
    if scale > 0 {
        text.byte(b'.');
        text.array((digits >> (8 * whole)).to_le_bytes());
        text.drop_last(8 - scale);
    }
}

/// At most sixteen digits, in one register. The parts in front of the point and behind it are each shifted to the
/// front.
#[inline]
fn short<const N: usize>(text: &mut ShortString<'_, N>, number: u64, scale: usize) {
    let digits = sixteen(number);
    // The last in front of the point stays, also where it is zero.
    let whole = 16 - scale;
    let first = (digits.trailing_zeros() as usize / 8).min(whole - 1);
    let digits = digits | ZEROS;
    text.array((digits >> (8 * first)).to_le_bytes());
    text.drop_last(16 - (whole - first));
    if scale > 0 {
        text.byte(b'.');
        text.array((digits >> (8 * whole)).to_le_bytes());
        text.drop_last(16 - scale);
    }
}

#[cold]
#[expect(clippy::cast_possible_truncation, reason = "a mantissa has at most 29 digits, thirteen of them in front")]
fn long<const N: usize>(text: &mut ShortString<'_, N>, number: u128, scale: usize) {
    const DIGITS: usize = 32;
    let mut digits = [0; DIGITS];
    let (high, low) = ((number / u128::from(E16)) as u64, (number % u128::from(E16)) as u64);
    digits[..16].copy_from_slice(&(sixteen(high) | ZEROS).to_le_bytes());
    digits[16..].copy_from_slice(&(sixteen(low) | ZEROS).to_le_bytes());
    let whole = DIGITS - scale;
    let first = digits.iter().position(|digit| *digit != b'0').unwrap_or(DIGITS).min(whole - 1);
    for digit in &digits[first..whole] {
        text.byte(*digit);
    }
    if scale > 0 {
        text.byte(b'.');
        for digit in &digits[whole..] {
            text.byte(*digit);
        }
    }
}
