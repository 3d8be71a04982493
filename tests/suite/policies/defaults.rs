//! `skip_default`, against serde types with `skip_serializing_if` and an equality, and against serde's reading.

#![expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde's derive calls")]

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::rc::Rc;
use std::sync::Arc;

use record_runtime::ZeroAllocJson;
use record_tests::oracle::{assert_like, assert_text};
use record_tests::split_mix::SplitMix64;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
struct Point {
    x: i32,
    y: i32,
}

/// Two types with the same fields: by the policy, and by serde with a predicate. Of each field two values, of which the
/// first is its default.
macro_rules! every_type {
    ($($field:ident: $T:ty = [$default:expr, $other:expr];)+) => {
        #[derive(ZeroAllocJson)]
        struct Own<'a> {
            $(
                #[json(skip_default)]
                $field: $T,
            )+
            lifetime: &'a str,
        }

        #[derive(ZeroAllocJson)]
        #[json(skip_default)]
        struct OfType<'a> {
            $($field: $T,)+
            #[json(skip_default = false)]
            lifetime: &'a str,
        }

        #[derive(Serialize)]
        struct Reference<'a> {
            $(
                #[serde(skip_serializing_if = "is_default")]
                $field: $T,
            )+
            lifetime: &'a str,
        }

        #[derive(ZeroAllocJson)]
        #[json(tag = "kind", skip_default)]
        enum Variant {
            Named { $($field: $T,)+ },
        }

        #[derive(Serialize)]
        #[serde(tag = "kind")]
        enum ReferenceVariant {
            Named {
                $(
                    #[serde(skip_serializing_if = "is_default")]
                    $field: $T,
                )+
            },
        }

        fn compare(random: &mut SplitMix64) {
            $(let $field = random.bits().is_multiple_of(2);)+
            macro_rules! with {
                () => { ($(if $field { $default } else { $other },)+) };
            }
            let ($($field,)+) = with!();
            let own = Own { $($field,)+ lifetime: "" };
            let ($($field,)+) = with!();
            let of_type = OfType { $($field,)+ lifetime: "" };
            let ($($field,)+) = with!();
            let reference = Reference { $($field,)+ lifetime: "" };
            assert_like(&own, &reference);
            assert_like(&of_type, &reference);
            let ($($field,)+) = with!();
            let variant = Variant::Named { $($field,)+ };
            let ($($field,)+) = with!();
            assert_like(&variant, &ReferenceVariant::Named { $($field,)+ });
        }
    };
}

type Id = u64;

every_type! {
    flag: bool = [false, true];
    byte: u8 = [0, 1];
    wide: i128 = [0, -1];
    id: Id = [0, 7];
    float: f64 = [0.0, 0.5];
    letter: char = ['\0', 'a'];
    text: String = [String::new(), String::from("t\n")];
    lent: &'static str = ["", "l"];
    cow: Cow<'static, str> = [Cow::Borrowed(""), Cow::Borrowed("c")];
    option: Option<u8> = [None, Some(0)];
    nested: Option<Option<u8>> = [None, Some(None)];
    list: Vec<u8> = [vec![], vec![0]];
    array: [u8; 2] = [[0, 0], [0, 1]];
    tuple: (u8, String) = [(0, String::new()), (1, String::new())];
    unit: () = [(), ()];
    map: BTreeMap<u8, u8> = [BTreeMap::new(), BTreeMap::from([(0, 0)])];
    hash: HashMap<u8, u8> = [HashMap::new(), HashMap::from([(0, 0)])];
    point: Point = [Point::default(), Point { x: 0, y: 1 }];
    boxed: Box<Point> = [Box::default(), Box::new(Point { x: 1, y: 0 })];
    boxed_text: Box<str> = [Box::from(""), Box::from("b")];
    boxed_list: Box<[u8]> = [Box::default(), Box::from([0])];
    shared: Rc<String> = [Rc::default(), Rc::new(String::from("s"))];
    sent: Arc<Vec<u8>> = [Arc::new(vec![]), Arc::new(vec![1])];
    zero: f32 = [-0.0, f32::MIN_POSITIVE];
}

#[test]
fn every_type_with_a_default() {
    let seed = 0xdefa_0017;
    println!("seed {seed:#x}");
    let mut random = SplitMix64::new(seed);
    for _ in 0..500 {
        compare(&mut random);
    }
}

/// Of a type: a field whose type has no default, or cannot be compared, is written; so is NaN.
#[test]
fn what_has_no_default_is_written() {
    #[derive(Serialize, ZeroAllocJson)]
    struct Opaque {}

    #[derive(Default, Serialize, ZeroAllocJson)]
    struct Incomparable {}

    #[derive(ZeroAllocJson)]
    #[json(skip_default)]
    struct Row<'a, T> {
        opaque: Opaque,
        incomparable: Incomparable,
        boxed: Box<Opaque>,
        lent: &'a u8,
        parameter: T,
        float: f64,
        zero: u8,
    }

    #[derive(ZeroAllocJson)]
    #[json(skip_default)]
    struct Known<T: Default + PartialEq> {
        parameter: T,
        list: Vec<T>,
    }

    let row = Row {
        opaque: Opaque {},
        incomparable: Incomparable {},
        boxed: Box::new(Opaque {}),
        lent: &0,
        parameter: 0_u8,
        float: f64::NAN,
        zero: 0,
    };
    assert_text(&row, r#"{"opaque":{},"incomparable":{},"boxed":{},"lent":0,"parameter":0,"float":null}"#);
    assert_text(&Known { parameter: 0_u8, list: vec![] }, "{}");
    assert_text(&Known { parameter: 1_u8, list: vec![0] }, r#"{"parameter":1,"list":[0]}"#);
}

const PORT: u16 = 8080;
const NAME: &str = "anonymous";
static STATIC: String = String::new();

fn retries() -> u8 {
    3
}

impl Point {
    const UNIT: Self = Self { x: 1, y: 1 };

    fn unit() -> Self {
        Self::UNIT
    }
}

#[derive(Debug, PartialEq, ZeroAllocJson)]
enum Level {
    Low,
    High,
}

/// A function that returns the field's type, or a constant that the type can be compared with.
#[derive(ZeroAllocJson)]
struct Paths {
    #[json(skip_default = "PORT")]
    port: u16,
    #[json(skip_default = "u16::MAX")]
    most: u16,
    #[json(skip_default = "retries")]
    retries: u8,
    #[json(skip_default = "NAME")]
    name: String,
    #[json(skip_default = "NAME")]
    lent: &'static str,
    #[json(skip_default = "STATIC")]
    empty: String,
    #[json(skip_default = "Point::UNIT")]
    constant: Point,
    #[json(skip_default = "Point::unit")]
    function: Point,
    #[json(skip_default = "Level::Low")]
    level: Level,
    #[json(skip_default = "Vec::new")]
    list: Vec<u8>,
    #[json(skip_default = "Default::default")]
    inferred: Option<u8>,
    #[json(skip_default = "Self::LIMIT", as_string)]
    limit: u64,
}

impl Paths {
    const LIMIT: u64 = 10;
}

#[test]
fn paths() {
    let defaults = || Paths {
        port: 8080,
        most: 0xffff,
        retries: 3,
        name: String::from(NAME),
        lent: NAME,
        empty: String::new(),
        constant: Point::UNIT,
        function: Point::UNIT,
        level: Level::Low,
        list: vec![],
        inferred: None,
        limit: 10,
    };
    assert_text(&defaults(), "{}");
    assert_text(&Paths { level: Level::High, limit: 11, ..defaults() }, r#"{"level":"High","limit":"11"}"#);
    let others = Paths {
        port: 0,
        most: 0,
        retries: 0,
        name: String::new(),
        lent: "",
        empty: String::from("e"),
        constant: Point::default(),
        function: Point::default(),
        level: Level::High,
        list: vec![0],
        inferred: Some(0),
        limit: 0,
    };
    assert_text(
        &others,
        r#"{"port":0,"most":0,"retries":0,"name":"","lent":"","empty":"e","constant":{"x":0,"y":0},"function":{"x":0,"y":0},"level":"High","list":[0],"inferred":0,"limit":"0"}"#,
    );
}

/// Bounds that follow from a field's own attribute.
#[test]
fn parameters() {
    #[derive(ZeroAllocJson)]
    struct Generic<T> {
        #[json(skip_default)]
        a: T,
        #[json(skip_default)]
        b: Vec<T>,
        #[json(skip_default)]
        c: Box<T>,
        #[json(skip_default)]
        d: Option<Box<Generic<T>>>,
        #[json(skip_default = "Vec::new")]
        e: Vec<T>,
        #[json(skip_default = "T::default", bound = "T: Default + PartialEq + ZeroAllocJson")]
        f: T,
    }

    impl<T: PartialEq> PartialEq for Generic<T> {
        fn eq(&self, other: &Self) -> bool {
            self.a == other.a
        }
    }

    let empty = || Generic { a: 0_u8, b: vec![], c: Box::new(0), d: None, e: vec![], f: 0 };
    assert_text(&empty(), "{}");
    let value = Generic { a: 1, b: vec![0], c: Box::new(1), d: Some(Box::new(empty())), e: vec![1], f: 2 };
    assert_text(&value, r#"{"a":1,"b":[0],"c":1,"d":{},"e":[1],"f":2}"#);
}

fn port() -> u16 {
    PORT
}

fn hosts() -> Vec<String> {
    vec![String::from("localhost")]
}

/// Without a path the default is what serde reads: written and read again, a value is the same.
#[derive(Clone, Debug, PartialEq, Deserialize, ZeroAllocJson)]
#[serde(default)]
#[json(skip_default)]
struct Config {
    port: u16,
    threads: u16,
    #[serde(default)]
    verbose: bool,
    #[serde(default = "hosts")]
    hosts: Vec<String>,
    #[json(skip_default)]
    name: String,
    nested: Nested,
    #[json(skip_default = "PORT")]
    own_path: u16,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            port: PORT,
            threads: 4,
            verbose: true,
            hosts: vec![],
            name: String::from(NAME),
            nested: Nested::default(),
            own_path: PORT,
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize, ZeroAllocJson)]
struct Nested {
    #[serde(default = "port")]
    #[json(skip_default)]
    port: u16,
    #[serde(default)]
    #[json(skip_default)]
    list: Vec<u8>,
}

/// The same of a function for the whole type, and of a generic one.
#[derive(Clone, Debug, PartialEq, Deserialize, ZeroAllocJson)]
#[serde(default = "paged")]
#[json(skip_default)]
struct Page {
    size: u16,
    next: Option<String>,
}

fn paged() -> Page {
    Page { size: 20, next: Some(String::from("first")) }
}

#[derive(Clone, Debug, PartialEq, Deserialize, ZeroAllocJson)]
#[serde(default, bound(deserialize = "T: Default + serde::de::DeserializeOwned"))]
struct Generic<T> {
    #[json(skip_default)]
    value: T,
    #[json(skip_default)]
    size: u8,
}

impl<T: Default> Default for Generic<T> {
    fn default() -> Self {
        Self { value: T::default(), size: 9 }
    }
}

fn assert_read_again<T: ZeroAllocJson + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let text = record_runtime::to_string(value);
    let read: T = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(read, *value, "{text}");
}

#[test]
fn what_serde_reads_is_the_default() {
    for bits in 0..1_u32 << 9 {
        let bit = |at: u32| bits >> at & 1 == 1;
        let config = Config {
            port: if bit(0) { 0 } else { PORT },
            threads: if bit(1) { 0 } else { 4 },
            verbose: bit(2),
            hosts: if bit(3) { vec![] } else { hosts() },
            name: if bit(4) { String::new() } else { String::from(NAME) },
            nested: Nested { port: if bit(5) { 0 } else { PORT }, list: if bit(6) { vec![1] } else { vec![] } },
            own_path: if bit(7) { 1 } else { PORT },
        };
        assert_read_again(&config);
        let page = Page { size: if bit(0) { 0 } else { 20 }, next: if bit(1) { None } else { paged().next } };
        assert_read_again(&page);
        let generic = Generic { value: u8::from(bit(0)), size: if bit(1) { 0 } else { 9 } };
        assert_read_again(&generic);
    }
    assert_text(
        &Config {
            hosts: hosts(),
            verbose: false,
            nested: Nested { port: PORT, ..Nested::default() },
            ..Config::default()
        },
        r#"{"nested":{}}"#,
    );
    assert_text(&paged(), "{}");
    assert_text(&Generic { value: 0_u8, size: 9 }, "{}");
}

/// The whole type's default at a path: a constant, a `static`, and a function.
#[test]
fn defaults_of_structs() {
    #[derive(ZeroAllocJson)]
    #[json(skip_default = "DEFAULTS", sort_keys, html_safe)]
    struct ByStatic {
        z: Option<String>,
        b: u8,
        #[json(skip_default = "PORT")]
        a: u16,
        #[json(skip_default = false)]
        kept: u8,
    }
    static DEFAULTS: ByStatic = ByStatic { z: None, b: 1, a: 0, kept: 0 };

    #[derive(ZeroAllocJson)]
    #[json(skip_default = "Self::defaults", rename_all = "UPPERCASE")]
    struct ByFunction<T: PartialEq> {
        list: Vec<T>,
        number: u8,
    }

    impl<T: PartialEq> ByFunction<T> {
        fn defaults() -> Self {
            Self { list: vec![], number: 5 }
        }
    }

    #[derive(ZeroAllocJson)]
    #[json(skip_default = "PACKED")]
    #[repr(C, packed)]
    struct Packed {
        a: u8,
        b: u32,
        #[json(skip_default)]
        c: u64,
    }
    const PACKED: Packed = Packed { a: 1, b: 2, c: 3 };

    assert_text(&ByStatic { z: None, b: 1, a: PORT, kept: 0 }, r#"{"kept":0}"#);
    assert_text(
        &ByStatic { z: Some(String::from("<")), b: 0, a: 0, kept: 0 },
        r#"{"a":0,"b":0,"kept":0,"z":"\u003c"}"#,
    );
    assert_text(&ByFunction::<u8> { list: vec![], number: 5 }, "{}");
    assert_text(&ByFunction { list: vec![1_u8], number: 0 }, r#"{"LIST":[1],"NUMBER":0}"#);
    assert_text(&Packed { a: 1, b: 2, c: 3 }, "{}");
    assert_text(&Packed { a: 0, b: 0, c: 0 }, r#"{"a":0,"b":0,"c":0}"#);
}

/// Beside other policies and names, and in definitions of other types.
#[test]
fn beside_other_attributes() {
    mod elsewhere {
        #[derive(Default)]
        pub(super) struct Remote {
            pub(super) a: u8,
            b: String,
        }

        impl Remote {
            pub(super) fn b(&self) -> &String {
                &self.b
            }
        }
    }

    #[derive(ZeroAllocJson)]
    #[json(remote = "elsewhere::Remote", skip_default)]
    struct Definition {
        a: u8,
        #[json(getter = "elsewhere::Remote::b")]
        b: String,
    }

    #[derive(ZeroAllocJson)]
    #[json(skip_default)]
    struct Holds {
        #[json(with = "Definition")]
        remote: elsewhere::Remote,
        #[json(rename = "n", as_string)]
        number: Option<u64>,
        #[json(skip_serializing_if = "Option::is_some")]
        predicate: Option<u8>,
        #[json(flatten)]
        rest: BTreeMap<String, u8>,
        #[json(skip_default = false, omit_empty)]
        empty: Vec<u8>,
        #[json(serialize_with = "shout")]
        by_function: u8,
        last: u8,
    }

    fn shout(value: &u8, writer: &mut record_runtime::JsonWriter<'_>) {
        writer.value(&[*value]);
    }

    let value = |by_function, number| Holds {
        remote: elsewhere::Remote::default(),
        number,
        predicate: None,
        rest: BTreeMap::new(),
        empty: vec![],
        by_function,
        last: 0,
    };
    assert_text(&value(0, None), r#"{"remote":{},"predicate":null}"#);
    assert_text(&value(1, Some(2)), r#"{"remote":{},"n":"2","predicate":null,"by_function":[1]}"#);
}
