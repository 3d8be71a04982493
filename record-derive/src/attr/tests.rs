//! Attributes as they are read, and the messages for wrong ones.

mod directions;
mod mistakes;

use super::{Bridge, ContainerAttrs, FieldAttrs, Foreign, VariantAttrs};
use crate::errors::Errors;
use quote::ToTokens as _;
use syn::{Attribute, parse_quote};

/// The messages for `attrs` on each kind of place.
fn messages(read: impl FnOnce(&mut Errors)) -> Vec<String> {
    let mut errors = Errors::default();
    read(&mut errors);
    match errors.finish() {
        Ok(()) => Vec::new(),
        Err(error) => error.into_iter().map(|error| error.to_string()).collect(),
    }
}

fn container(attr: Attribute) -> (Option<ContainerAttrs>, Vec<String>) {
    let mut attrs = None;
    let ident = parse_quote!(Type);
    let messages = messages(|errors| attrs = Some(ContainerAttrs::read(&[attr], &ident, errors)));
    (attrs, messages)
}

fn field(attrs: &[Attribute]) -> (Option<FieldAttrs>, Vec<String>) {
    let mut read = None;
    let messages = messages(|errors| read = Some(FieldAttrs::read(attrs, errors)));
    (read, messages)
}

#[test]
fn json_wins_over_serde() {
    let attrs = [
        parse_quote!(#[json(rename = "a", serialize_with = "f")]),
        parse_quote!(#[serde(rename = "b", serialize_with = "g", skip_serializing_if = "p")]),
    ];
    let (read, messages) = field(&attrs);
    assert!(messages.is_empty(), "{messages:?}");
    let read = read.expect("it was read");
    assert_eq!(read.rename.map(|name| name.value()).as_deref(), Some("a"));
    assert!(read.skip_serializing_if.is_some());
    assert!(matches!(read.serialize_with.map(|at| at.value), Some(Foreign::Json(..))));
}

#[test]
fn json_tagging_replaces_all_of_serdes() {
    let mut errors = Errors::default();
    let attrs = [parse_quote!(#[serde(tag = "t", content = "c")]), parse_quote!(#[json(untagged)])];
    let read = ContainerAttrs::read(&attrs, &parse_quote!(E), &mut errors);
    assert!(errors.finish().is_ok());
    assert!(read.untagged.is_some() && read.tag.is_none() && read.content.is_none());
}

#[test]
fn with_names_a_function_of_a_module() {
    let (read, messages) = field(&[parse_quote!(#[json(with = "a::b")])]);
    assert!(messages.is_empty(), "{messages:?}");
    match read.and_then(|read| read.serialize_with).map(|at| at.value) {
        Some(Foreign::Json(path)) => {
            assert_eq!(path.to_token_stream().to_string(), "a :: b :: write_json");
        }
        _ => panic!("no function was read"),
    }
}

#[test]
fn serdes_with_names_serdes_function() {
    let (read, messages) = field(&[parse_quote!(#[serde(with = "a::b")])]);
    assert!(messages.is_empty(), "{messages:?}");
    match read.and_then(|read| read.serialize_with).map(|at| at.value) {
        Some(Foreign::Serde("with", path)) => assert_eq!(path.to_token_stream().to_string(), "a :: b :: serialize"),
        _ => panic!("no function was read"),
    }
}

#[test]
fn serde_is_an_attribute_of_json_alone() {
    let (read, messages) = field(&[parse_quote!(#[serde(with = "m")]), parse_quote!(#[json(serde)])]);
    assert!(messages.is_empty(), "{messages:?}");
    assert!(matches!(read.and_then(|read| read.serialize_with).map(|at| at.value), Some(Foreign::Serialize)));
    let (_, messages) = field(&[parse_quote!(#[serde(serde)])]);
    assert_eq!(messages, ["`serde` is only known to `json`: write `#[json(serde)]`"]);
    let (_, messages) = field(&[parse_quote!(#[json(serde, serialize_with = "f")])]);
    assert_eq!(messages, ["`serde` and `serialize_with` cannot both be given: keep one of them"]);
    let (read, messages) = container(parse_quote!(#[json(serde = "fallback")]));
    assert!(messages.is_empty());
    assert_eq!(read.and_then(|read| read.bridge).map(|at| at.value), Some(Bridge::Fallback));
    let (_, messages) = container(parse_quote!(#[json(serde = "always")]));
    assert_eq!(messages.len(), 1);
}

#[test]
fn attributes_for_reading_are_accepted_from_serde() {
    let (_, messages) = field(&[parse_quote!(#[serde(
        default = "f", alias = "a", alias = "b", borrow, deserialize_with = "g", skip_deserializing
    )])]);
    assert!(messages.is_empty(), "{messages:?}");
    let (_, messages) = container(parse_quote!(#[serde(
        default, deny_unknown_fields, from = "A", try_from = "B", expecting = "c", crate = "serde", variant_identifier
    )]));
    assert!(messages.is_empty(), "{messages:?}");
    let (_, messages) = field(&[parse_quote!(#[serde()])]);
    assert!(messages.is_empty(), "{messages:?}");
}

#[test]
fn only_the_serialize_half_counts() {
    let (read, messages) = container(parse_quote!(#[serde(
        rename(deserialize = "x"), rename_all(serialize = "camelCase", deserialize = "UPPERCASE"), bound(deserialize = "T: U")
    )]));
    assert!(messages.is_empty(), "{messages:?}");
    let read = read.expect("it was read");
    assert!(read.rename.is_none() && read.rename_all.is_some() && read.bound.is_none());
}

#[test]
fn every_mistake_of_a_list_is_reported() {
    let (_, messages) = field(&[parse_quote!(#[serde(
        renam = "a", flatten = "x", tag = "t", rename = 5, rename = "a", rename = "b", skip_serializing_if = "1 + 1",
        skip_serializing_if = ""
    )])]);
    assert_eq!(
        messages,
        [
            "unknown attribute `renam` on a field: did you mean `rename`?",
            "`flatten` takes no value: write `flatten` alone",
            "`tag` applies to a struct or an enum, not to a field: move it, or leave it out",
            "`rename` takes a string literal: write `rename = \"…\"`",
            "duplicate attribute `rename`: keep one of them",
            "`1 + 1` is not a path: write `skip_serializing_if = \"path::to::function\"`",
            "`skip_serializing_if` needs a path: write `skip_serializing_if = \"path::to::function\"`",
        ]
    );
}

#[test]
fn a_wrong_value_is_reported_once() {
    let attrs: [Attribute; 2] = [parse_quote!(#[json(with = "1 + 1")]), parse_quote!(#[serde(with = "module")])];
    let (read, messages) = field(&attrs);
    assert_eq!(messages.len(), 1, "{messages:#?}");
    assert!(read.is_some_and(|read| read.serialize_with.is_none()));
    let (read, messages) = container(parse_quote!(#[serde(tag = 5, content = "c")]));
    assert_eq!(messages.len(), 1, "{messages:#?}");
    assert!(read.is_some_and(|read| read.content.is_none()));
}

#[test]
fn json_refuses_attributes_for_reading() {
    let (_, messages) = field(&[parse_quote!(#[json(default, colour = "red")])]);
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[0], "`default` is only for reading: write `#[serde(default)]`, or leave it out");
    assert!(messages[1].starts_with("unknown attribute `colour` on a field: write `rename`, `bound`"));
    assert!(!messages[1].contains("alias"));
}

#[test]
fn values_of_containers() {
    let (_, messages) = container(parse_quote!(#[json(
        rename_all = "camelcase", into = "1", bound = "T", crate = "a b", rename(other = "x"), tag, rename::all = 1
    )]));
    assert_eq!(messages.len(), 7, "{messages:#?}");
    assert!(messages[0].starts_with("unknown rule `camelcase` in `rename_all`: write `lowercase`"));
    assert_eq!(messages[1], "`1` is not a type: write `into = \"Type\"`");
    assert!(messages[2].starts_with("`T` is not a list of bounds"));
    assert_eq!(messages[3], "`a b` is not a path: write `crate = \"path::to::crate\"`");
    assert!(messages[4].starts_with("`rename` takes one name, or one for each direction: write `rename = \"…\"` or"));
    assert_eq!(messages[5], "`tag` takes a string literal: write `tag = \"…\"`");
    assert!(messages[6].starts_with("unknown attribute `rename::all` on a struct or an enum"));
}

#[test]
fn variants() {
    let mut errors = Errors::default();
    let attrs = [
        parse_quote!(#[serde(skip, other, rename_all = "UPPERCASE", with = "m")]),
        parse_quote!(#[json(untagged, rename = "v")]),
    ];
    let read = VariantAttrs::read(&attrs, &mut errors);
    assert!(errors.finish().is_ok());
    assert!(read.skip.is_some() && read.untagged.is_some() && read.rename_all.is_some());
    assert!(matches!(read.serialize_with.map(|at| at.value), Some(Foreign::Serde("with", _))));
}
