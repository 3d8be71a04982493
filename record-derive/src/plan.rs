//! The writer of a type as plain data: its constant texts, the fields between them, and whatever else is known when it
//! is compiled. Tokens are made of it in `expand`, where nothing is decided.
//!
//! The constant texts are listed in `Plan::fragments`. A *group* is a run of them, `open, key, …, close`, with one
//! field (*slot*) behind each key. The runtime adds commas, since it knows whether a field is left out. It takes at
//! most [`MAX_SLOTS`] fields; longer lists are chained, with an empty `open` to say that a group continues.

mod floats;
mod length;
mod masks;
mod places;

use crate::attr::policy::Name;
use crate::model::{Container, Data, Field, Style, Tagging, Variant};
use crate::policy::{Escapes, FieldPolicies};
pub(crate) use floats::Floats;
use floats::floats;
use length::max_len;
use masks::masks;
pub(crate) use masks::{Masks, Number, Parts, Place, Through};
pub(crate) use places::Places;
use places::places;

/// The most fields that one call of the runtime takes.
pub(crate) const MAX_SLOTS: usize = 16;

/// Writers of at most this many fields are inlined into the writers that call them. Inlining none of them cost up to a
/// fifth of the speed, inlining all of them build time.
const MAX_INLINE_FIELDS: usize = 5;

/// The longest text that the runtime's `Constant` takes.
const MAX_CONSTANT_LEN: usize = 32;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) fragments: Vec<String>,
    pub(crate) writer: Writer,
    pub(crate) max_len: MaxLen,
    pub(crate) places: Places,
    pub(crate) masks: Masks,
    pub(crate) inline: Inline,
    pub(crate) floats: Floats,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Writer {
    /// Converts into another type and writes that.
    Into,
    /// Writes what the type displays.
    Display,
    /// Writes the number of the variant.
    Repr,
    Struct(Body),
    /// An enum of which each variant is one short constant: `fragments[index]`.
    Constants,
    /// One body for each variant.
    Enum(Vec<Body>),
}

/// The text of a struct or of one variant.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// `fragments[at]`
    Text {
        at: usize,
    },
    /// The same for a unit variant of an enum whose strings are not all unit variants.
    Unit {
        at: usize,
    },
    /// One value in place of the whole.
    Value(Slot),
    Groups(Vec<Group>),
    /// A skipped variant: an error when it is met.
    Unwritable,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// The position of `open` in the fragments.
    pub(crate) at: usize,
    pub(crate) slots: Vec<Slot>,
}

/// A value between two fragments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) source: Source,
    pub(crate) splice: Splice,
    pub(crate) presence: Presence,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The field at this position of the struct or variant.
    Field(usize),
    /// The output of the variant's `serialize_with`, which is given all its fields.
    Variant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Splice {
    Whole,
    /// The entries of an object, without its braces.
    Entries,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    Always,
    /// Left out where the field's `skip_serializing_if` says so.
    Predicate,
    /// Left out where a policy says so.
    Policy,
}

/// The longest text of any value, as far as it is known.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum MaxLen {
    Unknown,
    Constant(usize),
    /// The fragments, the commas and the longest text of each field.
    Fields,
    /// That of the one field which is written.
    Field(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inline {
    Yes,
    Never,
}

impl Plan {
    /// The container has passed `check`.
    pub(crate) fn new(container: &Container) -> Self {
        let mut fragments = Vec::new();
        let policies = &container.attrs.policies;
        let mut writer = match &container.data {
            _ if policies.has(Name::Display) => Writer::Display,
            Data::Enum(_) if policies.has(Name::Repr) => Writer::Repr,
            _ if container.attrs.into.is_some() => Writer::Into,
            Data::Struct(style, fields) => {
                let body = struct_body(container, *style, fields, &mut fragments);
                escape(container, &mut fragments);
                Writer::Struct(body)
            }
            Data::Enum(variants) => enum_writer(container, variants, &mut fragments),
            Data::Union => Writer::Enum(Vec::new()),
        };
        let fields = container.fields().filter(|(_, field)| field.is_written());
        let places = places(container, &writer);
        if let (Writer::Enum(bodies), Places::Any) = (&mut writer, places) {
            mark_units(container, bodies);
        }
        Self {
            max_len: max_len(container, &writer, &fragments),
            places,
            masks: masks(container, &writer),
            floats: floats(container, &writer),
            inline: if fields.count() <= MAX_INLINE_FIELDS { Inline::Yes } else { Inline::Never },
            fragments,
            writer,
        }
    }
}

fn struct_body(container: &Container, style: Style, fields: &[Field], fragments: &mut Vec<String>) -> Body {
    if let Some(field) = container.transparent_field() {
        return Body::Value(Slot::whole(Source::Field(field)));
    }
    match style {
        Style::Unit => text(fragments, "null".to_owned()),
        // Serde writes the field of a newtype struct even where it is skipped.
        Style::Newtype => Body::Value(Slot::whole(Source::Field(0))),
        Style::Tuple => group(fragments, "[".to_owned(), elements(container, fields), "]"),
        Style::Named => {
            let open = match &container.tagging {
                Tagging::Internal { tag } => entry("{", tag, &container.name),
                _ => "{".to_owned(),
            };
            group(fragments, open, entries(container, fields), "}")
        }
    }
}

fn enum_writer(container: &Container, variants: &[Variant], fragments: &mut Vec<String>) -> Writer {
    let bodies: Vec<Body> = variants.iter().map(|variant| variant_body(container, variant, fragments)).collect();
    let constants = bodies.iter().all(|body| matches!(body, Body::Text { .. }));
    escape(container, fragments);
    let short = fragments.iter().all(|text| text.len() <= MAX_CONSTANT_LEN);
    if constants && short && !bodies.is_empty() && !container.is_non_exhaustive() {
        return Writer::Constants;
    }
    Writer::Enum(bodies)
}

fn mark_units(container: &Container, bodies: &mut [Body]) {
    let Data::Enum(variants) = &container.data else { return };
    for (variant, body) in variants.iter().zip(bodies) {
        if let (Tagging::External, &mut Body::Text { at }) = (variant.tagging(&container.tagging), &mut *body)
            && variant.effective_style() == Style::Unit
        {
            *body = Body::Unit { at };
        }
    }
}

fn variant_body(container: &Container, variant: &Variant, fragments: &mut Vec<String>) -> Body {
    let tagging = variant.tagging(&container.tagging);
    if !variant.is_written() {
        return Body::Unwritable;
    }
    let style = match variant.serialize_with() {
        Some(_) => return wrapped(fragments, variant, tagging, Slot::whole(Source::Variant)),
        None => variant.effective_style(),
    };
    let name = &variant.name;
    match style {
        Style::Unit => {
            let constant = match tagging {
                Tagging::External => quoted(name),
                Tagging::Internal { tag } | Tagging::Adjacent { tag, .. } => entry("{", tag, name) + "}",
                Tagging::Untagged => "null".to_owned(),
            };
            text(fragments, constant)
        }
        Style::Newtype => wrapped(fragments, variant, tagging, Slot::whole(Source::Field(0))),
        Style::Tuple => {
            let (open, close) = around(tagging, name);
            group(fragments, open + "[", elements(container, &variant.fields), &format!("]{close}"))
        }
        Style::Named => {
            let entries = entries(container, &variant.fields);
            if let Tagging::Internal { tag } = tagging {
                return group(fragments, entry("{", tag, name), entries, "}");
            }
            let (open, close) = around(tagging, name);
            group(fragments, open + "{", entries, &format!("}}{close}"))
        }
    }
}

/// One value as the content of a variant.
fn wrapped(fragments: &mut Vec<String>, variant: &Variant, tagging: &Tagging, content: Slot) -> Body {
    match tagging {
        Tagging::Untagged => Body::Value(content),
        Tagging::Internal { tag } => {
            let splice = Splice::Entries;
            let content = (String::new(), Slot { splice, ..content });
            group(fragments, entry("{", tag, &variant.name), vec![content], "}")
        }
        Tagging::External | Tagging::Adjacent { .. } => {
            let (open, close) = around(tagging, &variant.name);
            group(fragments, open, vec![(String::new(), content)], close)
        }
    }
}

/// The text around the content of a variant that is not internally tagged.
fn around(tagging: &Tagging, name: &str) -> (String, &'static str) {
    match tagging {
        Tagging::External => (format!("{{{}:", quoted(name)), "}"),
        Tagging::Adjacent { tag, content } => (format!("{},{}:", entry("{", tag, name), quoted(content)), "}"),
        Tagging::Internal { .. } | Tagging::Untagged => (String::new(), ""),
    }
}

fn entries(container: &Container, fields: &[Field]) -> Vec<(String, Slot)> {
    let mut entries = slots(container, fields, |field| match field.attrs.flatten {
        Some(_) => (String::new(), Splice::Entries),
        None => (quoted(&field.name) + ":", Splice::Whole),
    });
    if container.attrs.policies.has(Name::FieldMask) {
        for (_, slot) in entries.iter_mut().filter(|(_, slot)| slot.presence == Presence::Always) {
            slot.presence = Presence::Policy;
        }
    }
    if container.attrs.policies.has(Name::SortKeys) {
        // By code points, which is the order of the bytes in UTF-8.
        entries.sort_by_key(|(_, slot)| match slot.source {
            Source::Field(index) => fields.get(index).map(|field| &field.name),
            Source::Variant => None,
        });
    }
    entries
}

fn elements(container: &Container, fields: &[Field]) -> Vec<(String, Slot)> {
    slots(container, fields, |_| (String::new(), Splice::Whole))
}

fn slots(
    container: &Container,
    fields: &[Field],
    describe: impl Fn(&Field) -> (String, Splice),
) -> Vec<(String, Slot)> {
    let written = fields.iter().enumerate().filter(|(_, field)| field.is_written());
    written
        .map(|(index, field)| {
            let (key, splice) = describe(field);
            let slot = Slot {
                source: Source::Field(index),
                splice,
                presence: if field.attrs.skip_serializing_if.is_some() {
                    Presence::Predicate
                } else if FieldPolicies::of(container, field).omission.is_some() || field.has_view() {
                    Presence::Policy
                } else {
                    Presence::Always
                },
            };
            (key, slot)
        })
        .collect()
}

impl Slot {
    pub(crate) const fn whole(source: Source) -> Self {
        Self { source, splice: Splice::Whole, presence: Presence::Always }
    }

    /// Whether something is written for it, whatever the value.
    fn is_certain(self) -> bool {
        self.splice == Splice::Whole && self.presence == Presence::Always
    }
}

fn text(fragments: &mut Vec<String>, text: String) -> Body {
    fragments.push(text);
    Body::Text { at: fragments.len() - 1 }
}

/// Opens a group behind another one that has certainly written something: its first entry needs a comma. Where that is
/// not certain the group opens with nothing, and the writer looks back.
const CONTINUED: &str = ",";

/// Lists the fragments of `slots` between `open` and `close`.
fn group(fragments: &mut Vec<String>, open: String, slots: Vec<(String, Slot)>, close: &str) -> Body {
    if slots.is_empty() {
        return text(fragments, open + close);
    }
    let mut groups = Vec::with_capacity(slots.len().div_ceil(MAX_SLOTS));
    let mut certain = !open.ends_with(['{', '[', ':']);
    let mut open = Some(open);
    let mut slots = slots.into_iter().peekable();
    while slots.peek().is_some() {
        let at = fragments.len();
        fragments.push(open.take().unwrap_or_else(|| if certain { CONTINUED } else { "" }.to_owned()));
        let mut group = Vec::with_capacity(slots.len().min(MAX_SLOTS));
        for (key, slot) in slots.by_ref().take(MAX_SLOTS) {
            fragments.push(key);
            certain |= slot.is_certain();
            group.push(slot);
        }
        let ends = slots.peek().is_none();
        fragments.push(if ends { close.to_owned() } else { String::new() });
        groups.push(Group { at, slots: group });
    }
    Body::Groups(groups)
}

/// The constant, with the escapes that the type's policies ask for.
fn escape(container: &Container, fragments: &mut [String]) {
    if let Some(escapes) = Escapes::of(&container.attrs.policies) {
        for fragment in fragments {
            *fragment = escapes.apply(fragment);
        }
    }
}

/// `before`, then `"key":"value"`.
fn entry(before: &str, key: &str, value: &str) -> String {
    format!("{before}{}:{}", quoted(key), quoted(value))
}

/// A JSON string, escaped as `serde_json` escapes it.
fn quoted(text: &str) -> String {
    use std::fmt::Write as _;
    let mut json = String::with_capacity(text.len() + 3);
    json.push('"');
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            '\0'..='\u{1f}' => {
                // Writing to a `String` cannot fail.
                let _ = write!(json, "\\u{:04x}", u32::from(character));
            }
            _ => json.push(character),
        }
    }
    json.push('"');
    json
}

#[cfg(test)]
mod tests;
