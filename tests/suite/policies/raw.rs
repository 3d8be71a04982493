//! `raw`: the grammar against `serde_json`, and what is written.

use std::borrow::Cow;
use std::collections::BTreeMap;

use record_runtime::ZeroAllocJson;
use record_tests::oracle::{assert_error, assert_text};
use record_tests::split_mix::SplitMix64;
use serde::de::IgnoredAny;

#[derive(ZeroAllocJson)]
struct Checked<'a>(#[json(raw)] &'a str);

/// Whether the text is accepted; an accepted text is written as it is.
fn accepts(text: &str) -> bool {
    let mut buf = Vec::new();
    let accepted = Checked(text).try_write_json(&mut buf).is_ok();
    assert_eq!(buf, if accepted { text.as_bytes() } else { b"" });
    accepted
}

#[track_caller]
fn assert_agrees(text: &str) {
    let reference = serde_json::from_str::<IgnoredAny>(text);
    assert_eq!(accepts(text), reference.is_ok(), "{text:?}: serde_json says {reference:?}");
}

const TEXTS: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-0",
    "10",
    "-1.5e+10",
    "1E-3",
    "1e999999",
    "123456789012345678901234567890",
    r#""""#,
    r#""a\"\\\/\b\f\n\r\t\u00e9\ud83e\udd80\ud800x and a longer text to fill a block""#,
    r#""ünïcödé 🦀 text of more than sixteen bytes""#,
    "[]",
    "{}",
    " [ ] ",
    "\t{\n}\r ",
    "[1,2,3]",
    r#"{"a":1,"b":[true,{"c":null}],"d":{}}"#,
    r#" { "a" : [ 1 , 2 ] , "b" : "x" } "#,
    "[[[[[[[[[[]]]]]]]]]]",
    "",
    " ",
    "nul",
    "nulll",
    "True",
    "+1",
    "01",
    "-",
    "1.",
    ".5",
    "1e",
    "1e+",
    "0x10",
    "NaN",
    "Infinity",
    "\"",
    "\"a",
    "\"\u{1}\"",
    "\"\n\"",
    r#""\x""#,
    r#""\u12""#,
    r#""\u12g4""#,
    "'a'",
    "[",
    "]",
    "[1,]",
    "[,1]",
    "[1 2]",
    "{",
    "}",
    r#"{"a"}"#,
    r#"{"a":}"#,
    r#"{"a":1,}"#,
    r#"{,"a":1}"#,
    "{a:1}",
    "{1:2}",
    "[1}",
    r#"{"a":1]"#,
    "1 2",
    "[] []",
    "[]]",
    "\u{feff}1",
    "\u{a0}1",
    "1\u{b}",
    "1\0",
    "// c\n1",
];

#[test]
fn the_grammar_is_that_of_serde_json() {
    for text in TEXTS {
        assert_agrees(text);
        assert_agrees(&format!("[{text}]"));
        assert_agrees(&format!("{{\"k\":{text}}}"));
        assert_agrees(&format!("[{text},{text}"));
    }
}

/// Texts with a few characters put in, taken out and changed.
#[test]
fn mutations() {
    const ALPHABET: &[&str] = &[
        "{", "}", "[", "]", ":", ",", "\"", "\\", " ", "\n", "0", "1", "9", "-", "+", ".", "e", "E", "n", "null",
        "true", "u", "\\u00e9", "a", "é", "🦀", "\u{1}", "\u{7f}", "/", "\t",
    ];
    let seed = 0x9a77_e501_u64;
    println!("seed {seed:#x}");
    let mut random = SplitMix64::new(seed);
    let mut below = |end: usize| usize::try_from(random.bits() >> 33).expect("31 bits") % end;
    let mut accepted = 0;
    for _ in 0..100_000 {
        let mut characters: Vec<String> = TEXTS[below(TEXTS.len())].chars().map(String::from).collect();
        for _ in 0..=below(3) {
            let at = below(characters.len() + 1);
            match below(3) {
                0 => characters.insert(at, ALPHABET[below(ALPHABET.len())].to_owned()),
                1 if at < characters.len() => drop(characters.remove(at)),
                _ if at < characters.len() => ALPHABET[below(ALPHABET.len())].clone_into(&mut characters[at]),
                _ => {}
            }
        }
        let text = characters.concat();
        assert_agrees(&text);
        accepted += usize::from(accepts(&text));
    }
    assert!(accepted > 10_000 && accepted < 90_000, "{accepted} of 100,000: one side is hardly tried");
}

/// As deep as is allowed, and one deeper: arrays, objects, and both in turn.
#[test]
fn nesting() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")] {
        let levels = open.matches(['[', '{']).count();
        let nested = |depth: usize| open.repeat(depth / levels) + "1" + &close.repeat(depth / levels);
        assert!(accepts(&nested(1024)));
        let message = assert_error(&Checked(&nested(1024 + levels)));
        assert_eq!(message, "a text that is to be written raw is nested too deeply");
    }
    assert!(!accepts(&("[".repeat(1024) + &"}".repeat(1024))));
}

#[derive(ZeroAllocJson)]
struct Kinds<'a> {
    #[json(raw)]
    string: String,
    #[json(raw)]
    boxed: Box<str>,
    #[json(raw)]
    cow: Cow<'a, str>,
    #[json(raw)]
    option: Option<String>,
    #[json(raw, skip_none)]
    none: Option<&'a str>,
    #[json(raw)]
    list: Vec<&'a str>,
    #[json(raw)]
    map: BTreeMap<&'a str, String>,
    #[json(raw = "trusted")]
    trusted: &'a str,
    #[json(raw = "trusted")]
    texts: Option<Vec<String>>,
    after: &'a str,
}

#[test]
fn raw_text_of_every_type() {
    let value = Kinds {
        string: String::from("{\"a\": 1}"),
        boxed: "[1]".into(),
        cow: Cow::Borrowed("null"),
        option: Some(String::from("\"x\"")),
        none: None,
        list: vec!["1", "[]"],
        map: BTreeMap::from([("k", String::from("2"))]),
        trusted: "[1, oops]",
        texts: Some(vec![String::from("3")]),
        after: "\n",
    };
    assert_text(
        &value,
        r#"{"string":{"a": 1},"boxed":[1],"cow":null,"option":"x","list":[1,[]],"map":{"k":2},"trusted":[1, oops],"texts":[3],"after":"\n"}"#,
    );
    let message = assert_error(&Kinds { cow: Cow::Borrowed("nul"), ..value });
    assert_eq!(message, "a text that is to be written raw is not JSON");
}
