//! The types of [`record_tests::strict`], which compile under every lint: what they write.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use record_runtime::{FieldMask, Masked};
use record_tests::oracle::{assert_error, assert_text};
use record_tests::strict::policies::{
    Defaults, Displayed, Masks, MasksOfNewtype, Numbered, OfFields, OfTypes, PORT, Settings, Skips,
};
use record_tests::strict::{
    Adjacent, Converted, Elsewhere, External, Grid, Internal, Level, Many, Named, Newtype, Tuple, Unit, Untagged,
    UsesElsewhere,
};

#[test]
fn under_every_lint() {
    let named = Named {
        first_field: 1,
        text: "t",
        inner: Tuple(1, 0.5),
        optional: Some(Cow::Borrowed("o")),
        rest: BTreeMap::from([(String::from("r"), 2)]),
        colour: 0x00ff_0080,
        internal: 3,
    };
    assert_text(&named, r##"{"firstField":1,"text":"t","inner":[1,0.5],"optional":"o","r":2,"colour":"#ff0080"}"##);
    assert_text(&(Newtype(1), Unit), "[1,null]");
    assert_text(&Grid { cells: [1, 2] }, r#"{"cells":[1,2]}"#);
    assert_text(&[Level::Low, Level::VeryHigh], r#"["low","very-high"]"#);
    let values =
        [External::Unit, External::Newtype(1), External::Tuple(1, 2), External::Struct { number: 1, optional: None }];
    assert_text(&values, r#"["Unit",{"Newtype":1},{"Tuple":[1,2]},{"Struct":{"number":1}}]"#);
    assert_error(&External::<u8>::Hidden);
    let map = BTreeMap::from([(Level::Low, Newtype(1))]);
    assert_text(&[Internal::Unit, Internal::Newtype(map)], r#"[{"type":"Unit"},{"type":"Newtype","low":1}]"#);
    assert_text(&[Adjacent::Unit, Adjacent::Tuple(1, 0.5)], r#"[{"type":"Unit"},{"type":"Tuple","value":[1,0.5]}]"#);
    assert_text(&Untagged::List(vec![Untagged::Number(1), Untagged::List(vec![])]), "[1,[]]");
    assert_text(&Converted { parts: vec![String::from("a"), String::from("b")] }, r#""ab""#);
    assert_text(&UsesElsewhere { inner: Elsewhere::new(7) }, r#"{"number":7}"#);
    let many = record_runtime::to_string(&Many { field_17: 17, ..Many::default() });
    assert!(many.starts_with(r#"{"field_01":0,"#) && many.ends_with(r#","field_17":17}"#), "{many}");
}

#[test]
fn policies_under_every_lint() {
    let fields = OfFields {
        number: 1,
        id: u64::MAX,
        price: 0.125,
        digest: [1, 255],
        took: Duration::from_millis(1500),
        version: Some(Displayed { number: 2 }),
        raw: "[]",
        title: "title",
        password: "password",
        card: "1234567890",
        text: "<é>",
        optional: None,
        list: vec![],
        count: 0,
        note: "n",
        port: PORT,
    };
    assert_text(
        &fields,
        r##"{"number":"1","id":"18446744073709551615","price":0.12,"digest":"01ff","took":"PT1.5S","version":"#2","raw":[],"title":"title","password":"***","card":"***7890","text":"\u003c\u00e9\u003e"}"##,
    );
    let types = OfTypes { zeta: 1, alpha: 2_u8, middle: BTreeMap::from([(String::from("<"), 0.25)]), bytes: vec![] };
    assert_text(&types, r#"{"alpha":2,"middle":{"\u003c":"0.2"},"zeta":"1"}"#);
    assert_text(&Settings { ratio: 0.5, ..Settings::default() }, r#"{"ratio":0.5}"#);
    assert_text(&Defaults::<u8>::default(), r#"{"alpha":0}"#);
    assert_text(&Skips::Named { optional: None }, r#"{"kind":"Named"}"#);
    assert_text(&[Numbered::One, Numbered::Two], "[1,2]");
    assert_text(&Displayed { number: 3 }, r##""#3""##);
    let named = Masks::Named { text: "t", inner: Some(Masks::<u8>::Unit) };
    let mask = FieldMask::parse("inner/kind").expect("fields");
    assert_text(&Masked::new(named, mask.clone()), r#"{"kind":"Named","inner":{"kind":"Unit"}}"#);
    let newtype = MasksOfNewtype(Box::new(Masks::Unit));
    assert_text(&Masked::new(newtype, FieldMask::parse("text").expect("a field")), r#"{"kind":"Unit"}"#);
}
