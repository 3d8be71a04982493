//! Reads the value of one attribute: nothing, a string, or a string that holds Rust code.
//!
//! `Ok(None)` means that the value was reported and passed over, so that the attributes behind it are read as well.
//! `Err` is for mistakes that break the list itself.

use super::list::{self, Item};
use super::policy::{Given, NumberSyntax};
use super::{Bridge, SerdeDefault};
use crate::case::{RENAME_RULES, RenameRule};
use crate::errors::{self, Errors};
use proc_macro2::{Span, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{
    Error, ExprPath, Ident, LitBool, LitInt, LitStr, Path, Result, Token, Type, WherePredicate, parenthesized, token,
};

/// Passes over the value of an attribute that is not read: `= …` up to the next comma, or `(…)`.
pub(super) fn skip(input: ParseStream) -> Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// `untagged`; a value that it should not have leaves no doubt that it is meant.
pub(super) fn flag(errors: &mut Errors, name: &str, item: &Item) -> Result<Option<()>> {
    if !item.input.is_empty() && !item.input.peek(Token![,]) {
        errors.push(errors::takes_no_value(item.input.span(), name));
        skip(item.input)?;
    }
    Ok(Some(()))
}

/// `html_safe`, or any other policy that a field cannot undo, since it concerns the text of the whole type.
pub(super) fn whole(errors: &mut Errors, name: &str, item: &Item) -> Result<Option<()>> {
    if is_undone(item)? {
        errors.push(errors::not_undone(item.span, name));
        return Ok(None);
    }
    flag(errors, name, item)
}

/// `serde`, `serde = "fallback"` or `serde = false`.
pub(super) fn bridge(errors: &mut Errors, name: &str, item: &Item) -> Result<Option<Bridge>> {
    if !has_value(item) {
        return Ok(Some(Bridge::Always));
    }
    let choice = choice(errors, name, item, &[("fallback", Bridge::Fallback)])?;
    Ok(choice.map(|choice| choice.value().unwrap_or(Bridge::Never)))
}

/// Whether the name is followed by a value.
pub(super) fn has_value(item: &Item) -> bool {
    !item.input.is_empty() && !item.input.peek(Token![,])
}

/// Whether `= false` follows, which is read then.
fn is_undone(item: &Item) -> Result<bool> {
    let ahead = item.input.fork();
    let undone = ahead.parse::<Token![=]>().is_ok() && ahead.parse::<LitBool>().is_ok_and(|value| !value.value);
    if undone {
        item.input.parse::<Token![=]>()?;
        item.input.parse::<LitBool>()?;
    }
    Ok(undone)
}

/// `omit_empty`, or `omit_empty = false`, which undoes that of the type around it.
pub(super) fn switch(errors: &mut Errors, name: &str, item: &Item) -> Result<Option<bool>> {
    if is_undone(item)? {
        return Ok(Some(false));
    }
    if has_value(item) {
        errors.push(errors::not_a_switch(item.span, name));
        skip(item.input)?;
        return Ok(None);
    }
    Ok(Some(true))
}

/// `skip_default`, or `skip_default = "path"`; undone by `skip_default = false`.
pub(super) fn switch_or_path(
    errors: &mut Errors,
    name: &str,
    item: &Item,
) -> Result<Option<Setting<Option<ExprPath>>>> {
    if is_undone(item)? {
        return Ok(Some(Setting::Undone));
    }
    if !has_value(item) {
        return Ok(Some(Setting::Value(None)));
    }
    Ok(code(errors, name, item, errors::not_a_path)?.map(|path| Setting::Value(Some(path))))
}

/// `view = "Admin, Support"`, at least one.
pub(super) fn views(errors: &mut Errors, name: &str, item: &Item) -> Result<Option<Vec<Path>>> {
    let Some(literal) = string(errors, name, item)? else {
        return Ok(None);
    };
    match literal.parse_with(Punctuated::<Path, Token![,]>::parse_terminated) {
        Ok(views) if !views.is_empty() => Ok(Some(views.into_iter().collect())),
        _ => {
            errors.push(errors::not_views(literal.span(), name, &literal.value()));
            Ok(None)
        }
    }
}

/// serde's `default`, or `default = "path"`. Serde reports what is wrong with it.
pub(super) fn default(item: &Item) -> Result<Option<SerdeDefault>> {
    if !has_value(item) {
        return Ok(Some(SerdeDefault::OfType));
    }
    let ahead = item.input.fork();
    let path = if ahead.parse::<Token![=]>().is_ok() { ahead.parse::<LitStr>().ok() } else { None };
    skip(item.input)?;
    Ok(path.and_then(|path| path.parse().ok()).map(SerdeDefault::Path))
}

/// The value of an attribute that `= false` undoes.
pub(super) enum Setting<T> {
    Value(T),
    Undone,
}

impl<T> Setting<T> {
    /// As the value of a policy.
    pub(super) fn given(self, of: impl FnOnce(T) -> Given) -> Given {
        self.value().map_or(Given::Undone, of)
    }

    /// `None` if it is undone.
    pub(super) fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Undone => None,
        }
    }
}

/// `bytes = "hex"`, one of several words; undone by `bytes = false`.
pub(super) fn choice<T: Copy>(
    errors: &mut Errors,
    name: &str,
    item: &Item,
    choices: &[(&str, T)],
) -> Result<Option<Setting<T>>> {
    if is_undone(item)? {
        return Ok(Some(Setting::Undone));
    }
    let Some(literal) = string(errors, name, item)? else {
        return Ok(None);
    };
    let word = literal.value();
    let found = choices.iter().find(|(known, _)| *known == word);
    if found.is_none() {
        let known: Vec<_> = choices.iter().map(|(known, _)| *known).collect();
        errors.push(errors::unknown_choice(literal.span(), name, &word, &known));
    }
    Ok(found.map(|(_, choice)| Setting::Value(*choice)))
}

/// `decimals = 2`; undone by `decimals = false`.
pub(super) fn number(
    errors: &mut Errors,
    name: &str,
    item: &Item,
    numbers: NumberSyntax,
) -> Result<Option<Setting<u16>>> {
    if is_undone(item)? {
        return Ok(Some(Setting::Undone));
    }
    let input = item.input;
    let ahead = input.fork();
    let number = if ahead.parse::<Token![=]>().is_ok() { ahead.parse::<LitInt>().ok() } else { None };
    let number = number.filter(|literal| literal.suffix().is_empty()).and_then(|literal| literal.base10_parse().ok());
    let number = number.filter(|number| (numbers.least..=numbers.most).contains(number));
    if number.is_none() {
        errors.push(errors::not_a_number(item.span, name, numbers));
    }
    skip(input)?;
    Ok(number.map(Setting::Value))
}

/// `tag = "type"`
pub(super) fn string(errors: &mut Errors, name: &str, item: &Item) -> Result<Option<LitStr>> {
    let input = item.input;
    if !input.peek(Token![=]) {
        errors.push(errors::expected_string(item.span, name));
        skip(input)?;
        return Ok(None);
    }
    input.parse::<Token![=]>()?;
    if !input.peek(LitStr) {
        errors.push(errors::expected_string(input.span(), name));
        skip(input)?;
        return Ok(None);
    }
    let span = input.span();
    let string: LitStr = input.parse()?;
    // An expression goes on; a name is the next attribute, and its comma is missing.
    if !input.is_empty() && !input.peek(Token![,]) && !input.peek(Ident::peek_any) {
        errors.push(errors::expected_string(span, name));
        skip(input)?;
        return Ok(None);
    }
    if !string.suffix().is_empty() {
        errors.push(errors::suffixed_string(string.span(), name, string.suffix()));
        return Ok(None);
    }
    Ok(Some(string))
}

/// The directions that an attribute, or a part of it, speaks of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Both,
    Serialize,
    Deserialize,
}

/// The value of an attribute for one direction or for both.
pub(super) struct Directed<T> {
    pub(super) direction: Direction,
    /// The name of the attribute, or that of the direction.
    pub(super) span: Span,
    /// `None` where it was wrong, and reported.
    pub(super) value: Option<T>,
}

/// `name = "…"`, or `name(serialize = "…", deserialize = "…")` with any of the two. Both are converted, since a wrong
/// value is a mistake in either; the caller keeps what concerns writing.
fn directed<T>(
    errors: &mut Errors,
    name: &str,
    item: &Item,
    convert: impl Fn(&mut Errors, LitStr) -> Option<T>,
) -> Result<Vec<Directed<T>>> {
    let mut parts = Vec::new();
    if !item.input.peek(token::Paren) {
        let value = string(errors, name, item)?.and_then(|literal| convert(errors, literal));
        parts.push(Directed { direction: Direction::Both, span: item.span, value });
        return Ok(parts);
    }
    let content;
    parenthesized!(content in item.input);
    if content.is_empty() {
        errors.push(errors::expected_directions(item.span, name));
        parts.push(Directed { direction: Direction::Both, span: item.span, value: None });
    }
    let no_direction = |span: Span, _: &str| errors::expected_directions(span, name);
    list::each(&content, errors, no_direction, |errors, part| {
        let (direction, value) = if part.path.is_ident("serialize") {
            (Direction::Serialize, string(errors, "serialize", part)?)
        } else if part.path.is_ident("deserialize") {
            (Direction::Deserialize, string(errors, "deserialize", part)?)
        } else {
            errors.push(errors::expected_directions(part.span, name));
            skip(part.input)?;
            (Direction::Both, None)
        };
        let value = value.and_then(|literal| convert(errors, literal));
        parts.push(Directed { direction, span: part.span, value });
        Ok(())
    })?;
    Ok(parts)
}

/// `rename = "a"` or `rename(serialize = "a", deserialize = "b")`
pub(super) fn name(errors: &mut Errors, name: &str, item: &Item) -> Result<Vec<Directed<LitStr>>> {
    directed(errors, name, item, |_, literal| Some(literal))
}

/// `rename_all = "camelCase"` or `rename_all(serialize = "camelCase", …)`
pub(super) fn rename_rule(errors: &mut Errors, name: &str, item: &Item) -> Result<Vec<Directed<RenameRule>>> {
    directed(errors, name, item, |errors, literal| {
        let rule = RenameRule::from_name(&literal.value());
        if rule.is_none() {
            let known = RENAME_RULES.map(|(known, _)| known);
            errors.push(errors::unknown_rename_rule(literal.span(), name, &literal.value(), &known));
        }
        rule
    })
}

/// `skip_serializing_if = "Option::is_none"`; the path has the span of the string.
pub(super) fn function(errors: &mut Errors, name: &str, item: &Item) -> Result<Option<ExprPath>> {
    code(errors, name, item, errors::not_a_path)
}

/// `crate = "path"`
pub(super) fn path(errors: &mut Errors, name: &str, item: &Item) -> Result<Option<Path>> {
    code(errors, name, item, errors::not_a_path)
}

/// `into = "Type"`
pub(super) fn ty(errors: &mut Errors, name: &str, item: &Item) -> Result<Option<Type>> {
    code(errors, name, item, errors::not_a_type)
}

/// A string that holds Rust code; `mistake` is said of any other.
fn code<T: Parse>(
    errors: &mut Errors,
    name: &str,
    item: &Item,
    mistake: fn(Span, &str, &str) -> Error,
) -> Result<Option<T>> {
    let Some(literal) = string(errors, name, item)? else {
        return Ok(None);
    };
    let code = literal.parse().ok();
    if code.is_none() {
        errors.push(mistake(literal.span(), name, &literal.value()));
    }
    Ok(code)
}

/// `bound = "T: Trait"` or `bound(serialize = "T: Trait", …)`; the empty string is a bound too, namely none.
pub(super) fn bound(errors: &mut Errors, name: &str, item: &Item) -> Result<Vec<Directed<Vec<WherePredicate>>>> {
    directed(errors, name, item, |errors, literal| {
        match literal.parse_with(Punctuated::<WherePredicate, Token![,]>::parse_terminated) {
            Ok(predicates) => Some(predicates.into_iter().collect()),
            Err(why) => {
                errors.push(errors::not_a_bound(literal.span(), name, &literal.value(), &why));
                None
            }
        }
    })
}
