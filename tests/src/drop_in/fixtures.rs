//! The JSON texts that come with a crate: files, strings in its sources and tests, and blocks in its documentation.

use std::path::Path;

use serde_json::Value;

use super::{scratch, source};

/// Larger ones take long to be tried as every type.
const MAX_FIXTURE_BYTES: usize = 200_000;
const MAX_FIXTURES: usize = 2_000;

/// All texts below a folder that are JSON and more than a scalar.
///
/// # Errors
/// A folder or a file cannot be read.
pub fn collect(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut texts = Vec::new();
    for path in scratch::files(folder, "json")? {
        texts.push(String::from_utf8_lossy(&std::fs::read(path)?).into_owned());
    }
    for path in scratch::files(folder, "rs")? {
        let text = String::from_utf8_lossy(&std::fs::read(path)?).into_owned();
        texts.extend(blocks(&text));
        texts.extend(source::read(&text).map(|found| found.literals).unwrap_or_default());
    }
    texts.retain(|text| text.len() <= MAX_FIXTURE_BYTES && is_compound(text));
    texts.sort();
    texts.dedup();
    texts.truncate(MAX_FIXTURES);
    Ok(texts)
}

fn is_compound(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[', '"'])
        && matches!(serde_json::from_str(text), Ok(Value::Object(_) | Value::Array(_) | Value::String(_)))
}

/// The blocks marked as JSON in the documentation comments of a source.
fn blocks(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut block: Option<String> = None;
    for line in text.lines() {
        let line = line.trim_start();
        let Some(line) = line.strip_prefix("///").or_else(|| line.strip_prefix("//!")) else {
            block = None;
            continue;
        };
        match (&mut block, line.trim()) {
            (None, "```json") => block = Some(String::new()),
            (None, _) => {}
            (Some(_), "```") => found.extend(block.take()),
            (Some(block), _) => {
                block.push_str(line);
                block.push('\n');
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_json_in_documentation() {
        let text = "/// ```json\n/// {\"a\":\n/// 1}\n/// ```\n/// ```json\nfn cut_off() {}\n/// ```\n";
        let found = blocks(text);
        assert_eq!(found, [" {\"a\":\n 1}\n"]);
        assert!(is_compound(&found[0]));
        assert!(!is_compound("1"));
        assert!(!is_compound("{"));
    }
}
