//! Floats that stand apart and are converted together: as fields of a struct, and in elements of a sequence. Each run has
//! floats of several kinds one after the other, since those before decide how the next are written.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

use record_runtime::__private::{Backend, write_json_on};
use record_runtime::{JsonWriter, ZeroAllocJson};
use record_tests::oracle::assert_same;
use record_tests::split_mix::SplitMix64;
use serde::Serialize;

/// Floats of one kind for a while, then of another.
struct Floats {
    random: SplitMix64,
    kind: usize,
    left: usize,
}

impl Floats {
    fn new(seed: u64) -> Self {
        Self { random: SplitMix64::new(seed), kind: 0, left: 0 }
    }

    #[expect(clippy::cast_precision_loss, reason = "any number will do")]
    fn next(&mut self) -> f64 {
        if self.left == 0 {
            (self.kind, self.left) = (self.random.below(12), 1 + self.random.below(60));
        }
        self.left -= 1;
        let bits = self.random.bits();
        let unit = (bits >> 11) as f64 / (1_u64 << 53) as f64;
        let sign = if bits & 1 == 0 { 1.0 } else { -1.0 };
        sign * match self.kind {
            0 => (bits >> 20) as f64 % 100_000.0 / 100.0,
            1 => (bits >> 20) as f64 % 1e9 / 1e6,
            2 => 0.0,
            3 => (bits >> 40) as f64,
            4 => f64::from_bits(bits & ((1 << 52) - 1)),
            5 => unit * 10_f64.powi(i32::try_from(bits % 600).expect("a small number") - 300),
            6 => [f64::NAN, f64::INFINITY, 1.5][usize::try_from(bits % 3).expect("a small number")],
            7 => f64::from_bits(bits),
            8 => 2_f64.powi(i32::try_from(bits % 2000).expect("a small number") - 1000),
            _ => unit * 1000.0,
        }
    }
}

#[derive(Debug, Serialize, ZeroAllocJson)]
struct Five {
    a: f64,
    b: f64,
    c: f64,
    d: f64,
    e: f64,
}

#[derive(Debug, Serialize, ZeroAllocJson)]
struct Eight(f64, f64, f64, f64, f64, f64, f64, f64);

/// Floats among all else, more than are converted together, in two groups.
#[derive(Debug, Serialize, ZeroAllocJson)]
struct Mixed<'a, T> {
    name: Cow<'a, str>,
    a: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    maybe: Option<f64>,
    b: f64,
    #[serde(rename = "see \" and ü")]
    c: f64,
    generic: T,
    #[serde(skip)]
    _d: f64,
    #[serde(skip_serializing_if = "is_negative")]
    e: f64,
    f: f64,
    #[serde(flatten)]
    flat: BTreeMap<String, f64>,
    g: f64,
    integer: i64,
    single: f32,
    h: f64,
    i: f64,
    #[serde(serialize_with = "twice")]
    #[json(serialize_with = "write_twice")]
    j: f64,
    k: f64,
    l: f64,
    m: f64,
    n: f64,
    text: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde passes it")]
fn is_negative(value: &f64) -> bool {
    *value < 0.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde passes it")]
fn twice<S: serde::Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(value * 2.0)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as the derive passes it")]
fn write_twice(value: &f64, writer: &mut JsonWriter<'_>) {
    writer.f64(value * 2.0);
}

#[derive(Clone, Copy, Debug, Serialize, ZeroAllocJson)]
#[repr(C, packed)]
struct Packed {
    byte: u8,
    a: f64,
    b: f64,
    c: f64,
    d: f64,
    e: f64,
}

#[derive(Debug, Serialize, ZeroAllocJson)]
#[serde(tag = "kind")]
struct Tagged {
    a: f64,
    b: f64,
    c: f64,
    d: f64,
    e: f64,
    f: f64,
}

#[derive(Debug, Serialize, ZeroAllocJson)]
struct Nested {
    a: f64,
    b: f64,
    inner: Vec<Nested>,
    c: f64,
    d: f64,
    five: Option<Box<Five>>,
    e: f64,
}

#[derive(Debug, Serialize, ZeroAllocJson)]
struct Point([f64; 2]);

#[derive(Debug, Serialize, ZeroAllocJson)]
struct Place<T>([f64; 3], #[serde(skip)] Option<T>);

#[derive(Debug, Serialize, ZeroAllocJson)]
#[serde(transparent)]
struct Box4 {
    corners: [f64; 4],
}

#[derive(Debug, Serialize, ZeroAllocJson)]
struct Sample((i64, f64));

#[derive(Debug, Serialize, ZeroAllocJson)]
struct Line([f64; 7]);

#[derive(Debug, Serialize, ZeroAllocJson)]
struct Nothing([f64; 0]);

/// Too few to be converted together, but in elements.
#[derive(Debug, Serialize, ZeroAllocJson)]
struct Position {
    latitude: f64,
    longitude: f64,
}

#[derive(Debug, Serialize, ZeroAllocJson)]
struct Price {
    #[serde(skip_serializing_if = "is_negative")]
    before: f64,
    symbol: &'static str,
    now: f64,
}

/// Floats where the parameter is a float, or not; more than others.
#[derive(Debug, Serialize, ZeroAllocJson)]
struct Of<T, U> {
    a: T,
    b: T,
    other: U,
    c: T,
    float: f64,
    d: T,
    e: T,
    list: Vec<T>,
}

/// As many of one parameter as of another.
#[derive(Debug, Serialize, ZeroAllocJson)]
struct Two<T, U>(T, U, T, U);

#[derive(Debug, Serialize, ZeroAllocJson)]
struct PairOf<T>([T; 2]);

#[derive(Debug, Serialize, ZeroAllocJson)]
#[serde(transparent)]
struct With<T, U>((T, U, T));

#[derive(Debug, Serialize, ZeroAllocJson)]
struct Unsized<T: ?Sized>(u8, f64, T);

/// The name `f64` is another type's here, and the float has another one.
mod shadowed {
    use super::{Serialize, ZeroAllocJson};

    pub(super) type Real = core::primitive::f64;

    #[expect(non_camel_case_types, reason = "named as the primitive type")]
    #[derive(Debug, Serialize, ZeroAllocJson)]
    pub(super) struct f64(pub(super) String);

    #[derive(Debug, Serialize, ZeroAllocJson)]
    pub(super) struct Names {
        pub(super) a: f64,
        pub(super) b: f64,
        pub(super) c: f64,
        pub(super) d: f64,
        pub(super) e: f64,
        pub(super) x: Real,
    }
}

impl Floats {
    fn five(&mut self) -> Five {
        Five { a: self.next(), b: self.next(), c: self.next(), d: self.next(), e: self.next() }
    }

    fn eight(&mut self) -> Eight {
        let mut next = || self.next();
        Eight(next(), next(), next(), next(), next(), next(), next(), next())
    }

    fn mixed<T>(&mut self, generic: T) -> Mixed<'static, T> {
        let len = self.random.below(4);
        Mixed {
            name: Cow::Borrowed("n\"ame"),
            a: self.next(),
            maybe: (len > 1).then(|| self.next()),
            b: self.next(),
            c: self.next(),
            generic,
            _d: self.next(),
            e: self.next(),
            f: self.next(),
            flat: (0..len).map(|key| (format!("key {key}"), self.next())).collect(),
            g: self.next(),
            integer: -7,
            single: 0.3,
            h: self.next(),
            i: self.next(),
            j: self.next(),
            k: self.next(),
            l: self.next(),
            m: self.next(),
            n: self.next(),
            text: "\n".repeat(len * 9),
        }
    }

    fn packed(&mut self) -> Packed {
        Packed { byte: 7, a: self.next(), b: self.next(), c: self.next(), d: self.next(), e: self.next() }
    }

    fn tagged(&mut self) -> Tagged {
        Tagged { a: self.next(), b: self.next(), c: self.next(), d: self.next(), e: self.next(), f: self.next() }
    }

    fn nested(&mut self, depth: usize) -> Nested {
        let len = if depth == 0 { 0 } else { self.random.below(4) };
        Nested {
            a: self.next(),
            b: self.next(),
            inner: (0..len).map(|_| self.nested(depth - 1)).collect(),
            c: self.next(),
            d: self.next(),
            five: (len == 1).then(|| Box::new(self.five())),
            e: self.next(),
        }
    }
}

/// On each backend, with some spare capacities.
#[track_caller]
fn check<T: ZeroAllocJson + Serialize + Debug>(seed: u64, value: &T) {
    let expected = serde_json::to_string(value).expect("serde_json writes it");
    for backend in Backend::ALL {
        for spare in [0, 1, 63, 64, 65, 100, expected.len(), expected.len() + 24, 10_000] {
            let mut buf = Vec::with_capacity(spare);
            // `None`: not on this CPU.
            let Some(outcome) = write_json_on(*backend, value, &mut buf) else { break };
            outcome.expect("floats are written");
            let text = String::from_utf8(buf).expect("UTF-8");
            assert!(
                text == expected,
                "{backend:?}, {spare} spare bytes, seed {seed}:\n  written  {text}\n  expected {expected}\n  {value:?}"
            );
        }
    }
}

#[test]
fn fields() {
    for seed in 0..400 {
        let mut floats = Floats::new(seed);
        check(seed, &floats.five());
        check(seed, &floats.eight());
        check(seed, &floats.mixed("generic"));
        check(seed, &floats.packed());
        check(seed, &floats.tagged());
        check(seed, &floats.nested(3));
        let x = floats.next();
        let name = || shadowed::f64("name".to_owned());
        check(seed, &shadowed::Names { a: name(), b: name(), c: name(), d: name(), e: name(), x });
    }
}

#[test]
fn fields_of_elements() {
    for seed in 0..100 {
        let mut floats = Floats::new(seed);
        let len = floats.random.below(120);
        check(seed, &(0..len).map(|_| floats.five()).collect::<Vec<_>>());
        check(seed, &(0..len).map(|_| floats.eight()).collect::<Vec<_>>());
        check(seed, &(0..len).map(|at| floats.mixed(at)).collect::<Vec<_>>());
        check(seed, &(0..len).map(|_| floats.packed()).collect::<Vec<_>>());
        check(seed, &(0..len).map(|at| (at, floats.tagged())).collect::<HashMap<_, _>>());
    }
}

#[test]
fn tuples() {
    for seed in 0..150 {
        let mut floats = Floats::new(seed);
        let mut some = |most| floats.random.below(most);
        let (long, short) = (some(200), some(9));
        let mut next = || floats.next();
        check(seed, &(0..long).map(|at| (at, next())).collect::<Vec<_>>());
        check(seed, &(0..long).map(|_| (next(), next())).collect::<Vec<_>>());
        check(seed, &(0..long).map(|_| (next(),)).collect::<Vec<_>>());
        check(seed, &(0..long).map(|at| (next(), at.to_string(), next(), Some(next()))).collect::<Vec<_>>());
        check(seed, &(0..long).map(|_| (next(), next(), next(), next(), next())).collect::<Vec<_>>());
        check(seed, &(0..long).map(|_| ((next(), next()), [next(); 2], 0.1_f32)).collect::<Vec<_>>());
        check(
            seed,
            &(0..long)
                .map(|_| (next(), next(), next(), next(), next(), next(), next(), next(), next()))
                .collect::<Vec<_>>(),
        );
        check(seed, &(0..short).map(|at| (at, next())).collect::<Vec<_>>());
        check(seed, &(0..short).map(|_| (0..short).map(|_| (next(), next())).collect()).collect::<Vec<Vec<_>>>());
        check(seed, &(0..long).map(|at| (at, vec![(next(), "x"); 3])).collect::<BTreeMap<_, _>>());
        check(seed, &[(next(), 1), (next(), 2), (next(), 3)]);
        check(seed, &(next(), next(), next(), next(), next(), next()));
    }
}

#[test]
fn newtypes() {
    for seed in 0..150 {
        let mut floats = Floats::new(seed);
        let len = floats.random.below(100);
        let mut next = || floats.next();
        check(seed, &(0..len).map(|_| Point([next(), next()])).collect::<Vec<_>>());
        check(seed, &(0..len).map(|_| Place([next(), next(), next()], Some(1))).collect::<Vec<_>>());
        check(seed, &(0..len).map(|_| Box4 { corners: [next(), next(), next(), next()] }).collect::<Vec<_>>());
        check(seed, &(0..7).map(|at| Sample((at, next()))).collect::<Vec<_>>());
        check(
            seed,
            &(0..len).map(|_| Line([next(), next(), next(), next(), next(), next(), next()])).collect::<Vec<_>>(),
        );
        // Behind texts that are long, so that those of arrays are converted whatever the first of them is.
        let long = Eight(1.0 / 3.0, 1.0 / 7.0, 1.0 / 9.0, 1.0 / 11.0, 1.0 / 13.0, 1.0 / 17.0, 1.0 / 19.0, 1.0 / 23.0);
        check(seed, &(long, (0..len).map(|_| Point([next(), next()])).collect::<Vec<_>>()));
        check(seed, &[Nothing([]), Nothing([])]);
        check(seed, &[Some(Point([next(), next()])), None]);
    }
}

#[test]
fn few_fields_of_elements() {
    for seed in 0..150 {
        let mut floats = Floats::new(seed);
        let len = floats.random.below(100);
        let mut next = || floats.next();
        check(seed, &(0..len).map(|_| Position { latitude: next(), longitude: next() }).collect::<Vec<_>>());
        check(seed, &(0..len).map(|_| Price { before: next(), symbol: "\"", now: next() }).collect::<Vec<_>>());
        check(seed, &[Some(Position { latitude: next(), longitude: next() }), None]);
        check(seed, &Unsized(1, next(), [next(), next()]));
        let inner = Unsized(1, next(), [next(), next()]);
        let unsized_one: &Unsized<[f64]> = &inner;
        check(seed, &vec![unsized_one; len]);
    }
}

#[test]
fn parameters() {
    fn of<T, U>(at: usize, make: &mut dyn FnMut() -> T, other: U, float: f64) -> Of<T, U> {
        let list = (0..at % 7).map(|_| make()).collect();
        Of { a: make(), b: make(), other, c: make(), float, d: make(), e: make(), list }
    }
    #[expect(clippy::cast_possible_truncation, reason = "any number will do")]
    fn all(seed: u64, floats: &mut Floats, len: usize) {
        let mut alone = Floats::new(seed + 1);
        check(seed, &(0..len).map(|at| of(at, &mut || floats.next(), at, alone.next())).collect::<Vec<_>>());
        check(seed, &of(1, &mut || floats.next(), alone.next(), 0.1));
        check(seed, &(0..len).map(|at| of(at, &mut || floats.next() as f32, "u", alone.next())).collect::<Vec<_>>());
        check(seed, &(0..len).map(|at| of(at, &mut || Some(floats.next()), (), alone.next())).collect::<Vec<_>>());
        check(seed, &(0..len).map(|at| of(at, &mut || at.to_string(), alone.next(), 0.1)).collect::<Vec<_>>());
        check(seed, &(0..len).map(|at| Two(floats.next(), at, floats.next(), at)).collect::<Vec<_>>());
        check(seed, &(0..len).map(|at| Two(at, floats.next(), at, floats.next())).collect::<Vec<_>>());
        check(seed, &(0..len).map(|at| Two("T", at, "T", at)).collect::<Vec<_>>());
        check(seed, &(0..len).map(|_| PairOf([floats.next(), floats.next()])).collect::<Vec<_>>());
        check(seed, &(0..len).map(|at| PairOf([at, at + 1])).collect::<Vec<_>>());
        check(seed, &(0..len).map(|_| PairOf([PairOf([floats.next(); 2]), PairOf([0.1; 2])])).collect::<Vec<_>>());
        check(seed, &(0..len).map(|at| With((floats.next(), at, floats.next()))).collect::<Vec<_>>());
        check(seed, &(0..len).map(|at| With((at, floats.next(), at))).collect::<Vec<_>>());
    }
    for seed in 0..100 {
        let mut floats = Floats::new(seed);
        let len = floats.random.below(60);
        all(seed, &mut floats, len);
    }
}

/// Through all entry points, and indented.
#[test]
fn other_forms() {
    for seed in 0..20 {
        let mut floats = Floats::new(seed);
        assert_same(&floats.mixed(()));
        assert_same(&(0..20).map(|_| floats.eight()).collect::<Vec<_>>());
        assert_same(&(0..40).map(|at| (at, floats.next())).collect::<Vec<_>>());
    }
}
