//! `as_string`, `decimals` and `non_finite`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::num::{NonZero, Wrapping};
use std::rc::Rc;

use record_runtime::ZeroAllocJson;
use record_tests::oracle::{assert_error, assert_like, assert_text, compare_bytes};
use record_tests::split_mix::SplitMix64;
use serde::Serialize;

type Id = u64;

/// Every type that `as_string` knows, each alone and in what hands it on.
#[derive(ZeroAllocJson)]
struct Quoted<'a> {
    #[json(as_string)]
    a: u64,
    #[json(as_string)]
    b: i8,
    #[json(as_string)]
    c: u128,
    #[json(as_string)]
    d: bool,
    #[json(as_string)]
    e: f64,
    #[json(as_string)]
    f: f32,
    #[json(as_string)]
    g: NonZero<u16>,
    #[json(as_string)]
    h: Option<u64>,
    #[json(as_string)]
    i: Option<u64>,
    #[json(as_string)]
    j: Vec<i32>,
    #[json(as_string)]
    k: Option<Vec<Option<u64>>>,
    #[json(as_string)]
    l: [u8; 3],
    #[json(as_string)]
    m: &'a [bool],
    #[json(as_string)]
    n: BTreeMap<&'a str, u64>,
    #[json(as_string)]
    o: HashMap<u8, Vec<f64>>,
    #[json(as_string)]
    p: Box<u64>,
    #[json(as_string)]
    q: Rc<i64>,
    #[json(as_string)]
    r: Cow<'a, [u32]>,
    #[json(as_string)]
    s: VecDeque<usize>,
    #[json(as_string)]
    t: BTreeSet<isize>,
    #[json(as_string)]
    u: Wrapping<u8>,
    #[json(as_string)]
    v: Id,
    w: u64,
}

#[derive(Serialize)]
struct QuotedReference<'a> {
    a: &'a str,
    b: &'a str,
    c: &'a str,
    d: &'a str,
    e: &'a str,
    f: &'a str,
    g: &'a str,
    h: Option<&'a str>,
    i: Option<&'a str>,
    j: Vec<&'a str>,
    k: Option<Vec<Option<&'a str>>>,
    l: [&'a str; 3],
    m: Vec<&'a str>,
    n: BTreeMap<&'a str, &'a str>,
    o: HashMap<u8, Vec<&'a str>>,
    p: &'a str,
    q: &'a str,
    r: Vec<&'a str>,
    s: Vec<&'a str>,
    t: Vec<&'a str>,
    u: &'a str,
    v: &'a str,
    w: u64,
}

fn quoted() -> Quoted<'static> {
    Quoted {
        a: u64::MAX,
        b: -128,
        c: u128::MAX,
        d: true,
        e: 1e300,
        f: 0.1,
        g: NonZero::new(7).expect("not zero"),
        h: Some(0),
        i: None,
        j: vec![1, -2],
        k: Some(vec![Some(3), None]),
        l: [1, 22, 255],
        m: &[true, false],
        n: BTreeMap::from([("x", 1)]),
        o: HashMap::from([(9, vec![0.5, f64::NAN])]),
        p: Box::new(5),
        q: Rc::new(i64::MIN),
        r: Cow::Borrowed(&[6]),
        s: VecDeque::from([7]),
        t: BTreeSet::from([-8]),
        u: Wrapping(9),
        v: 10,
        w: 11,
    }
}

#[test]
fn numbers_between_quotes() {
    let value = quoted();
    // A float that is not finite is `null`, without quotes, as everywhere: `o` is compared by its text.
    let reference = QuotedReference {
        a: "18446744073709551615",
        b: "-128",
        c: "340282366920938463463374607431768211455",
        d: "true",
        e: "1e+300",
        f: "0.1",
        g: "7",
        h: Some("0"),
        i: None,
        j: vec!["1", "-2"],
        k: Some(vec![Some("3"), None]),
        l: ["1", "22", "255"],
        m: vec!["true", "false"],
        n: BTreeMap::from([("x", "1")]),
        o: HashMap::from([(9, vec!["0.5", "?"])]),
        p: "5",
        q: "-9223372036854775808",
        r: vec!["6"],
        s: vec!["7"],
        t: vec!["-8"],
        u: "9",
        v: "10",
        w: 11,
    };
    let expected = serde_json::to_string(&reference).expect("serde_json writes it").replace("\"?\"", "null");
    assert_text(&value, &expected);
}

#[derive(ZeroAllocJson)]
#[json(as_string)]
struct AllQuoted<T> {
    id: Id,
    name: String,
    when: Option<u64>,
    list: Vec<i64>,
    nested: Nested,
    generic: T,
    initial: char,
    #[json(as_string = false)]
    bare: u64,
    pair: (u64, bool),
    #[json(flatten)]
    rest: BTreeMap<String, u64>,
}

#[derive(Serialize, ZeroAllocJson)]
struct Nested {
    number: u8,
}

/// Fields that a container's policy does not fit stay as they are: text, other types with a form of their own, type
/// parameters, tuples.
#[test]
fn numbers_between_quotes_in_all_of_a_type() {
    let value = AllQuoted {
        id: 1,
        name: String::from("n"),
        when: Some(2),
        list: vec![3],
        nested: Nested { number: 4 },
        generic: 5_u8,
        initial: 'i',
        bare: 6,
        pair: (7, true),
        rest: BTreeMap::from([(String::from("r"), 8)]),
    };
    assert_text(
        &value,
        r#"{"id":"1","name":"n","when":"2","list":["3"],"nested":{"number":4},"generic":5,"initial":"i","bare":6,"pair":[7,true],"r":"8"}"#,
    );
}

macro_rules! decimals {
    ($($name:ident $places:literal;)+) => {
        $(
            #[derive(ZeroAllocJson)]
            struct $name<T>(#[json(decimals = $places)] T);
        )+

        /// Compares one value at all numbers of places, with what `format!` prints.
        fn compare_decimals(value: f64) {
            $(
                compare_bytes(&$name(value), format!("{value:.*}", $places).as_bytes()).expect(stringify!($name));
                #[expect(clippy::cast_possible_truncation, reason = "another float")]
                let single = value as f32;
                if single.is_finite() {
                    let expected = format!("{single:.*}", $places);
                    compare_bytes(&$name(Some(single)), expected.as_bytes()).expect(stringify!($name));
                }
            )+
        }
    };
}

decimals! {
    Places0 0;
    Places1 1;
    Places2 2;
    Places3 3;
    Places6 6;
    Places9 9;
    Places15 15;
    Places18 18;
    Places19 19;
    Places20 20;
    Places40 40;
    Places100 100;
}

#[test]
fn decimals_are_those_of_format() {
    for value in [
        0.0,
        -0.0,
        0.5,
        1.5,
        2.5,
        -2.5,
        0.25,
        0.75,
        0.125,
        0.375,
        1.005,
        2.675,
        0.05,
        0.005,
        0.995,
        0.999_999,
        9.5,
        99.995,
        999_999.995,
        1e15,
        1e16,
        9_007_199_254_740_993.0,
        18_446_744_073_709_551_615.0,
        18_446_744_073_709_549_568.0,
        1e19,
        184_467_440_737_095_516.15,
        1e22,
        1e300,
        f64::MAX,
        f64::MIN,
        f64::MIN_POSITIVE,
        5e-324,
        -5e-324,
        1e-19,
        5e-20,
        4.9e-20,
        1e-7,
        0.1,
        0.2,
        0.3,
    ] {
        compare_decimals(value);
        compare_decimals(-value);
    }
}

/// Halves on their way to even, their neighbours, and random bits.
#[test]
fn decimals_of_random_values() {
    let seed = 0x00de_c1a1;
    let mut random = SplitMix64::new(seed);
    println!("seed {seed:#x}");
    for _ in 0..300 {
        let bits = f64::from_bits(random.bits());
        if bits.is_finite() {
            compare_decimals(bits);
        }
        #[expect(clippy::cast_precision_loss, reason = "any value will do")]
        let (numerator, shift) = ((random.bits() >> 40) as f64, random.bits() % 30);
        let half = numerator / f64::from(1_u32 << shift);
        for value in [half, half.next_up(), half.next_down(), numerator / 1000.0, numerator / 200.0] {
            compare_decimals(value);
        }
    }
}

#[derive(ZeroAllocJson)]
struct Prices {
    #[json(decimals = 2)]
    each: f64,
    #[json(decimals = 2, as_string)]
    quoted: f64,
    #[json(decimals = 1, non_finite = "string")]
    many: Vec<Option<f32>>,
    #[json(non_finite = "string")]
    shortest: [f64; 4],
    #[json(non_finite = "null")]
    null: f64,
    #[json(as_string, non_finite = "string")]
    both: Vec<f64>,
}

#[test]
fn floats_that_are_not_finite() {
    let value = Prices {
        each: f64::NAN,
        quoted: 1.0,
        many: vec![Some(f32::NEG_INFINITY), Some(0.25), None],
        shortest: [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.1],
        null: f64::INFINITY,
        both: vec![-f64::NAN, 0.1],
    };
    assert_text(
        &value,
        r#"{"each":null,"quoted":"1.00","many":["-Infinity",0.2,null],"shortest":["NaN","Infinity","-Infinity",0.1],"null":null,"both":["NaN","0.1"]}"#,
    );
}

/// Refused, unless a field says otherwise.
#[test]
fn floats_that_have_to_be_finite() {
    #[derive(ZeroAllocJson)]
    #[json(non_finite = "error")]
    struct Strict {
        id: u64,
        value: Option<f64>,
        #[json(non_finite = "null")]
        lenient: f32,
        #[json(non_finite = false)]
        plain: f32,
    }

    let strict = |value| Strict { id: 1, value, lenient: f32::NAN, plain: f32::NAN };
    assert_text(&strict(Some(0.5)), r#"{"id":1,"value":0.5,"lenient":null,"plain":null}"#);
    assert_text(&strict(None), r#"{"id":1,"value":null,"lenient":null,"plain":null}"#);
    assert_eq!(assert_error(&strict(Some(f64::NAN))), "a float is not finite (NaN or infinite)");
    assert_error(&vec![strict(Some(f64::INFINITY))]);
}

/// The choices of a type and of its fields add up, and integers take what concerns them.
#[test]
fn choices_of_a_type_and_of_a_field() {
    #[derive(ZeroAllocJson)]
    #[json(decimals = 2, as_string, non_finite = "string")]
    struct Money {
        amount: f64,
        cents: i64,
        #[json(decimals = 4)]
        rate: f64,
        #[json(as_string = false)]
        bare: f64,
        #[json(as_string = false)]
        bare_count: u32,
        #[json(decimals = false)]
        shortest: f64,
        #[json(as_string)]
        own: u8,
        name: &'static str,
    }

    let value = Money {
        amount: 1.005,
        cents: 100,
        rate: f64::NAN,
        bare: 0.5,
        bare_count: 3,
        shortest: 0.125,
        own: 1,
        name: "n",
    };
    assert_text(
        &value,
        r#"{"amount":"1.00","cents":"100","rate":"NaN","bare":0.50,"bare_count":3,"shortest":"0.125","own":"1","name":"n"}"#,
    );
}

/// In newtypes, tuples, variants and generic types.
#[test]
fn numbers_in_every_shape() {
    #[derive(ZeroAllocJson, PartialEq, Eq, PartialOrd, Ord)]
    struct UserId(#[json(as_string)] u64);

    #[derive(ZeroAllocJson)]
    #[json(as_string)]
    struct Pair(u64, String, #[json(as_string = false)] u64);

    #[derive(ZeroAllocJson)]
    #[json(transparent)]
    struct Wrapped<T> {
        #[json(as_string)]
        value: Option<T>,
    }

    #[derive(ZeroAllocJson)]
    #[json(tag = "t", as_string)]
    enum Event {
        Moved { x: i32, y: f64 },
        Counts(BTreeMap<String, u64>),
        Nothing,
    }

    #[derive(ZeroAllocJson)]
    enum External {
        One(#[json(as_string)] u64),
        Two(#[json(decimals = 1)] f64, u8),
    }

    assert_text(&UserId(1), r#""1""#);
    assert_text(&BTreeMap::from([(UserId(1), UserId(2))]), r#"{"1":"2"}"#);
    assert_text(&Pair(1, String::from("2"), 3), r#"["1","2",3]"#);
    assert_text(&[Wrapped { value: Some(1_u8) }, Wrapped { value: None }], r#"["1",null]"#);
    assert_text(&Event::Moved { x: 1, y: 0.5 }, r#"{"t":"Moved","x":"1","y":"0.5"}"#);
    assert_text(&Event::Counts(BTreeMap::from([(String::from("a"), 1)])), r#"{"t":"Counts","a":"1"}"#);
    assert_text(&Event::Nothing, r#"{"t":"Nothing"}"#);
    assert_text(&[External::One(1), External::Two(2.0, 3)], r#"[{"One":"1"},{"Two":[2.0,3]}]"#);
}

/// Beside serde's own form of the type: one type, two texts.
#[test]
fn serde_is_not_concerned() {
    #[derive(Serialize, ZeroAllocJson)]
    struct Both {
        #[json(as_string)]
        id: u64,
    }

    #[derive(Serialize)]
    struct Text {
        id: &'static str,
    }

    assert_like(&Both { id: 1 }, &Text { id: "1" });
    assert_eq!(serde_json::to_string(&Both { id: 1 }).expect("serde_json writes it"), r#"{"id":1}"#);
}

/// A number as `as_string = "beyond_2_53"` writes it: serde's form, by the definition of `Number.MAX_SAFE_INTEGER`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Beyond {
    Signed(i128),
    Unsigned(u128),
}

impl Serialize for Beyond {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        const MAX_SAFE_INTEGER: i128 = 9_007_199_254_740_991;
        match *self {
            Self::Signed(number) if (-MAX_SAFE_INTEGER..=MAX_SAFE_INTEGER).contains(&number) => {
                serializer.serialize_i128(number)
            }
            Self::Signed(number) => serializer.collect_str(&number),
            Self::Unsigned(number) => match i128::try_from(number) {
                Ok(number) => Self::Signed(number).serialize(serializer),
                Err(_) => serializer.collect_str(&number),
            },
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "any integers do")]
#[test]
fn numbers_that_javascript_rounds() {
    #[derive(ZeroAllocJson)]
    struct Own {
        #[json(as_string = "beyond_2_53")]
        a: u64,
        #[json(as_string = "beyond_2_53")]
        b: i64,
        #[json(as_string = "beyond_2_53")]
        c: Vec<Option<u128>>,
        #[json(as_string = "beyond_2_53")]
        d: BTreeMap<u64, Wrapping<i128>>,
        #[json(as_string = "beyond_2_53")]
        e: Option<NonZero<u64>>,
        #[json(as_string = "beyond_2_53")]
        f: Box<[usize; 1]>,
        g: (),
        after: u8,
    }
    #[derive(ZeroAllocJson)]
    #[json(as_string = "beyond_2_53")]
    struct OfType {
        a: u64,
        b: i64,
        c: Vec<Option<u128>>,
        d: BTreeMap<u64, Wrapping<i128>>,
        e: Option<NonZero<u64>>,
        f: Box<[usize; 1]>,
        g: (),
        #[json(as_string = false)]
        after: u8,
    }
    #[derive(Serialize)]
    struct Reference {
        a: Beyond,
        b: Beyond,
        c: Vec<Option<Beyond>>,
        d: BTreeMap<u64, Beyond>,
        e: Option<Beyond>,
        f: [Beyond; 1],
        g: (),
        after: u8,
    }

    let seed = 0x0253_0253;
    println!("seed {seed:#x}");
    let mut random = SplitMix64::new(seed);
    for round in 0..20_000_u64 {
        // Around 2^53, around other powers of two, and anywhere.
        let offset = i128::from(random.bits() % 9) - 4;
        let power = if round % 3 == 0 { 53 } else { random.bits() % 127 };
        let magnitude = (1_i128 << power).wrapping_add(offset);
        let signed = if random.bits().is_multiple_of(2) { magnitude } else { magnitude.wrapping_neg() };
        let (a, b, c) = (magnitude as u64, signed as i64, signed as u128);
        let own = Own {
            a,
            b,
            c: vec![Some(c), None],
            d: BTreeMap::from([(a, Wrapping(signed))]),
            e: NonZero::new(a),
            f: Box::new([a as usize]),
            g: (),
            after: 1,
        };
        let Own { c, d, e, f, .. } = &own;
        let of_type = OfType { a, b, c: c.clone(), d: d.clone(), e: *e, f: f.clone(), g: (), after: 1 };
        let reference = Reference {
            a: Beyond::Unsigned(a.into()),
            b: Beyond::Signed(b.into()),
            c: c.iter().map(|number| number.map(Beyond::Unsigned)).collect(),
            d: BTreeMap::from([(a, Beyond::Signed(signed))]),
            e: e.map(|number| Beyond::Unsigned(number.get().into())),
            f: [Beyond::Unsigned(f[0] as u128)],
            g: (),
            after: 1,
        };
        assert_like(&own, &reference);
        assert_like(&of_type, &reference);
    }
}

/// Beside other choices for numbers, and under a type's own attribute.
#[test]
fn numbers_beyond_beside_other_choices() {
    #[derive(ZeroAllocJson)]
    #[json(as_string = "beyond_2_53", decimals = 1, non_finite = "string")]
    struct Mixed {
        big: u64,
        small: u8,
        float: f64,
        large: f32,
        infinite: f64,
        flag: bool,
        #[json(as_string)]
        always: u8,
        #[json(as_string = false)]
        never: u64,
        #[json(decimals = 3)]
        more: f64,
        text: &'static str,
    }

    #[derive(PartialEq, Eq, PartialOrd, Ord, ZeroAllocJson)]
    struct Id(#[json(as_string = "beyond_2_53")] u64);

    let value = Mixed {
        big: u64::MAX,
        small: 1,
        float: 0.25,
        large: 1e20,
        infinite: f64::INFINITY,
        flag: true,
        always: 2,
        never: u64::MAX,
        more: 0.5,
        text: "t",
    };
    assert_text(
        &value,
        r#"{"big":"18446744073709551615","small":1,"float":0.2,"large":100000002004087734272.0,"infinite":"Infinity","flag":true,"always":"2","never":18446744073709551615,"more":0.500,"text":"t"}"#,
    );
    let ids = BTreeMap::from([(Id(1), Id(2)), (Id(u64::MAX), Id(u64::MAX))]);
    assert_text(&ids, r#"{"1":2,"18446744073709551615":"18446744073709551615"}"#);
}
