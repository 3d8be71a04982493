//! Types that have a schema, and the maker of all schemas of a document.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::any::TypeId;

use super::name::Name;
use super::tree::{Node, Schema, Value};
use crate::cursor::view::{View, ViewId};

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// A type of whose texts a schema is known.
///
/// Derive it by `#[json(schema)]`: see the [module](crate::schema). By hand:
///
/// ```
/// use record_runtime::schema::{Generator, JsonSchema, Name, Schema};
///
/// struct Percent(u8);
///
/// impl JsonSchema for Percent {
///     const INLINE: bool = true;
///
///     fn name() -> Name {
///         Name::new("Percent")
///     }
///
///     fn schema(_: &mut Generator) -> Schema {
///         Schema::of_type("integer").with("minimum", 0).with("maximum", 100)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no JSON Schema",
    label = "`JsonSchema` is not implemented for `{Self}`",
    note = "for a type of your own, write `#[json(schema)]` beside `#[derive(ZeroAllocJson)]`",
    note = "for any type, name one with the same texts on the field, `#[json(schema = \"String\")]`, or allow all: \
            `#[json(schema = \"record_runtime::schema::Any\")]`"
)]
pub trait JsonSchema {
    /// Whether the schema stands where it is used, instead of in the definitions. It must not be so for a type that
    /// leads to itself.
    const INLINE: bool = false;

    /// Whether a mask selects from the type's fields, or from those of what it contains.
    #[doc(hidden)]
    const __TAKES_MASKS: bool = false;

    /// The name of the type: of its definition, and as an argument of generic types.
    fn name() -> Name;

    /// The schema of the type's texts. Those of the types in it are asked of the generator.
    fn schema(generator: &mut Generator) -> Schema;

    /// The schema of all values but `None`.
    #[doc(hidden)]
    fn __some(generator: &mut Generator) -> Schema {
        generator.of::<Self>()
    }
}

/// Makes the schemas of types, each once.
///
/// ```
/// # #[cfg(feature = "derive")] fn main() {
/// use record_runtime::schema::Generator;
/// use record_runtime::{View, ZeroAllocJson};
///
/// struct Admin;
/// impl View for Admin {}
///
/// #[derive(ZeroAllocJson)]
/// #[json(schema)]
/// struct Sensor {
///     celsius: f32,
///     #[json(view = "Admin")]
///     address: String,
/// }
///
/// let schema = Generator::new().view::<Admin>().finite_floats().into_document::<Sensor>();
/// assert_eq!(
///     record_runtime::to_string(&schema),
///     concat!(
///         r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","title":"Sensor","type":"object","#,
///         r#""properties":{"celsius":{"type":"number","format":"float"},"address":{"type":"string"}},"#,
///         r#""required":["celsius","address"]}"#,
///     )
/// );
/// # }
/// # #[cfg(not(feature = "derive"))] fn main() {}
/// ```
#[derive(Debug)]
pub struct Generator {
    /// In front of a definition's name in a reference.
    path: &'static str,
    view: Option<Asked>,
    finite_floats: bool,
    /// Of texts under a mask, whatever it selects.
    masked: bool,
    definitions: Vec<Definition>,
}

/// The view that is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    id: ViewId,
    includes: fn(ViewId) -> bool,
}

#[derive(Debug)]
struct Definition {
    /// The type, without its lifetimes, the view, and whether a mask selects its fields.
    id: (TypeId, Option<ViewId>, bool),
    key: String,
    /// `None` while it is made.
    schema: Option<Schema>,
}

impl Default for Generator {
    fn default() -> Self {
        Self::new()
    }
}

impl Generator {
    /// References lead to `#/$defs/`, as in a document of its own.
    #[must_use]
    pub const fn new() -> Self {
        Self::with_path("#/$defs/")
    }

    const fn with_path(path: &'static str) -> Self {
        Self { path, view: None, finite_floats: false, masked: false, definitions: Vec::new() }
    }

    /// References lead to `#/components/schemas/`, as in a document of [OpenAPI](https://spec.openapis.org/oas/v3.1.0).
    ///
    /// ```
    /// # #[cfg(feature = "derive")] fn main() {
    /// use record_runtime::ZeroAllocJson;
    /// use record_runtime::schema::Generator;
    ///
    /// #[derive(ZeroAllocJson)]
    /// #[json(schema)]
    /// struct User {
    ///     name: String,
    /// }
    ///
    /// let mut generator = Generator::for_openapi();
    /// let list = generator.of::<Vec<User>>();
    /// assert_eq!(
    ///     record_runtime::to_string(&list),
    ///     r##"{"type":"array","items":{"$ref":"#/components/schemas/User"}}"##,
    /// );
    /// // The object `components.schemas`.
    /// assert_eq!(
    ///     record_runtime::to_string(&generator.into_definitions()),
    ///     r#"{"User":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}}"#,
    /// );
    /// # }
    /// # #[cfg(not(feature = "derive"))] fn main() {}
    /// ```
    #[must_use]
    pub const fn for_openapi() -> Self {
        Self::with_path("#/components/schemas/")
    }

    /// The schemas of texts in a view: fields of that view are always there, those of others never.
    #[must_use]
    pub fn view<V: View>(mut self) -> Self {
        self.view = Some(Asked::for_view::<V>());
        self
    }

    /// The schemas of texts without NaN and infinities: floats are not `null`.
    #[must_use]
    pub const fn finite_floats(mut self) -> Self {
        self.finite_floats = true;
        self
    }

    /// The schema of a type: a reference, where the type has a definition, which is made the first time.
    pub fn of<T: JsonSchema + ?Sized>(&mut self) -> Schema {
        if self.masked && !T::__TAKES_MASKS {
            return self.whole(Self::of::<T>);
        }
        if T::INLINE {
            return T::schema(self);
        }
        let id = (typeid::of::<T>(), self.view.map(|view| view.id), self.masked);
        let known = self.definitions.iter().position(|definition| definition.id == id);
        let at = known.unwrap_or_else(|| {
            let at = self.definitions.len();
            let name = if self.masked { Name::new("Masked").argument(T::name()) } else { T::name() };
            let key = self.unused(&name.into_key());
            self.definitions.push(Definition { id, key, schema: None });
            let schema = T::schema(self);
            self.definitions[at].schema = Some(schema);
            at
        });
        let reference = format!("{}{}", self.path, self.definitions[at].key);
        Schema::any().with("$ref", reference)
    }

    /// The name, with a number where another type has it.
    fn unused(&self, name: &str) -> String {
        let is_used = |key: &str| self.definitions.iter().any(|definition| definition.key == key);
        let mut key = String::from(name);
        let mut number = 2_usize;
        while is_used(&key) {
            key = format!("{name}{number}");
            number += 1;
        }
        key
    }

    /// The schema of a type as a document, with all definitions that were made.
    #[must_use]
    pub fn into_document<T: JsonSchema + ?Sized>(mut self) -> Schema {
        let mut root = self.of::<T>();
        let mut document = Schema::any().with("$schema", DRAFT);
        let at = self.definition_at(&root);
        let only_here = at.filter(|_| !self.definitions.iter().any(|other| refers(other.schema.as_ref(), &root)));
        if let Some(at) = only_here {
            let Definition { key, schema, .. } = self.definitions.remove(at);
            document.set("title", key.into());
            root = schema.unwrap_or_default();
        }
        document.keywords.extend(root.keywords);
        let definitions = self.into_definitions();
        if !definitions.is_empty() {
            let definitions = definitions.into_iter().map(|(key, schema)| (Cow::Owned(key), schema.into()));
            document.set("$defs", Value(Node::Object(definitions.collect())));
        }
        document
    }

    /// All definitions that were made, by their names.
    #[must_use]
    pub fn into_definitions(self) -> BTreeMap<String, Schema> {
        let definitions = self.definitions.into_iter();
        definitions.map(|definition| (definition.key, definition.schema.unwrap_or_default())).collect()
    }

    /// Where the definition of a reference is.
    fn definition_at(&self, reference: &Schema) -> Option<usize> {
        let key = reference.text("$ref")?.strip_prefix(self.path)?;
        self.definitions.iter().position(|definition| definition.key == key)
    }

    /// The definition that a reference leads to. One that is being made is not known yet, and allows all.
    pub(super) fn definition(&self, reference: &Schema) -> Option<&Schema> {
        static UNKNOWN: Schema = Schema::any();
        let at = self.definition_at(reference)?;
        Some(self.definitions[at].schema.as_ref().unwrap_or(&UNKNOWN))
    }

    pub(super) const fn has_finite_floats(&self) -> bool {
        self.finite_floats
    }

    pub(super) const fn asked(&self) -> Option<Asked> {
        self.view
    }

    pub(super) const fn is_masked(&self) -> bool {
        self.masked
    }

    /// A schema of texts under any mask.
    #[cfg(feature = "std")]
    pub(super) fn in_any_mask(&mut self, make: impl FnOnce(&mut Self) -> Schema) -> Schema {
        self.with_mask(true, make)
    }

    /// A schema of texts that no mask takes anything from.
    pub(super) fn whole(&mut self, make: impl FnOnce(&mut Self) -> Schema) -> Schema {
        self.with_mask(false, make)
    }

    fn with_mask(&mut self, masked: bool, make: impl FnOnce(&mut Self) -> Schema) -> Schema {
        let before = core::mem::replace(&mut self.masked, masked);
        let schema = make(self);
        self.masked = before;
        schema
    }

    /// A schema that is made in a view.
    #[cfg(feature = "std")]
    pub(super) fn in_view<V: View>(&mut self, make: impl FnOnce(&mut Self) -> Schema) -> Schema {
        let before = self.view.replace(Asked::for_view::<V>());
        let schema = make(self);
        self.view = before;
        schema
    }
}

impl Asked {
    fn for_view<V: View>() -> Self {
        Self { id: ViewId::of::<V>(), includes: V::includes }
    }

    pub(super) fn shows(self, view: ViewId) -> bool {
        self.id == view || (self.includes)(view)
    }
}

/// Whether a reference stands somewhere in a schema.
fn refers(schema: Option<&Schema>, reference: &Schema) -> bool {
    let Some(target) = reference.text("$ref") else { return false };
    schema.is_some_and(|schema| has_reference(&schema.keywords, target))
}

fn has_reference(keywords: &[(Cow<'static, str>, Value)], target: &str) -> bool {
    keywords.iter().any(|(key, value)| match &value.0 {
        Node::Text(text) => key == "$ref" && text == target,
        Node::Object(keywords) => has_reference(keywords, target),
        Node::List(values) => values.iter().any(|value| match &value.0 {
            Node::Object(keywords) => has_reference(keywords, target),
            _ => false,
        }),
        _ => false,
    })
}
