//! The bodies of writers: matches, groups of fields, and each field with what its attributes wrap around it.

use super::{Expansion, Paths, binding, call_site_at, type_span};
use crate::attr::{At, Foreign};
use crate::model::{Data, Field, Style, Variant};
use crate::plan::{Body, Floats, Group, Masks, Number, Parts, Plan, Presence, Slot, Source, Splice, Writer};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{ExprPath, Member, Path, PathArguments, Token};

impl Expansion<'_, '_> {
    pub(super) fn write_body(&self, plan: &Plan) -> TokenStream {
        let body = self.writer_body(plan);
        let only_constants = match &plan.writer {
            Writer::Constants | Writer::Struct(Body::Text { .. }) | Writer::Repr => true,
            Writer::Enum(bodies) => {
                bodies.iter().all(|body| matches!(body, Body::Text { .. } | Body::Unit { .. } | Body::Unwritable))
            }
            _ => false,
        };
        let body = if only_constants { body } else { self.in_escapes(body) };
        let imports = self.policy_imports();
        let whole_default = self.whole_default();
        quote!(#imports #whole_default #body)
    }

    fn writer_body(&self, plan: &Plan) -> TokenStream {
        match (&plan.writer, &self.container.data) {
            (Writer::Display, _) => self.displayed(),
            (Writer::Repr, Data::Enum(variants)) => {
                let (value, number) = (&self.paths.value, self.discriminant(variants));
                quote!(#value::write_value(&#number, __c))
            }
            (Writer::Into, _) => self.through_into(),
            (Writer::Struct(_), _) if plan.floats.are_enough() => quote!(__c.gathering(self)),
            (Writer::Struct(body), Data::Struct(_, fields)) => {
                self.body(body, &Fields { list: fields, variant: None, masks: plan.masks(0), floats: &[] })
            }
            // `__c.constant(self)`
            (Writer::Constants, _) => quote!(__c.constant(self)),
            (Writer::Enum(bodies), Data::Enum(variants)) => {
                let arms = variants.iter().zip(bodies).enumerate();
                self.match_variants(arms.map(|(at, (variant, body))| {
                    let masks = plan.masks(at);
                    let fields = Fields { list: &variant.fields, variant: Some(variant), masks, floats: &[] };
                    (self.pattern(variant, body), self.body(body, &fields))
                }))
            }
            _ => quote!(__c),
        }
    }

    /// For a struct with floats that are converted together:
    ///
    /// ```text
    /// const __FLOATS: ::core::primitive::usize = 5;
    /// fn __gather(&self, __floats: &mut ::record_runtime::__private::FloatsToConvert) { __floats.set(0, &self.a)…; }
    /// fn __write_gathered<'__s, __D: …, __Texts: …>(&self, __c: …, __texts: __Texts) -> … { __c.fields5::<…>(…) }
    /// ```
    ///
    /// and where the fields are of a parameter's type, `if <T as …>::__FLOAT.is_some() { 5 } else { 0 }`. For a newtype
    /// around such a value it is the same by its methods.
    pub(super) fn gathered(&self, plan: &Plan) -> Option<TokenStream> {
        let (Writer::Struct(body), Data::Struct(_, fields)) = (&plan.writer, &self.container.data) else { return None };
        let floats: &[usize] = if let Floats::OfFields { at, .. } = &plan.floats { at } else { &[] };
        let fields = Fields { list: fields, variant: None, masks: None, floats };
        let Paths { private, cursor, dispatch, .. } = &self.paths;
        let (len, gather, body) = match (&plan.floats, body) {
            (Floats::OfFields { of_parameter, .. }, Body::Groups(groups)) => {
                let len = Literal::usize_unsuffixed(floats.len()).into_token_stream();
                let len = if *of_parameter {
                    let ty = fields.get(Slot::whole(Source::Field(*floats.first()?)))?.ty();
                    let float = self.associated(ty, "__FLOAT");
                    quote!(if #float.is_some() { #len } else { 0 })
                } else {
                    len
                };
                let set = floats.iter().enumerate().map(|(place, &index)| {
                    let place = Literal::usize_unsuffixed(place);
                    let value = self.reference(Slot::whole(Source::Field(index)), &fields);
                    quote!(.set(#place, #value))
                });
                (len, quote!(__floats #(#set)*;), self.groups(groups, &fields))
            }
            (Floats::OfValue, Body::Value(slot)) => {
                let ty = fields.get(*slot)?.ty();
                let value = self.reference(*slot, &fields);
                let [len, gather, write] =
                    ["__FLOATS", "__gather", "__write_gathered"].map(|name| self.associated(ty, name));
                (len, quote!(#gather(#value, __floats)), quote!(#write(#value, __c, __texts)))
            }
            _ => return None,
        };
        Some(quote! {
            const __FLOATS: ::core::primitive::usize = #len;
            #[inline]
            fn __gather(&self, __floats: &mut #private::FloatsToConvert) {
                #gather
            }
            fn __write_gathered<'__s, __D: #dispatch, __Texts: #private::Converted>(
                &self,
                __c: #cursor<'__s, __D>,
                __texts: __Texts,
            ) -> #cursor<'__s, __D> {
                #body
            }
        })
    }

    /// ```text
    /// let __v: U = ::core::convert::Into::into(::core::clone::Clone::clone(self));
    /// __c.value::<U>(&__v)
    /// ```
    fn through_into(&self) -> TokenStream {
        let Some(At { value: ty, .. }) = &self.container.attrs.into else {
            return quote!(__c);
        };
        let span = call_site_at(ty.span());
        let value = self.remote.map_or_else(|| quote_spanned!(span=> self), |_| quote_spanned!(span=> self.0));
        let convert = quote_spanned!(span=> ::core::convert::Into::into(::core::clone::Clone::clone(#value)));
        let write = quote_spanned!(span=> __c.value::<#ty>(&__v));
        quote! {
            let __v: #ty = #convert;
            #write
        }
    }

    /// ```text
    /// const __CONSTANTS: &'static [::record_runtime::__private::Constant] =
    ///     &[::record_runtime::__private::Constant::new("\"A\""), …];
    /// const __BOUND: ::record_runtime::__private::Bound<Self> = ::record_runtime::__private::Bound::constants();
    /// fn __constant(&self) -> ::core::primitive::usize {
    ///     match self {
    ///         Self::A => 0,
    ///         …
    ///     }
    /// }
    /// ```
    pub(super) fn constants(&self, variants: &[Variant], texts: &[String]) -> TokenStream {
        let private = &self.paths.private;
        let index = self.match_variants(variants.iter().enumerate().map(|(index, variant)| {
            let number = Literal::usize_unsuffixed(index);
            (self.pattern(variant, &Body::Text { at: index }), number.into_token_stream())
        }));
        quote! {
            const __CONSTANTS: &'static [#private::Constant] = &[#(#private::Constant::new(#texts)),*];
            const __BOUND: #private::Bound<Self> = #private::Bound::constants();
            #[inline]
            fn __constant(&self) -> ::core::primitive::usize {
                #index
            }
        }
    }

    /// `match self { pattern => body, … }`
    pub(super) fn match_variants(&self, arms: impl Iterator<Item = (TokenStream, TokenStream)>) -> TokenStream {
        let mut arms = arms.map(|(pattern, body)| quote!(#pattern => #body,)).peekable();
        let rest = self.container.is_non_exhaustive().then(|| {
            let failure = self.unwritable("_");
            quote!(_ => #failure,)
        });
        let value = self.remote.map_or_else(|| quote!(self), |_| quote!(self.0));
        if arms.peek().is_none() && rest.is_none() {
            // A reference to a type without values is not known to have none.
            return quote!(match *#value {});
        }
        quote!(match #value { #(#arms)* #rest })
    }

    /// `Self::Variant { a: __f0, .. }`, binding the fields that the body needs.
    pub(super) fn pattern(&self, variant: &Variant, body: &Body) -> TokenStream {
        let ident = &variant.original.ident;
        let path = match self.remote {
            None => quote!(Self::#ident),
            Some(remote) => {
                let remote = with_turbofish(remote);
                quote!(#remote::#ident)
            }
        };
        let used = |index: usize| match body {
            Body::Text { .. } | Body::Unit { .. } | Body::Unwritable => false,
            Body::Value(slot) => slot.uses(index),
            Body::Groups(groups) => groups.iter().any(|group| group.slots.iter().any(|slot| slot.uses(index))),
        };
        let indexes = 0..variant.fields.len();
        let unused = indexes.clone().any(|index| !used(index));
        match variant.style {
            Style::Unit => path,
            Style::Named => {
                let bindings = variant.fields.iter().enumerate().filter(|(index, _)| used(*index));
                let bindings = bindings.map(|(index, field)| {
                    let (member, binding) = (&field.member, binding(index));
                    quote!(#member: #binding,)
                });
                let rest = (unused || variant.fields.is_empty()).then(|| quote!(..));
                quote!(#path { #(#bindings)* #rest })
            }
            Style::Tuple | Style::Newtype => {
                let bindings =
                    indexes.map(|index| if used(index) { binding(index).into_token_stream() } else { quote!(_) });
                quote!(#path(#(#bindings),*))
            }
        }
    }

    pub(super) fn body(&self, body: &Body, fields: &Fields) -> TokenStream {
        match body {
            // `__c.text::<Self, 0>()`
            Body::Text { at } => {
                let at = Literal::usize_unsuffixed(*at);
                quote!(__c.text::<Self, #at>())
            }
            // `__c.unit::<Self, 0>()`
            Body::Unit { at } => {
                let at = Literal::usize_unsuffixed(*at);
                quote!(__c.unit::<Self, #at>())
            }
            // `__c.within(::record_runtime::__private::selected(&__c, 0), 0, |__c| …)`
            Body::Value(slot) => match fields.number(0) {
                None => self.whole(*slot, fields),
                Some(number) => {
                    let (private, whole) = (&self.paths.private, self.whole(*slot, fields));
                    let (part, field) = number.literals();
                    quote!({
                        let __selected = #private::selected(&__c, #part);
                        __c.within(__selected, #field, |__c| #whole)
                    })
                }
            },
            Body::Groups(groups) => self.groups(groups, fields),
            // `__c.fail(::record_runtime::__private::skipped_variant("Enum", "Variant"))`
            Body::Unwritable => {
                let variant = fields.variant.map(|variant| variant.original.ident.to_string());
                self.unwritable(&variant.unwrap_or_default())
            }
        }
    }

    /// `<T as ::record_runtime::ZeroAllocJson>::write_value(&self.0, __c).written::<T>()`
    fn whole(&self, slot: Slot, fields: &Fields) -> TokenStream {
        match (self.function_of(slot, fields), fields.get(slot)) {
            (_, Some(field)) if self.policies_of(field).changes_value() => {
                let write = &self.paths.value;
                let value = self.with_policies(slot, fields, &self.policies_of(field));
                quote!(#write::write_value(#value, __c))
            }
            (None, Some(field)) => {
                let write = self.associated(field.ty(), "write_value");
                let value = self.own_value(slot, fields);
                let ty = field.ty();
                let span = type_span(ty).1;
                let written = quote_spanned!(span=> written::<#ty>());
                quote!(#write(#value, __c).#written)
            }
            (with, _) => {
                let write = &self.paths.value;
                quote!(#write::write_value(&#with, __c))
            }
        }
    }

    pub(super) fn unwritable(&self, variant: &str) -> TokenStream {
        let private = &self.paths.private;
        let name = match self.remote.and_then(|remote| remote.segments.last()) {
            Some(last) => last.ident.to_string(),
            None => self.container.input.ident.to_string(),
        };
        quote!(__c.fail(#private::skipped_variant(#name, #variant)))
    }

    /// `__c.fields2::<Self, 0, _, _>(&self.a, &self.b)`, and for a type that takes masks:
    ///
    /// ```text
    /// let __selected0 = ::record_runtime::__private::selected(&__c, 0);
    /// if __selected0.is_all() {
    ///     __c.fields2::<Self, 0, _, _>(&self.a, &self.b)
    /// } else {
    ///     let __shown0 = __selected0.has(0);
    ///     …
    ///     __c.fields2::<Self, 0, _, _>(SkipIf(!__shown0, __selected0.within(0, &self.a)), …)
    /// }
    /// ```
    fn groups(&self, groups: &[Group], fields: &Fields) -> TokenStream {
        let Some((parts, body)) = fields.masks else {
            let (shown, calls) = self.calls(groups, fields);
            return if shown.is_empty() { calls } else { quote!({ #shown #calls }) };
        };
        let private = &self.paths.private;
        let count = groups.iter().map(|group| group.slots.len()).sum();
        let numbers = || (0..count).map(|slot| parts.number(body, slot));
        let questions = numbers().filter(|number| number.field == 0).map(|number| {
            let (selected, (part, _)) = (selected(number), number.literals());
            quote!(let #selected = #private::selected(&__c, #part);)
        });
        let questions: TokenStream = questions.collect();
        let (shown, masked) = self.calls(groups, fields);
        match numbers().find(|number| parts.may_be_left_out(*number)).map(selected) {
            None => quote!({ #questions #shown #masked }),
            Some(selected) => {
                let (shown_in_all, all) = self.calls(groups, &Fields { masks: None, ..*fields });
                quote!({ #questions if #selected.is_all() { #shown_in_all #all } else { #shown #masked } })
            }
        }
    }

    /// The questions in front of the calls, and one call behind the other for more than 16 fields.
    fn calls(&self, groups: &[Group], fields: &Fields) -> (TokenStream, TokenStream) {
        let mut count = 0;
        let mut shown = TokenStream::new();
        let calls: Vec<_> = groups
            .iter()
            .map(|group| {
                let call = format_ident!("fields{}", group.slots.len());
                let at = Literal::usize_unsuffixed(group.at);
                let types = group.slots.iter().map(|slot| {
                    // Where the compiler points if the type lacks a trait.
                    let span = fields.get(*slot).map(|field| type_span(field.ty()).0);
                    quote_spanned!(span.unwrap_or_else(Span::call_site)=> _)
                });
                let slots = group.slots.iter().map(|slot| {
                    let number = fields.number(count);
                    count += 1;
                    shown.extend(self.shown(*slot, number, fields));
                    self.gathered_slot(*slot, fields).unwrap_or_else(|| self.slot(*slot, number, fields))
                });
                quote!(.#call::<Self, #at, #(#types),*>(#(#slots),*))
            })
            .collect();
        (shown, quote!(__c #(#calls)*))
    }

    /// `::record_runtime::__private::Gathered(__texts, 0, &self.a)`
    fn gathered_slot(&self, slot: Slot, fields: &Fields) -> Option<TokenStream> {
        let place = fields.floats.iter().position(|&float| slot.source == Source::Field(float))?;
        let (place, private) = (Literal::usize_unsuffixed(place), self.private_at(slot, fields).0);
        let value = self.reference(slot, fields);
        Some(quote!(#private::Gathered(__texts, #place, #value)))
    }

    /// `let __shown0 = __selected0.has(0);` for a mask, `let __shown0 = ::record_runtime::__private::shows::<Admin, _>(&__c);`
    /// for a view, one or the other for several views. Asked before the cursor is moved into the group.
    fn shown(&self, slot: Slot, number: Option<Number>, fields: &Fields) -> Option<TokenStream> {
        let shown = fields.shown(slot, number)?;
        let views = fields.get(slot).map(|field| field.attrs.policies.views()).unwrap_or_default();
        let asked = views.iter().map(|view| {
            let span = call_site_at(view.span());
            let private = located_at(&self.paths.private, span);
            quote_spanned!(span=> #private::shows::<#view, _>(&__c))
        });
        let in_view = (!views.is_empty()).then(|| quote!(#(#asked)||*));
        let has = number.filter(|number| fields.may_be_left_out(*number)).map(|number| {
            let (selected, (_, field)) = (selected(number), number.literals());
            quote!(#selected.has(#field))
        });
        Some(match (has, in_view) {
            (Some(has), Some(in_view)) if views.len() > 1 => quote!(let #shown = #has && (#in_view);),
            (Some(has), Some(in_view)) => quote!(let #shown = #has && #in_view;),
            (has, in_view) => quote!(let #shown = #has #in_view;),
        })
    }

    /// `&self.a`, in what its attributes wrap around it:
    /// `::record_runtime::__private::SkipIf(predicate(&self.a), ::record_runtime::__private::Flatten(&self.a))`
    ///
    /// and under a mask: `::record_runtime::__private::SkipIf(!__shown0, __selected0.within(0, &self.a))`
    fn slot(&self, slot: Slot, number: Option<Number>, fields: &Fields) -> TokenStream {
        let (private, span) = self.private_at(slot, fields);
        let function = self.function_of(slot, fields);
        let policies = fields.get(slot).map(|field| self.policies_of(field)).unwrap_or_default();
        let value = match (slot.splice, function) {
            (Splice::Whole, _) if policies.changes_value() => self.with_policies(slot, fields, &policies),
            (Splice::Entries, _) if policies.changes_value() => {
                let value = self.with_policies(slot, fields, &policies);
                quote_spanned!(span=> #private::Flatten(#value))
            }
            (Splice::Whole, Some(with)) => with,
            (Splice::Whole, None) => self.own_value(slot, fields),
            (Splice::Entries, Some(with)) => quote_spanned!(span=> #private::Flatten(&#with)),
            (Splice::Entries, None) => {
                let value = self.own_value(slot, fields);
                quote_spanned!(span=> #private::Flatten(#value))
            }
        };
        let value = match number {
            None => value,
            Some(number) => {
                let (selected, (_, field)) = (selected(number), number.literals());
                quote_spanned!(span=> #selected.within(#field, #value))
            }
        };
        let hidden = fields.shown(slot, number).map(|shown| quote!(!#shown));
        let predicate = match slot.presence {
            Presence::Always | Presence::Policy => None,
            Presence::Predicate => fields.get(slot).and_then(|field| field.attrs.skip_serializing_if.as_ref()),
        };
        let predicate = predicate.map(|at| call(&at.value, &self.reference(slot, fields)));
        let value = if predicate.is_none() { self.omitted(slot, fields, &policies, value) } else { value };
        match (hidden, predicate) {
            (None, None) => value,
            (Some(hidden), Some(predicate)) => quote_spanned!(span=> #private::SkipIf(#hidden || #predicate, #value)),
            (Some(condition), None) | (None, Some(condition)) => {
                quote_spanned!(span=> #private::SkipIf(#condition, #value))
            }
        }
    }

    /// `::record_runtime::__private` at the place of the field's type, and the place: an error of what it wraps is
    /// reported there.
    pub(super) fn private_at(&self, slot: Slot, fields: &Fields) -> (TokenStream, Span) {
        let span = fields.get(slot).map_or_else(Span::call_site, |field| type_span(field.ty()).0);
        (located_at(&self.paths.private, span), span)
    }

    /// `::record_runtime::__private::With(&(), |_: &(), __w: &mut ::record_runtime::JsonWriter<'_>| path(&self.a, __w))`,
    /// or for a function of serde's `&::record_runtime::__private::serde_function!("with", |__s| path(&self.a, __s))`
    ///
    /// The function is called rather than passed on. So its argument may coerce (`&String` to `&str`), and functions of
    /// variants can take all fields.
    pub(super) fn function_of(&self, slot: Slot, fields: &Fields) -> Option<TokenStream> {
        let (foreign, arguments) = match slot.source {
            Source::Field(_) => {
                let foreign = fields.get(slot)?.serialize_with()?;
                let reference = self.reference(slot, fields);
                (foreign, quote!(#reference,))
            }
            Source::Variant => {
                let variant = fields.variant?;
                let bindings = (0..variant.fields.len()).map(binding);
                (variant.serialize_with()?, quote!(#(#bindings,)*))
            }
        };
        let Paths { private, writer, .. } = &self.paths;
        Some(match foreign {
            Foreign::Json(path) => {
                let call = call(path, &quote!(#arguments __w));
                quote!(#private::With(&(), |_: &(), __w: &mut #writer<'_>| #call))
            }
            Foreign::Serde(name, path) => {
                let call = call(path, &quote!(#arguments __s));
                let span = call_site_at(path.span());
                let private = located_at(private, span);
                quote_spanned!(span=> &#private::serde_function!(#name, |__s| #call))
            }
            Foreign::Serialize | Foreign::Fallback => {
                let form = if matches!(foreign, Foreign::Fallback) { "serde_fallback" } else { "serde_value" };
                let value = self.reference(slot, fields);
                let span = fields.get(slot).and_then(|field| field.attrs.serialize_with.as_ref()).map(|at| at.span);
                let span = call_site_at(span.unwrap_or_else(Span::call_site));
                let private = located_at(private, span);
                let form = Ident::new(form, span);
                quote_spanned!(span=> &#private::#form!(#value))
            }
        })
    }

    /// `&self.a`; `::record_runtime::__private::empty_array(&self.a)` for an array of no elements, whose type need not be
    /// written.
    pub(super) fn own_value(&self, slot: Slot, fields: &Fields) -> TokenStream {
        let reference = self.reference(slot, fields);
        match fields.get(slot) {
            Some(field) if field.is_empty_array() => {
                let private = &self.paths.private;
                quote!(#private::empty_array(#reference))
            }
            _ => reference,
        }
    }

    /// `&self.a`, or the binding `__f0` in a variant, at the place of the field's type; of a remote type what
    /// [`remote_reference`](Self::remote_reference) reads.
    pub(super) fn reference(&self, slot: Slot, fields: &Fields) -> TokenStream {
        let Source::Field(index) = slot.source else {
            return quote!(&());
        };
        let Some(field) = fields.get(slot) else {
            return quote!(&());
        };
        let (start, end) = type_span(field.ty());
        if fields.variant.is_some() {
            let mut binding = binding(index);
            binding.set_span(start);
            return binding.into_token_stream();
        }
        if self.remote.is_some() {
            return self.remote_reference(field);
        }
        let mut member = field.member.clone();
        match &mut member {
            Member::Named(ident) => ident.set_span(ident.span().located_at(end)),
            Member::Unnamed(index) => index.span = end,
        }
        let and = quote_spanned!(start=> &);
        if self.container.is_packed() {
            quote_spanned!(end=> #and { self.#member })
        } else {
            quote_spanned!(end=> #and self.#member)
        }
    }
}

/// The fields of a part that the mask selects.
fn selected(number: Number) -> Ident {
    format_ident!("__selected{}", number.part)
}

/// `path(arguments)`, at the place where the path was typed.
pub(super) fn call(path: &ExprPath, arguments: &TokenStream) -> TokenStream {
    quote_spanned!(call_site_at(path.span())=> #path(#arguments))
}

/// A path at one place: an error of a macro is reported as standing over all of its call.
pub(super) fn located_at(path: &TokenStream, span: Span) -> TokenStream {
    let tokens = path.clone().into_iter().map(|mut token| {
        token.set_span(token.span().located_at(span));
        token
    });
    tokens.collect()
}

/// The fields that a body writes.
pub(super) struct Fields<'f, 'a> {
    pub(super) list: &'f [Field<'a>],
    /// They stand in a variant, and are bound by its pattern.
    pub(super) variant: Option<&'f Variant<'a>>,
    /// The numbers of all fields of a type that takes masks, and the position of this body.
    pub(super) masks: Option<(&'f Parts, usize)>,
    /// The positions of those whose texts are there already.
    pub(super) floats: &'f [usize],
}

impl<'f, 'a> Fields<'f, 'a> {
    pub(super) fn get(&self, slot: Slot) -> Option<&'f Field<'a>> {
        match slot.source {
            Source::Field(index) => self.list.get(index),
            Source::Variant => None,
        }
    }

    /// The number of the slot at this position, where there are masks.
    fn number(&self, slot: usize) -> Option<Number> {
        self.masks.map(|(parts, body)| parts.number(body, slot))
    }

    fn may_be_left_out(&self, number: Number) -> bool {
        self.masks.is_some_and(|(parts, _)| parts.may_be_left_out(number))
    }

    /// The name of whether a field is shown, where a view or a mask decides that.
    fn shown(&self, slot: Slot, number: Option<Number>) -> Option<Ident> {
        let Source::Field(index) = slot.source else { return None };
        let has_view = self.get(slot).is_some_and(Field::has_view);
        let is_masked = number.is_some_and(|number| self.may_be_left_out(number));
        (has_view || is_masked).then(|| format_ident!("__shown{}", index))
    }
}

impl Number {
    /// The part, and the field within it.
    fn literals(self) -> (Literal, Literal) {
        (Literal::usize_unsuffixed(self.part), Literal::usize_unsuffixed(self.field))
    }
}

impl Plan {
    /// The numbers of the fields, and the position of their body.
    fn masks(&self, body: usize) -> Option<(&Parts, usize)> {
        match &self.masks {
            Masks::Own(parts) => Some((parts, body)),
            Masks::None | Masks::Through(_) => None,
        }
    }
}

impl Slot {
    /// Whether the field at `index` has to be bound for it.
    fn uses(&self, index: usize) -> bool {
        match self.source {
            Source::Field(field) => field == index,
            Source::Variant => true,
        }
    }
}

/// `Other::<u8>` for `Other<u8>`, as an expression needs it.
fn with_turbofish(path: &Path) -> Path {
    let mut path = path.clone();
    for segment in &mut path.segments {
        if let PathArguments::AngleBracketed(arguments) = &mut segment.arguments {
            arguments.colon2_token = Some(<Token![::]>::default());
        }
    }
    path
}
