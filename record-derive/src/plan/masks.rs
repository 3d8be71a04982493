//! The names under which a mask finds the fields of a type, numbered as the writer asks for them.
//!
//! Numbers count within *parts* of up to 64 fields. Each body of an enum begins a part, so that a writer asks for the
//! parts of its variant alone. A variant's own name, and the key of its content, have no number: they are always written.

use super::{Body, Slot, Source, Splice, Writer};
use crate::attr::policy::Name;
use crate::model::{Container, Data, Field, Style, Tagging};
use crate::policy::is_written_as_its_type;

/// The most fields of a part: the bits of a word.
const PART_FIELDS: usize = 64;

/// The fields that a mask selects from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Masks {
    /// The type takes no masks.
    None,
    /// Those of the type that is written in its place.
    Through(Through),
    Own(Parts),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Through {
    Into,
    /// The field at this position.
    Field(usize),
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) parts: Vec<Vec<Entry>>,
    /// The first part of each body: of a struct's, or of each variant's.
    pub(crate) firsts: Vec<usize>,
}

/// A slot, or a tag.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) place: Place,
    /// The position of the field whose type has the fields below it, and of the body that it stands in.
    pub(crate) below: Option<(usize, usize)>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Key(String),
    Flattened,
    /// Without a name, and written in any case.
    Content,
}

/// The number of a slot.
#[derive(Clone, Copy)]
pub(crate) struct Number {
    pub(crate) part: usize,
    pub(crate) field: usize,
}

impl Parts {
    /// That of the slot at this position of a body.
    pub(crate) fn number(&self, body: usize, slot: usize) -> Number {
        let first = self.firsts.get(body).copied().unwrap_or_default();
        Number { part: first + slot / PART_FIELDS, field: slot % PART_FIELDS }
    }

    /// Whether the mask decides if it is written.
    pub(crate) fn may_be_left_out(&self, number: Number) -> bool {
        let entry = self.parts.get(number.part).and_then(|part| part.get(number.field));
        entry.is_some_and(|entry| entry.place != Place::Content)
    }
}

pub(super) fn masks(container: &Container, writer: &Writer) -> Masks {
    if !container.attrs.policies.has(Name::FieldMask) {
        return Masks::None;
    }
    let mut own = Parts::default();
    match (writer, &container.data) {
        (Writer::Into, _) => return Masks::Through(Through::Into),
        (Writer::Struct(Body::Value(Slot { source: Source::Field(at), .. })), _) => {
            return Masks::Through(Through::Field(*at));
        }
        (Writer::Struct(body), Data::Struct(style, fields)) => {
            own.add(container, body, fields, *style);
        }
        (Writer::Enum(bodies), Data::Enum(variants)) => {
            for (body, variant) in bodies.iter().zip(variants) {
                own.add(container, body, &variant.fields, variant.effective_style());
            }
        }
        _ => {}
    }
    let tag = match &container.tagging {
        Tagging::Internal { tag } | Tagging::Adjacent { tag, .. } => Some(tag.clone()),
        Tagging::External | Tagging::Untagged => None,
    };
    own.parts.extend(tag.map(|tag| vec![Entry { place: Place::Key(tag), below: None }]));
    Masks::Own(own)
}

impl Parts {
    fn add(&mut self, container: &Container, body: &Body, fields: &[Field], style: Style) {
        let at = self.firsts.len();
        self.firsts.push(self.parts.len());
        let slots: Vec<Slot> = match body {
            Body::Groups(groups) => groups.iter().flat_map(|group| &group.slots).copied().collect(),
            Body::Value(slot) => vec![*slot],
            Body::Text { .. } | Body::Unit { .. } | Body::Unwritable => Vec::new(),
        };
        let entries: Vec<_> = slots.iter().map(|slot| entry(container, *slot, fields, style, at)).collect();
        let mut entries = entries.into_iter().peekable();
        while entries.peek().is_some() {
            self.parts.push(entries.by_ref().take(PART_FIELDS).collect());
        }
    }
}

fn entry(container: &Container, slot: Slot, fields: &[Field], style: Style, body: usize) -> Entry {
    let content = Entry { place: Place::Content, below: None };
    let Source::Field(index) = slot.source else { return content };
    let Some(field) = fields.get(index) else { return content };
    let place = match (style, slot.splice) {
        (Style::Named, Splice::Whole) => Place::Key(field.name.clone()),
        (Style::Named, Splice::Entries) => Place::Flattened,
        (Style::Newtype, _) => Place::Content,
        // Elements have no names.
        (Style::Tuple | Style::Unit, _) => return content,
    };
    Entry { place, below: is_written_as_its_type(container, field).then_some((body, index)) }
}
