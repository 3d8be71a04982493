//! The wrappers of policies around a field, and around a whole writer.

use super::{Expansion, call_site_at};
use crate::attr::policy::{Given, Name, Reason};
use crate::expand::body::Fields;
use crate::generics::mentions_param;
use crate::model::{Field, Variant};
use crate::plan::Slot;
use crate::policy::{Choice, Escapes, FieldPolicies, Omission, Policy, Value};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};

impl Expansion<'_, '_> {
    pub(super) fn policies_of(&self, field: &Field) -> FieldPolicies {
        FieldPolicies::of(self.container, field)
    }

    /// A reference to what is written in place of the field's value:
    ///
    /// ```text
    /// &::record_runtime::__private::As::<::record_runtime::__private::AsString, _>::new(&self.a)
    /// &::record_runtime::__private::IfFits::<::record_runtime::__private::AsString, _>::new(&self.a).or(&self.a)
    /// &::record_runtime::__private::Escaped::<::record_runtime::__private::HtmlSafe, _>::new(&self.a)
    /// ```
    pub(super) fn with_policies(&self, slot: Slot, fields: &Fields, policies: &FieldPolicies) -> TokenStream {
        let (private, span) = self.private_at(slot, fields);
        let reference = self.reference(slot, fields);
        let value = match (&policies.value, self.function_of(slot, fields)) {
            (_, Some(with)) => quote_spanned!(span=> &#with),
            (Value::Plain, None) => reference,
            (Value::Own(policy), None) => {
                let policy = self.policy(policy);
                quote_spanned!(span=> &#private::As::<#policy, _>::new(#reference))
            }
            (Value::IfFits(policies), None) => {
                let otherwise = reference.clone();
                let tried = policies.iter().rev().fold(otherwise, |otherwise, policy| {
                    let policy = self.policy(policy);
                    quote_spanned!(span=> #private::IfFits::<#policy, _>::new(#reference).or(#otherwise))
                });
                quote_spanned!(span=> &#tried)
            }
        };
        match policies.escapes {
            None => value,
            Some(escapes) => {
                let set = self.escapes(escapes);
                quote_spanned!(span=> &#private::Escaped::<#set, _>::new(#value))
            }
        }
    }

    /// ```text
    /// ::record_runtime::__private::SkipIf(::record_runtime::__private::is_empty(&self.a), value)
    /// ::record_runtime::__private::OmitIf(&self.a).empty(value)
    /// ```
    pub(super) fn omitted(
        &self,
        slot: Slot,
        fields: &Fields,
        policies: &FieldPolicies,
        value: TokenStream,
    ) -> TokenStream {
        let (private, span) = self.private_at(slot, fields);
        let Some(Omission { reason, own }) = policies.omission else {
            return value;
        };
        let reference = self.reference(slot, fields);
        let predicate = match (reason, own) {
            (Reason::None, true) => quote_spanned!(span=> is_none),
            (Reason::Empty, true) => quote_spanned!(span=> is_empty),
            (Reason::None, false) => return quote_spanned!(span=> #private::OmitIf(#reference).none(#value)),
            (Reason::Empty, false) => return quote_spanned!(span=> #private::OmitIf(#reference).empty(#value)),
        };
        quote_spanned!(span=> #private::SkipIf(#private::#predicate(#reference), #value))
    }

    /// `::record_runtime::__private::AsString`
    fn policy(&self, policy: &Policy) -> TokenStream {
        let private = &self.paths.private;
        match policy {
            Policy::Numbers { quoted: true, digits: None, non_finite: None } => quote!(#private::AsString),
            Policy::Numbers { quoted, digits, non_finite } => {
                let digits = digits.map(|choice| self.choice(choice, Some("Decimals")));
                let non_finite = non_finite.map(|choice| self.choice(choice, None));
                let digits = digits.unwrap_or_else(|| quote!(#private::Shortest));
                let non_finite = non_finite.unwrap_or_else(|| quote!(#private::NonFiniteAsNull));
                let numbers = if *quoted { quote!(AsString) } else { quote!(Floats) };
                quote!(#private::#numbers<#digits, #non_finite>)
            }
            Policy::Value(writer, given) => self.writer(Some(writer), *given),
            Policy::Display(containers) => {
                (0..*containers).fold(quote!(#private::Display), |inner, _| quote!(#private::Inside<#inner>))
            }
        }
    }

    /// The runtime's type for the value of a policy, as the parameter of `writer`:
    ///
    /// ```text
    /// ::record_runtime::__private::Bytes<::record_runtime::__private::Hex>
    /// ::record_runtime::__private::Decimals<2>
    /// ```
    fn writer(&self, writer: Option<&str>, given: Given) -> TokenStream {
        let private = &self.paths.private;
        let parameter = match given {
            Given::Undone | Given::Set => TokenStream::new(),
            Given::Number(number) => Literal::u16_unsuffixed(number).into_token_stream(),
            Given::Word(word) => {
                let word = Ident::new(word, Span::call_site());
                quote!(#private::#word)
            }
        };
        let Some(writer) = writer.map(|writer| Ident::new(writer, Span::call_site())) else { return parameter };
        if parameter.is_empty() { quote!(#private::#writer) } else { quote!(#private::#writer<#parameter>) }
    }

    /// The same, marked if it is the container's.
    fn choice(&self, choice: Choice, writer: Option<&str>) -> TokenStream {
        let (private, written) = (&self.paths.private, self.writer(writer, choice.value));
        if choice.of_container { quote!(#private::OfContainer<#written>) } else { written }
    }

    fn escapes(&self, escapes: Escapes) -> TokenStream {
        let private = &self.paths.private;
        match (escapes.html, escapes.non_ascii) {
            (true, true) => quote!(#private::HtmlSafeAscii),
            (true, false) => quote!(#private::HtmlSafe),
            _ => quote!(#private::Ascii),
        }
    }

    /// `::record_runtime::__private::escaped::<::record_runtime::__private::HtmlSafe, _>(__c, |__c| …)`
    pub(super) fn in_escapes(&self, body: TokenStream) -> TokenStream {
        let private = &self.paths.private;
        match Escapes::of(&self.container.attrs.policies) {
            None => body,
            Some(escapes) => {
                let set = self.escapes(escapes);
                quote!(#private::escaped::<#set, _>(__c, |__c| { #body }))
            }
        }
    }

    /// `use ::record_runtime::__private::{AlwaysPresent as _, OrElse as _};`, as far as the writer needs them.
    pub(super) fn policy_imports(&self) -> TokenStream {
        let private = &self.paths.private;
        let (mut or_else, mut always_present) = (false, false);
        for (_, field) in self.container.fields() {
            let policies = self.policies_of(field);
            or_else |= matches!(policies.value, Value::IfFits(_));
            always_present |= policies.omission.is_some_and(|omission| !omission.own);
        }
        let or_else = or_else.then(|| quote!(use #private::OrElse as _;));
        let always_present = always_present.then(|| quote!(use #private::AlwaysPresent as _;));
        quote!(#or_else #always_present)
    }

    /// `__c.fmt(::core::format_args!("{}", self))`
    pub(super) fn displayed(&self) -> TokenStream {
        let span = self.container.attrs.policies.get(Name::Display).map_or_else(Span::call_site, |at| at.span);
        let span = call_site_at(span);
        quote_spanned!(span=> __c.fmt(::core::format_args!("{}", self)))
    }

    /// ```text
    /// match self {
    ///     Self::A => Self::A as u8,
    /// }
    /// ```
    pub(super) fn discriminant(&self, variants: &[Variant]) -> TokenStream {
        let ty = Ident::new(self.container.discriminant_type(), Span::call_site());
        let arms = variants.iter().map(|variant| {
            let ident = &variant.original.ident;
            let number = if variant.is_written() {
                quote!(Self::#ident as ::core::primitive::#ty)
            } else {
                let failure = self.unwritable(&ident.to_string());
                quote!(return #failure)
            };
            (quote!(Self::#ident), number)
        });
        self.match_variants(arms)
    }

    /// `Option<T>: ::record_runtime::__private::WriteAs<…>,` for fields whose type depends on a parameter.
    pub(super) fn policy_predicates(&self) -> TokenStream {
        let (private, container) = (&self.paths.private, self.container);
        let mut predicates = TokenStream::new();
        if container.attrs.bound.is_some() {
            return predicates;
        }
        if container.attrs.policies.has(Name::Display) {
            if container.input.generics.type_params().next().is_some() {
                let ty = self.own_type();
                predicates.extend(quote!(#ty: ::core::fmt::Display,));
            }
            return predicates;
        }
        for (variant, field) in container.fields() {
            let skipped = variant.is_some_and(|variant| !variant.is_written() || variant.serialize_with().is_some());
            if skipped || !field.is_written() || field.attrs.bound.is_some() || !mentions_param(container, field.ty()) {
                continue;
            }
            let (ty, policies) = (field.ty(), self.policies_of(field));
            if let Value::Own(policy) = &policies.value {
                let policy = self.policy(policy);
                predicates.extend(quote!(#ty: #private::WriteAs<#policy>,));
            }
            match policies.omission {
                Some(Omission { reason: Reason::None, own: true }) => {
                    predicates.extend(quote!(#ty: #private::MayBeNone,));
                }
                Some(Omission { reason: Reason::Empty, own: true }) => {
                    predicates.extend(quote!(#ty: #private::MayBeEmpty,));
                }
                _ => {}
            }
        }
        predicates
    }
}
