//! The parts of a Rust file that concern serde: derives of `Serialize`, implementations by hand, and uses of values.

use std::ops::Range;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{
    Attribute, Data, DeriveInput, Expr, Field, Fields, GenericParam, Generics, ItemFn, ItemImpl, ItemMacro, Token,
    Type, TypeParamBound,
};

/// Everything found in one file. All places are offsets in its text.
#[derive(Debug, Default)]
pub struct Findings {
    pub types: Vec<TypeAt>,
    pub hand_written: Vec<HandWritten>,
    pub helpers: Vec<Helper>,
    pub values: Vec<Range<usize>>,
    /// String literals, of which some are fixtures.
    pub literals: Vec<String>,
}

/// A definition of a type, or a macro that defines some.
#[derive(Debug)]
pub struct TypeAt {
    pub name: String,
    pub range: Range<usize>,
    /// Behind its attributes.
    pub attributes_end: usize,
    /// Behind each `Serialize` in a list of derives; empty where the type has none.
    pub derives: Vec<usize>,
    pub generics: GenericsText,
    pub cfg: String,
    pub fields: Vec<Range<usize>>,
    /// The type of each field, as written.
    pub field_types: Vec<String>,
    /// The expressions that make a value.
    pub make: Option<MakeText>,
    pub remote: bool,
    pub in_macro: bool,
}

/// Parts of the text of an `impl<params> … for Type<args> where bounds`.
#[derive(Clone, Debug, Default)]
pub struct GenericsText {
    /// With the bounds of each, without defaults.
    pub params: Vec<Param>,
    pub bounds: String,
}

#[derive(Clone, Debug)]
pub enum Param {
    Lifetime { name: String, bounds: String },
    Type { name: String, bounds: String },
    Const { name: String, of: String },
}

/// How to make a value of a type: by fields, or by the fields of one of some variants.
#[derive(Debug)]
pub enum MakeText {
    Struct(String),
    Enum(Vec<(String, String)>),
}

/// `impl Serialize for Type`.
#[derive(Debug)]
pub struct HandWritten {
    pub name: String,
    pub at: usize,
    pub generics: GenericsText,
    pub of: String,
    pub cfg: String,
}

/// A function that is generic over what can be serialized: the place behind each such bound.
#[derive(Debug)]
pub struct Helper {
    pub name: String,
    pub bounds: Vec<usize>,
}

impl GenericsText {
    fn new(text: &str, generics: &Generics) -> Self {
        let params = generics.params.iter().map(|param| match param {
            GenericParam::Lifetime(param) => Param::Lifetime {
                name: param.lifetime.to_string(),
                bounds: slices(text, param.bounds.iter()).join(" + "),
            },
            GenericParam::Type(param) => {
                Param::Type { name: param.ident.to_string(), bounds: slices(text, param.bounds.iter()).join(" + ") }
            }
            GenericParam::Const(param) => {
                Param::Const { name: param.ident.to_string(), of: slice(text, &param.ty).to_owned() }
            }
        });
        let bounds = generics.where_clause.iter().flat_map(|clause| slices(text, clause.predicates.iter()));
        Self { params: params.collect(), bounds: bounds.collect::<Vec<_>>().join(", ") }
    }

    /// `'a, T: Bounds + more, const N: usize`.
    #[must_use]
    pub fn params(&self, more: &str) -> String {
        let params = self.params.iter().map(|param| match param {
            Param::Lifetime { name, bounds } => format!("{name}: {bounds}"),
            Param::Type { name, bounds } => match (bounds.is_empty(), more.is_empty()) {
                (true, _) => format!("{name}: {more}"),
                (false, true) => format!("{name}: {bounds}"),
                (false, false) => format!("{name}: {bounds} + {more}"),
            },
            Param::Const { name, of } => format!("const {name}: {of}"),
        });
        params.collect::<Vec<_>>().join(", ")
    }

    /// `<'a, T, N>`, or nothing.
    #[must_use]
    pub fn args(&self) -> String {
        self.listed(|param| match param {
            Param::Lifetime { name, .. } | Param::Type { name, .. } | Param::Const { name, .. } => name.clone(),
        })
    }

    /// `<'static, u32, 3>` with `argument` for each type, or nothing.
    #[must_use]
    pub fn applied(&self, argument: &str) -> String {
        self.listed(|param| match param {
            Param::Lifetime { .. } => String::from("'static"),
            Param::Type { .. } => argument.to_owned(),
            Param::Const { .. } => String::from("3"),
        })
    }

    #[must_use]
    pub fn has_types(&self) -> bool {
        self.params.iter().any(|param| matches!(param, Param::Type { .. }))
    }

    fn listed(&self, text: impl FnMut(&Param) -> String) -> String {
        if self.params.is_empty() {
            return String::new();
        }
        format!("<{}>", self.params.iter().map(text).collect::<Vec<_>>().join(", "))
    }
}

/// Reads a file.
///
/// # Errors
/// It is not Rust.
pub fn read(text: &str) -> syn::Result<Findings> {
    let file = syn::parse_file(text)?;
    let mut reader = Reader { text, found: Findings::default() };
    reader.visit_file(&file);
    if let Ok(tokens) = text.parse() {
        literals(tokens, &mut reader.found.literals);
    }
    Ok(reader.found)
}

struct Reader<'a> {
    text: &'a str,
    found: Findings,
}

impl Reader<'_> {
    fn definition(&mut self, input: &DeriveInput) {
        let fields: Vec<&Field> = match &input.data {
            Data::Struct(data) => data.fields.iter().collect(),
            Data::Enum(data) => data.variants.iter().flat_map(|variant| &variant.fields).collect(),
            Data::Union(_) => return,
        };
        let make = match &input.data {
            Data::Struct(data) => MakeText::Struct(self.made_fields(&data.fields)),
            Data::Enum(data) => MakeText::Enum(
                data.variants
                    .iter()
                    .map(|variant| {
                        let made = format!("{} {}", variant.ident, self.made_fields(&variant.fields));
                        (cfg(self.text, &variant.attrs), made)
                    })
                    .collect(),
            ),
            Data::Union(_) => return,
        };
        let derives = input.attrs.iter().flat_map(|attribute| derive_ends(attribute_tokens(attribute)));
        self.found.types.push(TypeAt {
            name: input.ident.to_string(),
            range: input.span().byte_range(),
            attributes_end: input.attrs.iter().map(|attribute| attribute.span().byte_range().end).max().unwrap_or(0),
            derives: derives.collect(),
            generics: GenericsText::new(self.text, &input.generics),
            cfg: cfg(self.text, &input.attrs),
            fields: fields.iter().map(|field| field.span().byte_range()).collect(),
            field_types: fields.iter().map(|field| slice(self.text, &field.ty).to_owned()).collect(),
            make: Some(make),
            remote: input.attrs.iter().any(|attribute| mentions(attribute_tokens(attribute), "remote")),
            in_macro: false,
        });
    }

    /// `{ a: …?, 0: …?, }`, which makes structs and variants of all kinds.
    fn made_fields(&self, fields: &Fields) -> String {
        let parts = fields.iter().enumerate().map(|(index, field)| {
            let name = field.ident.as_ref().map_or_else(|| index.to_string(), ToString::to_string);
            let of = slice(self.text, &field.ty);
            format!("{} {name}: ::record_support::make!({of}, source)?, ", cfg(self.text, &field.attrs))
        });
        format!("{{ {}}}", parts.collect::<String>())
    }
}

/// The functions of which an argument is a value to be compared, and which argument.
const TAKES_VALUE: [(&str, usize); 13] = [
    ("assert_tokens", 0),
    ("assert_ser_tokens", 0),
    ("assert_ser_tokens_error", 0),
    ("assert_de_tokens", 0),
    ("to_string", 0),
    ("to_string_pretty", 0),
    ("to_vec", 0),
    ("to_vec_pretty", 0),
    ("to_value", 0),
    ("to_raw_value", 0),
    ("to_writer", 1),
    ("to_writer_pretty", 1),
    ("assert_ser", 0),
];

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.definition(&item.clone().into());
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.definition(&item.clone().into());
        visit::visit_item_enum(self, item);
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        if let Some((path, _)) = &item.trait_
            && path.segments.last().is_some_and(|segment| segment.ident == "Serialize")
        {
            self.found.hand_written.push(HandWritten {
                name: type_name(&item.self_ty),
                at: item.span().byte_range().end,
                generics: GenericsText::new(self.text, &item.generics),
                of: slice(self.text, &item.self_ty).to_owned(),
                cfg: cfg(self.text, &item.attrs),
            });
        }
        visit::visit_item_impl(self, item);
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        let generics = &item.sig.generics;
        let declared = generics.type_params().flat_map(|param| &param.bounds);
        let required = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
        let required = required.filter_map(|predicate| match predicate {
            syn::WherePredicate::Type(predicate) => Some(&predicate.bounds),
            _ => None,
        });
        let bounds: Vec<&TypeParamBound> = declared.chain(required.flatten()).collect();
        let writes_with_serializer = bounds.iter().any(|bound| bound_name(bound).as_deref() == Some("Serializer"));
        let bounds = bounds.into_iter().filter(|bound| bound_name(bound).as_deref() == Some("Serialize"));
        let bounds: Vec<usize> = bounds.map(|bound| bound.span().byte_range().end).collect();
        if !bounds.is_empty() && !writes_with_serializer {
            self.found.helpers.push(Helper { name: item.sig.ident.to_string(), bounds });
        }
        visit::visit_item_fn(self, item);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let Expr::Path(path) = &*call.func
            && let Some(name) = path.path.segments.last()
            && let Some((_, at)) = TAKES_VALUE.iter().find(|(known, _)| name.ident == known)
            && let Some(value) = call.args.iter().nth(*at)
        {
            self.found.values.push(value.span().byte_range());
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_macro(&mut self, invocation: &'ast syn::Macro) {
        if let Ok(parts) = invocation.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated) {
            for part in &parts {
                // The result of `parse_body_with` lives too short for `'ast`.
                let mut reader = Reader { text: self.text, found: Findings::default() };
                reader.visit_expr(part);
                self.found.values.append(&mut reader.found.values);
            }
        }
    }

    fn visit_item_macro(&mut self, item: &'ast ItemMacro) {
        let derives = derive_ends(item.mac.tokens.clone());
        if !derives.is_empty() {
            let name =
                item.ident.as_ref().map_or_else(|| slice(self.text, &item.mac.path).to_owned(), ToString::to_string);
            self.found.types.push(TypeAt {
                name: format!("{name}!"),
                range: item.span().byte_range(),
                attributes_end: 0,
                derives,
                generics: GenericsText::default(),
                cfg: String::new(),
                fields: Vec::new(),
                field_types: Vec::new(),
                make: None,
                remote: false,
                in_macro: true,
            });
        }
        visit::visit_item_macro(self, item);
    }
}

/// The part of a type, as written, that names a type so: `Option<a::Id<u8>>` has `a::Id<u8>` of `Id`.
#[must_use]
pub fn part_named(of: &str, name: &str) -> Option<String> {
    struct Finder<'a> {
        name: &'a str,
        found: Option<Range<usize>>,
    }

    impl<'ast> Visit<'ast> for Finder<'_> {
        fn visit_type_path(&mut self, path: &'ast syn::TypePath) {
            if path.path.segments.last().is_some_and(|segment| segment.ident == self.name) {
                self.found.get_or_insert_with(|| path.span().byte_range());
            }
            visit::visit_type_path(self, path);
        }
    }

    let mut finder = Finder { name, found: None };
    finder.visit_type(&syn::parse_str(of).ok()?);
    finder.found.map(|range| of[range].to_owned())
}

fn slice<'a>(text: &'a str, of: &impl syn::spanned::Spanned) -> &'a str {
    &text[of.span().byte_range()]
}

fn slices<'a, T: syn::spanned::Spanned + 'a>(text: &str, of: impl Iterator<Item = &'a T>) -> Vec<String> {
    of.map(|part| slice(text, part).to_owned()).collect()
}

/// The `#[cfg(…)]` among the attributes.
fn cfg(text: &str, attributes: &[Attribute]) -> String {
    let cfgs = attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    cfgs.flat_map(|attribute| [slice(text, attribute), " "]).collect()
}

fn attribute_tokens(attribute: &Attribute) -> TokenStream {
    use quote::ToTokens as _;
    attribute.meta.to_token_stream()
}

/// The places behind each `Serialize` in lists `derive(…)`, at any depth.
fn derive_ends(tokens: TokenStream) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut after_derive = false;
    for token in tokens {
        match &token {
            TokenTree::Group(group) if after_derive && group.delimiter() == Delimiter::Parenthesis => {
                ends.extend(listed_ends(group.stream()));
            }
            TokenTree::Group(group) => ends.extend(derive_ends(group.stream())),
            _ => {}
        }
        after_derive = matches!(&token, TokenTree::Ident(ident) if ident == "derive");
    }
    ends
}

/// The place behind each `Serialize` that ends a path in a list of derives.
fn listed_ends(list: TokenStream) -> Vec<usize> {
    let tokens: Vec<TokenTree> = list.into_iter().collect();
    let ends_path = |next: Option<&TokenTree>| {
        next.is_none_or(|next| matches!(next, TokenTree::Punct(punct) if punct.as_char() == ','))
    };
    let ends = tokens.iter().enumerate().filter_map(|(index, token)| match token {
        TokenTree::Ident(ident) if ident == "Serialize" && ends_path(tokens.get(index + 1)) => {
            Some(ident.span().byte_range().end)
        }
        _ => None,
    });
    ends.collect()
}

fn mentions(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}

fn literals(tokens: TokenStream, found: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => literals(group.stream(), found),
            TokenTree::Literal(literal) => {
                if let syn::Lit::Str(literal) = syn::Lit::new(literal) {
                    found.push(literal.value());
                }
            }
            _ => {}
        }
    }
}

fn bound_name(bound: &TypeParamBound) -> Option<String> {
    match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

fn type_name(of: &Type) -> String {
    match of {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default(),
        Type::Reference(reference) => type_name(&reference.elem),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_derives_in_all_places() {
        let text = "#[derive(Debug, serde::Serialize)] #[cfg_attr(feature = \"x\", derive(Serialize, Deserialize))] \
                    struct A<'a, T: Copy = u8>(&'a T) where T: Send;\n#[derive(SerializeDisplay)] struct B;";
        let found = read(text).unwrap();
        let [a, b] = &found.types[..] else { panic!("{:?}", found.types) };
        assert_eq!(a.derives.len(), 2);
        assert!(a.derives.iter().all(|end| text[..*end].ends_with("Serialize")));
        assert_eq!(a.generics.params("More"), "'a: , T: Copy + More");
        assert_eq!(a.generics.applied("u32"), "<'static, u32>");
        assert_eq!(a.generics.bounds, "T: Send");
        assert!(b.derives.is_empty());
    }

    #[test]
    fn parts_of_types_by_name() {
        assert_eq!(part_named("Option<a::Id<u8>>", "Id").as_deref(), Some("a::Id<u8>"));
        assert_eq!(part_named("Option<a::Id<u8>>", "u16"), None);
    }

    #[test]
    fn finds_values_in_macros_and_helpers_without_serializer() {
        let text = "fn f<T: Serialize>(t: &T) { assert_eq!(to_string(t).unwrap(), \"{}\") } \
                    fn g<T: Serialize, S: Serializer>(t: &T, s: S) {}";
        let found = read(text).unwrap();
        assert_eq!(found.values.iter().map(|value| &text[value.clone()]).collect::<Vec<_>>(), ["t"]);
        assert_eq!(found.helpers.iter().map(|helper| &*helper.name).collect::<Vec<_>>(), ["f"]);
        assert_eq!(found.literals, ["{}"]);
    }
}
