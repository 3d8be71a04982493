//! JSON by the plainest means: what the writers are compared with where `serde_json` cannot be asked.

use std::fmt::Write as _;

/// The text between quotes, escaped as `serde_json` escapes.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// The text with its escapes.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\0'..' ' => write!(out, "\\u{:04x}", u32::from(character)).expect("strings take everything"),
            _ => out.push(character),
        }
    }
    out
}

/// The JSON with more escapes: for HTML, of all that is not ASCII, or both.
pub(crate) fn restricted(json: &str, html: bool, ascii: bool) -> String {
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        if html && "<>&\u{2028}\u{2029}".contains(character) || ascii && !character.is_ascii() {
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}").expect("strings take everything");
            }
        } else {
            out.push(character);
        }
    }
    out
}

/// Compares texts, and shows both where they differ.
#[track_caller]
pub(crate) fn assert_text(found: &[u8], expected: &str, what: &str) {
    assert!(
        found == expected.as_bytes(),
        "{what}\n  written  {}\n  expected {}",
        found.escape_ascii(),
        expected.as_bytes().escape_ascii()
    );
}
