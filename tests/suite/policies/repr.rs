//! `repr`: unit variants as their number.

use std::collections::BTreeMap;

use record_runtime::ZeroAllocJson;
use record_tests::oracle::{assert_error, assert_text};

macro_rules! numbered {
    ($($name:ident $ty:ident: $first:expr, $second:expr;)+) => {
        $(
            #[derive(ZeroAllocJson, Clone, Copy)]
            #[repr($ty)]
            #[json(repr)]
            enum $name {
                A = $first,
                B,
                C = $second,
            }
        )+

        #[test]
        fn numbers_of_every_type() {
            $(
                for variant in [$name::A, $name::B, $name::C] {
                    assert_text(&variant, &(variant as $ty).to_string());
                }
                assert_text(&[$name::A, $name::C], &format!("[{},{}]", $name::A as $ty, $name::C as $ty));
            )+
        }
    };
}

numbered! {
    U8 u8: 200, 255;
    U16 u16: 1, u16::MAX;
    U32 u32: 1, u32::MAX;
    U64 u64: 1, u64::MAX;
    Usize usize: 1, 0xffff_ffff;
    I8 i8: -128, 127;
    I16 i16: -1, i16::MIN;
    I32 i32: -5, i32::MIN;
    I64 i64: -1, i64::MIN;
    Isize isize: -1, -0x8000_0000;
}

#[derive(ZeroAllocJson, PartialEq, Eq, PartialOrd, Ord)]
#[json(repr)]
#[serde(rename_all = "lowercase")]
enum Level {
    Low = -1,
    #[json(skip)]
    Hidden,
    High = 10,
}

/// Without `#[repr]` the number is an `isize`. It is a key, between quotes.
#[test]
fn numbers_in_other_places() {
    #[derive(ZeroAllocJson)]
    struct Holds {
        level: Level,
        #[json(skip_none)]
        none: Option<Level>,
    }

    #[derive(ZeroAllocJson)]
    #[json(repr)]
    enum One {
        Only = 7,
    }

    assert_text(&Holds { level: Level::Low, none: None }, r#"{"level":-1}"#);
    assert_text(&BTreeMap::from([(Level::Low, 1), (Level::High, 2)]), r#"{"-1":1,"10":2}"#);
    assert_text(&One::Only, "7");
    assert!(assert_error(&Level::Hidden).contains("Level::Hidden"));
}
