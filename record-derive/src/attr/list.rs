//! Reads `name, name = …, name(…)`. Anything else is reported and passed over, so that the items behind it are read.

use super::value::skip;
use crate::errors::{self, Errors};
use proc_macro2::{Span, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Error, Ident, Path, Result, Token};

/// The name of an item, and the list behind it.
pub(super) struct Item<'i> {
    pub(super) path: Path,
    /// Where it is named.
    pub(super) span: Span,
    pub(super) input: ParseStream<'i>,
}

/// Calls `read` with each item; it takes the value from the list. `no_item` is the error for what has no name.
pub(super) fn each(
    input: ParseStream,
    errors: &mut Errors,
    no_item: impl Fn(Span, &str) -> Error,
    mut read: impl FnMut(&mut Errors, &Item) -> Result<()>,
) -> Result<()> {
    while !input.is_empty() {
        let before = errors.count();
        if input.peek(Ident::peek_any) {
            let item = Item { span: input.span(), path: name(input)?, input };
            read(errors, &item)?;
        } else {
            errors.push(no_item(input.span(), &input.fork().parse::<TokenTree>()?.to_string()));
            skip(input)?;
        }
        if input.is_empty() || input.peek(Token![,]) {
            input.parse::<Option<Token![,]>>()?;
        } else if input.peek(Ident::peek_any) {
            // Another item: it is read as one.
            errors.push(errors::expected_comma(input.span()));
        } else {
            if errors.count() == before {
                errors.push(errors::expected_comma(input.span()));
            }
            skip(input)?;
        }
    }
    Ok(())
}

/// A path of any words: keywords are names, too.
fn name(input: ParseStream) -> Result<Path> {
    let mut segments = Punctuated::new();
    segments.push_value(Ident::parse_any(input)?.into());
    while input.peek(Token![::]) && input.peek3(Ident::peek_any) {
        segments.push_punct(input.parse()?);
        segments.push_value(Ident::parse_any(input)?.into());
    }
    Ok(Path { leading_colon: None, segments })
}
