//! The entries of an object among those of another one.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::generator::Generator;
use super::tree::{Node, Schema, Value};

/// The addition of a flattened value to the object around it.
pub(super) struct Entries {
    /// Of the object with the entries.
    pub(super) schema: Schema,
    /// Of the values of all keys that no schema of the object names; `None` where it says nothing of them.
    pub(super) rest: Option<Schema>,
}

impl Entries {
    const NOTHING: Self = Self { schema: Schema::any(), rest: None };
    const UNKNOWN: Self = Self { schema: Schema::any(), rest: Some(Schema::any()) };

    /// Those of a value with this schema.
    pub(super) fn of(schema: &Schema, generator: &Generator) -> Self {
        if let Some(definition) = generator.definition(schema) {
            let mut entries = Self::of(definition, generator);
            if entries.schema == *definition && entries.rest.is_none() {
                entries.schema = reference(schema);
            }
            entries.schema.take("description");
            return entries;
        }
        if schema.keywords.is_empty() {
            return Self::UNKNOWN;
        }
        if let Some(choices) = schema.choices() {
            return Self::any_of(choices.iter().map(|choice| Self::of(choice, generator)).collect());
        }
        if let Some(names) = schema.get("enum") {
            return Self::any_of(names.as_list().iter().map(Self::of_unit).collect());
        }
        match *schema.types() {
            ["object"] => Self::of_object(schema.clone()),
            ["object", "null"] => {
                Self::any_of(vec![Self::of_object(schema.clone().with("type", "object")), Self::NOTHING])
            }
            _ => Self::NOTHING,
        }
    }

    /// Other keys than its own may stand there, too.
    fn of_object(mut schema: Schema) -> Self {
        let additional = schema.take("additionalProperties");
        let rest = additional.or_else(|| schema.take("unevaluatedProperties"));
        let rest = rest.filter(|rest| rest.0 != Node::Bool(false)).and_then(Value::into_schema);
        if rest.is_some() {
            schema.take("propertyNames");
        }
        // Which the object around is.
        let says_nothing = schema == Schema::of_type("object");
        Self { schema: if says_nothing { Schema::any() } else { schema }, rest }
    }

    /// A unit variant is an entry with its name.
    fn of_unit(name: &Value) -> Self {
        let Some(name) = name.as_text() else { return Self::NOTHING };
        let null = Value::from(Schema::of_type("null"));
        let name = String::from(name);
        let property = Value(Node::Object(vec![(Cow::Owned(name.clone()), null)]));
        let schema = Schema::of_type("object").with("properties", property).with("required", vec![name]);
        Self { schema, rest: None }
    }

    /// Those of one or the other. Keys of the object around may look like another choice, so that several may fit.
    fn any_of(choices: Vec<Self>) -> Self {
        let mut rests = Vec::new();
        let mut schemas: Vec<Schema> = Vec::new();
        for choice in choices {
            rests.extend(choice.rest);
            let nested = choice.schema.choices().filter(|_| choice.schema.keywords.len() == 1);
            for schema in nested.unwrap_or_else(|| vec![choice.schema]) {
                if !schemas.contains(&schema) {
                    schemas.push(schema);
                }
            }
        }
        let say_nothing = schemas.iter().all(|schema| schema.keywords.is_empty());
        let schema = if say_nothing { Schema::any() } else { Schema::any_of(schemas) };
        Self { schema, rest: any_rest(rests) }
    }

    /// Those of a value that may be left out.
    pub(super) fn or_nothing(self) -> Self {
        Self::any_of(vec![self, Self::NOTHING])
    }
}

/// Adds the keys that a schema of entries names.
pub(super) fn collect_keys(schema: &Schema, generator: &Generator, keys: &mut Vec<String>) {
    if let Some(definition) = generator.definition(schema) {
        return collect_keys(definition, generator, keys);
    }
    if let Some(Value(Node::Object(properties))) = schema.get("properties") {
        keys.extend(properties.iter().map(|(key, _)| String::from(&**key)));
    }
    for keyword in ["anyOf", "oneOf", "allOf"] {
        let parts = schema.get(keyword).map_or(&[][..], Value::as_list);
        for part in parts.iter().cloned().filter_map(Value::into_schema) {
            collect_keys(&part, generator, keys);
        }
    }
}

/// The schema of the values of other keys, where several say something of them.
pub(super) fn any_rest(mut rests: Vec<Schema>) -> Option<Schema> {
    if rests.is_empty() {
        return None;
    }
    rests.dedup();
    if rests.iter().any(|rest| rest.keywords.is_empty()) {
        return Some(Schema::any());
    }
    Some(Schema::any_of(rests))
}

/// The reference without a description.
fn reference(schema: &Schema) -> Schema {
    let mut schema = schema.clone();
    schema.keywords.retain(|(keyword, _)| keyword == "$ref");
    schema
}
