//! `sort_keys`: against `serde_json::Value`, whose map is sorted by code points.

use std::collections::BTreeMap;

use record_runtime::ZeroAllocJson;
use record_tests::oracle::{assert_text, compare_bytes};
use serde::Serialize;

#[derive(Serialize, ZeroAllocJson)]
#[serde(rename_all = "camelCase")]
#[json(sort_keys)]
struct Sorted {
    zebra: u8,
    #[serde(rename = "Ünïcode")]
    unicode: u8,
    #[serde(rename = "a\"quote")]
    quote: u8,
    #[serde(rename = "a")]
    first: u8,
    #[serde(rename = "")]
    nothing: u8,
    #[serde(rename = "\u{1}")]
    control: u8,
    #[serde(rename = "🦀")]
    crab: u8,
    #[serde(rename = "\u{ffff}")]
    last_of_plane: u8,
    long_name: u8,
    long: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    between: Option<u8>,
    #[serde(rename = "10")]
    ten: u8,
    #[serde(rename = "9")]
    nine: u8,
    upper: Inner,
    #[serde(rename = "UPPER")]
    upper_case: BTreeMap<&'static str, u8>,
    #[serde(rename = "f1")]
    f1: u8,
    #[serde(rename = "f0")]
    f0: u8,
    #[serde(rename = "f2")]
    f2: u8,
}

#[derive(Serialize, ZeroAllocJson)]
#[json(sort_keys)]
struct Inner {
    b: u8,
    a: u8,
}

#[test]
fn keys_in_code_point_order() {
    for between in [None, Some(1)] {
        let value = Sorted {
            zebra: 1,
            unicode: 2,
            quote: 3,
            first: 4,
            nothing: 5,
            control: 6,
            crab: 7,
            last_of_plane: 8,
            long_name: 9,
            long: 10,
            between,
            ten: 11,
            nine: 12,
            upper: Inner { b: 13, a: 14 },
            upper_case: BTreeMap::from([("y", 1), ("x", 2)]),
            f1: 15,
            f0: 16,
            f2: 17,
        };
        let expected = serde_json::to_value(&value).expect("serde_json makes a value").to_string();
        compare_bytes(&value, expected.as_bytes()).expect("sorted");
        let unsorted = serde_json::to_string(&value).expect("serde_json writes it");
        assert_ne!(unsorted, expected, "the order of the fields is another one");
    }
}

#[test]
fn keys_of_variants() {
    #[derive(ZeroAllocJson)]
    #[json(sort_keys)]
    enum External {
        B { z: u8, y: u8 },
        A(u8),
    }

    #[derive(ZeroAllocJson)]
    #[json(sort_keys, tag = "k")]
    enum Internal {
        B { z: u8, l: u8 },
        C,
    }

    #[derive(ZeroAllocJson)]
    #[json(sort_keys, tag = "t", content = "v")]
    enum Adjacent {
        B { z: u8, l: u8 },
    }

    assert_text(&[External::B { z: 1, y: 2 }, External::A(3)], r#"[{"B":{"y":2,"z":1}},{"A":3}]"#);
    assert_text(&[Internal::B { z: 1, l: 2 }, Internal::C], r#"[{"k":"B","l":2,"z":1},{"k":"C"}]"#);
    assert_text(&Adjacent::B { z: 1, l: 2 }, r#"{"t":"B","v":{"l":2,"z":1}}"#);
}
