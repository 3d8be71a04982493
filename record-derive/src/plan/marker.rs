//! Which marker traits hold for a type, and on what condition.
//!
//! A newtype has the markers of its field, and so has an untagged enum those of its newtype variants. They are
//! implemented on that condition, but for what the type of the field tells by its name:
//!
//! - Where it has no marker, there is nothing to implement: identifiers and names, the most common newtypes, are no
//!   objects. A type that merely shares such a name loses the marker, and nothing else.
//! - Where it may lead back to the type itself, the condition would be one that the compiler cannot decide, and refuses.
//!   Every recursion goes through a pointer, so that condition is not made: such a type counts as an object (the
//!   runtime reports it where it is not, as serde does), and is no key.

use super::{Body, Marker, Writer};
use crate::model::{Container, Data, Field, Style, Tagging, Variant};
use crate::policy::{FieldPolicies, Policy, Value};
use syn::{GenericArgument, PathArguments, Type};

/// Whether a value of the type can be flattened: it is written as an object, or as one of the few other texts that
/// serde's `flatten` takes (`null`, a unit variant).
pub(super) fn object_marker(container: &Container, writer: &Writer) -> Marker {
    match (writer, &container.data) {
        (Writer::Display | Writer::Repr, _) => Marker::Never,
        (Writer::Into, _) => of_into(container, object_type),
        (Writer::Struct(Body::Value(_)), Data::Struct(_, fields)) => of_value(container, fields, object),
        (Writer::Struct(_), Data::Struct(style, _)) => match style {
            Style::Named | Style::Unit => Marker::Always,
            Style::Tuple | Style::Newtype => Marker::Never,
        },
        (_, Data::Enum(variants)) => of_variants(variants, |variant| {
            if !variant.is_written() || *variant.tagging(&container.tagging) != Tagging::Untagged {
                return Holds::Always;
            }
            match variant.effective_style() {
                _ if variant.serialize_with().is_some() => Holds::Never,
                Style::Tuple => Holds::Never,
                Style::Named | Style::Unit => Holds::Always,
                Style::Newtype => of_field(container, variant.fields.first(), object),
            }
        }),
        _ => Marker::Never,
    }
}

/// Whether a value of the type can be the key of a map: it is a unit variant's string, or a newtype of what can.
pub(super) fn key_marker(container: &Container, writer: &Writer) -> Marker {
    match (writer, &container.data) {
        (Writer::Display | Writer::Repr, _) => Marker::Always,
        (Writer::Into, _) => of_into(container, key_type),
        (Writer::Struct(Body::Value(_)), Data::Struct(_, fields)) => of_value(container, fields, key),
        (Writer::Constants | Writer::Enum(_), Data::Enum(variants)) if !variants.is_empty() => {
            of_variants(variants, |variant| {
                if !variant.is_written() {
                    return Holds::Always;
                }
                let tagging = variant.tagging(&container.tagging);
                match (tagging, variant.effective_style()) {
                    _ if variant.serialize_with().is_some() => Holds::Never,
                    (Tagging::External, Style::Unit) => Holds::Always,
                    (Tagging::Untagged, Style::Newtype) => of_field(container, variant.fields.first(), key),
                    _ => Holds::Never,
                }
            })
        }
        _ => Marker::Never,
    }
}

/// Whether a marker holds, as far as the macro can see.
enum Holds {
    Never,
    Always,
    /// If it holds for the type that was looked at.
    IfThere,
}

fn of_into(container: &Container, judge: fn(&Container, &Type) -> Holds) -> Marker {
    match &container.attrs.into {
        None => Marker::Never,
        Some(into) => match judge(container, &into.value) {
            Holds::Never => Marker::Never,
            Holds::Always => Marker::Always,
            Holds::IfThere => Marker::OfInto,
        },
    }
}

type JudgeField = fn(&Container, &Field) -> Holds;

/// The marker of a struct that is written as its one field.
fn of_value(container: &Container, fields: &[Field], judge: JudgeField) -> Marker {
    let at = container.transparent_field().unwrap_or(0);
    match of_field(container, fields.get(at), judge) {
        Holds::Never => Marker::Never,
        Holds::Always => Marker::Always,
        Holds::IfThere => Marker::OfFields(vec![(None, at)]),
    }
}

/// The marker of an enum, from what is said of each variant and, with `IfThere`, of the variant's one field.
fn of_variants(variants: &[Variant], judge: impl Fn(&Variant) -> Holds) -> Marker {
    let mut fields = Vec::new();
    for (index, variant) in variants.iter().enumerate() {
        match judge(variant) {
            Holds::Never => return Marker::Never,
            Holds::Always => {}
            Holds::IfThere => fields.push((Some(index), 0)),
        }
    }
    if fields.is_empty() { Marker::Always } else { Marker::OfFields(fields) }
}

fn of_field(container: &Container, field: Option<&Field>, judge: JudgeField) -> Holds {
    match field {
        Some(field) if field.serialize_with().is_none() => judge(container, field),
        _ => Holds::Never,
    }
}

fn object(container: &Container, field: &Field) -> Holds {
    match FieldPolicies::of(container, field).value {
        Value::Own(Policy::Bytes(_) | Policy::Display(_) | Policy::Raw(_)) => Holds::Never,
        _ => object_type(container, field.ty()),
    }
}

fn key(container: &Container, field: &Field) -> Holds {
    if FieldPolicies::of(container, field).are_as_key() { key_type(container, field.ty()) } else { Holds::Never }
}

fn object_type(container: &Container, ty: &Type) -> Holds {
    if is_sequence(ty) || is_text_or_number(ty) {
        Holds::Never
    } else if may_recurse(container, ty) {
        Holds::Always
    } else {
        Holds::IfThere
    }
}

fn key_type(container: &Container, ty: &Type) -> Holds {
    if is_sequence(ty) || may_recurse(container, ty) { Holds::Never } else { Holds::IfThere }
}

fn is_sequence(ty: &Type) -> bool {
    match ty {
        Type::Group(ty) => is_sequence(&ty.elem),
        Type::Reference(ty) => is_sequence(&ty.elem),
        Type::Array(_) | Type::Slice(_) => true,
        Type::Tuple(ty) => !ty.elems.is_empty(),
        _ => is_named(ty, &["Vec"]),
    }
}

fn is_text_or_number(ty: &Type) -> bool {
    const NAMES: [&str; 18] = [
        "bool", "char", "str", "String", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128",
        "isize", "f32", "f64",
    ];
    match ty {
        Type::Group(ty) => is_text_or_number(&ty.elem),
        Type::Reference(ty) => is_text_or_number(&ty.elem),
        _ => is_named(ty, &NAMES),
    }
}

/// Whether writing a value of type `ty` may come back to the container: it is named, or stands behind a pointer.
fn may_recurse(container: &Container, ty: &Type) -> bool {
    const POINTERS: [&str; 4] = ["Box", "Rc", "Arc", "Cow"];
    match ty {
        Type::Group(ty) => may_recurse(container, &ty.elem),
        Type::Paren(ty) => may_recurse(container, &ty.elem),
        Type::Reference(ty) => !is_leaf(container, &ty.elem),
        Type::Path(ty) => ty.path.segments.iter().any(|segment| {
            let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
                return segment.ident == "Self" || segment.ident == container.input.ident;
            };
            let is_pointer = POINTERS.iter().any(|name| segment.ident == name);
            let mut types = arguments.args.iter().filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            });
            segment.ident == container.input.ident
                || types.any(|ty| may_recurse(container, ty) || is_pointer && !is_leaf(container, ty))
        }),
        _ => false,
    }
}

/// Whether nothing can be found behind `ty`: a text, a number, or a type parameter, of which nothing is known.
fn is_leaf(container: &Container, ty: &Type) -> bool {
    let mut params = container.input.generics.type_params();
    is_text_or_number(ty) || params.any(|param| matches!(ty, Type::Path(ty) if ty.path.is_ident(&param.ident)))
}

fn is_named(ty: &Type, names: &[&str]) -> bool {
    let Type::Path(ty) = ty else { return false };
    let last = ty.path.segments.last();
    last.is_some_and(|last| names.iter().any(|name| last.ident == name))
}
