//! Tokens. Above each function stands what it emits; what is emitted was decided in `plan`.
//!
//! Paths are absolute and local names begin with `__`. So an expansion means the same whatever is in scope where the
//! type stands. A value has the span of its type, and a function the span of the string that names it. So a missing
//! trait or a wrong signature is reported there.

mod body;
mod mask;
mod policy;
mod remote;
mod schema;

use crate::attr::policy::Name;
use crate::deprecated;
use crate::generics::{self, Purpose, Traits};
use crate::model::{Container, Data, Field, Style, Tagging};
use crate::plan::{Inline, Masks, MaxLen, Parts, Places, Plan, Writer};
use body::Fields;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Path, Type};

/// The implementations for a type without errors.
pub(crate) fn expand(container: &Container, plan: &Plan) -> TokenStream {
    let expansion = Expansion::new(container);
    let items = match container.remote() {
        None => expansion.own_impls(plan),
        Some(remote) => expansion.remote_function(remote, Some(plan)),
    };
    let schema = expansion.schema_impl(Some(plan));
    in_const(container, &quote!(#items #schema))
}

/// The same signatures for a type with errors, without what could cause more of them.
pub(crate) fn fallback(container: &Container) -> TokenStream {
    let expansion = Expansion::new(container);
    let items = match container.remote() {
        None => expansion.fallback_impls(),
        Some(remote) => expansion.remote_function(remote, None),
    };
    let schema = expansion.schema_impl(None);
    in_const(container, &quote!(#items #schema))
}

/// `const _: () = { … };`
///
/// No lint is allowed there, since a crate may have forbidden it; but one that the type has allowed.
fn in_const(container: &Container, items: &TokenStream) -> TokenStream {
    let allow =
        deprecated::is_allowed(container.input).then(|| quote!(#[allow(deprecated, reason = "as on the type itself")]));
    quote! {
        #allow
        const _: () = { #items };
    }
}

/// Every path of the runtime that an expansion names.
struct Paths {
    value: TokenStream,
    cursor: TokenStream,
    dispatch: TokenStream,
    maskable: TokenStream,
    writer: TokenStream,
    private: TokenStream,
    serialize: TokenStream,
    schema: TokenStream,
}

impl Paths {
    fn new(runtime: Option<&Path>) -> Self {
        let runtime = runtime.map_or_else(|| quote!(::record_runtime), ToTokens::to_token_stream);
        Self {
            value: quote!(#runtime::ZeroAllocJson),
            cursor: quote!(#runtime::Cursor),
            dispatch: quote!(#runtime::Dispatch),
            maskable: quote!(#runtime::Maskable),
            writer: quote!(#runtime::JsonWriter),
            private: quote!(#runtime::__private),
            serialize: quote!(#runtime::__private::Serialize),
            schema: quote!(#runtime::schema),
        }
    }
}

/// Shared by all parts of one expansion.
struct Expansion<'c, 'a> {
    container: &'c Container<'a>,
    paths: Paths,
    /// The definition is written in place of this type.
    remote: Option<&'c Path>,
}

impl<'c, 'a> Expansion<'c, 'a> {
    fn new(container: &'c Container<'a>) -> Self {
        Self { container, paths: Paths::new(container.attrs.runtime.as_ref()), remote: container.remote() }
    }

    fn predicates(&self) -> TokenStream {
        let Paths { value, serialize, .. } = &self.paths;
        let mut predicates =
            generics::predicates(self.container, &Traits { value, serialize, purpose: Purpose::Writing });
        predicates.extend(self.policy_predicates());
        predicates
    }

    /// `Type<'a, T>`
    fn own_type(&self) -> TokenStream {
        let (_, arguments, _) = self.container.input.generics.split_for_impl();
        let ident = &self.container.input.ident;
        quote!(#ident #arguments)
    }

    /// The impl of the trait, and what is checked of the types of fields.
    fn own_impls(&self, plan: &Plan) -> TokenStream {
        let (params, ty, predicates) = (generics::impl_params(self.container), self.own_type(), self.predicates());
        let header = Header { params: &params, ty: &ty, predicates: &predicates };
        let mut items = self.value_impl(&header, plan);
        items.extend(self.maskable_impl(&header, &plan.masks));
        items.extend(self.checks());
        items
    }

    /// ```text
    /// #[automatically_derived]
    /// impl<T> ::record_runtime::ZeroAllocJson for Type<T> where … {
    ///     const __FRAGMENTS: &'static [&'static ::core::primitive::str] = &["{", "\"a\":", "}"];
    ///     const MAX_JSON_LEN: … = …;
    ///     #[inline]
    ///     fn write_value<'__s, __D: ::record_runtime::Dispatch>(…) -> … { … }
    /// }
    /// ```
    fn value_impl(&self, header: &Header, plan: &Plan) -> TokenStream {
        let Header { params, ty, predicates } = header;
        let Paths { value, .. } = &self.paths;
        let texts = &plan.fragments;
        let texts = match (&plan.writer, &self.container.data) {
            (Writer::Constants, Data::Enum(variants)) => Some(self.constants(variants, texts)),
            _ if texts.is_empty() => None,
            _ => Some(quote!(const __FRAGMENTS: &'static [&'static ::core::primitive::str] = &[#(#texts),*];)),
        };
        let max_len = self.max_len(plan);
        let places = self.places(plan);
        let names = self.names(plan);
        let inline = match plan.inline {
            Inline::Yes => quote!(#[inline]),
            Inline::Never => quote!(#[inline(never)]),
        };
        let signature = self.signature("write_value");
        let body = self.write_body(plan);
        let gathered = self.gathered(plan);
        quote! {
            #[automatically_derived]
            impl<#params> #value for #ty where #predicates {
                #texts
                #max_len
                #places
                #names
                #inline
                #signature { #body }
                #gathered
            }
        }
    }

    /// `fn write_value<'__s, __D: …>(&self, __c: ::record_runtime::Cursor<'__s, __D>) -> ::record_runtime::Cursor<'__s, __D>`
    fn signature(&self, name: &str) -> TokenStream {
        let Paths { cursor, dispatch, .. } = &self.paths;
        let name = Ident::new(name, Span::call_site());
        quote! {
            fn #name<'__s, __D: #dispatch>(&self, __c: #cursor<'__s, __D>) -> #cursor<'__s, __D>
        }
    }

    /// `const MAX_JSON_LEN: ::core::option::Option<usize> = …;`
    fn max_len(&self, plan: &Plan) -> Option<TokenStream> {
        let private = &self.paths.private;
        let fields: &[Field] = match &self.container.data {
            Data::Struct(_, fields) => fields,
            _ => &[],
        };
        // Asked through `Known`, which answers for every type: one that lacks the trait is reported where it is
        // written, and need not be twice.
        let of_field = |field: &Field| {
            let ty = field.ty();
            quote!(#private::Known::<#ty>::MAX_LEN)
        };
        let fallback = quote!(use #private::Unknown as _;);
        let len = match plan.max_len {
            MaxLen::Unknown => return None,
            MaxLen::Constant(len) => {
                let len = Literal::usize_unsuffixed(len);
                quote!(::core::option::Option::Some(#len))
            }
            MaxLen::Field(at) => {
                let len = of_field(fields.get(at)?);
                quote!({ #fallback #len })
            }
            MaxLen::Fields => {
                let lens = fields.iter().filter(|field| field.is_written()).map(of_field);
                quote!({ #fallback #private::max_len(Self::__FRAGMENTS, &[#(#lens),*]) })
            }
        };
        Some(quote!(const MAX_JSON_LEN: ::core::option::Option<::core::primitive::usize> = #len;))
    }

    /// `<T as ::record_runtime::ZeroAllocJson>::name`
    ///
    /// The trait is named with the type, although it could be inferred. So all places report a missing implementation
    /// in the same words, and the compiler shows one message.
    fn associated(&self, ty: &Type, name: &str) -> TokenStream {
        let value = &self.paths.value;
        let (start, end) = type_span(ty);
        let name = Ident::new(name, end);
        let open = quote_spanned!(start=> <);
        quote_spanned!(end=> #open #ty as #value>::#name)
    }

    /// ```text
    /// const __PLACES: ::record_runtime::__private::Places = ::record_runtime::__private::Places::OBJECT;
    /// ```
    ///
    /// and for a newtype that is as its field:
    ///
    /// ```text
    /// const __PLACES: … = <T as ::record_runtime::ZeroAllocJson>::__PLACES;
    /// #[inline]
    /// fn __write_key<'__s, __D: ::record_runtime::Dispatch>(…) -> … {
    ///     <T as ::record_runtime::ZeroAllocJson>::__write_key(&self.0, __c)
    /// }
    /// ```
    fn places(&self, plan: &Plan) -> Option<TokenStream> {
        let private = &self.paths.private;
        let (places, write_key) = match (plan.places, &self.container.data) {
            (Places::Any, _) => return None,
            (Places::Enum, _) => (quote!(#private::Places::ENUM), None),
            (Places::Key, _) => (quote!(#private::Places::KEY), None),
            (Places::Object, _) => (quote!(#private::Places::OBJECT), None),
            (Places::Array, _) => (quote!(#private::Places::ARRAY), None),
            (Places::OfField(slot), data) => {
                let Data::Struct(_, fields) = data else { return None };
                let fields = Fields { list: fields, variant: None, masks: None, floats: &[] };
                let ty = fields.get(slot)?.ty();
                let (places, write) = (self.associated(ty, "__PLACES"), self.associated(ty, "__write_key"));
                let (signature, value) = (self.signature("__write_key"), self.own_value(slot, &fields));
                (places, Some(quote!(#[inline] #signature { #write(#value, __c) })))
            }
        };
        Some(quote! {
            const __PLACES: #private::Places = #places;
            #write_key
        })
    }

    /// ```text
    /// const _: () = ::record_runtime::__private::assert_keys({
    ///     use ::record_runtime::__private::Unknown as _;
    ///     ::record_runtime::__private::Known::<Map<K, V>>::KEYS_FIT
    /// });
    /// ```
    ///
    /// and the same with `assert_object` and `MAY_BE_OBJECT`, for the types of fields without parameters: those of
    /// others are known too late. A map takes two arguments, so that no other type is asked for its keys.
    fn checks(&self) -> TokenStream {
        let mut checks = TokenStream::new();
        for (variant, field) in self.container.fields() {
            let skipped = variant.is_some_and(|variant| !variant.is_written() || variant.serialize_with().is_some());
            if skipped
                || !field.is_written()
                || field.serialize_with().is_some()
                || self.policies_of(field).changes_value()
            {
                continue;
            }
            let tagged_newtype = variant.is_some_and(|variant| {
                let tagging = variant.tagging(&self.container.tagging);
                variant.style == Style::Newtype && matches!(tagging, Tagging::Internal { .. })
            });
            if generics::may_be_map(field.ty()) {
                checks.extend(self.check(field.ty(), "assert_keys", "KEYS_FIT"));
            }
            if field.attrs.flatten.is_some() || tagged_newtype {
                checks.extend(self.check(field.ty(), "assert_object", "MAY_BE_OBJECT"));
            }
        }
        checks
    }

    fn check(&self, ty: &Type, assert: &str, property: &str) -> Option<TokenStream> {
        let of_static = generics::for_any_lifetime(self.container, ty)?;
        let (start, end) = type_span(ty);
        let (assert, property) = (Ident::new(assert, end), Ident::new(property, end));
        // All of the call stands over the type.
        let first = body::located_at(&self.paths.private, start);
        let private = body::located_at(&self.paths.private, end);
        Some(quote_spanned! {end=>
            const _: () = #first::#assert({
                use #private::Unknown as _;
                #private::Known::<#of_static>::#property
            });
        })
    }

    /// An implementation that writes nothing.
    fn fallback_impls(&self) -> TokenStream {
        let value = &self.paths.value;
        let (params, ty) = (generics::impl_params(self.container), self.own_type());
        let predicates = generics::declared(self.container);
        let write = self.signature("write_value");
        let maskable = self.container.attrs.policies.has(Name::FieldMask).then(|| {
            let header = Header { params: &params, ty: &ty, predicates: &predicates };
            self.maskable_impl(&header, &Masks::Own(Parts::default()))
        });
        quote! {
            #[automatically_derived]
            impl<#params> #value for #ty where #predicates {
                #write { __c }
            }
            #maskable
        }
    }
}

/// The parts of `impl<params> Trait for ty where predicates`.
struct Header<'t> {
    params: &'t TokenStream,
    ty: &'t TokenStream,
    predicates: &'t TokenStream,
}

fn binding(index: usize) -> Ident {
    format_ident!("__f{}", index)
}

/// Where `span` is, but with the names of the expansion in scope. The input may come from a macro, whose tokens do not
/// see them.
fn call_site_at(span: Span) -> Span {
    Span::call_site().located_at(span)
}

/// The first and the last token of a type. An expression that begins at the one and ends at the other is reported as
/// standing over all of it.
fn type_span(ty: &Type) -> (Span, Span) {
    let mut tokens = ty.to_token_stream().into_iter();
    let first = tokens.next().map_or_else(Span::call_site, |token| token.span());
    let last = tokens.last().map_or(first, |token| token.span());
    (call_site_at(first), call_site_at(last))
}
