//! Files import in one direction: each only from those before it. The order is that of the list below, from the ground up.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Files and folders of `src`, by the name of their module.
const ORDER: [&str; 27] = [
    "sampling",
    "counters",
    "stack",
    "tracking",
    "allocator",
    "family",
    "scope",
    "spawned",
    "followed",
    "clock",
    "lock",
    "id",
    "method",
    "route",
    "request",
    "budget",
    "trend",
    "under_way",
    "recorder",
    "audit",
    "slot",
    "flight",
    "layer",
    "axum",
    "actix",
    "ledger",
    "recorders",
];
/// Above all of them; and what is named at the root, of whichever module.
const TOP: [&str; 1] = ["page"];

/// The module that each public name at the root is of.
fn names_at_the_root(root: &str) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for statement in root.split(';').filter_map(|part| part.split("pub use ").nth(1)) {
        let (module, list) = statement.split_once("::").expect("a path");
        for name in list.trim_matches(['{', '}', ' ', '\n']).split(',').map(str::trim).filter(|name| !name.is_empty()) {
            names.insert(name.to_owned(), module.to_owned());
        }
    }
    names
}

/// The name behind each `crate::` in a file, up to the next `::` or the end of a list.
fn imports(text: &str) -> BTreeSet<String> {
    let code: String =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).flat_map(|line| [line, "\n"]).collect();
    let code = code.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned();
    let mut found = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        if let Some(list) = rest.strip_prefix('{') {
            let list = list.split('}').next().unwrap_or_default();
            found.extend(list.split(',').map(|item| item.trim().split("::").next().unwrap_or_default().to_owned()));
        } else {
            let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
            found.insert(rest.chars().take_while(|letter| is_name(*letter)).collect());
        }
    }
    found.remove("");
    found
}

fn files(folder: &Path, all: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, all);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            all.push(path);
        }
    }
}

#[test]
fn imports_run_downwards() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let names = names_at_the_root(&fs::read_to_string(source.join("lib.rs")).expect("the root"));
    assert!(names.contains_key("Ledger") && names.contains_key("Counters"), "{names:?}");
    let mut all = Vec::new();
    files(&source, &mut all);
    let place = |module: &str| ORDER.iter().chain(&TOP).position(|known| *known == module);
    let (mut looked_at, mut upwards) = (0, Vec::new());
    for file in all {
        let inside = file.strip_prefix(&source).expect("inside").to_string_lossy().replace('\\', "/");
        let module = inside.split('/').next().expect("a name").trim_end_matches(".rs");
        if module == "lib" {
            continue;
        }
        let own = place(module).unwrap_or_else(|| panic!("{inside} has no place in the order"));
        for import in imports(&fs::read_to_string(&file).expect("text")) {
            let of = names.get(&import).map_or(import.as_str(), String::as_str);
            // The root's own items, and modules for hidden ones.
            let Some(theirs) = place(of) else { panic!("{inside} imports `{import}`, which has no place") };
            looked_at += 1;
            if theirs > own {
                upwards.push(format!("{inside} imports from {of}"));
            }
        }
    }
    assert!(looked_at > 60, "{looked_at}");
    assert!(upwards.is_empty(), "{upwards:#?}");
}

#[test]
fn what_is_found() {
    let text = "use crate::a::B;\n// crate::c\nuse crate::{d, e::F};\nfn x() { crate::g(); }\n#[cfg(test)]\nmod tests { use crate::h; }";
    assert_eq!(imports(text).into_iter().collect::<Vec<_>>(), ["a", "d", "e", "g"]);
}
