//! Policies where derives are at their oddest: remote definitions, packed structs, another path to the runtime, no
//! prelude, long structs.

use record_runtime::ZeroAllocJson;
use record_tests::oracle::{assert_text, compare_bytes};

mod foreign {
    pub(super) struct Order {
        pub(super) id: u64,
        pub(super) note: Option<String>,
        pub(super) price: f64,
    }
}

#[derive(ZeroAllocJson)]
#[json(remote = "foreign::Order", as_string, html_safe)]
struct OrderDef {
    id: u64,
    #[json(skip_none)]
    note: Option<String>,
    #[json(decimals = 2)]
    price: f64,
}

#[test]
fn definitions_of_other_types() {
    #[derive(ZeroAllocJson)]
    struct Holds {
        #[json(with = "OrderDef")]
        order: foreign::Order,
    }

    let order = |note| Holds { order: foreign::Order { id: 1, note, price: 2.345 } };
    assert_text(
        &order(None),
        r#"{"order":{"id":"1","price":"2.35"}}"#.replace("2.35", &format!("{:.2}", 2.345)).as_str(),
    );
    let text = record_runtime::to_string(&order(Some(String::from("<"))));
    assert!(text.contains(r#""note":"\u003c","#), "{text}");
}

#[test]
fn packed_structs() {
    #[derive(ZeroAllocJson)]
    #[repr(C, packed)]
    #[json(as_string, omit_empty)]
    struct Packed {
        a: u8,
        b: u64,
        #[json(as_string = false)]
        c: u32,
    }

    assert_text(&Packed { a: 1, b: 2, c: 3 }, r#"{"a":"1","b":"2","c":3}"#);
    assert_text(&Packed { a: 0, b: 0, c: 3 }, r#"{"c":3}"#);
}

/// More fields than one call of the runtime takes, of which all, none or some are left out.
#[test]
fn long_structs() {
    macro_rules! long {
        ($($field:ident $bit:literal)+) => {
            #[derive(ZeroAllocJson)]
            #[json(omit_empty, as_string)]
            struct Long { $($field: u32,)+ }

            for bits in [0, u32::MAX, 1, 1 << 17, 1 << 15 | 1 << 16, 0x0001_5555, 0x0002_aaaa, 0xff00, 0x0003_0000] {
                let value = Long { $($field: bits >> $bit & 1,)+ };
                let fields: [Option<&str>; 18] = [$((bits >> $bit & 1 == 1).then_some(stringify!($field)),)+];
                let fields: Vec<_> = fields.into_iter().flatten().map(|name| format!("\"{name}\":\"1\"")).collect();
                compare_bytes(&value, format!("{{{}}}", fields.join(",")).as_bytes()).expect("the fields that are set");
            }
        };
    }
    long!(a 0 b 1 c 2 d 3 e 4 f 5 g 6 h 7 i 8 j 9 k 10 l 11 m 12 n 13 o 14 p 15 q 16 r 17);
}

mod renamed {
    pub(super) use record_runtime as json;
}

#[test]
fn another_path_to_the_runtime() {
    #[derive(ZeroAllocJson)]
    #[json(crate = "renamed::json", as_string, omit_empty, ascii, sort_keys, decimals = 1)]
    struct Renamed<T> {
        z: u8,
        #[json(display)]
        b: T,
        #[json(raw)]
        a: &'static str,
    }

    assert_text(&Renamed { z: 1, b: 'é', a: "[]" }, r#"{"a":[],"b":"\u00e9","z":"1"}"#);
}
