//! Keeps the compiler from reporting a derive as a use of deprecated parts of the type itself. It needs no attribute
//! that a crate may have forbidden.
//!
//! The lint says nothing of names that come from a derive. So the names of deprecated parts are taken for the derive's
//! own, at the place where they were typed. Functions that attributes name keep their spans, and are reported.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens as _;
use std::borrow::Cow;
use std::collections::HashSet;
use syn::{Attribute, Data, DeriveInput, Fields};

/// The input with the names of its deprecated parts as if the derive had written them.
pub(crate) fn without_reports(input: &DeriveInput) -> Cow<'_, DeriveInput> {
    let mut names = HashSet::new();
    let all = is_deprecated(&input.attrs);
    if all {
        names.insert(&input.ident);
    }
    match &input.data {
        Data::Struct(data) => collect(&data.fields, all, &mut names),
        Data::Enum(data) => {
            for variant in &data.variants {
                let all = all || is_deprecated(&variant.attrs);
                if all {
                    names.insert(&variant.ident);
                }
                collect(&variant.fields, all, &mut names);
            }
        }
        Data::Union(_) => {}
    }
    if names.is_empty() {
        return Cow::Borrowed(input);
    }
    // The same tokens in the same order: they were a derive input, and are one.
    syn::parse2(renamed(input.to_token_stream(), &names)).map_or(Cow::Borrowed(input), Cow::Owned)
}

/// Parts of a deprecated item are deprecated with it.
fn collect<'i>(fields: &'i Fields, all: bool, names: &mut HashSet<&'i Ident>) {
    let fields = fields.iter().filter(|field| all || is_deprecated(&field.attrs));
    names.extend(fields.filter_map(|field| field.ident.as_ref()));
}

fn is_deprecated(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| attr.path().is_ident("deprecated"))
}

fn renamed(tokens: TokenStream, names: &HashSet<&Ident>) -> TokenStream {
    let tokens = tokens.into_iter().map(|token| match token {
        TokenTree::Ident(mut ident) if names.contains(&ident) => {
            ident.set_span(Span::call_site().located_at(ident.span()));
            TokenTree::Ident(ident)
        }
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), renamed(group.stream(), names));
            inner.set_span(group.span());
            TokenTree::Group(inner)
        }
        token => token,
    });
    tokens.collect()
}

/// Whether the type, or a part of it, allows the use of what is deprecated: then the derive may use it, too.
pub(crate) fn is_allowed(input: &DeriveInput) -> bool {
    let of_fields = |fields: &Fields| fields.iter().any(|field| allows(&field.attrs));
    allows(&input.attrs)
        || match &input.data {
            Data::Struct(data) => of_fields(&data.fields),
            Data::Enum(data) => {
                data.variants.iter().any(|variant| allows(&variant.attrs) || of_fields(&variant.fields))
            }
            Data::Union(_) => false,
        }
}

fn allows(attrs: &[Attribute]) -> bool {
    let mut levels = attrs.iter().filter(|attr| attr.path().is_ident("allow") || attr.path().is_ident("expect"));
    levels.any(|attr| {
        attr.meta.require_list().is_ok_and(|list| {
            let mut lints = list.tokens.clone().into_iter();
            lints.any(|token| matches!(token, TokenTree::Ident(lint) if lint == "deprecated"))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{is_allowed, without_reports};
    use std::borrow::Cow;
    use syn::DeriveInput;

    #[test]
    fn only_deprecated_names_are_taken() {
        let input = |source| syn::parse_str::<DeriveInput>(source).expect("the input is Rust");
        let taken = |source| matches!(without_reports(&input(source)), Cow::Owned(_));
        assert!(!taken("#[allow(deprecated)] struct S { a: u8 }"));
        assert!(taken("#[deprecated] struct S;"));
        assert!(taken(r#"struct S { #[deprecated(note = "n")] a: u8 }"#));
        assert!(taken("enum E { A { #[deprecated] a: u8 } }"));
        assert!(taken("enum E { #[deprecated] A(u8) }"));
    }

    #[test]
    fn allowed_on_any_part() {
        let allowed = |source| is_allowed(&syn::parse_str(source).expect("the input is Rust"));
        assert!(allowed("#[allow(unused, deprecated)] struct S { a: u8 }"));
        assert!(allowed(r#"struct S { #[expect(deprecated, reason = "r")] a: u8 }"#));
        assert!(allowed("enum E { #[allow(deprecated)] A }"));
        assert!(allowed("enum E { A(#[allow(deprecated)] u8) }"));
        assert!(!allowed("#[deprecated] #[deny(deprecated)] enum E { #[allow(unused)] A }"));
    }
}
