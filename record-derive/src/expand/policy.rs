//! The wrappers of policies around a field, and around a whole writer.

use super::{Expansion, call_site_at};
use crate::attr::SerdeDefault;
use crate::attr::policy::{Given, Name};
use crate::expand::body::{Fields, call};
use crate::generics::mentions_param;
use crate::model::{Field, Variant};
use crate::plan::Slot;
use crate::policy::{
    Choice, Escapes, FieldPolicies, Omission, Policy, Standard, Value, When, WholeDefault, compares_with_whole,
    pointee, whole_default,
};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned;

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
        let Some(Omission { when, own }) = policies.omission else {
            return value;
        };
        let reference = self.reference(slot, fields);
        let predicate = match (when, own) {
            (When::Equal(standard), own) => return self.omitted_default(slot, fields, standard, own, &value),
            (When::None, true) => quote_spanned!(span=> is_none),
            (When::Empty, true) => quote_spanned!(span=> is_empty),
            (When::None, false) => return quote_spanned!(span=> #private::OmitIf(#reference).none(#value)),
            (When::Empty, false) => return quote_spanned!(span=> #private::OmitIf(#reference).empty(#value)),
        };
        quote_spanned!(span=> #private::SkipIf(#private::#predicate(#reference), #value))
    }

    /// ```text
    /// ::record_runtime::__private::SkipIf(::record_runtime::__private::Defaulted(&self.a).equals(), value)
    /// ::record_runtime::__private::SkipIf(::record_runtime::__private::Versus(&self.a, &path).equals(), value)
    /// ::record_runtime::__private::SkipIf(::record_runtime::__private::is_equal(&self.a, &path()), value)
    /// ::record_runtime::__private::SkipIf(::record_runtime::__private::is_equal(&self.a, &__default.a), value)
    /// ```
    ///
    /// and for a policy of the whole type, where it may not fit:
    ///
    /// ```text
    /// ::record_runtime::__private::Defaulted(&self.a).omitted(value)
    /// ::record_runtime::__private::Same(&self.a, &path()).omitted(value)
    /// ::record_runtime::__private::Same(&self.a, &__default.a).omitted(value)
    /// ```
    fn omitted_default(
        &self,
        slot: Slot,
        fields: &Fields,
        standard: Standard,
        own: bool,
        value: &TokenStream,
    ) -> TokenStream {
        let (private, span) = self.private_at(slot, fields);
        let Some(field) = fields.get(slot) else { return value.clone() };
        let reference = self.reference(slot, fields);
        let other = match (standard, &field.attrs.default) {
            (Standard::Type, _) if own => {
                return quote_spanned!(span=> #private::SkipIf(#private::Defaulted(#reference).equals(), #value));
            }
            (Standard::Type, _) => {
                return quote_spanned!(span=> #private::Defaulted(#reference).omitted(#value));
            }
            (Standard::Path, _) => {
                let path = field.attrs.policies.path();
                let span = call_site_at(path.map_or(span, Spanned::span));
                let versus = quote_spanned!(span=> #private::Versus(#reference, &#path).equals());
                return quote!(#private::SkipIf(#versus, #value));
            }
            (Standard::Serde, Some(SerdeDefault::Path(path))) => {
                let call = call(path, &TokenStream::new());
                quote_spanned!(span=> &#call)
            }
            (Standard::Struct | Standard::Serde, _) => {
                let member = &field.member;
                if self.container.is_packed() {
                    quote_spanned!(span=> &{ __default.#member })
                } else {
                    quote_spanned!(span=> &__default.#member)
                }
            }
        };
        if own {
            quote_spanned!(span=> #private::SkipIf(#private::is_equal(#reference, #other), #value))
        } else {
            quote_spanned!(span=> #private::Same(#reference, #other).omitted(#value))
        }
    }

    /// The default of the struct that its fields are compared with:
    ///
    /// ```text
    /// let __default: Self = <Self as ::core::default::Default>::default();
    /// let __default: Self = path();
    /// let __default = ::record_runtime::__private::Named(&path).get();
    /// ```
    pub(super) fn whole_default(&self) -> Option<TokenStream> {
        let private = &self.paths.private;
        if !self.compares_with_whole() {
            return None;
        }
        Some(match whole_default(self.container)? {
            WholeDefault::Type => quote!(let __default: Self = <Self as ::core::default::Default>::default();),
            WholeDefault::Serde(path) => {
                let call = call(path, &TokenStream::new());
                quote!(let __default: Self = #call;)
            }
            WholeDefault::Path(path) => {
                let span = call_site_at(path.span());
                let named = quote_spanned!(span=> #private::Named(&#path).get());
                quote! {
                    use #private::OrValue as _;
                    let __default = #named;
                }
            }
        })
    }

    fn compares_with_whole(&self) -> bool {
        self.container.fields().any(|(_, field)| compares_with_whole(self.container, field))
    }

    /// `::record_runtime::__private::AsString`
    pub(super) fn policy(&self, policy: &Policy) -> TokenStream {
        let private = &self.paths.private;
        match policy {
            Policy::Numbers { quotes, digits, non_finite } => {
                let writer = Ident::new(quotes.unwrap_or("Floats"), Span::call_site());
                if quotes.is_some() && digits.is_none() && non_finite.is_none() {
                    return quote!(#private::#writer);
                }
                let digits = digits.map(|choice| self.choice(choice, Some("Decimals")));
                let non_finite = non_finite.map(|choice| self.choice(choice, None));
                let digits = digits.unwrap_or_else(|| quote!(#private::Shortest));
                let non_finite = non_finite.unwrap_or_else(|| quote!(#private::NonFiniteAsNull));
                quote!(#private::#writer<#digits, #non_finite>)
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

    /// `use ::record_runtime::__private::{AlwaysPresent as _, OrElse as _};`, and traits of defaults, as far as the writer
    /// needs them.
    pub(super) fn policy_imports(&self) -> TokenStream {
        let private = &self.paths.private;
        let (mut or_else, mut always_present) = (false, false);
        let (mut or_default, mut or_omitted, mut or_constant) = (false, false, false);
        for (_, field) in self.container.fields() {
            let policies = self.policies_of(field);
            or_else |= matches!(policies.value, Value::IfFits(_));
            match policies.omission {
                Some(Omission { when: When::Equal(Standard::Type), own: true }) => or_default = true,
                Some(Omission { when: When::Equal(Standard::Path), .. }) => or_constant = true,
                Some(Omission { when: When::Equal(standard), own: false }) => {
                    or_omitted |= standard == Standard::Type;
                    always_present = true;
                }
                Some(Omission { own: false, .. }) => always_present = true,
                Some(Omission { own: true, .. }) | None => {}
            }
        }
        let or_else = or_else.then(|| quote!(use #private::OrElse as _;));
        let always_present = always_present.then(|| quote!(use #private::AlwaysPresent as _;));
        let or_default = or_default.then(|| quote!(use #private::OrDefault as _;));
        let or_omitted = or_omitted.then(|| quote!(use #private::OrOmitted as _;));
        let or_constant = or_constant.then(|| quote!(use #private::OrConstant as _;));
        quote!(#or_else #always_present #or_default #or_omitted #or_constant)
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
                Some(Omission { when: When::None, own: true }) => {
                    predicates.extend(quote!(#ty: #private::MayBeNone,));
                }
                Some(Omission { when: When::Empty, own: true }) => {
                    predicates.extend(quote!(#ty: #private::MayBeEmpty,));
                }
                Some(Omission { when: When::Equal(Standard::Type), own: true }) => {
                    let ty = pointee(ty);
                    predicates.extend(quote!(#ty: ::core::default::Default + ::core::cmp::PartialEq,));
                }
                Some(Omission { when: When::Equal(_), own: true }) => {
                    predicates.extend(quote!(#ty: ::core::cmp::PartialEq,));
                }
                _ => {}
            }
        }
        let has_params = container.input.generics.type_params().next().is_some();
        if has_params && self.compares_with_whole() && matches!(whole_default(container), Some(WholeDefault::Type)) {
            let ty = self.own_type();
            predicates.extend(quote!(#ty: ::core::default::Default,));
        }
        predicates
    }
}
