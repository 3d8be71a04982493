//! Definitions of how another type is written: `#[json(remote = "…")]`.

use super::body::call;
use super::{Expansion, Header, Paths, binding, call_site_at, type_span};
use crate::generics;
use crate::model::{Data, Field};
use crate::plan::Plan;
use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{GenericParam, Member, Path, Type};

impl Expansion<'_, '_> {
    /// ```text
    /// #[automatically_derived]
    /// impl<T> Definition<T> where … {
    ///     pub fn write_json(__this: &Other<T>, __w: &mut ::record_runtime::JsonWriter<'_>) {
    ///         struct __Remote<'__a, T>(&'__a Other<T>) where …;
    ///         impl<'__a, T> ::record_runtime::ZeroAllocJson for __Remote<'__a, T> where … { … }
    ///         __w.value(&__Remote(__this));
    ///     }
    /// }
    /// ```
    /// Without a plan it writes nothing.
    pub(super) fn remote_function(&self, remote: &Path, plan: Option<&Plan>) -> TokenStream {
        let container = self.container;
        let input = container.input;
        let Paths { writer, .. } = &self.paths;
        let (params, own, visibility) = (generics::impl_params(container), self.own_type(), &input.vis);
        let (_, arguments, _) = input.generics.split_for_impl();
        let declared = generics::declared(container);
        let predicates = if plan.is_some() { self.predicates() } else { declared.clone() };
        // Written out already, where the type has none of its own; both at once is an error.
        let has_arguments = remote.segments.last().is_some_and(|last| !last.arguments.is_empty());
        let arguments = (!has_arguments).then_some(arguments);
        let other = quote!(#remote #arguments);
        let body = plan.map(|plan| {
            let names = input.generics.params.iter().map(|param| match param {
                GenericParam::Lifetime(param) => param.lifetime.to_token_stream(),
                GenericParam::Type(param) => param.ident.to_token_stream(),
                GenericParam::Const(param) => param.ident.to_token_stream(),
            });
            let ty = quote!(__Remote<'__a, #(#names),*>);
            let lifetime_first = quote!('__a, #params);
            let header = Header { params: &lifetime_first, ty: &ty, predicates: &predicates };
            let implementation = self.value_impl(&header, plan);
            let used = self.pretend_used();
            quote! {
                struct __Remote<'__a, #params>(&'__a #other) where #declared;
                #implementation
                #used
                __w.value(&__Remote(__this));
            }
        });
        quote! {
            #[automatically_derived]
            impl<#params> #own where #predicates {
                /// Writes a value of the type that this one stands for.
                #visibility fn write_json(__this: &#other, __w: &mut #writer<'_>) {
                    #body
                }
            }
        }
    }

    /// ```text
    /// match &(*self.0).a {
    ///     __r => {
    ///         let __r: &A = &*__r;
    ///         __r
    ///     }
    /// }
    /// ```
    ///
    /// The other type's field, or the getter's result, as the type that the definition gives it. Another type is an
    /// error at the field. A `match`, since what a getter returns has to live as long as the call around it.
    pub(super) fn remote_reference(&self, field: &Field) -> TokenStream {
        let (start, end) = type_span(field.ty());
        let value = if let Some(getter) = field.getter() {
            let span = call_site_at(getter.span());
            let call = call(getter, &quote_spanned!(span=> &*self.0));
            quote!(&#call)
        } else {
            let mut member = field.member.clone();
            if let Member::Unnamed(index) = &mut member {
                index.span = start;
            }
            // At the name, which the other type may not have.
            let span = call_site_at(member.span());
            if self.container.is_packed() {
                quote_spanned!(span=> &{ (*self.0).#member })
            } else {
                quote_spanned!(span=> &(*self.0).#member)
            }
        };
        let ty = self.without_self(alone(field.ty()));
        let (and, r#match) = (quote_spanned!(start=> &), quote_spanned!(start=> match));
        quote_spanned!(end=> #r#match #value { __r => { let __r: #and #ty = #and *__r; __r } })
    }

    /// The tokens with `Self` as what it is in the definition, where they stand within an impl for another type.
    fn without_self(&self, tokens: TokenStream) -> TokenStream {
        let mut tokens = tokens.into_iter().peekable();
        let mut named = TokenStream::new();
        while let Some(token) = tokens.next() {
            named.extend(match token {
                TokenTree::Ident(ident) if ident == "Self" => {
                    let own = self.own_type();
                    // Of `Self::Item`; a path cannot begin with `Own<T>::Item`.
                    match tokens.peek() {
                        Some(TokenTree::Punct(next)) if next.as_char() == ':' => quote!(<#own>),
                        _ => own,
                    }
                }
                TokenTree::Group(group) => {
                    let mut inner = Group::new(group.delimiter(), self.without_self(group.stream()));
                    inner.set_span(group.span());
                    inner.into_token_stream()
                }
                token => token.into_token_stream(),
            });
        }
        named
    }

    /// ```text
    /// let _ = |__d: &Self| match __d { Self::A { a: __f0 } => {} };
    /// let _ = |__f0: u8| Self::A { a: __f0 };
    /// ```
    ///
    /// A definition of another type is never built nor read; this keeps it from being reported as dead.
    fn pretend_used(&self) -> TokenStream {
        let (paths, members): (Vec<_>, Vec<&[Field]>) = match &self.container.data {
            Data::Struct(_, fields) => (vec![quote!(Self)], vec![fields]),
            Data::Enum(variants) => variants
                .iter()
                .map(|variant| {
                    let ident = &variant.original.ident;
                    (quote!(Self::#ident), variant.fields.as_slice())
                })
                .unzip(),
            Data::Union => (Vec::new(), Vec::new()),
        };
        let mut arms = TokenStream::new();
        let mut builders = TokenStream::new();
        for (path, fields) in paths.iter().zip(members) {
            let members = fields.iter().enumerate();
            let members = members.map(|(index, field)| (&field.member, binding(index)));
            let members = members.map(|(member, binding)| quote!(#member: #binding));
            let value = quote!(#path { #(#members),* });
            let parameters = fields.iter().enumerate().map(|(index, field)| {
                let (binding, ty) = (binding(index), alone(field.ty()));
                quote!(#binding: #ty)
            });
            arms.extend(quote!(#value => {}));
            builders.extend(quote!(let _ = |#(#parameters),*| #value;));
        }
        if arms.is_empty() {
            return arms;
        }
        // Fields of a packed struct cannot be referred to.
        let reference = (!self.container.is_packed()).then(|| quote!(&));
        quote!(let _ = |__d: #reference Self| match __d { #arms }; #builders)
    }
}

/// A type that may stand behind `&` and in front of `|`: `(dyn A + B)`.
fn alone(ty: &Type) -> TokenStream {
    match ty {
        Type::TraitObject(_) | Type::ImplTrait(_) => quote!((#ty)),
        _ => ty.to_token_stream(),
    }
}
