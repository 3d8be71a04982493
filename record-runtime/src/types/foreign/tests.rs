//! The page of all types, and the manifest's features, are those of the rows.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::string::String;
use std::vec::Vec;
use std::{env, format, fs, println};

use super::ROWS;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The table of the page, as the rows make it.
fn table() -> String {
    let mut table = String::from("| feature | version | types | form | as a key |\n| --- | --- | --- | --- | --- |\n");
    for row in ROWS {
        for (at, [types, form, key]) in row.lines.iter().enumerate() {
            let feature = if at == 0 { format!("`{}`", row.feature) } else { String::new() };
            let version = if at == 0 { row.version } else { "" };
            let cells: Vec<String> = [feature.as_str(), version, types, form, key]
                .iter()
                .map(|cell| if cell.is_empty() { String::from(" ") } else { format!(" {cell} ") })
                .collect();
            table.push_str(&["|", &cells.join("|"), "|\n"].concat());
        }
    }
    table
}

/// `BLESS=1` writes the page.
#[test]
fn the_page_has_the_table_of_the_rows() {
    let file = folder().join("src/docs/types.md");
    let page = fs::read_to_string(&file).expect("the page is there");
    let (start, end) = ("<!-- the rows of src/types/foreign/mod.rs -->\n", "<!-- until here -->\n");
    let (before, rest) = page.split_once(start).expect("the beginning of the table");
    let (found, after) = rest.split_once(end).expect("the end of the table");
    let expected = format!("\n{}\n", table());
    if env::var_os("BLESS").is_some() {
        fs::write(&file, format!("{before}{start}{expected}{end}{after}")).expect("the page is written");
        println!("{} is written", file.display());
    } else {
        assert_eq!(found, expected, "refresh the page by `BLESS=1 cargo test -p record-runtime --lib foreign`");
    }
}

/// The lines of a section of the manifest, up to an empty line or the next section.
fn section<'m>(manifest: &'m str, heading: &str) -> Vec<&'m str> {
    let (_, rest) = manifest.split_once(heading).expect("the section");
    rest.lines().skip(1).take_while(|line| !line.starts_with('[')).collect()
}

#[test]
fn the_manifest_has_the_features_of_the_rows() {
    let manifest = fs::read_to_string(folder().join("Cargo.toml")).expect("the manifest");
    let features = section(&manifest, "[features]");
    let (_, all) = manifest.split_once("all-types = [").expect("the feature `all-types`");
    let (all, _) = all.split_once(']').expect("its end");
    let all: BTreeSet<&str> =
        all.split(',').map(|name| name.trim().trim_matches('"')).filter(|name| !name.is_empty()).collect();
    let crates = || ROWS.iter().filter(|row| row.feature != "time-human-readable");
    assert_eq!(all, crates().map(|row| row.feature).collect(), "`all-types` against the rows");
    for row in ROWS {
        let is_feature = |line: &&str| line.strip_prefix(row.feature).is_some_and(|rest| rest.starts_with(" = ["));
        assert!(features.iter().any(is_feature), "no feature `{}`", row.feature);
    }
    // The versions stand in the workspace's manifest, which a packaged crate does not have beside it.
    let Ok(workspace) = fs::read_to_string(folder().join("../Cargo.toml")) else { return };
    for row in crates() {
        let line =
            workspace.lines().find(|line| line.starts_with(&format!("{} = ", row.feature))).expect("the dependency");
        let version = line.split('"').find(|part| part.starts_with(|first: char| first.is_ascii_digit()));
        let version = version.unwrap_or_else(|| panic!("no version in {line}"));
        let stated = version == row.version || version.starts_with(&format!("{}.", row.version));
        assert!(stated, "`{}` is stated as {}, and required as {version}", row.feature, row.version);
    }
}
