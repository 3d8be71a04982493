//! Tokens. Above each function stands what it emits; what is emitted was decided in `plan`.
//!
//! Everything is named by an absolute path, and what is local begins with `__`, so that an expansion means the same
//! whatever is in scope where the type stands. Values are passed with the span of their type and functions with that
//! of the string that named them, so that a missing trait or a wrong signature is reported there.

mod body;
mod policy;
mod remote;

use crate::deprecated;
use crate::generics::{self, Traits};
use crate::model::{Container, Data, Field};
use crate::plan::{Body, Inline, Marker, MaxLen, Plan, Writer};
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
    in_const(container, &items)
}

/// The same signatures for a type with errors, without what could cause more of them.
pub(crate) fn fallback(container: &Container) -> TokenStream {
    let expansion = Expansion::new(container);
    let items = match container.remote() {
        None => expansion.fallback_impls(),
        Some(remote) => expansion.remote_function(remote, None),
    };
    in_const(container, &items)
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
    key: TokenStream,
    object: TokenStream,
    cursor: TokenStream,
    level: TokenStream,
    writer: TokenStream,
    private: TokenStream,
    serialize: TokenStream,
}

impl Paths {
    fn new(runtime: Option<&Path>) -> Self {
        let runtime = runtime.map_or_else(|| quote!(::record_runtime), ToTokens::to_token_stream);
        Self {
            value: quote!(#runtime::ZeroAllocJson),
            key: quote!(#runtime::JsonKey),
            object: quote!(#runtime::JsonObject),
            cursor: quote!(#runtime::Cursor),
            level: quote!(#runtime::Level),
            writer: quote!(#runtime::JsonWriter),
            private: quote!(#runtime::__private),
            serialize: quote!(#runtime::__private::Serialize),
        }
    }
}

/// What all parts of one expansion share.
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
        let Paths { value, key, object, serialize, .. } = &self.paths;
        let mut predicates = generics::predicates(self.container, &Traits { value, key, object, serialize });
        predicates.extend(self.policy_predicates());
        predicates
    }

    /// `Type<'a, T>`
    fn own_type(&self) -> TokenStream {
        let (_, arguments, _) = self.container.input.generics.split_for_impl();
        let ident = &self.container.input.ident;
        quote!(#ident #arguments)
    }

    /// The impl of the trait, and those of the markers.
    fn own_impls(&self, plan: &Plan) -> TokenStream {
        let (params, ty, predicates) = (generics::impl_params(self.container), self.own_type(), self.predicates());
        let header = Header { params: &params, ty: &ty, predicates: &predicates };
        let mut items = self.value_impl(&header, plan);
        items.extend(self.object_impl(&header, plan));
        items.extend(self.key_impl(&header, plan));
        items
    }

    /// ```text
    /// #[automatically_derived]
    /// impl<T> ::record_runtime::ZeroAllocJson for Type<T> where … {
    ///     const FRAGMENTS: &'static [&'static ::core::primitive::str] = &["{", "\"a\":", "}"];
    ///     const MAX_JSON_LEN: … = …;
    ///     #[inline]
    ///     fn write_value<'__s, __L: ::record_runtime::Level>(…) -> … { … }
    /// }
    /// ```
    fn value_impl(&self, header: &Header, plan: &Plan) -> TokenStream {
        let Header { params, ty, predicates } = header;
        let Paths { value, .. } = &self.paths;
        let texts = &plan.fragments;
        let texts = match (&plan.writer, &self.container.data) {
            (Writer::Constants, Data::Enum(variants)) => Some(self.constants(variants, texts)),
            _ if texts.is_empty() => None,
            _ => Some(quote!(const FRAGMENTS: &'static [&'static ::core::primitive::str] = &[#(#texts),*];)),
        };
        let max_len = self.max_len(plan);
        let inline = match plan.inline {
            Inline::Yes => quote!(#[inline]),
            Inline::Never => quote!(#[inline(never)]),
        };
        let signature = self.signature("write_value");
        let body = self.write_body(plan);
        quote! {
            #[automatically_derived]
            impl<#params> #value for #ty where #predicates {
                #texts
                #max_len
                #inline
                #signature { #body }
            }
        }
    }

    /// `fn write_value<'__s, __L: …>(&self, __c: ::record_runtime::Cursor<'__s, __L>) -> ::record_runtime::Cursor<'__s, __L>`
    fn signature(&self, name: &str) -> TokenStream {
        let Paths { cursor, level, .. } = &self.paths;
        let name = Ident::new(name, Span::call_site());
        quote! {
            fn #name<'__s, __L: #level>(&self, __c: #cursor<'__s, __L>) -> #cursor<'__s, __L>
        }
    }

    /// `const MAX_JSON_LEN: ::core::option::Option<usize> = …;`
    fn max_len(&self, plan: &Plan) -> Option<TokenStream> {
        let private = &self.paths.private;
        let fields: &[Field] = match &self.container.data {
            Data::Struct(_, fields) => fields,
            _ => &[],
        };
        // Asked through `MaxLen`, which answers for every type: one that lacks the trait is reported where it is
        // written, and need not be twice.
        let of_field = |field: &Field| {
            let ty = field.ty();
            quote!(#private::MaxLen::<#ty>::LEN)
        };
        let fallback = quote!(use #private::MaxLenUnknown as _;);
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
                quote!({ #fallback #private::max_len(Self::FRAGMENTS, &[#(#lens),*]) })
            }
        };
        Some(quote!(const MAX_JSON_LEN: ::core::option::Option<::core::primitive::usize> = #len;))
    }

    /// `<T as ::record_runtime::ZeroAllocJson>::name`
    ///
    /// The trait is named with the type, although it could be inferred, so that a type without it is reported in the
    /// same words by all that ask for it, and the compiler shows one message.
    fn associated(&self, ty: &Type, name: &str) -> TokenStream {
        let value = &self.paths.value;
        let (start, end) = type_span(ty);
        let name = Ident::new(name, end);
        let open = quote_spanned!(start=> <);
        quote_spanned!(end=> #open #ty as #value>::#name)
    }

    /// ```text
    /// #[automatically_derived]
    /// impl<T> ::record_runtime::JsonObject for Type<T> where … {}
    /// ```
    fn object_impl(&self, header: &Header, plan: &Plan) -> Option<TokenStream> {
        let Header { params, ty, predicates } = header;
        let object = &self.paths.object;
        let inner = self.marker_predicates(&plan.object, object)?;
        Some(quote! {
            #[automatically_derived]
            impl<#params> #object for #ty where #predicates #inner {}
        })
    }

    /// ```text
    /// #[automatically_derived]
    /// impl<T> ::record_runtime::JsonKey for Type<T> where … {
    ///     #[inline]
    ///     fn write_key<'__s, __L: ::record_runtime::Level>(…) -> … { … }
    /// }
    /// ```
    fn key_impl(&self, header: &Header, plan: &Plan) -> Option<TokenStream> {
        let Header { params, ty, predicates } = header;
        let Paths { key, value, .. } = &self.paths;
        let inner = self.marker_predicates(&plan.key, key)?;
        let signature = self.signature("write_key");
        let body = match (&plan.writer, &self.container.data) {
            (Writer::Into, _) => self.through_into(key, "write_key"),
            (Writer::Repr, Data::Enum(variants)) => {
                let number = self.discriminant(variants);
                quote!(#key::write_key(&#number, __c))
            }
            (Writer::Struct(Body::Value(slot)), Data::Struct(_, fields)) => {
                let value = self.reference(*slot, &Fields { fields, variant: None });
                quote!(#key::write_key(#value, __c))
            }
            (Writer::Enum(bodies), Data::Enum(variants)) if plan.key != Marker::Always => {
                let arms = variants.iter().zip(bodies);
                self.match_variants(arms.map(|(variant, body)| {
                    let fields = Fields { fields: &variant.fields, variant: Some(variant) };
                    let write = match body {
                        Body::Value(slot) => {
                            let value = self.reference(*slot, &fields);
                            quote!(#key::write_key(#value, __c))
                        }
                        _ => self.body(body, &fields),
                    };
                    (self.pattern(variant, body), write)
                }))
            }
            // A unit variant's text is its key.
            _ => quote!(#value::write_value(self, __c)),
        };
        // In constants it is done already.
        let body = if plan.key == Marker::Always { body } else { self.in_escapes(body) };
        Some(quote! {
            #[automatically_derived]
            impl<#params> #key for #ty where #predicates #inner {
                #[inline]
                #signature { #body }
            }
        })
    }

    /// `for<'__any> Inner: ::record_runtime::JsonKey,`; `None` where the marker never holds.
    ///
    /// The lifetime is not used: it keeps the compiler from refusing an impl whose bound is known not to hold, so that
    /// `struct W(Vec<u8>)` is refused as a key only where it is used as one.
    fn marker_predicates(&self, marker: &Marker, of: &TokenStream) -> Option<TokenStream> {
        let types: Vec<&Type> = match (marker, &self.container.data) {
            (Marker::Never, _) => return None,
            (Marker::Always, _) => Vec::new(),
            (Marker::OfInto, _) => self.container.attrs.into.iter().map(|into| &into.value).collect(),
            (Marker::OfFields(places), data) => {
                let field = |&(variant, at): &(Option<usize>, usize)| match (data, variant) {
                    (Data::Struct(_, fields), _) => fields.get(at),
                    (Data::Enum(variants), Some(variant)) => variants.get(variant)?.fields.get(at),
                    _ => None,
                };
                places.iter().filter_map(field).map(Field::ty).collect()
            }
        };
        Some(quote!(#(for<'__any> #types: #of,)*))
    }

    /// Implementations that write nothing, for as much as the type could have been.
    fn fallback_impls(&self) -> TokenStream {
        let Paths { value, key, object, .. } = &self.paths;
        let (params, ty) = (generics::impl_params(self.container), self.own_type());
        let predicates = generics::declared(self.container);
        let (write, write_key) = (self.signature("write_value"), self.signature("write_key"));
        quote! {
            #[automatically_derived]
            impl<#params> #value for #ty where #predicates {
                #write { __c }
            }
            #[automatically_derived]
            impl<#params> #object for #ty where #predicates {}
            #[automatically_derived]
            impl<#params> #key for #ty where #predicates {
                #write_key { __c }
            }
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

/// Where `span` is, but with the names of the expansion in scope: the input may itself come from a macro, whose tokens
/// do not see them.
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
