//! Whether two engines wrote the same, and if not, where they part.

#![forbid(unsafe_code)]

use serde_json::Value;

/// Bytes shown around the first difference.
const CONTEXT: usize = 24;

/// The offset of the first byte that differs; the length of the shorter text if it is the beginning of the longer.
pub(crate) fn first_difference(ours: &[u8], reference: &[u8]) -> Option<usize> {
    let differs = ours.iter().zip(reference).position(|(a, b)| a != b);
    differs.or_else(|| (ours.len() != reference.len()).then(|| ours.len().min(reference.len())))
}

/// One line that says where two texts part.
pub(crate) fn describe_difference(ours: &[u8], reference: &[u8], offset: usize) -> String {
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

/// One line that says where two texts of one value part.
pub(crate) fn describe_other_text(other: &[u8], reference: &[u8]) -> String {
    describe_difference(other, reference, first_difference(other, reference).unwrap_or_default())
}

/// How the output of an engine relates to the reference; what is worse is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Likeness {
    SameBytes,
    /// Other text for the same value: keys in another order, a number or an escape in another notation.
    SameValue,
    /// Another value, or no JSON at all.
    OtherValue,
}

pub(crate) fn likeness(other: &[u8], reference: &[u8]) -> Likeness {
    if other == reference {
        return Likeness::SameBytes;
    }
    let value = |text| serde_json::from_slice::<Value>(text).ok();
    match (value(other), value(reference)) {
        (Some(other), Some(reference)) if same_value(&other, &reference) => Likeness::SameValue,
        _ => Likeness::OtherValue,
    }
}

/// [`likeness`] of texts that may hold several values, one behind the other.
pub(crate) fn likeness_of_values(other: &[u8], reference: &[u8]) -> Likeness {
    if other == reference {
        return Likeness::SameBytes;
    }
    let values = |text| serde_json::Deserializer::from_slice(text).into_iter().collect::<Result<_, _>>().ok();
    match (values(other).map(Value::Array), values(reference).map(Value::Array)) {
        (Some(other), Some(reference)) if same_value(&other, &reference) => Likeness::SameValue,
        _ => Likeness::OtherValue,
    }
}

/// Equality of JSON values, in which `1.0`, `1` and `1e0` are one number: JSON does not tell them apart.
fn same_value(a: &Value, b: &Value) -> bool {
    differing_parts(a, b, "").is_none()
}

/// One line that says which part of the value is another one, or where the texts part if that does not say more.
pub(crate) fn describe_other_value(other: &[u8], reference: &[u8]) -> String {
    let value = |text| serde_json::from_slice::<Value>(text).ok();
    let parts =
        value(other).zip(value(reference)).and_then(|(other, reference)| differing_parts(&other, &reference, ""));
    let Some(Parts { path, a, b }) = parts else {
        return describe_other_text(other, reference);
    };
    let short = |part: Option<Value>| {
        let text = part.map_or_else(|| "nothing".to_owned(), |part| part.to_string());
        text.chars().take(2 * CONTEXT).collect::<String>()
    };
    format!("the value at `{path}` is {} instead of {}", short(a), short(b))
}

/// Two parts of values that differ and stand in the same place; `None` for one that is not there.
struct Parts {
    path: String,
    a: Option<Value>,
    b: Option<Value>,
}

fn differing_parts(a: &Value, b: &Value, path: &str) -> Option<Parts> {
    let parts = |path: String, a: Option<&Value>, b: Option<&Value>| match (a, b) {
        (Some(a), Some(b)) => differing_parts(a, b, &path),
        _ => Some(Parts { path, a: a.cloned(), b: b.cloned() }),
    };
    match (a, b) {
        (Value::Array(a), Value::Array(b)) => {
            (0..a.len().max(b.len())).find_map(|index| parts(format!("{path}/{index}"), a.get(index), b.get(index)))
        }
        (Value::Object(a), Value::Object(b)) => {
            let keys = a.keys().chain(b.keys().filter(|key| !a.contains_key(*key)));
            keys.into_iter().find_map(|key| parts(format!("{path}/{key}"), a.get(key), b.get(key)))
        }
        (Value::Number(a), Value::Number(b)) if (a.is_f64() || b.is_f64()) && a.as_f64() == b.as_f64() => None,
        _ => (a != b).then(|| Parts { path: path.to_owned(), a: Some(a.clone()), b: Some(b.clone()) }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Likeness, describe_difference, describe_other_value, first_difference, likeness};

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

    #[test]
    fn another_notation_is_the_same_value() {
        assert_eq!(likeness(b"[1e16,\"\\u000a\"]", b"[1e+16,\"\\n\"]"), Likeness::SameValue);
        assert_eq!(likeness(b"{\"a\":[1,null]}", b"{\"a\":[1.0,null]}"), Likeness::SameValue);
    }

    #[test]
    fn another_number_key_or_length_is_another_value() {
        // The f32 nearest to 0.1, printed as if it were an f64.
        assert_eq!(likeness(b"[0.10000000149011612]", b"[0.1]"), Likeness::OtherValue);
        // Next to each other, and one f64.
        assert_eq!(likeness(b"[9007199254740993]", b"[9007199254740992]"), Likeness::OtherValue);
        assert_eq!(likeness(b"[1]", b"[1,2]"), Likeness::OtherValue);
        assert_eq!(likeness(b"{\"a\":1}", b"{\"b\":1}"), Likeness::OtherValue);
        assert_eq!(likeness(b"{\"a\":1}", b"{\"a\":1,\"b\":1}"), Likeness::OtherValue);
        assert_eq!(likeness(b"[null]", b"[0]"), Likeness::OtherValue);
    }

    #[test]
    fn another_value_is_described_by_its_place() {
        let other = br#"{"b":[1,{"c":0.10000000149011612}],"a":1}"#;
        let text = describe_other_value(other, br#"{"a":1.0,"b":[1,{"c":0.1}]}"#);
        assert_eq!(text, "the value at `/b/1/c` is 0.10000000149011612 instead of 0.1");
        let missing = describe_other_value(br#"{"a":1}"#, br#"{"a":1,"b":"x"}"#);
        assert_eq!(missing, r#"the value at `/b` is nothing instead of "x""#);
        assert!(describe_other_value(b"{", b"[1]").contains("offset 0"));
    }

    #[test]
    fn what_is_worse_is_greater() {
        assert!(Likeness::SameBytes < Likeness::SameValue && Likeness::SameValue < Likeness::OtherValue);
    }
}
