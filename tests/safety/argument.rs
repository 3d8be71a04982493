//! The ground that an argument for an `unsafe` block names. A test reads it off, so that no argument says only that all is
//! well.
//!
//! One of these is enough:
//!
//! - an invariant, by a number that the file's head defines, or the head that numbers the crate's;
//! - a contract: that of a function, type or trait of the sources, by its name; or "by contract" in an unsafe function;
//! - a feature of the CPU, with who vouches for it;
//! - code in backticks, of the function that the block is in: a comparison, a constant, or a function that it calls.

use std::collections::HashSet;

/// Arguments that name neither the memory nor who vouches for it.
const VAGUE: [&str; 8] = [
    "as above",
    "as in ",
    "as the caller",
    "as this method",
    "kept",
    "reserved",
    "the contract's.",
    "within the slack",
];

/// Sets of instructions.
const FEATURES: [&str; 6] = ["SSE2", "AVX2", "AVX-512", "NEON", "SIMD128", "instructions"];

/// Who vouches for a feature: the definition of an architecture, a contract, an attribute, a condition, a table of kernels.
const VOUCHERS: [&str; 6] = ["every ", "contract", "attribute", "condition", "table", "compiled for"];

/// The definitions that an argument can appeal to.
#[derive(Default)]
pub(crate) struct Grounds {
    /// Functions, traits and types with a contract.
    contracts: HashSet<String>,
}

/// An argument, with the code around its block.
pub(crate) struct Argument<'a> {
    /// The line of its beginning, from 1 on.
    pub(crate) line: usize,
    pub(crate) text: String,
    /// The function that has the block, without comments, from its head to its end.
    function: String,
    /// The numbers of invariants at the file's head.
    invariants: &'a [String],
}

impl Grounds {
    /// Takes up the contracts of a source.
    pub(crate) fn add(&mut self, source: &str) {
        for line in source.lines().map(code) {
            for mark in ["unsafe fn ", "unsafe trait ", "unsafe impl "] {
                self.contracts.extend(line.split(mark).skip(1).filter_map(word));
            }
            if line.contains("= unsafe fn") {
                self.contracts.extend(line.split("type ").skip(1).filter_map(word));
            }
        }
    }

    /// Whether the argument names a ground.
    pub(crate) fn has(&self, argument: &Argument<'_>) -> bool {
        let text = argument.text.as_str();
        !VAGUE.iter().any(|vague| text.starts_with(vague))
            && (argument.names_invariant()
                || self.names_contract(argument)
                || (any(text, &FEATURES) && any(text, &VOUCHERS))
                || argument.names_code())
    }

    fn names_contract(&self, argument: &Argument<'_>) -> bool {
        let is_named = || spans(&argument.text).flat_map(words).any(|name| self.contracts.contains(name));
        argument.text.contains("contract") && (argument.function.contains("unsafe fn ") || is_named())
    }
}

impl Argument<'_> {
    fn names_invariant(&self) -> bool {
        let behind = self.text.split("nvariant").skip(1);
        let number = |rest: &str| {
            let digits = rest.trim_start_matches(['s', ' ']);
            digits[..digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len())].to_owned()
        };
        behind.map(number).any(|number| self.invariants.contains(&number))
    }

    /// Whether code in backticks, all of it the function's, compares, is a constant, or names a function that is called.
    fn names_code(&self) -> bool {
        let known: HashSet<&str> = words(&self.function).collect();
        let is_called = |name: &str| ["(", "::<"].iter().any(|mark| self.function.contains(&format!("{name}{mark}")));
        let is_ground = |span: &str, names: &[&str]| {
            span.contains(['<', '=', '>'])
                || names.iter().any(|name| name.len() > 1 && !name.contains(char::is_lowercase) || is_called(name))
        };
        spans(&self.text).any(|span| {
            let names: Vec<&str> = words(span).filter(|name| !name.starts_with(|c: char| c.is_ascii_digit())).collect();
            !names.is_empty() && names.iter().all(|name| known.contains(name)) && is_ground(span, &names)
        })
    }
}

/// The arguments of a source, to which invariants with these numbers are known.
pub(crate) fn arguments<'a>(source: &str, invariants: &'a [String]) -> Vec<Argument<'a>> {
    const MARK: &str = "// SAFETY: ";
    let lines: Vec<&str> = source.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some((_, first)) = line.split_once(MARK) else { continue };
        let further = lines[at + 1..].iter().map_while(|line| line.trim_start().strip_prefix("// "));
        let text = [first].into_iter().chain(further).collect::<Vec<_>>().join(" ");
        found.push(Argument { line: at + 1, text, function: function_around(&lines, at), invariants });
    }
    found
}

/// The numbers of the invariants that a source's head defines.
pub(crate) fn invariants(source: &str) -> Vec<String> {
    let heads = source.lines().filter_map(|line| line.strip_prefix("//! "));
    let numbers = heads.filter_map(|head| head.split_once(". ")).map(|(number, _)| number.to_owned());
    numbers.filter(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).collect()
}

/// The code of the innermost function around a line. Its head is the last one in front of the line that is indented less.
fn function_around(lines: &[&str], at: usize) -> String {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let is_head = |line: &&str| {
        let code = code(line);
        code.contains("fn ") && indent(line) < indent(lines[at]) && !code.trim_start().starts_with("type ")
    };
    let Some(head) = lines[..at].iter().rposition(is_head) else { return String::new() };
    let end =
        lines[at..].iter().position(|line| line.trim_start().starts_with('}') && indent(line) <= indent(lines[head]));
    lines[head..end.map_or(lines.len(), |end| at + end)].iter().map(|line| code(line)).collect::<Vec<_>>().join("\n")
}

/// A line without its comment.
fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or_default()
}

/// The texts between backticks.
fn spans(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The names and numbers in a code.
fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

fn word(text: &str) -> Option<String> {
    words(text).next().map(str::to_owned)
}

fn any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

#[test]
fn grounds_are_told_from_phrases() {
    let source = "//! 2. **Room.**\n\
                  pub(crate) type Writer = unsafe fn();\n\
                  unsafe fn store(to: *mut u8, len: usize) {\n\
                  \x20   assert!(len <= N);\n\
                  \x20   // SAFETY: TEXT\n\
                  \x20   unsafe { to.write(0) };\n\
                  }\n";
    let invariants = invariants(source);
    let has = |source: &str, text: &str| {
        let mut grounds = Grounds::default();
        grounds.add(source);
        let source = source.replace("TEXT", text);
        grounds.has(&arguments(&source, &invariants)[0])
    };
    let safe = source.replace("unsafe fn store", "fn store");
    for text in [
        "as the caller's contract.",
        "reserved by contract.",
        "16 bytes are there.",
        "see invariant 3.",
        "`M`.",
        "`len`.",
    ] {
        assert!(!has(source, text), "{text}");
    }
    for text in
        ["see `len <= N` above.", "room (invariant 2).", "by every CPU, which has SSE2.", "the contract of `Writer`."]
    {
        assert!(has(&safe, text), "{text}");
    }
    assert!(has(source, "by contract eight bytes can be written."));
    assert!(!has(&safe, "by contract eight bytes can be written."), "a safe function has none");
}
