//! Templates for AVX-512: how the text of a number in fixed notation is made of its digits, by one permutation.

use super::layout::Notation as _;
use crate::kernels::integer::avx512::{POINT, ZERO, place};
use crate::kernels::lanes::UpTo;

/// Digits that the lanes take of each type.
pub(super) const F64_LANES: usize = 16;
pub(super) const F32_LANES: usize = 8;

/// Bytes of a text that are made by one permutation; the longest is `0.00000` and 16 digits.
const TEXT: usize = 32;

/// How the text of a number in fixed notation is made of its digits.
#[repr(C, align(64))]
pub(super) struct Template {
    /// For each byte its place among the lanes.
    pub(super) places: [u8; TEXT],
    /// A bit for the digit behind the point, which is written even if it is zero.
    pub(super) least: u32,
    /// Where the digit is written that is not in a lane.
    pub(super) last_at: UpTo<{ TEXT - 1 }>,
}

/// The template for `digits` digits in lanes of which the first stands for `10^exponent`.
const fn template(digits: usize, exponent: i32) -> Template {
    let mut places = [ZERO; TEXT];
    // Digits in front of the point, or zeros instead.
    let (integer_len, zeros) =
        if exponent < 0 { (0, exponent.unsigned_abs() as usize - 1) } else { (exponent as usize + 1, 0) };
    let point = if integer_len == 0 { 1 } else { integer_len };
    places[point] = POINT;
    let mut digit = 0;
    let mut last_at = UpTo::MOST;
    while digit <= digits {
        let at = if digit < integer_len { digit } else { point + 1 + zeros + digit - integer_len };
        if digit == digits {
            last_at = UpTo::new(at);
        } else {
            places[at] = place(digit);
        }
        digit += 1;
    }
    Template { places, least: 1 << (point + 1), last_at }
}

const F64_TEMPLATES: usize = (f64::MAX_FIXED - f64::MIN_FIXED + 1) as usize;
pub(super) const F64: &[Template; F64_TEMPLATES] = &{
    let mut templates = [const { template(F64_LANES, 0) }; F64_TEMPLATES];
    let mut at = 0;
    while at < F64_TEMPLATES {
        templates[at] = template(F64_LANES, f64::MIN_FIXED + at as i32);
        at += 1;
    }
    templates
};

const F32_TEMPLATES: usize = (f32::MAX_FIXED - f32::MIN_FIXED + 1) as usize;
pub(super) const F32: &[Template; F32_TEMPLATES] = &{
    let mut templates = [const { template(F32_LANES, 0) }; F32_TEMPLATES];
    let mut at = 0;
    while at < F32_TEMPLATES {
        templates[at] = template(F32_LANES, f32::MIN_FIXED + at as i32);
        at += 1;
    }
    templates
};
