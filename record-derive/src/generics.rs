//! The where clause of an impl: the type's own, what `bound` says, and what is inferred.
//!
//! Inferred as serde infers it: a bound on each type parameter that a written field mentions, except in `PhantomData`.
//! Bounds on whole field types would be more exact. But the compiler never finishes proving them for a recursive type,
//! and they put private types into public signatures. So there is one only for an associated type that no bound can
//! name. It stands within an unknown type (`Id<T::Entity>`). Or the type has a parameter with a trait of the user's
//! (`Page<M>`), or one whose bound the user states by such a trait. serde has no bound there, since the traits and
//! their associated types carry one.
//!
//! Bounds that users wrote for serde name serde's trait, and so does this one's where clause then. Types that are
//! certain to be written get a bound of this trait beside it, whatever the user wrote.

mod walk;

use crate::attr::policy::Name;
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
    /// The fields that are asked.
    pub(crate) purpose: Purpose,
}

/// The purpose of the bounds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Writing,
    /// A field that names the type of its schema needs no bound on its own.
    Schema,
}

/// The predicates of the where clause, each followed by a comma.
pub(crate) fn predicates(container: &Container, traits: &Traits) -> TokenStream {
    collected(container, traits).tokens
}

/// The same, and the parameters that are bounded by the trait.
pub(crate) fn predicates_and_params<'c>(container: &'c Container, traits: &Traits) -> (TokenStream, Vec<&'c Ident>) {
    let predicates = collected(container, traits);
    let params = container.input.generics.type_params().map(|param| &param.ident);
    let params = params.filter(|param| predicates.has_bound(Bounded::Param(param))).collect();
    (predicates.tokens, params)
}

fn collected(container: &Container, traits: &Traits) -> Predicates {
    let mut predicates = Predicates { tokens: declared(container), texts: Vec::new(), bounded: Vec::new() };
    for (bound, by_serde) in stated_bounds(container) {
        for (predicate, bounded) in translated(bound, by_serde, traits) {
            predicates.push(&predicate);
            predicates.bounded.extend(bounded.map(|ty| ty.to_token_stream().to_string()));
        }
    }
    if container.input.generics.type_params().next().is_some() {
        of_written_fields(container, traits, &mut predicates);
    }
    predicates
}

/// Every `bound`, and how much of what it is for serde writes.
fn stated_bounds<'c>(container: &'c Container) -> impl Iterator<Item = (&'c At<Vec<WherePredicate>>, BySerde)> {
    let of_fields =
        container.fields().map(|(_, field)| (field.attrs.bound.as_ref(), BySerde::of_function(field.serialize_with())));
    let of_variants = variants(container).map(|variant| {
        let by_serde = match variant.serialize_with() {
            None => BySerde::of_fields(variant.fields.iter()),
            foreign => BySerde::of_function(foreign),
        };
        (variant.attrs.bound.as_ref(), by_serde)
    });
    let of_container =
        [(container.attrs.bound.as_ref(), BySerde::of_fields(container.fields().map(|(_, field)| field)))];
    of_fields.chain(of_variants).chain(of_container).filter_map(|(bound, by_serde)| Some((bound?, by_serde)))
}

/// Predicates without repetition.
struct Predicates {
    tokens: TokenStream,
    texts: Vec<String>,
    /// The types that are bounded by this trait.
    bounded: Vec<String>,
}

impl Predicates {
    fn bound(&mut self, lifetimes: Option<&BoundLifetimes>, ty: Bounded, by: &TokenStream) {
        self.push(&quote!(#lifetimes #ty: #by));
    }

    fn bound_by_value(&mut self, lifetimes: Option<&BoundLifetimes>, ty: Bounded, traits: &Traits) {
        self.bound(lifetimes, ty, traits.value);
        self.bounded.push(ty.to_token_stream().to_string());
    }

    fn has_bound(&self, ty: Bounded) -> bool {
        self.bounded.contains(&ty.to_token_stream().to_string())
    }

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
///
/// Beside each stands the type that is bounded by this trait, if one is.
fn translated<'b>(
    bound: &'b At<Vec<WherePredicate>>,
    by_serde: BySerde,
    traits: &Traits,
) -> impl Iterator<Item = (TokenStream, Option<&'b Type>)> {
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
            let is_written = typed.bounds.iter().any(|bound| matches!(serde_trait(bound), Some(SerdeTrait::Serialize)));
            (quote!(#lifetimes #ty: #(#bounds)+*), is_written.then_some(ty))
        }
        other => (other.to_token_stream(), None),
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

/// The bounds that follow from the types of fields which their own trait writes.
fn of_written_fields(container: &Container, traits: &Traits, predicates: &mut Predicates) {
    let (own, generics) = (&container.input.ident, &container.input.generics);
    let walk = || Walk::new(own, generics);
    // Of fields whose bounds are inferred, of those whose bounds are stated for serde or for this trait, and of those
    // that serde writes.
    let (mut inferred, mut stated, mut exact, mut foreign) = (walk(), walk(), walk(), walk());
    for (variant, field) in container.fields() {
        if traits.purpose == Purpose::Schema && field.attrs.schema.is_some() {
            continue;
        }
        match (writer_of_field(container, variant, field), stated_for(container, variant, field)) {
            (None, _) | (Some(Writer::Serde), Some(_)) => {}
            (Some(Writer::Serde), None) => foreign.field(field),
            (Some(Writer::Own), Some(Namespace::Serde)) => stated.field(field),
            (Some(Writer::Own), Some(Namespace::Json)) => exact.field(field),
            (Some(Writer::Own), None) => inferred.field(field),
        }
    }
    for found in inferred.found() {
        predicates.bound_by_value(None, found.ty, traits);
    }
    for found in foreign.found() {
        predicates.bound(None, found.ty, traits.serialize);
    }
    for found in stated.found().chain(exact.found()).filter(|found| found.written) {
        predicates.bound_by_value(None, found.ty, traits);
    }
    let mut into = walk();
    if let Some(At { value: ty, .. }) = &container.attrs.into {
        into.written(ty);
    }
    let walks = [&inferred, &stated, &exact, &into];
    let mentions = |param: &Ident| walks.iter().any(|walk| walk.mentions(param));
    let writes_any = walks.iter().any(|walk| walk.unknown().next().is_some() || walk.found().next().is_some());
    for (lifetimes, ty) in declared_for_serde(generics) {
        if ty.as_param().map_or(writes_any, mentions) {
            predicates.bound_by_value(lifetimes, ty, traits);
        }
    }
    // These ask for nothing. But serde has the bound, and so the stated ones may leave it out.
    for param in inferred.for_serde().iter().filter(|param| stated.mentions(param)) {
        predicates.bound_by_value(None, Bounded::Param(param), traits);
    }
    let decides = |ty: &Bounded| ty.as_param().is_none_or(|param| has_own_trait(container, param));
    let of_stated = stated.unknown().filter(|unknown| {
        // Where a bound names it, or what it has, that is what is known of it.
        let is_named = |ty: &Bounded| match ty.as_param() {
            Some(param) => names_associated_type(container, param),
            None => predicates.has_bound(*ty),
        };
        unknown.mentioned.iter().any(|ty| decides(ty) && !is_named(ty))
    });
    // A parameter that is written itself is data, and the bound on it is enough. Types of data may lead to each other.
    let is_data = |ty: &Bounded| {
        inferred.found().any(|found| found.written && ty.as_param().is_some() && found.ty.as_param() == ty.as_param())
    };
    let of_others = inferred.unknown().chain(into.unknown());
    let of_others = of_others.filter(|unknown| unknown.mentioned.iter().any(|ty| decides(ty) && !is_data(ty)));
    let unknown = of_others.chain(of_stated);
    let unknown: Vec<&Type> = unknown.map(|unknown| unknown.ty).filter(|ty| !mentions_itself(container, ty)).collect();
    for ty in unknown {
        predicates.bound_by_value(None, Bounded::Type(ty), traits);
    }
}

/// Whether a parameter is bounded by a trait of which nothing is known: it may have associated types, or bring serde's
/// trait with it.
fn has_own_trait(container: &Container, param: &Ident) -> bool {
    const KNOWN: [&str; 19] = [
        "Any",
        "Clone",
        "Copy",
        "Debug",
        "Default",
        "Deserialize",
        "DeserializeOwned",
        "Display",
        "Eq",
        "Error",
        "Hash",
        "Ord",
        "PartialEq",
        "PartialOrd",
        "Send",
        "Serialize",
        "Sized",
        "Sync",
        "ZeroAllocJson",
    ];
    let generics = &container.input.generics;
    let is_own = |bound: &TypeParamBound| match bound {
        TypeParamBound::Trait(bound) => {
            let last = bound.path.segments.last();
            last.is_some_and(|last| !KNOWN.iter().any(|known| last.ident == known))
        }
        _ => false,
    };
    let in_place = generics.type_params().filter(|declared| declared.ident == *param).flat_map(|param| &param.bounds);
    let clauses = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let predicates = clauses.chain(stated_bounds(container).flat_map(|(bound, _)| &bound.value));
    let in_predicates = predicates.filter_map(|predicate| match predicate {
        WherePredicate::Type(typed) if is(&typed.bounded_ty, param) => Some(&typed.bounds),
        _ => None,
    });
    in_place.chain(in_predicates.flatten()).any(is_own)
}

/// Whether a `bound` is about an associated type of the parameter.
fn names_associated_type(container: &Container, param: &Ident) -> bool {
    let is_of_param = |predicate: &WherePredicate| match predicate {
        WherePredicate::Type(typed) => match &typed.bounded_ty {
            Type::Path(ty) => {
                let first = ty.path.segments.first().is_some_and(|first| first.ident == *param);
                ty.path.segments.len() > 1 && first || ty.qself.as_ref().is_some_and(|qself| is(&qself.ty, param))
            }
            _ => false,
        },
        _ => false,
    };
    stated_bounds(container).any(|(bound, _)| bound.value.iter().any(is_of_param))
}

/// Whether a type is the parameter.
fn is(ty: &Type, param: &Ident) -> bool {
    matches!(ty, Type::Path(ty) if ty.qself.is_none() && ty.path.is_ident(param))
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
        || container.attrs.policies.has(Name::Display)
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

/// For which trait the user states what is to be known of the field's type.
fn stated_for(container: &Container, variant: Option<&Variant>, field: &Field) -> Option<Namespace> {
    let of_variant = variant.and_then(|variant| variant.attrs.bound.as_ref());
    let bound = field.attrs.bound.as_ref().or(of_variant).or(container.attrs.bound.as_ref());
    bound.map(|bound| bound.namespace)
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
            let param = generics.type_params().map(|param| &param.ident).find(|param| is(&typed.bounded_ty, param));
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
