//! The where clause of an impl: the type's own, what `bound` says, and what is inferred.
//!
//! Inferred as serde infers it: a bound on each type parameter that a written field mentions, except in `PhantomData`.
//! Bounds on whole field types would be more exact, but a recursive type never gets to the end of proving them, and they
//! put private types into public signatures. So there is one only where an associated type stands within a type of which
//! nothing is known (`Id<T::Entity>`): serde has no bound there, since its traits' associated types carry one.
//!
//! Bounds that users wrote for serde name serde's trait, and so does this one's where clause then. What is certain to be
//! written gets a bound of this trait beside it, whatever the user wrote.

mod walk;

use crate::attr::{At, Foreign, Namespace};
use crate::model::{Container, Data, Field, Style, Variant};
use crate::policy::{FieldPolicies, Value};
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::{
    BoundLifetimes, GenericArgument, GenericParam, Generics, PathArguments, Token, Type, TypeParamBound, WherePredicate,
};
use walk::{Bounded, Walk};

/// The traits that a bound may name, as tokens.
pub(crate) struct Traits<'a> {
    pub(crate) value: &'a TokenStream,
    /// Serde's own, of what is written through it.
    pub(crate) serialize: &'a TokenStream,
}

/// The predicates of the where clause, each followed by a comma.
pub(crate) fn predicates(container: &Container, traits: &Traits) -> TokenStream {
    let mut predicates = Predicates { tokens: declared(container), texts: Vec::new() };
    let of_fields =
        container.fields().map(|(_, field)| (&field.attrs.bound, BySerde::of_function(field.serialize_with())));
    let of_variants = variants(container).map(|variant| {
        let by_serde = match variant.serialize_with() {
            None => BySerde::of_fields(variant.fields.iter()),
            foreign => BySerde::of_function(foreign),
        };
        (&variant.attrs.bound, by_serde)
    });
    let of_container = [(&container.attrs.bound, BySerde::of_fields(container.fields().map(|(_, field)| field)))];
    for (bound, by_serde) in of_fields.chain(of_variants).chain(of_container) {
        let Some(bound) = bound else { continue };
        for predicate in translated(bound, by_serde, traits) {
            predicates.push(&predicate);
        }
    }
    if container.input.generics.type_params().next().is_some() {
        of_written_fields(container, traits, &mut predicates);
    }
    predicates.tokens
}

/// Predicates without repetition.
struct Predicates {
    tokens: TokenStream,
    texts: Vec<String>,
}

impl Predicates {
    fn push(&mut self, predicate: &TokenStream) {
        let text = predicate.to_string();
        if !self.texts.contains(&text) {
            self.tokens.extend(quote!(#predicate,));
            self.texts.push(text);
        }
    }
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

/// A `bound`, with serde's traits in a `serde(bound = …)` replaced: `T: Serialize` is meant as a bound for writing. It is
/// kept as it stands where serde writes all that the bound is for, and kept beside this trait where it writes a part.
fn translated(
    bound: &At<Vec<WherePredicate>>,
    by_serde: BySerde,
    traits: &Traits,
) -> impl Iterator<Item = TokenStream> {
    let from_serde = bound.namespace == Namespace::Serde && by_serde != BySerde::All;
    bound.value.iter().map(move |predicate| match predicate {
        WherePredicate::Type(typed) if from_serde => {
            let (lifetimes, ty) = (&typed.lifetimes, &typed.bounded_ty);
            let bounds = typed.bounds.iter().filter_map(|bound| match serde_trait(bound) {
                None => Some(bound.to_token_stream()),
                Some(SerdeTrait::Serialize) => {
                    let value = traits.value;
                    Some(if by_serde == BySerde::Part { quote!(#value + #bound) } else { value.clone() })
                }
                Some(SerdeTrait::Deserialize) => None,
            });
            quote!(#lifetimes #ty: #(#bounds)+*)
        }
        other => other.to_token_stream(),
    })
}

/// How much of what a bound is for is written by serde's serializer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BySerde {
    Nothing,
    Part,
    All,
}

impl BySerde {
    fn of_function(foreign: Option<&Foreign>) -> Self {
        match foreign {
            Some(Foreign::Serde(..) | Foreign::Serialize) => Self::All,
            Some(Foreign::Fallback) => Self::Part,
            Some(Foreign::Json(_)) | None => Self::Nothing,
        }
    }

    fn of_fields<'a>(mut fields: impl Iterator<Item = &'a Field<'a>>) -> Self {
        let of_field = |field: &Field| Self::of_function(field.serialize_with()) != Self::Nothing;
        if fields.any(of_field) { Self::Part } else { Self::Nothing }
    }
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

/// What follows from the types of the fields that their own trait writes.
fn of_written_fields(container: &Container, traits: &Traits, predicates: &mut Predicates) {
    let (own, generics) = (&container.input.ident, &container.input.generics);
    let walk = || Walk::new(own, generics);
    // Of fields whose bounds are inferred, of those whose bounds are stated, and of those that serde writes.
    let (mut inferred, mut stated, mut foreign) = (walk(), walk(), walk());
    for (variant, field) in container.fields() {
        match writer_of_field(container, variant, field) {
            None => {}
            Some(Writer::Serde) if has_bound(container, variant, field) => {}
            Some(Writer::Serde) => foreign.field(field.ty()),
            Some(Writer::Own) if has_bound(container, variant, field) => stated.field(field.ty()),
            Some(Writer::Own) => inferred.field(field.ty()),
        }
    }
    let Traits { value, serialize } = traits;
    for found in inferred.found() {
        let ty = found.ty;
        predicates.push(&quote!(#ty: #value));
    }
    for ty in inferred.unknown().filter(|ty| !mentions_itself(container, ty)) {
        predicates.push(&quote!(#ty: #value));
    }
    for found in foreign.found() {
        let ty = found.ty;
        predicates.push(&quote!(#ty: #serialize));
    }
    for found in stated.found().filter(|found| found.written) {
        let ty = found.ty;
        predicates.push(&quote!(#ty: #value));
    }
    for (lifetimes, ty) in declared_for_serde(generics) {
        let is_mentioned = |walk: &Walk| match ty.as_param() {
            Some(param) => walk.found().any(|found| found.ty.as_param() == Some(param)),
            None => walk.unknown().next().is_some() || walk.found().next().is_some(),
        };
        if is_mentioned(&inferred) || is_mentioned(&stated) {
            predicates.push(&quote!(#lifetimes #ty: #value));
        }
    }
}

/// By whose trait a field is written.
enum Writer {
    Own,
    Serde,
}

/// `None` for fields that are left out, or written by a function or a policy.
fn writer_of_field(container: &Container, variant: Option<&Variant>, field: &Field) -> Option<Writer> {
    let skipped_newtype_is_written = match &container.data {
        Data::Struct(style, _) => *style == Style::Newtype,
        _ => false,
    };
    if !(field.is_written() || skipped_newtype_is_written)
        || container.attrs.policies.display.is_some()
        || variant.is_some_and(|variant| !variant.is_written() || variant.serialize_with().is_some())
        || matches!(FieldPolicies::of(container, field).value, Value::Own(_))
    {
        return None;
    }
    match field.serialize_with() {
        Some(Foreign::Json(_) | Foreign::Serde(..)) => None,
        Some(Foreign::Serialize) => Some(Writer::Serde),
        Some(Foreign::Fallback) | None => Some(Writer::Own),
    }
}

/// Whether the user states what is to be known of the field's type.
fn has_bound(container: &Container, variant: Option<&Variant>, field: &Field) -> bool {
    container.attrs.bound.is_some()
        || field.attrs.bound.is_some()
        || variant.is_some_and(|variant| variant.attrs.bound.is_some())
}

/// Where the type declares its parameters, what is bounded by serde's `Serialize`, with the `for<…>` in front.
fn declared_for_serde(generics: &Generics) -> impl Iterator<Item = (Option<&BoundLifetimes>, Bounded<'_>)> {
    let for_serde = |bounds: &Punctuated<TypeParamBound, Token![+]>| {
        bounds.iter().any(|bound| matches!(serde_trait(bound), Some(SerdeTrait::Serialize)))
    };
    let of_params = generics.type_params().filter(move |param| for_serde(&param.bounds));
    let of_params = of_params.map(|param| (None, Bounded::Param(&param.ident)));
    let clauses = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let of_clauses = clauses.filter_map(move |predicate| match predicate {
        WherePredicate::Type(typed) if for_serde(&typed.bounds) => {
            let is_param = |param: &Ident| matches!(&typed.bounded_ty, Type::Path(ty) if ty.path.is_ident(param));
            let param = generics.type_params().map(|param| &param.ident).find(|param| is_param(param));
            Some((typed.lifetimes.as_ref(), param.map_or(Bounded::Type(&typed.bounded_ty), Bounded::Param)))
        }
        _ => None,
    });
    of_params.chain(of_clauses)
}

/// Whether the type that is derived for is named in `ty`: a bound on `ty` would have to be proven by itself.
fn mentions_itself(container: &Container, ty: &Type) -> bool {
    mentions(ty.to_token_stream(), &|ident| *ident == container.input.ident || ident == "Self")
}

/// Whether a parameter of the container is named in `ty`, other than a lifetime.
pub(crate) fn mentions_param(container: &Container, ty: &Type) -> bool {
    mentions(ty.to_token_stream(), &|ident| {
        container.input.generics.params.iter().any(|param| match param {
            GenericParam::Type(param) => param.ident == *ident,
            GenericParam::Const(param) => param.ident == *ident,
            GenericParam::Lifetime(_) => false,
        })
    })
}

/// Whether an identifier that is meant stands in the tokens, other than behind `::`.
fn mentions(tokens: TokenStream, is_meant: &impl Fn(&Ident) -> bool) -> bool {
    let mut qualified = false;
    tokens.into_iter().any(|token| match token {
        TokenTree::Punct(punct) => {
            qualified = punct.as_char() == ':';
            false
        }
        TokenTree::Ident(ident) => !std::mem::take(&mut qualified) && is_meant(&ident),
        TokenTree::Group(group) => {
            qualified = false;
            mentions(group.stream(), is_meant)
        }
        TokenTree::Literal(_) => false,
    })
}

/// The type with `'static` for each lifetime; `None` if it depends on a parameter of another kind, or names `Self`.
pub(crate) fn for_any_lifetime(container: &Container, ty: &Type) -> Option<TokenStream> {
    if mentions_param(container, ty) || mentions(ty.to_token_stream(), &|ident| ident == "Self") {
        return None;
    }
    let lifetimes: Vec<&Ident> = container.input.generics.lifetimes().map(|param| &param.lifetime.ident).collect();
    Some(if lifetimes.is_empty() { ty.to_token_stream() } else { with_static(ty.to_token_stream(), &lifetimes) })
}

fn with_static(tokens: TokenStream, lifetimes: &[&Ident]) -> TokenStream {
    let mut after_quote = false;
    let tokens = tokens.into_iter().map(|token| {
        let names_lifetime = std::mem::take(&mut after_quote);
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                after_quote = true;
                TokenTree::Punct(punct)
            }
            TokenTree::Ident(ident) if names_lifetime && lifetimes.contains(&&ident) => {
                TokenTree::Ident(Ident::new("static", ident.span()))
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), with_static(group.stream(), lifetimes));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            other => other,
        }
    });
    tokens.collect()
}

/// Whether a type with two type arguments stands in `ty`.
pub(crate) fn may_be_map(ty: &Type) -> bool {
    match ty {
        Type::Array(ty) => may_be_map(&ty.elem),
        Type::Slice(ty) => may_be_map(&ty.elem),
        Type::Tuple(ty) => ty.elems.iter().any(may_be_map),
        Type::Group(ty) => may_be_map(&ty.elem),
        Type::Paren(ty) => may_be_map(&ty.elem),
        Type::Reference(ty) => may_be_map(&ty.elem),
        Type::Path(ty) => ty.path.segments.iter().any(|segment| {
            let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return false };
            let types = || {
                arguments.args.iter().filter_map(|argument| match argument {
                    GenericArgument::Type(ty) => Some(ty),
                    _ => None,
                })
            };
            types().count() >= 2 || types().any(may_be_map)
        }),
        _ => false,
    }
}

/// The parameters as an impl declares them: without defaults.
pub(crate) fn impl_params(container: &Container) -> TokenStream {
    impl_params_of(&container.input.generics)
}

/// The same of any generics.
pub(crate) fn impl_params_of(generics: &Generics) -> TokenStream {
    let params = generics.params.iter().map(|param| match param {
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
