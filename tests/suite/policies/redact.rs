//! `redact`, against its definition by `char`s.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use record_runtime::{InView, Unredacted, View, ViewId, ZeroAllocJson};
use record_tests::oracle::{assert_text, compare_bytes};
use record_tests::split_mix::SplitMix64;
use serde::Serialize;

/// Stars, and the last four characters of at least eight.
fn last_four(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let shown = if characters.len() < 8 { &[] } else { &characters[characters.len() - 4..] };
    "***".chars().chain(shown.iter().copied()).collect()
}

/// A text under both forms, between other fields.
#[derive(ZeroAllocJson)]
struct Redacted<'a> {
    before: &'a str,
    #[json(redact)]
    all: &'a str,
    #[json(redact = "last_four")]
    last_four: &'a str,
    after: &'a str,
}

#[derive(Serialize)]
struct Expected<'a> {
    before: &'a str,
    all: &'a str,
    last_four: String,
    after: &'a str,
}

fn compare(text: &str) {
    let value = Redacted { before: text, all: text, last_four: text, after: text };
    let expected = Expected { before: text, all: "***", last_four: last_four(text), after: text };
    let expected = serde_json::to_vec(&expected).expect("serde_json writes strings");
    compare_bytes(&value, &expected).unwrap_or_else(|difference| panic!("{text:?}: {difference}"));
    let whole = Expected { before: text, all: text, last_four: text.to_owned(), after: text };
    let whole = serde_json::to_vec(&whole).expect("serde_json writes strings");
    let value = InView::<Unredacted, _>::new(value);
    compare_bytes(&value, &whole).unwrap_or_else(|difference| panic!("{text:?}, shown: {difference}"));
}

#[test]
fn the_edge() {
    #[derive(ZeroAllocJson)]
    struct Texts(#[json(redact = "last_four")] &'static str, #[json(redact = "last_four")] &'static str);

    assert_text(&Texts("1234567", "12345678"), r#"["***","***5678"]"#);
    assert_text(&Texts("ééééééé", "éééé🦀語é\""), r#"["***","***🦀語é\""]"#);
}

/// Texts of one to four bytes a character, and of what is escaped, of every length around the edge.
#[test]
fn every_length_and_width() {
    for unit in ["a", "é", "…", "🦀", "\"", "\n", "\u{1}", "e\u{301}", "a🦀", "*"] {
        for count in 0..=70 {
            compare(&unit.repeat(count));
        }
    }
    compare(&"🦀".repeat(65_536));
}

#[test]
fn random_texts() {
    let seed = 0x2eda_c7ed;
    println!("seed {seed:#x}");
    let mut random = SplitMix64::new(seed);
    let characters = ['a', 'Z', '"', '\\', '\n', 'ß', '…', '語', '🦀', '\u{301}'];
    for _ in 0..2_000 {
        let len = random.bits() % 20;
        let text =
            (0..len).map(|_| characters[usize::try_from(random.bits() % 10).expect("small")]).collect::<String>();
        compare(&text);
    }
}

#[test]
fn in_containers() {
    #[derive(ZeroAllocJson)]
    struct Holds<'a> {
        #[json(redact)]
        option: Option<String>,
        #[json(redact = "last_four")]
        list: Vec<&'a str>,
        #[json(redact)]
        array: [Box<str>; 2],
        #[json(redact = "last_four")]
        queue: VecDeque<Option<String>>,
        #[json(redact = "last_four")]
        map: BTreeMap<&'a str, Cow<'a, str>>,
        #[json(redact)]
        table: HashMap<String, Vec<String>>,
        #[json(redact = "last_four")]
        pointer: Rc<str>,
        #[json(redact)]
        shared: &'a Arc<String>,
        #[json(redact, skip_none)]
        absent: Option<&'a str>,
        #[json(redact = "last_four")]
        none: Option<&'a str>,
    }

    let value = Holds {
        option: Some(String::from("secret")),
        list: vec!["1234567", "12345678"],
        array: ["".into(), "secret".into()],
        queue: VecDeque::from([None, Some(String::from("12345678"))]),
        map: BTreeMap::from([("a key stays", Cow::Borrowed("12345678"))]),
        table: HashMap::from([(String::from("key"), vec![String::from("secret")])]),
        pointer: Rc::from("12345678"),
        shared: &Arc::new(String::from("secret")),
        absent: None,
        none: None,
    };
    assert_text(
        &value,
        r#"{"option":"***","list":["***","***5678"],"array":["***","***"],"queue":[null,"***5678"],"map":{"a key stays":"***5678"},"table":{"key":["***"]},"pointer":"***5678","shared":"***","none":null}"#,
    );
}

/// Only that view shows what is hidden, and those that say that they include it. A call within such a call hides it.
#[test]
fn shown_to_some() {
    struct Support;
    impl View for Support {
        fn includes(view: ViewId) -> bool {
            view.is::<Unredacted>()
        }
    }
    struct Admin;
    impl View for Admin {
        fn includes(view: ViewId) -> bool {
            view.is::<Support>()
        }
    }

    #[derive(Clone, ZeroAllocJson)]
    struct Secret {
        #[json(redact)]
        all: Option<String>,
        #[json(redact = "last_four", html_safe)]
        list: Vec<&'static str>,
        #[json(view = "Support", redact)]
        note: &'static str,
    }
    impl fmt::Display for Secret {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(&record_runtime::to_string(self))
        }
    }
    #[derive(ZeroAllocJson)]
    struct Logged {
        #[json(display)]
        log: Secret,
        secret: Secret,
    }

    let secret = Secret { all: Some(String::from("s")), list: vec!["<", "12345678"], note: "n" };
    let logged = Logged { log: secret.clone(), secret };
    let log = r#"{\"all\":\"***\",\"list\":[\"***\",\"***5678\"]}"#;
    let hidden = r#"{"all":"***","list":["***","***5678"]}"#;
    let shown = r#"{"all":"s","list":["\u003c","12345678"]}"#;
    let support = r#"{"all":"s","list":["\u003c","12345678"],"note":"n"}"#;
    let expected = |secret: &str| format!("{{\"log\":\"{log}\",\"secret\":{secret}}}");
    assert_text(&logged, &expected(hidden));
    assert_text(&InView::<Unredacted, _>::new(&logged), &expected(shown));
    assert_text(&InView::<Support, _>::new(&logged), &expected(support));
    assert_text(&InView::<Admin, _>::new(&logged), &expected(r#"{"all":"***","list":["***","***5678"],"note":"***"}"#));
}

/// A field's own `redact` goes before what its type asks for; escapes concern what is shown.
#[test]
fn beside_other_policies() {
    #[derive(ZeroAllocJson)]
    #[json(truncate = 2, as_string, omit_empty)]
    struct Card<'a> {
        name: &'a str,
        #[json(redact)]
        code: &'a str,
        #[json(redact = "last_four")]
        number: String,
        #[json(redact = "last_four", html_safe, ascii)]
        note: &'a str,
        #[json(redact)]
        empty: &'a str,
    }

    let value = Card { name: "abcdef", code: "123", number: String::from("1234567890"), note: "<<<<<<é<&", empty: "" };
    assert_text(&value, r#"{"name":"a…","code":"***","number":"***7890","note":"***\u003c\u00e9\u003c\u0026"}"#);
}
