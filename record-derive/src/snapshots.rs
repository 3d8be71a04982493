//! Committed expansions of typical inputs, in `snapshots/`: what the macro emits is reviewed like any other code, and
//! each has to fit on a screen. The variable `BLESS=1` rewrites them.

use crate::derive;
use std::path::Path;
use std::{env, fs};
use syn::DeriveInput;

/// More than this nobody reads.
const MAX_LINES: usize = 64;

/// Name and input of each snapshot.
pub(crate) const INPUTS: &[(&str, &str)] = &[
    (
        "plain_struct",
        r#"
#[serde(rename_all = "camelCase")]
struct User<'a> {
    user_id: u64,
    name: &'a str,
    tags: Vec<String>,
    r#type: Kind,
    score: Option<f64>,
    age: u8,
    e_mail: String,
    active: bool,
    friends: Vec<u64>,
    created: u64,
}"#,
    ),
    ("bounded_struct", "pub struct Point { pub x: f64, pub y: f64 }"),
    (
        "field_attributes",
        r#"
struct Attributes {
    #[serde(rename = "a\"b")]
    renamed: u8,
    #[serde(skip)]
    skipped: Connection,
    #[serde(skip_serializing_if = "Option::is_none")]
    optional: Option<String>,
    #[json(serialize_with = "hex::write")]
    id: [u8; 16],
}"#,
    ),
    (
        "serde_forms",
        r#"
struct Forms<T> {
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    #[json(serde)]
    extra: Vec<T>,
}"#,
    ),
    (
        "flattened_fields",
        r#"
struct Flattened {
    #[serde(flatten)]
    rest: Map<String, Value>,
    #[json(flatten, with = "extension", skip_serializing_if = "Extension::is_empty")]
    extension: Extension,
}"#,
    ),
    ("many_floats", "struct Quintic(f64, f64, f64, f64, f64);"),
    ("floats_of_a_parameter", "struct Rectangle<T> { left: T, top: T, right: T, bottom: T, name: String, depth: T }"),
    ("unit_and_tuple_structs", "struct Pair(u8, #[serde(skip)] u16, String);"),
    ("newtype_struct", "pub struct UserId(pub u64);"),
    ("transparent_generic_struct", "#[serde(transparent)] struct Tagged<T, U> { value: T, tag: PhantomData<U> }"),
    (
        "generic_struct",
        r"
struct Page<'a, K: Ord, I, T: 'a = u8, const N: usize = 4>
where
    I: Iterator,
{
    items: &'a [T],
    next: Option<I::Item>,
    index: BTreeMap<K, Vec<T>>,
    pad: [u8; N],
    previous: Option<Box<Page<'a, K, I, T, N>>>,
}",
    ),
    (
        "long_struct",
        "struct Long { f00: u8, f01: u8, f02: u8, f03: u8, f04: u8, f05: u8, f06: u8, f07: u8, f08: u8, f09: u8, f10: u8, \
         f11: u8, f12: u8, f13: u8, f14: u8, f15: u8, f16: u8 }",
    ),
    ("unit_enum", r#"#[serde(rename_all = "kebab-case")] enum Status { Active, OnHold, Closed }"#),
    (
        "external_enum",
        r"
enum Event {
    Started,
    Moved { x: f64, y: f64 },
    Named(String),
    Pair(u8, #[serde(skip)] u8, u8),
    Empty {},
    #[serde(skip)]
    Internal(Connection),
    #[serde(untagged)]
    Other(Value),
}",
    ),
    (
        "internal_enum",
        r#"
#[serde(tag = "type", rename_all = "lowercase", rename_all_fields = "camelCase")]
enum Shape<T> {
    Circle { outer_radius: f64 },
    Custom(T),
    None,
}"#,
    ),
    (
        "adjacent_enum",
        r#"
#[serde(tag = "t", content = "c")]
enum Message {
    Ping,
    Text(String),
    Both(u8, u8),
    #[json(serialize_with = "write_point")]
    Point { x: f64, y: f64 },
}"#,
    ),
    (
        "untagged_enum_renamed_runtime",
        r#"
#[serde(untagged)]
#[json(crate = "my::json")]
enum Id {
    Number(u64),
    Text(String),
}"#,
    ),
    (
        "field_mask",
        r#"
#[json(field_mask)]
struct Post {
    #[json(view = "Admin")]
    authors: Vec<User>,
}"#,
    ),
    ("field_mask_of_newtype", "#[json(field_mask)] struct Page<T>(Vec<T>);"),
    ("empty_enum", "enum Never {}"),
    ("into", r#"#[serde(into = "String")] struct Version { major: u8, minor: u8 }"#),
    (
        "remote_struct",
        r#"
#[json(remote = "time::Span")]
pub(crate) struct SpanDef {
    secs: u64,
    #[json(getter = "time::Span::nanos")]
    nanos: u32,
}"#,
    ),
    (
        "policies_of_fields",
        r"
struct Invoice<T> {
    #[json(as_string)]
    id: u64,
    #[json(decimals = 2)]
    total: Option<f64>,
    #[json(display)]
    state: Vec<T>,
    #[json(html_safe, skip_none)]
    note: Option<String>,
}",
    ),
    (
        "policies_of_types",
        r#"
#[json(as_string, omit_empty, html_safe, sort_keys)]
struct Sorted {
    #[json(rename = "<z>")]
    last: u64,
    first: String,
    #[json(as_string = false, omit_empty = false)]
    bare: u64,
}"#,
    ),
    (
        "defaults",
        r#"
#[serde(default)]
#[json(skip_default)]
struct Settings<T> {
    of_struct: u16,
    #[serde(default)]
    of_type: Vec<T>,
    #[json(skip_default = "LIMIT")]
    of_path: u64,
    #[serde(default = "hosts")]
    #[json(skip_default)]
    of_serde: T,
}"#,
    ),
    ("repr_enum", "#[repr(u8)] #[json(repr)] enum Level { Low, High = 10, #[json(skip)] Hidden }"),
    (
        "schema",
        r"
#[json(schema)]
struct Page<T> {
    /// In their order.
    items: Vec<T>,
    #[serde(flatten)]
    totals: T,
}",
    ),
    ("schema_under_policies", "#[json(schema, skip_none)] struct Id { id: Option<u64> }"),
    ("schema_of_enum", "#[json(schema)] enum Event { Ping, Moved { x: i8 } }"),
    (
        "errors",
        r#"
#[serde(tag = "a")]
struct Wrong<T> {
    a: T,
    #[serde(skip_if = "Option::is_none")]
    b: Option<T>,
}"#,
    ),
];

#[test]
fn expansions_are_as_committed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots");
    let bless = env::var_os("BLESS").is_some_and(|value| value == "1");
    let mut differing = Vec::new();
    for (name, source) in INPUTS {
        let expansion = expansion(source.trim_start());
        assert!(expansion.lines().count() <= MAX_LINES, "{name} is too long to review:\n{expansion}");
        let path = folder.join(name).with_extension("rs");
        if bless {
            fs::write(&path, expansion).expect("the snapshot can be written");
        } else if fs::read_to_string(&path).ok().as_ref() != Some(&expansion) {
            differing.push(format!("{}:\n{expansion}", path.display()));
        }
    }
    assert!(
        differing.is_empty(),
        "expansions differ from the committed ones (run with BLESS=1 to accept):\n{}",
        differing.join("\n")
    );
}

#[test]
fn every_snapshot_has_an_input() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots");
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("the folder can be read").path();
        let name = path.file_stem().and_then(|name| name.to_str());
        assert!(INPUTS.iter().any(|(known, _)| name == Some(known)), "{} belongs to no input", path.display());
    }
}

/// The input as a comment, and what becomes of it.
fn expansion(source: &str) -> String {
    let input: DeriveInput = syn::parse_str(source).expect("the input is Rust");
    let file = syn::parse2(derive(&input)).expect("the expansion is Rust");
    let comment: Vec<_> = source.lines().map(|line| format!("// {line}")).collect();
    let mut text = comment.join(
        "
",
    ) + "

";
    text.push_str(&with_short_turbofish(&prettyplease::unparse(&file)));
    text
}

/// Puts `::<Self, 0, _, _>`, of which the printer makes a line for each, into one.
fn with_short_turbofish(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let mut rest = "";
        out.push_str(line);
        if line.ends_with("::<") {
            let arguments: Vec<&str> = lines
                .by_ref()
                .map(str::trim)
                .take_while(|line| {
                    rest = line.strip_prefix('>').unwrap_or_default();
                    rest.is_empty()
                })
                .collect();
            out.push_str(arguments.join(" ").trim_end_matches(','));
            out.push('>');
            out.push_str(rest);
        }
        out.push('\n');
    }
    out
}

/// Inputs that are odd in some way expand to something that parses, and do not panic.
#[test]
fn odd_inputs_expand_to_rust() {
    for source in [
        "struct S;",
        "struct S {}",
        "struct S();",
        "enum E {}",
        "union U { a: u8 }",
        "struct S(#[serde(skip)] u8);",
        "struct S<T>(T) where;",
        "struct S<T>(T) where T: Clone;",
        "#[serde(tag)] enum E { A(u8, u8) }",
        "#[serde] struct S;",
        "#[serde = 5] struct S;",
        "#[json(,)] struct S;",
        "#[json(\"x\")] struct S { #[json(rename = )] a: u8 }",
        "#[serde(rename_all = \"camelCase\")] struct Ä { ä: u8, __: u8 }",
        "#[serde(rename_all = \"camelCase\")] enum Ä { Ä, ß }",
        "#[repr(C, packed)] struct S { a: u32 }",
        "#[json(remote = \"\")] struct S { a: u32 }",
        "#[json(remote = \"a::B<u8>\")] enum S { A(u8), B { x: u8 }, C }",
        "#[json(remote = \"Self\")] #[non_exhaustive] enum S { A }",
        "#[json(transparent)] struct S { #[json(with = \"m\")] a: u8 }",
        "#[json(untagged)] enum E { #[json(with = \"m\")] A, #[json(with = \"m\")] B { x: u8, y: u8 } }",
        "#[json(crate = \"crate::a\", bound = \"\")] struct S<T: ?Sized> { a: Box<T> }",
        "struct S { a: fn(&u8) -> u8, b: dyn Fn(u8) -> u8, c: <u8 as X>::Y, d: m!(), e: !, f: *const u8 }",
    ] {
        let input: DeriveInput = syn::parse_str(source).unwrap_or_else(|error| panic!("{source}: {error}"));
        let expansion = derive(&input);
        if let Err(error) = syn::parse2::<syn::File>(expansion.clone()) {
            panic!("{source}: {error}\n{expansion}");
        }
    }
}
