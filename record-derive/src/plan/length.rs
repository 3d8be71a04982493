//! The longest text of a type, as far as it is known.

use super::{Body, MaxLen, Slot, Source, Writer};
use crate::model::{Container, Data, Field, Tagging};
use crate::policy::{Escapes, FieldPolicies};
use syn::{GenericArgument, PathArguments, Type};

pub(super) fn max_len(container: &Container, writer: &Writer, fragments: &[String]) -> MaxLen {
    let longest = || MaxLen::Constant(fragments.iter().map(String::len).max().unwrap_or(0));
    let may_be_bounded = |field: &Field| may_be_bounded(container, field);
    match (writer, &container.data) {
        (Writer::Constants | Writer::Struct(Body::Text { .. }), _) => longest(),
        (Writer::Struct(Body::Value(Slot { source: Source::Field(at), .. })), Data::Struct(_, fields)) => {
            match fields.get(*at) {
                Some(field) if may_be_bounded(field) => MaxLen::Field(*at),
                _ => MaxLen::Unknown,
            }
        }
        (Writer::Struct(Body::Groups(groups)), Data::Struct(_, fields)) => {
            // The runtime counts no comma between a tag and the first field.
            let plain = groups.len() == 1 && container.tagging == Tagging::External && container.remote().is_none();
            let mut written = fields.iter().filter(|field| field.is_written());
            if plain && written.all(may_be_bounded) { MaxLen::Fields } else { MaxLen::Unknown }
        }
        _ => MaxLen::Unknown,
    }
}

/// Whether the runtime may know a longest text for the field. Asking for types that never have one would only cost
/// compile time. A type that merely shares one of the names loses its bound and nothing else.
fn may_be_bounded(container: &Container, field: &Field) -> bool {
    let attrs = &field.attrs;
    attrs.flatten.is_none()
        && attrs.serialize_with.is_none()
        && attrs.skip_serializing_if.is_none()
        && Escapes::of(&container.attrs.policies).is_none()
        && FieldPolicies::of(container, field).is_plain()
        && type_may_be_bounded(field.ty())
}

fn type_may_be_bounded(ty: &Type) -> bool {
    const UNBOUNDED: [&str; 14] = [
        "String", "str", "Vec", "Box", "Rc", "Arc", "Cow", "HashMap", "BTreeMap", "HashSet", "BTreeSet", "VecDeque",
        "PathBuf", "Value",
    ];
    match ty {
        Type::Group(ty) => type_may_be_bounded(&ty.elem),
        Type::Paren(ty) => type_may_be_bounded(&ty.elem),
        Type::Array(ty) => type_may_be_bounded(&ty.elem),
        Type::Tuple(ty) => ty.elems.iter().all(type_may_be_bounded),
        Type::Path(ty) => ty.path.segments.last().is_some_and(|segment| {
            let arguments = match &segment.arguments {
                PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
                _ => None,
            };
            !UNBOUNDED.iter().any(|name| segment.ident == name)
                && arguments.into_iter().flatten().all(|argument| match argument {
                    GenericArgument::Type(ty) => type_may_be_bounded(ty),
                    _ => true,
                })
        }),
        _ => false,
    }
}
