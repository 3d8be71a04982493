//! The refused inputs with their messages, and accepted ones.

mod policies;

use super::check;
use crate::errors::Errors;
use crate::model::Container;
use syn::DeriveInput;

fn messages(input: &str) -> Vec<String> {
    messages_of(&syn::parse_str(input).expect("the input is Rust"))
}

fn messages_of(input: &DeriveInput) -> Vec<String> {
    let mut errors = Errors::default();
    let container = Container::from_input(input, &mut errors);
    check(&container, &mut errors);
    match errors.finish() {
        Ok(()) => Vec::new(),
        Err(error) => error.into_iter().map(|error| error.to_string()).collect(),
    }
}

#[track_caller]
fn refused(input: &str, expected: &[&str]) {
    let messages = messages(input);
    assert_eq!(messages.len(), expected.len(), "{messages:#?}");
    for (message, expected) in messages.iter().zip(expected) {
        assert!(message.starts_with(expected), "{message}\nexpected: {expected}");
    }
}

#[track_caller]
fn accepted(input: &str) {
    let messages = messages(input);
    assert!(messages.is_empty(), "{messages:#?}");
}

#[test]
fn unions() {
    refused("union U { a: u8, b: i8 }", &["`ZeroAllocJson` cannot be derived for a union"]);
}

#[test]
fn tagging() {
    refused(
        r#"#[serde(tag = "t", untagged, content = "c")] enum E { A }"#,
        &["`tag` contradicts `untagged`", "`content` contradicts `untagged`"],
    );
    refused(r#"#[serde(content = "c")] enum E { A }"#, &["`content` needs a tag"]);
    // The tag may be there, misspelt.
    refused(r#"#[serde(tg = "t", content = "c")] enum E { A }"#, &["unknown attribute `tg`"]);
    refused(r#"#[serde(tag = "t", content = "t")] enum E { A }"#, &["`content` and `tag` are both `t`"]);
    refused(r#"#[serde(tag = "t")] struct S(u8, u8);"#, &["`tag` stands beside named fields"]);
    refused(
        r#"#[serde(untagged, content = "c", rename_all_fields = "UPPERCASE")] struct S {}"#,
        &["`untagged` is only for enums", "`content` is only", "`rename_all_fields` is only"],
    );
    refused(
        r#"#[serde(tag = "t")] enum E { A(u8, u8), B(u8), C, D() }"#,
        &["a tuple variant beside a `tag`", "a tuple variant beside a `tag`"],
    );
    refused("enum E { #[serde(untagged)] A(u8), B, #[serde(untagged)] C }", &["an `untagged` variant stands before"]);
}

#[test]
fn keys() {
    refused(
        r#"struct S { a: u8, #[serde(rename = "a")] b: u8, #[serde(rename = "a")] c: u8 }"#,
        &["the key `a` is written twice", "the key `a` is written twice"],
    );
    refused(
        r#"struct S { #[serde(skip_serializing_if = "p")] a: u8, #[serde(rename = "a")] b: u8 }"#,
        &["the key `a` is written twice"],
    );
    refused(
        r#"struct S { a: u8, #[serde(rename = "a", skip_serializing_if = "p")] b: u8 }"#,
        &["the key `a` is written twice"],
    );
    refused(r#"#[serde(tag = "t")] struct S { t: u8 }"#, &["the key `t` is already the `tag`"]);
    refused(
        r#"#[serde(tag = "t", rename_all_fields = "lowercase")] enum E { A { #[json(rename = "t")] a: u8 } }"#,
        &["the key `t` is already the `tag`"],
    );
    accepted(r#"struct S { a: u8, #[serde(rename = "a", skip)] b: u8, #[serde(rename = "a", flatten)] c: M }"#);
    accepted(
        r#"struct S { #[serde(rename = "x", skip_serializing_if = "p")] a: u8, #[serde(rename = "x", skip_serializing_if = "q")] b: u8 }"#,
    );
    accepted(r#"#[serde(tag = "t")] enum E { #[serde(untagged)] A { t: u8 } }"#);
    accepted(r#"#[serde(tag = "t", content = "c")] enum E { A { t: u8, c: u8 } }"#);
}

#[test]
fn transparent() {
    refused(
        r#"#[serde(transparent, into = "U")] struct S { a: u8, b: u8, c: u8 }"#,
        &["`into` contradicts", "`transparent` needs exactly", "`transparent` needs exactly"],
    );
    refused("#[serde(transparent)] enum E { A }", &["`transparent` is for structs"]);
    refused("#[serde(transparent)] struct S;", &["`transparent` is for structs"]);
    refused(
        "#[serde(transparent)] struct S { #[serde(skip)] a: u8 }",
        &["`transparent` needs one field that is written, but all are left out: remove a `skip`"],
    );
    accepted("#[serde(transparent)] struct S<T> { a: u8, b: PhantomData<T>, #[serde(skip)] c: u8 }");
}

#[test]
fn foreign_functions() {
    refused(
        r#"struct S { #[serde(getter = "g")] c: u8, #[json(getter = "g")] d: u8 }"#,
        &["`getter` reads", "`getter` reads"],
    );
    refused(r#"enum E { A { #[serde(getter = "g")] c: u8 } }"#, &["`getter` is only for structs"]);
    accepted(
        r#"struct S { #[serde(serialize_with = "f")] #[json(serialize_with = "g")] a: u8, #[serde(with = "m")] b: u8, #[json(serde)] c: u8 }"#,
    );
    accepted(r#"#[serde(into = "U")] struct S { #[serde(with = "m")] b: u8 }"#);
    accepted(r#"#[serde(remote = "R")] struct S { #[serde(getter = "g")] a: u8 }"#);
    refused(
        r#"#[json(remote = "R<T>")] struct S<T> { #[serde(getter = "g")] a: T }"#,
        &["`remote` names generic arguments"],
    );
    refused(
        r#"enum E { #[serde(with = "m")] A(u8), #[json(with = "m")] B(#[json(skip)] u8) }"#,
        &["`skip` contradicts the variant's"],
    );
}

#[test]
fn flatten() {
    refused("struct S(#[serde(flatten)] A, #[serde(flatten)] B);", &["`flatten` needs named", "`flatten` needs named"]);
    refused("enum E { A(#[serde(flatten)] A) }", &["`flatten` needs named"]);
    accepted(r#"struct S { #[serde(flatten, rename = "x", skip_serializing_if = "p")] a: A }"#);
}

#[test]
fn schemas() {
    const UNKNOWN: &str = "the schema of what `";
    const NOTHING: &str = "`schema` has no effect here";
    refused(r#"struct S { #[json(schema = "A")] a: u8, b: u8 }"#, &[NOTHING]);
    refused(r#"enum E { #[json(schema = "A")] A(u8), B { #[json(schema = "A")] a: u8 } }"#, &[NOTHING, NOTHING]);
    accepted("struct S { a: u8 }");
    // A function's text is not known, of a field or of a variant, unless a type is named or nothing is written.
    refused(
        r#"#[json(schema)] struct S { #[serde(serialize_with = "f")] a: u8, #[json(serde)] b: u8, c: u8 }"#,
        &[UNKNOWN, UNKNOWN],
    );
    accepted(r#"#[json(schema)] struct S { #[json(serialize_with = "f", schema = "A")] a: u8, c: u8 }"#);
    accepted(r#"#[json(schema)] struct S { #[json(serialize_with = "f")] #[serde(skip)] a: u8 }"#);
    // The type has one, or is reported as having none.
    accepted(r#"#[json(schema)] struct S { #[json(serde = "fallback")] a: u8 }"#);
    refused(r#"#[json(schema)] enum E { #[json(serialize_with = "f")] A(u8), B(u8) }"#, &[UNKNOWN]);
    refused(r#"#[json(schema)] enum E { A { #[json(serialize_with = "f")] a: u8 } }"#, &[UNKNOWN]);
    for described in [
        r#"#[json(serialize_with = "f", schema = "A")] A(u8)"#,
        r#"#[json(serialize_with = "f")] #[serde(skip)] A(u8)"#,
        r#"#[json(schema = "A")] A { #[json(serialize_with = "f")] a: u8 }"#,
        r#"#[serde(skip)] A { #[json(serialize_with = "f")] a: u8 }"#,
    ] {
        accepted(&format!("#[json(schema)] enum E {{ {described} }}"));
    }
    // A type that is written as another one, or by its `Display`, without its fields.
    for whole in [r#"#[serde(into = "U")]"#, "#[json(display)]"] {
        accepted(&format!(r#"#[json(schema)] {whole} struct S {{ #[json(serialize_with = "f")] a: u8 }}"#));
    }
    accepted(r#"#[json(schema, repr)] #[repr(u8)] enum E { #[json(serialize_with = "f")] A }"#);
}
