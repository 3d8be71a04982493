//! The power table against big integers, the estimates against the table, and both paths against
//! each other; the texts against ryu and zmij.

use std::println;
use std::string::String;
use std::vec::Vec;

use super::powers::{MIN_EXPONENT, POWERS};
use super::shortest::{self, Decimal};
use crate::__private::write_json_on;
use crate::kernels::cpu::Backend;
use crate::kernels::tests::divisor;
use crate::value::ZeroAllocJson;

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

/// The quick way leaves the decision to the exact path, or comes to the same one.
#[test]
fn paths_agree() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    println!("seed {state:#x}");
    for _ in 0..200_000 / divisor() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let bits = state >> 1;
        if f64::from_bits(bits).is_finite() && bits != 0 {
            let exact = value(shortest::exact_f64(bits));
            assert_eq!(shortest::quick_f64(bits).map_or(exact, value), exact, "f64 {bits:#x}");
        }
        let bits = (state >> 33) as u32;
        if f32::from_bits(bits).is_finite() && bits != 0 {
            let exact = value(shortest::exact_f32(bits));
            assert_eq!(shortest::quick_f32(bits).map_or(exact, value), exact, "f32 {bits:#x}");
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

/// Checks floats against both oracles, on every backend: alone, and in arrays, of which the others
/// are neighbours of the same kind.
struct Checked<T> {
    backends: Vec<Backend>,
    /// Those that wait for a whole batch.
    batch: Vec<T>,
    expected: String,
    buf: Vec<u8>,
}

impl<T: ZeroAllocJson + zmij::Float + ryu::Float + Copy> Checked<T> {
    fn new() -> Self {
        let backends = Backend::ALL.iter().copied().filter(|backend| backend.is_available()).collect();
        Self { backends, batch: Vec::new(), expected: String::new(), buf: Vec::new() }
    }

    /// Adds a finite value.
    fn add(&mut self, value: T) {
        let mut zmij = zmij::Buffer::new();
        let text = zmij.format_finite(value);
        let mut ryu = ryu::Buffer::new();
        // ryu prints no `+` in front of an exponent.
        let same = text.bytes().filter(|&byte| byte != b'+').eq(ryu.format_finite(value).bytes());
        assert!(same, "the oracles differ: {text}");
        for &backend in &self.backends {
            self.buf.clear();
            write_json_on(backend, &value, &mut self.buf).unwrap().unwrap();
            assert!(self.buf == text.as_bytes(), "{backend:?}: {} not {text}", String::from_utf8_lossy(&self.buf));
        }
        self.expected.push(if self.batch.is_empty() { '[' } else { ',' });
        self.expected.push_str(text);
        self.batch.push(value);
        if self.batch.len() == 8 {
            self.finish();
        }
    }

    /// Writes those that wait.
    fn finish(&mut self) {
        if self.batch.is_empty() {
            return;
        }
        self.expected.push(']');
        for &backend in &self.backends {
            self.buf.clear();
            write_json_on(backend, &self.batch[..], &mut self.buf).unwrap().unwrap();
            let text = String::from_utf8_lossy(&self.buf);
            assert!(text == self.expected, "{backend:?}: {text} not {}", self.expected);
        }
        self.batch.clear();
        self.expected.clear();
    }

    /// Adds the finite ones of `values`.
    fn all(values: impl IntoIterator<Item = T>, is_finite: impl Fn(T) -> bool) {
        let mut checked = Self::new();
        values.into_iter().filter(|&value| is_finite(value)).for_each(|value| checked.add(value));
        checked.finish();
    }
}

fn check_f32(bits: impl IntoIterator<Item = u32>) {
    Checked::all(bits.into_iter().map(f32::from_bits), f32::is_finite);
}

fn check_f64(bits: impl IntoIterator<Item = u64>) {
    Checked::all(bits.into_iter().map(f64::from_bits), f64::is_finite);
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
    check_f32(random(seed()).take(200_000 / divisor()).map(|bits| (bits >> 32) as u32));
}

#[test]
fn random_f64() {
    check_f64(random(seed()).take(200_000 / divisor()));
}

/// Random digits of every number of places with magnitudes in fixed notation, in which arrays are
/// written eight at a time.
#[test]
fn random_of_usual_size() {
    let values = || {
        random(seed()).take(200_000 / divisor()).map(|bits| {
            let digits = 10_u64.pow((bits >> 8) as u32 % 18);
            #[expect(clippy::cast_precision_loss, reason = "any float will do")]
            let value = (bits % digits) as f64 / 10_f64.powi((bits >> 16) as i32 % 20);
            if bits & 1 == 0 { value } else { -value }
        })
    };
    check_f64(values().map(f64::to_bits));
    #[expect(clippy::cast_possible_truncation, reason = "the nearest of the other type")]
    check_f32(values().map(|value| (value as f32).to_bits()));
}

#[test]
fn powers_and_neighbours() {
    let powers_of_two = (-1074..1024).map(|exponent| 2_f64.powi(exponent));
    let powers_of_ten = (-324..309).map(|exponent| std::format!("1e{exponent}").parse().unwrap());
    let powers: Vec<f64> = powers_of_two.chain(powers_of_ten).collect();
    let around = |bits: u64| bits.saturating_sub(3)..=bits + 3;
    check_f64(powers.iter().flat_map(|power| around(power.to_bits())));
    #[expect(clippy::cast_possible_truncation, reason = "the nearest of the other type")]
    let nearest = |power: &f64| u64::from((*power as f32).to_bits());
    check_f32(powers.iter().flat_map(|power| around(nearest(power))).map(|bits| bits as u32));
}

/// All decimals of so many places up to a bound, as doubles and as floats.
#[expect(clippy::cast_precision_loss, reason = "below 2^53")]
fn decimals(places: u32, bound: u64, step: usize) {
    let scale = 10_u64.pow(places);
    let values = || (0..=bound * scale).step_by(step * divisor()).map(|n| n as f64 / scale as f64);
    check_f64(values().flat_map(|value| [value.to_bits(), (-value).to_bits()]));
    #[expect(clippy::cast_possible_truncation, reason = "the nearest of the other type")]
    check_f32(values().map(|value| (value as f32).to_bits()));
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

/// Arrays whose kind changes after some floats: batches of each kind in front of those of each other, and of all ends.
#[test]
#[expect(clippy::cast_precision_loss, reason = "below 2^53")]
fn kinds_that_change() {
    const LEN: usize = 6 * 8 + 7;
    let (mut kind, mut left) = (0, 0);
    let doubles: Vec<f64> = random(seed())
        .take(if cfg!(miri) { 2 * LEN } else { 20_000 / divisor() })
        .map(|bits| {
            if left == 0 {
                (kind, left) = ((bits >> 8) % 8, 1 + (bits >> 16) % 24);
            }
            left -= 1;
            match kind {
                0 => f64::NAN,
                1 => f64::from_bits(bits & ((1 << 52) - 1)),
                2 => (bits >> 40) as f64 / 100.0,
                3 => (bits >> 40) as f64 / 1e6,
                // Powers of two, which are hard.
                4 => f64::from_bits(bits >> 52 << 52),
                5 => f64::from_bits(bits),
                _ => (bits >> 12) as f64 / 1e15,
            }
        })
        .collect();
    let singles: Vec<f32> = doubles.iter().map(|&double| double as f32).collect();
    for &backend in Backend::ALL.iter().filter(|backend| backend.is_available()) {
        for (at, (doubles, singles)) in doubles.chunks(LEN).zip(singles.chunks(LEN)).enumerate() {
            let (doubles, singles) = (&doubles[at % doubles.len().min(16)..], &singles[at % singles.len().min(16)..]);
            assert_eq!(on(backend, doubles), serde_json::to_string(doubles).unwrap(), "{backend:?}");
            assert_eq!(on(backend, singles), serde_json::to_string(singles).unwrap(), "{backend:?}");
            let pairs = doubles.as_chunks::<2>().0;
            assert_eq!(on(backend, pairs), serde_json::to_string(pairs).unwrap(), "{backend:?}");
        }
    }
}

/// Lists of up to four floats, in every mixture of kinds.
#[test]
fn short_lists() {
    const KINDS: [f64; 7] = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 1.5, 1e300, 5e-324];
    let text = |value: &f64| serde_json::to_string(value).unwrap();
    for len in 0..=4_u32 {
        let lists: Vec<Vec<f64>> = (0..KINDS.len().pow(len))
            .map(|mixture| (0..len).map(|at| KINDS[mixture / KINDS.len().pow(at) % KINDS.len()]).collect())
            .collect();
        let joined = |texts: Vec<String>| std::format!("[{}]", texts.join(","));
        let expected = joined(lists.iter().map(|list| joined(list.iter().map(text).collect())).collect());
        let singles: Vec<Vec<f32>> =
            lists.iter().map(|list| list.iter().map(|&float| float as f32).collect()).collect();
        for &backend in Backend::ALL.iter().filter(|backend| backend.is_available()) {
            assert_eq!(on(backend, &lists), expected, "{backend:?}");
            assert_eq!(on(backend, &singles), serde_json::to_string(&singles).unwrap(), "{backend:?}");
        }
    }
}

fn on<T: ZeroAllocJson + ?Sized>(backend: Backend, value: &T) -> String {
    let mut buf = Vec::new();
    write_json_on(backend, value, &mut buf).unwrap().unwrap();
    String::from_utf8(buf).unwrap()
}

#[test]
#[ignore = "2^32 values, an hour: cargo test --release -p record-runtime --lib all_f32 -- --ignored --nocapture"]
fn all_f32() {
    // A part for each core; every one of them has all exponents.
    in_parts(1 << 32, |part, parts| check_f32((part..=u32::MAX).step_by(parts as usize).inspect(|_| progress())));
}

#[test]
#[ignore = "10^9 values, minutes: cargo test --release -p record-runtime --lib billion_f64 -- --ignored --nocapture"]
fn billion_f64() {
    let seed = seed();
    in_parts(1_000_000_000, |part, parts| {
        let bits = random(seed.wrapping_mul(u64::from(2 * part + 1)));
        check_f64(bits.take(1_000_000_000 / parts as usize).inspect(|_| progress()));
    });
}

/// The shortest text of a decimal with at most fifteen digits is the decimal itself. So its own digits are a third
/// oracle, quick enough for all of them. (As `f32` they are among [`all_f32`].)
#[test]
#[ignore = "2 * 10^10 values, an hour: cargo test --release -p record-runtime --lib all_decimals -- --ignored --nocapture"]
fn all_decimals() {
    const BOUND: u64 = 10_000 * MILLION;
    in_parts(BOUND, |part, parts| {
        let share = BOUND.div_ceil(u64::from(parts));
        let mut checked = Millionths::new();
        for n in (u64::from(part) * share)..=(u64::from(part + 1) * share).min(BOUND) {
            checked.add(n);
            progress();
        }
        checked.finish();
    });
}

#[test]
fn a_slice_of_all_decimals() {
    let mut checked = Millionths::new();
    (0..200_000).for_each(|n| checked.add(n));
    random(seed()).take(200_000 / divisor()).for_each(|n| checked.add(n % (10_000 * MILLION)));
    checked.finish();
}

const MILLION: u64 = 1_000_000;

/// Checks numbers of millionths and their negatives on every backend, a thousand at a time. They stand in arrays, and
/// alone in a tuple.
struct Millionths {
    backends: Vec<Backend>,
    doubles: Vec<f64>,
    tuples: Vec<(f64,)>,
    in_array: String,
    in_tuples: String,
    buf: Vec<u8>,
}

impl Millionths {
    fn new() -> Self {
        let backends = Backend::ALL.iter().copied().filter(|backend| backend.is_available()).collect();
        let (in_array, in_tuples) = (String::new(), String::new());
        Self { backends, doubles: Vec::new(), tuples: Vec::new(), in_array, in_tuples, buf: Vec::new() }
    }

    #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
    fn add(&mut self, n: u64) {
        let value = n as f64 / MILLION as f64;
        let mut digits = itoa::Buffer::new();
        // A digit in front keeps the zeros after the point.
        let places = digits.format(n % MILLION + MILLION)[1..].trim_end_matches('0');
        let mut whole = itoa::Buffer::new();
        let (whole, point, places) = match (whole.format(n / MILLION), places) {
            (whole, "") => (whole, ".", "0"),
            ("0", places) if n < 10 => (&places[5..], "e-", "6"),
            (whole, places) => (whole, ".", places),
        };
        for (value, sign) in [(value, ""), (-value, "-")] {
            self.doubles.push(value);
            self.tuples.push((value,));
            for part in [sign, whole, point, places] {
                self.in_array.push_str(part);
                self.in_tuples.push_str(part);
            }
            self.in_array.push(',');
            self.in_tuples.push_str("],[");
        }
        if self.doubles.len() >= 1000 {
            self.finish();
        }
    }

    /// Writes those that wait.
    fn finish(&mut self) {
        if self.doubles.is_empty() {
            return;
        }
        let expected = self.in_array.trim_end_matches(',');
        let in_tuples = self.in_tuples.trim_end_matches("],[");
        for &backend in &self.backends {
            self.buf.clear();
            write_json_on(backend, &self.doubles[..], &mut self.buf).unwrap().unwrap();
            same(backend, &self.buf, "[", expected, "]");
            self.buf.clear();
            write_json_on(backend, &self.tuples[..], &mut self.buf).unwrap().unwrap();
            same(backend, &self.buf, "[[", in_tuples, "]]");
        }
        self.doubles.clear();
        self.tuples.clear();
        self.in_array.clear();
        self.in_tuples.clear();
    }
}

fn same(backend: Backend, written: &[u8], begin: &str, expected: &str, end: &str) {
    let inner = written.strip_prefix(begin.as_bytes()).and_then(|rest| rest.strip_suffix(end.as_bytes()));
    if inner != Some(expected.as_bytes()) {
        let written = String::from_utf8_lossy(written);
        let differ = |(written, expected): &(&str, &str)| written != expected;
        let first = written.trim_matches(['[', ']']).split(',').zip(expected.split(',')).find(differ);
        panic!("{backend:?}: {first:?} (written, expected)");
    }
}

/// Runs a part of a long check of so many values on each core.
fn in_parts(values: u64, check: impl Fn(u32, u32) + Copy + Send) {
    let parts = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u32);
    std::thread::scope(|scope| {
        for part in 0..parts {
            scope.spawn(move || {
                LEFT.set(values.div_ceil(u64::from(parts)) + 1);
                check(part, parts);
            });
        }
    });
}

std::thread_local! {
    /// Values that are left of a part.
    static LEFT: core::cell::Cell<u64> = const { core::cell::Cell::new(0) };
}

/// Counts a value, and says from time to time how many are left.
fn progress() {
    let left = LEFT.get() - 1;
    LEFT.set(left);
    if left.is_multiple_of(1 << 26) {
        println!("{left} of this part are left");
    }
}
