//! `bridge!`: types that are written by their `serde::Serialize`.

use crate::generics::impl_params_of;
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{GenericParam, Generics, Lifetime, LifetimeParam, Path, Token, Type, WhereClause, parenthesized};

/// `(path of the runtime) Type, impl<T> Other<T> where …; …`
pub(crate) struct Bridges {
    runtime: Path,
    types: Vec<Bridged>,
}

/// `Type`, or `impl<T> Type<T> where …`
struct Bridged {
    generics: Generics,
    ty: TokenStream,
}

impl Parse for Bridges {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let runtime;
        parenthesized!(runtime in input);
        let runtime = runtime.call(Path::parse_mod_style)?;
        let mut types = Vec::new();
        if input.is_empty() {
            return Err(input.error("name the types that their `serde::Serialize` writes: `bridge!(Type)`"));
        }
        while !input.is_empty() {
            types.push(input.parse()?);
            if !input.is_empty() && input.parse::<Option<Token![,]>>()?.is_none() {
                input.parse::<Token![;]>()?;
            }
        }
        Ok(Self { runtime, types })
    }
}

impl Parse for Bridged {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let mut generics = Generics::default();
        if input.parse::<Option<Token![impl]>>()?.is_some() {
            generics = input.parse()?;
        }
        let ty = named_lifetimes(input.parse::<Type>()?.into_token_stream(), &mut generics);
        generics.where_clause = input.parse::<Option<WhereClause>>()?;
        Ok(Self { generics, ty })
    }
}

/// Names the lifetimes `'_`, which may not stand in a where clause.
fn named_lifetimes(ty: TokenStream, generics: &mut Generics) -> TokenStream {
    let mut after_quote = false;
    let tokens = ty.into_iter().map(|token| match token {
        TokenTree::Ident(ident) if after_quote && ident == "_" => {
            after_quote = false;
            let name = format!("__{}", generics.params.len());
            let lifetime = Lifetime::new(&format!("'{name}"), ident.span());
            generics.params.insert(0, GenericParam::Lifetime(LifetimeParam::new(lifetime)));
            TokenTree::Ident(Ident::new(&name, ident.span()))
        }
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), named_lifetimes(group.stream(), generics));
            inner.set_span(group.span());
            TokenTree::Group(inner)
        }
        other => {
            after_quote = matches!(&other, TokenTree::Punct(punct) if punct.as_char() == '\'');
            other
        }
    });
    tokens.collect()
}

impl ToTokens for Bridges {
    /// ```text
    /// #[automatically_derived]
    /// impl<T> ::record_runtime::ZeroAllocJson for Type<T> where Type<T>: ::record_runtime::__private::Serialize {
    ///     #[inline]
    ///     fn write_value<'__s, __D: ::record_runtime::Dispatch>(…) -> … {
    ///         ::record_runtime::ZeroAllocJson::write_value(&::record_runtime::Serde(self), __c)
    ///     }
    ///     #[inline]
    ///     fn __write_key<'__s, __D: ::record_runtime::Dispatch>(…) -> … {
    ///         ::record_runtime::ZeroAllocJson::__write_key(&::record_runtime::Serde(self), __c)
    ///     }
    /// }
    /// ```
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let runtime = &self.runtime;
        for Bridged { generics, ty } in &self.types {
            let params = impl_params_of(generics);
            let declared = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
            // Of a type without parameters it is checked by the body.
            let inferred = (!generics.params.is_empty()).then(|| quote!(#ty: #runtime::__private::Serialize));
            tokens.extend(quote! {
                #[automatically_derived]
                impl<#params> #runtime::ZeroAllocJson for #ty where #(#declared,)* #inferred {
                    #[inline]
                    fn write_value<'__s, __D: #runtime::Dispatch>(
                        &self,
                        __c: #runtime::Cursor<'__s, __D>,
                    ) -> #runtime::Cursor<'__s, __D> {
                        #runtime::ZeroAllocJson::write_value(&#runtime::Serde(self), __c)
                    }
                    #[inline]
                    fn __write_key<'__s, __D: #runtime::Dispatch>(
                        &self,
                        __c: #runtime::Cursor<'__s, __D>,
                    ) -> #runtime::Cursor<'__s, __D> {
                        #runtime::ZeroAllocJson::__write_key(&#runtime::Serde(self), __c)
                    }
                }
            });
        }
    }
}
