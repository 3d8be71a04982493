//! The prose of the project: its English, its links, and the book's table of contents.
//!
//! It looks at the Markdown files, at the comments of all Rust files, and at the messages of the derive, of the compiler
//! for the runtime's traits, and of the audit's page. Code in backticks counts as one word.

#![forbid(unsafe_code)]

mod text;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use text::{Passage, has_chain, messages, passages, sentences, texts_of_page, words};

/// Longer sentences are split.
const MOST_WORDS: usize = 25;

/// The map is to be read in ten minutes.
const MAP_BYTES: usize = 10 * 1024;

/// A line for each banned word, with the word instead.
const WORDS: &str = include_str!("words.txt");

fn banned() -> Vec<(String, &'static str)> {
    let lines = WORDS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let words = lines.map(|line| line.split_once(": ").unwrap_or_else(|| panic!("words.txt: `{line}`")));
    words.map(|(banned, instead)| (banned.to_lowercase(), instead)).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Folders whose files are made, or are no prose.
fn is_prose(path: &Path) -> bool {
    let unread = ["target", ".git", "ui", "snapshots", "assembly", "results", "fuzz"];
    !path.components().any(|part| unread.iter().any(|folder| part.as_os_str() == *folder))
}

fn files(folder: &Path, kinds: &[&str], all: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            if is_prose(Path::new(path.file_name().expect("a name"))) {
                files(&path, kinds, all);
            }
        } else if path.extension().is_some_and(|kind| kinds.iter().any(|known| kind == *known)) {
            all.push(path);
        }
    }
}

/// All passages, each with its place.
fn all_passages() -> Vec<(String, Passage)> {
    let root = root();
    let mut all = Vec::new();
    files(&root, &["rs", "md"], &mut all);
    assert!(all.len() > 400, "{} files", all.len());
    let mut found = Vec::new();
    for file in all {
        // Its sentences are wrong on purpose.
        if file.ends_with("tests/prose/main.rs") || file.ends_with("tests/prose/text.rs") {
            continue;
        }
        let shown = file.strip_prefix(&root).expect("below the root").display().to_string();
        let text = fs::read_to_string(&file).expect("text");
        let is_rust = file.extension().is_some_and(|kind| kind == "rs");
        found
            .extend(passages(&text, is_rust).into_iter().map(|passage| (format!("{shown}:{}", passage.line), passage)));
    }
    found.extend(all_messages());
    found
}

/// What users read while a program compiles, and on the page, each with its place.
fn all_messages() -> Vec<(String, Passage)> {
    let root = root();
    let read = |file: &str| fs::read_to_string(root.join(file)).expect(file);
    let placed = |file: &str, found: Vec<Passage>| -> Vec<_> {
        found.into_iter().map(|passage| (format!("{file}:{}", passage.line), passage)).collect()
    };
    let mut all = Vec::new();
    for file in ["record-derive/src/errors.rs", "record-audit/src/ledger/report.rs"] {
        let text = read(file);
        let program = text.split("#[cfg(test)]").next().expect("a program");
        all.extend(placed(file, messages(program, 1)));
    }
    let page = "record-audit/src/page/audit.html";
    all.extend(placed(page, texts_of_page(&read(page))));
    let before = all.len();
    let mut files_of_runtime = Vec::new();
    files(&root.join("record-runtime/src"), &["rs"], &mut files_of_runtime);
    for file in files_of_runtime {
        let (text, shown) = (fs::read_to_string(&file).expect("text"), file.display().to_string());
        for (at, mark) in text.match_indices("#[diagnostic::on_unimplemented(") {
            let notes = &text[at + mark.len()..];
            let notes = &notes[..notes.find("\n)]").expect("an end")];
            all.extend(placed(&shown, messages(notes, 1 + text[..at].matches('\n').count())));
        }
    }
    assert!(before > 100 && all.len() > before + 10, "{before} and {}", all.len() - before);
    all
}

#[track_caller]
fn assert_none(mistakes: &[String], rule: &str) {
    assert!(mistakes.is_empty(), "{rule}:\n{}", mistakes.join("\n"));
}

#[test]
fn sentences_are_short() {
    let mut mistakes = Vec::new();
    for (place, passage) in all_passages().into_iter().filter(|(_, passage)| !passage.is_cell) {
        for sentence in sentences(&passage.text) {
            let count = words(sentence).count();
            if count > MOST_WORDS {
                mistakes.push(format!("{place}: {count} words: {sentence}"));
            }
        }
    }
    assert_none(&mistakes, "split sentences of more than 25 words");
}

/// "What it has too many of goes through a store": the reader has to find the subject first.
#[test]
fn subjects_are_nouns() {
    let mut mistakes = Vec::new();
    for (place, passage) in all_passages() {
        for sentence in sentences(&passage.text) {
            let first = words(sentence).next().unwrap_or_default().trim_start_matches('*');
            if ["What", "Whatever", "Whoever", "Whose"].contains(&first) && !sentence.contains('?') {
                // "Whatever the order, …" is no subject.
                if first != "Whatever" || !sentence.contains(", ") {
                    mistakes.push(format!("{place}: {sentence}"));
                }
            }
        }
    }
    assert_none(&mistakes, "begin with the subject, not with \"what …\"");
}

/// "The sum of the slices of one piece of work": the reader has to unwind it from its end.
#[test]
fn chains_of_of_are_broken() {
    let mut mistakes = Vec::new();
    for (place, passage) in all_passages() {
        mistakes.extend(
            sentences(&passage.text)
                .into_iter()
                .filter(|s| has_chain(s))
                .map(|sentence| format!("{place}: {sentence}")),
        );
    }
    assert_none(&mistakes, "break chains of three \"of\"");
}

/// "`x` is no path": English says "is not a path", or better what is expected.
#[test]
fn messages_say_what_is_expected() {
    let stilted = [" is no ", " are no ", "has no meaning", "known are", "serde's"];
    let mut mistakes = Vec::new();
    for (place, passage) in all_messages() {
        if stilted.iter().any(|words| passage.text.contains(words)) {
            mistakes.push(format!("{place}: {}", passage.text));
        }
    }
    assert_none(&mistakes, "say what is expected");
}

/// The map stays one.
#[test]
fn the_map_is_short() {
    let map = fs::metadata(root().join("ARCHITECTURE.md")).expect("the map");
    assert!(map.len() <= MAP_BYTES as u64, "ARCHITECTURE.md has {} bytes", map.len());
}

#[test]
fn one_word_for_one_thing() {
    let words = banned();
    assert!(words.len() > 30, "{} words", words.len());
    let mut mistakes = Vec::new();
    for (place, passage) in all_passages() {
        let lower = passage.text.to_lowercase();
        for (banned, instead) in &words {
            let mut around = lower.match_indices(banned.as_str()).filter(|(at, word)| {
                let is_letter = |side: Option<char>| side.is_some_and(char::is_alphanumeric);
                !is_letter(lower[..*at].chars().next_back()) && !is_letter(lower[at + word.len()..].chars().next())
            });
            if around.next().is_some() {
                mistakes.push(format!("{place}: `{banned}`: write {instead}"));
            }
        }
    }
    assert_none(&mistakes, "words that the glossary has another one for");
}

/// The book lists every page, once, and nothing that is not there.
#[test]
fn the_book_has_every_page() {
    let docs = root().join("docs");
    let mut pages = Vec::new();
    files(&docs, &["md"], &mut pages);
    let pages: BTreeSet<String> = pages
        .iter()
        .map(|page| page.strip_prefix(&docs).expect("below").display().to_string().replace('\\', "/"))
        .filter(|page| page != "SUMMARY.md")
        .collect();
    let summary = fs::read_to_string(docs.join("SUMMARY.md")).expect("the table of contents");
    let listed: Vec<String> =
        summary.split("](").skip(1).map(|rest| rest.split(')').next().expect("a link").to_owned()).collect();
    assert_eq!(listed.iter().cloned().collect::<BTreeSet<_>>(), pages);
    assert_eq!(listed.len(), pages.len(), "a page is listed twice");
    // Each entry is titled as its page is.
    for entry in summary.lines().filter_map(|line| line.trim_start().strip_prefix("- [")) {
        let (title, rest) = entry.split_once("](").expect("a link");
        let page = fs::read_to_string(docs.join(rest.trim_end_matches(')'))).expect("the page");
        assert_eq!(page.lines().next(), Some(format!("# {title}").as_str()), "{rest}");
    }
    // What a page includes is there.
    for page in pages {
        let text = fs::read_to_string(docs.join(&page)).expect("the page");
        for rest in text.split("{{#include ").skip(1) {
            let included = docs.join(rest.split("}}").next().expect("an end"));
            assert!(included.exists(), "{page} includes {}", included.display());
        }
    }
}

/// Links between files of the repository.
#[test]
fn links_lead_to_files() {
    let mut all = Vec::new();
    files(&root(), &["md"], &mut all);
    let mut mistakes = Vec::new();
    let mut count = 0;
    for file in all {
        let text = fs::read_to_string(&file).expect("text");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = link.split('#').next().unwrap_or_default();
            // Of the reference, and of the book's own pictures, which `docs/build` puts beside the pages.
            let elsewhere = path.is_empty()
                || path.contains("::")
                || path.contains("://")
                || path.contains(char::is_whitespace)
                || path.starts_with("api/")
                || path == "compare-reused.svg";
            count += 1;
            if !elsewhere
                && !file.with_file_name(path).exists()
                && !file.parent().expect("a folder").join(path).exists()
            {
                mistakes.push(format!("{}: {link}", file.display()));
            }
        }
    }
    assert!(count > 80, "{count} links");
    assert_none(&mistakes, "links that lead nowhere");
}
