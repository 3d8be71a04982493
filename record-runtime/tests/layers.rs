//! The runtime's layers, from the ground up: files import from their own layer and those below it, and nowhere in a circle.
//!
//! The picture in ARCHITECTURE.md is made of the order below and of the heads of the layers' folders; `BLESS=1` rewrites it.

#![forbid(unsafe_code)]

#[path = "../../tests/shared/imports.rs"]
mod imports;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Folders of `src`.
const LAYERS: [&str; 7] = ["kernels", "sink", "cursor", "value", "types", "output", "schema"];

/// Above all of them: the crate's interface, and its pages.
const TOP: [&str; 2] = ["lib.rs", "docs"];

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The place of a file's layer.
fn place(file: &str) -> usize {
    let folder = file.split('/').next().expect("a part");
    let known = LAYERS.iter().chain(&TOP).position(|known| *known == folder);
    known.unwrap_or_else(|| panic!("{file} is in no layer")).min(LAYERS.len())
}

#[test]
fn imports_run_downwards() {
    let imports = imports::of(&src());
    let count: usize = imports.values().map(BTreeSet::len).sum();
    assert!(imports.len() > 100 && count > 300, "{} files, {count} imports", imports.len());
    let upwards: Vec<_> = imports
        .iter()
        .flat_map(|(file, imported)| imported.iter().map(move |from| (file, from)))
        .filter(|(file, from)| place(from) > place(file))
        .collect();
    assert!(upwards.is_empty(), "{upwards:#?}");
}

#[test]
fn nothing_imports_in_a_circle() {
    assert_eq!(imports::circle(&imports::of(&src())), None);
}

/// A method of [`Cursor`](record_runtime::Cursor) that a higher layer adds is called there alone, though no import shows it.
#[test]
fn methods_of_cursors_are_called_from_above() {
    let imports = imports::of(&src());
    let texts: BTreeMap<_, _> =
        imports.keys().map(|file| (file, fs::read_to_string(src().join(file)).expect("text"))).collect();
    let mut methods = BTreeMap::new();
    for (file, text) in &texts {
        let blocks = text.split("\nimpl<").skip(1).filter(|block| {
            block.lines().next().is_some_and(|head| head.contains("> Cursor<") && !head.contains(" for "))
        });
        for block in blocks {
            let block = block.split("\n}\n").next().expect("a part");
            let names = block.split("    fn ").chain(block.split(" fn ")).skip(1);
            for name in names.filter_map(|rest| rest.split(['(', '<']).next()) {
                methods.entry(name.to_owned()).or_insert(*file);
            }
        }
    }
    // Options, iterators and results have one, too.
    methods.remove("map");
    assert!(methods.len() > 30 && methods.contains_key("fields16"), "{methods:?}");
    let mut upwards = Vec::new();
    let cursor = LAYERS.iter().position(|layer| *layer == "cursor").expect("a layer");
    for (file, text) in texts.iter().filter(|(file, _)| place(file) >= cursor) {
        let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let called = |name: &str| code.contains(&format!(".{name}(")) || code.contains(&format!(".{name}::<"));
        upwards.extend(
            methods.iter().filter(|(name, from)| place(from) > place(file) && called(name)).map(|found| (file, found)),
        );
    }
    assert!(upwards.is_empty(), "{upwards:#?}");
}

/// The paragraphs at the head of a folder.
fn head(layer: &str) -> Vec<String> {
    let text = fs::read_to_string(src().join(layer).join("mod.rs")).expect("a head");
    let lines: Vec<_> = text.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim).collect();
    lines.split(|line| line.is_empty()).map(|paragraph| paragraph.join(" ")).collect()
}

/// The modules of a layer, each after those that it imports from.
fn modules(layer: &str, imports: &imports::Imports) -> Vec<String> {
    let module = |file: &str| -> Option<String> {
        let inside = file.strip_prefix(layer)?.strip_prefix('/')?;
        let (name, rest) =
            inside.split_once('/').map_or((inside.trim_end_matches(".rs"), None), |(name, rest)| (name, Some(rest)));
        (name != "mod").then(|| if rest.is_some() { format!("{name}/") } else { name.to_owned() })
    };
    let mut below: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, imported) in imports {
        let Some(own) = module(file) else { continue };
        let others = imported.iter().filter_map(|from| module(from)).filter(|other| *other != own);
        below.entry(own.clone()).or_default().extend(others);
    }
    let mut order: Vec<String> = Vec::new();
    while order.len() < below.len() {
        let ready = below
            .iter()
            .find(|(name, others)| !order.contains(name) && others.iter().all(|other| order.contains(other)));
        // Folders may import from each other, file by file.
        let next = ready.or_else(|| below.iter().find(|(name, _)| !order.contains(name))).expect("one that is left");
        order.push(next.0.clone());
    }
    order
}

fn picture() -> String {
    let imports = imports::of(&src());
    let mut text = String::from("```text\n");
    for layer in LAYERS.iter().rev() {
        let head = head(layer);
        writeln!(text, "{layer:<8} {}", head[0]).expect("a string takes everything");
        let knows = head
            .iter()
            .find_map(|paragraph| paragraph.split_once("Knows nothing of "))
            .expect("what it may not know")
            .1;
        let knows = knows.split_once(". ").map_or(knows.trim_end_matches('.'), |(first, _)| first);
        writeln!(text, "{:<8}   knows nothing of {knows}", "").expect("a string takes everything");
        writeln!(text, "{:<8}   {}", "", modules(layer, &imports).join(" · ")).expect("a string takes everything");
    }
    text + "```\n"
}

#[test]
fn the_picture_is_that_of_the_files() {
    const BEGIN: &str = "<!-- Made by record-runtime/tests/layers.rs. -->\n";
    const END: &str = "<!-- End of what is made. -->";
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ARCHITECTURE.md");
    let text = fs::read_to_string(&page).expect("the page");
    let (before, rest) = text.split_once(BEGIN).expect("a place for the picture");
    let (present, after) = rest.split_once(END).expect("an end of the picture");
    let picture = picture();
    if std::env::var_os("BLESS").is_some() {
        fs::write(&page, format!("{before}{BEGIN}{picture}{END}{after}")).expect("the page can be written");
    } else {
        assert_eq!(present, picture, "BLESS=1 rewrites it");
    }
}
