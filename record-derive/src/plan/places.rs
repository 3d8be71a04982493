//! In which places of JSON a value of the type can stand at all: as a map key, or with its entries among those of
//! another object.
//!
//! Only what is certain is stated. Whether a value fits is seen by its text when it is written; what is ruled out here
//! is refused when a field of such a type is compiled.

use super::{Body, Slot, Source, Writer};
use crate::model::{Container, Data, Style, Tagging, Variant};
use crate::policy::{Escapes, FieldPolicies};

/// What is known of a type's places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Places {
    Known {
        key: bool,
        object: bool,
    },
    /// Those of the field that is written in place of the whole, and so is its key.
    OfField(Slot),
}

const ANY: Places = Places::Known { key: true, object: true };
const OBJECT: Places = Places::Known { key: false, object: true };
const ARRAY: Places = Places::Known { key: false, object: false };
const KEY: Places = Places::Known { key: true, object: false };

pub(super) fn places(container: &Container, writer: &Writer) -> Places {
    match (writer, &container.data) {
        (Writer::Display | Writer::Repr, _) => KEY,
        // Which may lead back to this type.
        (Writer::Into, _) => ANY,
        (Writer::Struct(Body::Value(slot)), Data::Struct(_, fields)) => {
            let Source::Field(at) = slot.source else { return ANY };
            let is_field = fields.get(at).is_some_and(|field| {
                field.serialize_with().is_none() && !FieldPolicies::of(container, field).changes_value()
            });
            let is_whole = container.remote().is_none() && Escapes::of(&container.attrs.policies).is_none();
            if is_field && is_whole { Places::OfField(*slot) } else { ANY }
        }
        (Writer::Struct(_), Data::Struct(style, _)) => match style {
            Style::Named | Style::Unit => OBJECT,
            Style::Tuple | Style::Newtype => ARRAY,
        },
        (_, Data::Enum(variants)) => {
            let written = variants.iter().filter(|variant| variant.is_written());
            let (mut key, mut object) = (false, false);
            for variant in written {
                let (as_key, as_object) = of_variant(container, variant);
                key |= as_key;
                object |= as_object;
            }
            if variants.is_empty() { ANY } else { Places::Known { key, object } }
        }
        _ => ANY,
    }
}

/// Whether a value of the variant may be a key, and an object.
fn of_variant(container: &Container, variant: &Variant) -> (bool, bool) {
    let style = variant.effective_style();
    match variant.tagging(&container.tagging) {
        // The string of a unit variant is an entry of its own where it is flattened.
        Tagging::External => (style == Style::Unit && variant.serialize_with().is_none(), true),
        Tagging::Internal { .. } | Tagging::Adjacent { .. } => (false, true),
        Tagging::Untagged if variant.serialize_with().is_some() => (true, true),
        Tagging::Untagged => match style {
            Style::Named | Style::Unit => (false, true),
            Style::Tuple => (false, false),
            Style::Newtype => (true, true),
        },
    }
}
