//! One mistake, one message: each attribute with each kind of wrong value.

use crate::attr::known;
use crate::attr::policy::{ROWS, Syntax};
use crate::check::check;
use crate::errors::Errors;
use crate::model::Container;

fn messages(source: &str) -> Vec<String> {
    let input = syn::parse_str(source).unwrap_or_else(|error| panic!("{source}: {error}"));
    let mut errors = Errors::default();
    let container = Container::from_input(&input, &mut errors);
    check(&container, &mut errors);
    match errors.finish() {
        Ok(()) => Vec::new(),
        Err(error) => error.into_iter().map(|error| error.to_string()).collect(),
    }
}

/// Behind the name of an attribute, and wrong whatever its value is.
const WRONG: [&str; 17] = [
    " = 5",
    " = true",
    " = 'a'",
    " = b\"bytes\"",
    " = \"text\"suffix",
    " = \"a\" + \"b\"",
    " = \"a\".b",
    " = concat!(\"a\", \"b\")",
    " = -1",
    " =",
    " = path::to",
    "(unknown)",
    "(5)",
    "(\"text\")",
    "()(5)",
    ".method()",
    "!",
];

fn takes_number(name: &str) -> bool {
    ROWS.iter().any(|row| row.name == name && matches!(row.syntax, Syntax::Number(_)))
}

#[test]
fn wrong_values() {
    let places = [
        (known::Target::Container, "@ enum Type { A { a: u8 } }"),
        (known::Target::Container, "@ struct Type { a: u8 }"),
        (known::Target::Variant, "enum Type { @ A { a: u8 } }"),
        (known::Target::Field, "struct Type { @ a: u8 }"),
        (known::Target::Field, "struct Type(@ u8, u8);"),
    ];
    let mut tried = 0;
    for (place, around) in places {
        for (name, namespace) in known::for_writing(place) {
            let anyway = messages(&around.replace('@', &format!("#[{namespace}({name})]")));
            for wrong in WRONG {
                if wrong == " = 5" && takes_number(name) {
                    continue;
                }
                let source = around.replace('@', &format!("#[{namespace}({name}{wrong})]"));
                let said = messages(&source);
                // A message about the attribute at this place, whatever its value, is another mistake.
                let about_value = said.iter().filter(|message| !anyway.contains(message)).count();
                assert!(about_value == 1 || said.len() == 1, "{source}: {said:#?}");
                tried += 1;
            }
        }
    }
    assert!(tried > 1_000, "{tried}");
}

/// A mistake in the list itself neither hides other mistakes nor adds any.
#[test]
fn wrong_lists() {
    let said = |attr: &str| messages(&format!("{attr} enum Type {{ A {{ a: u8 }} }}"));
    assert_eq!(said(r#"#[serde(content = "c" tag = "t")]"#), ["expected `,` between two attributes"]);
    assert_eq!(
        said(r#"#[serde("literal", content = 5, tag = "t")]"#),
        [
            "expected an attribute, found `\"literal\"`: write its name first, as in `rename = \"…\"`",
            "`content` takes a string literal: write `content = \"…\"`",
        ]
    );
    assert_eq!(
        said(r#"#[serde(tag = "t", + 1)]"#),
        ["expected an attribute, found `+`: write its name first, as in `rename = \"…\"`"]
    );
    assert_eq!(
        messages("struct Type { #[serde(skip_serializing_if, a.is_empty())] a: String }"),
        ["`skip_serializing_if` takes a string literal: write `skip_serializing_if = \"…\"`"]
    );
    assert_eq!(
        messages("#[serde(remote = 5)] struct Type { #[serde(getter = \"get\")] a: u8 }"),
        ["`remote` takes a string literal: write `remote = \"…\"`"]
    );
    assert_eq!(
        messages("struct Type<T> { #[serde(bound = \"\"huh)] a: T }"),
        ["the string of `bound` has the suffix `huh`: remove the suffix"]
    );
}

/// Consequences of the absence of an attribute that was only misspelt.
#[test]
fn misspelt_names() {
    for (source, near) in [
        ("#[serde(tga = \"t\", content = \"c\")] enum Type { A }", "`tag`"),
        ("#[serde(remot = \"Other\")] struct Type { #[serde(getter = \"get\")] a: u8 }", "`remote`"),
        ("#[serde(transparent)] struct Type { a: u8, #[serde(skp)] b: u8 }", "`skip`"),
        ("struct Type { a: u8, #[serde(rename = \"a\", skip_serialising)] b: u8 }", "`skip_serializing`"),
        ("enum Type { #[serde(untagged)] A, #[serde(untaged)] B }", "`untagged`"),
        ("#[json(schema)] struct Type { #[json(serialize_with = \"f\", schemas = \"A\")] a: u8 }", "`schema`"),
        ("#[json(schemas)] struct Type { #[json(schema = \"A\")] a: u8 }", "`schema`"),
    ] {
        let said = messages(source);
        assert_eq!(said.len(), 1, "{source}: {said:#?}");
        assert!(said[0].contains("did you mean") && said[0].contains(near), "{said:#?}");
    }
}

/// The name of what was typed, where there are several.
#[test]
fn words_of_the_source() {
    let of = |skip: &str, with: &str| {
        messages(&format!("enum Type {{ #[serde({with} = \"m\")] A(u8, #[serde({skip})] u8), B }}"))
    };
    assert_eq!(
        of("skip_serializing", "with"),
        ["`skip_serializing` contradicts the variant's `with`, which receives every field: keep one of them"]
    );
    assert_eq!(
        of("skip", "serialize_with"),
        ["`skip` contradicts the variant's `serialize_with`, which receives every field: keep one of them"]
    );
    assert_eq!(
        messages("struct Type { #[serde(skip, skip_serializing)] a: u8 }"),
        ["`skip` and `skip_serializing` cannot both be given: keep one of them"]
    );
    assert_eq!(
        messages("enum Type { #[serde(with = \"m\", skip_serializing)] A }"),
        ["`skip_serializing` contradicts `with`, which would write the variant: keep one of them"]
    );
}
