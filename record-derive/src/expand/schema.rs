//! The implementation of `JsonSchema`, of what the plan writes.
//!
//! Only the compiler knows what a policy of a whole type does with a field. It is asked by the writer's own wrapper, in a
//! function that is never called. `|__v| IfFits::<AsString, _>::new(__v).or(__v)` returns what is written.

use super::body::{Fields, located_at};
use super::{Expansion, Paths, call_site_at, type_span};
use crate::attr::policy::Name;
use crate::attr::{At, Foreign};
use crate::generics::{self, Purpose, Traits, mentions_param};
use crate::model::{Data, Field, Style, Tagging, Variant};
use crate::plan::{Body, Masks, Plan, Presence, Slot, Source, Splice, Writer};
use crate::policy::{Omission, Standard, Value, When, is_written_as_its_type};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use std::collections::HashSet;
use syn::{Attribute, Expr, ExprLit, GenericParam, Lit, Meta, Type};

impl Expansion<'_, '_> {
    /// ```text
    /// #[automatically_derived]
    /// impl<T> ::record_runtime::schema::JsonSchema for Type<T> where … {
    ///     fn name() -> ::record_runtime::schema::Name {
    ///         ::record_runtime::schema::Name::new("Type").argument(<T as …>::name())
    ///     }
    ///     fn schema(__g: &mut ::record_runtime::schema::Generator) -> ::record_runtime::schema::Schema { … }
    /// }
    /// ```
    /// Without a plan it allows all.
    pub(super) fn schema_impl(&self, plan: Option<&Plan>) -> Option<TokenStream> {
        let span = call_site_at(self.container.attrs.schema?);
        // An error of a feature that is off is reported at the attribute.
        let schema = located_at(&self.paths.schema, span);
        let private = &self.paths.private;
        let builders = located_at(&quote!(#private::schema), span);
        let (params, ty) = (generics::impl_params(self.container), self.own_type());
        let (predicates, arguments) = match plan {
            Some(_) => self.schema_predicates(&schema),
            None => (generics::declared(self.container), Vec::new()),
        };
        let name = &self.container.name;
        let arguments = self.container.input.generics.params.iter().filter_map(|param| match param {
            GenericParam::Type(param) if arguments.contains(&&param.ident) => {
                let ident = &param.ident;
                Some(quote!(.argument(<#ident as #schema::JsonSchema>::name())))
            }
            GenericParam::Const(param) => {
                let ident = &param.ident;
                Some(quote!(.constant(#ident)))
            }
            GenericParam::Type(_) | GenericParam::Lifetime(_) => None,
        });
        let takes_masks = plan.and_then(|plan| self.schema_takes_masks(&schema, plan));
        let imports = plan.map(|_| self.policy_imports());
        let body = plan.map_or_else(any, |plan| self.schema_body(plan));
        let described = described(&self.container.input.attrs);
        Some(quote! {
            #[automatically_derived]
            impl<#params> #schema::JsonSchema for #ty where #predicates {
                #takes_masks
                fn name() -> #schema::Name { #schema::Name::new(#name) #(#arguments)* }
                fn schema(__g: &mut #schema::Generator) -> #schema::Schema {
                    use #builders as __schema;
                    #imports
                    #body #described
                }
            }
        })
    }

    /// `const __TAKES_MASKS: ::core::primitive::bool = true;`, or that of the type that is written in its place.
    fn schema_takes_masks(&self, schema: &TokenStream, plan: &Plan) -> Option<TokenStream> {
        let takes = match &plan.masks {
            Masks::None => return None,
            Masks::Own(_) => quote!(true),
            Masks::Through(through) => {
                let other = self.other(*through)?;
                quote!(<#other as #schema::JsonSchema>::__TAKES_MASKS)
            }
        };
        Some(quote!(const __TAKES_MASKS: ::core::primitive::bool = #takes;))
    }

    /// Those of the writer, and the same for schemas; and the parameters that have one.
    fn schema_predicates(&self, schema: &TokenStream) -> (TokenStream, Vec<&Ident>) {
        let value = quote!(#schema::JsonSchema);
        let Paths { serialize, private, .. } = &self.paths;
        let traits = Traits { value: &value, serialize, purpose: Purpose::Schema };
        let (of_types, params) = generics::predicates_and_params(self.container, &traits);
        let mut predicates = self.predicates();
        predicates.extend(of_types);
        let depends = |ty: &Type| mentions_param(self.container, ty);
        for (variant, field) in self.container.fields() {
            let of_variant = variant.and_then(|variant| variant.attrs.schema.as_ref());
            if let Some(At { value: ty, .. }) = of_variant.or(field.attrs.schema.as_ref()) {
                predicates.extend(depends(ty).then(|| quote!(#ty: #value,)));
            } else if field.attrs.bound.is_none()
                && field.is_written()
                && depends(field.ty())
                && let Value::Own(policy) = &self.policies_of(field).value
            {
                let (ty, policy) = (field.ty(), self.policy(policy));
                predicates.extend(quote!(#ty: #private::schema::SchemaAs<#policy>,));
            }
        }
        (predicates, params)
    }

    fn schema_body(&self, plan: &Plan) -> TokenStream {
        match (&plan.writer, &self.container.data) {
            (Writer::Display, _) => quote!(__schema::Schema::of_type("string")),
            (Writer::Into, _) => {
                self.container.attrs.into.as_ref().map_or_else(any, |At { value: ty, .. }| quote!(__g.of::<#ty>()))
            }
            (Writer::Repr, Data::Enum(variants)) => {
                let number = Ident::new(self.container.discriminant_type(), Span::call_site());
                let variants = variants.iter().filter(|variant| variant.is_written()).map(|variant| {
                    let (ident, description) = (&variant.original.ident, described(&variant.original.attrs));
                    constant("integer", &quote!(Self::#ident as ::core::primitive::#number), &description)
                });
                quote!({ let mut __e = __schema::Variants::new(); #(#variants)* __e.one_of() })
            }
            (Writer::Struct(body), Data::Struct(style, fields)) => {
                let fields = Fields { list: fields, variant: None, masks: None, floats: &[] };
                if let Body::Value(slot) = body {
                    return self.value_in(*slot, &fields);
                }
                let tag = match &self.container.tagging {
                    Tagging::Internal { tag } => Some((tag.as_str(), self.container.name.as_str())),
                    _ => None,
                };
                self.content(*style, tag, &slots(Some(body)), &fields)
            }
            (Writer::Enum(bodies), Data::Enum(variants)) => self.variants(variants.iter().zip(bodies.iter().map(Some))),
            (Writer::Constants, Data::Enum(variants)) => self.variants(variants.iter().map(|variant| (variant, None))),
            _ => any(),
        }
    }

    /// The schema of fields in the given style.
    fn content(&self, style: Style, tag: Option<(&str, &str)>, slots: &[Slot], fields: &Fields) -> TokenStream {
        match (style, slots) {
            (Style::Unit, _) => quote!(__schema::Schema::of_type("null")),
            (Style::Newtype, [slot]) => self.value_in(*slot, fields),
            (Style::Named, _) => {
                let tag = tag.map(|(key, name)| quote!(__o.tag(#key, #name);));
                let fields = slots.iter().map(|slot| self.entry(*slot, fields));
                quote!({ let mut __o = __schema::Object::new(); #tag #(#fields)* __o.finish() })
            }
            (Style::Tuple | Style::Newtype, _) => {
                let elements = slots.iter().map(|slot| {
                    let (presence, value) = (self.presence(*slot, fields), self.unmasked(self.value_in(*slot, fields)));
                    quote!(__t.element(#presence, #value);)
                });
                quote!({ let mut __t = __schema::Tuple::new(); #(#elements)* __t.finish() })
            }
        }
    }

    /// `__o.field("key", presence, schema);`, or `__o.flatten(presence, &schema, __g);`
    fn entry(&self, slot: Slot, fields: &Fields) -> TokenStream {
        let Some(field) = fields.get(slot) else { return TokenStream::new() };
        let (mut presence, value) = (self.presence(slot, fields), self.value_in(slot, fields));
        if self.takes_masks() {
            presence = quote!(#presence.under_mask(__g));
        }
        let key = &field.name;
        let described = described(&field.original.attrs);
        let add = |presence: TokenStream| match slot.splice {
            Splice::Whole => quote!(__o.field(#key, #presence, #value #described);),
            Splice::Entries => quote!({ let __s = #value; __o.flatten(#presence, &__s, __g); }),
        };
        if field.has_view() {
            // The types of what is not shown are not named either.
            let add = add(quote!(__p));
            return quote!({ let __p = #presence; if __p.may_be() { #add } });
        }
        add(presence)
    }

    /// Whether a field is there, as an expression.
    fn presence(&self, slot: Slot, fields: &Fields) -> TokenStream {
        let (always, sometimes) = (quote!(__schema::Presence::Always), quote!(__schema::Presence::Sometimes));
        let Some(field) = fields.get(slot) else { return always };
        let presence = match (slot.presence, self.policies_of(field).omission) {
            (Presence::Predicate, _) | (Presence::Policy, Some(Omission { own: true, .. })) => sometimes,
            (Presence::Policy, Some(Omission { when, own: false })) => presence_of(field, when),
            (Presence::Always, _) | (Presence::Policy, None) => always,
        };
        let views = field.attrs.policies.views().iter();
        let shown = views.map(|view| quote!(__schema::Presence::in_view::<#view>(__g)));
        match shown.reduce(|one, other| quote!(::core::cmp::Ord::max(#one, #other))) {
            None => presence,
            Some(shown) => quote!(::core::cmp::Ord::min(#presence, #shown)),
        }
    }

    /// The schema of a field's value, or of what a variant's function writes.
    fn value_in(&self, slot: Slot, fields: &Fields) -> TokenStream {
        let (Source::Field(_), Some(field)) = (slot.source, fields.get(slot)) else {
            return any();
        };
        let value = match &field.attrs.schema {
            Some(At { value: ty, .. }) => quote!(__g.of::<#ty>()),
            None => self.value(field, self.without_none(slot, field).as_ref()),
        };
        if is_written_as_its_type(self.container, field) { value } else { self.unmasked(value) }
    }

    /// Whether a mask selects fields of this type, and parts of their values.
    fn takes_masks(&self) -> bool {
        self.container.attrs.policies.has(Name::FieldMask)
    }

    /// The schema of a value that no mask takes anything from.
    fn unmasked(&self, value: TokenStream) -> TokenStream {
        if self.takes_masks() { quote!(__schema::whole(__g, |__g| #value)) } else { value }
    }

    /// Whether `None` is left out rather than written as `null`, as an expression; `None` where it is written.
    fn without_none(&self, slot: Slot, field: &Field) -> Option<TokenStream> {
        if slot.presence == Presence::Predicate {
            let path = &field.attrs.skip_serializing_if.as_ref()?.value.path;
            let mut last = path.segments.iter().rev().map(|segment| &segment.ident);
            let is_none = last.next().is_some_and(|last| last == "is_none");
            return (is_none && last.next().is_some_and(|ty| ty == "Option")).then(|| quote!(true));
        }
        match self.policies_of(field).omission? {
            Omission { when: When::Equal(Standard::Path | Standard::Serde | Standard::Struct), .. } => None,
            Omission { own: true, .. } => Some(quote!(true)),
            Omission { when, own: false } => {
                let presence = presence_of(field, when);
                Some(quote!(!#presence.is_certain()))
            }
        }
    }

    /// ```text
    /// __g.of::<T>()
    /// some_of::<T>(__g, true)
    /// written::<T, _>(__g, false, |__v| IfFits::<AsString, _>::new(__v).or(__v))
    /// ```
    fn value(&self, field: &Field, without_none: Option<&TokenStream>) -> TokenStream {
        let ty = field.ty();
        let written = match (&self.policies_of(field).value, field.serialize_with()) {
            (_, Some(Foreign::Fallback)) => quote!(__schema::serde_fallback!(__v)),
            (Value::Own(policy), _) => {
                let policy = self.policy(policy);
                let ty = quote!(__schema::As<'_, #policy, #ty>);
                return of_type(&ty, type_span(field.ty()).1, without_none);
            }
            (Value::IfFits(policies), _) => policies.iter().rev().fold(quote!(__v), |otherwise, policy| {
                let policy = self.policy(policy);
                quote!(__schema::IfFits::<#policy, _>::new(__v).or(#otherwise))
            }),
            (Value::Plain, _) => {
                return of_type(&ty.to_token_stream(), type_span(ty).1, without_none);
            }
        };
        let without_none = without_none.cloned().unwrap_or_else(|| quote!(false));
        quote!(__schema::written::<#ty, _>(__g, #without_none, |__v| #written))
    }

    fn variants<'v>(&self, variants: impl Iterator<Item = (&'v Variant<'v>, Option<&'v Body>)>) -> TokenStream {
        let (mut seen, mut overlap, mut count) = (HashSet::new(), false, 0_usize);
        let mut add = TokenStream::new();
        for (variant, body) in variants.filter(|(variant, _)| variant.is_written()) {
            let is_untagged = matches!(variant.tagging(&self.container.tagging), Tagging::Untagged);
            overlap |= is_untagged || !seen.insert(variant.name.as_str());
            count += 1;
            add.extend(self.variant(variant, body));
        }
        let finish = if overlap && count > 1 { quote!(__e.any_of()) } else { quote!(__e.one_of()) };
        quote!({ let mut __e = __schema::Variants::new(); #add #finish })
    }

    /// `__e.variant(schema);`
    fn variant(&self, variant: &Variant, body: Option<&Body>) -> TokenStream {
        let fields = Fields { list: &variant.fields, variant: Some(variant), masks: None, floats: &[] };
        let (name, slots) = (&variant.name, slots(body));
        let described = described(&variant.original.attrs);
        let named: Option<&Type> = variant.attrs.schema.as_ref().map(|at| &at.value);
        // A function writes one value, as a newtype has one.
        let style = if named.is_some() { Style::Newtype } else { variant.effective_style() };
        let content = |tag| match named {
            Some(ty) => self.unmasked(quote!(__g.of::<#ty>())),
            None => self.content(style, tag, &slots, &fields),
        };
        let variant = match (variant.tagging(&self.container.tagging), style) {
            (Tagging::External, Style::Unit) => return constant("string", &quote!(#name), &described),
            (Tagging::External, _) => {
                let content = content(None);
                quote!(__schema::external(#name, #content))
            }
            (Tagging::Internal { tag }, Style::Named) => content(Some((tag, name))),
            (Tagging::Internal { tag } | Tagging::Adjacent { tag, .. }, Style::Unit) => {
                quote!(__schema::tag_alone(#tag, #name))
            }
            (Tagging::Internal { tag }, _) => {
                let content = content(None);
                quote!({
                    let mut __o = __schema::Object::new();
                    __o.tag(#tag, #name);
                    let __s = #content;
                    __o.flatten(__schema::Presence::Always, &__s, __g);
                    __o.finish()
                })
            }
            (Tagging::Adjacent { tag, content: key }, _) => {
                let content = content(None);
                quote!(__schema::adjacent(#tag, #name, #key, #content))
            }
            (Tagging::Untagged, Style::Unit) => quote!(__schema::Schema::of_type("null")),
            (Tagging::Untagged, _) => content(None),
        };
        quote!(__e.variant(#variant #described);)
    }
}

/// The schema of all values.
fn any() -> TokenStream {
    quote!(__schema::Schema::any())
}

/// Whether a field is there under a policy of the whole type, which may not fit:
///
/// ```text
/// __schema::Presence::of::<T, _>(|__v| __schema::OmitIf(__v).none(()))
/// ```
fn presence_of(field: &Field, when: When) -> TokenStream {
    let ty = field.ty();
    let omitted = match when {
        When::None => quote!(__schema::OmitIf(__v).none(())),
        When::Empty => quote!(__schema::OmitIf(__v).empty(())),
        When::Equal(Standard::Type) => quote!(__schema::Defaulted(__v).omitted(())),
        When::Equal(Standard::Path | Standard::Serde | Standard::Struct) => {
            quote!(__schema::Same(__v, __v).omitted(()))
        }
    };
    quote!(__schema::Presence::of::<#ty, _>(|__v| #omitted))
}

/// `__g.of::<T>()`, or `some_of::<T>(__g, without_none)`
fn of_type(ty: &TokenStream, span: Span, without_none: Option<&TokenStream>) -> TokenStream {
    match without_none {
        None => quote_spanned!(span=> __g.of::<#ty>()),
        Some(without_none) => quote_spanned!(span=> __schema::some_of::<#ty>(__g, #without_none)),
    }
}

/// `__e.constant("string", "A");`, which make one list, or alone with its description.
fn constant(ty: &str, value: &TokenStream, described: &TokenStream) -> TokenStream {
    if described.is_empty() {
        quote!(__e.constant(#ty, #value);)
    } else {
        quote!(__e.variant(__schema::constant(#ty, #value) #described);)
    }
}

fn slots(body: Option<&Body>) -> Vec<Slot> {
    match body {
        Some(Body::Value(slot)) => vec![*slot],
        Some(Body::Groups(groups)) => groups.iter().flat_map(|group| group.slots.iter().copied()).collect(),
        Some(Body::Text { .. } | Body::Unit { .. } | Body::Unwritable) | None => Vec::new(),
    }
}

/// `.described("…")`, of the doc comment, and `.with("deprecated", true)`.
fn described(attrs: &[Attribute]) -> TokenStream {
    let description = doc_comment(attrs).map(|text| quote!(.described(#text)));
    let is_deprecated = attrs.iter().any(|attr| attr.path().is_ident("deprecated"));
    let deprecated = is_deprecated.then(|| quote!(.with("deprecated", true)));
    quote!(#description #deprecated)
}

/// The text of a doc comment, without the space that each line begins with. A text that a macro makes is not known here.
fn doc_comment(attrs: &[Attribute]) -> Option<String> {
    let texts = attrs.iter().filter(|attr| attr.path().is_ident("doc")).filter_map(|attr| match &attr.meta {
        Meta::NameValue(doc) => match &doc.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    let lines: Vec<String> = texts
        .flat_map(|text| {
            text.split('\n').map(|line| line.strip_prefix(' ').unwrap_or(line).to_owned()).collect::<Vec<_>>()
        })
        .collect();
    let text = lines.join("\n");
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
