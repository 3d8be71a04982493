//! The places of JSON in which a value of the type can stand: as a map key, or with its entries among another object's.
//!
//! Only what is certain is stated. A value's text shows whether it fits when it is written. A place that is ruled out
//! here is refused when a field of such a type is compiled. The text does not show one thing. A flattened string is an
//! entry of its own if it names a unit variant, and an error otherwise.

use super::{Body, Slot, Source, Writer};
use crate::model::{Container, Data, Style, Tagging, Variant};
use crate::policy::{Escapes, FieldPolicies};

/// The known places of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Places {
    /// Nothing.
    Any,
    /// Nothing, but that its strings are unit variants.
    Enum,
    /// It is never an object.
    Key,
    /// It is never a key.
    Object,
    /// It is neither.
    Array,
    /// Those of the field that is written in place of the whole, and so is its key.
    OfField(Slot),
}

pub(super) fn places(container: &Container, writer: &Writer) -> Places {
    match (writer, &container.data) {
        (Writer::Display | Writer::Repr, _) => Places::Key,
        // Which may lead back to this type.
        (Writer::Into, _) => Places::Any,
        (Writer::Struct(Body::Value(slot)), Data::Struct(_, fields)) => {
            let Source::Field(at) = slot.source else { return Places::Any };
            let is_field = fields.get(at).is_some_and(|field| {
                field.serialize_with().is_none() && !FieldPolicies::of(container, field).changes_value()
            });
            let is_whole = container.remote().is_none() && Escapes::of(&container.attrs.policies).is_none();
            if is_field && is_whole { Places::OfField(*slot) } else { Places::Any }
        }
        (Writer::Struct(_), Data::Struct(style, _)) => match style {
            Style::Named | Style::Unit => Places::Object,
            Style::Tuple | Style::Newtype => Places::Array,
        },
        (_, Data::Enum(variants)) => of_variants(container, variants),
        _ => Places::Any,
    }
}

/// The places of a variant's value.
enum Shape {
    Unit,
    Object,
    Array,
    Any,
}

fn of_variants(container: &Container, variants: &[Variant]) -> Places {
    let (mut units, mut objects, mut arrays) = (false, false, false);
    for variant in variants.iter().filter(|variant| variant.is_written()) {
        match shape(container, variant) {
            Shape::Unit => units = true,
            Shape::Object => objects = true,
            Shape::Array => arrays = true,
            Shape::Any => return Places::Any,
        }
    }
    match (units, objects, arrays) {
        (true, ..) => Places::Enum,
        (false, true, _) => Places::Object,
        (false, false, true) => Places::Array,
        (false, false, false) => Places::Any,
    }
}

fn shape(container: &Container, variant: &Variant) -> Shape {
    let style = variant.effective_style();
    match variant.tagging(&container.tagging) {
        Tagging::External if style == Style::Unit && variant.serialize_with().is_none() => Shape::Unit,
        Tagging::External | Tagging::Internal { .. } | Tagging::Adjacent { .. } => Shape::Object,
        Tagging::Untagged if variant.serialize_with().is_some() => Shape::Any,
        Tagging::Untagged => match style {
            Style::Named | Style::Unit => Shape::Object,
            Style::Tuple => Shape::Array,
            Style::Newtype => Shape::Any,
        },
    }
}
