//! Schemas as validators, and documents that are nearly right.

use std::collections::HashSet;
use std::fmt;

use jsonschema::Validator;
use record_runtime::ZeroAllocJson;
use record_runtime::schema::{self, JsonSchema};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// The schema of a type, as the validator reads it; fails where it is no schema.
pub(crate) fn schema_of<T: JsonSchema + ?Sized>() -> Value {
    let schema = schema::document::<T>();
    assert!(!has_a_key_twice(&schema), "a key twice in {}", String::from_utf8_lossy(&text(&schema)));
    parse(&schema)
}

/// A value as the validator reads it.
pub(crate) fn parse<T: ZeroAllocJson + ?Sized>(value: &T) -> Value {
    serde_json::from_slice(&text(value)).expect("JSON")
}

fn text<T: ZeroAllocJson + ?Sized>(value: &T) -> Vec<u8> {
    let mut text = Vec::new();
    value.write_json(&mut text);
    text
}

/// Whether an object of the value has a key twice, as `flatten` can bring it about. A validator sees the last one.
pub(crate) fn has_a_key_twice<T: ZeroAllocJson + ?Sized>(value: &T) -> bool {
    serde_json::from_slice::<Unique>(&text(value)).is_err()
}

/// Any value, without a key twice.
struct Unique;

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Unique {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Self, A::Error> {
        while values.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self, A::Error> {
        let mut keys = HashSet::new();
        while let Some((key, Self)) = entries.next_entry::<String, Self>()? {
            if !keys.insert(key) {
                return Err(A::Error::custom("twice"));
            }
        }
        Ok(self)
    }
}

/// A validator that also checks formats.
pub(crate) fn validator(schema: &Value) -> Validator {
    try_validator(schema).unwrap_or_else(|error| panic!("{error}\n{schema:#}"))
}

/// The same of what may be no schema.
pub(crate) fn try_validator(schema: &Value) -> Result<Validator, String> {
    jsonschema::draft202012::meta::validate(schema).map_err(|error| error.to_string())?;
    let options = jsonschema::draft202012::options().should_validate_formats(true);
    options.build(schema).map_err(|error| error.to_string())
}

/// The values are allowed by the schema of their type, and the texts are not.
#[track_caller]
pub(crate) fn check<T: ZeroAllocJson + JsonSchema>(values: &[T], refused: &[&str]) {
    let schema = schema_of::<T>();
    let validator = validator(&schema);
    for value in values {
        let document = parse(value);
        if let Err(error) = validator.validate(&document) {
            panic!("{error}\n{document}\n{schema:#}");
        }
    }
    for text in refused {
        let document = serde_json::from_str(text).expect("JSON");
        assert!(!validator.is_valid(&document), "{text} is allowed by\n{schema:#}");
    }
}

/// One value of each type of JSON.
fn samples() -> [Value; 6] {
    let object = Value::Object(Map::from_iter([(String::from("no such key"), Value::Null)]));
    [Value::Null, true.into(), (-0.5).into(), "no such text".into(), Value::Array(vec![Value::Null; 9]), object]
}

/// Copies of a document with one change each: an entry or an element that is missing, a value of another type.
pub(crate) fn mutants(document: &Value) -> Vec<Value> {
    let mut all: Vec<Value> = samples().into_iter().filter(|sample| kind(sample) != kind(document)).collect();
    match document {
        Value::Array(values) => {
            for (at, value) in values.iter().enumerate() {
                let mut shorter = values.clone();
                shorter.remove(at);
                all.push(shorter.into());
                all.extend(mutants(value).into_iter().map(|mutant| {
                    let mut values = values.clone();
                    values[at] = mutant;
                    Value::Array(values)
                }));
            }
        }
        Value::Object(entries) => {
            for (key, value) in entries {
                let mut fewer = entries.clone();
                fewer.remove(key);
                all.push(fewer.into());
                all.extend(mutants(value).into_iter().map(|mutant| {
                    let mut entries = entries.clone();
                    entries[key] = mutant;
                    Value::Object(entries)
                }));
            }
        }
        Value::String(text) => all.push(format!("{text}, changed").into()),
        Value::Number(number) => all.push(if number.is_f64() { 1e300 } else { 0.5 }.into()),
        Value::Null | Value::Bool(_) => {}
    }
    all
}

fn kind(value: &Value) -> usize {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => 2,
        Value::String(_) => 3,
        Value::Array(_) => 4,
        Value::Object(_) => 5,
    }
}
