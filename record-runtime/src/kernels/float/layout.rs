//! Writing digits with their point and exponent.

use core::hint::select_unpredictable;
use core::mem::MaybeUninit;

use super::shortest::Decimal;
use super::sign::{Signed, write_sign};
use crate::kernels::digits::{Sixteen, texts};
use crate::kernels::lanes::{Lanes as _, Room, Slack, UpTo};

const E16: u64 = 10_000_000_000_000_000;

/// In which range a type of floats has fixed notation.
pub(crate) trait Notation {
    /// The powers of ten of the first digit for which the notation is fixed.
    const MIN_FIXED: i32;
    /// The last of them.
    const MAX_FIXED: i32;
}

impl Notation for f64 {
    const MIN_FIXED: i32 = -5;
    const MAX_FIXED: i32 = 15;
}

impl Notation for f32 {
    const MIN_FIXED: i32 = -6;
    const MAX_FIXED: i32 = 12;
}

/// The digits of a number that is at least 1 and less than 10, and its power of ten.
#[derive(Clone, Copy)]
pub(crate) struct Digits {
    sixteen: Sixteen,
    last: u8,
    exponent: i32,
}

impl Digits {
    /// Those of a decimal of 16 or 17 digits.
    #[inline(always)]
    pub(super) fn of_seventeen(Decimal { tens, last, exponent }: Decimal) -> Self {
        // Once or not at all is a toss-up, so no branch.
        let short = tens < E16 / 10;
        let sixteen = select_unpredictable(short, tens * 10 + u64::from(last), tens);
        let last = select_unpredictable(short, 0, last);
        Self { sixteen: Sixteen::new(sixteen), last: last as u8, exponent: exponent + 16 - i32::from(short) }
    }

    /// Those of a decimal of seven to nine digits.
    #[inline(always)]
    pub(super) fn of_nine(Decimal { tens, last, exponent }: Decimal) -> Self {
        // At least these zeros can be appended.
        let digits = (tens * 10 + u64::from(last)) * 10_000_000;
        let once = digits < E16 / 10;
        let digits = select_unpredictable(once, digits * 10, digits);
        let twice = digits < E16 / 10;
        let digits = select_unpredictable(twice, digits * 10, digits);
        let exponent = exponent + 8 - i32::from(once) - i32::from(twice);
        Self { sixteen: Sixteen::new(digits), last: 0, exponent }
    }

    /// Appends the number in the notation that is `F`'s for its exponent.
    #[inline(always)]
    pub(super) fn write<F: Notation>(&self, room: Slack<'_>, negative: bool) -> *mut u8 {
        let room = write_sign(room, negative);
        if 0 <= self.exponent && self.exponent <= F::MAX_FIXED {
            return self.write_with_point(room);
        }
        if F::MIN_FIXED <= self.exponent && self.exponent < 0 {
            return self.write_below_one(room);
        }
        self.write_scientific(room)
    }

    /// Digits up to the last that is not zero.
    #[inline(always)]
    fn len(&self) -> usize {
        self.sixteen.significant_before(self.last != 0)
    }

    /// `123.45`, `120.0`; the exponent is from 0 to 15.
    #[inline(always)]
    fn write_with_point(&self, mut room: Signed<'_>) -> *mut u8 {
        let integer_len = self.exponent as usize + 1;
        self.store_with_point(room.first(), integer_len);
        // At least one digit behind the point.
        room.behind(1 + self.len().max(integer_len + 1))
    }

    /// Stores all digits, and a point behind so many of them, which are at most 16.
    #[inline(always)]
    fn store_with_point(&self, place: &mut [MaybeUninit<u8>; 18], integer_len: usize) {
        let (sixteen, last) = place.split_at_mut(17);
        self.sixteen.store_parted(sixteen.try_into().expect("17 of 18 bytes"), integer_len);
        last[0].write(b'0' + self.last);
        sixteen[integer_len].write(b'.');
    }

    /// `0.00123`; the exponent is from -6 to -1.
    #[inline(always)]
    fn write_below_one(&self, mut room: Signed<'_>) -> *mut u8 {
        let zeros = 1 + self.exponent.unsigned_abs() as usize;
        let place: &mut [MaybeUninit<u8>; 24] = room.first();
        u64::from_ne_bytes(*b"0.000000").store(place.first_chunk_mut().expect("8 of 24 bytes"));
        let digits = place[zeros..].first_chunk_mut::<17>().expect("at most seven zeros");
        self.sixteen.store(digits.first_chunk_mut().expect("16 of 17 bytes"));
        digits[16].write(b'0' + self.last);
        room.behind(zeros + self.len())
    }

    /// `1.5e-7`, `1e+16`.
    #[inline(always)]
    fn write_scientific(&self, mut room: Signed<'_>) -> *mut u8 {
        self.store_with_point(room.first(), 1);
        let len = UpTo::<32>::new(self.len());
        write_exponent(room.after(len.plus::<33>(len.get() > 1)), self.exponent)
    }
}

/// The longest exponent, and the byte behind it that is stored with it.
const EXPONENT: usize = "e-324".len() + 1;

/// Appends `e-7`, `e+16`.
#[inline(always)]
pub(super) fn write_exponent(mut room: Room<'_, EXPONENT>, exponent: i32) -> *mut u8 {
    let sign = select_unpredictable(exponent < 0, u16::from_ne_bytes(*b"e-"), u16::from_ne_bytes(*b"e+"));
    // The table goes as far as exponents do.
    let text = EXPONENTS[exponent.unsigned_abs() as usize % EXPONENTS.len()];
    room.store(sign);
    let mut digits: Room<'_, 4> = room.after(UpTo::<2>::MOST);
    digits.store(u32::from_ne_bytes(text));
    digits.behind(usize::from(text[3]))
}

/// The digits of a number, and in the last byte how many.
static EXPONENTS: [[u8; 4]; 512] = texts();
