//! Attributes that may be given for each direction alone. Up to three of their forms, in any order, are read as serde's
//! own derive reads them. They stand in one list or several, wherever they may.

use crate::check::check;
use crate::errors::Errors;
use crate::model::{Container, Data};
use quote::ToTokens as _;
use serde_derive_internals::{Ctxt, Derive, ast};
use syn::{DeriveInput, Ident, WherePredicate};

/// The forms behind the name; `S` and `D` stand for a value of each direction.
const FORMS: [&str; 8] = [
    " = S",
    "(serialize = S)",
    "(deserialize = D)",
    "(serialize = S, deserialize = D)",
    "(deserialize = D, serialize = S)",
    "(serialize = S, serialize = S)",
    "(deserialize = D, deserialize = D)",
    "()",
];

/// An input around the attributes of one place, and what may stand there.
const PLACES: [(&str, &[&str]); 6] = [
    ("@ struct Outer<T> { first_field: T }", &["rename", "rename_all", "bound"]),
    (
        "@ enum Outer<T> { FirstVariant { first_field: T }, SecondVariant }",
        &["rename", "rename_all", "rename_all_fields", "bound"],
    ),
    ("enum Outer<T> { @ FirstVariant { first_field: T } }", &["rename", "rename_all", "bound"]),
    ("struct Outer<T> { @ first_field: T }", &["rename", "bound"]),
    ("enum Outer<T> { FirstVariant { @ first_field: T } }", &["rename", "bound"]),
    ("struct Outer<T>(@ T);", &["rename", "bound"]),
];

/// The value at position `index`, which says where it was typed.
fn values(attribute: &str, index: usize) -> (String, String) {
    let rules = ["camelCase", "kebab-case", "UPPERCASE", "snake_case"];
    let of = |direction: &str| match attribute {
        "rename" => format!("\"{direction}{index}\""),
        "bound" => format!("\"T: {direction}{index}\""),
        _ => format!("\"{}\"", rules[index]),
    };
    (of("Written"), of("Read"))
}

/// The forms in order, in lists that end behind each position whose bit is set in `cuts`.
fn lists(namespace: &str, attribute: &str, forms: &[&str], cuts: usize) -> String {
    if forms.is_empty() {
        return String::new();
    }
    let next_list = format!(")] #[{namespace}(");
    let mut source = format!("#[{namespace}(");
    for (index, form) in forms.iter().enumerate() {
        if index > 0 {
            source += match cuts >> (index - 1) & 1 {
                0 => ", ",
                _ => &next_list,
            };
        }
        let (written, read) = values(attribute, index);
        source += attribute;
        source += &form.replace('S', &written).replace('D', &read);
    }
    source + ")]"
}

/// The parts for writing: the names and bounds of the type, its first variant and that one's first field.
#[derive(Debug, PartialEq)]
struct Read {
    names: Vec<String>,
    bounds: Vec<Option<String>>,
}

fn text<'p>(bound: impl IntoIterator<Item = &'p WherePredicate>) -> String {
    bound.into_iter().map(|predicate| predicate.to_token_stream().to_string()).collect()
}

fn by_serde(source: &str) -> Option<Read> {
    let input: DeriveInput = syn::parse_str(source).unwrap_or_else(|error| panic!("{source}: {error}"));
    let context = Ctxt::new();
    let private: Ident = syn::parse_quote!(__private);
    let container = ast::Container::from_ast(&context, &input, Derive::Serialize, &private);
    context.check().ok()?;
    let container = container?;
    let mut names = vec![container.attrs.name().serialize_name().value.clone()];
    let mut bounds = vec![container.attrs.ser_bound().map(text)];
    let fields = match &container.data {
        ast::Data::Enum(variants) => {
            names.push(variants[0].attrs.name().serialize_name().value.clone());
            bounds.push(variants[0].attrs.ser_bound().map(text));
            &variants[0].fields
        }
        ast::Data::Struct(_, fields) => fields,
    };
    let field = &fields[0].attrs;
    if fields[0].original.ident.is_some() {
        names.push(field.name().serialize_name().value.clone());
    }
    bounds.push(field.ser_bound().map(text));
    Some(Read { names, bounds })
}

fn by_ours(source: &str) -> Result<Read, Vec<String>> {
    let input: DeriveInput = syn::parse_str(source).expect("the other derive has read it");
    let mut errors = Errors::default();
    let container = Container::from_input(&input, &mut errors);
    check(&container, &mut errors);
    errors.finish().map_err(|error| error.into_iter().map(|error| error.to_string()).collect::<Vec<_>>())?;
    let bound = |at: &Option<super::super::At<Vec<WherePredicate>>>| at.as_ref().map(|at| text(&at.value));
    let mut names = vec![container.name.clone()];
    let mut bounds = vec![bound(&container.attrs.bound)];
    let fields = match &container.data {
        Data::Enum(variants) => {
            names.push(variants[0].name.clone());
            bounds.push(bound(&variants[0].attrs.bound));
            &variants[0].fields
        }
        Data::Struct(_, fields) => fields,
        Data::Union => unreachable!("no input is one"),
    };
    if fields[0].original.ident.is_some() {
        names.push(fields[0].name.clone());
    }
    bounds.push(bound(&fields[0].attrs.bound));
    Ok(Read { names, bounds })
}

/// Calls `visit` with every sequence of up to `longest` forms of which it wants the beginning to be continued. (What
/// is refused stays so, whatever follows.)
fn sequences(longest: usize, visit: &mut impl FnMut(&[&str]) -> bool) {
    fn extend(forms: &mut Vec<&'static str>, longest: usize, visit: &mut impl FnMut(&[&str]) -> bool) {
        if visit(forms) && forms.len() < longest {
            for form in FORMS {
                forms.push(form);
                extend(forms, longest, visit);
                forms.pop();
            }
        }
    }
    extend(&mut Vec::new(), longest, visit);
}

#[test]
fn one_namespace() {
    let (mut accepted, mut refused) = (0, 0);
    for (place, attributes) in PLACES {
        for attribute in attributes {
            sequences(3, &mut |forms| {
                let mut is_accepted = false;
                for cuts in 0..1 << forms.len().saturating_sub(1) {
                    let serde = place.replace('@', &lists("serde", attribute, forms, cuts));
                    let expected = by_serde(&serde);
                    for source in [&serde, &place.replace('@', &lists("json", attribute, forms, cuts))] {
                        match (by_ours(source), &expected) {
                            (Ok(ours), Some(expected)) => assert_eq!(ours, *expected, "{source}"),
                            (Err(messages), None) => {
                                let duplicate = format!("duplicate attribute `{attribute}");
                                let empty = format!("`{attribute}` takes one name, or one for each direction: ");
                                let known =
                                    |message: &String| message.starts_with(&duplicate) || message.starts_with(&empty);
                                assert!(messages.iter().all(known), "{source}: {messages:?}");
                                let empties = forms.iter().filter(|form| **form == "()").count();
                                let said = messages.iter().filter(|message| message.starts_with(&empty)).count();
                                assert_eq!(said, empties, "{source}: {messages:?}");
                            }
                            (ours, expected) => panic!("{source}\nours: {ours:?}\nserde's: {expected:?}"),
                        }
                    }
                    is_accepted = expected.is_some();
                    *(if is_accepted { &mut accepted } else { &mut refused }) += 1;
                }
                is_accepted
            });
        }
    }
    assert!(accepted > 1_000 && refused > 3_000, "{accepted} accepted, {refused} refused");
}

/// Each namespace is read by itself, and what `json` says of writing replaces what `serde` says of it.
#[test]
fn both_namespaces() {
    let mut compared = 0;
    for (place, attributes) in PLACES {
        for attribute in attributes {
            let nothing = by_serde(&place.replace('@', "")).expect("no attribute is wrong");
            sequences(2, &mut |of_serde| {
                let serde = lists("serde", attribute, of_serde, 0);
                let Some(expected_of_serde) = by_serde(&place.replace('@', &serde)) else { return false };
                sequences(2, &mut |of_json| {
                    let as_serde = lists("serde", attribute, of_json, 1);
                    let Some(expected) = by_serde(&place.replace('@', &as_serde)) else { return false };
                    let expected = if expected == nothing { &expected_of_serde } else { &expected };
                    let json = lists("json", attribute, of_json, 1);
                    for both in [format!("{serde} {json}"), format!("{json} {serde}")] {
                        let source = place.replace('@', &both);
                        assert_eq!(by_ours(&source).as_ref(), Ok(expected), "{source}");
                        compared += 1;
                    }
                    true
                });
                true
            });
        }
    }
    assert!(compared > 5_000, "{compared}");
}

#[test]
fn what_is_said_of_each_duplicate() {
    let said = |attrs: &str| by_ours(&format!("{attrs} struct Outer<T> {{ first_field: T }}")).expect_err(attrs);
    assert_eq!(said(r#"#[serde(rename = "a", rename = "b")]"#), ["duplicate attribute `rename`: keep one of them"]);
    assert_eq!(
        said(r#"#[serde(rename = "a")] #[serde(rename(serialize = "b", deserialize = "c"))]"#),
        [
            "duplicate attribute `rename(serialize = \"…\")`: keep one of them",
            "duplicate attribute `rename(deserialize = \"…\")`: keep one of them",
        ]
    );
    assert_eq!(
        said(r#"#[serde(bound(deserialize = ""), bound(deserialize = ""))]"#),
        ["duplicate attribute `bound(deserialize = \"…\")`: keep one of them"]
    );
}

/// A wrong value is a mistake in the direction that is not written, too.
#[test]
fn wrong_values_of_each_direction() {
    for attribute in ["rename_all", "bound"] {
        for direction in ["serialize", "deserialize"] {
            let source = format!("#[serde({attribute}({direction} = \"1 2\"))] struct Outer<T> {{ first_field: T }}");
            assert_eq!(by_serde(&source), None, "{source}");
            assert_eq!(by_ours(&source).expect_err(&source).len(), 1, "{source}");
        }
    }
}
