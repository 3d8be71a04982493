//! Attributes that concern only reading: accepted in `serde(…)`, and without effect on what is written.

use std::borrow::Cow;

use record_runtime::ZeroAllocJson;
use record_tests::oracle::assert_text;

/// Only ours: serde's derive for writing refuses some of them without the one for reading.
#[derive(ZeroAllocJson)]
#[serde(default, deny_unknown_fields, expecting = "a thing", from = "u8")]
struct Fields<'a> {
    #[serde(default)]
    first: u8,
    #[serde(default = "some::path", alias = "b", alias = "c")]
    second: u8,
    #[serde(borrow)]
    third: Cow<'a, str>,
    #[serde(deserialize_with = "some::path")]
    fourth: u8,
    #[serde(skip_deserializing)]
    fifth: u8,
}

#[derive(ZeroAllocJson)]
#[serde(try_from = "u8")]
enum Variants<'a> {
    #[serde(alias = "B", skip_deserializing)]
    A,
    #[serde(borrow)]
    Borrows(&'a str),
    #[serde(deserialize_with = "some::path")]
    With(u8),
    #[serde(other)]
    Other,
}

#[derive(ZeroAllocJson)]
#[serde(field_identifier)]
enum FieldIdentifier {
    A,
}

#[derive(ZeroAllocJson)]
#[serde(variant_identifier)]
enum VariantIdentifier {
    A,
}

#[test]
fn attributes_for_reading() {
    let fields = Fields { first: 1, second: 2, third: Cow::Borrowed("3"), fourth: 4, fifth: 5 };
    assert_text(&fields, r#"{"first":1,"second":2,"third":"3","fourth":4,"fifth":5}"#);
    assert_text(
        &[Variants::A, Variants::Borrows("b"), Variants::With(1), Variants::Other],
        r#"["A",{"Borrows":"b"},{"With":1},"Other"]"#,
    );
    assert_text(&(FieldIdentifier::A, VariantIdentifier::A), r#"["A","A"]"#);
}
