//! The derive on any tokens: it may refuse, and never panics; what it says is Rust.
//!
//! An input is either a text as it stands, or one of a few rich types whose tokens are changed as the bytes say.

#[path = "../../record-derive/src/random_inputs/words.rs"]
mod words;

use std::str::FromStr;

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use syn::DeriveInput;

use self::words::{LITERALS, WORDS};
use crate::bytes::{Bytes, decoded};

/// Deeper nesting takes the parser's stack, not the derive's.
const MAX_DEPTH: usize = 40;

const TYPES: [&str; 6] = [
    "#[serde(rename_all = \"camelCase\", bound = \"T: Clone\")] struct User<'a, T> where T: Copy { #[serde(rename = \"x\")] \
     user_id: u64, #[json(skip_none, as_string)] name: Option<&'a str>, #[serde(flatten)] rest: T, #[json(decimals = 2)] \
     price: f64, #[serde(skip_serializing_if = \"Vec::is_empty\")] tags: Vec<String>, #[json(bytes = \"hex\")] raw: [u8; 4] }",
    "#[serde(tag = \"type\", content = \"c\", rename_all_fields = \"UPPERCASE\")] #[json(sort_keys, html_safe)] enum Event<T, \
     const N: usize> { #[serde(rename = \"a\")] Unit, New(Vec<T>), Tuple(u8, [T; N]), #[serde(untagged)] Struct { a: u8, \
     #[serde(skip)] b: T }, #[serde(serialize_with = \"f\")] With(u8) }",
    "#[json(repr)] #[repr(u8)] enum Code { A = 1, B, C = 7 }",
    "#[serde(transparent)] struct Wrapper<T: ?Sized>(#[json(serialize_with = \"m::f\")] Box<T>);",
    "#[serde(remote = \"other::Type<u8>\", crate = \"some::path\")] struct Remote { #[serde(getter = \"get\")] a: u8, r#type: \
     std::marker::PhantomData<fn(&u8)> }",
    "#[serde(into = \"String\")] #[json(serde = \"fallback\", omit_empty)] struct Converted(dyn Trait + Send, for<'a> fn(&'a \
     u8) -> !, <T as Trait>::Item, impl Fn());",
];

/// See the module.
///
/// # Panics
/// Where the derive does, or says what is not Rust.
pub fn run(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let tokens = match bytes.below(8) {
        0 | 1 => {
            let text = decoded(bytes.rest());
            let depth =
                text.bytes().filter(|byte| matches!(byte, b'(' | b'[' | b'{' | b'<' | b'&' | b'*' | b'-')).count();
            if depth > MAX_DEPTH {
                return;
            }
            // A lexer that panics is not ours: proc-macro2's reads the text.
            match TokenStream::from_str(&text) {
                Ok(tokens) => tokens,
                Err(_) => return,
            }
        }
        _ => {
            let source = TYPES[bytes.below(TYPES.len())];
            changed(TokenStream::from_str(source).expect("tokens"), &mut bytes)
        }
    };
    bridge(tokens.clone());
    let Ok(input) = syn::parse2::<DeriveInput>(tokens) else { return };
    let expansion = record_derive_stages::expansion(&input);
    let text = expansion.to_string();
    if let Err(error) = syn::parse2::<syn::File>(expansion) {
        panic!("expands to what is not Rust ({error}): {text}");
    }
}

fn bridge(tokens: TokenStream) {
    if let Ok(expansion) = record_derive_stages::bridges(tokens) {
        let text = expansion.to_string();
        if let Err(error) = syn::parse2::<syn::File>(expansion) {
            panic!("`bridge!` expands to what is not Rust ({error}): {text}");
        }
    }
}

/// The tokens, with some left out, doubled, swapped or replaced.
fn changed(tokens: TokenStream, bytes: &mut Bytes<'_>) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    for tree in tokens {
        let tree = match tree {
            TokenTree::Group(group) => Group::new(group.delimiter(), changed(group.stream(), bytes)).into(),
            tree => tree,
        };
        match bytes.byte() {
            0..200 => out.push(tree),
            200..210 => {}
            210..220 => out.extend([tree.clone(), tree]),
            220..230 => {
                let last = out.pop();
                out.push(tree);
                out.extend(last);
            }
            230..245 => out.push(token(bytes, 0)),
            _ => out.extend([tree, token(bytes, 0)]),
        }
    }
    out.into_iter().collect()
}

fn token(bytes: &mut Bytes<'_>, depth: usize) -> TokenTree {
    match bytes.below(if depth > 4 || bytes.is_empty() { 8 } else { 10 }) {
        0..=3 => Ident::new(WORDS[bytes.below(WORDS.len())], Span::call_site()).into(),
        4 | 5 => LITERALS[bytes.below(LITERALS.len())].parse::<Literal>().expect("a literal").into(),
        6 | 7 => {
            let marks = [',', '=', '#', ':', '<', '>', '&', '+', '!', '.', ';', '?', '*'];
            let spacing = if bytes.flag() { Spacing::Joint } else { Spacing::Alone };
            Punct::new(marks[bytes.below(marks.len())], spacing).into()
        }
        _ => {
            let delimiters = [Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket, Delimiter::None];
            let delimiter = delimiters[bytes.below(delimiters.len())];
            Group::new(delimiter, (0..bytes.below(4)).map(|_| token(bytes, depth + 1)).collect()).into()
        }
    }
}
