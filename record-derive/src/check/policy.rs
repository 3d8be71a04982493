//! Policies that contradict each other or stand where they have no meaning. What depends on the type of a field is
//! left to the compiler, which knows it.

use crate::attr::policy::PolicyAttrs;
use crate::attr::{At, Bridge, ContainerAttrs, Namespace};
use crate::errors::{self, Errors};
use crate::model::{Container, Data, Field, Style, Tagging, Variant};
use crate::policy::own_kinds;
use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{GenericArgument, PathArguments, Type};

pub(super) fn check(container: &Container, errors: &mut Errors) {
    check_container(container, errors);
    check_sort_keys(container, errors);
    for (_, field) in container.fields() {
        if field.is_written() {
            check_field(field, errors);
        }
    }
}

/// The policies that are asked for, with their names.
fn asked(attrs: &PolicyAttrs) -> Vec<(&'static str, Span)> {
    let mut asked = own_kinds(attrs);
    asked.extend(omissions(attrs));
    let flags = [
        ("html_safe", &attrs.html_safe),
        ("ascii", &attrs.ascii),
        ("sort_keys", &attrs.sort_keys),
        ("repr", &attrs.repr),
    ];
    asked.extend(flags.into_iter().filter_map(|(name, at)| at.as_ref().map(|at| (name, at.span))));
    asked
}

fn omissions(attrs: &PolicyAttrs) -> impl Iterator<Item = (&'static str, Span)> {
    let all = [("skip_none", &attrs.skip_none), ("omit_empty", &attrs.omit_empty)];
    all.into_iter().filter_map(|(name, at)| at.as_ref().filter(|at| at.value).map(|at| (name, at.span)))
}

fn check_container(container: &Container, errors: &mut Errors) {
    check_bridge(&container.attrs, errors);
    let policies = &container.attrs.policies;
    for (name, span) in undone(policies) {
        errors.push(errors::nothing_to_undo(span, name));
    }
    check_omissions(policies, errors);
    check_alone(container, "repr", policies.repr.as_ref(), errors);
    check_alone(container, "display", policies.display.as_ref(), errors);
    if let Some(repr) = &policies.repr {
        match &container.data {
            Data::Struct(..) => errors.push(errors::repr_of_struct(repr.span)),
            Data::Enum(variants) => {
                for variant in variants.iter().filter(|variant| variant.style != Style::Unit) {
                    errors.push(errors::repr_of_content(variant.original.ident.span()));
                }
            }
            Data::Union => {}
        }
    } else if let Some(into) = &container.attrs.into
        && policies.display.is_none()
    {
        for (name, _) in asked(policies) {
            if !matches!(name, "html_safe" | "ascii") {
                errors.push(errors::contradicting(into.span, "into", name));
            }
        }
    }
}

/// `serde` writes all fields, so that no policy of their values is left to hold.
fn check_bridge(attrs: &ContainerAttrs, errors: &mut Errors) {
    if let Some(At { span, value, .. }) = &attrs.bridge {
        if *value == Bridge::Never {
            errors.push(errors::nothing_to_undo(*span, "serde"));
        }
        for (name, _) in own_kinds(&attrs.policies) {
            errors.push(errors::contradicting(*span, "serde", name));
        }
    }
}

/// What is set to `false`.
fn undone(attrs: &PolicyAttrs) -> impl Iterator<Item = (&'static str, Span)> {
    let switches =
        [("as_string", &attrs.as_string), ("skip_none", &attrs.skip_none), ("omit_empty", &attrs.omit_empty)];
    let switches = switches.map(|(name, at)| (name, at.as_ref().filter(|at| !at.value).map(|at| at.span)));
    let others = [
        ("decimals", attrs.decimals.as_ref().filter(|at| at.value.is_none()).map(|at| at.span)),
        ("non_finite", attrs.non_finite.as_ref().filter(|at| at.value.is_none()).map(|at| at.span)),
        ("bytes", attrs.bytes.as_ref().filter(|at| at.value.is_none()).map(|at| at.span)),
    ];
    switches.into_iter().chain(others).filter_map(|(name, span)| Some((name, span?)))
}

/// `repr` and `display` write the value without its fields and names, so nothing that concerns those goes with them.
fn check_alone(container: &Container, name: &str, policy: Option<&At<()>>, errors: &mut Errors) {
    let Some(At { span, .. }) = policy else { return };
    let attrs = &container.attrs;
    // Beside serde's, which say how serde writes the type, they win.
    let others = [
        ("tag", attrs.tag.as_ref().is_some_and(|at| at.namespace == Namespace::Json)),
        ("content", attrs.content.as_ref().is_some_and(|at| at.namespace == Namespace::Json)),
        ("into", attrs.into.as_ref().is_some_and(|at| at.namespace == Namespace::Json)),
        ("transparent", attrs.transparent.is_some()),
        ("remote", attrs.remote.is_some()),
    ];
    for (other, is_there) in others {
        if is_there {
            errors.push(errors::contradicting(*span, name, other));
        }
    }
    for (other, _) in asked(&attrs.policies) {
        let escapes = matches!(other, "html_safe" | "ascii") && name == "display";
        // The pair of both is reported once.
        if other != name && !escapes && !(name == "display" && other == "repr") {
            errors.push(errors::contradicting(*span, name, other));
        }
    }
}

fn check_omissions(attrs: &PolicyAttrs, errors: &mut Errors) {
    let mut both = omissions(attrs);
    if let (Some((first, _)), Some((second, span))) = (both.next(), both.next()) {
        errors.push(errors::contradicting(span, second, first));
    }
}

fn check_field(field: &Field, errors: &mut Errors) {
    let attrs = &field.attrs;
    let kinds = own_kinds(&attrs.policies);
    if let [(first, _), others @ ..] = kinds.as_slice() {
        for (other, span) in others {
            errors.push(errors::contradicting(*span, other, first));
        }
    }
    for (name, span) in &kinds {
        if let Some(function) = &attrs.serialize_with {
            errors.push(errors::contradicting(*span, name, function.name));
        }
        if attrs.flatten.is_some() && matches!(*name, "bytes" | "display" | "raw") {
            errors.push(errors::contradicting(*span, name, "flatten"));
        }
    }
    check_omissions(&attrs.policies, errors);
    for (name, span) in omissions(&attrs.policies) {
        if field.original.ident.is_none() {
            errors.push(errors::omission_without_name(span, name));
        } else if attrs.flatten.is_some() {
            errors.push(errors::contradicting(span, name, "flatten"));
        } else if attrs.skip_serializing_if.is_some() {
            errors.push(errors::contradicting(span, name, "skip_serializing_if"));
        }
    }
}

fn check_sort_keys(container: &Container, errors: &mut Errors) {
    let Some(At { span, .. }) = container.attrs.policies.sort_keys else {
        return;
    };
    match &container.data {
        Data::Struct(Style::Named, fields) => check_order(&container.tagging, fields, span, errors),
        Data::Struct(..) => errors.push(errors::sort_keys_without_keys(span)),
        Data::Enum(variants) => {
            if let Tagging::Adjacent { tag, content } = &container.tagging
                && content < tag
            {
                errors.push(errors::sort_keys_with_tag(span, tag, content));
            }
            for variant in variants.iter().filter(|variant| variant.is_written()) {
                check_variant(container, variant, span, errors);
            }
        }
        Data::Union => {}
    }
    for (_, field) in container.fields().filter(|(_, field)| field.is_written()) {
        if is_hash_map(field.ty()) {
            errors.push(errors::sort_keys_with_hash_map(field.ty().span()));
        }
    }
}

fn check_variant(container: &Container, variant: &Variant, span: Span, errors: &mut Errors) {
    let tagging = variant.tagging(&container.tagging);
    match variant.style {
        Style::Named => check_order(tagging, &variant.fields, span, errors),
        Style::Newtype if matches!(tagging, Tagging::Internal { .. }) => {
            errors.push(errors::sort_keys_with_tagged_newtype(variant.original.ident.span()));
        }
        _ => {}
    }
}

fn check_order(tagging: &Tagging, fields: &[Field], span: Span, errors: &mut Errors) {
    let written = fields.iter().filter(|field| field.is_written());
    for span in written.clone().filter_map(|field| field.attrs.flatten) {
        errors.push(errors::sort_keys_with_flatten(span));
    }
    let keys = written.filter(|field| field.attrs.flatten.is_none()).map(|field| &field.name);
    if let Tagging::Internal { tag } = tagging
        && let Some(before) = keys.filter(|key| *key < tag).min()
    {
        errors.push(errors::sort_keys_with_tag(span, tag, before));
    }
}

/// Whether the type is what is called `HashMap`, or mentions one.
fn is_hash_map(ty: &Type) -> bool {
    match ty {
        Type::Group(ty) => is_hash_map(&ty.elem),
        Type::Reference(ty) => is_hash_map(&ty.elem),
        Type::Path(ty) => ty.path.segments.last().is_some_and(|last| {
            let PathArguments::AngleBracketed(arguments) = &last.arguments else { return false };
            last.ident == "HashMap"
                || arguments
                    .args
                    .iter()
                    .any(|argument| matches!(argument, GenericArgument::Type(ty) if is_hash_map(ty)))
        }),
        _ => false,
    }
}
