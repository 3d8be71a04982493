//! The keys of maps: any value may be one, by its text.

use alloc::vec::Vec;

use super::generator::Generator;
use super::tree::{Node, Schema, Value};

/// A key that is an integer.
const INTEGER_KEY: &str = "^-?[0-9]+$";

/// The schema of the keys of a map whose keys have this schema as values; `None` for any text.
pub(super) fn of_keys(schema: &Schema, generator: &Generator) -> Option<Schema> {
    if let Some(definition) = generator.definition(schema) {
        // A string may have any schema as a key; other texts are put between quotes.
        let keys = of_keys(definition, generator)?;
        return Some(if keys == *definition { schema.clone() } else { keys });
    }
    if let Some(choices) = schema.choices() {
        return Some(Schema::any_of(choices.iter().map(|choice| of_keys(choice, generator)).collect::<Option<_>>()?));
    }
    if let Some(values) = schema.get("enum") {
        if values.as_list().iter().all(|value| value.as_text().is_some()) {
            return Some(schema.clone());
        }
        let names = values.as_list().iter().map(|value| match &value.0 {
            Node::Text(text) => Some(Value(Node::Text(text.clone()))),
            Node::Number(text) => Some(Value::from(text.clone())),
            Node::Bool(value) => Some(Value::from(if *value { "true" } else { "false" })),
            _ => None,
        });
        return Some(Schema::any().with("enum", names.collect::<Option<Vec<_>>>()?));
    }
    match *schema.types() {
        ["string"] if schema.keywords.len() > 1 => Some(schema.clone()),
        ["integer"] => Some(Schema::any().with("pattern", INTEGER_KEY)),
        ["boolean"] => Some(Schema::any().with("enum", ["true", "false"])),
        _ => None,
    }
}
