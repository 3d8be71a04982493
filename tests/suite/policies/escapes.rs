//! `html_safe` and `ascii`, in a field, in all of a type, and in a whole call.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use record_runtime::{JsonWriter, WriteOptions, ZeroAllocJson};
use record_tests::models::{Response, User};
use record_tests::oracle::{assert_error, assert_text, compare_bytes};
use record_tests::split_mix::SplitMix64;
use serde::Serialize;

/// The text with more escapes: the definition, character by character. Of Go's five, as its source of
/// encoding/json lists them.
fn escaped(json: &str, html: bool, ascii: bool) -> String {
    let mut out = String::new();
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

/// The text of a whole call with options.
fn with(value: &(impl ZeroAllocJson + ?Sized), options: WriteOptions<'_>) -> String {
    let mut buf = "<é".as_bytes().to_vec();
    value.write_json_with(&mut buf, &options);
    String::from_utf8(buf).expect("UTF-8").strip_prefix("<é").expect("what was before stays").to_owned()
}

#[track_caller]
fn assert_calls<T: ZeroAllocJson + Serialize + ?Sized>(value: &T) {
    let json = serde_json::to_string(value).expect("serde_json writes it");
    let pretty = serde_json::to_string_pretty(value).expect("serde_json writes it");
    let options = WriteOptions::new();
    assert_eq!(with(value, options), json);
    assert_eq!(with(value, options.html_safe()), escaped(&json, true, false));
    assert_eq!(with(value, options.ascii()), escaped(&json, false, true));
    assert_eq!(with(value, options.html_safe().ascii()), escaped(&json, true, true));
    assert_eq!(with(value, options.ascii().html_safe().pretty()), escaped(&pretty, true, true));
    let back: serde_json::Value = serde_json::from_str(&with(value, options.html_safe().ascii())).expect("JSON");
    assert_eq!(back, serde_json::from_str::<serde_json::Value>(&json).expect("JSON"), "another value");
}

/// Go's text for each of the five, from the examples of `json.HTMLEscape`.
#[test]
fn the_five_of_go() {
    let text = "a<b>c&d\u{2028}e\u{2029}f";
    assert_eq!(with(text, WriteOptions::new().html_safe()), r#""a\u003cb\u003ec\u0026d\u2028e\u2029f""#);
    assert_eq!(with("🦀é€\u{7f}", WriteOptions::new().ascii()), "\"\\ud83e\\udd80\\u00e9\\u20ac\u{7f}\"");
}

#[test]
fn whole_calls() {
    assert_calls("");
    assert_calls("no escape in this text, which is longer than a block of the scan");
    assert_calls("\"<é>\" & \\ \n \u{2028}");
    assert_calls(&Response::example());
    assert_calls(&(0..40).map(User::example).collect::<Vec<_>>());
    assert_calls(&BTreeMap::from([("<k>", "é"), ("ключ", "&")]));
    let every: String = ('\0'..=char::MAX).step_by(97).collect();
    assert_calls(&every);
}

/// Strings in which anything may follow anything, at every distance from a block's edge.
#[test]
fn random_strings() {
    const PIECES: &[&str] =
        &["<", ">", "&", "\u{2028}", "\u{2029}", "\u{2027}", "é", "€", "🦀", "\"", "\\", "\n", "\u{1}", "a", "bcdefgh"];
    let seed = 0x00e5_ca9e;
    println!("seed {seed:#x}");
    let mut random = SplitMix64::new(seed);
    let mut below = |end: usize| usize::try_from(random.bits() >> 33).expect("31 bits") % end;
    for _ in 0..3000 {
        let clean = "x".repeat(below(80));
        let text: String = (0..below(40)).map(|_| PIECES[below(PIECES.len())]).collect();
        assert_calls(&[clean.clone() + &text, text + &clean]);
    }
}

#[derive(Serialize, ZeroAllocJson)]
#[json(html_safe, ascii)]
struct Page<'a, T> {
    #[serde(rename = "<title>")]
    title: &'a str,
    #[serde(rename = "ключ")]
    number: u8,
    body: T,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
    #[serde(flatten)]
    rest: BTreeMap<&'a str, &'a str>,
    #[serde(serialize_with = "serialize_lines")]
    #[json(serialize_with = "write_lines")]
    lines: &'a str,
}

fn serialize_lines<S: serde::Serializer>(text: &&str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(text.lines())
}

fn write_lines(text: &&str, w: &mut JsonWriter<'_>) {
    w.seq(text.lines());
}

#[derive(Serialize, ZeroAllocJson)]
struct Plain<'a> {
    #[serde(rename = "<plain & ключ>")]
    text: &'a str,
    initial: char,
    unit: Unit,
    #[serde(rename = "a key of more than thirty-two bytes, with a & and an é in it")]
    long: Unit,
}

#[derive(Clone, Copy, Serialize, ZeroAllocJson)]
enum Unit {
    #[serde(rename = "<é>")]
    Short,
    #[serde(rename = "a variant of more than thirty-two bytes, with a & and an é in it")]
    Long,
}

/// Keys, tags, flattened entries, what functions write, and types inside that know nothing of it.
#[test]
fn all_of_a_type() {
    for (note, unit) in [(None, Unit::Short), (Some("<é>"), Unit::Long)] {
        let value = Page {
            title: "a <b> & é",
            number: 1,
            body: [
                Plain { text: "é<", initial: '&', unit, long: unit },
                Plain { text: "", initial: 'é', unit, long: unit },
            ],
            note,
            rest: BTreeMap::from([("<r>", "é")]),
            lines: "é\n<",
        };
        let json = serde_json::to_string(&value).expect("serde_json writes it");
        let expected = escaped(&json, true, true);
        compare_bytes(&value, expected.as_bytes()).expect("escaped");
        compare_bytes(&[&value, &value], format!("[{expected},{expected}]").as_bytes()).expect("escaped twice");
    }
}

macro_rules! enums {
    ($($test:ident: [$($attributes:tt)*])+) => {
        $(
            #[test]
            fn $test() {
                #[derive(Serialize, ZeroAllocJson)]
                #[serde($($attributes)*)]
                #[json(html_safe)]
                enum Event<'a> {
                    #[serde(rename = "<unit>")]
                    Unit,
                    #[serde(rename = "&newtype")]
                    Newtype(Plain<'a>),
                    #[serde(rename = ">named")]
                    Named { #[serde(rename = "<f>")] field: &'a str },
                }

                let plain = Plain { text: "<", initial: '>', unit: Unit::Short, long: Unit::Long };
                for event in [Event::Unit, Event::Newtype(plain), Event::Named { field: "&" }] {
                    let json = serde_json::to_string(&event).expect("serde_json writes it");
                    compare_bytes(&event, escaped(&json, true, false).as_bytes()).expect("escaped");
                }
            }
        )+
    };
}

enums! {
    external_enums: [bound = ""]
    internal_enums: [tag = "<t>"]
    adjacent_enums: [tag = "<t>", content = "<c>"]
    untagged_enums: [untagged]
}

/// Of one field: its value, whatever writes it; its key and its neighbours stay.
#[test]
fn one_field() {
    #[derive(ZeroAllocJson)]
    struct Fields<'a> {
        #[json(html_safe, rename = "<a>")]
        a: &'a str,
        b: &'a str,
        #[json(ascii)]
        c: Vec<Option<String>>,
        #[json(html_safe, ascii, omit_empty)]
        d: &'a str,
        #[json(html_safe, flatten)]
        e: BTreeMap<&'a str, &'a str>,
        #[json(ascii, serialize_with = "write_lines")]
        f: &'a str,
        #[json(html_safe, raw)]
        g: &'a str,
        #[json(html_safe, bytes = "utf8")]
        h: &'a [u8],
    }

    let value = Fields {
        a: "<é>",
        b: "<é>",
        c: vec![Some(String::from("<é>")), None],
        d: "<é>",
        e: BTreeMap::from([("<é>", "<é>")]),
        f: "é\n<",
        g: "[\"<\", \"\\\\<\"]",
        h: b"&",
    };
    assert_text(
        &value,
        r#"{"<a>":"\u003cé\u003e","b":"<é>","c":["<\u00e9>",null],"d":"\u003c\u00e9\u003e","\u003cé\u003e":"\u003cé\u003e","f":["\u00e9","<"],"g":["\u003c", "\\\u003c"],"h":"\u0026"}"#,
    );
    let value = Fields { d: "", ..value };
    assert!(record_runtime::to_string(&value).contains(r#",null],"\u003cé"#));
}

/// Units, newtypes and keys.
#[test]
fn small_types_and_keys() {
    #[derive(ZeroAllocJson, PartialEq, Eq, PartialOrd, Ord)]
    #[json(html_safe)]
    enum Kind {
        #[json(rename = "<a>")]
        A,
        #[json(rename = "&b")]
        B,
    }

    /// A constant of the runtime's has 32 bytes, which this name has not, but its escapes have.
    #[derive(ZeroAllocJson)]
    #[json(html_safe)]
    enum Long {
        #[json(rename = "<<<<<<<<>>>>>>>>")]
        A,
        B,
    }

    #[derive(ZeroAllocJson, PartialEq, Eq, PartialOrd, Ord)]
    #[json(ascii)]
    struct Name(&'static str);

    assert_text(&[Long::A, Long::B], &format!(r#"["{}{}","B"]"#, r"\u003c".repeat(8), r"\u003e".repeat(8)));
    assert_text(&[Kind::A, Kind::B], r#"["\u003ca\u003e","\u0026b"]"#);
    assert_text(&BTreeMap::from([(Kind::A, 1), (Kind::B, 2)]), r#"{"\u003ca\u003e":1,"\u0026b":2}"#);
    assert_text(&Name("é"), r#""\u00e9""#);
    assert_text(&BTreeMap::from([(Name("é"), Name("ü"))]), r#"{"\u00e9":"\u00fc"}"#);
}

/// An error in the middle of a text that is being escaped.
#[test]
fn errors_inside() {
    #[derive(ZeroAllocJson)]
    #[json(html_safe)]
    struct Fails<'a> {
        text: &'a str,
        #[json(raw)]
        raw: &'a str,
    }

    assert_text(&Fails { text: "<", raw: "[]" }, r#"{"text":"\u003c","raw":[]}"#);
    assert_error(&Fails { text: "<", raw: "[" });
    let mut buf = b"before".to_vec();
    let options = WriteOptions::new().html_safe().pretty();
    assert!(Fails { text: "<", raw: "[" }.try_write_json_with(&mut buf, &options).is_err());
    assert_eq!(buf, b"before");
}
