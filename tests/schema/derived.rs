//! `#[json(schema)]`: what the derive says of names, tags, fields that may be missing, and types that it leads to.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use record_runtime::schema::{self, Any, Generator, JsonSchema, Name, Schema};
use record_runtime::{InView, JsonWriter, View, ViewId, ZeroAllocJson};
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

mod first {
    #[derive(record_runtime::ZeroAllocJson)]
    #[json(schema)]
    pub(crate) struct User {
        pub(crate) first: u8,
    }
}

mod second {
    #[derive(record_runtime::ZeroAllocJson)]
    #[json(schema)]
    pub(crate) struct User {
        pub(crate) second: u8,
    }
}

/// Each type has a name of its own, also where the compiler calls two the same.
#[test]
fn names_of_definitions() {
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct All<'a> {
        first: first::User,
        second: second::User,
        borrowed: Slice<'a>,
        forever: Slice<'static>,
        pairs: (Grid<u8, 2>, Grid<Option<&'a str>, 2>),
        grids: (Grid<u8, 3>, Grid<Vec<first::User>, 2>),
        typed: (Typed<u8>, Typed<u16>),
    }
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    #[serde(rename = "größe/~ x")]
    struct Slice<'a>(&'a str);
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct Grid<T, const N: usize>([T; N]);
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct Typed<T>(u8, std::marker::PhantomData<T>);

    let definitions = schema_of::<All>()["$defs"].clone();
    let names: Vec<&String> = definitions.as_object().expect("definitions").keys().collect();
    assert_eq!(
        names,
        [
            "Grid_Array_User_2",
            "Grid_Option_String_2",
            "Grid_uint8_2",
            "Grid_uint8_3",
            "Typed",
            "Typed2",
            "User",
            "User2",
            "gr__e___x",
        ]
    );
    assert_eq!(definitions["User"]["required"], json!(["first"]));
    assert_eq!(definitions["User2"]["required"], json!(["second"]));
    let all = All {
        first: first::User { first: 1 },
        second: second::User { second: 1 },
        borrowed: Slice("a"),
        forever: Slice("b"),
        pairs: (Grid([1, 2]), Grid([None, Some("s")])),
        grids: (Grid([1, 2, 3]), Grid([vec![], vec![first::User { first: 1 }]])),
        typed: (Typed(1, std::marker::PhantomData), Typed(1, std::marker::PhantomData)),
    };
    check(&[all], &["{}"]);

    // In one function the names that the compiler gives are equal.
    let one = {
        #[derive(ZeroAllocJson)]
        #[json(schema)]
        struct Block {
            a: u8,
        }
        let mut generator = Generator::new();
        (generator.of::<Block>(), generator, Block { a: 1 }.a)
    };
    let (reference, mut generator, _) = one;
    {
        #[derive(ZeroAllocJson)]
        #[json(schema)]
        struct Block {
            b: u8,
        }
        assert_ne!(generator.of::<Block>(), reference);
        assert_eq!(Block { b: 1 }.b, 1);
    }
    assert_eq!(generator.into_definitions().len(), 2);
}

struct Support;
impl View for Support {}
struct Admin;
impl View for Admin {
    fn includes(view: ViewId) -> bool {
        view.is::<Support>()
    }
}

#[test]
fn views() {
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct User {
        name: &'static str,
        #[json(view = "Support")]
        email: &'static str,
        #[json(view = "Admin", skip_none)]
        hash: Option<Secret>,
        #[json(view = "Admin, Support")]
        plan: u8,
    }
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct Secret(u8);
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct Both {
        all: User,
        seen: InView<Support, User>,
    }
    struct None;
    impl View for None {}

    let user = || User { name: "n", email: "e", hash: Some(Secret(1)), plan: 1 };
    let text = |write: fn(&User, &mut Vec<u8>)| {
        let mut text = Vec::new();
        write(&user(), &mut text);
        serde_json::from_slice::<Value>(&text).expect("JSON")
    };
    let all = [
        text(User::write_json),
        text(User::write_json_view::<Support>),
        text(User::write_json_view::<Admin>),
        text(User::write_json_view::<None>),
    ];
    let allowed = |schema: Schema| {
        let validator = validator(&parse(&schema));
        all.each_ref().map(|text| validator.is_valid(text))
    };
    assert_eq!(allowed(schema::document::<User>()), [true; 4]);
    assert_eq!(allowed(Generator::new().view::<Support>().into_document::<User>()), [false, true, true, false]);
    assert_eq!(allowed(Generator::new().view::<Admin>().into_document::<User>()), [false, true, true, false]);
    let none = Generator::new().view::<None>().into_document::<User>();
    assert_eq!(parse(&none)["properties"].as_object().expect("properties").len(), 1);
    // Nor is a type named that is not shown.
    assert_eq!(parse(&none).get("$defs"), Option::None);
    check(
        &[Both { all: user(), seen: InView::new(user()) }],
        &["{\"all\":{\"name\":\"n\"},\"seen\":{\"name\":\"n\"}}", "{\"all\":{},\"seen\":{}}"],
    );
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that the attribute asks for")]
fn write_any(_: &u8, w: &mut JsonWriter<'_>) {
    w.value(&"any");
}

#[test]
fn named_schemas() {
    struct Opaque;
    impl ZeroAllocJson for Opaque {
        fn write_value<'s, D: record_runtime::Dispatch>(
            &self,
            c: record_runtime::Cursor<'s, D>,
        ) -> record_runtime::Cursor<'s, D> {
            c.u64(1)
        }
    }
    enum Percent {}
    impl JsonSchema for Percent {
        const INLINE: bool = true;
        fn name() -> Name {
            Name::new("Percent")
        }
        fn schema(_: &mut Generator) -> Schema {
            Schema::of_type("integer").with("minimum", 0).with("maximum", 100)
        }
    }
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct Named<'a, T, U> {
        list: Vec<Option<T>>,
        #[json(serialize_with = "write_any", schema = "Option<&'a str>")]
        written: u8,
        #[json(schema = "Percent")]
        percent: u8,
        #[json(raw, schema = "BTreeMap<String, T>")]
        raw: &'a str,
        #[json(schema = "Any")]
        opaque: Opaque,
        // No schema is asked of this parameter.
        #[json(schema = "u64")]
        without: U,
        #[json(skip_none, schema = "bool")]
        skipped: Option<Opaque>,
    }
    let named = |raw, skipped| Named::<u8, Opaque> {
        list: vec![None],
        written: 1,
        percent: 2,
        raw,
        opaque: Opaque,
        without: Opaque,
        skipped,
    };
    check(
        &[named("{\"a\":1}", None)],
        &["{\"list\":[],\"written\":\"\",\"percent\":200,\"raw\":{},\"opaque\":[],\"without\":1}"],
    );
    let wrong = parse(&named("{\"a\":false}", None));
    assert!(!validator(&schema_of::<Named<u8, Opaque>>()).is_valid(&wrong));
}

mod far {
    pub(crate) struct Distance(pub(crate) f64);
}

#[derive(ZeroAllocJson)]
#[json(schema, remote = "far::Distance")]
struct DistanceDef(f64);

#[test]
fn definitions_of_other_types() {
    #[derive(ZeroAllocJson)]
    #[json(schema)]
    struct Trip {
        #[json(with = "DistanceDef", schema = "DistanceDef")]
        length: far::Distance,
    }
    check(&[Trip { length: far::Distance(1.5) }], &["{\"length\":\"1.5\"}", "{}"]);
}

#[test]
fn conversions() {
    #[derive(Clone, ZeroAllocJson)]
    #[json(schema)]
    #[serde(into = "String")]
    struct Version(u8, u8);
    impl From<Version> for String {
        fn from(Version(major, minor): Version) -> Self {
            format!("{major}.{minor}")
        }
    }
    #[derive(ZeroAllocJson)]
    #[json(schema, display)]
    struct Shown(u8);
    impl std::fmt::Display for Shown {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            self.0.fmt(f)
        }
    }
    check(&[Version(1, 2)], &["[1,2]", "null"]);
    check(&[Shown(1)], &["1", "[1]"]);
    check(&[HashMap::from([(Shown(1).to_string(), Version(1, 2))])], &["{\"1\":2}"]);
    assert_eq!(body::<Cow<'_, [Version]>>()["items"], json!({ "$ref": "#/$defs/Version" }));
}

#[test]
fn documents_are_written_in_any_form() {
    let document = schema::document::<Page>();
    let text = record_runtime::to_string_pretty(&document);
    assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), parse(&document));
    assert_eq!(document, document.clone());
}
