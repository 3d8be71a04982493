//! Floats that are converted together.
//!
//! The runtime asks each type whether it is a float. The derive only sees how it is written, and a wrong guess costs
//! some time.

use super::{Body, Group, Presence, Slot, Source, Splice, Writer};
use crate::model::{Container, Data, Field};
use syn::Type;

/// As many as the runtime converts at once.
const MOST: usize = 8;

/// With fewer, the runtime converts one after the other.
const FEWEST: usize = 5;

/// The floats of a type.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Floats {
    None,
    /// The fields at these positions.
    OfFields(Vec<usize>),
    /// Those of the one value that is written.
    OfValue,
}

pub(super) fn floats(container: &Container, writer: &Writer) -> Floats {
    let (Writer::Struct(body), Data::Struct(_, fields)) = (writer, &container.data) else { return Floats::None };
    if container.remote().is_some() || container.attrs.policies.given().next().is_some() {
        return Floats::None;
    }
    match body {
        Body::Value(slot) if plain_type(slot, fields).is_some_and(|(_, ty)| is_point(ty)) => Floats::OfValue,
        Body::Groups(groups) => {
            let slots = groups.iter().flat_map(|Group { slots, .. }| slots);
            let floats = slots.filter_map(|slot| plain_type(slot, fields)).filter(|(_, ty)| is_float(ty));
            let floats: Vec<usize> = floats.map(|(index, _)| index).take(MOST).collect();
            if floats.len() < FEWEST { Floats::None } else { Floats::OfFields(floats) }
        }
        _ => Floats::None,
    }
}

/// The type of a field that is written as it is, and the field's position.
fn plain_type<'f>(slot: &Slot, fields: &'f [Field]) -> Option<(usize, &'f Type)> {
    let Slot { source: Source::Field(index), splice: Splice::Whole, presence: Presence::Always } = *slot else {
        return None;
    };
    let field = fields.get(index)?;
    let plain = field.serialize_with().is_none() && field.attrs.policies.given().next().is_none();
    plain.then(|| (index, field.ty()))
}

fn is_float(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("f64"))
}

/// An array or a tuple of floats and others.
fn is_point(ty: &Type) -> bool {
    match ty {
        Type::Array(array) => is_float(&array.elem),
        Type::Tuple(tuple) => tuple.elems.iter().any(is_float),
        _ => false,
    }
}
