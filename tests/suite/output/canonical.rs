//! The canonical form of RFC 8785, against another implementation, the RFC's own vectors, and JavaScript's numbers.

use std::collections::{BTreeMap, HashMap};

use record_runtime::{WriteOptions, ZeroAllocJson, to_string_with, try_to_string_with};
use record_tests::models::{Event, Response, Shape, User};
use record_tests::split_mix::SplitMix64;
use serde::Serialize;
use serde_json::Value;

const CANONICAL: WriteOptions<'_> = WriteOptions::new().canonical();

/// A text that is written as it is.
#[derive(ZeroAllocJson)]
#[json(transparent)]
struct Raw<'a> {
    #[json(raw = "trusted")]
    text: &'a str,
}

fn of_text(text: &str) -> Result<String, String> {
    try_to_string_with(&Raw { text }, &CANONICAL).map_err(|error| error.to_string())
}

#[track_caller]
fn assert_canonical<T: ZeroAllocJson + Serialize>(value: &T) {
    let expected = serde_json_canonicalizer::to_string(value).expect("the reference writes it");
    assert_eq!(to_string_with(value, &CANONICAL), expected);
    // Other options change nothing, and a canonical text is its own form.
    assert_eq!(to_string_with(value, &CANONICAL.pretty().ascii().html_safe()), expected);
    assert_eq!(of_text(&expected).as_ref(), Ok(&expected));
    let pretty = serde_json::to_string_pretty(value).expect("written");
    assert_eq!(of_text(&pretty), Ok(expected));
}

#[test]
fn values_of_every_shape() {
    assert_canonical(&());
    assert_canonical(&"<é\u{2028}\u{7f}🦀 \" \\ / \n \u{1}");
    assert_canonical(&[0_u8; 0]);
    assert_canonical(&BTreeMap::<u8, u8>::new());
    assert_canonical(&[[[0_u8; 0]; 1]; 2]);
    assert_canonical(&(1, "\\", [Some("]"), None], true));
    assert_canonical(&Response::empty());
    assert_canonical(&[Event::Nothing, Event::Message(String::from("m\\")), Event::Moved(1, 0.5)]);
    assert_canonical(&[Shape::EmptyShape, Shape::Circle { radius: 0.1 }]);
}

/// Declared in no order, flattened, in maps of no order, and escaped by an attribute.
#[test]
fn members_of_every_kind_are_sorted() {
    #[derive(Serialize, ZeroAllocJson)]
    struct Outer {
        zebra: u8,
        #[serde(flatten)]
        inner: Inner,
        #[serde(rename = "\u{10000}")]
        beyond: f64,
        #[serde(rename = "\u{e000}")]
        private: f32,
        #[serde(flatten)]
        entries: HashMap<String, Option<Inner>>,
        #[serde(rename = "a\"\n")]
        escaped: i8,
        #[json(html_safe)]
        html: &'static str,
    }

    #[derive(Clone, Serialize, ZeroAllocJson)]
    struct Inner {
        y: &'static str,
        b: (u8, u8),
        #[serde(rename = "")]
        empty: bool,
    }

    let inner = Inner { y: "ü", b: (2, 1), empty: true };
    let entries = (0..40).map(|n| (format!("k{n}"), (n % 3 == 0).then(|| inner.clone()))).collect();
    let outer = Outer { zebra: 1, inner, beyond: -0.0, private: 1e10, entries, escaped: -1, html: "<&>" };
    assert_canonical(&[&outer, &outer]);
}

fn random_text(random: &mut SplitMix64) -> String {
    let characters =
        ['a', 'b', '"', '\\', '\n', '\u{1f}', '\u{7f}', 'é', '\u{d7ff}', '\u{e000}', '\u{ffff}', '\u{10000}', '🦀'];
    (0..random.below(5)).map(|_| random.pick(&characters)).collect()
}

fn random_value(random: &mut SplitMix64, depth: usize) -> Value {
    let count = random.below(6);
    match random.below(if depth == 0 { 5 } else { 8 }) {
        0 => Value::Null,
        1 => Value::from(random.bits() >> (12 + random.below(52))),
        2 => Value::from(f64::from_bits(random.bits())),
        3 => Value::from(random_text(random)),
        4 => Value::from(random.chance(50)),
        5 => (0..count).map(|_| random_value(random, depth - 1)).collect(),
        _ => Value::Object((0..count).map(|_| (random_text(random), random_value(random, depth - 1))).collect()),
    }
}

/// As it is, with whitespace everywhere, and with escapes that nobody needs.
#[test]
fn values_of_random_shape() {
    let seed = 0x8785;
    println!("seed {seed:#x}");
    let mut random = SplitMix64::new(seed);
    for _ in 0..4000 {
        let value = random_value(&mut random, 6);
        let expected = serde_json_canonicalizer::to_string(&value).expect("the reference writes it");
        let compact = value.to_string();
        assert_eq!(of_text(&compact), Ok(expected.clone()), "{compact}");
        assert_eq!(of_text(&serde_json::to_string_pretty(&value).expect("written")), Ok(expected.clone()));
        let escaped = to_string_with(&Raw { text: &compact }, &WriteOptions::new().ascii());
        let escaped = escaped.replace('a', "\\u0061").replace("f\\u0061lse", "false");
        if !escaped.contains("\\\\u0061") && !escaped.contains("\\ud8\\u0061") {
            assert_eq!(
                of_text(&escaped),
                serde_json::from_str::<Value>(&escaped).map(|_| expected).map_err(|e| e.to_string())
            );
        }
    }
}

/// The sample of section 3.2.2, with its outcome, and that of 3.2.3 for the order of keys.
#[test]
fn samples_of_the_rfc() {
    let sample = r#"{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }"#;
    // Its first number has a digit more than its double.
    assert!(of_text(sample).unwrap_err().contains("double"));
    let canonical = concat!(
        r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#,
        r#""string":"€$\u000f\nA'B\"\\\\\"/"}"#
    );
    assert_eq!(of_text(&sample.replace("33333329", "3333333")).as_deref(), Ok(canonical));

    let keys = r#"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",
        "\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}"#;
    let value: HashMap<String, String> = serde_json::from_str(&of_text(keys).expect("canonical")).expect("JSON");
    assert_eq!(value.len(), 7);
    let canonical = of_text(keys).expect("canonical");
    let order = ["Carriage Return", "One", "Control", "Latin Small", "Euro Sign", "Emoji", "Hebrew"];
    let places = order.map(|name| canonical.find(name).expect(name));
    assert!(places.is_sorted(), "{canonical}");
}

/// Appendix B, and more at the edges of the notations.
#[test]
fn numbers_of_the_rfc() {
    let numbers: &[(u64, &str)] = &[
        (0x0000_0000_0000_0000, "0"),
        (0x8000_0000_0000_0000, "0"),
        (0x0000_0000_0000_0001, "5e-324"),
        (0x8000_0000_0000_0001, "-5e-324"),
        (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
        (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
        (0x4340_0000_0000_0000, "9007199254740992"),
        (0xc340_0000_0000_0000, "-9007199254740992"),
        (0x4430_0000_0000_0000, "295147905179352830000"),
        (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
        (0x44b5_2d02_c7e1_4af6, "1e+23"),
        (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
        (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
        (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
        (0x444b_1ae4_d6e2_ef50, "1e+21"),
        (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
        (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
        (0x41b3_de43_5555_5553, "333333333.3333332"),
        (0x41b3_de43_5555_5554, "333333333.33333325"),
        (0x41b3_de43_5555_5555, "333333333.3333333"),
        (0x41b3_de43_5555_5556, "333333333.3333334"),
        (0x41b3_de43_5555_5557, "333333333.33333343"),
        (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
        (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
    ];
    for &(bits, text) in numbers {
        let value = f64::from_bits(bits);
        assert_eq!(ryu_js::Buffer::new().format(value), text, "the vector {bits:#x}");
        assert_eq!(to_string_with(&value, &CANONICAL), text, "{bits:#x}");
    }
}

fn check_floats(bits: impl Iterator<Item = u64>) {
    let (mut text, mut buffer) = (Vec::new(), ryu_js::Buffer::new());
    for value in bits.map(f64::from_bits).filter(|value| value.is_finite()) {
        text.clear();
        let outcome = value.try_write_json_with(&mut text, &CANONICAL);
        assert!(outcome.is_ok(), "{value:e}: {outcome:?}");
        assert!(text == buffer.format(value).as_bytes(), "{value:e} became {:?}", String::from_utf8_lossy(&text));
    }
}

fn random_bits(seed: u64) -> impl Iterator<Item = u64> {
    println!("seed {seed:#x}");
    let mut random = SplitMix64::new(seed);
    // Of every exponent, and of those of every day, whole and with few digits.
    std::iter::repeat_with(move || {
        let [bits, short] = [random.bits(), random.bits() >> 32];
        let short = f64::from(u32::try_from(short).expect("32 bits"));
        [bits, short.to_bits(), (short / 1000.0).to_bits()]
    })
    .flatten()
}

#[test]
fn floats_are_those_of_javascript() {
    check_floats(random_bits(0x00e5).take(60_000));
}

#[test]
#[ignore = "10^8 values, two minutes: cargo test --release -p record-tests --test suite canonical -- --ignored --nocapture"]
fn a_hundred_million_floats() {
    check_floats(random_bits(0x00e6).take(100_000_000));
}

/// Values that I-JSON excludes, and texts that are no JSON, fail at their place. The buffer is as it was.
#[test]
fn refusals() {
    let refused = |text: &str| of_text(text).expect_err(text);
    assert_eq!(refused(r#"{"a":1,"b":{"c":1,"c":2}}"#), "b: no canonical form: the key is there already");
    assert_eq!(refused(r#"{"a":1,"\u0061":2}"#), "no canonical form: the key is there already");
    let number = "no canonical form: a double has another text, or another value";
    assert_eq!(refused("[1,9007199254740993]"), format!("[1]: {number}"));
    assert_eq!(refused(r#"{"n":-18446744073709551615}"#), format!("n: {number}"));
    for text in ["0.10000000000000001", "1e400", "-1e-400", "123456789012345678901", "3.141592653589793238"] {
        assert_eq!(refused(text), number, "{text}");
    }
    for text in [r#""\ud800""#, r#""\ud83dx""#, r#""\ude00\ud83d""#, r#"{"\ud800":1}"#, r#""\ud83d\u0041""#] {
        assert!(refused(text).ends_with("half of a surrogate pair"), "{text}");
    }
    let broken = [
        "",
        " ",
        "{",
        "[",
        "\"",
        "\"\\",
        "\"\\\"",
        "]",
        "}",
        "[1",
        "[1,]",
        "[,1]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "nul",
        "truefalse",
        "01",
        "-",
        "+1",
        "1.",
        ".5",
        "1e",
        "1e+",
        "0x1",
        "NaN",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\é\"",
        "\"\u{1}\"",
        "[1] 2",
        "{\"a\" 1}",
        "{1:1}",
        "[1}",
        "{\"a\":1]",
        "--1",
        "1-",
        "\"\\u+123\"",
        "//",
    ];
    for text in broken {
        assert!(refused(text).ends_with("this is not JSON"), "{text}");
        assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
    }
    // Among other things these have `u64::MAX`.
    assert!(try_to_string_with(&Response::example(), &CANONICAL).is_err());
    assert!(try_to_string_with(&User::example(0), &CANONICAL).is_err());
    let mut buf = b"before".to_vec();
    assert!([u64::MAX].try_write_json_with(&mut buf, &CANONICAL).is_err());
    assert_eq!(buf, b"before");
}

/// An error of the value itself is reported, not that of its text.
#[test]
fn errors_of_values_come_first() {
    let cell = std::cell::RefCell::new(1);
    let _guard = cell.borrow_mut();
    let error = try_to_string_with(&BTreeMap::from([("a", [&cell])]), &CANONICAL).unwrap_err();
    assert_eq!(error.to_string(), "a[0]: already mutably borrowed");
}

/// Objects within objects, each in the wrong order: in proportion to the text, and without recursion.
#[test]
fn deep_objects() {
    let depth = 100_000;
    let text = ["{\"b\":".repeat(depth).as_str(), "1", ",\"a\":2}".repeat(depth).as_str()].concat();
    let canonical = of_text(&text).expect("canonical");
    assert_eq!(canonical, ["{\"a\":2,\"b\":".repeat(depth).as_str(), "1", "}".repeat(depth).as_str()].concat());
    let arrays = ["[".repeat(depth), "]".repeat(depth)].concat();
    assert_eq!(of_text(&arrays), Ok(arrays));
}
