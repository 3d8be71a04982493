//! JSON Schemas of types, from the same derive.
//!
//! Owns what is known of a type's texts without a value. Knows nothing of writing.
//!
//! `#[json(schema)]` on a type makes the derive implement [`JsonSchema`], too. Names, tags, optional fields and policies
//! are those of the writer, and doc comments are descriptions. [`document`] is the schema of a type as a
//! document of draft 2020-12, which is written like any other value:
//!
//! ```
//! # #[cfg(feature = "derive")] fn main() {
//! use record_runtime::{ZeroAllocJson, schema};
//!
//! /// Somebody who has an account.
//! #[derive(ZeroAllocJson)]
//! #[json(schema)]
//! #[serde(rename_all = "camelCase")]
//! struct User {
//!     #[json(as_string)]
//!     user_id: u64,
//!     /// As on the letterbox.
//!     name: String,
//!     #[json(skip_none)]
//!     email: Option<String>,
//! }
//!
//! assert_eq!(
//!     record_runtime::to_string_pretty(&schema::document::<User>()),
//!     r##"{
//!   "$schema": "https://json-schema.org/draft/2020-12/schema",
//!   "title": "User",
//!   "type": "object",
//!   "properties": {
//!     "userId": {
//!       "type": "string",
//!       "pattern": "^[0-9]+$"
//!     },
//!     "name": {
//!       "type": "string",
//!       "description": "As on the letterbox."
//!     },
//!     "email": {
//!       "type": "string"
//!     }
//!   },
//!   "required": [
//!     "userId",
//!     "name"
//!   ],
//!   "description": "Somebody who has an account."
//! }"##
//! );
//! # }
//! # #[cfg(not(feature = "derive"))] fn main() {}
//! ```
//!
//! # Which texts a schema allows
//!
//! A schema allows every text that the type's writer can write. It refuses a text in which a field that is always
//! written is missing, a value has another type, or a tag names no variant. Fields that it does not name are allowed,
//! so that a service can add one.
//!
//! - A float may be `null`, since NaN and the infinities are written so. Under `non_finite = "error"` it is a number
//!   alone, and in all types by [`Generator::finite_floats`].
//! - Fields with `view` may be missing; [`Generator::view`] gives the schema for one view.
//! - Texts under a mask miss fields that are required. [`Masked<T>`](crate::Masked) has the schema of a `T` under any mask:
//!   types with `field_mask` require no field there. The tags of enums are required as ever.
//! - Under `redact` a string begins with `***`, but in the schema for the view [`Unredacted`](crate::Unredacted).
//! - Untagged variants are tried by all of their content (`anyOf`), tagged ones by their tag (`oneOf`).
//! - `format` is an annotation of most texts: a year beyond 9999 has none of the form `date-time`.
//! - Sets do not say `uniqueItems`: different values may have equal texts.
//! - `html_safe`, `ascii` and `sort_keys` change no value, so they change no schema.
//!
//! # Fields of other types
//!
//! Each field's type needs a schema. Types of the standard library and of this crate's features have one. For others
//! the field names a type that has the same texts, or [`Any`]:
//!
//! ```
//! # #[cfg(feature = "derive")] fn main() {
//! use record_runtime::{JsonWriter, ZeroAllocJson, schema};
//!
//! fn write_hash(hash: &[u8; 2], w: &mut JsonWriter<'_>) {
//!     w.fmt(format_args!("{:02x}{:02x}", hash[0], hash[1]));
//! }
//!
//! #[derive(ZeroAllocJson)]
//! #[json(schema)]
//! struct Upload<'a> {
//!     #[json(serialize_with = "write_hash", schema = "String")]
//!     hash: [u8; 2],
//!     #[json(raw, schema = "schema::Any")]
//!     extra: &'a str,
//! }
//! # let upload = Upload { hash: [1, 2], extra: "{}" };
//! # assert_eq!(record_runtime::to_string(&upload), r#"{"hash":"0102","extra":{}}"#);
//! # }
//! # #[cfg(not(feature = "derive"))] fn main() {}
//! ```
//!
//! A type whose writer is implemented by hand implements [`JsonSchema`] by hand.
//!
//! # Definitions
//!
//! Derived types are in `$defs`, and stand as `$ref` wherever they are used, so that recursive types have a schema. A
//! type's name there is that of the type, or its `rename`. A generic type has its arguments behind that, as in
//! `Page_User`. Of two types with the same name, such as two of different modules, the second one is `User2`.
//!
//! # Components of other documents
//!
//! [`Generator::for_openapi`] makes the object `components.schemas` of [OpenAPI](https://spec.openapis.org/oas/v3.1.0)
//! 3.1. A document of `utoipa` takes it in as JSON, and its paths refer to it by
//! `body = ref("#/components/schemas/User")`.

pub(crate) mod derived;
mod flatten;
mod foreign;
mod generator;
mod keys;
mod name;
pub(crate) mod policy;
mod standard;
mod tree;

pub use generator::{Generator, JsonSchema};
pub use name::Name;
pub use standard::Any;
pub use tree::{Schema, Value};

/// The schema of a type as a document.
///
/// With `"$schema"`, the type's name as `"title"`, and all types that it leads to as `"$defs"`.
#[must_use]
pub fn document<T: JsonSchema + ?Sized>() -> Schema {
    Generator::new().into_document::<T>()
}
