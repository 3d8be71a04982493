//! The runtime under another name, as a crate that re-exports it would have it.

use record_tests::oracle::{assert_same, assert_text};
use serde::Serialize;

/// A framework that brings the runtime along.
mod framework {
    pub(super) mod json {
        pub(crate) use record_runtime::*;
    }
}

use framework::json as renamed;

#[derive(renamed::ZeroAllocJson)]
#[json(crate = "renamed")]
struct Relative {
    a: u8,
    b: Option<String>,
}

#[derive(Serialize, renamed::ZeroAllocJson)]
#[serde(rename_all = "UPPERCASE", tag = "t")]
#[json(crate = "crate::hygiene::renamed::framework::json")]
enum Absolute<T> {
    A,
    B {
        b: T,
        #[serde(skip_serializing_if = "Option::is_none")]
        c: Option<u8>,
        #[serde(flatten)]
        d: std::collections::BTreeMap<u8, u8>,
    },
}

#[derive(renamed::ZeroAllocJson)]
#[json(crate = "framework::json", remote = "Foreign")]
struct ForeignDef {
    a: u8,
}

struct Foreign {
    a: u8,
}

#[derive(renamed::ZeroAllocJson)]
#[json(crate = "framework::json")]
struct UsesForeign {
    #[json(with = "ForeignDef")]
    foreign: Foreign,
}

/// serde's `crate` names serde, not the runtime.
#[derive(Serialize, record_runtime::ZeroAllocJson)]
#[serde(crate = "serde")]
struct OfSerde {
    a: u8,
}

#[test]
fn under_other_names() {
    assert_text(&Relative { a: 1, b: None }, r#"{"a":1,"b":null}"#);
    let d = std::collections::BTreeMap::from([(3, 4)]);
    assert_same(&[Absolute::A, Absolute::B { b: "b", c: Some(2), d }]);
    assert_text(&UsesForeign { foreign: Foreign { a: 1 } }, r#"{"foreign":{"a":1}}"#);
    assert_same(&OfSerde { a: 1 });
}
