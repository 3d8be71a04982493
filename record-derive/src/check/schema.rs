//! Schemas: where one can be named, and where it has to be.

use crate::attr::policy::Name;
use crate::attr::{At, Foreign};
use crate::errors::{self, Errors};
use crate::model::{Container, Data};

pub(super) fn check(container: &Container, errors: &mut Errors) {
    let variants: &[_] = match &container.data {
        Data::Enum(variants) => variants,
        Data::Struct(..) | Data::Union => &[],
    };
    if container.attrs.schema.is_none() {
        let of_fields = container.fields().filter_map(|(_, field)| field.attrs.schema.as_ref());
        let of_variants = variants.iter().filter_map(|variant| variant.attrs.schema.as_ref());
        if !errors.may_be_misspelt(&["schema"]) {
            for at in of_fields.chain(of_variants) {
                errors.push(errors::schema_of_nothing(at.span));
            }
        }
        return;
    }
    // These write a type without its fields.
    let policies = &container.attrs.policies;
    if container.attrs.into.is_some() || policies.has(Name::Display) || policies.has(Name::Repr) {
        return;
    }
    for variant in variants.iter().filter(|variant| variant.is_written() && variant.attrs.schema.is_none()) {
        report(variant.attrs.serialize_with.as_ref(), errors);
    }
    for (variant, field) in container.fields() {
        let is_described = variant.is_some_and(|variant| {
            !variant.is_written() || variant.attrs.schema.is_some() || variant.serialize_with().is_some()
        });
        if !is_described && field.is_written() && field.attrs.schema.is_none() {
            report(field.attrs.serialize_with.as_ref(), errors);
        }
    }
}

/// Reports a function whose output is not described.
fn report(function: Option<&At<Foreign>>, errors: &mut Errors) {
    let Some(at) = function else { return };
    // The type has a schema, or is reported as having none.
    if !matches!(at.value, Foreign::Fallback) && !errors.may_be_misspelt(&["schema"]) {
        errors.push(errors::schema_of_function(at.span, at.name));
    }
}
