//! Floats that are converted together.
//!
//! The runtime asks each type whether it is a float. The derive only sees how it is written, and a wrong guess costs
//! some time.

use super::{Body, Group, Presence, Slot, Source, Splice, Writer};
use crate::model::{Container, Data, Field};
use proc_macro2::Ident;
use syn::Type;

/// As many as the runtime converts at once.
const MOST: usize = 8;

/// With fewer, the runtime converts together those of several elements, and one after the other elsewhere. That is
/// prepared only where they are half of the fields: for all structs it made builds a quarter longer.
const ENOUGH: usize = 5;

/// The floats of a type.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Floats {
    None,
    /// The fields at these positions; those of a parameter's type are floats where that is one.
    OfFields {
        at: Vec<usize>,
        of_parameter: bool,
    },
    /// Those of the one value that is written.
    OfValue,
}

pub(super) fn floats(container: &Container, writer: &Writer) -> Floats {
    let (Writer::Struct(body), Data::Struct(_, fields)) = (writer, &container.data) else { return Floats::None };
    if container.remote().is_some() || container.attrs.policies.given().next().is_some() {
        return Floats::None;
    }
    match body {
        Body::Value(slot) if plain_type(slot, fields).is_some_and(|(_, ty)| is_point(ty, container)) => Floats::OfValue,
        Body::Groups(groups) => {
            let slots = || groups.iter().flat_map(|Group { slots, .. }| slots);
            let plain = || slots().filter_map(|slot| plain_type(slot, fields));
            let of = |parameter: Option<&Ident>| {
                let floats = plain().filter(|(_, ty)| is_path_of(ty, parameter));
                floats.map(|(index, _)| index).take(MOST).collect::<Vec<_>>()
            };
            // Of one type: the floats of others are counted when they are known.
            let parameters = container.input.generics.type_params().map(|parameter| &parameter.ident);
            let all = std::iter::once(None).chain(parameters.map(Some)).map(|parameter| (of(parameter), parameter));
            match all.max_by_key(|(at, parameter)| (at.len(), parameter.is_none())) {
                Some((at, parameter)) if at.len() >= ENOUGH.min(slots().count().div_ceil(2)) => {
                    Floats::OfFields { at, of_parameter: parameter.is_some() }
                }
                _ => Floats::None,
            }
        }
        _ => Floats::None,
    }
}

impl Floats {
    /// Whether those of one value are enough to be converted together.
    pub(crate) fn are_enough(&self) -> bool {
        matches!(self, Self::OfFields { at, .. } if at.len() >= ENOUGH)
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

/// `f64`, or a parameter.
fn is_path_of(ty: &Type, parameter: Option<&Ident>) -> bool {
    matches!(ty, Type::Path(path) if parameter.map_or_else(|| path.path.is_ident("f64"), |name| path.path.is_ident(name)))
}

fn may_be_float(ty: &Type, container: &Container) -> bool {
    let mut parameters = container.input.generics.type_params();
    is_path_of(ty, None) || parameters.any(|parameter| is_path_of(ty, Some(&parameter.ident)))
}

/// An array or a tuple of floats and others.
fn is_point(ty: &Type, container: &Container) -> bool {
    match ty {
        Type::Array(array) => may_be_float(&array.elem, container),
        Type::Tuple(tuple) => tuple.elems.iter().any(|ty| may_be_float(ty, container)),
        _ => false,
    }
}
