//! The names of a type's fields, for masks.

use super::body::located_at;
use super::{Expansion, Header, type_span};
use crate::attr::At;
use crate::model::{Data, Field};
use crate::plan::{Masks, Parts, Place, Plan, Through};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Type;

impl Expansion<'_, '_> {
    /// ```text
    /// fn __fields() -> ::record_runtime::__private::Fields {
    ///     ::record_runtime::__private::Fields::of(const {
    ///         &[&[::record_runtime::__private::Name::key("a", <A as ::record_runtime::ZeroAllocJson>::__fields)]]
    ///     })
    /// }
    /// ```
    ///
    /// and for a type in the place of which another one is written: `<A as ::record_runtime::ZeroAllocJson>::__fields()`
    pub(super) fn names(&self, plan: &Plan) -> Option<TokenStream> {
        let private = &self.paths.private;
        let fields = match &plan.masks {
            Masks::None => return None,
            Masks::Through(through) => {
                let of_other = self.associated(self.other(*through)?, "__fields");
                quote!(#of_other())
            }
            Masks::Own(parts) => self.parts(parts),
        };
        Some(quote!(fn __fields() -> #private::Fields { #fields }))
    }

    fn parts(&self, parts: &Parts) -> TokenStream {
        let private = &self.paths.private;
        let parts = parts.parts.iter().map(|part| {
            let names = part.iter().map(|entry| {
                let below = entry.below.and_then(|(body, index)| self.field(body, index));
                let below = below
                    .map_or_else(|| quote!(#private::Fields::none), |field| self.associated(field.ty(), "__fields"));
                match &entry.place {
                    Place::Key(key) => quote!(#private::Name::key(#key, #below)),
                    Place::Flattened => quote!(#private::Name::flattened(#below)),
                    Place::Content => quote!(#private::Name::content(#below)),
                }
            });
            quote!(&[#(#names),*])
        });
        quote!(#private::Fields::of(const { &[#(#parts),*] }))
    }

    /// The field of a struct, or of the variant at `body`.
    fn field(&self, body: usize, index: usize) -> Option<&Field<'_>> {
        match &self.container.data {
            Data::Struct(_, fields) => fields.get(index),
            Data::Enum(variants) => variants.get(body)?.fields.get(index),
            Data::Union => None,
        }
    }

    /// The type that is written in the place of this one.
    pub(super) fn other(&self, through: Through) -> Option<&Type> {
        match through {
            Through::Into => self.container.attrs.into.as_ref().map(|At { value, .. }| value),
            Through::Field(at) => self.field(0, at).map(Field::ty),
        }
    }

    /// ```text
    /// #[automatically_derived]
    /// impl<T> ::record_runtime::Maskable for Type<T> where … {
    ///     type Fields = Self;
    /// }
    /// ```
    ///
    /// and for a type in the place of which `A` is written:
    ///
    /// ```text
    /// impl<T> ::record_runtime::Maskable for Type<T> where …, A: ::record_runtime::Maskable {
    ///     type Fields = <A as ::record_runtime::Maskable>::Fields;
    /// }
    /// ```
    pub(super) fn maskable_impl(&self, header: &Header, masks: &Masks) -> Option<TokenStream> {
        let Header { params, ty, predicates } = header;
        let maskable = &self.paths.maskable;
        let (predicate, fields) = match masks {
            Masks::None => return None,
            Masks::Own(_) => (None, quote!(Self)),
            Masks::Through(through) => {
                let other = self.other(*through)?;
                let (start, end) = type_span(other);
                let maskable = located_at(maskable, end);
                let bound = quote_spanned!(end=> #other: #maskable);
                let open = quote_spanned!(start=> <);
                (Some(bound), quote_spanned!(end=> #open #other as #maskable>::Fields))
            }
        };
        Some(quote! {
            #[automatically_derived]
            impl<#params> #maskable for #ty where #predicates #predicate {
                type Fields = #fields;
            }
        })
    }
}
