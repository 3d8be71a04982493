//! The where clause of an impl: the type's own, what `bound` says, and what is inferred.
//!
//! Inferred as serde infers it: a bound on each type parameter that a written field mentions, except in `PhantomData`,
//! and on associated types (`T::Item`) as they stand. Bounds on whole field types would be more exact, but a recursive
//! type never gets to the end of proving them, and they put private types into public signatures. Where serde has one
//! trait, there are three here, so the walk keeps track of the role in which a parameter is used: the keys of maps
//! need `JsonKey`, and what is flattened `JsonObject`.

mod walk;

use crate::attr::{At, Foreign, Namespace};
use crate::model::{Container, Data, Field, Style, Tagging, Variant};
use crate::policy::{FieldPolicies, Value};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::{GenericParam, Generics, Type, TypeParamBound, WherePredicate};
use walk::{Role, Walk};

/// The traits that a bound may name, as tokens.
pub(crate) struct Traits<'a> {
    pub(crate) value: &'a TokenStream,
    pub(crate) key: &'a TokenStream,
    pub(crate) object: &'a TokenStream,
    /// Serde's own, of what is written through it.
    pub(crate) serialize: &'a TokenStream,
}

/// The predicates of the where clause, each followed by a comma.
pub(crate) fn predicates(container: &Container, traits: &Traits) -> TokenStream {
    let mut tokens = declared(container);
    let of_fields = container.fields().map(|(_, field)| (&field.attrs.bound, field.serialize_with()));
    let of_variants = variants(container).map(|variant| (&variant.attrs.bound, variant.serialize_with()));
    let of_container = [(&container.attrs.bound, None)];
    for (bound, foreign) in of_fields.chain(of_variants).chain(of_container) {
        let Some(bound) = bound else { continue };
        for predicate in translated(bound, foreign, traits) {
            tokens.extend(quote!(#predicate,));
        }
    }
    if container.attrs.bound.is_none() && container.input.generics.type_params().next().is_some() {
        tokens.extend(inferred(container, traits));
    }
    tokens
}

/// The where clause that the type itself has.
pub(crate) fn declared(container: &Container) -> TokenStream {
    let mut tokens = TokenStream::new();
    if let Some(clause) = &container.input.generics.where_clause {
        for predicate in &clause.predicates {
            tokens.extend(quote!(#predicate,));
        }
    }
    tokens
}

fn variants<'c, 'a>(container: &'c Container<'a>) -> impl Iterator<Item = &'c Variant<'a>> {
    let variants: &[_] = match &container.data {
        Data::Enum(variants) => variants,
        _ => &[],
    };
    variants.iter()
}

/// A `bound`, with serde's traits in a `serde(bound = …)` replaced: `T: Serialize` is meant as a bound for writing. But
/// not beside what is `foreign` and takes serde's serializer: there it is meant as it stands.
fn translated(
    bound: &At<Vec<WherePredicate>>,
    foreign: Option<&Foreign>,
    traits: &Traits,
) -> impl Iterator<Item = TokenStream> {
    let takes_serializer = matches!(foreign, Some(Foreign::Serde(..) | Foreign::Serialize));
    let from_serde = bound.namespace == Namespace::Serde && !takes_serializer;
    bound.value.iter().map(move |predicate| match predicate {
        WherePredicate::Type(typed) if from_serde => {
            let (lifetimes, ty) = (&typed.lifetimes, &typed.bounded_ty);
            let bounds = typed.bounds.iter().filter_map(|bound| match serde_trait(bound) {
                None => Some(bound.to_token_stream()),
                Some(SerdeTrait::Serialize) => Some(traits.value.clone()),
                Some(SerdeTrait::Deserialize) => None,
            });
            quote!(#lifetimes #ty: #(#bounds)+*)
        }
        other => other.to_token_stream(),
    })
}

enum SerdeTrait {
    Serialize,
    Deserialize,
}

fn serde_trait(bound: &TypeParamBound) -> Option<SerdeTrait> {
    let TypeParamBound::Trait(bound) = bound else {
        return None;
    };
    let segment = bound.path.segments.last()?;
    let last = &segment.ident;
    if last == "Serialize" && segment.arguments.is_none() {
        Some(SerdeTrait::Serialize)
    } else if last == "Deserialize" || last == "DeserializeOwned" {
        Some(SerdeTrait::Deserialize)
    } else {
        None
    }
}

fn inferred(container: &Container, traits: &Traits) -> TokenStream {
    let mut walk = Walk::new(&container.input.ident, &container.input.generics);
    for (variant, field) in container.fields() {
        if let Some(role) = role_of_field(container, variant, field) {
            walk.ty(field.ty(), role);
        }
    }
    walk.predicates(traits)
}

/// The role of what the field holds, if it is written by its own trait and says nothing of its bounds.
fn role_of_field(container: &Container, variant: Option<&Variant>, field: &Field) -> Option<Role> {
    let skipped_newtype_is_written = match &container.data {
        Data::Struct(style, _) => *style == Style::Newtype,
        _ => false,
    };
    if !(field.is_written() || skipped_newtype_is_written)
        || matches!(field.serialize_with(), Some(Foreign::Json(_) | Foreign::Serde(..)))
        || field.attrs.bound.is_some()
        || container.attrs.policies.display.is_some()
        || matches!(FieldPolicies::of(container, field).value, Value::Own(_))
    {
        return None;
    }
    if let Some(variant) = variant {
        let attrs = &variant.attrs;
        if !variant.is_written() || variant.serialize_with().is_some() || attrs.bound.is_some() {
            return None;
        }
    }
    if let Some(Foreign::Serialize) = field.serialize_with() {
        return Some(Role::Serialize);
    }
    let tagged_newtype = variant.is_some_and(|variant| {
        variant.style == Style::Newtype && matches!(variant.tagging(&container.tagging), Tagging::Internal { .. })
    });
    if field.attrs.flatten.is_some() || tagged_newtype { Some(Role::Object) } else { Some(Role::Value) }
}

/// Whether a type parameter of the container is named in `ty`.
pub(crate) fn mentions_param(container: &Container, ty: &Type) -> bool {
    fn any(tokens: TokenStream, params: &Generics) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(ident) => params.type_params().any(|param| param.ident == ident),
            TokenTree::Group(group) => any(group.stream(), params),
            _ => false,
        })
    }
    any(ty.to_token_stream(), &container.input.generics)
}

/// The parameters as an impl declares them: without defaults.
pub(crate) fn impl_params(container: &Container) -> TokenStream {
    let params = container.input.generics.params.iter().map(|param| match param {
        GenericParam::Lifetime(param) => param.to_token_stream(),
        GenericParam::Type(param) => {
            let (attrs, ident, bounds) = (&param.attrs, &param.ident, &param.bounds);
            let colon = (!bounds.is_empty()).then(|| quote!(:));
            quote!(#(#attrs)* #ident #colon #bounds)
        }
        GenericParam::Const(param) => {
            let (attrs, ident, ty) = (&param.attrs, &param.ident, &param.ty);
            quote!(#(#attrs)* const #ident: #ty)
        }
    });
    quote!(#(#params),*)
}

#[cfg(test)]
mod tests;
