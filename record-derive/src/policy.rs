//! The policies that hold for a field: its own, and those of the type around it that it does not undo.

use crate::attr::policy::{Effect, Given, Name, PolicyAttrs, Reason, Row};
use crate::attr::{FieldAttrs, SerdeDefault};
use crate::model::{Container, Data, Field};
use proc_macro2::Span;
use syn::{ExprPath, GenericArgument, PathArguments, Type};

/// The policies of one field.
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
        /// The runtime's type that puts quotes around.
        quotes: Option<&'static str>,
        digits: Option<Choice>,
        non_finite: Option<Choice>,
    },
    /// Written by this type of the runtime, which the value is a parameter of.
    Value(&'static str, Given),
    /// Inside as many `Option`s and sequences.
    Display(usize),
}

/// The value of a policy, and whether it is the type's.
#[derive(Clone, Copy)]
pub(crate) struct Choice {
    pub(crate) value: Given,
    pub(crate) of_container: bool,
}

/// The reason to leave a field out.
#[derive(Clone, Copy)]
pub(crate) struct Omission {
    pub(crate) when: When,
    /// The field's own attribute, so that its type has to have such a value.
    pub(crate) own: bool,
}

/// The value of a field that is left out.
#[derive(Clone, Copy)]
pub(crate) enum When {
    None,
    Empty,
    Equal(Standard),
}

/// The default that a field is compared with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standard {
    /// `Default` of its type.
    Type,
    /// At the path that its own `skip_default` names.
    Path,
    /// Of the function that its own `serde(default)` names.
    Serde,
    /// In the default of the whole struct: [`whole_default`].
    Struct,
}

/// The default of a whole struct.
#[derive(Clone, Copy)]
pub(crate) enum WholeDefault<'c> {
    /// `Default` of the struct, of which serde reads fields that are missing.
    Type,
    /// Of the function that the struct's `serde(default)` names.
    Serde(&'c ExprPath),
    /// At the path that the struct's `skip_default` names.
    Path(&'c ExprPath),
}

/// The default that a struct's attributes name.
pub(crate) fn whole_default<'c>(container: &'c Container) -> Option<WholeDefault<'c>> {
    if !matches!(container.data, Data::Struct(..)) {
        return None;
    }
    match (container.attrs.policies.path(), &container.attrs.default) {
        (Some(path), _) => Some(WholeDefault::Path(path)),
        (None, Some(SerdeDefault::Path(path))) => Some(WholeDefault::Serde(path)),
        (None, Some(SerdeDefault::OfType)) => Some(WholeDefault::Type),
        (None, None) => None,
    }
}

/// Whether a field is compared with that of a whole struct.
pub(crate) fn compares_with_whole(container: &Container, field: &Field) -> bool {
    let omission = FieldPolicies::of(container, field).omission;
    field.is_written() && omission.is_some_and(|omission| matches!(omission.when, When::Equal(Standard::Struct)))
}

/// The characters to escape beyond JSON's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Escapes {
    pub(crate) html: bool,
    pub(crate) non_ascii: bool,
}

impl FieldPolicies {
    pub(crate) fn of(container: &Container, field: &Field) -> Self {
        let (own, outer) = (&field.attrs.policies, &container.attrs.policies);
        Self { value: value(own, outer, field), omission: omission(container, field), escapes: Escapes::of(own) }
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

/// Whether the field's type writes it, so that a mask can select from what it writes.
pub(crate) fn is_written_as_its_type(container: &Container, field: &Field) -> bool {
    let value = FieldPolicies::of(container, field).value;
    field.serialize_with().is_none() && !matches!(value, Value::Own(_))
}

fn value(own: &PolicyAttrs, outer: &PolicyAttrs, field: &Field) -> Value {
    if field.serialize_with().is_some() {
        return Value::Plain;
    }
    for (row, at) in own.asked() {
        match row.effect {
            Effect::Number(_) => return Value::Own(numbers(own, outer)),
            Effect::Value(writer) => return Value::Own(Policy::Value(writer, at.value)),
            Effect::Display => return Value::Own(Policy::Display(containers(field.ty()))),
            Effect::Omission(_) | Effect::View | Effect::Escapes(_) | Effect::Type => {}
        }
    }
    let mut policies = Vec::new();
    for (row, at) in outer.asked() {
        let is_undone = own.has(row.policy);
        if let (Effect::Value(writer), false) = (row.effect, is_undone) {
            policies.push(Policy::Value(writer, at.value));
        }
    }
    let numbers = numbers(own, outer);
    if !matches!(numbers, Policy::Numbers { quotes: None, digits: None, non_finite: None }) {
        policies.push(numbers);
    }
    if policies.is_empty() { Value::Plain } else { Value::IfFits(policies) }
}

/// All policies of numbers that hold, as one.
fn numbers(own: &PolicyAttrs, outer: &PolicyAttrs) -> Policy {
    Policy::Numbers {
        quotes: choose(own, outer, Name::AsString).and_then(|choice| match choice.value {
            Given::Word(writer) => Some(writer),
            _ => None,
        }),
        digits: choose(own, outer, Name::Decimals),
        non_finite: choose(own, outer, Name::NonFinite),
    }
}

/// The field's, or else that of its type.
fn choose(own: &PolicyAttrs, outer: &PolicyAttrs, name: Name) -> Option<Choice> {
    let (at, of_container) = match own.get(name) {
        Some(own) => (own, false),
        None => (outer.get(name)?, true),
    };
    (at.value != Given::Undone).then_some(Choice { value: at.value, of_container })
}

fn omission(container: &Container, field: &Field) -> Option<Omission> {
    let (own, outer) = (&field.attrs.policies, &container.attrs.policies);
    let FieldAttrs { flatten, skip_serializing_if, .. } = &field.attrs;
    // A field without a name keeps its place; a flattened field without a value adds nothing anyway.
    if field.original.ident.is_none() || flatten.is_some() || skip_serializing_if.is_some() {
        return None;
    }
    // Of two, the later one: what is empty may be `None`.
    let of = |attrs: &PolicyAttrs| {
        let all = attrs.asked().filter_map(|(row, _)| match row.effect {
            Effect::Omission(reason) => Some((row.policy, reason)),
            _ => None,
        });
        all.collect::<Vec<_>>()
    };
    if let Some((_, reason)) = of(own).pop() {
        return Some(Omission { when: when(container, field, reason), own: true });
    }
    let (_, reason) = of(outer).into_iter().rfind(|(policy, _)| !own.has(*policy))?;
    Some(Omission { when: when(container, field, reason), own: false })
}

/// The default is what serde reads in place of the field, so that a value which is written and read stays the same.
fn when(container: &Container, field: &Field, reason: Reason) -> When {
    match reason {
        Reason::None => When::None,
        Reason::Empty => When::Empty,
        Reason::Default => When::Equal(match (&field.attrs.default, whole_default(container)) {
            _ if field.attrs.policies.path().is_some() => Standard::Path,
            (Some(SerdeDefault::Path(_)), _) => Standard::Serde,
            (None, Some(_)) => Standard::Struct,
            (Some(SerdeDefault::OfType), _) | (None, None) => Standard::Type,
        }),
    }
}

impl Escapes {
    pub(crate) fn of(attrs: &PolicyAttrs) -> Option<Self> {
        let (html, non_ascii) = (attrs.has(Name::HtmlSafe), attrs.has(Name::Ascii));
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

/// The value policies that the field itself asks for, one for each kind: those of numbers are one together.
pub(crate) fn own_kinds(attrs: &PolicyAttrs) -> Vec<(&'static Row, Span)> {
    let mut kinds: Vec<(&'static Row, Span)> = Vec::new();
    for (row, at) in attrs.asked() {
        let is_value = matches!(row.effect, Effect::Number(_) | Effect::Value(_) | Effect::Display);
        let is_number = |row: &Row| matches!(row.effect, Effect::Number(_));
        if is_value && !(is_number(row) && kinds.iter().any(|(other, _)| is_number(other))) {
            kinds.push((row, at.span));
        }
    }
    kinds
}

/// The content of a pointer whose default the runtime compares without allocating one. The bounds of its content say
/// that it has a default, and so do bounds of itself, but those tell nothing of the content.
pub(crate) fn pointee(ty: &Type) -> &Type {
    match ty {
        Type::Group(ty) => pointee(&ty.elem),
        Type::Paren(ty) => pointee(&ty.elem),
        Type::Path(path) => {
            let Some(last) = path.path.segments.last() else { return ty };
            let PathArguments::AngleBracketed(arguments) = &last.arguments else { return ty };
            match arguments.args.first() {
                Some(GenericArgument::Type(inner @ Type::Path(_)))
                    if arguments.args.len() == 1 && ["Box", "Rc", "Arc"].iter().any(|name| last.ident == name) =>
                {
                    inner
                }
                _ => ty,
            }
        }
        _ => ty,
    }
}

/// How many `Option`s and sequences are written around the type that is displayed.
fn containers(ty: &Type) -> usize {
    match ty {
        Type::Group(ty) => containers(&ty.elem),
        Type::Paren(ty) => containers(&ty.elem),
        Type::Reference(ty) => containers(&ty.elem),
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
