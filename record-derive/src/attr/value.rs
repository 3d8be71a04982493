//! Reads the value of one attribute: nothing, a string, or a string that holds Rust code.
//!
//! `Ok(None)` means that the value was reported and passed over, so that the attributes behind it are read as well;
//! `Err` is left to what breaks the list itself.

use crate::case::{RENAME_RULES, RenameRule};
use crate::errors::{self, Errors};
use proc_macro2::{Span, TokenTree};
use syn::meta::ParseNestedMeta;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{ExprPath, LitStr, Path, Result, Token, Type, WherePredicate, token};

/// Passes over the value of an attribute that is not read: `= …` up to the next comma, or `(…)`.
pub(super) fn skip(input: ParseStream) -> Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// Where the attribute is named. (The input has moved on to what follows.)
fn name_span(meta: &ParseNestedMeta) -> Span {
    meta.path.segments.first().map_or_else(|| meta.input.span(), |part| part.ident.span())
}

/// `untagged`; a value that it should not have leaves no doubt that it is meant.
pub(super) fn flag(errors: &mut Errors, name: &str, meta: &ParseNestedMeta) -> Result<Option<()>> {
    if !meta.input.is_empty() && !meta.input.peek(Token![,]) {
        errors.push(errors::takes_no_value(meta.input.span(), name));
        skip(meta.input)?;
    }
    Ok(Some(()))
}

/// `tag = "type"`
pub(super) fn string(errors: &mut Errors, name: &str, meta: &ParseNestedMeta) -> Result<Option<LitStr>> {
    let input = meta.input;
    if !input.peek(Token![=]) {
        errors.push(errors::expected_string(name_span(meta), name));
        skip(input)?;
        return Ok(None);
    }
    input.parse::<Token![=]>()?;
    if !input.peek(LitStr) {
        errors.push(errors::expected_string(input.span(), name));
        skip(input)?;
        return Ok(None);
    }
    let string: LitStr = input.parse()?;
    if !string.suffix().is_empty() {
        errors.push(errors::suffixed_string(string.span(), name, string.suffix()));
    }
    Ok(Some(string))
}

/// `rename = "a"` or `rename(serialize = "a", deserialize = "b")`, of which only `serialize` matters here.
pub(super) fn serialize_string(errors: &mut Errors, name: &str, meta: &ParseNestedMeta) -> Result<Option<LitStr>> {
    if !meta.input.peek(token::Paren) {
        return string(errors, name, meta);
    }
    let mut serialize = None;
    meta.parse_nested_meta(|direction| {
        let span = name_span(&direction);
        if direction.path.is_ident("serialize") {
            let value = string(errors, "serialize", &direction)?;
            if serialize.is_some() {
                errors.push(errors::duplicate_attribute(span, "serialize"));
            }
            serialize = value;
        } else if direction.path.is_ident("deserialize") {
            string(errors, "deserialize", &direction)?;
        } else {
            errors.push(errors::expected_directions(span, name));
            skip(direction.input)?;
        }
        Ok(())
    })?;
    Ok(serialize)
}

/// `rename_all = "camelCase"`
pub(super) fn rename_rule(errors: &mut Errors, name: &str, meta: &ParseNestedMeta) -> Result<Option<RenameRule>> {
    let Some(literal) = serialize_string(errors, name, meta)? else {
        return Ok(None);
    };
    let rule = RenameRule::from_name(&literal.value());
    if rule.is_none() {
        let known = RENAME_RULES.map(|(known, _)| known);
        errors.push(errors::unknown_rename_rule(literal.span(), name, &literal.value(), &known));
    }
    Ok(rule)
}

/// `skip_serializing_if = "Option::is_none"`; the path has the span of the string.
pub(super) fn function(errors: &mut Errors, name: &str, meta: &ParseNestedMeta) -> Result<Option<ExprPath>> {
    let Some(literal) = string(errors, name, meta)? else {
        return Ok(None);
    };
    let path = literal.parse().ok();
    if path.is_none() {
        errors.push(errors::not_a_path(literal.span(), name, &literal.value()));
    }
    Ok(path)
}

/// `crate = "path"`
pub(super) fn path(errors: &mut Errors, name: &str, meta: &ParseNestedMeta) -> Result<Option<Path>> {
    let Some(literal) = string(errors, name, meta)? else {
        return Ok(None);
    };
    let path = literal.parse().ok();
    if path.is_none() {
        errors.push(errors::not_a_path(literal.span(), name, &literal.value()));
    }
    Ok(path)
}

/// `into = "Type"`
pub(super) fn ty(errors: &mut Errors, name: &str, meta: &ParseNestedMeta) -> Result<Option<Type>> {
    let Some(literal) = string(errors, name, meta)? else {
        return Ok(None);
    };
    let ty = literal.parse().ok();
    if ty.is_none() {
        errors.push(errors::not_a_type(literal.span(), name, &literal.value()));
    }
    Ok(ty)
}

/// `bound = "T: Trait"`; the empty string is a bound too, namely none.
pub(super) fn bound(errors: &mut Errors, name: &str, meta: &ParseNestedMeta) -> Result<Option<Vec<WherePredicate>>> {
    let Some(literal) = serialize_string(errors, name, meta)? else {
        return Ok(None);
    };
    match literal.parse_with(Punctuated::<WherePredicate, Token![,]>::parse_terminated) {
        Ok(predicates) => Ok(Some(predicates.into_iter().collect())),
        Err(why) => {
            errors.push(errors::not_a_bound(literal.span(), name, &literal.value(), &why));
            Ok(None)
        }
    }
}
