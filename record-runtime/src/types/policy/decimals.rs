//! Floats with a fixed number of digits behind the point, rounded as `format!("{:.N}")` rounds: from
//! the exact binary value, halves to even.
//!
//! A finite float is `m * 2^e`. As long as `m * 10^places` fits 128 bits, its quotient by `2^-e` and the remainder are
//! exact. Rounding only compares the remainder with a half. Longer values are left to `core::fmt`.

use crate::cursor::Cursor;
use crate::kernels::digits::DIGIT_PAIRS;
use crate::sink::dispatch::Dispatch;

/// The most digits that can be asked for.
pub(crate) const MAX_PLACES: usize = 100;

/// For up to this many, `2^53 * 10^places` fits 128 bits and `10^places` 64.
const MAX_EXACT_PLACES: usize = 19;

/// The sign, 20 digits of a `u64` in front of the point, the point, and the places.
const MAX_EXACT_LEN: usize = 1 + 20 + 1 + MAX_EXACT_PLACES;

/// Writes a finite value.
#[inline]
pub(super) fn write<D: Dispatch>(value: f64, places: usize, c: Cursor<'_, D>) -> Cursor<'_, D> {
    match scaled(value.abs(), places) {
        Some(scaled) => write_scaled(value.is_sign_negative(), scaled, places, c),
        None => write_any(value, places, c),
    }
}

/// `magnitude * 10^places`, rounded, if that can be found exactly and is a `u64`.
#[inline]
fn scaled(magnitude: f64, places: usize) -> Option<u64> {
    const FRACTION_BITS: u32 = f64::MANTISSA_DIGITS - 1;
    const BIAS: u32 = 1075;

    let power = POWERS.get(places)?;
    let bits = magnitude.to_bits();
    let fraction = bits & ((1 << FRACTION_BITS) - 1);
    let exponent = (bits >> FRACTION_BITS) as u32;
    let (mantissa, exponent) = if exponent == 0 { (fraction, 1) } else { (fraction | 1 << FRACTION_BITS, exponent) };
    let product = u128::from(mantissa) * u128::from(*power);
    let Some(shift) = BIAS.checked_sub(exponent) else {
        // An integer of more than 53 bits.
        return u64::try_from(product.checked_mul(1_u128.checked_shl(exponent - BIAS)?)?).ok();
    };
    if shift >= u128::BITS {
        // Less than a half: the product has at most 117 bits.
        return Some(0);
    }
    let quotient = product >> shift;
    if shift == 0 {
        return u64::try_from(quotient).ok();
    }
    let remainder = product & ((1 << shift) - 1);
    let half = 1 << (shift - 1);
    let up = remainder > half || remainder == half && quotient & 1 == 1;
    u64::try_from(quotient + u128::from(up)).ok()
}

/// Powers of ten.
const POWERS: [u64; MAX_EXACT_PLACES + 1] = {
    let mut powers = [1; MAX_EXACT_PLACES + 1];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// Writes `scaled / 10^places`.
#[inline]
fn write_scaled<D: Dispatch>(negative: bool, scaled: u64, places: usize, c: Cursor<'_, D>) -> Cursor<'_, D> {
    let (whole, fraction) = (scaled / POWERS[places], scaled % POWERS[places]);
    let whole_len = whole.checked_ilog10().map_or(1, |log| log as usize + 1);
    let sign = usize::from(negative);
    let point = usize::from(places > 0);
    let len = sign + whole_len + point + places;
    debug_assert!(len <= MAX_EXACT_LEN);
    c.with_room(len, |text| {
        let (front, behind) = text.split_at_mut(sign + whole_len);
        let (sign, whole_digits) = front.split_at_mut(sign);
        sign.fill(b'-');
        put_digits(whole_digits, whole);
        if let [point, digits @ ..] = behind {
            *point = b'.';
            put_digits(digits, fraction);
        }
    })
}

/// Fills the place with the last digits of a number.
#[inline]
pub(super) fn put_digits(digits: &mut [u8], mut number: u64) {
    let (first, pairs) = digits.as_rchunks_mut::<2>();
    for pair in pairs.iter_mut().rev() {
        *pair = DIGIT_PAIRS[(number % 100) as usize];
        number /= 100;
    }
    if let [first] = first {
        let digit = (number % 10) as u8;
        *first = b'0' + digit;
    }
}

/// Writes what is too large or has too many places, by `core::fmt`.
#[cold]
fn write_any<D: Dispatch>(value: f64, places: usize, c: Cursor<'_, D>) -> Cursor<'_, D> {
    c.raw_fmt(format_args!("{value:.places$}"))
}
