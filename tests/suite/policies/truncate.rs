//! `truncate = N`, against its definition by `char`s.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

use record_runtime::ZeroAllocJson;
use record_tests::oracle::{assert_text, compare_bytes};
use record_tests::split_mix::SplitMix64;
use serde::Serialize;

/// A text of at most so many characters: itself, or its beginning and an ellipsis.
fn truncated(text: &str, characters: usize) -> String {
    if text.chars().count() <= characters {
        return text.to_owned();
    }
    text.chars().take(characters - 1).chain(['…']).collect()
}

macro_rules! limits {
    ($($name:ident $characters:literal)+) => {
        /// A text under several limits, between other fields.
        #[derive(ZeroAllocJson)]
        struct Limited<'a> {
            $(
                #[json(truncate = $characters)]
                $name: &'a str,
            )+
            whole: &'a str,
        }

        #[derive(Serialize)]
        struct Expected<'a> {
            $($name: String,)+
            whole: &'a str,
        }

        fn compare(text: &str) {
            let value = Limited { $($name: text,)+ whole: text };
            let expected = Expected { $($name: truncated(text, $characters),)+ whole: text };
            let expected = serde_json::to_vec(&expected).expect("serde_json writes strings");
            compare_bytes(&value, &expected).unwrap_or_else(|difference| panic!("{text:?}: {difference}"));
        }
    };
}

limits! { one 1 two 2 three 3 fifteen 15 sixteen 16 thirty_two 32 sixty_four 64 eighty 80 most 65535 }

/// Texts of one to four bytes a character, and of what is escaped, of every length around the limits.
#[test]
fn every_length_and_width() {
    for unit in ["a", "é", "…", "🦀", "\"", "\n", "\u{1}", "e\u{301}", "a🦀"] {
        for count in 0..=100 {
            compare(&unit.repeat(count));
        }
    }
    compare(&"a".repeat(65_535));
    compare(&"a".repeat(65_536));
    compare(&"🦀".repeat(65_536));
}

#[test]
fn random_texts() {
    let seed = 0x7254_c47e;
    println!("seed {seed:#x}");
    let mut random = SplitMix64::new(seed);
    let characters = ['a', 'Z', '"', '\\', '\n', 'ß', '…', '語', '🦀', '\u{301}'];
    for _ in 0..2_000 {
        let len = random.bits() % 90;
        let text =
            (0..len).map(|_| characters[usize::try_from(random.bits() % 10).expect("small")]).collect::<String>();
        compare(&text);
    }
}

#[test]
fn in_containers() {
    #[derive(ZeroAllocJson)]
    struct Holds<'a> {
        #[json(truncate = 3)]
        option: Option<String>,
        #[json(truncate = 3)]
        list: Vec<&'a str>,
        #[json(truncate = 3)]
        map: BTreeMap<&'a str, Cow<'a, str>>,
        #[json(truncate = 3, html_safe)]
        pointer: Rc<str>,
        #[json(truncate = 3, skip_none)]
        absent: Option<&'a str>,
    }

    let value = Holds {
        option: Some(String::from("abcd")),
        list: vec!["abc", "abcd"],
        map: BTreeMap::from([("longer key", Cow::Borrowed("abcd"))]),
        pointer: Rc::from("<<<<"),
        absent: None,
    };
    assert_text(
        &value,
        r#"{"option":"ab…","list":["abc","ab…"],"map":{"longer key":"ab…"},"pointer":"\u003c\u003c…"}"#,
    );
}

/// Of a type: the fields that are text, whatever their name is; a field undoes it.
#[test]
fn of_a_type() {
    type Name = String;

    #[derive(ZeroAllocJson)]
    #[json(truncate = 4, as_string)]
    struct Row<'a> {
        name: Name,
        number: u64,
        characters: char,
        other: Option<Other>,
        #[json(truncate = false)]
        all: &'a str,
        #[json(truncate = 2)]
        less: &'a str,
    }

    #[derive(ZeroAllocJson)]
    struct Other {
        text: &'static str,
    }

    let value = Row {
        name: Name::from("abcdef"),
        number: 123_456,
        characters: 'x',
        other: Some(Other { text: "abcdef" }),
        all: "abcdef",
        less: "abcdef",
    };
    assert_text(
        &value,
        r#"{"name":"abc…","number":"123456","characters":"x","other":{"text":"abcdef"},"all":"abcdef","less":"a…"}"#,
    );
}
