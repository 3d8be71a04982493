//! Contradictions, and JSON that nobody could read: all mistakes that take more than one attribute to see. Accepts what
//! serde accepts, but for keys that would be written twice and attributes that could only be mistakes.

mod policy;
mod schema;

use crate::errors::{self, Errors};
use crate::model::{Container, Data, Field, Style, Tagging, Variant};
use std::collections::HashMap;
use syn::spanned::Spanned as _;

pub(crate) fn check(container: &Container, errors: &mut Errors) {
    check_tagging_attributes(container, errors);
    check_transparent(container, errors);
    check_remote(container, errors);
    policy::check(container, errors);
    schema::check(container, errors);
    match &container.data {
        Data::Struct(style, fields) => {
            check_fields(*style, fields, errors);
            check_keys(tag_of_struct(container), fields, errors);
        }
        Data::Enum(variants) => {
            check_variant_order(variants, errors);
            for variant in variants {
                check_variant(container, variant, errors);
            }
        }
        Data::Union => {}
    }
}

/// `tag`, `content`, `untagged` and `rename_all_fields`: where each may stand, and with what.
fn check_tagging_attributes(container: &Container, errors: &mut Errors) {
    let attrs = &container.attrs;
    match &container.data {
        Data::Struct(style, _) => {
            if let Some(span) = attrs.untagged {
                errors.push(errors::only_on_enums(span, "untagged"));
            }
            if let Some(content) = &attrs.content {
                errors.push(errors::only_on_enums(content.span, "content"));
            }
            if let Some(rule) = &attrs.rename_all_fields {
                errors.push(errors::only_on_enums(rule.span, "rename_all_fields"));
            }
            if let Some(tag) = &attrs.tag
                && *style != Style::Named
            {
                errors.push(errors::tag_without_names(tag.span));
            }
        }
        Data::Enum(_) => {
            if attrs.untagged.is_some() {
                for (name, at) in [("tag", &attrs.tag), ("content", &attrs.content)] {
                    if let Some(at) = at {
                        errors.push(errors::contradicting(at.span, name, "untagged"));
                    }
                }
            } else if let Some(content) = &attrs.content {
                match &attrs.tag {
                    None if errors.may_be_misspelt(&["tag"]) => {}
                    None => errors.push(errors::content_without_tag(content.span)),
                    Some(tag) if tag.value.value() == content.value.value() => {
                        let key = content.value.value();
                        errors.push(errors::content_equals_tag(content.value.span(), &key));
                    }
                    Some(_) => {}
                }
            }
        }
        Data::Union => {}
    }
}

fn check_transparent(container: &Container, errors: &mut Errors) {
    let Some(span) = container.attrs.transparent else {
        return;
    };
    if let Some(into) = &container.attrs.into {
        errors.push(errors::contradicting(into.span, "into", "transparent"));
    }
    match &container.data {
        Data::Struct(Style::Unit, _) => errors.push(errors::transparent_on(span, "a unit struct")),
        Data::Struct(_, fields) => {
            if let Some(tag) = &container.attrs.tag {
                errors.push(errors::contradicting(tag.span, "tag", "transparent"));
            }
            let mut candidates = fields.iter().filter(|field| field.may_be_transparent());
            if candidates.next().is_none() {
                let skip = fields.iter().find_map(|field| field.attrs.skip.as_ref());
                errors.push(errors::transparent_without_field(span, skip.map(|at| at.name)));
            }
            let may_be_skipped = errors.may_be_misspelt(&["skip", "skip_serializing"]);
            for second in candidates.filter(|_| !may_be_skipped) {
                errors.push(errors::transparent_second_field(second.original.span()));
            }
        }
        Data::Enum(_) => errors.push(errors::transparent_on(span, "an enum")),
        Data::Union => {}
    }
}

fn check_remote(container: &Container, errors: &mut Errors) {
    if container.attrs.remote.is_none() {
        if errors.may_be_misspelt(&["remote"]) {
            return;
        }
        for (_, field) in container.fields() {
            if let Some(getter) = &field.attrs.getter {
                errors.push(match container.data {
                    Data::Enum(_) => errors::getter_on_enum(getter.span),
                    _ => errors::getter_without_remote(getter.span),
                });
            }
        }
        return;
    }
    if let Some(path) = container.remote()
        && let Some(last) = path.segments.last()
        && !last.arguments.is_none()
        && !container.input.generics.params.is_empty()
    {
        errors.push(errors::remote_generics_twice(path.span()));
    }
    for (variant, field) in container.fields() {
        if let Some(getter) = &field.attrs.getter
            && variant.is_some()
        {
            errors.push(errors::getter_on_enum(getter.span));
        }
    }
}

/// An untagged variant before a tagged one would be tried too early when read.
fn check_variant_order(variants: &[Variant], errors: &mut Errors) {
    if errors.may_be_misspelt(&["untagged"]) {
        return;
    }
    let tagged = variants.iter().rposition(|variant| variant.attrs.untagged.is_none());
    for variant in variants.iter().take(tagged.unwrap_or(0)) {
        if let Some(span) = variant.attrs.untagged {
            errors.push(errors::untagged_not_last(span));
        }
    }
}

fn check_variant(container: &Container, variant: &Variant, errors: &mut Errors) {
    let tagging = variant.tagging(&container.tagging);
    // Serde refuses it even where the variant is skipped or `untagged`.
    if matches!(container.tagging, Tagging::Internal { .. }) && variant.style == Style::Tuple {
        errors.push(errors::tagged_tuple_variant(variant.original.ident.span()));
    }
    if let (Some(skip), Some(function)) = (&variant.attrs.skip, &variant.attrs.serialize_with)
        && skip.namespace == function.namespace
    {
        errors.push(errors::skipped_with_function(skip.span, skip.name, function.name));
    }
    if !variant.is_written() {
        return;
    }
    if let Some(function) = &variant.attrs.serialize_with {
        for field in &variant.fields {
            if let Some(skip) = &field.attrs.skip {
                errors.push(errors::skipped_under_function(skip.span, skip.name, function.name));
            }
            if let Some(skip) = &field.attrs.skip_serializing_if {
                errors.push(errors::skipped_under_function(skip.span, skip.name, function.name));
            }
        }
        return;
    }
    check_fields(variant.style, &variant.fields, errors);
    if variant.style == Style::Named {
        let tag = match tagging {
            Tagging::Internal { tag } => Some(tag.as_str()),
            _ => None,
        };
        check_keys(tag, &variant.fields, errors);
    }
}

/// Checks of each field alone.
fn check_fields(style: Style, fields: &[Field], errors: &mut Errors) {
    for field in fields {
        if let Some(span) = field.attrs.flatten
            && style != Style::Named
        {
            errors.push(errors::flatten_without_name(span));
        }
    }
}

fn tag_of_struct<'c>(container: &'c Container) -> Option<&'c str> {
    match &container.tagging {
        Tagging::Internal { tag } => Some(tag),
        _ => None,
    }
}

/// No key of an object may be written twice. Two fields that are both left out by a predicate may share one, as
/// alternatives of each other. Keys that `flatten` brings in are not known here.
fn check_keys(tag: Option<&str>, fields: &[Field], errors: &mut Errors) {
    let mut always_written: HashMap<&str, bool> = HashMap::with_capacity(fields.len());
    for field in fields {
        let named = field.original.ident.is_some();
        if !named || !field.is_written() || field.attrs.flatten.is_some() {
            continue;
        }
        let key = field.name.as_str();
        if tag == Some(key) {
            errors.push(errors::tag_equals_field(field.name_span, key));
            continue;
        }
        let always = field.attrs.skip_serializing_if.is_none();
        if let Some(before) = always_written.insert(key, always)
            && (before || always)
            && !errors.may_be_misspelt(&["rename", "skip", "skip_serializing", "skip_serializing_if", "flatten"])
        {
            errors.push(errors::duplicate_key(field.name_span, key));
        }
    }
}

#[cfg(test)]
mod tests;
