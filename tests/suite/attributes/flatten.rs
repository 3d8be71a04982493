//! `flatten` of everything that serde can flatten, at every place in a struct.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use record_runtime::{Cursor, Dispatch, JsonWriter, ZeroAllocJson};
use record_tests::oracle::{assert_refused, assert_same, assert_same_text};
use serde::Serialize;

#[derive(Clone, Default, Serialize, ZeroAllocJson)]
struct Pair {
    x: u8,
    y: &'static str,
}

#[derive(Clone, Default, Serialize, ZeroAllocJson)]
struct Empty {}

#[derive(Clone, Default, Serialize, ZeroAllocJson)]
struct Unit;

#[derive(Clone, Serialize, ZeroAllocJson)]
struct Wrapper<T>(T);

#[derive(Clone, Serialize, ZeroAllocJson)]
#[serde(transparent)]
struct Transparent<T> {
    inner: T,
}

#[derive(Clone, Default, Serialize, ZeroAllocJson)]
struct Optional {
    #[serde(skip_serializing_if = "Option::is_none")]
    p: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    q: Option<u8>,
}

#[derive(Clone, Serialize, ZeroAllocJson)]
struct Only<T> {
    #[serde(flatten)]
    inner: T,
}

#[derive(Clone, Serialize, ZeroAllocJson)]
struct First<T> {
    #[serde(flatten)]
    inner: T,
    after: u8,
}

#[derive(Clone, Serialize, ZeroAllocJson)]
struct Last<T> {
    before: u8,
    #[serde(flatten)]
    inner: T,
}

#[derive(Clone, Serialize, ZeroAllocJson)]
struct Between<T> {
    before: u8,
    #[serde(flatten)]
    inner: T,
    after: &'static str,
}

#[derive(Clone, Serialize, ZeroAllocJson)]
struct Twice<T, U> {
    #[serde(flatten)]
    one: T,
    #[serde(flatten)]
    two: U,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<u8>,
}

#[derive(Clone, Serialize, ZeroAllocJson)]
enum InVariant<T> {
    Only {
        #[serde(flatten)]
        inner: T,
    },
    Last {
        before: u8,
        #[serde(flatten)]
        inner: T,
    },
}

#[derive(Clone, Serialize, ZeroAllocJson)]
#[serde(tag = "tag")]
enum InTagged<T> {
    Only {
        #[serde(flatten)]
        inner: T,
    },
    Newtype(Only<T>),
}

/// `inner` flattened at every place, in structs and variants, once and nested.
fn assert_flattened<T: Clone + Serialize + ZeroAllocJson>(inner: T) {
    let values = vec![inner.clone(), inner.clone()];
    for inner in values {
        let only = Only { inner: inner.clone() };
        assert_same(&only);
        assert_same(&First { inner: inner.clone(), after: 1 });
        assert_same(&Last { before: 1, inner: inner.clone() });
        assert_same(&Between { before: 1, inner: inner.clone(), after: "\n" });
        assert_same(&Only { inner: Only { inner: First { inner: inner.clone(), after: 1 } } });
        assert_same(&Between { before: 1, inner: Last { before: 2, inner: inner.clone() }, after: "x" });
        for after in [None, Some(3)] {
            assert_same(&Twice { one: inner.clone(), two: only.clone(), after });
            assert_same(&Twice { one: Empty {}, two: inner.clone(), after });
            assert_same(&Twice { one: inner.clone(), two: Pair::default(), after });
        }
        assert_same(&[InVariant::Only { inner: inner.clone() }, InVariant::Last { before: 1, inner: inner.clone() }]);
        assert_same(&[InTagged::Only { inner: inner.clone() }, InTagged::Newtype(only.clone())]);
        assert_same(&Last { before: 1, inner: Some(inner.clone()) });
        assert_same(&First { inner: Some(Some(&inner)), after: 2 });
        assert_same(&First { inner: None::<T>, after: 2 });
        assert_same(&Only { inner: Wrapper(&inner) });
        assert_same(&Last { before: 1, inner: Transparent { inner: Box::new(inner.clone()) } });
        assert_same(&First { inner: Rc::new(inner), after: 1 });
    }
}

#[test]
fn structs() {
    assert_flattened(Pair { x: 1, y: "y\"" });
    assert_flattened(Empty {});
    for (p, q) in [(None, None), (Some(1), None), (None, Some(2)), (Some(1), Some(2))] {
        assert_flattened(Optional { p, q });
    }
}

#[test]
fn maps() {
    assert_flattened(BTreeMap::<String, u8>::new());
    assert_flattened(BTreeMap::from([("k\n", 1)]));
    assert_flattened(BTreeMap::from([(String::from("k"), Some(vec!["v"])), (String::new(), None)]));
    assert_flattened(HashMap::from([(1, BTreeMap::from([(true, 'c')])), (-2, BTreeMap::new())]));
    assert_same(&Last { before: 1, inner: Cow::Borrowed(&BTreeMap::from([('k', 1)])) });
}

#[test]
fn nothing() {
    assert_flattened(Unit);
    assert_flattened(());
    assert_same_text(&Only { inner: () }, "{}");
    assert_same_text(&Between { before: 1, inner: Unit, after: "x" }, r#"{"before":1,"after":"x"}"#);
}

#[derive(Clone, Serialize, ZeroAllocJson)]
enum External {
    Unit,
    Newtype(Vec<u8>),
    Tuple(u8, String),
    Struct { a: u8, b: Option<f64> },
    Empty {},
}

#[derive(Clone, Serialize, ZeroAllocJson)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Internal {
    Unit,
    Newtype(Pair),
    Map(BTreeMap<String, u8>),
    Struct { a: u8, b: Option<f64> },
}

#[derive(Clone, Serialize, ZeroAllocJson)]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    Unit,
    Newtype(u8),
    Tuple(u8, String),
    Struct { a: u8 },
}

#[derive(Clone, Serialize, ZeroAllocJson)]
#[serde(untagged)]
enum Untagged {
    Pair(Pair),
    Map(BTreeMap<u8, u8>),
    Struct { a: u8, b: Option<f64> },
    Unit,
}

#[test]
fn externally_tagged_enums() {
    assert_flattened(External::Unit);
    assert_flattened(External::Newtype(vec![1]));
    assert_flattened(External::Tuple(1, String::from("t")));
    assert_flattened(External::Struct { a: 1, b: Some(0.5) });
    assert_flattened(External::Empty {});
}

#[test]
fn internally_tagged_enums() {
    assert_flattened(Internal::Unit);
    assert_flattened(Internal::Newtype(Pair { x: 1, y: "" }));
    assert_flattened(Internal::Map(BTreeMap::from([(String::from("m"), 1)])));
    assert_flattened(Internal::Struct { a: 1, b: None });
}

#[test]
fn adjacently_tagged_enums() {
    assert_flattened(Adjacent::Unit);
    assert_flattened(Adjacent::Newtype(1));
    assert_flattened(Adjacent::Tuple(1, String::from("t")));
    assert_flattened(Adjacent::Struct { a: 1 });
}

#[test]
fn untagged_enums() {
    assert_flattened(Untagged::Pair(Pair { x: 1, y: "" }));
    assert_flattened(Untagged::Map(BTreeMap::from([(1, 2)])));
    assert_flattened(Untagged::Map(BTreeMap::new()));
    assert_flattened(Untagged::Struct { a: 1, b: Some(0.1) });
    assert_flattened(Untagged::Unit);
}

#[derive(Serialize, ZeroAllocJson)]
struct Skipping {
    #[serde(skip_serializing_if = "Option::is_none")]
    a: Option<u8>,
    #[serde(flatten, skip_serializing_if = "BTreeMap::is_empty")]
    map: BTreeMap<&'static str, u8>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pair: Option<Pair>,
    #[serde(skip_serializing_if = "Option::is_none")]
    b: Option<u8>,
    #[serde(flatten, skip)]
    _never: Pair,
}

#[test]
fn flatten_and_skip() {
    for set in 0..16 {
        let bit = |i: u8| (set & (1 << i) != 0).then_some(i);
        assert_same(&Skipping {
            a: bit(0),
            map: bit(1).map(|i| ("m", i)).into_iter().collect(),
            pair: bit(2).map(|x| Pair { x, y: "" }),
            b: bit(3),
            _never: Pair::default(),
        });
    }
}

/// A key may then appear twice: serde writes both, and so do we.
#[test]
fn keys_that_appear_twice() {
    let value = Between { before: 1, inner: BTreeMap::from([("after", 2), ("before", 3)]), after: "x" };
    assert_same_text(&value, r#"{"before":1,"after":2,"before":3,"after":"x"}"#);
}

#[derive(Serialize, ZeroAllocJson)]
struct Deep {
    a: u8,
    #[serde(flatten)]
    one: DeepOne,
    z: u8,
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(rename_all = "UPPERCASE")]
struct DeepOne {
    #[serde(flatten)]
    two: Option<DeepTwo>,
    b: &'static str,
    #[serde(flatten)]
    rest: HashMap<String, f64>,
}

#[derive(Serialize, ZeroAllocJson)]
struct DeepTwo {
    #[serde(skip_serializing_if = "Option::is_none")]
    c: Option<u8>,
    #[serde(flatten)]
    kind: Internal,
    #[serde(flatten)]
    more: BTreeMap<char, Pair>,
}

#[test]
fn nested_flattens() {
    for c in [None, Some(1)] {
        for kind in [Internal::Unit, Internal::Newtype(Pair::default())] {
            for more in [BTreeMap::new(), BTreeMap::from([('"', Pair::default()), ('m', Pair::default())])] {
                let two = DeepTwo { c, kind: kind.clone(), more };
                let one = DeepOne { two: Some(two), b: "b", rest: HashMap::from([(String::from("r"), 0.1)]) };
                assert_same(&one);
                assert_same(&Deep { a: 1, one, z: 26 });
            }
        }
    }
    assert_same(&Deep { a: 1, one: DeepOne { two: None, b: "", rest: HashMap::new() }, z: 26 });
}

mod entries {
    use super::{BTreeMap, JsonWriter};

    pub(super) fn serialize<S: serde::Serializer>(list: &[(u8, char)], serializer: S) -> Result<S::Ok, S::Error> {
        serde::Serialize::serialize(&list.iter().copied().collect::<BTreeMap<_, _>>(), serializer)
    }

    pub(super) fn write_json(list: &[(u8, char)], w: &mut JsonWriter<'_>) {
        w.map(list.iter().copied());
    }
}

#[derive(Serialize, ZeroAllocJson)]
struct WithFunction {
    a: u8,
    #[serde(flatten, with = "entries")]
    #[json(with = "entries")]
    list: Vec<(u8, char)>,
    #[serde(flatten, with = "entries", skip_serializing_if = "Vec::is_empty")]
    #[json(with = "entries")]
    other: Vec<(u8, char)>,
    z: u8,
}

#[test]
fn flatten_what_a_function_writes() {
    for (list, other) in [(0, 0), (0, 2), (1, 0), (3, 1)] {
        let items = |count: u8| (0..count).map(|key| (key, '"')).collect();
        assert_same(&WithFunction { a: 1, list: items(list), other: items(other), z: 2 });
    }
}

/// A type can hold itself flattened, which serde's types cannot express.
#[derive(ZeroAllocJson)]
struct Chain {
    #[json(skip_serializing_if = "Option::is_none")]
    value: Option<u8>,
    #[json(flatten)]
    next: Option<Box<Chain>>,
    #[json(flatten)]
    map: BTreeMap<char, u8>,
}

#[test]
fn flatten_of_the_type_itself() {
    let chain = |value, next, key| Chain { value, next, map: BTreeMap::from([(key, 0)]) };
    let mut value = Chain { value: None, next: None, map: BTreeMap::new() };
    record_tests::oracle::assert_text(&value, "{}");
    value = chain(Some(1), Some(Box::new(value)), 'a');
    value = chain(None, Some(Box::new(value)), 'b');
    value = chain(Some(3), Some(Box::new(value)), 'c');
    record_tests::oracle::assert_text(&value, r#"{"value":3,"value":1,"a":0,"b":0,"c":0}"#);
}

/// A number of its own type's, as a hand-written implementation has it.
struct Celsius(f64);

impl ZeroAllocJson for Celsius {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.f64(self.0)
    }
}

impl Serialize for Celsius {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0)
    }
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(untagged)]
enum Reading {
    None,
    Value(f32),
    Perhaps(Option<f32>),
    Nested(Box<Reading>),
    Named { value: f64 },
}

#[derive(Serialize, ZeroAllocJson)]
struct Flattening<T> {
    #[serde(flatten)]
    reading: T,
    at: u8,
}

/// A float that is not finite is `null`, and is not nothing, whatever the type says of itself.
#[test]
fn flattened_floats_that_are_not_finite() {
    for value in [f64::NAN, f64::INFINITY, 1.5] {
        assert_refused(&Flattening { reading: Celsius(value), at: 1 });
        #[expect(clippy::cast_possible_truncation, reason = "one of three")]
        let single = value as f32;
        assert_refused(&Flattening { reading: Reading::Value(single), at: 1 });
        assert_refused(&Flattening { reading: Reading::Perhaps(Some(single)), at: 1 });
        assert_refused(&Flattening { reading: Reading::Nested(Box::new(Reading::Value(single))), at: 1 });
        assert_same(&Flattening { reading: Reading::Named { value }, at: 1 });
        assert_refused(&Flattening { reading: Some(value), at: 1 });
        assert_refused(&Flattening { reading: Some(Some(Box::new(single))), at: 1 });
        assert_refused(&Flattening { reading: Some(Reading::Value(single)), at: 1 });
        let counted = Rc::new(value);
        assert_refused(&Flattening { reading: Rc::downgrade(&counted), at: 1 });
    }
    for value in [None, Some(None)] {
        assert_same(&Flattening { reading: value, at: 1 });
        assert_same(&Flattening { reading: value.map(|value: Option<f64>| value.map(Celsius)), at: 1 });
    }
    // Of a type that may be such a float, too.
    assert_same(&Flattening { reading: Reading::Perhaps(None), at: 1 });
    assert_same(&Flattening { reading: Reading::None, at: 1 });
    assert_same(&Flattening { reading: Reading::Nested(Box::new(Reading::None)), at: 1 });
}

/// A value without entries is named as serde names it, whatever the type says of itself.
#[test]
fn what_cannot_be_flattened_is_named() {
    #[derive(Clone, Debug, Serialize, ZeroAllocJson)]
    #[serde(untagged)]
    enum Any {
        Bool(bool),
        Unsigned(u64),
        Signed(i64),
        Float(f64),
        Text(&'static str),
        List(Vec<Any>),
    }

    let floats = [0.0, -1.5, 1e300, -1e-300, 5e-324, f64::NAN, f64::NEG_INFINITY].map(Any::Float);
    let integers = [Any::Unsigned(0), Any::Unsigned(u64::MAX), Any::Signed(i64::MIN), Any::Signed(-1)];
    let texts = ["", "1.5", "{}", "null"].map(Any::Text);
    let lists = [Any::List(Vec::new()), Any::List(vec![Any::Float(1.5), Any::Bool(true)])];
    let all = [Any::Bool(true), Any::Bool(false)].into_iter().chain(floats).chain(integers).chain(texts).chain(lists);
    for reading in all {
        let value = Flattening { reading: reading.clone(), at: 1 };
        let expected = serde_json::to_vec(&value).expect_err("it has no entries").to_string();
        assert_refused(&value);
        let error = record_runtime::try_to_vec(&value).expect_err("it has no entries");
        assert_eq!(error.message().to_string(), expected, "{reading:?}");
    }
}
