//! Each tagging of an enum with each kind of variant that it allows.

#![expect(clippy::ref_option_ref, reason = "said of an expansion of serde's")]

use std::collections::BTreeMap;

use record_runtime::ZeroAllocJson;
use record_tests::oracle::{assert_same, assert_same_text};
use serde::Serialize;

#[derive(Clone, Serialize, ZeroAllocJson)]
struct Named {
    a: u8,
    b: &'static str,
}

#[derive(Clone, Serialize, ZeroAllocJson)]
struct Empty {}

#[derive(Clone, Serialize, ZeroAllocJson)]
struct Unit;

#[derive(Clone, Serialize, ZeroAllocJson)]
struct Newtype<T>(T);

#[derive(Clone, Serialize, ZeroAllocJson)]
enum Inner {
    Unit,
    Newtype(u8),
    Tuple(u8, &'static str),
    Struct { a: u8, b: Option<f64> },
}

const NAMED: Named = Named { a: 1, b: "b\n" };

/// An enum with every kind of variant that all taggings allow, and how it is compared: alone and nested.
macro_rules! tagged {
    ($name:ident, $(#[$attribute:meta])*) => {
        #[derive(Clone, Serialize, ZeroAllocJson)]
        $(#[$attribute])*
        enum $name {
            Unit,
            Newtype(Named),
            NewtypeOfMap(BTreeMap<&'static str, u8>),
            NewtypeOfEmpty(Empty),
            NewtypeOfUnitStruct(Unit),
            NewtypeOfNothing(()),
            NewtypeOfNewtype(Newtype<Newtype<Named>>),
            NewtypeOfEnum(Inner),
            Struct { a: u8, b: Option<&'static str>, c: Vec<u8> },
            StructOfOne { only: String },
            EmptyStruct {},
            #[serde(rename = "re\"named")]
            Renamed { #[serde(rename = "the field")] a: u8 },
            Skipping {
                #[serde(skip_serializing_if = "Option::is_none")]
                first: Option<u8>,
                #[serde(skip_serializing_if = "Option::is_none")]
                second: Option<u8>,
            },
            Flattening {
                before: u8,
                #[serde(flatten)]
                named: Named,
                #[serde(flatten)]
                map: BTreeMap<&'static str, u8>,
            },
        }

        impl $name {
            fn all() -> Vec<Self> {
                vec![
                    Self::Unit,
                    Self::Newtype(NAMED),
                    Self::NewtypeOfMap(BTreeMap::new()),
                    Self::NewtypeOfMap(BTreeMap::from([("x", 1), ("y\"", 2)])),
                    Self::NewtypeOfEmpty(Empty {}),
                    Self::NewtypeOfUnitStruct(Unit),
                    Self::NewtypeOfNothing(()),
                    Self::NewtypeOfNewtype(Newtype(Newtype(NAMED))),
                    Self::NewtypeOfEnum(Inner::Unit),
                    Self::NewtypeOfEnum(Inner::Newtype(1)),
                    Self::NewtypeOfEnum(Inner::Tuple(1, "t")),
                    Self::NewtypeOfEnum(Inner::Struct { a: 1, b: Some(0.5) }),
                    Self::Struct { a: 1, b: None, c: vec![] },
                    Self::Struct { a: 255, b: Some(""), c: vec![1, 2] },
                    Self::StructOfOne { only: String::from("é\u{2}") },
                    Self::EmptyStruct {},
                    Self::Renamed { a: 1 },
                    Self::Skipping { first: None, second: None },
                    Self::Skipping { first: Some(1), second: None },
                    Self::Skipping { first: None, second: Some(2) },
                    Self::Skipping { first: Some(1), second: Some(2) },
                    Self::Flattening { before: 0, named: NAMED, map: BTreeMap::new() },
                    Self::Flattening { before: 0, named: NAMED, map: BTreeMap::from([("k", 1)]) },
                ]
            }
        }
    };
}

/// As variants of a field, in a map, in a vector: what stands before a value must not matter.
fn assert_all<T: Clone + Serialize + ZeroAllocJson>(values: &[T]) {
    for value in values {
        assert_same(value);
        assert_same(&Newtype(value.clone()));
        assert_same(&(1, value, "x", value, 2));
        assert_same(&BTreeMap::from([("k", Some(value))]));
    }
    assert_same(values);
}

tagged!(External,);
tagged!(Internal, #[serde(tag = "kind")]);
tagged!(InternalEscaped, #[serde(tag = "the \"kind\"\n", rename_all = "SCREAMING-KEBAB-CASE")]);
tagged!(Adjacent, #[serde(tag = "t", content = "c")]);
tagged!(AdjacentEscaped, #[serde(content = "con\ttent", tag = "t\\ag", rename_all = "camelCase")]);
tagged!(Untagged, #[serde(untagged)]);

#[test]
fn every_tagging_with_every_kind_of_variant() {
    assert_all(&External::all());
    assert_all(&Internal::all());
    assert_all(&InternalEscaped::all());
    assert_all(&Adjacent::all());
    assert_all(&AdjacentEscaped::all());
    assert_all(&Untagged::all());
}

#[test]
fn the_texts_of_each_tagging() {
    assert_same_text(&External::Unit, r#""Unit""#);
    assert_same_text(&External::EmptyStruct {}, r#"{"EmptyStruct":{}}"#);
    assert_same_text(&External::NewtypeOfNothing(()), r#"{"NewtypeOfNothing":null}"#);
    assert_same_text(&Internal::Unit, r#"{"kind":"Unit"}"#);
    assert_same_text(&Internal::Newtype(NAMED), r#"{"kind":"Newtype","a":1,"b":"b\n"}"#);
    assert_same_text(&Internal::NewtypeOfEnum(Inner::Unit), r#"{"kind":"NewtypeOfEnum","Unit":null}"#);
    assert_same_text(&Adjacent::Unit, r#"{"t":"Unit"}"#);
    assert_same_text(&Adjacent::NewtypeOfNothing(()), r#"{"t":"NewtypeOfNothing","c":null}"#);
    assert_same_text(&Untagged::Unit, "null");
    assert_same_text(&Untagged::EmptyStruct {}, "{}");
}

/// The kinds that an internally tagged enum lacks: tuples, and newtypes of what is no object.
macro_rules! with_tuples {
    ($name:ident, $(#[$attribute:meta])*) => {
        #[derive(Clone, Serialize, ZeroAllocJson)]
        $(#[$attribute])*
        enum $name {
            Newtype(u64),
            NewtypeOfOption(Option<&'static str>),
            NewtypeOfVec(Vec<Inner>),
            NewtypeOfTuple((u8, u8)),
            Tuple(u8, f64, &'static str),
            TupleOfOne(u8),
            #[serde(rename_all = "UPPERCASE")]
            TupleSkipping(u8, #[serde(skip)] u8, u8),
            EmptyTuple(),
            LongTuple(u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, &'static str),
        }

        impl $name {
            fn all() -> Vec<Self> {
                vec![
                    Self::Newtype(u64::MAX),
                    Self::NewtypeOfOption(None),
                    Self::NewtypeOfOption(Some("x")),
                    Self::NewtypeOfVec(vec![Inner::Unit, Inner::Tuple(1, "")]),
                    Self::NewtypeOfVec(Vec::new()),
                    Self::NewtypeOfTuple((1, 2)),
                    Self::Tuple(1, -0.0, "\""),
                    Self::TupleOfOne(1),
                    Self::TupleSkipping(1, 2, 3),
                    Self::EmptyTuple(),
                    Self::LongTuple(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, "19"),
                ]
            }
        }
    };
}

with_tuples!(ExternalTuples,);
with_tuples!(AdjacentTuples, #[serde(tag = "t", content = "c", rename_all = "snake_case")]);
with_tuples!(UntaggedTuples, #[serde(untagged)]);

#[test]
fn tuple_variants() {
    assert_all(&ExternalTuples::all());
    assert_all(&AdjacentTuples::all());
    assert_all(&UntaggedTuples::all());
}

/// Variants that are untagged within a tagged enum.
#[derive(Clone, Serialize, ZeroAllocJson)]
#[serde(rename_all = "lowercase")]
enum MixedExternal {
    Tagged(u8),
    Unit,
    #[serde(untagged)]
    Text(String),
    #[serde(untagged)]
    Struct {
        a: u8,
    },
    #[serde(untagged)]
    Tuple(u8, u8),
    #[serde(untagged)]
    Nothing,
}

#[derive(Clone, Serialize, ZeroAllocJson)]
#[serde(tag = "t", content = "c")]
enum MixedAdjacent {
    Tagged(u8),
    #[serde(untagged)]
    Number(i64),
}

#[derive(Clone, Serialize, ZeroAllocJson)]
#[serde(tag = "t")]
enum MixedInternal {
    Tagged {
        a: u8,
    },
    #[serde(untagged)]
    Named(Named),
}

#[test]
fn untagged_variants_of_tagged_enums() {
    assert_all(&[
        MixedExternal::Tagged(1),
        MixedExternal::Unit,
        MixedExternal::Text(String::from("t")),
        MixedExternal::Struct { a: 1 },
        MixedExternal::Tuple(1, 2),
        MixedExternal::Nothing,
    ]);
    assert_all(&[MixedAdjacent::Tagged(1), MixedAdjacent::Number(-1)]);
    assert_all(&[MixedInternal::Tagged { a: 1 }, MixedInternal::Named(NAMED)]);
}

/// Enums of unit variants only: one constant each, in every tagging.
macro_rules! units {
    ($name:ident, $(#[$attribute:meta])*) => {
        #[derive(Clone, Serialize, ZeroAllocJson)]
        $(#[$attribute])*
        enum $name {
            First,
            SecondOne,
            #[serde(rename = "")]
            Nameless,
            #[serde(rename = "a much longer name than the others have, with ünïcode and \"quotes\"")]
            Long,
        }

        impl $name {
            fn all() -> Vec<Self> {
                vec![Self::First, Self::SecondOne, Self::Nameless, Self::Long]
            }
        }
    };
}

units!(Units, #[serde(rename_all = "snake_case")]);
units!(UnitsInternal, #[serde(tag = "t")]);
units!(UnitsAdjacent, #[serde(tag = "t", content = "c")]);
units!(UnitsUntagged, #[serde(untagged)]);

#[test]
fn enums_of_unit_variants() {
    assert_all(&Units::all());
    assert_all(&UnitsInternal::all());
    assert_all(&UnitsAdjacent::all());
    assert_all(&UnitsUntagged::all());
}

#[derive(Clone, Serialize, ZeroAllocJson)]
#[repr(u8)]
enum Discriminants {
    A = 7,
    B = 3,
    C,
}

#[derive(Clone, Serialize, ZeroAllocJson)]
enum OneUnit {
    Only,
}

#[derive(Clone, Serialize, ZeroAllocJson)]
enum OneNewtype<T> {
    Only(T),
}

#[derive(Clone, Serialize, ZeroAllocJson)]
enum Never {}

#[test]
fn enums_of_unusual_size() {
    assert_all(&[Discriminants::A, Discriminants::B, Discriminants::C]);
    assert_all(&[OneUnit::Only]);
    assert_all(&[OneNewtype::Only("x"), OneNewtype::Only("\u{0}")]);
    assert_same(&None::<Never>);
    assert_same(&Vec::<Never>::new());
}

/// A struct can have a tag: its own name, before its fields.
#[derive(Clone, Serialize, ZeroAllocJson)]
#[serde(tag = "type")]
struct TaggedStruct {
    a: u8,
}

#[derive(Clone, Serialize, ZeroAllocJson)]
#[serde(tag = "type", rename = "re\"named")]
struct TaggedRenamed {}

#[derive(Clone, Serialize, ZeroAllocJson)]
#[serde(tag = "type")]
struct TaggedFlattening {
    #[serde(flatten)]
    named: Named,
}

#[derive(Clone, Serialize, ZeroAllocJson)]
#[serde(tag = "type")]
struct TaggedSkipping {
    #[serde(skip_serializing_if = "Option::is_none")]
    a: Option<u8>,
}

#[test]
fn structs_with_a_tag() {
    assert_all(&[TaggedStruct { a: 1 }]);
    assert_same_text(&TaggedStruct { a: 1 }, r#"{"type":"TaggedStruct","a":1}"#);
    assert_all(&[TaggedRenamed {}]);
    assert_all(&[TaggedFlattening { named: NAMED }]);
    assert_all(&[TaggedSkipping { a: None }, TaggedSkipping { a: Some(1) }]);
}
