//! Serde's kinds of values.

#![expect(clippy::cast_possible_truncation, reason = "whatever is left of a number is one too")]

use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Display};

use record_runtime::{Serde, ZeroAllocJson};
use record_tests::catalogue::{self, Visitor};
use record_tests::models::{Response, User};
use record_tests::oracle::{self, assert_like};
use serde::Serialize;
use serde::ser::{SerializeMap, SerializeStruct, Serializer};

use super::{assert_bridged, assert_bridged_everywhere};

/// The types of the standard library, as serde knows them.
#[test]
fn every_type_of_the_catalogue() {
    struct Bridged;
    impl Visitor for Bridged {
        fn visit_like<T, R>(&mut self, name: &str, _: &T, reference: &R)
        where
            T: ZeroAllocJson + ?Sized,
            R: Serialize + ?Sized,
        {
            if let Err(difference) = oracle::compare_like(&Serde(reference), reference) {
                panic!("{name}: {difference}");
            }
        }
    }
    assert!(catalogue::visit_all(&mut Bridged) > 100);
}

#[test]
fn scalars() {
    for value in [0, 1, 9, 10, 99, u64::MAX, u64::MAX / 2, 1 << 53] {
        assert_bridged_everywhere(value);
        assert_bridged(&(value as u8, value as u16, value as u32, value as i8, value as i16, value as i32));
        assert_bridged(&(value.cast_signed(), -i128::from(value), u128::from(value) << 60));
    }
    for value in [0.0, -0.0, 1.0, 0.1, 1e-5, 1e16, 5e-324, f64::MAX, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_bridged_everywhere(value);
        assert_bridged_everywhere(value as f32);
    }
    assert_bridged_everywhere(u128::MAX);
    assert_bridged_everywhere(i128::MIN);
    assert_bridged_everywhere(true);
    assert_bridged_everywhere(());
    for value in ['a', '"', '\\', '\0', '\u{1f}', 'ü', '\u{2028}', '\u{10ffff}'] {
        assert_bridged_everywhere(value);
    }
}

#[test]
fn strings_of_every_length() {
    let text = "clean text that is longer than any vector of the kernels, and not all of it ASCII: äöü".repeat(3);
    for len in 0..=text.len() {
        if let Some(text) = text.get(..len) {
            assert_bridged(&(text, 1, text));
            assert_bridged(&format!("{text}\"\\\n\u{1}"));
        }
    }
}

#[test]
fn long_values() {
    assert_bridged_everywhere(vec![Response::example(), Response::example()]);
    assert_bridged_everywhere((0..300).map(User::example).collect::<Vec<_>>());
    assert_bridged_everywhere((0..1000_u32).map(|n| (n, n.to_string())).collect::<HashMap<_, _>>());
}

/// Names that are not clean, or longer than what is decided when they are compiled.
#[derive(Serialize, Clone)]
struct Names {
    a: u8,
    #[serde(rename = "seven_7")]
    b: u8,
    #[serde(rename = "eight__8")]
    c: u8,
    #[serde(rename = "a name of sixteen bytes")]
    d: u8,
    #[serde(rename = "exactly thirty-two bytes, no more")]
    e: u8,
    #[serde(rename = "a name that is longer than thirty-two bytes, as some are")]
    f: u8,
    #[serde(rename = "quo\"te")]
    g: u8,
    #[serde(rename = "backslash at the end \\")]
    h: u8,
    #[serde(rename = "control\u{1}")]
    i: u8,
    #[serde(rename = "")]
    j: u8,
    #[serde(rename = "größer als ASCII")]
    k: u8,
    #[serde(rename = "\"")]
    l: u8,
    #[serde(rename = "in the middle \n of a name")]
    m: u8,
}

#[test]
fn names_of_every_kind() {
    let names = Names { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: 8, i: 9, j: 10, k: 11, l: 12, m: 13 };
    assert_bridged_everywhere(names);
}

#[derive(Serialize)]
struct Unit;
#[derive(Serialize)]
struct Newtype<T>(T);
#[derive(Serialize)]
struct Tuple(u8, &'static str);
#[derive(Serialize)]
struct Empty {}
#[derive(Serialize)]
struct EmptyTuple();

#[derive(Serialize, Clone)]
enum External {
    Unit,
    #[serde(rename = "new\"type")]
    Newtype(u8),
    Tuple(u8, String),
    EmptyTuple(),
    Struct {
        a: u8,
        b: Vec<u8>,
    },
    EmptyStruct {},
}

#[derive(Serialize, Clone)]
#[serde(tag = "t")]
enum Internal {
    Unit,
    Newtype(BTreeMap<String, u8>),
    Struct { a: u8 },
}

#[derive(Serialize, Clone)]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    Unit,
    Newtype(u8),
    Tuple(u8, u8),
    Struct { a: u8 },
}

#[derive(Serialize, Clone)]
#[serde(untagged)]
enum Untagged {
    Unit,
    Newtype(u8),
    Tuple(u8, u8),
    Struct { a: u8 },
}

#[test]
fn structs_and_enums_of_every_form() {
    assert_bridged_everywhere(Unit);
    assert_bridged_everywhere(Newtype(Newtype("x")));
    assert_bridged_everywhere(Tuple(1, "x"));
    assert_bridged_everywhere(Empty {});
    assert_bridged_everywhere(EmptyTuple());
    assert_bridged_everywhere([
        External::Unit,
        External::Newtype(1),
        External::Tuple(1, String::from("x")),
        External::EmptyTuple(),
        External::Struct { a: 1, b: vec![1, 2] },
        External::EmptyStruct {},
    ]);
    let map = BTreeMap::from([(String::from("k"), 1)]);
    assert_bridged_everywhere([Internal::Unit, Internal::Newtype(map), Internal::Struct { a: 1 }]);
    assert_bridged_everywhere([Adjacent::Unit, Adjacent::Newtype(1), Adjacent::Tuple(1, 2), Adjacent::Struct { a: 1 }]);
    assert_bridged_everywhere([Untagged::Unit, Untagged::Newtype(1), Untagged::Tuple(1, 2), Untagged::Struct { a: 1 }]);
}

#[derive(Serialize, Clone)]
struct Flat {
    a: u8,
    #[serde(flatten)]
    rest: BTreeMap<String, u8>,
    #[serde(flatten)]
    internal: Internal,
    #[serde(flatten)]
    external: External,
    #[serde(flatten)]
    absent: Option<BTreeMap<u8, Vec<u8>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    skipped: Option<u8>,
    z: u8,
}

/// Flattening makes a map of a struct, with its keys one by one.
#[test]
fn flatten_within_serde() {
    let mut flat = Flat {
        a: 1,
        rest: BTreeMap::new(),
        internal: Internal::Unit,
        external: External::Unit,
        absent: None,
        skipped: None,
        z: 2,
    };
    assert_bridged_everywhere(flat.clone());
    flat.rest.insert(String::from("k\n"), 3);
    flat.external = External::Struct { a: 1, b: vec![] };
    flat.skipped = Some(1);
    flat.absent = Some(BTreeMap::from([(1, vec![2])]));
    assert_bridged_everywhere(flat);
}

/// As what a record type flattens: an object, nothing, or a refusal.
#[derive(Serialize, ZeroAllocJson)]
struct Outer<T> {
    first: u8,
    #[serde(flatten)]
    #[json(serde)]
    inner: T,
    last: u8,
}

#[derive(Serialize, ZeroAllocJson)]
struct OnlyFlat<T> {
    #[serde(flatten)]
    #[json(serde)]
    inner: T,
}

#[test]
fn flattened_by_a_derived_type() {
    #[track_caller]
    fn check<T: Serialize + Clone>(inner: T) {
        oracle::assert_same(&OnlyFlat { inner: inner.clone() });
        oracle::assert_same(&Outer { first: 1, inner, last: 2 });
    }
    check(BTreeMap::from([("a", 1)]));
    check(BTreeMap::<u8, u8>::new());
    check(None::<BTreeMap<u8, u8>>);
    check(());
    check(External::Struct { a: 1, b: vec![] });
    check(Internal::Struct { a: 1 });
    check(Untagged::Struct { a: 1 });
    oracle::assert_refused(&Outer { first: 1, inner: 1, last: 2 });
    oracle::assert_refused(&Outer { first: 1, inner: [1], last: 2 });
    // A float that is not finite is `null`, which is not nothing. Found by the fuzz target `bridge`.
    oracle::assert_refused(&Outer { first: 1, inner: f64::NAN, last: 2 });
    oracle::assert_refused(&Outer { first: 1, inner: Some(f32::INFINITY), last: 2 });
    oracle::assert_refused(&OnlyFlat { inner: f64::NEG_INFINITY });
}

struct Displayed(&'static [&'static str]);

impl Display for Displayed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| f.write_str(piece))
    }
}

impl Serialize for Displayed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[test]
fn displayed_values() {
    assert_bridged_everywhere(Displayed(&["a\"", "", "b\n", "c", "\u{1}ü"]));
    assert_bridged_everywhere(Displayed(&[]));
    assert_bridged(&BTreeMap::from([(1, Displayed(&["\\"]))]));
}

struct Fails;

impl Display for Fails {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Err(fmt::Error)
    }
}

/// `serde_json` panics there.
#[test]
fn a_display_that_fails() {
    struct Collected;
    impl Serialize for Collected {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(&Fails)
        }
    }
    assert_eq!(oracle::assert_error(&Serde(&[Collected])), "a Display implementation returned an error");
}

/// Bytes are an array of numbers; so they are with what `serde_bytes` makes of them.
#[test]
fn bytes() {
    for len in [0, 1, 2, 63, 64, 65, 1000] {
        let bytes: Vec<u8> = (0..len).map(|n: usize| (n % 256) as u8).collect();
        assert_bridged_everywhere(serde_bytes::ByteBuf::from(bytes.clone()));
        assert_bridged(serde_bytes::Bytes::new(&bytes));
    }
}

/// The two structs by which `serde_json` hands text through serde; here by hand, since it has them with features only.
struct Private {
    name: &'static str,
    field: &'static str,
    text: &'static str,
}

impl Serialize for Private {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct(self.name, 1)?;
        fields.serialize_field(self.field, self.text)?;
        fields.end()
    }
}

#[test]
fn text_in_the_guise_of_a_struct() {
    const NUMBER: &str = "$serde_json::private::Number";
    const RAW: &str = "$serde_json::private::RawValue";
    for name in [NUMBER, RAW] {
        let value = || Private { name, field: name, text: "1.000e+400" };
        oracle::assert_text(&Serde([value(), value()]), "[1.000e+400,1.000e+400]");
        oracle::assert_error(&Serde(Private { field: "other", ..value() }));
    }
    oracle::assert_text(&Serde(Private { name: RAW, field: RAW, text: "{ \"a\" : 1 }" }), "{ \"a\" : 1 }");
    let other = Private { name: "$serde_json::private::Nothing", field: NUMBER, text: "1" };
    oracle::assert_text(&Serde(other), r#"{"$serde_json::private::Number":"1"}"#);
}

/// Only a string may be in it.
#[test]
fn no_text_in_the_guise_of_a_struct() {
    struct Wrong<T>(&'static str, T);
    impl<T: Serialize> Serialize for Wrong<T> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut fields = serializer.serialize_struct(self.0, 1)?;
            fields.serialize_field(self.0, &self.1)?;
            fields.end()
        }
    }
    #[track_caller]
    fn check<T: Serialize + Copy>(value: T) {
        let number = Wrong("$serde_json::private::Number", value);
        assert_eq!(oracle::assert_error(&Serde([number])), "invalid number");
        let raw = Wrong("$serde_json::private::RawValue", value);
        assert_eq!(oracle::assert_error(&Serde([raw])), "expected RawValue");
    }
    check(1_u8);
    check(1.0);
    check(true);
    check('x');
    check(());
    check(Some("1"));
    check([1]);
    check((1, 2));
    check(&BTreeMap::from([("a", 1)]));
    check(&External::Struct { a: 1, b: vec![] });
    check(&External::Unit);
    check(&Newtype("1"));
    oracle::assert_text(&Serde(Wrong("$serde_json::private::Number", Displayed(&["1", "2", ".5"]))), "12.5");
}

/// A serializer's answers about itself decide the text of some types.
#[test]
fn it_is_human_readable() {
    struct Asks;
    impl Serialize for Asks {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let readable = serializer.is_human_readable();
            serializer.serialize_bool(readable)
        }
    }
    oracle::assert_text(&Serde(Asks), "true");
    assert_bridged_everywhere(Asks);
}

/// A sequence whose length is not known before.
struct Unknown(usize);
impl Serialize for Unknown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((0..self.0).filter(|n| n % 2 == 0))
    }
}

/// Entries by key and value, as by hand; and lengths that are not known, or not true.
#[test]
fn maps_and_sequences_by_hand() {
    struct ByHand(Option<usize>);
    impl Serialize for ByHand {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(self.0)?;
            map.serialize_key("a")?;
            map.serialize_value(&[1])?;
            map.serialize_entry(&2, "b")?;
            map.serialize_key(&Some('c'))?;
            map.serialize_value(&None::<u8>)?;
            map.end()
        }
    }
    assert_bridged_everywhere(ByHand(None));
    assert_bridged_everywhere(ByHand(Some(3)));
    assert_bridged_everywhere(ByHand(Some(100)));
    // `serde_json` closes the object at once, and writes the entries behind it.
    oracle::assert_text(&Serde(ByHand(Some(0))), r#"{"a":[1],"2":"b","c":null}"#);

    for len in 0..5 {
        assert_bridged_everywhere(Unknown(len));
    }
}

#[test]
fn values_of_owned_types() {
    assert_like(&Serde(String::from("x")), "x");
    assert_like(&Some(Serde(vec![1])), &Some([1]));
    assert_like(&vec![Serde("a"), Serde("b")], &["a", "b"]);
}

/// The dynamic values of `serde_json` itself.
#[test]
fn dynamic_values() {
    assert_bridged_everywhere(serde_json::json!({
        "a": [null, true, 1, -1, 1.5, "x\n", {"": {}}, []], "b": 18_446_744_073_709_551_615_u64, "c": {"d": [[[]]]}
    }));
}
