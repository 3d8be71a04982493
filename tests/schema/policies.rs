//! Schemas of fields under each policy: what is written is allowed, and another form is not.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::num::NonZero;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use record_runtime::ZeroAllocJson;
use record_runtime::schema::{self, Generator, JsonSchema};
use serde_json::{Value, json};

use crate::judge::{check, parse, schema_of, validator};

/// The schema of the field `a`.
fn of_a<T: JsonSchema>() -> Value {
    let mut schema = schema_of::<T>();
    schema["properties"]["a"].take()
}

/// Types with one field `a` each.
macro_rules! fields {
    ($($(#[$attr:meta])* $S:ident: $T:ty, [$($value:expr),*], [$($refused:tt)*];)+) => {
        $({
            #[derive(ZeroAllocJson)]
            #[json(schema)]
            struct $S {
                $(#[$attr])*
                a: $T,
            }
            let refused = json!([$($refused)*]);
            let refused: Vec<String> = refused.as_array().expect("a list").iter().map(|value| json!({ "a": value }).to_string()).collect();
            let refused: Vec<&str> = refused.iter().map(String::as_str).collect();
            check(&[$($S { a: $value }),*], &refused);
        })+
    };
}

#[test]
fn numbers() {
    fields! {
        #[json(as_string)] Integer: u64, [0, u64::MAX], [1, "-1", "1.5", "", "x", null];
        #[json(as_string)] Signed: i8, [-128, 127], [1, "1.5", "--1", "+1"];
        #[json(as_string)] Wide: i128, [i128::MIN], [1];
        #[json(as_string)] Float: f64, [0.1, -1e300, 5e-324, 1e16, f64::NAN], [0.5, "NaN", "x", "1."];
        #[json(as_string)] Bool: bool, [true, false], [true, "yes"];
        #[json(as_string)] Zero: NonZero<u16>, [NonZero::<u16>::MAX], [1];
        #[json(as_string, decimals = 2)] Cents: f32, [0.125, -1e20], ["1", "1.5", "1.234", 1.25];
        #[json(decimals = 2)] Price: f64, [0.125, f64::INFINITY], ["1.00", true];
        #[json(decimals = 0, as_string)] Whole: f64, [0.125], ["1.0", 1];
        #[json(non_finite = "error")] Finite: f64, [0.125], [null, "NaN"];
        #[json(non_finite = "string")] Named: f64, [f64::NAN, f64::NEG_INFINITY, 1.5], [null, "nan", "1.5"];
        #[json(non_finite = "string", as_string)] Both: f64, [f64::NAN, f64::INFINITY, 1.5], [null, "nan", 1.5];
        #[json(as_string = "beyond_2_53")] Beyond: u64, [0, (1 << 53) - 1, 1 << 53, u64::MAX], ["1", -1, 9_007_199_254_740_992_u64];
        #[json(as_string = "beyond_2_53")] Below: i64, [0, 1 - (1 << 53), i64::MIN], ["1", "-1", 9_007_199_254_740_992_i64];
        #[json(as_string = "beyond_2_53")] Small: u32, [0, u32::MAX], ["1", -1];
        #[json(as_string = "beyond_2_53")] Floats: f64, [0.5, f64::NAN], ["0.5"];
        #[json(as_string = "beyond_2_53")] Bools: bool, [true], ["true"];
    }
    assert_eq!(
        parse(&Generator::new().finite_floats().into_document::<Option<f64>>())["type"],
        json!(["number", "null"])
    );
}

/// Each policy reaches through the same containers as in the writer.
#[test]
fn containers() {
    fields! {
        #[json(as_string)] Optional: Option<u8>, [None, Some(1)], [1, [1]];
        #[json(as_string)] Twice: Option<Option<u8>>, [None, Some(None), Some(Some(1))], [1];
        #[json(as_string)] List: Vec<Option<u8>>, [vec![None, Some(1)]], [[1], "1", null];
        #[json(as_string)] Row: [u8; 2], [[1, 2]], [["1"], ["1", "2", "3"], [1, 2]];
        #[json(as_string)] Deque: VecDeque<u8>, [VecDeque::from([1])], [[1]];
        #[json(as_string)] Set: BTreeSet<u8>, [BTreeSet::from([1])], [[1]];
        #[json(as_string)] Hashed: HashSet<u8>, [HashSet::from([1])], [[1]];
        #[json(as_string)] Map: BTreeMap<u8, u8>, [BTreeMap::from([(1, 2)])], [{ "1": 2 }, { "x": "2" }];
        #[json(as_string)] HashedMap: HashMap<String, u8>, [HashMap::from([(String::new(), 2)])], [{ "1": 2 }];
        #[json(as_string)] Pointers: Rc<Arc<Box<Cow<'static, u8>>>>, [Rc::new(Arc::new(Box::new(Cow::Owned(1))))], [1];
        #[json(display)] Shown: Vec<Option<u8>>, [vec![None, Some(1)]], [[1], "1"];
        #[json(display)] ShownSlice: &'static [&'static Option<u8>], [&[&None, &Some(1)]], [[1], "1"];
        #[json(bytes = "hex")] Hex: Option<Vec<[u8; 2]>>, [None, Some(vec![[1, 2]])], [["010"], [[1, 2]], "0102"];
    }
}

#[test]
fn texts() {
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct Encoded {
        #[json(bytes = "base64")]
        a: [u8; 4],
    }
    fields! {
        #[json(bytes = "base64")] Base64: Vec<u8>, [vec![], vec![1], vec![1, 2], vec![1, 2, 3], vec![255; 100]], ["A", "AAA", "A===", "A-==", [1]];
        #[json(bytes = "base64")] Fixed: [u8; 4], [[255; 4]], ["", "AAAA", [1]];
        #[json(bytes = "base64url")] Base64Url: Vec<u8>, [vec![], vec![1], vec![255; 100]], ["AA==", "A+", [1]];
        #[json(bytes = "base64url")] FixedUrl: [u8; 4], [[255; 4]], ["AAAA", "AAAAAAA"];
        #[json(bytes = "hex")] Hex: Vec<u8>, [vec![], vec![0xab, 1]], ["A", "abc", "AB", [1]];
        #[json(bytes = "utf8")] Utf8: Vec<u8>, [vec![], vec![b'"', 1]], [[1], null];
        #[json(display)] Shown: std::fmt::Error, [std::fmt::Error], [1, null];
        #[json(raw)] Raw: String, [String::from("{\"x\":[1]}"), String::from("null")], [];
        #[json(raw = "trusted")] Trusted: Option<String>, [None, Some(String::from("1"))], [];
        #[json(truncate = 3)] Cut: String, [String::new(), String::from("größer"), String::from("äöü")], ["four", 1];
        #[json(redact)] Hidden: String, [String::from("secret")], ["secret", null];
        #[json(redact = "last_four")] LastFour: Option<&'static str>, [None, Some("short"), Some("12345678")], ["12345678"];
        #[json(html_safe)] Html: &'static str, ["<b>"], [1];
        #[json(ascii)] Ascii: BTreeMap<String, u8>, [BTreeMap::from([(String::from("ä"), 1)])], [{ "a": "1" }];
    }
    let of_a = of_a::<Encoded>();
    assert_eq!(
        [&of_a["contentEncoding"], &of_a["minLength"], &of_a["maxLength"]],
        [&json!("base64"), &json!(8), &json!(8)]
    );
    assert_eq!(Encoded { a: [0; 4] }.a, [0; 4]);
}

#[test]
fn times() {
    let (at, span) = (SystemTime::UNIX_EPOCH + Duration::new(1_700_000_000, 5), Duration::new(5, 1_000_000));
    fields! {
        #[json(time = "rfc3339")] Full: SystemTime, [at, SystemTime::UNIX_EPOCH], ["2026-02-03", "x", 1];
        #[json(time = "rfc3339_seconds")] Whole: SystemTime, [at], ["2026-02-03", 1];
        #[json(time = "rfc3339_nanos")] Nanos: Option<SystemTime>, [None, Some(at)], ["x"];
        #[json(time = "date")] Day: SystemTime, [at], ["2026-02-03T04:05:06Z", "2026-2-3", 1];
        #[json(time = "unix")] Unix: SystemTime, [at], [1.5, "1"];
        #[json(time = "unix_nanos")] UnixNanos: SystemTime, [at], [1.5, "1"];
        #[json(time = "seconds")] Seconds: Duration, [span, Duration::ZERO], ["1", { "secs": 1, "nanos": 1 }];
        #[json(time = "millis")] Millis: Duration, [span], ["1", 1.5];
        #[json(time = "iso8601")] Iso: Duration, [span, Duration::ZERO, Duration::from_secs(3661)], ["P", 1, "1H"];
    }
}

/// Policies of the type hold for the fields that they fit, as in the writer.
#[test]
fn of_types() {
    #[derive(ZeroAllocJson)]
    #[json(schema, as_string, decimals = 1, truncate = 3, bytes = "hex", time = "unix")]
    struct All<T> {
        id: u64,
        price: Option<f64>,
        name: &'static str,
        digest: [u8; 2],
        took: Duration,
        at: SystemTime,
        inner: Inner,
        #[json(as_string = false)]
        bare: u8,
        // Of an unknown type nothing is known to fit.
        other: T,
        list: Vec<T>,
    }
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct Inner {
        id: u64,
    }
    let all = |price, name| All::<u8> {
        id: 1,
        price,
        name,
        digest: [1, 2],
        took: Duration::ZERO,
        at: SystemTime::UNIX_EPOCH,
        inner: Inner { id: 1 },
        bare: 1,
        other: 1,
        list: vec![1],
    };
    let document = parse(&all(Some(1.0), "n"));
    assert_eq!(document["id"], "1");
    let changed = |key: &str, value: Value| {
        let mut document = document.clone();
        document[key] = value;
        document.to_string()
    };
    let refused = [
        changed("id", json!(1)),
        changed("price", json!(1.0)),
        changed("price", json!("1.00")),
        changed("name", json!("longer")),
        changed("digest", json!([1, 2])),
        changed("took", json!(0)),
        changed("at", json!("0")),
        changed("inner", json!({ "id": "1" })),
        changed("bare", json!("1")),
        changed("other", json!("1")),
        changed("list", json!(["1"])),
    ];
    check(&[all(Some(1.25), "longer"), all(None, "")], &refused.each_ref().map(String::as_str));
}

/// Whether a field may be missing, and whether it may be `null`.
#[test]
#[expect(clippy::option_option, reason = "of which the inner one is not left out")]
fn omissions() {
    #[derive(PartialEq, ZeroAllocJson)]
    #[json(schema)]
    struct Plain(u8);
    #[derive(ZeroAllocJson)]
    #[json(schema, skip_none)]
    struct SkipNone<T> {
        a: Option<u8>,
        b: Box<Option<Option<u8>>>,
        c: u8,
        // Unknown: always written.
        d: T,
        #[json(skip_none = false)]
        e: Option<u8>,
        #[json(skip_default)]
        f: u8,
    }
    #[derive(ZeroAllocJson)]
    #[json(schema, omit_empty)]
    struct OmitEmpty {
        a: Vec<u8>,
        b: Option<&'static str>,
        c: Plain,
        d: char,
        e: f64,
    }
    #[derive(ZeroAllocJson)]
    #[json(schema, skip_default)]
    struct SkipDefault<T, U: Default + PartialEq> {
        a: Option<u8>,
        b: u8,
        c: Plain,
        d: T,
        e: U,
        f: Box<u8>,
    }
    #[derive(ZeroAllocJson, PartialEq, Default)]
    #[serde(default)]
    #[json(schema, skip_default)]
    struct OfStruct {
        a: Option<u8>,
        b: bool,
    }
    const SEVEN: Option<u8> = Some(7);
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct OfPath {
        #[json(skip_default = "SEVEN")]
        a: Option<u8>,
        #[json(skip_none)]
        b: Option<u8>,
        #[json(omit_empty)]
        c: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        d: Option<u8>,
        #[serde(skip_serializing_if = "is_one")]
        e: Option<u8>,
        #[json(skip_none, as_string)]
        f: Option<u8>,
    }
    #[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "the signature of serde's predicates")]
    fn is_one(value: &Option<u8>) -> bool {
        *value == Some(1)
    }
    let required = |schema: Value| schema["required"].clone();

    assert_eq!(required(schema_of::<SkipNone<Option<u8>>>()), json!(["c", "d", "e"]));
    let skip_none = |a, b, d, e| SkipNone { a, b: Box::new(b), c: 1, d, e, f: 0 };
    check(
        &[skip_none(None, None, None, None), skip_none(Some(1), Some(None), Some(1_u8), Some(1))],
        &["{\"a\":null,\"c\":1,\"d\":1,\"e\":null}", "{\"c\":1,\"e\":1}", "{\"b\":\"\",\"c\":1,\"d\":1,\"e\":1}"],
    );
    assert_eq!(required(schema_of::<OmitEmpty>()), json!(["c", "d"]));
    let omit_empty = |a, b, e| OmitEmpty { a, b, c: Plain(0), d: 'd', e };
    check(
        &[omit_empty(vec![], None, 0.0), omit_empty(vec![0], Some(""), f64::NAN)],
        &["{}", "{\"b\":null,\"c\":0,\"d\":\"d\"}"],
    );
    assert_eq!(required(schema_of::<SkipDefault<u8, u8>>()), json!(["c", "d"]));
    let skip_default = |a, b, e| SkipDefault { a, b, c: Plain(0), d: None::<u8>, e, f: Box::new(b) };
    check(
        &[skip_default(None, 0, 0), skip_default(Some(1), 1, 1_u8)],
        &["{\"c\":0}", "{\"a\":null,\"c\":0,\"d\":null}", "{\"c\":0,\"d\":\"\"}"],
    );
    check(&[OfStruct { a: None, b: false }, OfStruct { a: Some(1), b: true }], &["{\"a\":\"\"}", "{\"b\":null}"]);
    assert_eq!(required(schema_of::<OfPath>()), Value::Null);
    let of_path = |a, e| OfPath { a, b: None, c: None, d: None, e, f: Some(1) };
    check(
        &[of_path(None, None), of_path(SEVEN, Some(1)), of_path(Some(1), Some(2))],
        &["{\"b\":null}", "{\"c\":null}", "{\"d\":null}", "{\"f\":null}", "{\"f\":1}", "{\"a\":\"\"}"],
    );
}

/// A flattened map, and a key, under policies.
#[test]
fn elsewhere() {
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct Flattened {
        id: u8,
        #[json(flatten, as_string)]
        counts: BTreeMap<&'static str, u64>,
    }
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    enum Variant {
        Pair(#[json(as_string)] u8, #[json(bytes = "hex")] [u8; 1]),
        Named {
            #[json(time = "unix", skip_none)]
            at: Option<SystemTime>,
        },
    }
    #[derive(ZeroAllocJson, PartialEq, Eq, PartialOrd, Ord)]
    #[json(schema)]
    enum Key {
        On,
        Off,
    }
    check(&[Flattened { id: 1, counts: BTreeMap::from([("a", 1)]) }], &["{\"id\":1,\"a\":1}", "{\"a\":\"1\"}"]);
    check(
        &[Variant::Pair(1, [2]), Variant::Named { at: None }, Variant::Named { at: Some(SystemTime::UNIX_EPOCH) }],
        &[
            "{\"Pair\":[1,\"02\"]}",
            "{\"Pair\":[\"1\",\"2\"]}",
            "{\"Named\":{\"at\":null}}",
            "{\"Named\":{\"at\":\"1970\"}}",
        ],
    );
    check(&[BTreeMap::from([(Key::On, 1), (Key::Off, 2)])], &["{\"on\":1}", "{\"On\":\"1\"}"]);
    check(&[BTreeMap::from([(-1_i8, None::<u8>)])], &["{\"1.5\":null}", "{\"x\":null}", "{\"1\":\"\"}"]);
    check(&[BTreeMap::from([(true, Some('x'))])], &["{\"yes\":null}", "{\"true\":\"xy\"}"]);
    let finite = parse(&Generator::new().finite_floats().into_document::<Vec<f64>>());
    assert!(!validator(&finite).is_valid(&json!([null])));
    assert!(validator(&parse(&schema::document::<Vec<f64>>())).is_valid(&json!([null])));
}
