//! A schema as a tree: its keywords, whose values are any of JSON.

use alloc::borrow::Cow;
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;

use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::value::ZeroAllocJson;

/// A JSON Schema of draft 2020-12.
///
/// ```
/// use record_runtime::schema::Schema;
///
/// let email = Schema::of_type("string").with("format", "email").with("maxLength", 254);
/// assert_eq!(
///     record_runtime::to_string(&email),
///     r#"{"type":"string","format":"email","maxLength":254}"#,
/// );
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema {
    pub(super) keywords: Keywords,
}

impl Schema {
    /// Every value: `{}`.
    #[must_use]
    pub const fn any() -> Self {
        Self { keywords: Vec::new() }
    }

    /// No value: `{"not":{}}`.
    #[must_use]
    pub fn never() -> Self {
        Self::any().with("not", Self::any())
    }

    /// The values of a type of JSON: `string`, `number`, `integer`, `boolean`, `null`, `array` or `object`.
    #[must_use]
    pub fn of_type(name: &'static str) -> Self {
        Self::any().with("type", name)
    }

    /// One constant: `{"enum":[…]}`, which more tools know than `const`.
    #[must_use]
    pub fn constant(value: impl Into<Value>) -> Self {
        Self::any().with("enum", vec![value.into()])
    }

    /// The values of any of several schemas.
    #[must_use]
    pub fn any_of(schemas: Vec<Self>) -> Self {
        Self::one_or("anyOf", schemas)
    }

    /// The values of exactly one of several schemas.
    #[must_use]
    pub fn one_of(schemas: Vec<Self>) -> Self {
        Self::one_or("oneOf", schemas)
    }

    fn one_or(keyword: &'static str, mut schemas: Vec<Self>) -> Self {
        match schemas.len() {
            0 => Self::never(),
            1 => schemas.remove(0),
            _ => Self::any().with(keyword, schemas),
        }
    }

    /// An array of values of one schema.
    #[must_use]
    pub fn array(items: Self) -> Self {
        Self::of_type("array").with("items", items)
    }

    /// An object of any keys with values of one schema.
    #[must_use]
    pub fn map(values: Self) -> Self {
        Self::of_type("object").with("additionalProperties", values)
    }

    /// The schema with a keyword, in place of one of the same name.
    #[must_use]
    pub fn with(mut self, keyword: &'static str, value: impl Into<Value>) -> Self {
        self.set(keyword, value.into());
        self
    }

    /// The schema with a description.
    #[must_use]
    pub fn described(self, description: impl Into<Value>) -> Self {
        self.with("description", description)
    }

    /// The values of the schema, and `null`.
    #[must_use]
    pub fn or_null(mut self) -> Self {
        if self.allows_null() {
            return self;
        }
        match (self.text("type"), self.get("enum")) {
            (Some(name), None) => {
                let name = String::from(name);
                self.set("type", vec![Value::from(name), Value::from("null")].into());
                self
            }
            _ => Self::any_of(vec![self, Self::of_type("null")]),
        }
    }

    pub(super) fn get(&self, keyword: &str) -> Option<&Value> {
        self.keywords.iter().find(|(name, _)| name == keyword).map(|(_, value)| value)
    }

    pub(super) fn text(&self, keyword: &str) -> Option<&str> {
        self.get(keyword)?.as_text()
    }

    pub(super) fn take(&mut self, keyword: &str) -> Option<Value> {
        let at = self.keywords.iter().position(|(name, _)| name == keyword)?;
        Some(self.keywords.remove(at).1)
    }

    pub(super) fn set(&mut self, keyword: &'static str, value: Value) {
        match self.keywords.iter_mut().find(|(name, _)| name == keyword) {
            Some((_, old)) => *old = value,
            None => self.keywords.push((Cow::Borrowed(keyword), value)),
        }
    }

    /// The schemas of `anyOf` or `oneOf`, if the schema consists of one of them.
    pub(super) fn choices(&self) -> Option<Vec<Self>> {
        let list = self.get("anyOf").or_else(|| self.get("oneOf"))?;
        list.as_list().iter().cloned().map(Value::into_schema).collect()
    }

    /// Puts another schema in place of one of `anyOf`.
    pub(super) fn replace_choice(&mut self, choice: &Self, with: &Self) {
        let choices = self.keywords.iter_mut().find(|(keyword, _)| keyword == "anyOf");
        let Some((_, Value(Node::List(values)))) = choices else { return };
        for value in values {
            match &mut value.0 {
                Node::Object(keywords) if *keywords == choice.keywords => keywords.clone_from(&with.keywords),
                _ => {}
            }
        }
    }

    /// The types of JSON that are named.
    pub(super) fn types(&self) -> Vec<&str> {
        match self.get("type") {
            Some(Value(Node::List(names))) => names.iter().filter_map(Value::as_text).collect(),
            Some(name) => name.as_text().into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// Whether `null` is named as one of its values.
    fn allows_null(&self) -> bool {
        self.keywords.is_empty()
            || self.types().contains(&"null")
            || self.choices().is_some_and(|choices| choices.iter().any(Self::allows_null))
    }
}

impl ZeroAllocJson for Schema {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.map(self.keywords.iter().map(|(key, value)| (key, value)))
    }
}

/// The value of a keyword in a schema.
///
/// It is made by `From`, of strings, numbers, `bool`, schemas and lists of these: see [`Schema::with`].
#[derive(Clone, Debug, PartialEq)]
pub struct Value(pub(super) Node);

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Null,
    Bool(bool),
    /// The text of a number.
    Number(String),
    Text(Cow<'static, str>),
    List(Vec<Value>),
    Object(Keywords),
}

/// Names and their values, in order.
pub(super) type Keywords = Vec<(Cow<'static, str>, Value)>;

impl Value {
    /// `null`
    pub const NULL: Self = Self(Node::Null);

    pub(super) fn as_text(&self) -> Option<&str> {
        match &self.0 {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn as_list(&self) -> &[Self] {
        match &self.0 {
            Node::List(values) => values,
            _ => &[],
        }
    }

    /// The schema that it is, if it is one.
    pub(super) fn into_schema(self) -> Option<Schema> {
        match self.0 {
            Node::Bool(true) => Some(Schema::any()),
            Node::Bool(false) => Some(Schema::never()),
            Node::Object(keywords) => Some(Schema { keywords }),
            _ => None,
        }
    }
}

impl From<Schema> for Value {
    fn from(schema: Schema) -> Self {
        Self(Node::Object(schema.keywords))
    }
}

impl From<&'static str> for Value {
    fn from(text: &'static str) -> Self {
        Self(Node::Text(Cow::Borrowed(text)))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self(Node::Text(Cow::Owned(text)))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self(Node::Bool(value))
    }
}

macro_rules! numbers {
    ($($T:ident)+) => {
        $(
            impl From<$T> for Value {
                fn from(number: $T) -> Self {
                    Self(Node::Number(number.to_string()))
                }
            }
        )+
    };
}

numbers! { u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize }

impl<V: Into<Self>> From<Vec<V>> for Value {
    fn from(values: Vec<V>) -> Self {
        Self(Node::List(values.into_iter().map(Into::into).collect()))
    }
}

impl<V: Into<Self>, const N: usize> From<[V; N]> for Value {
    fn from(values: [V; N]) -> Self {
        Self(Node::List(values.into_iter().map(Into::into).collect()))
    }
}

impl ZeroAllocJson for Value {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        match &self.0 {
            Node::Null => c.null(),
            Node::Bool(value) => c.bool(*value),
            Node::Number(text) => c.raw(text),
            Node::Text(text) => c.str(text),
            Node::List(values) => c.value(values),
            Node::Object(keywords) => c.map(keywords.iter().map(|(key, value)| (key, value))),
        }
    }
}
