//! Which file of a crate imports from which: for tests that keep the files in an order. Included by the tests of several
//! crates by its path.
//!
//! Read are the `use` declarations and the paths that begin with `crate`, `super` or `self`. A name that another file only
//! hands on counts as imported from where it is defined. Not read: tests, and macros that are exported, whose paths are
//! resolved where they are called.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Files by their path below `src`, each with those that it imports from.
pub(crate) type Imports = BTreeMap<String, BTreeSet<String>>;

/// The path of a module or an item, from the root of the crate.
type Name = Vec<String>;

/// A file, as far as it matters here.
#[derive(Debug, Default)]
struct Source {
    /// Paths that it names.
    paths: Vec<Name>,
    /// The item that it hands on: by which name, and the path behind it.
    exports: Vec<(Name, Name)>,
}

/// Reads all files below `src`.
///
/// # Panics
/// If one cannot be read.
pub(crate) fn of(src: &Path) -> Imports {
    let mut files = BTreeMap::new();
    collect(src, &mut Vec::new(), &mut files);
    of_texts(&files)
}

/// Reads files by their path below `src`.
pub(crate) fn of_texts(files: &BTreeMap<String, String>) -> Imports {
    let modules: BTreeMap<Name, String> = files.keys().map(|file| (module_of(file), file.clone())).collect();
    let mut sources = BTreeMap::new();
    let mut tests = BTreeSet::new();
    for (file, text) in files {
        let module = module_of(file);
        let mut reader = Reader { tokens: tokens(text), at: 0, source: Source::default(), tests: Vec::new() };
        reader.items(&module, &modules);
        tests.extend(reader.tests);
        sources.insert(module, reader.source);
    }
    let mut imports = Imports::new();
    for (module, source) in &sources {
        if tests.iter().any(|test| module.starts_with(test)) {
            continue;
        }
        let own = &modules[module];
        let targets = source.paths.iter().flat_map(|path| resolve(path, &modules, &sources, 0));
        imports.insert(own.clone(), targets.filter(|file| file != own).collect());
    }
    imports
}

/// Files that import from each other in a circle, if there are any.
pub(crate) fn circle(imports: &Imports) -> Option<Vec<&str>> {
    let (mut done, mut path) = (BTreeSet::new(), Vec::new());
    imports.keys().find_map(|file| walk(file, imports, &mut done, &mut path))
}

fn walk<'i>(
    file: &'i str,
    imports: &'i Imports,
    done: &mut BTreeSet<&'i str>,
    path: &mut Vec<&'i str>,
) -> Option<Vec<&'i str>> {
    if let Some(at) = path.iter().position(|other| *other == file) {
        return Some(path[at..].to_vec());
    }
    if done.contains(file) {
        return None;
    }
    path.push(file);
    let found = imports.get(file)?.iter().find_map(|import| walk(import, imports, done, path));
    path.pop();
    done.insert(file);
    found
}

fn collect(folder: &Path, inside: &mut Vec<String>, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        inside.push(name);
        if path.is_dir() {
            collect(&path, inside, files);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            files.insert(inside.join("/"), fs::read_to_string(&path).expect("text"));
        }
        inside.pop();
    }
}

/// `a/b.rs` and `a/b/mod.rs` are `a::b`.
fn module_of(file: &str) -> Name {
    let mut parts: Name = file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if parts.last().is_some_and(|last| last == "mod" || last == "lib") {
        parts.pop();
    }
    parts
}

/// The files behind a path: several for all names of a module that hands some on.
fn resolve(
    path: &[String],
    modules: &BTreeMap<Name, String>,
    sources: &BTreeMap<Name, Source>,
    depth: usize,
) -> Vec<String> {
    assert!(depth < 16, "names that are handed on in a circle: {path:?}");
    let len = (0..=path.len()).rev().find(|len| modules.contains_key(&path[..*len])).unwrap_or(0);
    let module = &path[..len];
    let handed_on: Vec<&Name> = sources[module]
        .exports
        .iter()
        .filter(|(name, _)| {
            !name.is_empty()
                && (path.starts_with(name)
                    || (path.ends_with(&["*".into()]) && name.starts_with(&path[..path.len() - 1])))
        })
        .map(|(_, target)| target)
        .collect();
    if handed_on.is_empty() {
        return vec![modules[module].clone()];
    }
    handed_on.into_iter().flat_map(|target| resolve(target, modules, sources, depth + 1)).collect()
}

/// Words and punctuation, without comments and literals; `::` is one.
fn tokens(text: &str) -> Vec<String> {
    let text: Vec<char> = text.chars().collect();
    let (mut tokens, mut at) = (Vec::new(), 0);
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    while at < text.len() {
        let rest = &text[at..];
        let starts = |with: &str| rest.iter().copied().take(with.len()).eq(with.chars());
        if starts("//") {
            at += rest.iter().position(|c| *c == '\n').unwrap_or(rest.len());
        } else if starts("/*") {
            at += 2 + rest[2..].windows(2).position(|pair| pair == ['*', '/']).map_or(rest.len() - 2, |end| end + 2);
        } else if let Some(hashes) = raw_string(rest) {
            let open = rest.iter().position(|c| *c == '"').expect("a quote") + 1;
            let close: String = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
            let close: Vec<char> = close.chars().collect();
            at += open
                + rest[open..]
                    .windows(close.len())
                    .position(|part| part == close)
                    .map_or(rest.len(), |end| end + close.len());
        } else if rest[0] == '"' || starts("b\"") || starts("c\"") {
            let mut end = if rest[0] == '"' { 1 } else { 2 };
            while end < rest.len() && rest[end] != '"' {
                end += if rest[end] == '\\' { 2 } else { 1 };
            }
            at += end + 1;
        } else if rest[0] == '\'' && (rest.get(1) == Some(&'\\') || rest.get(2) == Some(&'\'')) {
            // A character, and not a lifetime.
            let begin = if rest[1] == '\\' { 3 } else { 2 };
            at += begin + rest[begin..].iter().position(|c| *c == '\'').unwrap_or(0) + 1;
        } else if is_word(rest[0]) {
            let len = rest.iter().position(|c| !is_word(*c)).unwrap_or(rest.len());
            tokens.push(rest[..len].iter().collect());
            at += len;
        } else if starts("::") {
            tokens.push("::".to_owned());
            at += 2;
        } else {
            if !rest[0].is_whitespace() {
                tokens.push(rest[0].to_string());
            }
            at += 1;
        }
    }
    tokens
}

/// The hashes of a raw string that begins here.
fn raw_string(rest: &[char]) -> Option<usize> {
    let prefix = rest.iter().take(2).take_while(|c| matches!(c, 'r' | 'b' | 'c')).count();
    let hashes = rest[prefix..].iter().take_while(|c| **c == '#').count();
    let is_raw = prefix > 0 && rest[prefix - 1] == 'r' && rest.get(prefix + hashes) == Some(&'"');
    is_raw.then_some(hashes)
}

struct Reader {
    tokens: Vec<String>,
    at: usize,
    source: Source,
    /// Modules of tests, in files of their own.
    tests: Vec<Name>,
}

impl Reader {
    fn peek(&self, ahead: usize) -> &str {
        self.tokens.get(self.at + ahead).map_or("", String::as_str)
    }

    /// Passes over what stands between braces, of which the first comes next or is in front.
    fn skip_block(&mut self) {
        while self.at < self.tokens.len() && self.peek(0) != "{" && self.peek(0) != ";" {
            self.at += 1;
        }
        let mut depth = 0;
        while self.at < self.tokens.len() {
            match self.peek(0) {
                "{" => depth += 1,
                "}" => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return;
            }
        }
    }

    /// Reads up to the brace that ends the module.
    fn items(&mut self, module: &Name, modules: &BTreeMap<Name, String>) {
        let (mut depth, mut attributes) = (0, String::new());
        while self.at < self.tokens.len() {
            match (self.peek(0), self.peek(1)) {
                ("#", "[") => {
                    let begin = self.at;
                    let mut brackets = 0;
                    loop {
                        match self.peek(0) {
                            "[" => brackets += 1,
                            "]" => brackets -= 1,
                            _ => {}
                        }
                        self.at += 1;
                        if brackets == 0 && self.peek(0) != "[" {
                            break;
                        }
                    }
                    attributes += &self.tokens[begin..self.at].concat();
                    continue;
                }
                ("mod", name) if self.peek(2) == "{" || self.peek(2) == ";" => {
                    let inner: Name = module.iter().cloned().chain([name.to_owned()]).collect();
                    let is_test = attributes.contains("#[cfg(test)]");
                    if self.peek(2) == ";" {
                        if is_test {
                            self.tests.push(inner);
                        }
                        self.at += 3;
                    } else if is_test {
                        self.skip_block();
                    } else {
                        self.at += 3;
                        self.items(&inner, modules);
                    }
                }
                ("macro_rules", "!") if attributes.contains("macro_export") => self.skip_block(),
                ("use", _) => {
                    // `use` of a path's generics (`impl Trait + use<>`) is none.
                    let is_handed_on = self
                        .at
                        .checked_sub(1)
                        .is_some_and(|before| matches!(self.tokens[before].as_str(), "pub" | ")"));
                    self.at += 1;
                    if self.peek(0) != "<" {
                        self.tree(&mut Vec::new(), module, modules, is_handed_on);
                    }
                }
                ("crate" | "super" | "self", "::") => {
                    let mut path = vec![self.peek(0).to_owned()];
                    self.at += 1;
                    while self.peek(0) == "::" && self.peek(1).starts_with(|c: char| c.is_alphabetic() || c == '_') {
                        path.push(self.peek(1).to_owned());
                        self.at += 2;
                    }
                    self.name(&path, module, modules);
                }
                ("{", _) => {
                    depth += 1;
                    self.at += 1;
                }
                ("}", _) => {
                    self.at += 1;
                    if depth == 0 {
                        return;
                    }
                    depth -= 1;
                }
                _ => self.at += 1,
            }
            let is_visibility =
                matches!(self.tokens[self.at - 1].as_str(), "pub" | "(" | "crate" | ")" | "super" | "in");
            if !is_visibility {
                attributes.clear();
            }
        }
    }

    /// Reads one tree of a `use` declaration behind a prefix.
    fn tree(&mut self, prefix: &mut Name, module: &Name, modules: &BTreeMap<Name, String>, is_handed_on: bool) {
        let len = prefix.len();
        loop {
            match self.peek(0) {
                "::" => self.at += 1,
                "{" => {
                    self.at += 1;
                    while self.peek(0) != "}" {
                        self.tree(prefix, module, modules, is_handed_on);
                        if self.peek(0) == "," {
                            self.at += 1;
                        }
                    }
                    self.at += 1;
                    break;
                }
                part => {
                    prefix.push(part.to_owned());
                    self.at += 1;
                }
            }
            if self.peek(0) == "::" {
                continue;
            }
            if self.peek(0) == "as" {
                let alias = self.peek(1).to_owned();
                self.at += 2;
                self.leaf(prefix, &alias, module, modules, is_handed_on);
                break;
            }
            if matches!(self.peek(0), ";" | "," | "}") {
                let last = prefix.last().expect("a part").clone();
                self.leaf(prefix, &last, module, modules, is_handed_on);
                break;
            }
        }
        prefix.truncate(len);
    }

    fn leaf(
        &mut self,
        path: &[String],
        alias: &str,
        module: &Name,
        modules: &BTreeMap<Name, String>,
        is_handed_on: bool,
    ) {
        let path = match path {
            [rest @ .., last] if last == "self" && !rest.is_empty() => rest,
            _ => path,
        };
        let Some(target) = self.name(path, module, modules) else { return };
        if is_handed_on && alias != "*" {
            let name = module.iter().cloned().chain([alias.to_owned()]).collect();
            self.source.exports.push((name, target));
        }
    }

    /// Takes note of a path of this crate, and returns it from the root.
    fn name(&mut self, path: &[String], module: &Name, modules: &BTreeMap<Name, String>) -> Option<Name> {
        let child = || module.iter().cloned().chain(path.iter().take(1).cloned()).collect::<Name>();
        let mut full: Name = match path[0].as_str() {
            "crate" => Vec::new(),
            "self" => module.clone(),
            "super" => module[..module.len().saturating_sub(1)].to_vec(),
            _ if modules.contains_key(&child()) => child(),
            _ => return None,
        };
        for part in &path[1..] {
            if part == "super" {
                full.pop();
            } else {
                full.push(part.clone());
            }
        }
        self.source.paths.push(full.clone());
        Some(full)
    }
}

#[cfg(test)]
mod tests {
    use super::{Imports, circle, of_texts};
    use std::collections::BTreeMap;

    fn imports(files: &[(&str, &str)]) -> Imports {
        of_texts(&files.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect::<BTreeMap<_, _>>())
    }

    #[test]
    fn what_is_found() {
        let found = imports(&[
            ("lib.rs", "mod a;\nmod b;\nmod e;\npub use a::Given as Taken;\n#[cfg(test)]\nmod tests;"),
            ("a/mod.rs", "mod inner;\npub(crate) use self::inner::{Given, deep as high};\npub struct Own;"),
            (
                "a/inner.rs",
                "// crate::b\nconst C: char = '\"'; fn f<'a>() -> &'a str { \"crate::b\" } const R: &str = r#\"crate::b\"#;",
            ),
            (
                "b.rs",
                "use crate::{a::{Own, high}, e::*};\nmod deep { use super::super::a::inner; }\n#[cfg(test)]\nmod tests { use crate::d::D; }",
            ),
            (
                "d.rs",
                "fn g() -> crate::Taken { super::a::inner::g(); }\n#[macro_export]\nmacro_rules! m { () => { $crate::b::B } }",
            ),
            ("e.rs", ""),
            ("tests.rs", "use crate::b;"),
        ]);
        let of = |file: &str| found[file].iter().map(String::as_str).collect::<Vec<_>>();
        assert_eq!(of("lib.rs"), ["a/inner.rs"]);
        assert_eq!(of("a/mod.rs"), ["a/inner.rs"]);
        assert_eq!(of("a/inner.rs"), [""; 0]);
        assert_eq!(of("b.rs"), ["a/inner.rs", "a/mod.rs", "e.rs"]);
        assert_eq!(of("d.rs"), ["a/inner.rs"]);
        assert!(!found.contains_key("tests.rs"));
        assert_eq!(circle(&found), None);
    }

    #[test]
    fn circles_are_found() {
        let found = imports(&[
            ("lib.rs", ""),
            ("a.rs", "use crate::b::B;"),
            ("b.rs", "use crate::c::C;"),
            ("c.rs", "use super::a;"),
        ]);
        assert_eq!(circle(&found), Some(vec!["a.rs", "b.rs", "c.rs"]));
    }
}
