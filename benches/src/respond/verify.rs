//! Whether two engines wrote the same, and if not, where they part.

#![forbid(unsafe_code)]

use serde_json::Value;

/// Bytes shown around the first difference.
const CONTEXT: usize = 24;

/// The offset of the first byte that differs; the length of the shorter text if it is the beginning of the longer.
pub(super) fn first_difference(ours: &[u8], reference: &[u8]) -> Option<usize> {
    let differs = ours.iter().zip(reference).position(|(a, b)| a != b);
    differs.or_else(|| (ours.len() != reference.len()).then(|| ours.len().min(reference.len())))
}

/// One line that says where two texts part.
pub(super) fn describe_difference(ours: &[u8], reference: &[u8], offset: usize) -> String {
    let around = |text: &[u8]| {
        let part = &text[offset.saturating_sub(CONTEXT)..text.len().min(offset + CONTEXT)];
        String::from_utf8_lossy(part).escape_debug().to_string()
    };
    format!(
        "the bytes differ from serde_json's from offset {offset} on: \"{}\" instead of \"{}\"",
        around(ours),
        around(reference)
    )
}

/// How the output of an engine that need not keep the order of keys relates to the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Likeness {
    SameBytes,
    SameValue,
    OtherValue,
}

pub(super) fn likeness(other: &[u8], reference: &[u8]) -> Likeness {
    if other == reference {
        return Likeness::SameBytes;
    }
    let value = |text| serde_json::from_slice::<Value>(text).ok();
    if value(other).is_some_and(|other| Some(other) == value(reference)) {
        Likeness::SameValue
    } else {
        Likeness::OtherValue
    }
}

#[cfg(test)]
mod tests {
    use super::{Likeness, describe_difference, first_difference, likeness};

    #[test]
    fn the_first_difference_is_found() {
        assert_eq!(first_difference(b"same", b"same"), None);
        assert_eq!(first_difference(b"", b""), None);
        assert_eq!(first_difference(b"abcd", b"abXX"), Some(2));
        assert_eq!(first_difference(b"ab", b"abc"), Some(2));
        assert_eq!(first_difference(b"abc", b""), Some(0));
    }

    #[test]
    fn a_difference_is_described_on_one_line() {
        let text = describe_difference(b"{\"a\":\n1}", b"{\"a\":2}", 5);
        assert!(text.contains("offset 5"), "{text}");
        assert!(text.contains(r#""{\"a\":\n1}" instead of "{\"a\":2}""#), "{text}");
        assert_eq!(text.lines().count(), 1);
    }

    #[test]
    fn a_difference_at_the_end_or_within_a_character_is_described() {
        assert!(describe_difference(b"ab", b"abc", 2).contains("\"ab\" instead of \"abc\""));
        let (ours, reference) = ("ä".repeat(40), "ö".repeat(40));
        assert!(describe_difference(ours.as_bytes(), reference.as_bytes(), 41).contains("offset 41"));
    }

    #[test]
    fn another_order_is_the_same_value() {
        assert_eq!(likeness(b"{\"a\":1,\"b\":2}", b"{\"a\":1,\"b\":2}"), Likeness::SameBytes);
        assert_eq!(likeness(b"{\"b\":2,\"a\":1}", b"{\"a\":1,\"b\":2}"), Likeness::SameValue);
        assert_eq!(likeness(b"{\"b\":2,\"a\":3}", b"{\"a\":1,\"b\":2}"), Likeness::OtherValue);
        assert_eq!(likeness(b"{", b"{\"a\":1,\"b\":2}"), Likeness::OtherValue);
        assert_eq!(likeness(b"{", b"["), Likeness::OtherValue);
    }
}
