//! `#[derive(ZeroAllocJson)]`: a writer of its own for each type, which appends JSON to a buffer.
//!
//! Use it through `record_runtime`, which exports the macro beside the trait of the same name; the runtime's pages
//! describe what the writers do. In short, the expansion lists the constant texts of a type. It calls the runtime with
//! the fields, once for a struct and once for each variant of an enum. It contains no `unsafe`, and needs nothing in
//! scope.

#![forbid(unsafe_code)]

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::DeriveInput;

mod attr;
mod bridge;
mod case;
mod check;
mod deprecated;
mod errors;
mod expand;
mod generics;
mod model;
mod plan;
mod policy;
#[cfg(test)]
mod random_inputs;
#[cfg(test)]
mod snapshots;

#[cfg(not(record_stages))]
use attr::policy::policy_table;
use bridge::Bridges;
use check::check;
use errors::Errors;
use expand::{expand, fallback};
use model::Container;
use plan::Plan;

/// Implements `record_runtime::ZeroAllocJson` for a struct or an enum, so that it is written as `serde_json` writes it
/// with `#[derive(Serialize)]` and the same attributes.
///
/// ```
/// use record_runtime::ZeroAllocJson;
///
/// #[derive(ZeroAllocJson)]
/// #[serde(rename_all = "camelCase")]
/// struct User<'a> {
///     user_id: u64,
///     name: &'a str,
///     #[serde(skip_serializing_if = "Option::is_none")]
///     email: Option<String>,
/// }
///
/// let user = User { user_id: 7, name: "Ada", email: None };
/// assert_eq!(record_runtime::to_string(&user), r#"{"userId":7,"name":"Ada"}"#);
/// ```
///
/// # Attributes
///
/// Each may stand in `#[serde(…)]` or in `#[json(…)]`; where both set the same one, `json` wins. `tag`, `content` and
/// `untagged` are one choice: any of them in `json` replaces all of serde's.
///
/// | attribute | on | effect |
/// | --- | --- | --- |
/// | `rename = "…"` | container, variant, field | the name that is written |
/// | `rename_all = "…"` | container, variant | renames all fields, or all variants, by one of serde's eight rules |
/// | `rename_all_fields = "…"` | enum | renames the fields of all variants |
/// | `tag = "…"` | enum, struct | the variant's (or struct's) name as the first entry |
/// | `content = "…"` | enum | beside `tag`: the variant's content as a second entry |
/// | `untagged` | enum, variant | the content alone |
/// | `transparent` | struct | written as its one field |
/// | `into = "Type"` | container | cloned, converted by `Into`, and written as that type |
/// | `skip`, `skip_serializing` | field, variant | left out; a skipped variant is an error when it is met |
/// | `skip_serializing_if = "path"` | field | left out where `fn(&T) -> bool` says so |
/// | `flatten` | field | its entries stand among those of the struct |
/// | `bound = "…"` | container, variant, field | replaces the inferred bounds |
///
/// `rename`, `rename_all`, `rename_all_fields` and `bound` may also be split by direction, as in
/// `rename(serialize = "…")`.
///
/// These attributes name another writer for a field, or for a variant's content. In `#[json(…)]` the functions take a
/// `JsonWriter`; in `#[serde(…)]` they are those of serde, which take a serializer and need the runtime's feature
/// `serde`:
///
/// | attribute | on | effect |
/// | --- | --- | --- |
/// | `json(serialize_with = "path")` | field | written by `fn(&T, &mut JsonWriter<'_>)` |
/// | `json(serialize_with = "path")` | variant | its content is written by `fn(&A, &B, …, &mut JsonWriter<'_>)` |
/// | `json(with = "module")` | field, variant | the same with the function `module::write_json` |
/// | `serde(serialize_with = "path")` | field | written by `fn<S: Serializer>(&T, S) -> Result<S::Ok, S::Error>` |
/// | `serde(serialize_with = "path")` | variant | its content is written by `fn<S: Serializer>(&A, &B, …, S) -> …` |
/// | `serde(with = "module")` | field, variant | the same with the function `module::serialize` |
/// | `json(serde)` | container, variant, field | written by its type's `serde::Serialize`; needs the feature `serde` too. On a container or variant it holds for each field, and a field undoes it by `= false` |
/// | `json(serde = "fallback")` | container, variant, field | the same for fields whose type, as far as it is known without parameters, has no implementation of this trait |
///
/// How a type of another crate is written:
///
/// | attribute | on | effect |
/// | --- | --- | --- |
/// | `remote = "Other"` | container | defines how `Other` is written, whose fields must have the types that are given here; the type gets a function `write_json` instead of the trait, for `json(with = "Type")` |
/// | `getter = "path"` | field of a remote struct | reads the field by `fn(&Other) -> T` |
/// | `crate = "path"` | container | where the runtime is, if not at `::record_runtime` |
///
/// Policies, in `#[json(…)]` only. On a container they hold for all fields that they fit. A field undoes them by `= false`,
/// except `display`, `html_safe` and `ascii`. The rules are on the runtime's page `docs::attributes`:
///
/// | attribute | on | effect |
/// | --- | --- | --- |
#[doc = policy_table!()]
///
/// Attributes of serde's that concern only deserialization are accepted in `#[serde(…)]`, and so is its `crate`. Any
/// other attribute is an error.
///
/// For JSON Schemas, in `#[json(…)]` only; they need the runtime's feature `schema`:
///
/// | attribute | on | effect |
/// | --- | --- | --- |
/// | `json(schema)` | container | implements `record_runtime::schema::JsonSchema`, too, with the same names and policies |
/// | `json(schema = "Type")` | variant, field | its content or value has the schema of that type; needed where a function writes it |
///
/// # Bounds
///
/// Inferred as serde infers them: each type parameter that a written field mentions must implement the trait; in a
/// field with `json(serde)`, serde's. In a bound that is written in `#[serde(…)]`, serde's own traits are read as this
/// one (`Serialize`) or left out (`Deserialize`). Types that are certain to be written get a bound of this trait in any
/// case.
///
/// # Keys and flattened values
///
/// Any value can be the key of a map, or flattened; its text decides, and the error is that of `serde_json`. A field's
/// type without parameters that can never be written, such as `HashMap<Vec<u8>, u8>`, does not compile.
///
/// # Differences from serde
///
/// A key that would be written twice in one struct or variant is an error, unless both fields have a
/// `skip_serializing_if`. So is a `tag` on a `transparent` struct. As in serde, `skip` on the only field of a newtype
/// struct has no effect.
#[cfg(not(record_stages))]
#[proc_macro_derive(ZeroAllocJson, attributes(serde, json))]
pub fn derive_zero_alloc_json(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    match syn::parse(input) {
        Ok(input) => derive(&input).into(),
        Err(error) => error.into_compile_error().into(),
    }
}

/// The expansion of `record_runtime::bridge!`, behind the runtime's path.
#[doc(hidden)]
#[cfg(not(record_stages))]
#[proc_macro]
pub fn __bridge(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    match syn::parse::<Bridges>(input) {
        Ok(bridges) => bridges.into_token_stream().into(),
        Err(error) => error.into_compile_error().into(),
    }
}

/// The stages, for the fuzz targets: a macro can be called by the compiler only.
#[cfg(record_stages)]
#[must_use]
pub fn expansion(input: &DeriveInput) -> TokenStream {
    derive(input)
}

/// The expansion of `__bridge`, for the fuzz targets.
///
/// # Errors
/// The input is not a list of types.
#[cfg(record_stages)]
pub fn bridges(input: TokenStream) -> syn::Result<TokenStream> {
    syn::parse2::<Bridges>(input).map(|bridges| bridges.into_token_stream())
}

/// attributes → model → checks → plan → tokens
fn derive(input: &DeriveInput) -> TokenStream {
    let input = deprecated::without_reports(input);
    let mut errors = Errors::default();
    let container = Container::from_input(&input, &mut errors);
    check(&container, &mut errors);
    match errors.finish() {
        Ok(()) => expand(&container, &Plan::new(&container)),
        Err(errors) => {
            let mut tokens = errors.into_compile_error();
            tokens.extend(fallback(&container));
            tokens
        }
    }
}

/// The package's page, whose example runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
