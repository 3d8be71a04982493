//! `skip`, `skip_serializing` and `skip_serializing_if`, with every choice of fields left out: commas are the risk.

#![expect(clippy::trivially_copy_pass_by_ref, reason = "the signatures that the derives call")]

use std::collections::BTreeMap;

use record_runtime::ZeroAllocJson;
use record_tests::oracle::{assert_same, assert_same_text};
use serde::Serialize;

/// Field `i` is there when bit `i` of the set is.
fn bit(set: u32, i: u32) -> Option<u32> {
    (set & (1 << i) != 0).then_some(1 << i)
}

/// Every field can be left out.
#[derive(Serialize, ZeroAllocJson)]
struct All {
    #[serde(skip_serializing_if = "Option::is_none")]
    a: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    b: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    c: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    d: Option<u32>,
}

/// The first and the last are always written.
#[derive(Serialize, ZeroAllocJson)]
struct Middle {
    first: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    a: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    b: Option<u32>,
    last: u8,
}

/// The first can be left out, the next is always written.
#[derive(Serialize, ZeroAllocJson)]
struct First {
    #[serde(skip_serializing_if = "Option::is_none")]
    a: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    b: Option<u32>,
    text: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    c: Option<u32>,
}

#[derive(Serialize, ZeroAllocJson)]
struct One {
    #[serde(skip_serializing_if = "Option::is_none")]
    a: Option<u32>,
}

#[derive(Serialize, ZeroAllocJson)]
enum Variants {
    All {
        #[serde(skip_serializing_if = "Option::is_none")]
        a: Option<u32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        b: Option<u32>,
    },
    Some {
        #[serde(skip_serializing_if = "Option::is_none")]
        a: Option<u32>,
        always: u8,
        #[serde(skip_serializing_if = "Option::is_none")]
        b: Option<u32>,
    },
}

#[test]
fn every_choice_of_fields() {
    for set in 0..16 {
        let [a, b, c, d] = [bit(set, 0), bit(set, 1), bit(set, 2), bit(set, 3)];
        assert_same(&All { a, b, c, d });
        assert_same(&Middle { first: 1, a, b, last: 2 });
        assert_same(&First { a, b, text: "\u{1}", c });
        assert_same(&One { a });
        assert_same(&[Variants::All { a, b }, Variants::Some { a, always: 1, b }]);
        assert_same(&(One { a }, vec![All { a, b, c, d }], BTreeMap::from([("k", First { a, b, text: "", c })])));
    }
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

mod predicates {
    pub(super) fn is_empty<T>(items: &[T]) -> bool {
        items.is_empty()
    }

    pub(super) struct Threshold<const N: u64>;

    impl<const N: u64> Threshold<N> {
        pub(super) fn below(number: &u64) -> bool {
            *number < N
        }
    }
}

/// Predicates of every shape: functions, paths, methods that a field dereferences to, generic ones.
#[derive(Default, Serialize, ZeroAllocJson)]
struct Predicates<'a> {
    #[serde(skip_serializing_if = "is_zero")]
    zero: u64,
    #[serde(skip_serializing_if = "predicates::is_empty")]
    list: Vec<u8>,
    #[serde(skip_serializing_if = "predicates::Threshold::<10>::below")]
    low: u64,
    #[serde(skip_serializing_if = "String::is_empty")]
    string: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    text: &'a str,
    #[serde(skip_serializing_if = "<[u8]>::is_empty")]
    slice: &'a [u8],
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    map: BTreeMap<u8, u8>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    flag: bool,
}

#[test]
fn predicates_of_every_shape() {
    assert_same_text(&Predicates::default(), "{}");
    assert_same(&Predicates {
        zero: 1,
        list: vec![1],
        low: 10,
        string: String::from("s"),
        text: "t",
        slice: &[1],
        map: BTreeMap::from([(1, 1)]),
        flag: true,
    });
    assert_same_text(&Predicates { low: 9, flag: true, ..Predicates::default() }, r#"{"flag":true}"#);
    assert_same_text(&Predicates { text: "t", ..Predicates::default() }, r#"{"text":"t"}"#);
}

/// A type that cannot be written at all may stand in a skipped field.
#[derive(Default)]
struct Opaque;

#[derive(Default, Serialize, ZeroAllocJson)]
struct AlwaysSkipped {
    #[serde(skip)]
    _first: Opaque,
    a: u8,
    #[serde(skip_serializing)]
    _middle: Opaque,
    b: u8,
    #[serde(skip)]
    _last: Opaque,
}

#[derive(Default, Serialize, ZeroAllocJson)]
struct NothingLeft {
    #[serde(skip)]
    _only: Opaque,
}

#[derive(Serialize, ZeroAllocJson)]
struct SkippingTuple(#[serde(skip)] Opaque, u8, #[serde(skip_serializing)] Opaque, &'static str, #[serde(skip)] Opaque);

#[derive(Serialize, ZeroAllocJson)]
struct OneOfTwo(#[serde(skip)] Opaque, u8);

#[derive(Serialize, ZeroAllocJson)]
struct AllOfTuple(#[serde(skip)] Opaque, #[serde(skip)] Opaque);

#[derive(Serialize, ZeroAllocJson)]
enum SkippingVariants {
    Tuple(#[serde(skip)] Opaque, u8, u8),
    OneOfTwo(u8, #[serde(skip)] Opaque),
    Struct {
        #[serde(skip)]
        _a: Opaque,
        b: u8,
    },
    Nothing {
        #[serde(skip)]
        _a: Opaque,
    },
}

#[test]
fn fields_that_are_always_skipped() {
    assert_same(&AlwaysSkipped::default());
    assert_same(&NothingLeft::default());
    assert_same(&SkippingTuple(Opaque, 1, Opaque, "x", Opaque));
    assert_same(&OneOfTwo(Opaque, 1));
    assert_same(&AllOfTuple(Opaque, Opaque));
    assert_same(&[
        SkippingVariants::Tuple(Opaque, 1, 2),
        SkippingVariants::OneOfTwo(1, Opaque),
        SkippingVariants::Struct { _a: Opaque, b: 1 },
        SkippingVariants::Nothing { _a: Opaque },
    ]);
}

/// `skip_serializing_if` on elements of tuples: serde leaves the element out.
#[derive(Serialize, ZeroAllocJson)]
struct TupleSkippingIf(
    #[serde(skip_serializing_if = "Option::is_none")] Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")] Option<u32>,
    u8,
    #[serde(skip_serializing_if = "Option::is_none")] Option<u32>,
);

#[derive(Serialize, ZeroAllocJson)]
enum VariantSkippingIf {
    Tuple(
        #[serde(skip_serializing_if = "Option::is_none")] Option<u32>,
        #[serde(skip_serializing_if = "Option::is_none")] Option<u32>,
    ),
}

#[test]
fn elements_of_tuples_that_are_left_out() {
    for set in 0..8 {
        let [a, b, c] = [bit(set, 0), bit(set, 1), bit(set, 2)];
        assert_same(&TupleSkippingIf(a, b, 7, c));
        assert_same(&VariantSkippingIf::Tuple(a, b));
    }
}

/// The content of a newtype variant is skipped: what is left is a unit variant.
macro_rules! skipped_newtypes {
    ($name:ident, $(#[$attribute:meta])*) => {
        #[derive(Serialize, ZeroAllocJson)]
        $(#[$attribute])*
        enum $name {
            Unit,
            Newtype(#[serde(skip)] Opaque),
            Other { a: u8 },
        }

        impl $name {
            fn all() -> [Self; 3] {
                [Self::Unit, Self::Newtype(Opaque), Self::Other { a: 1 }]
            }
        }
    };
}

skipped_newtypes!(SkippedExternal,);
skipped_newtypes!(SkippedInternal, #[serde(tag = "t")]);
skipped_newtypes!(SkippedAdjacent, #[serde(tag = "t", content = "c")]);
skipped_newtypes!(SkippedUntagged, #[serde(untagged)]);

#[test]
fn newtype_variants_of_which_nothing_is_left() {
    assert_same(&SkippedExternal::all());
    assert_same(&SkippedInternal::all());
    assert_same(&SkippedAdjacent::all());
    assert_same(&SkippedUntagged::all());
}

/// Two fields may share a key if each can be left out: alternatives of each other.
#[derive(Serialize, ZeroAllocJson)]
struct Alternatives {
    #[serde(skip_serializing_if = "Option::is_none", rename = "value")]
    number: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none", rename = "value")]
    text: Option<&'static str>,
    after: u8,
}

#[test]
fn alternatives_of_each_other() {
    assert_same(&Alternatives { number: Some(1), text: None, after: 2 });
    assert_same(&Alternatives { number: None, text: Some("t"), after: 2 });
    assert_same(&Alternatives { number: None, text: None, after: 2 });
}
