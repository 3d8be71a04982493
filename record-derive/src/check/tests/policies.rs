//! Policies beside each other, and beside what leaves them no meaning.

use super::{accepted, messages, messages_of, refused};
use quote::quote;

/// The pairs of the messages "`one` contradicts `other`".
fn contradictions(input: &str) -> Vec<(String, String)> {
    let pair = |message: &String| {
        let (one, rest) = message.strip_prefix('`')?.split_once("` contradicts `")?;
        Some((one.to_owned(), rest.split_once('`')?.0.to_owned()))
    };
    messages(input).iter().filter_map(pair).collect()
}

#[track_caller]
fn contradicts(input: &str, pairs: &[(&str, &str)]) {
    let expected: Vec<_> = pairs.iter().map(|(one, other)| ((*one).to_owned(), (*other).to_owned())).collect();
    assert_eq!(contradictions(input), expected, "{input}");
}

/// Attributes of types, each with the names of what contradicts `repr`. Those of serde say how serde writes the type.
const OF_TYPES: &[(&str, &[&str])] = &[
    (r#"json(tag = "t", content = "c")"#, &["tag", "content"]),
    (r#"serde(tag = "t", content = "c")"#, &[]),
    (r#"json(into = "U")"#, &["into"]),
    (r#"serde(into = "U")"#, &[]),
    ("json(transparent)", &["transparent"]),
    (r#"json(remote = "R")"#, &["remote"]),
    ("json(as_string, decimals = 2)", &["as_string"]),
    (r#"json(bytes = "hex")"#, &["bytes"]),
    ("json(skip_none)", &["skip_none"]),
    ("json(omit_empty)", &["omit_empty"]),
    ("json(skip_default)", &["skip_default"]),
    ("json(sort_keys)", &["sort_keys"]),
    ("json(field_mask)", &["field_mask"]),
    ("json(html_safe)", &["html_safe"]),
    ("json(ascii)", &["ascii"]),
    (r#"json(rename_all = "lowercase")"#, &[]),
];

#[test]
fn display_and_repr_stand_alone() {
    for policy in ["display", "repr"] {
        for (attribute, names) in OF_TYPES {
            // Any text may be escaped.
            let expected = if policy == "display" && matches!(*names, ["html_safe" | "ascii"]) { &[] } else { *names };
            let expected: Vec<_> = expected.iter().map(|name| (policy, *name)).collect();
            contradicts(&format!("#[{attribute}] #[json({policy})] enum E {{ A, B }}"), &expected);
        }
    }
    contradicts("#[json(display, repr)] enum E { A, B }", &[("repr", "display")]);
    refused("#[json(repr)] struct S;", &["`repr` writes the number"]);
    refused("#[json(repr)] enum E { A, B(u8), C {} }", &["`repr` writes only", "`repr` writes only"]);
    accepted("#[json(repr)] enum E { A, #[json(skip)] B }");
}

#[test]
fn into_leaves_nothing_but_escapes_and_masks() {
    for (attribute, names) in OF_TYPES {
        let expected: &[_] = match *names {
            [name @ ("as_string" | "bytes" | "skip_none" | "omit_empty" | "skip_default" | "sort_keys")] => {
                &[("into", *name)]
            }
            ["transparent"] => &[("into", "transparent")],
            _ => &[],
        };
        contradicts(&format!(r#"#[{attribute}] #[serde(into = "U")] struct S {{ a: A }}"#), expected);
    }
}

#[test]
fn types_have_nothing_to_undo() {
    refused(
        r"#[json(as_string = false, skip_none = false, serde = false)] struct S { a: A }",
        &["`serde = false` has nothing", "`as_string = false` has nothing", "`skip_none = false` has nothing"],
    );
    accepted("#[json(serde)] struct S { a: A }");
    contradicts("#[json(serde, as_string)] struct S { a: A }", &[("serde", "as_string")]);
    contradicts("#[json(serde, skip_none)] struct S { a: A }", &[]);
}

#[test]
fn fields_have_one_value_and_one_reason_to_be_left_out() {
    let values = ["as_string", r#"bytes = "hex""#, r#"time = "unix""#, "display", "raw", "truncate = 3", "redact"];
    let omissions = ["skip_none", "omit_empty", "skip_default"];
    let name = |attribute: &'static str| attribute.split(' ').next().unwrap_or(attribute);
    for all in [values.as_slice(), omissions.as_slice()] {
        for (at, first) in all.iter().enumerate() {
            for second in &all[at + 1..] {
                let input = format!("struct S {{ #[json({second}, {first})] a: A }}");
                contradicts(&input, &[(name(second), name(first))]);
            }
        }
    }
    for (at, first) in omissions.iter().enumerate() {
        for second in &omissions[at + 1..] {
            contradicts(&format!("#[json({second}, {first})] struct S {{ a: A }}"), &[(name(second), name(first))]);
        }
    }
    contradicts("struct S { #[json(as_string, decimals = 2)] a: A, #[json(skip, raw, display)] b: B }", &[]);
    // Other attributes that say how the value is written, or whether.
    for (attribute, other) in
        [(r#"serialize_with = "f""#, 0), ("flatten", 1), (r#"skip_serializing_if = "p""#, 2), (r#"rename = "b""#, 3)]
    {
        let excluded = |name: &'static str, excludes: [bool; 3]| {
            let is_excluded = excludes.get(other).copied().unwrap_or_default();
            is_excluded.then(|| (name, attribute.split(' ').next().unwrap_or_default()))
        };
        for (at, value) in values.iter().enumerate() {
            // Flattened numbers may be deeper in what is flattened.
            let pair = excluded(name(value), [true, at > 0, false]);
            contradicts(&format!("struct S {{ #[json({value}, {attribute})] a: A }}"), pair.as_slice());
        }
        for omission in omissions {
            let pair = excluded(name(omission), [false, true, true]);
            contradicts(&format!("struct S {{ #[json({omission}, {attribute})] a: A }}"), pair.as_slice());
        }
        contradicts(&format!("struct S {{ #[json(html_safe, {attribute})] a: A }}"), &[]);
    }
    for omission in omissions.iter().chain(&[r#"view = "V""#]) {
        refused(
            &format!("struct S(#[json({omission})] A, B);"),
            &[&format!("`{}` needs a named field", name(omission))],
        );
        refused(
            &format!("enum E {{ A(#[json({omission})] A, B) }}"),
            &[&format!("`{}` needs a named", name(omission))],
        );
    }
}

#[test]
fn the_default_of_a_whole_is_that_of_a_struct_with_visible_fields() {
    accepted(r#"#[json(skip_default = "D")] struct S { a: A }"#);
    accepted("#[json(skip_default)] enum E { A { a: A } }");
    refused(r#"#[json(skip_default = "D")] enum E { A { a: A } }"#, &["`skip_default` with a path"]);
    refused(r#"#[json(skip_default = "D", remote = "R")] struct S { a: A }"#, &["`remote` contradicts `skip_default`"]);
    accepted(r#"#[json(skip_default = "D", remote = "R")] struct S { #[json(skip_default = false)] a: A }"#);
    accepted(r#"#[json(skip_none, remote = "R")] struct S { a: A }"#);
}

#[test]
fn views_need_the_fields_name() {
    accepted(r#"struct S { #[json(view = "V")] a: A }"#);
    for (attribute, name) in [(r#"into = "U""#, "into"), ("transparent", "transparent"), ("display", "display")] {
        refused(
            &format!(r#"#[json({attribute})] struct S {{ #[json(view = "V")] a: A }}"#),
            &[&format!("`view` contradicts `{name}`")],
        );
    }
    contradicts(r#"#[json(repr)] enum E { A { #[json(view = "V")] a: A } }"#, &[("view", "repr")]);
    for function in ["serialize_with", "with"] {
        let input = format!(r#"enum E {{ #[json({function} = "f")] A {{ #[json(view = "V")] a: A }}, B }}"#);
        contradicts(&input, &[("view", function)]);
    }
}

#[test]
fn masks_need_names() {
    const UNNAMED: &[&str] = &["`field_mask` needs fields with names"];
    for named in [
        "struct S { a: A }",
        "struct S(A);",
        r#"#[json(into = "U")] struct S(A, B);"#,
        "#[json(transparent)] struct S { a: A }",
        "enum E { A { a: A } }",
        "enum E { A, B(B) }",
        r#"enum E { #[json(with = "m")] A { a: A }, B { a: A } }"#,
    ] {
        accepted(&format!("#[json(field_mask)] {named}"));
    }
    for unnamed in [
        "struct S;",
        "struct S(A, B);",
        r#"struct S(#[json(with = "m")] A);"#,
        "struct S(#[json(raw)] A);",
        r#"#[json(transparent)] struct S { #[json(with = "m")] a: A }"#,
        "enum E { A, B(A, B) }",
        "enum E { A, #[json(skip)] B(B) }",
        r#"enum E { #[json(with = "m")] A { a: A } }"#,
    ] {
        refused(&format!("#[json(field_mask)] {unnamed}"), UNNAMED);
    }
    // Each of these is the one thing that is wrong.
    refused("#[json(field_mask, display)] struct S;", &["`display` contradicts `field_mask`"]);
    refused("#[json(field_mask, repr)] enum E { A }", &["`repr` contradicts `field_mask`"]);
    refused(r#"#[json(field_mask, remote = "R")] struct S;"#, &["`field_mask` contradicts `remote`"]);
}

#[test]
fn sorted_keys_are_all_known() {
    const FLATTENED: &str = "`flatten` adds keys";
    const NEWTYPE: &str = "the variant's value adds keys";
    let of_tag = |tag: &str, key: &str| format!("the tag `{tag}` stands in front of the key `{key}`");
    accepted(r#"#[json(sort_keys, tag = "a")] struct S { b: B, #[json(skip)] _a: A }"#);
    accepted("#[json(sort_keys)] struct S { b: B, a: A }");
    refused(
        r#"#[json(sort_keys, tag = "m")] struct S { n: u8, l: u8, k: u8, #[json(flatten)] a: A }"#,
        &[FLATTENED, &of_tag("m", "k")],
    );
    // The tag that is a key of a field, or of the content, is reported as that alone.
    refused(r#"#[json(sort_keys, tag = "m")] struct S { m: u8 }"#, &["the key `m` is already"]);
    refused(r#"#[json(sort_keys, tag = "m", content = "m")] enum E { A }"#, &["`content` and `tag` are both"]);
    refused("#[json(sort_keys)] struct S;", &["`sort_keys` needs named fields"]);
    refused("#[json(sort_keys)] struct S(A, B);", &["`sort_keys` needs named fields"]);
    refused(r#"#[json(sort_keys, tag = "m", content = "c")] enum E { A }"#, &[&of_tag("m", "c")]);
    accepted(r#"#[json(sort_keys, tag = "c", content = "m")] enum E { A(A), B { d: A, a: A } }"#);
    refused(
        r#"#[json(sort_keys, tag = "m")] enum E { A(A), B { a: A, z: A }, C { z: A }, #[json(skip)] D(A), F {} }"#,
        &[NEWTYPE, &of_tag("m", "a")],
    );
    accepted("#[json(sort_keys)] enum E { A(A), B(A, B), C { a: A }, D }");
    refused("#[json(sort_keys)] enum E { A { #[json(flatten)] a: A } }", &[FLATTENED]);
}

#[test]
fn sorted_keys_are_those_of_no_hash_map() {
    const REFUSED: &[&str] = &["the entries of a `HashMap` have no order"];
    for ty in [
        "HashMap<K, V>",
        "std::collections::HashMap<K, V>",
        "HashMap<K, BTreeMap<K, V>>",
        "Option<HashMap<K, V>>",
        "BTreeMap<K, Vec<HashMap<K, V>>>",
        "&'a HashMap<K, V>",
        "&'a Box<&'b HashMap<K, V>>",
    ] {
        refused(&format!("#[json(sort_keys)] struct S {{ a: {ty} }}"), REFUSED);
        refused(&format!("#[json(sort_keys)] enum E {{ A({ty}) }}"), REFUSED);
        accepted(&format!("#[json(sort_keys)] struct S {{ #[json(skip)] a: {ty} }}"));
    }
    for ty in ["BTreeMap<K, V>", "HashMap", "Vec<BTreeMap<K, V>>", "HashMap<K, V>::Entry", "[A; 2]", "&'a str"] {
        accepted(&format!("#[json(sort_keys)] struct S {{ a: {ty} }}"));
    }
    // A type that a macro puts in stands in a group.
    let ty = proc_macro2::Group::new(proc_macro2::Delimiter::None, quote!(HashMap<K, V>));
    let input = syn::parse2(quote!(#[json(sort_keys)] struct S { a: #ty })).expect("the input is Rust");
    assert!(matches!(messages_of(&input).as_slice(), [message] if message.starts_with(REFUSED[0])));
}
