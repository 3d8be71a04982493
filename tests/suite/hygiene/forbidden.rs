//! The types of [`record_tests::forbidden`], in a module where every lint is: what they write.

#![expect(deprecated, reason = "they are about it")]

use std::collections::BTreeMap;

use record_tests::forbidden::{ByMacro, Fields, Numbers, Transparent, Tuple, Units, Variants, Whole};
use record_tests::oracle::assert_text;

#[test]
fn deprecated_parts() {
    let whole = |next| Whole { value: 1, number: 2, next, rest: BTreeMap::from([(String::from("r"), 3)]) };
    assert_text(
        &whole(Some(Box::new(whole(None)))),
        r#"{"value":1,"number":"2","next":{"value":1,"number":"2","r":3},"r":3}"#,
    );
    let fields = Fields { optional: Some(1), text: String::from("t"), number: 2 };
    assert_text(&fields, r#"{"optional":1,"text":"t","number":2}"#);
    assert_text(&(Tuple(1, 2), Transparent { value: 3 }), "[[1,2],3]");
    assert_text(
        &[Variants::Old { number: 1 }, Variants::Mixed { number: 2, other: 3 }, Variants::Unit],
        r#"[{"type":"Old","number":1},{"type":"Mixed","number":2,"other":3},{"type":"Unit"}]"#,
    );
    assert_text(&BTreeMap::from([(Units::One, Numbers::One), (Units::Two, Numbers::Two)]), r#"{"One":1,"Two":2}"#);
    assert_text(&ByMacro { outer: 1, inner: 2 }, r#"{"outer":1,"inner":2}"#);
}
