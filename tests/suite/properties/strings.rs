//! Strings at every length, with every character at every place, at every alignment, where a string can stand.

use std::borrow::Cow;
use std::collections::BTreeMap;

use proptest::prelude::*;
use record_runtime::__private::{Backend, write_json_on};
use record_runtime::ZeroAllocJson;
use record_tests::oracle::compare_same;
use serde::Serialize;

/// Texts that differ in how they are written: each class of escape, and UTF-8 of each length around them.
const SPECIAL: &[&str] = &[
    "\"",
    "\\",
    "\u{8}",
    "\t",
    "\n",
    "\u{c}",
    "\r",
    "\u{0}",
    "\u{1}",
    "\u{1f}",
    "\u{1b}",
    " ",
    "!",
    "#",
    "[",
    "]",
    "\u{7f}",
    "/",
    "é",
    "\u{80}",
    "\u{7ff}",
    "\u{800}",
    "\u{2028}",
    "\u{ffff}",
    "🦀",
    "\u{10000}",
    "\u{10ffff}",
    "\"\"",
    "\\\"",
    "é\"é",
    "\n🦀\n",
    "\u{2028}\\\u{2028}",
];

/// The expected text, by the plainest means: the oracle of the oracle, and fast enough in a debug build for the
/// millions of strings below.
fn naive(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' => out.extend(b"\\\""),
            b'\\' => out.extend(b"\\\\"),
            0x08 => out.extend(b"\\b"),
            b'\t' => out.extend(b"\\t"),
            b'\n' => out.extend(b"\\n"),
            0x0c => out.extend(b"\\f"),
            b'\r' => out.extend(b"\\r"),
            0..0x20 => out.extend(format!("\\u{byte:04x}").bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

/// Every backend against the naive text, into a buffer whose spare capacity is `spare` bytes (or a little more).
#[track_caller]
fn assert_string(text: &str, spare: usize, buffers: &mut Buffers) {
    buffers.expected.clear();
    naive(text, &mut buffers.expected);
    for backend in Backend::ALL {
        let mut buf = Vec::with_capacity(spare);
        if let Some(result) = write_json_on(*backend, text, &mut buf) {
            assert!(result.is_ok());
            assert!(
                buf == buffers.expected,
                "{backend:?}, {spare} spare bytes:\n  text     {text:?}\n  written  {}\n  expected {}",
                buf.escape_ascii(),
                buffers.expected.escape_ascii()
            );
        }
    }
}

#[derive(Default)]
struct Buffers {
    expected: Vec<u8>,
}

#[test]
fn the_naive_text_is_serdes() {
    for character in ('\u{0}'..='\u{ff}').chain(['\u{2028}', '🦀', char::MAX]) {
        let text = format!("a{character}{character}b");
        let mut expected = Vec::new();
        naive(&text, &mut expected);
        assert_eq!(serde_json::to_vec(&text).expect("a string"), expected, "{character:?}");
    }
}

/// Each length with each special text at each place: as the last thing in a buffer without room, and with some.
#[test]
fn every_length_with_an_escape_everywhere() {
    let mut buffers = Buffers::default();
    let clean: String = ('a'..='z').cycle().take(300).collect();
    for len in 0..=300 {
        assert_string(&clean[..len], 0, &mut buffers);
        assert_string(&clean[..len], len + 66, &mut buffers);
    }
    let mut text = String::new();
    for len in (0..=70).chain([95, 96, 97, 127, 128, 129, 191, 192, 193, 255, 256, 257, 300]) {
        for at in 0..=len {
            for special in SPECIAL {
                text.clear();
                text.push_str(&clean[..at]);
                text.push_str(special);
                text.push_str(&clean[at..len]);
                assert_string(&text, len, &mut buffers);
            }
        }
    }
}

/// The lengths in between, with one of the special texts at each place, in turn.
#[test]
fn every_length_with_some_escape_everywhere() {
    let mut buffers = Buffers::default();
    let clean: String = ('a'..='z').cycle().take(300).collect();
    let mut text = String::new();
    let mut turn = 0;
    for len in 71..=300 {
        for at in 0..=len {
            text.clear();
            text.push_str(&clean[..at]);
            text.push_str(SPECIAL[turn % SPECIAL.len()]);
            text.push_str(&clean[at..len]);
            assert_string(&text, 0, &mut buffers);
            turn += 1;
        }
    }
}

/// Nothing but escapes is the worst growth: six bytes for one.
#[test]
fn nothing_but_escapes() {
    let mut buffers = Buffers::default();
    for special in SPECIAL {
        for count in 0..=150 {
            let text = special.repeat(count);
            assert_string(&text, 0, &mut buffers);
            assert_string(&text, 2 * count, &mut buffers);
        }
    }
}

#[test]
fn two_characters_at_every_distance() {
    let mut buffers = Buffers::default();
    for distance in 0..=80 {
        for before in [0, 1, 7, 15, 16, 17, 31, 33, 63] {
            for (first, second) in [("\"", "\n"), ("\u{1}", "\\"), ("é", "\""), ("\\", "🦀"), ("\u{1f}", "\u{1f}")] {
                let text =
                    format!("{}{first}{}{second}{}", "x".repeat(before), "y".repeat(distance), "z".repeat(before));
                assert_string(&text, text.len(), &mut buffers);
            }
        }
    }
}

/// Each of the 128 bytes of ASCII, alone and at each lane of the widest vector.
#[test]
fn every_ascii_byte_at_every_lane() {
    let mut buffers = Buffers::default();
    for byte in 0..0x80_u8 {
        for len in 1..=66 {
            for at in [0, len / 2, len - 1] {
                let mut text = vec![b'x'; len];
                text[at] = byte;
                assert_string(str::from_utf8(&text).expect("ASCII"), 0, &mut buffers);
            }
        }
        for at in 0..64 {
            let mut text = vec![b'x'; 64];
            text[at] = byte;
            assert_string(str::from_utf8(&text).expect("ASCII"), 200, &mut buffers);
        }
    }
}

#[test]
fn all_of_unicode_once() {
    let mut buffers = Buffers::default();
    let all: Vec<char> = ('\u{0}'..=char::MAX).collect();
    assert_eq!(all.len(), 0x11_0000 - 0x800);
    // Chunks of a size that no vector divides, so that each character's place in them drifts.
    for chunk in all.chunks(1009) {
        assert_string(&chunk.iter().collect::<String>(), 0, &mut buffers);
    }
}

/// The text begins at every offset from a cache line, and so does what is written.
#[test]
fn every_alignment() {
    let mut buffers = Buffers::default();
    let text = "clean text of some length, \"then\" an escape\n, ünïcödé 🦀 and a clean tail of more than 64 bytes again .........................";
    for len in (0..text.len()).filter(|len| text.is_char_boundary(*len)) {
        let source = "-".repeat(64) + &text[..len];
        for offset in 0..64 {
            assert_string(&source[offset..], 0, &mut buffers);
        }
    }
    for offset in 0..64 {
        let mut buf = b"-".repeat(offset);
        text.write_json(&mut buf);
        buffers.expected.clear();
        naive(text, &mut buffers.expected);
        assert_eq!(&buf[offset..], buffers.expected);
    }
}

/// The places where a string can stand.
#[derive(Serialize, ZeroAllocJson)]
struct Places<'a> {
    field: &'a str,
    number: u8,
    option: Option<&'a str>,
    cow: Cow<'a, str>,
    list: Vec<&'a str>,
    tuple: (&'a str, u64, &'a str),
    map: BTreeMap<&'a str, &'a str>,
    newtype: Newtype<'a>,
    variant: Variant<'a>,
    #[serde(skip_serializing_if = "str::is_empty")]
    skipped: &'a str,
    last: String,
}

#[derive(Serialize, ZeroAllocJson)]
struct Newtype<'a>(&'a str);

#[derive(Serialize, ZeroAllocJson)]
enum Variant<'a> {
    Newtype(&'a str),
}

impl<'a> Places<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            field: text,
            number: 0,
            option: Some(text),
            cow: Cow::Borrowed(text),
            list: vec![text, "", text],
            tuple: (text, u64::MAX, text),
            map: BTreeMap::from([(text, text)]),
            newtype: Newtype(text),
            variant: Variant::Newtype(text),
            skipped: text,
            last: text.to_owned(),
        }
    }
}

#[test]
fn every_place_at_every_length() {
    let clean = "k".repeat(300);
    for len in 0..=300 {
        if let Err(difference) = compare_same(&Places::of(&clean[..len])) {
            panic!("{len} clean bytes: {difference}");
        }
        for special in [SPECIAL[len % SPECIAL.len()], "\"", "é"] {
            let at = len.saturating_sub(len % 17);
            let text = format!("{}{special}{}", &clean[..at], &clean[at..len]);
            if let Err(difference) = compare_same(&Places::of(&text)) {
                panic!("{text:?}: {difference}");
            }
        }
    }
}

/// Characters of every class, the rare ones often.
fn character() -> impl Strategy<Value = char> {
    prop_oneof![
        4 => prop::char::range('a', 'z'),
        1 => prop::char::range('\u{0}', '\u{7f}'),
        1 => Just('"'),
        1 => Just('\\'),
        1 => prop::char::range('\u{80}', '\u{7ff}'),
        1 => any::<char>(),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::collection::vec(character(), 0..100).prop_map(String::from_iter),
        prop::collection::vec(prop::char::range(' ', '~'), 0..300).prop_map(String::from_iter),
        any::<String>(),
    ]
}

proptest! {
    #![proptest_config(super::config())]

    #[test]
    fn random_text_everywhere(text in text(), spare in 0..500_usize) {
        assert_string(&text, spare, &mut Buffers::default());
        compare_same(&Places::of(&text)).map_err(|difference| TestCaseError::fail(difference.to_string()))?;
    }
}
