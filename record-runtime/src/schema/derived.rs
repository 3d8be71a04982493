//! The schemas of objects, tuples and enums, as the derive puts them together.

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::flatten::{Entries, any_rest, collect_keys};
use super::generator::{Generator, JsonSchema};
use super::tree::{Keywords, Node, Schema, Value};
use crate::cursor::view::{View, ViewId};
use crate::value::fields::SkipIf;

/// Whether a field is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Presence {
    /// In no text.
    Never,
    /// In some.
    Sometimes,
    /// In each.
    Always,
}

impl Presence {
    /// That of a field of a type, by what is written of one: see [`Present`].
    #[must_use]
    pub fn of<'f, T: ?Sized + 'f, W: Present>(_: fn(&'f T) -> W) -> Self {
        W::PRESENCE
    }

    /// Whether there are texts with the field.
    #[must_use]
    pub fn may_be(self) -> bool {
        self != Self::Never
    }

    /// Whether it is in each text.
    #[must_use]
    pub fn is_certain(self) -> bool {
        self == Self::Always
    }

    /// That of a field that a mask may select.
    #[must_use]
    pub fn under_mask(self, generator: &Generator) -> Self {
        if generator.is_masked() { self.min(Self::Sometimes) } else { self }
    }

    /// That of a field of a view.
    #[must_use]
    pub fn in_view<V: View>(generator: &Generator) -> Self {
        match generator.asked() {
            None => Self::Sometimes,
            Some(asked) if asked.shows(ViewId::of::<V>()) => Self::Always,
            Some(_) => Self::Never,
        }
    }
}

/// A field that may be left out, as the writer has it: the field itself, or [`SkipIf`].
pub trait Present {
    /// Whether it is there.
    const PRESENCE: Presence;
}

impl Present for () {
    const PRESENCE: Presence = Presence::Always;
}

impl Present for SkipIf<()> {
    const PRESENCE: Presence = Presence::Sometimes;
}

/// The schema of a type's values, with or without that of `None`.
pub fn some_of<T: JsonSchema + ?Sized>(generator: &mut Generator, without_none: bool) -> Schema {
    if without_none { T::__some(generator) } else { generator.of::<T>() }
}

/// The same of what is written in place of a field, by the wrapper that the writer puts around it.
pub fn written<'f, T: ?Sized + 'f, W: JsonSchema>(
    generator: &mut Generator,
    without_none: bool,
    _: fn(&'f T) -> W,
) -> Schema {
    some_of::<W>(generator, without_none)
}

/// The schema of what no mask takes anything from, within a type that takes masks.
pub fn whole(generator: &mut Generator, make: impl FnOnce(&mut Generator) -> Schema) -> Schema {
    generator.whole(make)
}

/// An object with fields.
#[derive(Debug, Default)]
pub struct Object {
    properties: Keywords,
    required: Vec<String>,
    parts: Vec<Part>,
    /// The schemas of the values of all other keys.
    rests: Vec<Schema>,
}

/// The entries of a flattened field.
#[derive(Debug)]
struct Part {
    schema: Schema,
    keys: Vec<String>,
}

impl Object {
    /// Without fields.
    #[must_use]
    pub const fn new() -> Self {
        Self { properties: Vec::new(), required: Vec::new(), parts: Vec::new(), rests: Vec::new() }
    }

    /// With a field that has one value.
    pub fn tag(&mut self, key: &'static str, name: &'static str) {
        self.field(key, Presence::Always, constant("string", name));
    }

    /// With a field.
    pub fn field(&mut self, key: &'static str, presence: Presence, schema: Schema) {
        if presence == Presence::Never {
            return;
        }
        if presence == Presence::Always && !self.required.iter().any(|required| required == key) {
            self.required.push(String::from(key));
        }
        // Of two fields with one key at most one is written.
        match self.properties.iter_mut().find(|(name, _)| name == key) {
            None => self.properties.push((Cow::Borrowed(key), schema.into())),
            Some((_, other)) => {
                let first = core::mem::replace(other, Value::NULL).into_schema().unwrap_or_default();
                *other = Schema::any_of(vec![first, schema]).into();
            }
        }
    }

    /// With the entries of a flattened field.
    pub fn flatten(&mut self, presence: Presence, schema: &Schema, generator: &Generator) {
        let entries = Entries::of(schema, generator);
        let entries = match presence {
            Presence::Never => return,
            Presence::Sometimes => entries.or_nothing(),
            Presence::Always => entries,
        };
        if !entries.schema.keywords.is_empty() {
            let mut keys = Vec::new();
            collect_keys(&entries.schema, generator, &mut keys);
            // Variants may share some, such as their tag.
            let mut known = BTreeSet::new();
            keys.retain(|key| known.insert(key.clone()));
            self.parts.push(Part { schema: entries.schema, keys });
        }
        self.rests.extend(entries.rest);
    }

    /// Says of each part that may be missing that its keys are, then. Of two fields with one key, one of them flattened,
    /// at most one is written, so that nothing is certain of its value.
    fn settle_parts(&mut self) {
        let mut seen: Vec<String> = self.properties.iter().map(|(key, _)| String::from(&**key)).collect();
        for part in &mut self.parts {
            let (twice, once): (Vec<_>, Vec<_>) = part.keys.drain(..).partition(|key| seen.contains(key));
            let mut schema = core::mem::take(&mut part.schema);
            if twice.is_empty() {
                schema.replace_choice(&Schema::any(), &without_keys(&once));
            } else {
                schema = Schema::any_of(vec![schema, Schema::any()]);
                self.rests.push(Schema::any());
                // One that is always written, such as a tag, is the one.
                let required = &self.required;
                let may_be_other =
                    |key: &str| twice.iter().any(|twice| twice == key) && !required.iter().any(|own| own == key);
                for (_, value) in self.properties.iter_mut().filter(|(key, _)| may_be_other(key)) {
                    *value = Schema::any().into();
                }
            }
            part.schema = schema;
            seen.extend(once);
        }
    }

    /// The schema.
    #[must_use]
    pub fn finish(mut self) -> Schema {
        self.settle_parts();
        let mut schema = Schema::of_type("object");
        if !self.properties.is_empty() {
            schema.set("properties", Value(Node::Object(self.properties)));
        }
        if !self.required.is_empty() {
            schema.set("required", self.required.into());
        }
        let other_keys = if self.parts.is_empty() { "additionalProperties" } else { "unevaluatedProperties" };
        if !self.parts.is_empty() {
            let parts: Vec<Schema> = self.parts.into_iter().map(|part| part.schema).collect();
            schema.set("allOf", parts.into());
        }
        if let Some(rest) = any_rest(self.rests).filter(|rest| !rest.keywords.is_empty()) {
            schema.set(other_keys, rest.into());
        }
        schema
    }
}

/// An object in which some keys are missing.
fn without_keys(keys: &[String]) -> Schema {
    let missing = keys.iter().map(|key| (Cow::Owned(key.clone()), Schema::never().into()));
    Schema::any().with("properties", Value(Node::Object(missing.collect())))
}

/// An array whose elements have a schema each.
#[derive(Debug, Default)]
pub struct Tuple {
    elements: Vec<Schema>,
    /// Those behind the first that may be left out, whose places are not known.
    moving: Vec<Schema>,
    least: usize,
}

impl Tuple {
    /// Without elements.
    #[must_use]
    pub const fn new() -> Self {
        Self { elements: Vec::new(), moving: Vec::new(), least: 0 }
    }

    /// With an element.
    pub fn element(&mut self, presence: Presence, schema: Schema) {
        match presence {
            Presence::Never => return,
            Presence::Always if self.moving.is_empty() => self.elements.push(schema),
            _ => self.moving.push(schema),
        }
        self.least += usize::from(presence == Presence::Always);
    }

    /// The schema.
    #[must_use]
    pub fn finish(self) -> Schema {
        let most = self.elements.len() + self.moving.len();
        let mut schema = Schema::of_type("array");
        if !self.elements.is_empty() {
            schema.set("prefixItems", self.elements.into());
        }
        let items: Value = if self.moving.is_empty() { false.into() } else { Schema::any_of(self.moving).into() };
        schema.with("items", items).with("minItems", self.least).with("maxItems", most)
    }
}

/// The variants of an enum.
#[derive(Debug, Default)]
pub struct Variants {
    schemas: Vec<Schema>,
    constants: Vec<Value>,
    /// Where the list of constants stands among the schemas.
    list: Option<usize>,
}

impl Variants {
    /// Without variants.
    #[must_use]
    pub const fn new() -> Self {
        Self { schemas: Vec::new(), constants: Vec::new(), list: None }
    }

    /// With one that is a constant of a type of JSON. These make one list.
    pub fn constant(&mut self, ty: &'static str, value: impl Into<Value>) {
        if self.list.is_none() {
            self.list = Some(self.schemas.len());
            self.schemas.push(Schema::of_type(ty));
        }
        let value = value.into();
        if !self.constants.contains(&value) {
            self.constants.push(value);
        }
    }

    /// With any other one.
    pub fn variant(&mut self, schema: Schema) {
        self.schemas.push(schema);
    }

    /// The schema of variants whose tags differ.
    #[must_use]
    pub fn one_of(self) -> Schema {
        Schema::one_of(self.listed())
    }

    /// The schema of variants of which several may fit a text.
    #[must_use]
    pub fn any_of(self) -> Schema {
        Schema::any_of(self.listed())
    }

    fn listed(mut self) -> Vec<Schema> {
        if let Some(at) = self.list {
            self.schemas[at].set("enum", self.constants.into());
        }
        self.schemas
    }
}

/// A constant of a type of JSON.
#[must_use]
pub fn constant(ty: &'static str, value: impl Into<Value>) -> Schema {
    Schema::of_type(ty).with("enum", vec![value.into()])
}

/// `{"Variant":content}`
#[must_use]
pub fn external(name: &'static str, content: Schema) -> Schema {
    let mut object = Object::new();
    object.field(name, Presence::Always, content);
    object.finish().with("additionalProperties", false)
}

/// `{"tag":"Variant"}`
#[must_use]
pub fn tag_alone(tag: &'static str, name: &'static str) -> Schema {
    let mut object = Object::new();
    object.tag(tag, name);
    object.finish()
}

/// `{"tag":"Variant","content":content}`
#[must_use]
pub fn adjacent(tag: &'static str, name: &'static str, key: &'static str, content: Schema) -> Schema {
    let mut object = Object::new();
    object.tag(tag, name);
    object.field(key, Presence::Always, content);
    object.finish()
}
