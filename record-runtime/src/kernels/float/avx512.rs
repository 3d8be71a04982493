//! Floats with AVX-512: the digits by IFMA, and their text with point and leading zeros by one
//! permutation.
//!
//! The lanes that hold the digits hold a point and a zero beside them (see [`ifma`](crate::kernels::integer::avx512)).
//! So a number's whole text is a permutation of them, one for each place of the point. Neither the place of the point
//! nor the number of digits is a branch.

use core::arch::x86_64::{
    __m128i, __m256i, _mm_cmpneq_epi8_mask, _mm_set1_epi8, _mm256_cmpneq_epi8_mask, _mm256_set1_epi8,
    _mm512_castsi128_si512, _mm512_castsi256_si512, _mm512_castsi512_si128, _mm512_castsi512_si256,
    _mm512_permutex2var_epi8, _mm512_permutexvar_epi8,
};
use core::hint::select_unpredictable;

use super::binary::Float;
use super::decimals;
use super::eight::{self, Eight, Kinds, Scaled, scaled, shortest};
use super::layout::write_exponent;
use super::part::{BATCH, Behind, Part, Separator, Writing};
use super::rows::{write_batch, write_few};
use super::shortest::Decimal;
use super::sign::{Signed, write_sign};
use super::stages::{Kernels, Stages};
use super::templates::{F32, F32_LANES, F64, F64_LANES, Template};
use super::texts::{Places, Texts};
use crate::kernels::integer::{
    self,
    avx512::{POINT, ZERO, eight, place, up_to_eight},
};
use crate::kernels::lanes::{Lanes as _, Room, Slack, UpTo};

const ZERO_DIGIT: i8 = b'0' as i8;

/// The text that a template makes of digits, but for the last one.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512ifma")]
#[inline]
fn text<F: Wide>([first, second]: [u64; 2], template: &Template) -> __m256i {
    let places = _mm512_castsi256_si512(__m256i::load(&template.places));
    _mm512_castsi512_si256(if F::LANES > 8 {
        _mm512_permutex2var_epi8(eight(first), places, eight(second))
    } else {
        _mm512_permutexvar_epi8(places, eight(first))
    })
}

/// Stores the text that a template makes, and its last digit. Returns a bit for each digit that is not zero, and the point.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,lzcnt")]
#[inline]
fn store_template(room: &mut Signed<'_>, text: __m256i, last: u32, template: &Template) -> u32 {
    room.store(text);
    let mut behind: Room<'_, 1> = room.again().after(template.last_at);
    behind.store([b'0' + last as u8]);
    _mm256_cmpneq_epi8_mask(text, _mm256_set1_epi8(ZERO_DIGIT)) | u32::from(last != 0) << template.last_at.get()
}

/// Appends the text that a template makes.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,lzcnt")]
#[inline]
fn write_template(mut room: Signed<'_>, text: __m256i, last: u32, template: &Template) -> *mut u8 {
    let significant = store_template(&mut room, text, last, template) | template.least;
    room.behind(32 - significant.leading_zeros() as usize)
}

/// Appends digits with an exponent, by the template of a number from 1 on.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,lzcnt")]
#[inline]
fn write_scientific(mut room: Signed<'_>, text: __m256i, last: u32, template: &Template, exponent: i32) -> *mut u8 {
    let significant = store_template(&mut room, text, last, template);
    // No point behind a single digit.
    let len = 32 - significant.leading_zeros() as usize;
    write_exponent(room.after(UpTo::<32>::new(if len == 2 { 1 } else { len })), exponent)
}

/// A float that this backend can write.
trait Wide: eight::Lanes {
    /// Digits that the lanes take.
    const LANES: usize;
    /// The templates of fixed notation.
    const TEMPLATES: &'static [Template];

    /// As many digits as the lanes take, as the numbers that [`text`] takes.
    fn halves(digits: u64) -> [u64; 2];

    /// With as many digits as the lanes take.
    fn normalized(decimal: Decimal) -> Normalized;
}

/// A decimal with all lanes' digits, of which the first is not zero.
#[derive(Clone, Copy)]
pub(crate) struct Normalized {
    digits: u64,
    last: u32,
    /// Of ten, for the first digit.
    exponent: i32,
}

const E7: u64 = 10_000_000;
const E8: u64 = 100_000_000;
const E15: u64 = 1_000_000_000_000_000;

impl Wide for f64 {
    const LANES: usize = F64_LANES;
    const TEMPLATES: &'static [Template] = F64;

    #[inline(always)]
    fn normalized(Decimal { tens, last, exponent }: Decimal) -> Normalized {
        let short = tens < E15;
        let digits = select_unpredictable(short, tens * 10 + u64::from(last), tens);
        let last = select_unpredictable(short, 0, last);
        Normalized { digits, last, exponent: exponent + 16 - i32::from(short) }
    }

    #[inline(always)]
    fn halves(digits: u64) -> [u64; 2] {
        [digits / E8, digits % E8]
    }
}

impl Wide for f32 {
    const LANES: usize = F32_LANES;
    const TEMPLATES: &'static [Template] = F32;

    #[inline(always)]
    fn normalized(Decimal { tens, last, exponent }: Decimal) -> Normalized {
        // Normal numbers have seven to nine digits.
        let (eight, seven) = (tens < E7, tens < E7 / 10);
        let digits = select_unpredictable(eight, tens * 10 + u64::from(last), tens);
        let digits = select_unpredictable(seven, digits * 10, digits);
        let last = select_unpredictable(eight, 0, last);
        Normalized { digits, last, exponent: exponent + 8 - i32::from(eight) - i32::from(seven) }
    }

    #[inline(always)]
    fn halves(digits: u64) -> [u64; 2] {
        [digits, 0]
    }
}

/// Whether a batch behind one of lanes is one, too: its first float is of no other kind.
#[inline(always)]
fn is_of_lanes<F: Float>(batch: &[F; BATCH]) -> bool {
    let (first, _) = batch[0].magnitude();
    (F::MIN_NORMAL..F::INFINITY).contains(&first) && F::hundredths(first).is_none() && F::millionths(first).is_none()
}

/// So many floats take longer one by one than as a batch. (A pair as a batch took 1.7 times as long.)
const ENOUGH: usize = 5;

/// [`Stages`] with AVX-512. The proof that the CPU has it.
#[derive(Clone, Copy)]
struct Avx512(());

impl Avx512 {
    #[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,avx512ifma,bmi1,lzcnt")]
    #[inline]
    fn new() -> Self {
        Self(())
    }

    /// [`text`].
    #[inline(always)]
    fn text<F: Wide>(_: Self, halves: [u64; 2], template: &Template) -> __m256i {
        // SAFETY: the CPU has AVX-512: that is the contract of `Avx512::new`, which made the `Self`.
        unsafe { text::<F>(halves, template) }
    }

    /// [`write_template`].
    #[inline(always)]
    fn fixed(_: Self, room: Signed<'_>, text: __m256i, last: u32, template: &Template) -> *mut u8 {
        // SAFETY: the CPU has AVX-512: that is the contract of `Avx512::new`, which made the `Self`.
        unsafe { write_template(room, text, last, template) }
    }

    /// [`write_scientific`].
    #[inline(always)]
    fn scientific(_: Self, room: Signed<'_>, text: __m256i, last: u32, template: &Template, exponent: i32) -> *mut u8 {
        // SAFETY: the CPU has AVX-512: that is the contract of `Avx512::new`, which made the `Self`.
        unsafe { write_scientific(room, text, last, template, exponent) }
    }

    /// [`scaled`].
    #[inline(always)]
    fn scaled<F: Wide>(_: Self, floats: &[F; BATCH]) -> Scaled {
        // SAFETY: the CPU has AVX-512: that is the contract of `Avx512::new`, which made the `Self`.
        unsafe { scaled(floats) }
    }

    /// [`shortest`].
    #[inline(always)]
    fn shortest<F: Wide>(_: Self, scaled: &Scaled, eight: &mut Eight) -> Kinds {
        // SAFETY: the CPU has AVX-512: that is the contract of `Avx512::new`, which made the `Self`.
        unsafe { shortest::<F>(scaled, eight) }
    }

    /// Writes some floats, which are the first of eight.
    #[inline(always)]
    fn write_eight<F: Wide, B: Behind>(self, mut floats: Part<'_, [F], B>, batch: &[F; BATCH]) -> *mut u8
    where
        Self: Kernels<F>,
    {
        let mut eight = Eight::ZERO;
        let kinds = Self::shortest::<F>(self, &Self::scaled(self, batch), &mut eight);
        let some = floats.floats();
        let mut writing = floats.begin();
        self.write_lanes(&mut writing, some, &eight, kinds);
        writing.end()
    }

    /// Writes the next floats of a part, which are the first of eight.
    #[inline(always)]
    fn write_lanes<F: Wide, B: Behind>(self, writing: &mut Writing<'_, B>, floats: &[F], eight: &Eight, kinds: Kinds)
    where
        Self: Kernels<F>,
    {
        let Kinds { hard, scientific } = kinds;
        for (lane, &float) in floats.iter().enumerate().take(BATCH) {
            let room = writing.room();
            let end = if hard >> lane & 1 == 0 {
                let room = write_sign(room, eight.negative[lane] != 0);
                let template = F::TEMPLATES.as_ptr().wrapping_byte_add(eight.template[lane] as usize);
                // SAFETY: the lane is not hard, as `hard` says, so its offset is that of one of `F::TEMPLATES`.
                let template = unsafe { &*template };
                let text = Self::text::<F>(self, [eight.digits[0][lane], eight.digits[1][lane]], template);
                let last = eight.last[lane] as u32;
                if scientific >> lane & 1 == 0 {
                    Self::fixed(self, room, text, last, template)
                } else {
                    Self::scientific(self, room, text, last, template, eight.exponent[lane] as i32)
                }
            } else {
                Kernels::<F>::write(self, room, float)
            };
            // SAFETY: the contract of `Writing::wrote`: the text is the float's, which is that of the lane.
            unsafe { writing.wrote(end) };
        }
    }
}

impl<F: Wide> Stages<F> for Avx512 {
    type Digits = Normalized;

    #[inline(always)]
    fn digits(decimal: Decimal) -> Normalized {
        F::normalized(decimal)
    }

    #[inline(always)]
    fn write_digits(self, room: Slack<'_>, digits: &Normalized, value: F) -> *mut u8 {
        let Normalized { digits, last, exponent } = *digits;
        let room = write_sign(room, value.magnitude().1);
        let Some(template) = F::TEMPLATES.get((exponent - F::MIN_FIXED) as usize) else {
            let template = &F::TEMPLATES[const { -F::MIN_FIXED } as usize];
            let text = Self::text::<F>(self, F::halves(digits), template);
            return Self::scientific(self, room, text, last, template, exponent);
        };
        let text = Self::text::<F>(self, F::halves(digits), template);
        Self::fixed(self, room, text, last, template)
    }

    #[inline(always)]
    fn write_hundredths(self, room: Slack<'_>, negative: bool, n: u64) -> *mut u8 {
        // SAFETY: the CPU has AVX-512: that is the contract of `Avx512::new`, which made the `Self`.
        unsafe { write_hundredths(room, negative, n) }
    }

    #[inline(always)]
    fn write_millionths(self, room: Slack<'_>, negative: bool, n: u64) -> *mut u8 {
        // SAFETY: the CPU has AVX-512: that is the contract of `Avx512::new`, which made the `Self`.
        unsafe { write_millionths(room, negative, n) }
    }

    /// Three batches are under way. A conversion is a long chain of operations, and the CPU does not look ahead as far as
    /// from one to the next.
    #[inline(always)]
    fn write_batches(self, mut part: Part<'_, [[F; BATCH]], Separator>) -> (*mut u8, usize)
    where
        Self: Kernels<F>,
    {
        let batches = part.floats();
        let is_subnormal = |batch: &[F; BATCH]| batch[0].magnitude().0 < F::MIN_NORMAL;
        if batches.first().is_some_and(is_subnormal) {
            // Others are likely to be subnormal, too, and hard.
            return (write_batch(self, part.first()), 1);
        }
        let mut eights = [Eight::ZERO; 2];
        let mut scaled = [None; 2];
        let mut kinds: Option<Kinds> = None;
        let mut writing = part.begin();
        let mut at = 0_usize;
        loop {
            // The batch at `at` is scaled, the one in front of it converted, and the one before that written.
            let mut converted = None;
            if let Some(scaled) = &scaled[(at + 1) % 2] {
                converted = Some(Self::shortest::<F>(self, scaled, &mut eights[(at + 1) % 2]));
            }
            scaled[at % 2] = None;
            if let Some(batch) = batches.get(at)
                && (at == 0 || converted.is_some() && is_of_lanes(batch))
            {
                scaled[at % 2] = Some(Self::scaled(self, batch));
            }
            if let Some(kinds) = kinds {
                self.write_lanes(&mut writing, &batches[at - 2], &eights[at % 2], kinds);
            }
            kinds = converted;
            at += 1;
            if at > 1 && kinds.is_none() {
                return (writing.end(), at - 2);
            }
        }
    }

    #[inline(always)]
    fn write_few(self, part: Part<'_, [F], Separator>) -> *mut u8
    where
        Self: Kernels<F>,
    {
        let floats = part.floats();
        if floats.len() < ENOUGH {
            return write_few(self, part);
        }
        let mut batch = [floats[0]; BATCH];
        batch[..floats.len()].copy_from_slice(floats);
        self.write_eight(part, &batch)
    }
}

/// Writes the first `len` of eight floats, each to its place, and returns the length of all texts.
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,avx512ifma,bmi1,lzcnt")]
pub(crate) fn write_f64_texts_avx512(texts: &mut Texts, floats: &[f64; BATCH], len: usize) -> usize {
    let (mut places, start) = Places::new(texts);
    // SAFETY: `Places::new` returns the first place. Each has the room of a float, and behind the last is slack.
    let part = unsafe { Part::new(start, &floats[..len.min(BATCH)], &mut places) };
    Avx512::new().write_eight(part, floats);
    places.len
}

/// For each number of digits in front of the point, less one: the places of an integer below 10^8, the point, and six
/// more digits.
const MILLIONTHS: &[[u8; 16]; 8] = &{
    const PLACES: usize = decimals::MILLION.ilog10() as usize;
    let mut rows = [[ZERO; 16]; 8];
    let mut row = 0;
    while row < 8 {
        let integer_len = row + 1;
        let mut at = 0;
        while at < integer_len + 1 + PLACES {
            rows[row][at] = if at < integer_len {
                place(8 - integer_len + at)
            } else if at == integer_len {
                POINT
            } else {
                place(8 + at - integer_len - 1)
            };
            at += 1;
        }
        row += 1;
    }
    rows
};

/// [`decimals::write_hundredths`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512ifma,lzcnt")]
#[inline]
fn write_hundredths(room: Slack<'_>, negative: bool, n: u64) -> *mut u8 {
    let integer = n / 100;
    let len = integer::len(integer);
    let mut room = write_sign(room, negative);
    room.store(up_to_eight(integer, 8 - len.get()));
    decimals::write_places(room.after(len), n % 100)
}

/// [`decimals::write_millionths`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512ifma,lzcnt")]
#[inline]
fn write_millionths(room: Slack<'_>, negative: bool, n: u64) -> *mut u8 {
    let (integer, fraction) = (n / decimals::MILLION, n % decimals::MILLION);
    let len = integer::len(integer).get();
    // Eight lanes of which the first six have the fraction's digits.
    let (integer, fraction) = (eight(integer), eight(fraction * 100));
    let places = __m128i::load(&MILLIONTHS[(len - 1) & 7]);
    let text = _mm512_castsi512_si128(_mm512_permutex2var_epi8(integer, _mm512_castsi128_si512(places), fraction));
    let mut room = write_sign(room, negative);
    room.store(text);
    // The first digit behind the point is written even if it is zero.
    let significant = u32::from(_mm_cmpneq_epi8_mask(text, _mm_set1_epi8(ZERO_DIGIT))) | 2 << len;
    room.behind(32 - significant.leading_zeros() as usize)
}

kernels! {
    #[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,avx512ifma,bmi1,lzcnt")]
    Avx512, f64 as u64: write_f64_avx512 write_shortest_f64_avx512 write_f64_rows_avx512
}

kernels! {
    #[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,avx512ifma,bmi1,lzcnt")]
    Avx512, f32 as u32: write_f32_avx512 write_shortest_f32_avx512 write_f32_rows_avx512
}
