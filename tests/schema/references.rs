//! `#[json(schema)]`: the definitions of types that others lead to, their names, and what a view, a mask, an attribute or
//! a conversion makes of them.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use record_runtime::schema::{self, Any, Generator, JsonSchema, Name, Schema};
use record_runtime::{FieldMask, InView, JsonWriter, Masked, Unredacted, View, ViewId, ZeroAllocJson};
use serde_json::{Value, json};

use crate::judge::{check, parse, schema_of, validator};

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

/// In the view that shows what is redacted, and in those that include it, any text may stand there.
#[test]
fn redacted() {
    struct Staff;
    impl View for Staff {
        fn includes(view: ViewId) -> bool {
            view.is::<Unredacted>()
        }
    }
    #[derive(Clone, ZeroAllocJson)]
    #[json(schema)]
    struct Card {
        #[json(redact = "last_four")]
        number: &'static str,
        #[json(redact)]
        holders: Vec<Option<&'static str>>,
    }

    let card = || Card { number: "4111111111111111", holders: vec![None, Some("Ada")] };
    let shown = r#"{"number":"4111111111111111","holders":[null,"Ada"]}"#;
    check(&[card()], &[shown]);
    check(&[InView::<Support, _>::new(card())], &[shown]);
    check(&[InView::<Unredacted, _>::new(card())], &[r#"{"number":"","holders":[1]}"#]);
    check(&[InView::<Staff, _>::new(card())], &[r#"{"number":null,"holders":[]}"#]);
    check(&[(card(), InView::<Staff, _>::new(card()))], &[&format!("[{shown},{shown}]")]);
}

/// Any mask may leave out fields, but not those of a value that takes no mask.
#[test]
fn masks() {
    #[derive(Clone, ZeroAllocJson)]
    #[json(schema, field_mask)]
    struct Post {
        id: u8,
        author: User,
        #[serde(flatten)]
        more: More,
        kind: Kind,
        whole: Whole,
        pair: (User, u8),
        #[json(view = "Support")]
        note: u8,
        answers: Vec<Post>,
    }
    #[derive(Clone, ZeroAllocJson)]
    #[json(schema, field_mask)]
    struct User {
        name: &'static str,
    }
    #[derive(Clone, ZeroAllocJson)]
    #[json(schema, field_mask)]
    struct More {
        likes: u8,
    }
    #[derive(Clone, ZeroAllocJson)]
    #[json(schema, field_mask)]
    #[serde(tag = "type")]
    enum Kind {
        Text {
            words: u8,
        },
        #[expect(dead_code, reason = "for the schema alone")]
        Picture,
    }
    /// Takes no masks, so that no mask reaches the user in it.
    #[derive(Clone, ZeroAllocJson)]
    #[json(schema)]
    struct Whole {
        user: User,
    }

    let user = || User { name: "n" };
    let mut post = Post {
        id: 1,
        author: user(),
        more: More { likes: 2 },
        kind: Kind::Text { words: 3 },
        whole: Whole { user: user() },
        pair: (user(), 4),
        note: 5,
        answers: vec![],
    };
    post.answers.push(post.clone());
    let mask = |fields: &str| FieldMask::<Post>::parse(fields).expect("fields of a post");
    let values = ["*", "id", "likes", "kind(words)", "kind/type", "author(name),whole", "answers(pair,answers/id)"]
        .map(|fields| Masked::new(post.clone(), mask(fields)));
    let refused = [
        r#"{"id":"1"}"#,
        r#"{"likes":"1"}"#,
        r#"{"kind":{}}"#,
        r#"{"kind":{"type":"Picture2"}}"#,
        r#"{"whole":{}}"#,
        r#"{"whole":{"user":{}}}"#,
        r#"{"pair":[{},1]}"#,
        r#"{"answers":[{"id":null}]}"#,
        r#"{"answers":[{"pair":[{},1]}]}"#,
    ];
    check(&values, &refused);
    // In a list, and beside the type without a mask, which has its own definition.
    let both = (vec![Masked::new(&post, mask("id"))], post.clone());
    check(&[both], &["[[{}],{}]", "[[{\"id\":null}],{\"id\":1}]"]);
    let schema = schema_of::<Masked<Option<Post>>>();
    let mut definitions: Vec<_> = schema["$defs"].as_object().expect("definitions").keys().collect();
    definitions.sort();
    assert_eq!(definitions, ["Masked_Kind", "Masked_More", "Masked_Post", "Masked_User", "User", "Whole"]);
    assert_eq!(schema["$defs"]["Masked_User"].get("required"), None);
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
    assert_eq!(schema_of::<Cow<'_, [Version]>>()["items"], json!({ "$ref": "#/$defs/Version" }));
}
