//! Random derive inputs: the macro never panics, what it emits is Rust, and it accepts and refuses what serde's derive
//! does.
//!
//! `RECORD_DERIVE_SEED=0x123 RECORD_DERIVE_ROUNDS=1000000 cargo test -p record-derive random_inputs` tries others.

mod words;

use crate::derive;
use crate::snapshots::INPUTS;
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::ToTokens as _;
use serde_derive_internals::{Ctxt, Derive, ast};
use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use syn::DeriveInput;
use words::{LITERALS, WORDS};

const SEED: u64 = 0xdec1_5eed_2026_0728;

/// Steele, Lea and Flood's generator.
struct Random(u64);

impl Random {
    /// The seed of the environment, or the usual one, which is printed.
    fn from_env(test: &str) -> Self {
        let seed = env::var("RECORD_DERIVE_SEED").ok().map_or(SEED, |text| {
            let digits = text.trim_start_matches("0x");
            u64::from_str_radix(digits, 16).unwrap_or_else(|error| panic!("RECORD_DERIVE_SEED is `{text}`: {error}"))
        });
        println!("{test}: RECORD_DERIVE_SEED={seed:#x}");
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).expect("it is below a usize")
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn of<'t, T: ?Sized>(&mut self, list: &[&'t T]) -> &'t T {
        list[self.below(list.len())]
    }
}

fn rounds(default: usize) -> usize {
    env::var("RECORD_DERIVE_ROUNDS").ok().map_or(default, |text| text.parse().expect("a number of rounds"))
}

/// Expands the input; the expansion has to be Rust. Says whether it is one without errors.
fn expand(input: &DeriveInput) -> bool {
    let source = || input.to_token_stream().to_string();
    let expansion =
        catch_unwind(AssertUnwindSafe(|| derive(input))).unwrap_or_else(|_| panic!("panicked at {}", source()));
    let text = expansion.to_string();
    assert!(syn::parse2::<syn::File>(expansion).is_ok(), "{}\nexpands to\n{text}", source());
    !text.contains("compile_error")
}

/// Beside those that the fuzz target has as well.
const MORE_WORDS: &[&str] = &[
    "a",
    "crate",
    "deserialize",
    "struct",
    "for",
    "impl",
    "pub",
    "deprecated",
    "allow",
    "non_exhaustive",
    "packed",
    "C",
    "derive",
    "cfg",
    "r#type",
];

/// Some token, and now and then a group of some.
fn token(random: &mut Random, depth: usize) -> TokenTree {
    match random.below(if depth > 3 { 8 } else { 10 }) {
        0..=3 => {
            let words: &[&str] = if random.one_in(2) { &WORDS } else { MORE_WORDS };
            let word = random.of(words);
            match word.strip_prefix("r#") {
                Some(raw) => Ident::new_raw(raw, Span::call_site()).into(),
                None => Ident::new(word, Span::call_site()).into(),
            }
        }
        4 | 5 => random.of(&LITERALS).parse::<Literal>().expect("a literal").into(),
        6 | 7 => {
            let marks = [',', '=', '#', ':', '<', '>', '&', '+', '!', '.', ';', '?', '*'];
            let spacing = if random.one_in(2) { Spacing::Joint } else { Spacing::Alone };
            Punct::new(marks[random.below(marks.len())], spacing).into()
        }
        _ => {
            let delimiters = [Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket, Delimiter::None];
            let delimiter = delimiters[random.below(delimiters.len())];
            let length = random.below(4);
            Group::new(delimiter, (0..length).map(|_| token(random, depth + 1)).collect()).into()
        }
    }
}

/// The tokens with a few of them, at any depth, left out, doubled, swapped or replaced.
fn mutated(tokens: TokenStream, random: &mut Random, rate: usize) -> TokenStream {
    let mut mutated: Vec<TokenTree> = Vec::new();
    for token_here in tokens {
        let token_here = match token_here {
            TokenTree::Group(group) => {
                Group::new(group.delimiter(), self::mutated(group.stream(), random, rate)).into()
            }
            token => token,
        };
        if !random.one_in(rate) {
            mutated.push(token_here);
            continue;
        }
        match random.below(5) {
            0 => {}
            1 => mutated.extend([token_here.clone(), token_here]),
            2 => {
                let last = mutated.pop();
                mutated.push(token_here);
                mutated.extend(last);
            }
            3 => mutated.push(token(random, 0)),
            _ => mutated.extend([token_here, token(random, 0)]),
        }
    }
    mutated.into_iter().collect()
}

#[test]
fn mutated_inputs() {
    let mut random = Random::from_env("mutated_inputs");
    let inputs: Vec<TokenStream> = INPUTS.iter().map(|(_, input)| input.parse().expect("tokens")).collect();
    let (mut parsed, mut accepted) = (0_usize, 0_usize);
    for _ in 0..rounds(3_000) {
        let rate = [8, 20, 60][random.below(3)];
        let tokens = mutated(inputs[random.below(inputs.len())].clone(), &mut random, rate);
        if let Ok(input) = syn::parse2(tokens) {
            parsed += 1;
            accepted += usize::from(expand(&input));
        }
    }
    println!("{parsed} are Rust, {accepted} are accepted");
    assert!(parsed > 300 && accepted > 100, "{parsed} are Rust, {accepted} are accepted");
}

/// Attributes of any tokens, at every place.
#[test]
fn random_attributes() {
    let mut random = Random::from_env("random_attributes");
    let mut parsed = 0_usize;
    for _ in 0..rounds(3_000) {
        let mut attribute = || {
            let namespace = random.of(&["serde", "json"]);
            let length = random.below(6);
            let tokens: TokenStream = (0..length).map(|_| token(&mut random, 0)).collect();
            format!("#[{namespace}({tokens})]")
        };
        let source = format!(
            "{} enum Type<T> {{ {} A(T), {} B {{ {} a: u8, {} b: T }} }}",
            attribute(),
            attribute(),
            attribute(),
            attribute(),
            attribute()
        );
        if let Ok(input) = syn::parse_str(&source) {
            parsed += 1;
            expand(&input);
        }
    }
    assert!(parsed > 500, "{parsed} are Rust");
}

const OF_CONTAINERS: &[&str] = &[
    "rename = \"t\"",
    "rename(serialize = \"a\")",
    "rename_all = \"camelCase\"",
    "rename_all = \"UPPERCASE\"",
    "rename_all(serialize = \"kebab-case\")",
    "rename_all_fields = \"UPPERCASE\"",
    "tag = \"t\"",
    "tag = \"a\"",
    "content = \"c\"",
    "content = \"t\"",
    "untagged",
    "transparent",
    "into = \"U\"",
    "bound = \"T: Copy\"",
    "bound(serialize = \"\")",
    "remote = \"Other\"",
    "remote = \"Other<u8>\"",
    "remote = \"Self\"",
    "remote = \"+\"",
    "into = 5",
    "tag",
    "rename = 1",
    "transparent = \"x\"",
];

const OF_VARIANTS: &[&str] = &[
    "rename = \"v\"",
    "rename(serialize = \"w\")",
    "rename(deserialize = \"r\")",
    "rename_all = \"UPPERCASE\"",
    "rename_all = \"nothing\"",
    "untagged",
    "skip",
    "skip_serializing",
    "serialize_with = \"f\"",
    "with = \"m\"",
    "bound = \"\"",
    "with = 5",
    "flatten",
];

const OF_FIELDS: &[&str] = &[
    "rename = \"f\"",
    "rename = \"a\"",
    "rename(serialize = \"t\")",
    "skip",
    "skip_serializing",
    "skip_serializing_if = \"p\"",
    "flatten",
    "serialize_with = \"f\"",
    "with = \"m\"",
    "getter = \"g\"",
    "bound = \"\"",
    "skip_serializing_if",
    "getter = \"1\"",
    "rename()",
    "tag = \"t\"",
];

/// Up to three of the list, in one list or several, and often none.
fn attributes(random: &mut Random, list: &[&'static str]) -> String {
    let count = if random.one_in(2) { 0 } else { random.below(4) };
    let list: Vec<_> = (0..count).map(|_| format!("#[serde({})] ", random.of(list))).collect();
    list.concat()
}

fn fields(random: &mut Random) -> String {
    let types = ["u8", "T", "Vec<T>", "PhantomData<T>", "HashMap<String, u8>", "String"];
    let style = random.below(4);
    let count = random.below(4);
    let fields: Vec<_> = (0..count)
        .map(|at| {
            let attributes = attributes(random, OF_FIELDS);
            let ty = types[random.below(types.len())];
            let name = ["a: ", "two_words: ", "t: "][at];
            format!("{attributes}{}{ty}, ", if style < 2 { name } else { "" })
        })
        .collect();
    let fields = fields.concat();
    match style {
        0 | 1 => format!("{{ {fields} }}"),
        2 => format!("({fields})"),
        _ => String::new(),
    }
}

fn combined(random: &mut Random) -> String {
    let before = attributes(random, OF_CONTAINERS);
    if random.one_in(2) {
        let fields = fields(random);
        let end = if fields.starts_with('{') { "" } else { ";" };
        format!("{before} struct Type<T> {fields}{end}")
    } else {
        let variants = ["First", "SecondVariant", "A"].into_iter().take(random.below(4));
        let variants: Vec<_> =
            variants.map(|name| format!("{}{name}{}, ", attributes(random, OF_VARIANTS), fields(random))).collect();
        format!("{before} enum Type<T> {{ {} }}", variants.concat())
    }
}

fn by_serde(input: &DeriveInput) -> Result<(), Vec<String>> {
    let context = Ctxt::new();
    let private: syn::Ident = syn::parse_quote!(__private);
    let _ = ast::Container::from_ast(&context, input, Derive::Serialize, &private);
    context.check().map_err(|error| error.into_iter().map(|error| error.to_string()).collect())
}

/// The inputs that only this derive refuses; the macro's page lists them.
const STRICTER: [&str; 3] = ["is written twice", "contradicts `transparent`", "is already the `tag`"];

/// Serde takes the name of a flattened field, which is never written, for a key.
fn is_about_flattened_name(source: &str, messages: &[String]) -> bool {
    source.contains("flatten") && messages.iter().all(|message| message.ends_with("conflicts with internal tag"))
}

#[test]
fn combinations_of_serdes_attributes() {
    let mut random = Random::from_env("combinations_of_serdes_attributes");
    let (mut accepted, mut refused) = (0_usize, 0_usize);
    let mut differences = Vec::new();
    for _ in 0..rounds(5_000) {
        let source = combined(&mut random);
        let input: DeriveInput = syn::parse_str(&source).unwrap_or_else(|error| panic!("{source}: {error}"));
        let ours = expand(&input);
        let said = || derive(&input).to_string();
        match by_serde(&input) {
            Ok(()) => {
                accepted += 1;
                if !ours && !STRICTER.iter().any(|known| said().contains(known)) {
                    differences.push(format!("{source}\nwe say: {}", said()));
                }
            }
            Err(messages) => {
                refused += 1;
                if ours && !is_about_flattened_name(&source, &messages) {
                    differences.push(format!("{source}\nserde says: {messages:?}"));
                }
            }
        }
    }
    println!("{accepted} accepted by serde, {refused} refused");
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
    assert!(accepted > 1_000 && refused > 1_000, "{accepted} accepted by serde, {refused} refused");
}
