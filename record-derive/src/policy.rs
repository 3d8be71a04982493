//! The policies that hold for a field: its own, and those of the type around it that it does not undo.

use crate::attr::policy::{Encoding, NonFinite, PolicyAttrs, Raw};
use crate::attr::{At, FieldAttrs};
use crate::model::{Container, Field};
use proc_macro2::Span;
use syn::{GenericArgument, PathArguments, Type};

/// What holds for one field.
#[derive(Default)]
pub(crate) struct FieldPolicies {
    pub(crate) value: Value,
    pub(crate) omission: Option<Omission>,
    /// Of the field alone: those of the type concern all that it writes.
    pub(crate) escapes: Option<Escapes>,
}

/// How the value is written.
#[derive(Default)]
pub(crate) enum Value {
    #[default]
    Plain,
    /// By a policy of the field's own, which has to fit.
    Own(Policy),
    /// By the first of the type's that fits.
    IfFits(Vec<Policy>),
}

#[derive(Clone, Copy)]
pub(crate) enum Policy {
    Numbers {
        quoted: bool,
        places: Option<Choice<u8>>,
        non_finite: Option<Choice<NonFinite>>,
    },
    Bytes(Encoding),
    /// Inside as many `Option`s and sequences.
    Display(usize),
    Raw(Raw),
}

/// A choice, and whether it is the type's.
#[derive(Clone, Copy)]
pub(crate) struct Choice<T> {
    pub(crate) value: T,
    pub(crate) of_container: bool,
}

/// What a field is left out for.
#[derive(Clone, Copy)]
pub(crate) struct Omission {
    pub(crate) reason: Reason,
    /// The field's own attribute, so that its type has to have such a value.
    pub(crate) own: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    None,
    Empty,
}

/// What is escaped beyond JSON.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Escapes {
    pub(crate) html: bool,
    pub(crate) non_ascii: bool,
}

impl FieldPolicies {
    pub(crate) fn of(container: &Container, field: &Field) -> Self {
        let (own, outer) = (&field.attrs.policies, &container.attrs.policies);
        Self { value: value(own, outer, field), omission: omission(own, outer, field), escapes: Escapes::of(own) }
    }

    /// Whether the field is written as if there were none.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(self.value, Value::Plain) && self.omission.is_none() && self.escapes.is_none()
    }

    /// Whether something stands in place of the value itself.
    pub(crate) fn changes_value(&self) -> bool {
        !matches!(self.value, Value::Plain) || self.escapes.is_some()
    }
}

fn value(own: &PolicyAttrs, outer: &PolicyAttrs, field: &Field) -> Value {
    if field.serialize_with().is_some() {
        return Value::Plain;
    }
    if own.display.is_some() {
        return Value::Own(Policy::Display(containers(field.ty())));
    }
    if let Some(raw) = &own.raw {
        return Value::Own(Policy::Raw(raw.value));
    }
    if let Some(At { value: Some(encoding), .. }) = own.bytes {
        return Value::Own(Policy::Bytes(encoding));
    }
    let quoted = own.as_string.as_ref().or(outer.as_string.as_ref()).is_some_and(|at| at.value);
    let places = choose(own.decimals.as_ref(), outer.decimals.as_ref());
    let non_finite = choose(own.non_finite.as_ref(), outer.non_finite.as_ref());
    let numbers = Policy::Numbers { quoted, places, non_finite };
    if is_numeric(own) {
        return Value::Own(numbers);
    }
    let mut policies = Vec::new();
    if let (None, Some(At { value: Some(encoding), .. })) = (&own.bytes, &outer.bytes) {
        policies.push(Policy::Bytes(*encoding));
    }
    if quoted || places.is_some() || non_finite.is_some() {
        policies.push(numbers);
    }
    if policies.is_empty() { Value::Plain } else { Value::IfFits(policies) }
}

/// Whether something is asked for that concerns numbers.
fn is_numeric(attrs: &PolicyAttrs) -> bool {
    attrs.as_string.as_ref().is_some_and(|at| at.value)
        || attrs.decimals.as_ref().is_some_and(|at| at.value.is_some())
        || attrs.non_finite.as_ref().is_some_and(|at| at.value.is_some())
}

fn choose<T: Copy>(own: Option<&At<Option<T>>>, outer: Option<&At<Option<T>>>) -> Option<Choice<T>> {
    let (at, of_container) = match own {
        Some(own) => (own, false),
        None => (outer?, true),
    };
    Some(Choice { value: at.value?, of_container })
}

fn omission(own: &PolicyAttrs, outer: &PolicyAttrs, field: &Field) -> Option<Omission> {
    let FieldAttrs { flatten, skip_serializing_if, .. } = &field.attrs;
    // What has no name keeps its place; what is flattened adds nothing where it is nothing.
    if field.original.ident.is_none() || flatten.is_some() || skip_serializing_if.is_some() {
        return None;
    }
    let is_set = |at: Option<&At<bool>>| at.map(|at| at.value);
    let choices = [
        (Reason::Empty, is_set(own.omit_empty.as_ref()), is_set(outer.omit_empty.as_ref())),
        (Reason::None, is_set(own.skip_none.as_ref()), is_set(outer.skip_none.as_ref())),
    ];
    if let Some((reason, ..)) = choices.iter().find(|(_, own, _)| *own == Some(true)) {
        return Some(Omission { reason: *reason, own: true });
    }
    let (reason, ..) = choices.iter().find(|(_, own, outer)| own.is_none() && *outer == Some(true))?;
    Some(Omission { reason: *reason, own: false })
}

impl Escapes {
    pub(crate) fn of(attrs: &PolicyAttrs) -> Option<Self> {
        let (html, non_ascii) = (attrs.html_safe.is_some(), attrs.ascii.is_some());
        (html || non_ascii).then_some(Self { html, non_ascii })
    }

    /// The constant, which was JSON, with these escapes. All that they concern stands in its strings.
    pub(crate) fn apply(self, json: &str) -> String {
        use std::fmt::Write as _;
        let mut escaped = String::with_capacity(json.len());
        for character in json.chars() {
            let html = matches!(character, '<' | '>' | '&' | '\u{2028}' | '\u{2029}');
            if self.html && html || self.non_ascii && !character.is_ascii() {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    // Writing to a `String` cannot fail.
                    let _ = write!(escaped, "\\u{unit:04x}");
                }
            } else {
                escaped.push(character);
            }
        }
        escaped
    }
}

/// The names and spans of the value policies that the field itself asks for, one for each kind.
pub(crate) fn own_kinds(attrs: &PolicyAttrs) -> Vec<(&'static str, Span)> {
    let mut kinds = Vec::new();
    let numeric = [
        attrs.as_string.as_ref().filter(|at| at.value).map(|at| ("as_string", at.span)),
        attrs.decimals.as_ref().filter(|at| at.value.is_some()).map(|at| ("decimals", at.span)),
        attrs.non_finite.as_ref().filter(|at| at.value.is_some()).map(|at| ("non_finite", at.span)),
    ];
    kinds.extend(numeric.into_iter().flatten().next());
    kinds.extend(attrs.bytes.as_ref().filter(|at| at.value.is_some()).map(|at| ("bytes", at.span)));
    kinds.extend(attrs.display.as_ref().map(|at| ("display", at.span)));
    kinds.extend(attrs.raw.as_ref().map(|at| ("raw", at.span)));
    kinds
}

/// How many `Option`s and sequences are written around the type that is displayed.
fn containers(ty: &Type) -> usize {
    match ty {
        Type::Group(ty) => containers(&ty.elem),
        Type::Paren(ty) => containers(&ty.elem),
        Type::Array(ty) => 1 + containers(&ty.elem),
        Type::Slice(ty) => 1 + containers(&ty.elem),
        Type::Path(ty) => {
            let Some(last) = ty.path.segments.last() else { return 0 };
            let PathArguments::AngleBracketed(arguments) = &last.arguments else { return 0 };
            match arguments.args.first() {
                Some(GenericArgument::Type(inner)) if last.ident == "Option" || last.ident == "Vec" => {
                    1 + containers(inner)
                }
                _ => 0,
            }
        }
        _ => 0,
    }
}
