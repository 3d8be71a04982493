//! Indented text, against `serde_json::to_string_pretty` and its `PrettyFormatter`.

use std::collections::BTreeMap;

use record_runtime::{WriteOptions, ZeroAllocJson, to_string_pretty, to_string_with};
use record_tests::models::{Event, Response, Shape, User};
use record_tests::split_mix::SplitMix64;
use serde::Serialize;
use serde_json::Value;
use serde_json::ser::PrettyFormatter;

fn reference<T: Serialize + ?Sized>(value: &T, indent: &str) -> String {
    let mut out = Vec::new();
    let formatter = PrettyFormatter::with_indent(indent.as_bytes());
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, formatter);
    value.serialize(&mut serializer).expect("serde_json writes it");
    String::from_utf8(out).expect("UTF-8")
}

#[track_caller]
fn assert_pretty<T: ZeroAllocJson + Serialize + ?Sized>(value: &T) {
    assert_eq!(to_string_pretty(value), serde_json::to_string_pretty(value).expect("serde_json writes it"));
    for indent in ["", " ", "\t", "    ", "a long indent, which is no whitespace, "] {
        assert_eq!(to_string_with(value, &WriteOptions::new().indent(indent)), reference(value, indent));
    }
}

#[test]
fn values_of_every_shape() {
    assert_pretty(&());
    assert_pretty("a, b: [c] {d} \" \\ \\\" \n");
    assert_pretty(&[0_u8; 0]);
    assert_pretty(&BTreeMap::<u8, u8>::new());
    assert_pretty(&[[[0_u8; 0]; 1]; 2]);
    assert_pretty(&(1, "\\", "\\\\\"", [Some("]"), None]));
    assert_pretty(&BTreeMap::from([("", vec![]), ("{", vec![BTreeMap::from([(":", 1.5)])])]));
    assert_pretty(&Response::example());
    assert_pretty(&Response::empty());
    assert_pretty(&(0..100).map(User::example).collect::<Vec<_>>());
    assert_pretty(&[Event::Nothing, Event::Message(String::from("m\\")), Event::Moved(1, 0.5)]);
    assert_pretty(&[Shape::EmptyShape, Shape::Circle { radius: 0.1 }]);
}

/// A value of random shape, and it as a type of ours: the compact text, which is written as it is.
struct Random(Value);

impl ZeroAllocJson for Random {
    fn write_value<'s, D: record_runtime::Dispatch>(
        &self,
        c: record_runtime::Cursor<'s, D>,
    ) -> record_runtime::Cursor<'s, D> {
        c.raw(&self.0.to_string())
    }
}

fn random_value(random: &mut SplitMix64, depth: usize) -> Value {
    let mut below = |end: u64| random.bits() % end;
    let count = below(4);
    match below(if depth == 0 { 4 } else { 6 }) {
        0 => Value::Null,
        1 => Value::from(below(1000)),
        2 => Value::from("\\\"[]{},:\n"[..usize::try_from(below(9)).expect("small")].to_owned()),
        3 => Value::from(true),
        4 => (0..count).map(|_| random_value(random, depth - 1)).collect(),
        _ => Value::Object((0..count).map(|n| (format!("k\"{n}"), random_value(random, depth - 1))).collect()),
    }
}

#[test]
fn values_of_random_shape() {
    let seed = 0x0001_4de7;
    println!("seed {seed:#x}");
    let mut random = SplitMix64::new(seed);
    for _ in 0..3000 {
        let value = random_value(&mut random, 6);
        assert_eq!(to_string_pretty(&Random(value.clone())), serde_json::to_string_pretty(&value).expect("written"));
    }
}

/// Whitespace of a text that was JSON before is replaced, wherever it stands and however much it is.
#[test]
fn raw_text_is_indented_anew() {
    #[derive(ZeroAllocJson)]
    struct Holds<'a> {
        #[json(raw)]
        raw: &'a str,
        after: u8,
    }

    let wide = format!("[{}1{},2]", " ".repeat(500), "\n".repeat(700));
    for raw in [" [ ] ", "{\n}", "[ 1 ,\t{ \"a b\" : [ 2 , 3 ] } ]", wide.as_str(), "\"  \"", " 1 "] {
        let text = to_string_pretty(&Holds { raw, after: 1 });
        let value: Value = serde_json::from_str(&text).expect("JSON");
        assert!(value.get("after").is_some());
        // `raw` sorts behind `after`, so the reference is made by hand.
        let inner = serde_json::to_string_pretty(&value["raw"]).expect("written").replace('\n', "\n  ");
        assert_eq!(text, format!("{{\n  \"raw\": {inner},\n  \"after\": 1\n}}"));
    }
}

/// Behind what is in the buffer, at every spare capacity.
#[test]
fn every_capacity() {
    let value = User::example(3);
    let expected = ["{<é".to_owned(), serde_json::to_string_pretty(&value).expect("written")].concat();
    for spare in 0..1500 {
        let mut buf = Vec::with_capacity(4 + spare);
        buf.extend_from_slice("{<é".as_bytes());
        value.write_json_with(&mut buf, &WriteOptions::new().pretty());
        assert!(buf == expected.as_bytes(), "{spare} spare bytes");
    }
}

/// Long strings are written where they stay, and the text in front of them is indented first. Here they stand in every
/// place, also within each construct that keeps a place for later.
#[derive(Serialize, ZeroAllocJson)]
enum Part {
    Text(String),
    Short(u8),
    Displayed(Displayed),
    List(Vec<Self>),
    Pair(Box<(Self, Self)>),
    Keys(BTreeMap<String, Self>),
    Flat(Box<Flat>),
    Written(Written),
}

#[derive(Serialize, ZeroAllocJson)]
struct Flat {
    before: String,
    #[serde(flatten)]
    inner: Inner,
    #[serde(flatten)]
    entries: BTreeMap<String, Part>,
    #[serde(skip_serializing_if = "Option::is_none")]
    absent: Option<String>,
    after: Option<Part>,
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(tag = "kind")]
enum Inner {
    A { text: String },
    B(BTreeMap<String, String>),
}

/// Written by its `Display`.
struct Displayed(String);

impl Serialize for Displayed {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{0}, {0}", self.0))
    }
}

impl ZeroAllocJson for Displayed {
    fn write_value<'s, D: record_runtime::Dispatch>(
        &self,
        c: record_runtime::Cursor<'s, D>,
    ) -> record_runtime::Cursor<'s, D> {
        c.fmt(format_args!("{0}, {0}", self.0))
    }
}

/// Written by a function.
#[derive(ZeroAllocJson)]
#[json(transparent)]
struct Written(#[json(serialize_with = "written")] (String, String));

impl Serialize for Written {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([("a", &self.0.0), ("b", &self.0.1)])
    }
}

fn written(texts: &(String, String), w: &mut record_runtime::JsonWriter<'_>) {
    w.object().field("a", &texts.0).field("b", &texts.1).end();
}

fn random_part(random: &mut SplitMix64, depth: usize) -> Part {
    let mut below = |end: u64| usize::try_from(random.bits() % end).expect("small");
    let mut text = |len: u64, kind: u64| {
        let len = [0, 3, 30, 150, 192, 193, 260, 1000][below(len)];
        ["[,", "long ", "a\"b\\", "é", "{\n\t"][below(kind)].chars().cycle().take(len).collect::<String>()
    };
    let (one, two) = (text(8, 5), text(8, 5));
    let (count, kind) = (below(4), below(if depth == 0 { 3 } else { 8 }));
    let mut part = || random_part(random, depth - 1);
    match kind {
        0 => Part::Text(one),
        1 => Part::Short(7),
        2 => Part::Displayed(Displayed(one)),
        3 => Part::List((0..count).map(|_| part()).collect()),
        4 => Part::Pair(Box::new((part(), part()))),
        5 => Part::Keys((0..count).map(|n| (format!("{n}{one}"), part())).collect()),
        6 => Part::Flat(Box::new(Flat {
            inner: if count < 2 {
                Inner::A { text: one.clone() }
            } else {
                Inner::B(BTreeMap::from([(one.clone() + "x", two.clone())]))
            },
            before: two,
            entries: (0..count).map(|n| (format!("{n}{one}"), part())).collect(),
            absent: None,
            after: (count > 1).then(part),
        })),
        _ => Part::Written(Written((one, two))),
    }
}

#[test]
fn long_strings_in_every_place() {
    let seed = 0x10_46;
    println!("seed {seed:#x}");
    let mut random = SplitMix64::new(seed);
    let mut buf = Vec::new();
    for round in 0..600 {
        let part = random_part(&mut random, round % 5);
        for indent in ["  ", "", "\t", "a step of more than thirty-two bytes"] {
            let expected = reference(&part, indent);
            assert_eq!(to_string_with(&part, &WriteOptions::new().indent(indent)), expected);
            // Into a buffer that has, or has not, the room.
            if buf.capacity() > 20_000 {
                buf = Vec::new();
            }
            buf.clear();
            buf.extend_from_slice(b"{\"[");
            part.write_json_with(&mut buf, &WriteOptions::new().indent(indent).html_safe());
            let expected = reference(&part, indent).replace('&', "\\u0026");
            assert!(buf[3..] == *expected.as_bytes());
        }
    }
}

/// The same at every spare capacity.
#[test]
fn long_strings_at_every_capacity() {
    let long = "long, \"and\" [more] \n".repeat(12);
    let value = (1, [&long, "short", &long], BTreeMap::from([(&long, (&long, [[0_u8; 0]; 2]))]), &long);
    let expected = serde_json::to_string_pretty(&value).expect("written");
    for spare in 0..2500 {
        let mut buf = Vec::with_capacity(spare);
        value.write_json_with(&mut buf, &WriteOptions::new().pretty());
        assert!(buf == expected.as_bytes(), "{spare} spare bytes");
    }
}
