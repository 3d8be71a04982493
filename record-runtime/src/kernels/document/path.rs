//! Where an error happened: the path of the part that was being written, found in the text up to it.
//!
//! So nothing has to be kept for it while everything goes well. The text says which objects and arrays are open, the
//! last key of each object, and how many elements each array has. It is the writer's own, which is JSON but where
//! foreign code broke its promises; then the path may be wrong, and nothing worse.
//!
//! Flattened values stand in it before their braces go. Each is an object right behind a value, and its keys are those
//! of the object around it.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;

/// An array or object that is not closed.
enum Open<'t> {
    Array {
        /// Elements before the present one.
        index: usize,
    },
    Object {
        /// The text of the last key behind which stands a colon, without its quotes.
        key: Option<&'t [u8]>,
        /// Flattened: its entries are those of the object around it.
        flattened: bool,
    },
}

/// The path of what follows a text, or of its last value where that is complete: `orders[3].price`. Empty for
/// the value itself.
///
/// `new_part`: what follows is another part of the last object, though no comma says so yet.
pub(crate) fn of(text: &[u8], new_part: bool) -> String {
    let mut open: Vec<Open<'_>> = Vec::new();
    // A string that is a key once a colon follows.
    let mut string = None;
    // A value was the last thing in its container.
    let mut complete = false;
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let mut next = at + 1;
        match byte {
            b'"' => {
                let Some(len) = string_len(&text[next..]) else { break };
                if matches!(open.last(), Some(Open::Object { key: None, .. })) && !complete {
                    string = Some(&text[next..next + len]);
                } else {
                    complete = true;
                }
                next += len + 1;
            }
            b'[' => {
                open.push(Open::Array { index: 0 });
                complete = false;
            }
            b'{' => {
                let flattened = complete && matches!(open.last(), Some(Open::Object { .. }));
                open.push(Open::Object { key: None, flattened });
                complete = false;
            }
            b']' | b'}' => {
                open.pop();
                complete = true;
            }
            b',' => {
                match open.last_mut() {
                    Some(Open::Array { index }) => *index += 1,
                    Some(Open::Object { key, .. }) => *key = None,
                    None => {}
                }
                complete = false;
            }
            b':' => {
                if let Some(Open::Object { key, .. }) = open.last_mut() {
                    *key = string.take();
                }
                complete = false;
            }
            b' ' | b'\t' | b'\n' | b'\r' => {}
            _ => complete = true,
        }
        at = next;
    }

    let mut path = String::new();
    for (at, part) in open.iter().enumerate() {
        let without_key = match open.get(at + 1) {
            Some(inner) => matches!(inner, Open::Object { flattened: true, .. }),
            None => new_part,
        };
        match part {
            Open::Array { index } => {
                // Writing to a `String` does not fail.
                let _ = write!(path, "[{index}]");
            }
            Open::Object { key: Some(key), .. } if !without_key => push_key(&mut path, key),
            Open::Object { .. } => {}
        }
    }
    path
}

/// The bytes in front of the quote that ends a string, if it ends.
fn string_len(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        match text.get(at)? {
            b'"' => return Some(at),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// `.key`; for keys that would not be clear that way, `["the key"]`, as the text has it.
fn push_key(path: &mut String, key: &[u8]) {
    let key = String::from_utf8_lossy(key);
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$' | '@');
    if key.starts_with(|c: char| is_name(c) && !c.is_ascii_digit()) && key.chars().all(is_name) {
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(&key);
    } else {
        let _ = write!(path, "[\"{key}\"]");
    }
}

/// A path, and another one that goes on from it.
pub(crate) fn join(mut path: String, rest: &str) -> String {
    if !path.is_empty() && !rest.is_empty() && !rest.starts_with('[') {
        path.push('.');
    }
    path.push_str(rest);
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_path(text: &str, expected: &str) {
        assert_eq!(of(text.as_bytes(), false), expected, "{text}");
    }

    #[test]
    fn parts_of_every_kind() {
        for (text, expected) in [
            ("", ""),
            ("\"unfinished", ""),
            ("12", ""),
            ("{\"a\":[1,{}]}", ""),
            ("[", "[0]"),
            ("[1,\"a,[{\",", "[2]"),
            ("[1,2", "[1]"),
            ("[[],[[1],[", "[1][1][0]"),
            ("{", ""),
            ("{\"a", ""),
            ("{\"a\"", ""),
            ("{\"a\":", "a"),
            ("{\"a\":\"x", "a"),
            ("{\"a\":1,", ""),
            ("{\"a\":{\"b\":1,\"c", "a"),
            ("{\"a\":{\"b\":1},\"c\":", "c"),
            ("{\"orders\":[{},{\"price\":1},{\"price\":", "orders[2].price"),
            ("{ \"a\" : [ 1 , ", "a[1]"),
        ] {
            assert_path(text, expected);
        }
    }

    #[test]
    fn keys_that_are_no_names() {
        for (text, expected) in [
            ("{\"with space\":", "[\"with space\"]"),
            ("{\"a\":{\"1\":", "a[\"1\"]"),
            ("{\"a\":{\"\":[", "a[\"\"][0]"),
            ("{\"quote\\\"s\\\\\":", "[\"quote\\\"s\\\\\"]"),
            ("{\"é_1-$@\":", "é_1-$@"),
            ("{\"a.b\":{\"c\":", "[\"a.b\"].c"),
        ] {
            assert_path(text, expected);
        }
    }

    #[test]
    fn flattened_objects() {
        assert_path("{\"a\":1{\"b\":", "b");
        assert_path("{\"x\":{\"a\":[1]{\"b\":2,\"c\":[", "x.c[0]");
        assert_path("{\"a\":1{\"b\":2{\"c\":", "c");
        assert_path("{\"a\":1{\"b\":{\"c\":2}", "b");
        assert_eq!(of(b"{\"x\":{\"a\":1", true), "x");
        assert_eq!(of(b"{\"x\":", false), "x");
    }

    /// Texts that are no JSON.
    #[test]
    fn broken_promises() {
        for text in
            ["]", "}}", ":", ",", "{:", "[:", "{,", "{\"a\"\"b\":", "[}", "{]\"", "\"\\", "[1 2", "{1:", "\u{e9}"]
        {
            let _ = of(text.as_bytes(), false);
            let _ = of(text.as_bytes(), true);
        }
        let _ = of(b"{\"\xff\":", false);
    }

    #[test]
    fn paths_that_go_on() {
        let joined = |a: &str, b: &str| join(a.into(), b);
        assert_eq!(joined("a", "b"), "a.b");
        assert_eq!(joined("a", "[1].b"), "a[1].b");
        assert_eq!(joined("", "b"), "b");
        assert_eq!(joined("a", ""), "a");
    }
}
