//! Nothing is in scope: no prelude, and none of the crates' names but by `::`.

#![no_implicit_prelude]

use ::record_runtime::ZeroAllocJson;

#[derive(ZeroAllocJson)]
#[json(rename_all = "camelCase")]
struct Named<'a, T: 'a> {
    first_field: u64,
    text: &'a str,
    inner: &'a [T],
    #[json(skip_serializing_if = "::core::option::Option::is_none")]
    optional: ::core::option::Option<::std::string::String>,
    #[json(flatten)]
    rest: ::std::collections::BTreeMap<&'a str, u8>,
    #[json(serialize_with = "write_length")]
    length: &'a str,
    #[json(skip)]
    _internal: u8,
}

fn write_length(text: &&str, w: &mut ::record_runtime::JsonWriter<'_>) {
    w.value(&str::len(text));
}

#[derive(ZeroAllocJson)]
struct Tuple(u8, f64);

#[derive(ZeroAllocJson)]
struct Newtype<T>(T);

#[derive(ZeroAllocJson)]
struct Unit;

#[derive(ZeroAllocJson)]
enum Units {
    A,
    B,
}

#[derive(ZeroAllocJson)]
#[json(tag = "t")]
enum Internal {
    Unit,
    Struct { a: u8 },
    Newtype(Newtype<Internals>),
}

#[derive(ZeroAllocJson)]
struct Internals {
    a: u8,
}

#[derive(ZeroAllocJson)]
enum External {
    Tuple(u8, Units),
    Newtype(Unit),
    #[json(skip)]
    Hidden,
}

#[derive(::core::clone::Clone, ZeroAllocJson)]
#[json(into = "u8")]
struct Converted(u8);

impl ::core::convert::From<Converted> for u8 {
    fn from(converted: Converted) -> Self {
        converted.0
    }
}

#[derive(ZeroAllocJson)]
#[json(remote = "Tuple")]
struct TupleDef(u8, f64);

#[derive(ZeroAllocJson)]
struct UsesTuple {
    #[json(with = "TupleDef")]
    tuple: Tuple,
}

#[derive(ZeroAllocJson)]
#[json(as_string, omit_empty, html_safe, sort_keys)]
struct Policies<'a, T> {
    number: u64,
    #[json(decimals = 1, non_finite = "null")]
    float: f64,
    #[json(bytes = "hex")]
    bytes: &'a [u8],
    #[json(display)]
    displayed: ::core::option::Option<T>,
    #[json(raw, skip_none)]
    raw: ::core::option::Option<&'a str>,
    #[json(skip_default)]
    of_type: u8,
    #[json(view = "Admin, crate::hygiene::no_prelude::Admin")]
    secret: u8,
    #[json(skip_default = "u8::MAX")]
    of_path: u8,
}

struct Admin;

impl ::record_runtime::View for Admin {}

#[derive(ZeroAllocJson)]
#[json(field_mask)]
enum Masks<'a, T: 'static> {
    Struct {
        #[json(view = "Admin", skip_serializing_if = "::core::option::Option::is_none")]
        text: ::core::option::Option<&'a str>,
        #[json(flatten)]
        inner: Newtype<Internals>,
        list: &'a [T],
    },
    Newtype(MasksOfNewtype<T>),
    #[json(untagged)]
    Untagged(T),
}

#[derive(ZeroAllocJson)]
#[json(field_mask)]
struct MasksOfNewtype<T: 'static>(::std::vec::Vec<Masks<'static, T>>);

#[derive(ZeroAllocJson)]
#[json(skip_default = "DEFAULT")]
struct Defaults {
    number: u8,
}

const DEFAULT: Defaults = Defaults { number: 7 };

#[derive(ZeroAllocJson)]
#[json(repr)]
enum Numbered {
    A,
    B = 7,
}

#[derive(ZeroAllocJson)]
#[json(display)]
struct Displayed;

impl ::core::fmt::Display for Displayed {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str("d")
    }
}

#[test]
fn policies_without_a_prelude() {
    use ::core::option::Option::{None, Some};
    use ::record_tests::oracle::assert_text;

    let value = Policies {
        number: 1,
        float: 2.0,
        bytes: &[3],
        displayed: Some('<'),
        raw: None,
        of_type: 0,
        secret: 1,
        of_path: 255,
    };
    assert_text(&Defaults { number: 7 }, "{}");
    assert_text(&value, r#"{"bytes":"03","displayed":"\u003c","float":"2.0","number":"1"}"#);
    assert_text(&[Numbered::A, Numbered::B], "[0,7]");
    assert_text(&Displayed, r#""d""#);
}

#[test]
fn without_a_prelude() {
    use ::core::option::Option::Some;
    use ::record_tests::oracle::{assert_error, assert_text};

    let named = Named {
        first_field: 1,
        text: "t",
        inner: &[Tuple(1, 0.5)],
        optional: Some(::std::string::String::new()),
        rest: ::core::iter::FromIterator::from_iter([("r", 1)]),
        length: "four",
        _internal: 0,
    };
    assert_text(&named, r#"{"firstField":1,"text":"t","inner":[[1,0.5]],"optional":"","r":1,"length":4}"#);
    assert_text(&[Units::A, Units::B], r#"["A","B"]"#);
    assert_text(&Internal::Unit, r#"{"t":"Unit"}"#);
    assert_text(&Internal::Struct { a: 1 }, r#"{"t":"Struct","a":1}"#);
    assert_text(&Internal::Newtype(Newtype(Internals { a: 1 })), r#"{"t":"Newtype","a":1}"#);
    assert_text(&[External::Tuple(1, Units::A), External::Newtype(Unit)], r#"[{"Tuple":[1,"A"]},{"Newtype":null}]"#);
    assert_error(&External::Hidden);
    assert_text(&Converted(7), "7");
    assert_text(&UsesTuple { tuple: Tuple(1, 0.5) }, r#"{"tuple":[1,0.5]}"#);
}

#[test]
fn masks_without_a_prelude() {
    use ::core::option::Option::Some;
    use ::record_runtime::{FieldMask, Masked};
    use ::record_tests::oracle::assert_text;

    let value = [
        Masks::Struct { text: Some("t"), inner: Newtype(Internals { a: 1 }), list: &[2_u8] },
        Masks::Newtype(MasksOfNewtype(::std::vec::Vec::new())),
        Masks::Untagged(3),
    ];
    let mask = FieldMask::parse("list,text").expect("fields");
    assert_text(&Masked::new(value, mask), r#"[{"Struct":{"list":[2]}},{"Newtype":[]},3]"#);
}
