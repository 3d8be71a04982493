//! Policies that contradict each other or stand where they have no meaning. The compiler checks the rest, which depends
//! on the type of a field.

use crate::attr::policy::{Effect, Excluded, Given, Name, PolicyAttrs, Row};
use crate::attr::{At, Bridge, ContainerAttrs, Namespace};
use crate::errors::{self, Errors};
use crate::model::{Container, Data, Field, Style, Tagging, Variant};
use crate::policy::{compares_with_whole, is_written_as_its_type, own_kinds};
use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{GenericArgument, PathArguments, Type};

pub(super) fn check(container: &Container, errors: &mut Errors) {
    check_container(container, errors);
    check_sort_keys(container, errors);
    check_field_mask(container, errors);
    for (variant, field) in container.fields() {
        if field.is_written() {
            check_field(field, errors);
            check_view(container, variant, field, errors);
        }
    }
}

fn omissions(attrs: &PolicyAttrs) -> impl Iterator<Item = (&'static Row, Span)> {
    let all = attrs.asked().filter(|(row, _)| matches!(row.effect, Effect::Omission(_)));
    all.map(|(row, at)| (row, at.span))
}

fn check_container(container: &Container, errors: &mut Errors) {
    check_bridge(&container.attrs, errors);
    let policies = &container.attrs.policies;
    for (row, at) in policies.given().filter(|(_, at)| at.value == Given::Undone) {
        errors.push(errors::nothing_to_undo(at.span, row.name));
    }
    check_omissions(policies, errors);
    check_whole_default(container, errors);
    check_alone(container, Name::Repr, errors);
    check_alone(container, Name::Display, errors);
    if let Some(repr) = policies.get(Name::Repr) {
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
        && !policies.has(Name::Display)
    {
        for (row, _) in asked(policies) {
            if !matches!(row.effect, Effect::Escapes(_)) && row.policy != Name::FieldMask {
                errors.push(errors::contradicting(into.span, "into", row.name));
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
        for (row, _) in own_kinds(&attrs.policies) {
            errors.push(errors::contradicting(*span, "serde", row.name));
        }
    }
}

/// The policies that are asked for; those of numbers are one together.
fn asked(attrs: &PolicyAttrs) -> impl Iterator<Item = (&'static Row, Span)> {
    let others = attrs.asked().filter(|(row, _)| matches!(row.effect, Effect::Escapes(_) | Effect::Type));
    own_kinds(attrs).into_iter().chain(omissions(attrs)).chain(others.map(|(row, at)| (row, at.span)))
}

/// `repr` and `display` write the value without its fields and names, so nothing that concerns those goes with them.
fn check_alone(container: &Container, policy: Name, errors: &mut Errors) {
    let attrs = &container.attrs;
    let Some(At { span, name, .. }) = attrs.policies.get(policy) else { return };
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
        let escapes = matches!(other.effect, Effect::Escapes(_)) && policy == Name::Display;
        // The pair of both is reported once.
        if other.policy != policy && !escapes && !(policy == Name::Display && other.policy == Name::Repr) {
            errors.push(errors::contradicting(*span, name, other.name));
        }
    }
}

fn check_omissions(attrs: &PolicyAttrs, errors: &mut Errors) {
    let mut both = omissions(attrs);
    if let (Some((first, _)), Some((second, span))) = (both.next(), both.next()) {
        errors.push(errors::contradicting(span, second.name, first.name));
    }
}

/// The default of a whole value, which its fields are compared with.
fn check_whole_default(container: &Container, errors: &mut Errors) {
    let policies = &container.attrs.policies;
    if let (Some(_), Some(At { span, name, .. })) = (policies.path(), policies.get(Name::SkipDefault))
        && matches!(container.data, Data::Enum(_))
    {
        errors.push(errors::default_of_enum(*span, name));
    }
    // Its fields may be private there.
    let compared = container.fields().any(|(_, field)| compares_with_whole(container, field));
    if let (Some(remote), true) = (&container.attrs.remote, compared) {
        errors.push(errors::default_of_remote(remote.span));
    }
}

fn check_field(field: &Field, errors: &mut Errors) {
    let attrs = &field.attrs;
    let kinds = own_kinds(&attrs.policies);
    if let [(first, _), others @ ..] = kinds.as_slice() {
        for (other, span) in others {
            errors.push(errors::contradicting(*span, other.name, first.name));
        }
    }
    for (row, span) in kinds {
        check_excluded(field, row, span, errors);
    }
    check_omissions(&attrs.policies, errors);
    for (row, span) in omissions(&attrs.policies) {
        if field.original.ident.is_none() {
            errors.push(errors::omission_without_name(span, row.name));
        } else {
            check_excluded(field, row, span, errors);
        }
    }
}

/// A view leaves out fields, so that it must not stand where the field is written by another way than its name.
fn check_view(container: &Container, variant: Option<&Variant>, field: &Field, errors: &mut Errors) {
    let Some(At { span, name, .. }) = field.attrs.policies.get(Name::View) else { return };
    let attrs = &container.attrs;
    let whole = [
        ("into", attrs.into.is_some()),
        ("transparent", attrs.transparent.is_some()),
        ("display", attrs.policies.has(Name::Display)),
        ("repr", attrs.policies.has(Name::Repr)),
    ];
    let function = variant.and_then(Variant::serialize_with).map(|_| {
        let function = variant.and_then(|variant| variant.attrs.serialize_with.as_ref());
        function.map_or("serialize_with", |function| function.name)
    });
    let whole = whole.iter().find_map(|(other, is_there)| is_there.then_some(*other)).or(function);
    if let Some(other) = whole {
        errors.push(errors::contradicting(*span, name, other));
    } else if field.original.ident.is_none() {
        errors.push(errors::omission_without_name(*span, name));
    }
}

/// A mask needs names: of the type's own fields, or of those of the type that is written in its place.
fn check_field_mask(container: &Container, errors: &mut Errors) {
    let Some(At { span, name, .. }) = container.attrs.policies.get(Name::FieldMask) else { return };
    let attrs = &container.attrs;
    if attrs.remote.is_some() {
        errors.push(errors::contradicting(*span, name, "remote"));
        return;
    }
    // Reported with these.
    if attrs.into.is_some() || attrs.policies.has(Name::Display) || attrs.policies.has(Name::Repr) {
        return;
    }
    let has_names = match &container.data {
        Data::Struct(Style::Named, _) if attrs.transparent.is_none() => true,
        Data::Struct(style, fields) => {
            let at = container.transparent_field().or((*style == Style::Newtype).then_some(0));
            let field = at.and_then(|at| fields.get(at));
            field.is_some_and(|field| is_written_as_its_type(container, field))
        }
        Data::Enum(variants) => variants.iter().filter(|variant| variant.is_written()).any(|variant| {
            variant.serialize_with().is_none() && matches!(variant.effective_style(), Style::Named | Style::Newtype)
        }),
        Data::Union => true,
    };
    if !has_names {
        errors.push(errors::mask_without_names(*span));
    }
}

/// The attributes that a policy's row excludes.
fn check_excluded(field: &Field, row: &Row, span: Span, errors: &mut Errors) {
    let attrs = &field.attrs;
    for excluded in row.excludes {
        let other = match excluded {
            Excluded::SerializeWith => attrs.serialize_with.as_ref().map(|function| function.name),
            Excluded::Flatten => attrs.flatten.map(|_| "flatten"),
            Excluded::SkipSerializingIf => attrs.skip_serializing_if.as_ref().map(|_| "skip_serializing_if"),
        };
        if let Some(other) = other {
            errors.push(errors::contradicting(span, row.name, other));
        }
    }
}

fn check_sort_keys(container: &Container, errors: &mut Errors) {
    let Some(At { span, .. }) = container.attrs.policies.get(Name::SortKeys) else {
        return;
    };
    let span = *span;
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

/// Whether the type is named `HashMap`, or mentions one.
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
