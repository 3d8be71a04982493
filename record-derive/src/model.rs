//! The derive input as the later stages see it: containers, variants and fields with their attributes read and their
//! names settled.

use crate::attr::{At, Bridge, ContainerAttrs, FieldAttrs, Foreign, VariantAttrs};
use crate::case::RenameRule;
use crate::errors::{self, Errors};
use crate::policy::own_kinds;
use proc_macro2::{Span, TokenTree};
use quote::quote_spanned;
use syn::ext::IdentExt as _;
use syn::{DeriveInput, Expr, ExprLit, ExprPath, Fields, Lit, Member, Meta, Path, Type};

/// A struct or an enum.
pub(crate) struct Container<'a> {
    pub(crate) input: &'a DeriveInput,
    pub(crate) attrs: ContainerAttrs,
    /// The name as JSON shows it (as the value of a struct's `tag`).
    pub(crate) name: String,
    pub(crate) tagging: Tagging,
    pub(crate) data: Data<'a>,
}

pub(crate) enum Data<'a> {
    Struct(Style, Vec<Field<'a>>),
    Enum(Vec<Variant<'a>>),
    /// Reported; nothing is known of it.
    Union,
}

/// How an enum says which variant it holds; `Internal` is for structs too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tagging {
    /// `{"Variant":content}`
    External,
    /// `{"tag":"Variant",…}`
    Internal { tag: String },
    /// `{"tag":"Variant","content":content}`
    Adjacent { tag: String, content: String },
    /// `content`
    Untagged,
}

pub(crate) struct Variant<'a> {
    pub(crate) original: &'a syn::Variant,
    pub(crate) attrs: VariantAttrs,
    /// The name as JSON shows it.
    pub(crate) name: String,
    pub(crate) style: Style,
    pub(crate) fields: Vec<Field<'a>>,
}

pub(crate) struct Field<'a> {
    pub(crate) original: &'a syn::Field,
    /// `[(); 0]` in place of `[X; 0]`.
    empty_array: Option<Type>,
    pub(crate) member: Member,
    pub(crate) attrs: FieldAttrs,
    /// The key as JSON shows it; without meaning where fields are not named.
    pub(crate) name: String,
    /// Where the key was typed.
    pub(crate) name_span: Span,
}

/// How the fields of a struct or a variant are given. Serde's data model tells the four apart, and so does JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// `{ a: A }`, also without fields
    Named,
    /// `(A, B)`, `()`
    Tuple,
    /// `(A)`
    Newtype,
    Unit,
}

impl Field<'_> {
    /// Whether it is written in some views alone.
    pub(crate) fn has_view(&self) -> bool {
        !self.attrs.policies.views().is_empty()
    }
}

impl<'a> Container<'a> {
    pub(crate) fn from_input(input: &'a DeriveInput, errors: &mut Errors) -> Self {
        let attrs = ContainerAttrs::read(&input.attrs, &input.ident, errors);
        let data = match &input.data {
            syn::Data::Struct(data) => {
                let (style, fields) = fields(&data.fields, attrs.rename_all, attrs.bridge.as_ref(), errors);
                Data::Struct(style, fields)
            }
            syn::Data::Enum(data) => {
                Data::Enum(data.variants.iter().map(|variant| Variant::from_input(variant, &attrs, errors)).collect())
            }
            syn::Data::Union(data) => {
                errors.push(errors::union_input(data.union_token.span));
                Data::Union
            }
        };
        let name = match &attrs.rename {
            Some(name) => name.value(),
            None => input.ident.unraw().to_string(),
        };
        Self { input, name, tagging: Tagging::from_attrs(&attrs), attrs, data }
    }

    /// The type that is written in place of this definition.
    pub(crate) fn remote(&self) -> Option<&Path> {
        self.attrs.remote.as_ref().map(|at| &at.value)
    }

    /// Whether the type that is written may have variants which the definition does not list.
    pub(crate) fn is_non_exhaustive(&self) -> bool {
        let mut attrs = self.input.attrs.iter();
        self.remote().is_some() && attrs.any(|attr| attr.path().is_ident("non_exhaustive"))
    }

    /// Whether fields may be misaligned, so that they have to be copied before they are referred to.
    pub(crate) fn is_packed(&self) -> bool {
        let mut reprs = self.input.attrs.iter().filter(|attr| attr.path().is_ident("repr"));
        reprs.any(|attr| {
            let Meta::List(list) = &attr.meta else {
                return false;
            };
            list.tokens.clone().into_iter().any(|token| matches!(token, TokenTree::Ident(ident) if ident == "packed"))
        })
    }

    /// The integer type that holds the number of an enum's variant.
    pub(crate) fn discriminant_type(&self) -> &'static str {
        const TYPES: [&str; 12] =
            ["u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize"];
        let mut named = None;
        for attr in self.input.attrs.iter().filter(|attr| attr.path().is_ident("repr")) {
            let Meta::List(list) = &attr.meta else { continue };
            for token in list.tokens.clone() {
                if let TokenTree::Ident(ident) = token {
                    named = TYPES.into_iter().find(|name| ident == name).or(named);
                }
            }
        }
        named.unwrap_or("isize")
    }

    /// The position of the one field that a `transparent` struct consists of.
    pub(crate) fn transparent_field(&self) -> Option<usize> {
        self.attrs.transparent?;
        match &self.data {
            Data::Struct(_, fields) => fields.iter().position(Field::may_be_transparent),
            Data::Enum(_) | Data::Union => None,
        }
    }

    /// All fields, with the variant that they belong to.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (Option<&Variant<'a>>, &Field<'a>)> {
        let (fields, variants): (&[_], &[_]) = match &self.data {
            Data::Struct(_, fields) => (fields, &[]),
            Data::Enum(variants) => (&[], variants),
            Data::Union => (&[], &[]),
        };
        let of_variants =
            variants.iter().flat_map(|variant| variant.fields.iter().map(move |field| (Some(variant), field)));
        fields.iter().map(|field| (None, field)).chain(of_variants)
    }
}

impl Tagging {
    /// Contradictions are ignored here and reported by `check`.
    fn from_attrs(attrs: &ContainerAttrs) -> Self {
        match (attrs.untagged, &attrs.tag, &attrs.content) {
            (Some(_), ..) => Self::Untagged,
            (None, Some(tag), None) => Self::Internal { tag: tag.value.value() },
            (None, Some(tag), Some(content)) => {
                Self::Adjacent { tag: tag.value.value(), content: content.value.value() }
            }
            (None, None, _) => Self::External,
        }
    }
}

impl<'a> Variant<'a> {
    fn from_input(original: &'a syn::Variant, container: &ContainerAttrs, errors: &mut Errors) -> Self {
        let attrs = VariantAttrs::read(&original.attrs, errors);
        let of_fields = container.rename_all_fields.as_ref().map(|at| at.value);
        let bridge = attrs.bridge.as_ref().or(container.bridge.as_ref());
        let (style, fields) = fields(&original.fields, attrs.rename_all.or(of_fields), bridge, errors);
        let name = match (&attrs.rename, container.rename_all) {
            (Some(name), _) => name.value(),
            (None, Some(rule)) => rule.apply_to_variant(&original.ident.unraw().to_string()),
            (None, None) => original.ident.unraw().to_string(),
        };
        Self { original, attrs, name, style, fields }
    }

    /// The style it is written in: a newtype variant whose only field is skipped has nothing left to wrap.
    pub(crate) fn effective_style(&self) -> Style {
        match (self.style, self.fields.first()) {
            (Style::Newtype, Some(field)) if !field.is_written() => Style::Unit,
            (style, _) => style,
        }
    }

    /// Its own tagging, which an `untagged` on it changes.
    pub(crate) fn tagging<'t>(&self, container: &'t Tagging) -> &'t Tagging {
        match self.attrs.untagged {
            Some(_) => &Tagging::Untagged,
            None => container,
        }
    }

    pub(crate) fn is_written(&self) -> bool {
        self.attrs.skip.is_none()
    }

    /// The function that writes its content.
    pub(crate) fn serialize_with(&self) -> Option<&Foreign> {
        self.attrs.serialize_with.as_ref().map(|at| &at.value)
    }
}

impl Field<'_> {
    pub(crate) fn is_written(&self) -> bool {
        self.attrs.skip.is_none()
    }

    /// The type that is written: the field's own, but for an array of no elements, which is written whatever they are.
    pub(crate) fn ty(&self) -> &Type {
        self.empty_array.as_ref().unwrap_or(&self.original.ty)
    }

    pub(crate) fn is_empty_array(&self) -> bool {
        self.empty_array.is_some()
    }

    /// The writer in the place of its type's, if there is one.
    pub(crate) fn serialize_with(&self) -> Option<&Foreign> {
        self.attrs.serialize_with.as_ref().map(|at| &at.value)
    }

    /// The function that a definition of a remote type reads it by.
    pub(crate) fn getter(&self) -> Option<&ExprPath> {
        self.attrs.getter.as_ref().map(|at| &at.value)
    }

    /// Whether `transparent` can mean this field.
    pub(crate) fn may_be_transparent(&self) -> bool {
        self.is_written() && !is_phantom(self.ty())
    }
}

/// `[(); 0]` for a type `[X; 0]`.
fn empty_array(ty: &Type) -> Option<Type> {
    match ty {
        Type::Group(ty) => empty_array(&ty.elem),
        Type::Array(ty) => match &ty.len {
            Expr::Lit(ExprLit { lit: Lit::Int(len), .. }) if len.base10_digits() == "0" => {
                let span = ty.bracket_token.span.join();
                Some(Type::Verbatim(quote_spanned!(span=> [(); 0])))
            }
            _ => None,
        },
        _ => None,
    }
}

fn is_phantom(ty: &Type) -> bool {
    match ty {
        Type::Group(ty) => is_phantom(&ty.elem),
        Type::Path(ty) => {
            let last = ty.path.segments.last();
            last.is_some_and(|segment| segment.ident == "PhantomData")
        }
        _ => false,
    }
}

/// `bridge` is what the type or variant around the fields says of them all.
fn fields<'a>(
    fields: &'a Fields,
    rule: Option<RenameRule>,
    bridge: Option<&At<Bridge>>,
    errors: &mut Errors,
) -> (Style, Vec<Field<'a>>) {
    let style = match fields {
        Fields::Named(_) => Style::Named,
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => Style::Newtype,
        Fields::Unnamed(_) => Style::Tuple,
        Fields::Unit => Style::Unit,
    };
    let fields = fields
        .iter()
        .zip(0u32..)
        .map(|(original, index)| {
            let mut attrs = FieldAttrs::read(&original.attrs, errors);
            if let Some(&At { name, span, namespace, value }) = bridge
                && attrs.bridge.is_none()
                && attrs.serialize_with.is_none()
                && own_kinds(&attrs.policies).is_empty()
            {
                attrs.serialize_with = value.writer().map(|value| At { name, span, namespace, value });
            }
            let (name, name_span) = match (&attrs.rename, &original.ident) {
                (Some(name), _) => (name.value(), name.span()),
                (None, Some(ident)) => {
                    let name = ident.unraw().to_string();
                    let name = rule.map_or_else(|| name.clone(), |rule| rule.apply_to_field(&name));
                    (name, ident.span())
                }
                (None, None) => (String::new(), Span::call_site()),
            };
            let member = match &original.ident {
                Some(ident) => Member::Named(ident.clone()),
                None => Member::Unnamed(syn::Index { index, span: Span::call_site() }),
            };
            let empty_array = empty_array(&original.ty).filter(|_| attrs.serialize_with.is_none());
            Field { original, empty_array, member, attrs, name, name_span }
        })
        .collect();
    (style, fields)
}
