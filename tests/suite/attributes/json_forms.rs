//! The forms of `json(…)` that serde lacks or has otherwise. They are functions that write a field, definitions of
//! foreign types, and `json` beside or instead of `serde`. The reference is a serde type with the same text.

#![expect(clippy::trivially_copy_pass_by_ref, reason = "the signatures that the derives call")]

use std::collections::BTreeMap;
use std::fmt;

use record_runtime::{Error, JsonWriter, ZeroAllocJson};
use record_tests::oracle::{assert_error, assert_like, assert_same, assert_same_text, assert_text};
use serde::{Serialize, Serializer};

/// Every attribute that a `json` type shares with serde, written once for each.
#[test]
fn the_same_attributes_in_json() {
    #[derive(ZeroAllocJson)]
    #[json(rename_all = "camelCase", tag = "t", rename = "Named")]
    struct Json {
        first_field: u8,
        #[json(rename = "second \"field\"")]
        second: u8,
        #[json(skip)]
        _third: u8,
        #[json(skip_serializing)]
        _fourth: u8,
        #[json(skip_serializing_if = "Option::is_none")]
        fifth: Option<u8>,
        #[json(flatten)]
        rest: BTreeMap<String, u8>,
    }

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase", tag = "t", rename = "Named")]
    struct Serde {
        first_field: u8,
        #[serde(rename = "second \"field\"")]
        second: u8,
        #[serde(skip_serializing_if = "Option::is_none")]
        fifth: Option<u8>,
        #[serde(flatten)]
        rest: BTreeMap<String, u8>,
    }

    for fifth in [None, Some(5)] {
        let rest = BTreeMap::from([(String::from("r"), 6)]);
        assert_like(
            &Json { first_field: 1, second: 2, _third: 3, _fourth: 4, fifth, rest: rest.clone() },
            &Serde { first_field: 1, second: 2, fifth, rest },
        );
    }
}

macro_rules! same_enum {
    ($test:ident, $($attribute:tt)*) => {
        #[test]
        fn $test() {
            #[derive(ZeroAllocJson)]
            #[json($($attribute)*)]
            enum Json {
                UnitVariant,
                Newtype(BTreeMap<u8, u8>),
                #[json(rename = "re-named")]
                Struct { field_one: u8 },
            }

            #[derive(Serialize)]
            #[serde($($attribute)*)]
            enum Serde {
                UnitVariant,
                Newtype(BTreeMap<u8, u8>),
                #[serde(rename = "re-named")]
                Struct { field_one: u8 },
            }

            assert_like(&Json::UnitVariant, &Serde::UnitVariant);
            let map = || BTreeMap::from([(1, 2)]);
            assert_like(&[Json::Newtype(map())], &[Serde::Newtype(map())]);
            assert_like(&[Json::Struct { field_one: 1 }], &[Serde::Struct { field_one: 1 }]);
        }
    };
}

same_enum!(external, rename_all = "snake_case", rename_all_fields = "camelCase");
same_enum!(internal, tag = "t", rename_all(serialize = "UPPERCASE"));
same_enum!(adjacent, tag = "t", content = "c", rename_all_fields(serialize = "kebab-case"));
same_enum!(untagged, untagged);

#[test]
fn json_wins_over_serde() {
    #[derive(Serialize, ZeroAllocJson)]
    #[serde(rename_all = "UPPERCASE")]
    #[json(rename_all = "kebab-case")]
    #[expect(clippy::struct_field_names, reason = "names of two words")]
    struct Both {
        first_field: u8,
        #[serde(rename = "of_serde")]
        #[json(rename = "of_json")]
        second_field: u8,
        #[serde(rename = "of_serde_alone")]
        third_field: u8,
        #[json(skip)]
        _fourth_field: u8,
    }

    #[derive(ZeroAllocJson)]
    #[serde(tag = "t", content = "c")]
    #[json(tag = "kind")]
    enum Tagged {
        Struct { a: u8 },
    }

    let both = Both { first_field: 1, second_field: 2, third_field: 3, _fourth_field: 4 };
    assert_text(&both, r#"{"first-field":1,"of_json":2,"of_serde_alone":3}"#);
    assert_text(&Tagged::Struct { a: 1 }, r#"{"kind":"Struct","a":1}"#);
}

/// A module with the functions that both sides of `with = "hex"` look for.
mod hex {
    use super::{Display, JsonWriter, Serializer};

    pub(super) fn serialize<S: Serializer>(number: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Display(*number))
    }

    pub(super) fn write_json(number: &u32, w: &mut JsonWriter<'_>) {
        w.fmt(format_args!("{}", Display(*number)));
    }
}

/// Displayed in pieces, with an escape.
struct Display(u32);

impl fmt::Display for Display {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{:#010x}\"", self.0)
    }
}

fn serialize_length<S: Serializer, T>(list: &[T], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(list.len()).unwrap_or(u64::MAX))
}

fn write_length<T>(list: &[T], w: &mut JsonWriter<'_>) {
    w.value(&list.len());
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[derive(Serialize, ZeroAllocJson)]
struct WithFunctions {
    #[serde(with = "hex")]
    #[json(with = "hex")]
    first: u32,
    between: &'static str,
    #[serde(serialize_with = "serialize_length", rename = "n")]
    #[json(serialize_with = "write_length")]
    list: Vec<String>,
    #[serde(with = "hex", skip_serializing_if = "is_zero")]
    #[json(with = "hex")]
    last: u32,
}

#[derive(Serialize, ZeroAllocJson)]
struct NewtypeWith(
    #[serde(with = "hex")]
    #[json(with = "hex")]
    u32,
);

#[derive(Serialize, ZeroAllocJson)]
struct TupleWith(
    u8,
    #[serde(with = "hex")]
    #[json(with = "hex")]
    u32,
    #[serde(serialize_with = "serialize_length")]
    #[json(serialize_with = "write_length")]
    Vec<u8>,
);

#[derive(Serialize, ZeroAllocJson)]
#[serde(transparent)]
struct TransparentWith {
    #[serde(with = "hex")]
    #[json(with = "hex")]
    inner: u32,
}

#[derive(Serialize, ZeroAllocJson)]
enum VariantsWith {
    Field {
        #[serde(with = "hex")]
        #[json(with = "hex")]
        number: u32,
        after: u8,
    },
    Newtype(
        #[serde(with = "hex")]
        #[json(with = "hex")]
        u32,
    ),
    #[serde(with = "hex")]
    #[json(with = "hex")]
    Whole(u32),
    #[serde(serialize_with = "serialize_sum")]
    #[json(serialize_with = "write_sum")]
    Tuple(u8, u8),
    #[serde(serialize_with = "serialize_sum")]
    #[json(serialize_with = "write_sum")]
    Struct { a: u8, b: u8 },
    #[serde(serialize_with = "serialize_nothing")]
    #[json(serialize_with = "write_nothing")]
    Unit,
}

fn serialize_sum<S: Serializer>(a: &u8, b: &u8, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(u16::from(*a) + u16::from(*b))
}

fn write_sum(a: &u8, b: &u8, w: &mut JsonWriter<'_>) {
    w.value(&(u16::from(*a) + u16::from(*b)));
}

fn serialize_nothing<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str("nothing")
}

fn write_nothing(w: &mut JsonWriter<'_>) {
    w.value("nothing");
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(tag = "t", content = "c")]
enum AdjacentWith {
    #[serde(with = "hex")]
    #[json(with = "hex")]
    Whole(u32),
    #[serde(serialize_with = "serialize_sum")]
    #[json(serialize_with = "write_sum")]
    Tuple(u8, u8),
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(untagged)]
enum UntaggedWith {
    #[serde(with = "hex")]
    #[json(with = "hex")]
    Whole(u32),
    #[serde(serialize_with = "serialize_sum")]
    #[json(serialize_with = "write_sum")]
    Tuple(u8, u8),
}

#[test]
fn functions_that_write_a_field() {
    for last in [0, 1] {
        let list = vec![String::new(), String::new()];
        assert_same(&WithFunctions { first: u32::MAX, between: "b", list, last });
    }
    assert_same(&NewtypeWith(1));
    assert_same(&TupleWith(1, 2, vec![3, 4, 5]));
    assert_same(&[TransparentWith { inner: 6 }]);
}

#[test]
fn functions_that_write_a_variant() {
    assert_same(&[
        VariantsWith::Field { number: 1, after: 2 },
        VariantsWith::Newtype(3),
        VariantsWith::Whole(4),
        VariantsWith::Tuple(200, 100),
        VariantsWith::Struct { a: 5, b: 6 },
        VariantsWith::Unit,
    ]);
    assert_same(&[AdjacentWith::Whole(1), AdjacentWith::Tuple(2, 3)]);
    assert_same(&[UntaggedWith::Whole(1), UntaggedWith::Tuple(2, 3)]);
}

/// The uses of the writer in a function of the user's.
#[test]
fn every_method_of_the_writer() {
    #[derive(ZeroAllocJson)]
    struct Methods<'a> {
        #[json(serialize_with = "value")]
        value: &'a str,
        #[json(serialize_with = "seq")]
        seq: &'a str,
        #[json(serialize_with = "map")]
        map: &'a str,
        #[json(serialize_with = "raw")]
        raw: &'a str,
        #[json(serialize_with = "fmt_")]
        fmt: &'a str,
    }

    fn value(text: &&str, w: &mut JsonWriter<'_>) {
        w.value(&(text, text.len()));
    }
    fn seq(text: &&str, w: &mut JsonWriter<'_>) {
        w.seq(text.chars());
    }
    fn map(text: &&str, w: &mut JsonWriter<'_>) {
        w.map(text.char_indices());
    }
    fn raw(text: &&str, w: &mut JsonWriter<'_>) {
        w.raw(text);
    }
    fn fmt_(text: &&str, w: &mut JsonWriter<'_>) {
        w.fmt(format_args!("{text}-{text:?}"));
    }

    let value = Methods { value: "a\"", seq: "é\n", map: "xy", raw: "[1, 2]", fmt: "f\"" };
    assert_text(
        &value,
        r#"{"value":["a\"",2],"seq":["é","\n"],"map":{"0":"x","1":"y"},"raw":[1, 2],"fmt":"f\"-\"f\\\"\""}"#,
    );
    let value = Methods { value: "", seq: "", map: "", raw: "null", fmt: "" };
    assert_text(&value, r#"{"value":["",0],"seq":[],"map":{},"raw":null,"fmt":"-\"\""}"#);
}

/// A function that writes no value, or two, or that reports an error.
#[test]
fn functions_that_do_not_write_one_value() {
    #[derive(ZeroAllocJson)]
    struct Wrong {
        before: String,
        #[json(serialize_with = "times")]
        value: usize,
        after: u8,
    }

    fn times(count: &usize, w: &mut JsonWriter<'_>) {
        for _ in 0..*count {
            w.value("v");
        }
        if *count > 10 {
            w.fail(Error::custom(format_args!("{count} is too much")));
        }
    }

    let value = |value| Wrong { before: "before".repeat(100), value, after: 1 };
    assert!(record_runtime::to_string(&value(1)).ends_with(r#","value":"v","after":1}"#));
    for count in [0, 2] {
        assert_error(&value(count));
        assert_error(&vec![value(1), value(count)]);
    }
    assert_eq!(assert_error(&value(11)), "11 is too much");
    assert_eq!(assert_error(&(1, vec![value(1), value(11)])), "11 is too much");
}

/// Types of another crate, as far as this module knows.
mod foreign {
    #[derive(Clone)]
    pub(super) struct Point {
        pub(super) x: i32,
        pub(super) y: i32,
    }

    pub(super) struct Secret {
        number: u64,
        text: String,
    }

    impl Secret {
        pub(super) fn new(number: u64, text: &str) -> Self {
            Self { number, text: text.to_owned() }
        }

        pub(super) fn number(&self) -> u64 {
            self.number
        }

        pub(super) fn text(&self) -> &str {
            &self.text
        }
    }

    pub(super) enum Shape {
        Circle { radius: f64 },
        Named(String),
        Nothing,
    }

    pub(super) struct Generic<T>(pub(super) T);
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(remote = "foreign::Point", rename_all = "UPPERCASE")]
#[json(remote = "foreign::Point")]
struct PointDef {
    x: i32,
    #[serde(rename = "why")]
    y: i32,
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(remote = "foreign::Secret")]
#[json(remote = "foreign::Secret")]
struct SecretDef {
    #[serde(getter = "foreign::Secret::number")]
    #[json(getter = "foreign::Secret::number")]
    number: u64,
    #[serde(getter = "secret_text", skip_serializing_if = "String::is_empty")]
    #[json(getter = "secret_text")]
    text: String,
}

fn secret_text(secret: &foreign::Secret) -> String {
    secret.text().to_uppercase()
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(remote = "foreign::Shape", tag = "type")]
#[json(remote = "foreign::Shape")]
enum ShapeDef {
    Circle {
        radius: f64,
    },
    #[serde(skip)]
    Nothing,
    #[serde(untagged)]
    Named(String),
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(remote = "foreign::Generic")]
#[json(remote = "foreign::Generic")]
struct GenericDef<T>(T);

#[derive(Serialize, ZeroAllocJson)]
struct UsesForeign {
    #[serde(with = "PointDef")]
    #[json(with = "PointDef")]
    point: foreign::Point,
    #[serde(with = "SecretDef")]
    #[json(with = "SecretDef")]
    secret: foreign::Secret,
    #[serde(with = "ShapeDef")]
    #[json(with = "ShapeDef")]
    shape: foreign::Shape,
    #[serde(with = "GenericDef")]
    #[json(with = "GenericDef")]
    generic: foreign::Generic<Vec<u8>>,
}

fn uses_foreign(text: &str, shape: foreign::Shape) -> UsesForeign {
    UsesForeign {
        point: foreign::Point { x: 1, y: -2 },
        secret: foreign::Secret::new(u64::MAX, text),
        shape,
        generic: foreign::Generic(vec![1, 2]),
    }
}

#[test]
fn definitions_of_foreign_types() {
    assert_same_text(
        &uses_foreign("text\n", foreign::Shape::Circle { radius: 0.5 }),
        r#"{"point":{"X":1,"why":-2},"secret":{"number":18446744073709551615,"text":"TEXT\n"},"shape":{"type":"Circle","radius":0.5},"generic":[1,2]}"#,
    );
    assert_same(&uses_foreign("", foreign::Shape::Named(String::from("n"))));
    let message = record_tests::oracle::assert_refused(&uses_foreign("", foreign::Shape::Nothing));
    assert_eq!(
        message,
        serde_json::to_vec(&uses_foreign("", foreign::Shape::Nothing)).expect_err("skipped").to_string()
    );
}
