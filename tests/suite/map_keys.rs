//! Every type that may be a map's key, against `serde_json`, which quotes them all.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use record_runtime::ZeroAllocJson;
use record_tests::catalogue::PlainHasher;
use record_tests::oracle::{assert_error, assert_refused, assert_same, assert_same_text};
use serde::Serialize;

/// The given keys in maps of both kinds, one entry each and all at once.
macro_rules! assert_keys {
    ($($key:expr),+ $(,)?) => {{
        $(
            assert_same(&BTreeMap::from([($key, 1_u8)]));
            assert_same(&HashMap::from([($key, "v")]));
        )+
        assert_same(&BTreeMap::from([$(($key, u64::MAX)),+]));
        assert_same(&HashMap::<_, _, PlainHasher>::from_iter([$(($key, Some("v\n"))),+]));
        assert_same(&[BTreeMap::from([$(($key, [()])),+]), BTreeMap::new()]);
    }};
}

macro_rules! assert_integer_keys {
    ($($int:ident)*) => {$(
        assert_keys!($int::MIN, 0, 1, 9, 10, 99, 100, $int::MAX / 2, $int::MAX - 1, $int::MAX);
    )*};
}

#[test]
fn integers() {
    assert_integer_keys!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);
    assert_keys!(-1_i8, -10, -99, -100);
    assert_keys!(-1_i64, -10, -12_345, -999_999_999);
    assert_same_text(&BTreeMap::from([(-5_i128, 1)]), r#"{"-5":1}"#);
}

#[test]
fn booleans_and_characters() {
    assert_keys!(false, true);
    assert_keys!('a', '"', '\\', '\u{0}', '\n', '\u{1f}', '\u{7f}', 'é', '\u{2028}', '🦀', char::MAX);
}

#[test]
fn text() {
    assert_keys!("", "a", "a\"b", "\\", "\u{0}", "é", "a key that is longer than thirty-two bytes");
    assert_keys!(String::new(), String::from("owned"), String::from("\t"));
    assert_keys!(Cow::Borrowed("b"), Cow::<str>::Owned(String::from("o\n")));
    assert_keys!(Box::<str>::from("x"), Box::<str>::from("\u{b}"));
    assert_keys!(Rc::<str>::from("x"), Rc::<str>::from(""));
    assert_keys!(Arc::<str>::from("x"), Arc::<str>::from(""));
    assert_keys!(&"x", &"y");
    assert_keys!(Box::new(1), Box::new(-1));
    assert_keys!(&'c', &'d');
}

#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, ZeroAllocJson)]
#[serde(rename_all = "kebab-case")]
enum Colour {
    Red,
    DarkGreen,
    #[serde(rename = "the \"blue\" one")]
    Blue,
}

#[test]
fn unit_variants() {
    assert_keys!(Colour::Red, Colour::DarkGreen, Colour::Blue);
    let map = BTreeMap::from([(Colour::DarkGreen, 1), (Colour::Blue, 2)]);
    assert_same_text(&map, r#"{"dark-green":1,"the \"blue\" one":2}"#);
}

/// `Ord` is all that a float lacks to be a key.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ZeroAllocJson)]
struct Float<T>(T);

impl Eq for Float<f64> {}
impl Eq for Float<f32> {}

impl PartialOrd for Float<f64> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Float<f64> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Float<f32> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Float<f32> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

#[test]
fn finite_floats() {
    for float in [0.0, -0.0, 1.0, 0.1, -1.5, 1e15, 1e16, 1e-5, 1e-6, f64::MAX, f64::MIN_POSITIVE, 5e-324] {
        assert_same(&BTreeMap::from([(Float(float), 1)]));
    }
    for float in [0.0, -0.0, 1.0, 0.1, -1.5, 1e12, 1e13, 1e-6, 1e-7, f32::MAX, f32::MIN_POSITIVE, 1e-45] {
        assert_same(&BTreeMap::from([(Float(float), 1)]));
    }
    assert_same_text(&BTreeMap::from([(Float(1.0_f64), None::<u8>), (Float(2.5), None)]), r#"{"1.0":null,"2.5":null}"#);
}

#[test]
fn floats_that_are_not_finite() {
    for float in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_refused(&BTreeMap::from([(Float(float), 1)]));
        assert_refused(&(1, "before", BTreeMap::from([(Float(0.5), 1), (Float(float), 2)]), "after"));
    }
    for float in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        assert_refused(&BTreeMap::from([(Float(float), 1)]));
    }
}

/// Keys of which only the text tells, each of an `f64`, and in a type whose `null` means nothing otherwise.
#[derive(Clone, Copy, Debug, Serialize, ZeroAllocJson)]
#[serde(untagged)]
enum Untagged {
    Float(f64),
    List([f64; 1]),
    Nothing,
}

#[derive(Clone, Copy, Debug, Serialize, ZeroAllocJson)]
#[serde(into = "f64")]
struct Into64(f64);

impl From<Into64> for f64 {
    fn from(value: Into64) -> Self {
        value.0
    }
}

#[derive(Clone, Copy, Debug, Serialize, ZeroAllocJson)]
struct Maybe(Option<Untagged>);

/// A map of one key without an order.
#[derive(Serialize, ZeroAllocJson)]
#[serde(bound = "K: Serialize")]
#[json(bound = "K: ZeroAllocJson")]
struct One<K> {
    #[serde(serialize_with = "one_entry")]
    #[json(serialize_with = "write_one")]
    entry: K,
}

fn one_entry<K: Serialize, S: serde::Serializer>(key: &K, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map([(key, 1)])
}

fn write_one<K: ZeroAllocJson>(key: &K, w: &mut record_runtime::JsonWriter<'_>) {
    w.map([(key, 1)]);
}

#[test]
fn refusals_of_keys_have_the_words_of_serde() {
    let keys = [1.5, f64::NAN, f64::INFINITY].map(|float| {
        [Untagged::Float(float), Untagged::List([float])].map(|key| (Into64(float), key, Maybe(Some(key))))
    });
    for (into, untagged, maybe) in keys.into_iter().flatten() {
        check_one(into);
        check_one(untagged);
        check_one(maybe);
        check_one([untagged]);
    }
    check_one(Untagged::Nothing);
    check_one(Maybe(None));
    check_one(Maybe(Some(Untagged::Nothing)));
}

#[track_caller]
fn check_one<K: Serialize + ZeroAllocJson>(key: K) {
    let value = One { entry: key };
    match serde_json::to_string(&value) {
        Ok(_) => assert_same(&value),
        Err(error) => assert_eq!(assert_error(&value), error.to_string()),
    }
}

#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, ZeroAllocJson)]
struct Id(u64);

#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, ZeroAllocJson)]
struct Name<'a>(Cow<'a, str>);

#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, ZeroAllocJson)]
struct Outer<T>(T);

#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, ZeroAllocJson)]
#[serde(transparent)]
struct Transparent {
    inner: Outer<i32>,
}

#[test]
fn newtypes() {
    assert_keys!(Id(0), Id(u64::MAX));
    assert_keys!(Name(Cow::Borrowed("n")), Name(Cow::Borrowed("\"")));
    assert_keys!(Outer(Id(1)), Outer(Id(2)));
    assert_keys!(Outer(Colour::Red), Outer(Colour::Blue));
    assert_keys!(Outer(true), Outer(false));
    assert_keys!(Outer('"'), Outer('b'));
    assert_keys!(Outer(Outer(String::from("s"))), Outer(Outer(String::new())));
    assert_keys!(Transparent { inner: Outer(-1) }, Transparent { inner: Outer(1) });
}

#[derive(Serialize, ZeroAllocJson)]
struct Catalog<'a> {
    names: BTreeMap<Id, &'a str>,
    prices: HashMap<Name<'a>, f64>,
    nested: BTreeMap<Colour, BTreeMap<char, BTreeMap<bool, Vec<Id>>>>,
    #[serde(flatten)]
    numbered: BTreeMap<i16, u8>,
    #[serde(flatten)]
    coloured: BTreeMap<Colour, u8>,
}

#[test]
fn maps_in_fields() {
    let mut catalog = Catalog {
        names: BTreeMap::from([(Id(3), "three"), (Id(30), "thirty\n")]),
        prices: HashMap::from([(Name(Cow::Borrowed("pear")), 0.25), (Name(Cow::Borrowed("\u{1}")), f64::NAN)]),
        nested: BTreeMap::from([(
            Colour::Blue,
            BTreeMap::from([('x', BTreeMap::from([(true, vec![Id(1)]), (false, vec![])])), ('y', BTreeMap::new())]),
        )]),
        numbered: BTreeMap::from([(-1, 1), (1, 2)]),
        coloured: BTreeMap::from([(Colour::Red, 3)]),
    };
    assert_same(&catalog);
    catalog.numbered.clear();
    assert_same(&catalog);
    catalog.coloured.clear();
    catalog.names.clear();
    assert_same(&catalog);
}

/// Keys of every length, each with an escape somewhere.
#[test]
fn keys_of_every_length() {
    for len in 0..200 {
        let clean = "k".repeat(len);
        assert_same(&BTreeMap::from([(clean.as_str(), len)]));
        for at in [0, len / 2, len] {
            let mut escaped = clean.clone();
            escaped.insert(at, '\u{7}');
            assert_same(&BTreeMap::from([(escaped, len), (clean.clone(), at)]));
        }
    }
}
