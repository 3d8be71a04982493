//! The canonical form of any text that claims to be JSON: with another implementation of RFC 8785, and whether there is
//! one with `serde_json`'s reader.

use record_runtime::{WriteOptions, ZeroAllocJson, try_to_string_with};
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::bytes::{Bytes, decoded};

#[derive(ZeroAllocJson)]
#[json(transparent)]
struct Raw<'a> {
    #[json(raw = "trusted")]
    text: &'a str,
}

/// Parts of which a text is made; an empty one stands for a string or a number of the input's.
const PARTS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    " ",
    "\n",
    "\"",
    "\\",
    "\"a\":",
    "\"b\":",
    "\"\\u0061\":",
    "\"\\ud83d\\ude00\":",
    "\"\u{ffff}\":",
    "true",
    "false",
    "null",
    "0",
    "-1.0",
    "1e21",
    "1E-7",
    "123456789012345678",
    "\\u",
    "d800",
    "{}",
    "[]",
    "{\"a\":1},",
    "",
    "",
    "",
    "",
];

fn text(bytes: &mut Bytes<'_>) -> String {
    if bytes.flag() {
        return decoded(bytes.rest());
    }
    let mut text = String::new();
    while !bytes.is_empty() {
        match PARTS[bytes.below(PARTS.len())] {
            "" if bytes.flag() => text.push_str(&Value::from(bytes.text(8)).to_string()),
            "" => text.push_str(&Value::from(bytes.f64()).to_string()),
            part => text.push_str(part),
        }
    }
    text
}

/// See the module.
///
/// # Panics
/// Where a text differs.
pub fn run(data: &[u8]) {
    let text = text(&mut Bytes::new(data));
    let options = WriteOptions::new().canonical();
    match try_to_string_with(&Raw { text: &text }, &options) {
        Ok(canonical) => {
            let again = try_to_string_with(&Raw { text: &canonical }, &options).expect("its own form");
            assert_eq!(canonical, again, "{text:?}");
            match serde_json::from_str::<Value>(&text) {
                Ok(value) => {
                    let expected = serde_json_canonicalizer::to_string(&value).expect("the reference writes it");
                    assert_eq!(canonical, expected, "{text:?}");
                }
                // Its limit of depth.
                Err(error) => assert!(error.to_string().contains("recursion"), "{text:?}: {error}"),
            }
        }
        Err(error) if error.message().to_string().ends_with("not JSON") => {
            assert!(serde_json::from_str::<IgnoredAny>(&text).is_err(), "{text:?}: {error}");
        }
        Err(error) => assert!(error.message().to_string().starts_with("no canonical form"), "{text:?}: {error}"),
    }
}
