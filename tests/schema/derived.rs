//! `#[json(schema)]`: what the derive says of names, tags, and fields that may be missing. Types that others lead to are
//! in `references.rs`.

use std::collections::BTreeMap;
use std::rc::Rc;

use record_runtime::schema::{self, JsonSchema};
use record_runtime::{JsonWriter, ZeroAllocJson};
use serde_json::{Value, json};

use crate::judge::{check, parse, schema_of, validator};

/// The schema without what each document has.
fn body<T: JsonSchema + ?Sized>() -> Value {
    let mut schema = schema_of::<T>();
    schema.as_object_mut().expect("an object").retain(|key, _| key != "$schema" && key != "title");
    schema
}

#[test]
fn names_and_comments() {
    /// Somebody.
    ///
    ///  * indented `code`
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    #[serde(rename_all = "camelCase")]
    struct Person {
        /// Of the passport,
        /// not of the visa.
        full_name: &'static str,
        #[doc = "\n  By an attribute.\n"]
        #[serde(rename = "größe \"x\"")]
        size: u8,
        #[deprecated]
        r#type: bool,
        #[doc(hidden)]
        #[serde(skip)]
        _secret: fn(),
    }

    assert_eq!(
        schema_of::<Person>(),
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Person",
            "type": "object",
            "properties": {
                "fullName": { "type": "string", "description": "Of the passport,\nnot of the visa." },
                "größe \"x\"": {
                    "type": "integer",
                    "format": "uint8",
                    "minimum": 0,
                    "maximum": 255,
                    "description": "By an attribute.",
                },
                "type": { "type": "boolean", "deprecated": true },
            },
            "required": ["fullName", "größe \"x\"", "type"],
            "description": "Somebody.\n\n * indented `code`",
        })
    );
}

#[test]
fn shapes_of_structs() {
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct Unit;
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct Empty {}
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct Nothing();
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct Id(u64);
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct Pair(u8, #[serde(skip)] (), String);
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    #[serde(transparent)]
    struct Through {
        #[json(bytes = "hex")]
        id: [u8; 2],
    }
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    #[serde(tag = "kind", rename = "T")]
    struct Tagged {
        a: u8,
    }
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct Optional(u8, #[serde(skip_serializing_if = "Option::is_none")] Option<bool>, String);

    check(&[Unit], &["{}", "0", "[]"]);
    check(&[Empty {}], &["null", "[]"]);
    check(&[Nothing()], &["null", "{}", "[null]"]);
    check(&[Id(7)], &["-1", "1.5", "\"7\"", "[7]", "null"]);
    check(&[Pair(1, (), String::new())], &["[1]", "[1,2,\"\"]", "[\"\",1]", "{}"]);
    check(&[Through { id: [0xab, 1] }], &["\"ab0\"", "\"ab01ff\"", "\"AB01\"", "[171,1]", "{\"id\":\"ab01\"}"]);
    check(&[Tagged { a: 1 }], &["{\"a\":1}", "{\"kind\":\"U\",\"a\":1}", "{\"kind\":\"T\"}"]);
    check(
        &[Optional(1, None, String::new()), Optional(1, Some(true), String::new())],
        &["[1]", "[1,null,\"\"]", "[1,true,\"\",\"\"]", "[true,\"\"]"],
    );
}

#[test]
fn taggings() {
    macro_rules! kinds {
        ($($(#[$attr:meta])* $E:ident;)+) => {
            $(
                #[derive(ZeroAllocJson)]
                #[json(schema)]
                $(#[$attr])*
                enum $E {
                    Unit,
                    Newtype(Inner),
                    Named { a: u8, #[serde(skip_serializing_if = "Option::is_none")] b: Option<u8> },
                    #[serde(skip)]
                    #[allow(dead_code, reason = "never made")]
                    Skipped(fn()),
                }

                impl $E {
                    fn all() -> [Self; 4] {
                        let inner = Inner { x: 1 };
                        [Self::Unit, Self::Newtype(inner), Self::Named { a: 1, b: None }, Self::Named { a: 1, b: Some(2) }]
                    }
                }
            )+
        };
    }
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct Inner {
        x: u8,
    }
    kinds! {
        External;
        #[serde(tag = "t")]
        Internal;
        #[serde(tag = "t", content = "c")]
        Adjacent;
        #[serde(untagged)]
        Untagged;
    }

    check(
        &External::all(),
        &[
            "null",
            "\"Other\"",
            "\"Named\"",
            "\"Skipped\"",
            "{\"Unit\":null}",
            "{\"Newtype\":{}}",
            "{\"Newtype\":null}",
            "{\"Named\":{}}",
            "{\"Named\":{\"a\":1,\"b\":null}}",
            "{\"Named\":{\"a\":1},\"Newtype\":{\"x\":1}}",
            "{}",
        ],
    );
    check(
        &Internal::all(),
        &[
            "{}",
            "\"Unit\"",
            "{\"t\":\"unit\"}",
            "{\"t\":\"Skipped\"}",
            "{\"t\":null}",
            "{\"t\":\"Newtype\"}",
            "{\"t\":\"Newtype\",\"x\":\"1\"}",
            "{\"t\":\"Named\",\"x\":1}",
            "{\"t\":\"Named\",\"a\":1,\"b\":null}",
        ],
    );
    check(
        &Adjacent::all(),
        &[
            "{}",
            "{\"t\":\"Newtype\"}",
            "{\"t\":\"Newtype\",\"c\":null}",
            "{\"c\":{\"x\":1}}",
            "{\"t\":\"Named\",\"c\":{\"b\":2}}",
            "{\"t\":\"Named\",\"a\":1}",
        ],
    );
    check(&Untagged::all(), &["{}", "\"Unit\"", "1", "[]", "{\"x\":300}", "{\"b\":1}", "{\"a\":null}"]);
}

#[test]
fn rare_enums() {
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    enum Never {}
    /// A level.
    #[derive(ZeroAllocJson)]
    #[json(schema, repr)]
    #[repr(i16)]
    #[allow(dead_code, reason = "never made")]
    enum Level {
        Low = -3,
        /// Above all.
        High = 300,
        #[json(skip)]
        Hidden,
    }
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    enum Described {
        /// Goes on.
        On,
        Off,
        /// A tuple.
        Both(u8, u8),
        #[serde(untagged)]
        Other(String),
    }
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    #[serde(tag = "t")]
    enum Same {
        #[serde(rename = "x")]
        A { a: u8 },
        #[serde(rename = "x")]
        B { b: u8 },
    }
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    enum Written {
        #[json(serialize_with = "write_sum", schema = "u8")]
        Sum(u8, u8),
    }
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that the attribute asks for")]
    fn write_sum(a: &u8, b: &u8, w: &mut JsonWriter<'_>) {
        w.value(&(a + b));
    }

    assert!(!validator(&schema_of::<Never>()).is_valid(&json!({})));
    assert_eq!(
        body::<Level>(),
        json!({
            "oneOf": [
                { "type": "integer", "enum": [-3] },
                { "type": "integer", "enum": [300], "description": "Above all." },
            ],
            "description": "A level.",
        })
    );
    check(&[Level::Low, Level::High], &["301", "0", "\"Low\""]);
    let all = [Described::On, Described::Off, Described::Both(1, 2), Described::Other(String::from("x"))];
    check(&all, &["null", "{\"Both\":[1]}", "{\"Both\":[1,2,3]}", "{\"On\":null}", "1"]);
    check(&[Same::A { a: 1 }, Same::B { b: 1 }], &["{\"t\":\"x\"}", "{\"t\":\"y\",\"a\":1}"]);
    check(&[Written::Sum(1, 2)], &["{\"Sum\":[1,2]}", "{\"Sum\":-1}"]);
}

#[derive(ZeroAllocJson)]
#[json(schema)]
struct Page {
    offset: u64,
    total: Option<u64>,
}

#[test]
fn flattened() {
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    #[allow(dead_code, reason = "some are never made")]
    enum Unit {
        A,
        B(u8),
        C { x: u8 },
    }
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    #[serde(untagged)]
    #[allow(dead_code, reason = "some are never made")]
    enum Either {
        Page(Page),
        Map(BTreeMap<String, bool>),
        None,
    }
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct Nested {
        #[serde(flatten)]
        page: Page,
        #[serde(flatten)]
        flags: BTreeMap<String, bool>,
    }
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct Outer {
        id: u8,
        #[serde(flatten)]
        nested: Nested,
        #[serde(flatten)]
        unit: Unit,
    }
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct Optional {
        id: u8,
        #[serde(flatten)]
        page: Option<Page>,
        #[serde(flatten)]
        nothing: (),
    }
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct OfEnum {
        id: u8,
        #[serde(flatten)]
        either: Either,
    }
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    #[serde(tag = "t")]
    enum Tagged {
        Map(BTreeMap<&'static str, u8>),
        Unit(Unit),
        Nested(Box<Nested>),
    }
    let nested =
        || Nested { page: Page { offset: 1, total: None }, flags: BTreeMap::from([(String::from("on"), true)]) };

    check(
        &[nested()],
        &["{\"on\":true}", "{\"offset\":1,\"total\":null,\"on\":1}", "{\"offset\":true,\"total\":null}"],
    );
    check(
        &[Unit::A, Unit::B(1)].map(|unit| Outer { id: 1, nested: nested(), unit }),
        &[
            "{\"id\":1,\"offset\":1,\"total\":null,\"on\":true}",
            "{\"id\":1,\"offset\":1,\"total\":null,\"A\":1}",
            "{\"id\":1,\"offset\":1,\"total\":null,\"A\":null,\"on\":1}",
            "{\"offset\":1,\"total\":null,\"A\":null}",
            "{\"id\":1,\"total\":null,\"A\":null}",
        ],
    );
    check(
        &[None, Some(Page { offset: 1, total: Some(2) })].map(|page| Optional { id: 1, page, nothing: () }),
        &["{}", "{\"id\":1,\"offset\":1}", "{\"id\":1,\"offset\":\"1\",\"total\":2}"],
    );
    let either = [Either::Page(Page { offset: 1, total: None }), Either::Map(BTreeMap::new()), Either::None];
    check(&either.map(|either| OfEnum { id: 1, either }), &["{}", "{\"id\":\"1\"}", "{\"id\":1,\"other\":1}"]);
    check(
        &[Tagged::Map(BTreeMap::from([("x", 1)])), Tagged::Unit(Unit::C { x: 1 }), Tagged::Nested(Box::new(nested()))],
        &[
            "{\"t\":\"Map\",\"x\":\"1\"}",
            "{\"t\":\"Unit\"}",
            "{\"t\":\"Unit\",\"B\":null}",
            "{\"t\":\"Nested\"}",
            "{\"t\":\"None\"}",
        ],
    );
}

/// Two fields of one key, of which one is written.
#[test]
fn alternatives() {
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct Inner {
        #[serde(skip_serializing_if = "Option::is_none")]
        key: Option<bool>,
        other: u8,
    }
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct Outer {
        #[serde(skip_serializing_if = "Option::is_none")]
        key: Option<u8>,
        #[serde(flatten)]
        inner: Inner,
    }
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct Twice {
        #[serde(rename = "key", skip_serializing_if = "Option::is_none")]
        number: Option<u8>,
        #[serde(rename = "key", skip_serializing_if = "Option::is_none")]
        text: Option<&'static str>,
    }
    // The tag is written in any case.
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    #[serde(tag = "key")]
    enum Tagged {
        A(Inner),
        B,
    }
    check(&[Tagged::A(Inner { key: None, other: 1 }), Tagged::B], &["{\"key\":\"C\"}", "{\"key\":true,\"other\":1}"]);
    let inner = |key| Inner { key, other: 1 };
    check(&[Outer { key: Some(1), inner: inner(None) }, Outer { key: None, inner: inner(Some(true)) }], &["[]"]);
    check(&[Twice { number: Some(1), text: None }, Twice { number: None, text: Some("t") }], &["{\"key\":true}"]);
}

#[test]
fn recursion() {
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct Tree<'a> {
        name: &'a str,
        children: Vec<Tree<'a>>,
        by_name: BTreeMap<String, Rc<Tree<'a>>>,
    }
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    enum Expression {
        Number(f64),
        Sum(Box<Expression>, Box<Expression>),
        Call { function: String, arguments: Vec<Self> },
    }
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct List<T> {
        value: T,
        #[serde(skip_serializing_if = "Option::is_none")]
        next: Option<Box<List<T>>>,
    }
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct Flat {
        a: u8,
        #[serde(flatten)]
        next: Option<Box<Other>>,
    }
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct Other {
        b: u8,
        #[serde(flatten)]
        next: Option<Box<Flat>>,
    }
    let leaf = |name| Tree { name, children: vec![], by_name: BTreeMap::new() };
    let tree = Tree {
        name: "root",
        children: vec![leaf("a"), leaf("b")],
        by_name: BTreeMap::from([(String::from("c"), Rc::new(leaf("c")))]),
    };
    check(&[tree], &["{\"name\":\"\",\"children\":[{}],\"by_name\":{}}", "{\"name\":\"\",\"children\":[]}"]);
    let sum = Expression::Sum(
        Box::new(Expression::Number(1.5)),
        Box::new(Expression::Call { function: String::from("f"), arguments: vec![Expression::Number(f64::NAN)] }),
    );
    check(&[sum], &["{\"Sum\":[{\"Number\":1}]}", "{\"Sum\":[{\"Number\":1},1]}", "{\"Call\":{\"function\":\"\"}}"]);
    let list = List { value: 1_u8, next: Some(Box::new(List { value: 2, next: None })) };
    check(&[list], &["{\"value\":1,\"next\":null}", "{\"value\":1,\"next\":{\"value\":\"2\"}}"]);
    assert_eq!(schema_of::<List<u8>>()["$ref"], "#/$defs/List_uint8");
    check(&[Flat { a: 1, next: Some(Box::new(Other { b: 1, next: None })) }], &["{}", "{\"b\":1}"]);
}

#[test]
fn documents_are_written_in_any_form() {
    let document = schema::document::<Page>();
    let text = record_runtime::to_string_pretty(&document);
    assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), parse(&document));
    assert_eq!(document, document.clone());
}

/// Well-known names mean something else here.
mod shadowed {
    #![expect(dead_code, non_camel_case_types, reason = "names that must not be used")]

    use ::record_runtime::ZeroAllocJson as Derive;

    struct Option;
    struct Vec;
    struct bool;
    struct str;
    struct u64;

    mod core {}
    mod std {}
    mod record_runtime {}
    mod schema {}

    type U = ::core::primitive::u64;

    #[derive(Derive)]
    #[json(schema, field_mask, as_string, skip_none)]
    pub(super) struct Named<T> {
        pub(super) count: U,
        pub(super) optional: ::core::option::Option<T>,
    }

    #[derive(Derive)]
    #[json(schema, field_mask, tag = "t")]
    pub(super) enum Tagged {
        Fields { fields: U },
        Named(Named<U>),
    }

    #[derive(Derive)]
    #[json(schema, repr)]
    #[repr(u8)]
    pub(super) enum Numbered {
        One = 1,
    }
}

#[test]
fn with_other_names() {
    use shadowed::{Named, Numbered, Tagged};

    check(&[Named { count: 1, optional: None }, Named { count: 1, optional: Some(1_u8) }], &["{\"count\":1}"]);
    let tagged = [Tagged::Fields { fields: 1 }, Tagged::Named(Named { count: 1, optional: None })];
    check(&tagged, &["{\"t\":\"Fields\"}", "{\"t\":\"Named\"}"]);
    check(&[Numbered::One], &["2"]);
}
