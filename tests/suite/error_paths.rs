//! Where an error says that it happened: values of random shape in which one part fails, by every means of writing.

#![expect(clippy::trivially_copy_pass_by_ref, reason = "the signatures that the derives call")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

use record_runtime::{
    ArrayWriter, Cursor, Dispatch, DynJson, Error, JsonWriter, SliceError, WriteOptions, ZeroAllocJson,
    append_json_lines, stream_json_array, stream_json_lines, to_writer, try_to_string_pretty, try_to_vec,
};
use record_tests::oracle::quietly;
use record_tests::split_mix::SplitMix64;

/// A value of any shape.
enum Node {
    Number(i64),
    Text(String),
    Fails(Failure),
    List(Vec<Node>),
    Map(BTreeMap<String, Node>),
    /// Two fields, and between them those of a map.
    Struct(Box<Struct>),
    /// The same as `Map`, by a function that writes it field by field.
    ByFunction(Box<ByFunction>),
    Escaped(Box<Escaped>),
    Tagged(Box<Tagged>),
    Dyn(Box<dyn DynJson>, Option<String>),
}

#[derive(ZeroAllocJson)]
struct Struct {
    first: Node,
    text: &'static str,
    #[json(flatten)]
    entries: BTreeMap<String, Node>,
    #[json(flatten)]
    more: Option<BTreeMap<String, Node>>,
    last: Node,
}

#[derive(ZeroAllocJson)]
struct ByFunction {
    before: u8,
    #[json(serialize_with = "by_fields")]
    function: BTreeMap<String, Node>,
}

fn by_fields(entries: &BTreeMap<String, Node>, w: &mut JsonWriter<'_>) {
    let mut object = w.object();
    for (key, value) in entries {
        object = object.field(key, value);
    }
    object.end();
}

#[derive(ZeroAllocJson)]
#[json(html_safe)]
struct Escaped {
    #[json(rename = "<key>")]
    value: Node,
    number: u8,
}

#[derive(ZeroAllocJson)]
#[json(tag = "kind")]
enum Tagged {
    Newtype(BTreeMap<String, Node>),
    Struct { inner: Node },
}

/// How a part fails.
enum Failure {
    AtOnce,
    BehindAText,
    BehindAnArray,
    Display,
    Function(FailingFunction),
    Borrowed(Borrowed),
    Key,
    TwoValues(TwoValues),
    Raw(Raw),
}

struct Borrowed(RefCell<u8>);

#[derive(ZeroAllocJson)]
#[json(transparent)]
struct FailingFunction(#[json(serialize_with = "fail")] u8);

fn fail(_: &u8, w: &mut JsonWriter<'_>) {
    w.fail(Error::custom("on purpose"));
}

#[derive(ZeroAllocJson)]
#[json(transparent)]
struct TwoValues(#[json(serialize_with = "write_twice")] u8);

fn write_twice(value: &u8, w: &mut JsonWriter<'_>) {
    w.value(value);
    w.value(value);
}

#[derive(ZeroAllocJson)]
#[json(transparent)]
struct Raw(#[json(raw)] &'static str);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[{\"a\":1, unfinished\n")?;
        Err(fmt::Error)
    }
}

impl ZeroAllocJson for Failure {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        let error = || Error::custom("on purpose");
        match self {
            Self::AtOnce => c.fail(error()),
            Self::BehindAText => c.str("text").fail(error()),
            Self::BehindAnArray => c.seq([1, 2, 3]).fail(error()),
            Self::Display => c.fmt(format_args!("{self}")),
            Self::Function(function) => c.value(function),
            Self::Borrowed(Borrowed(cell)) => {
                let _guard = cell.borrow_mut();
                c.value(cell)
            }
            Self::Key => c.value(&BTreeMap::from([(Key, 1)])),
            Self::TwoValues(value) => c.value(value),
            Self::Raw(raw) => c.value(raw),
        }
    }
}

/// A key that cannot be written.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key;

impl ZeroAllocJson for Key {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.null()
    }
}

impl ZeroAllocJson for Node {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        match self {
            Self::Number(number) => c.i64(*number),
            Self::Text(text) => c.str(text),
            Self::Fails(failure) => c.value(failure),
            Self::List(list) if list.len() % 2 == 0 => c.value(list),
            Self::List(list) => c.seq(list),
            Self::Map(map) if map.len() % 2 == 0 => c.value(map),
            Self::Map(map) => {
                let mut object = c.object();
                for (key, value) in map {
                    object = object.field(key, value);
                }
                object.end()
            }
            Self::Struct(value) => c.value(value),
            Self::ByFunction(value) => c.value(value),
            Self::Escaped(value) => c.value(value),
            Self::Tagged(value) => c.value(value),
            Self::Dyn(value, _) => c.value(&**value),
        }
    }
}

/// The path of the first part that fails, in the order of writing.
fn path(node: &Node) -> Option<String> {
    match node {
        Node::Number(_) | Node::Text(_) => None,
        Node::Fails(_) => Some(String::new()),
        Node::List(list) => {
            list.iter().enumerate().find_map(|(index, node)| Some(format!("[{index}]{}", behind(&path(node)?))))
        }
        Node::Map(map) => in_map(map),
        Node::Struct(value) => in_field("first", &value.first)
            .or_else(|| in_map(&value.entries))
            .or_else(|| value.more.as_ref().and_then(in_map))
            .or_else(|| in_field("last", &value.last)),
        Node::ByFunction(value) => in_map(&value.function).map(|path| format!("function{}", behind(&path))),
        // Keys are shown as the text has them, which the derive has escaped here.
        Node::Escaped(value) => path(&value.value).map(|path| format!("[\"\\u003ckey\\u003e\"]{}", behind(&path))),
        Node::Tagged(value) => match &**value {
            Tagged::Newtype(map) => in_map(map),
            Tagged::Struct { inner } => in_field("inner", inner),
        },
        Node::Dyn(_, path) => path.clone(),
    }
}

fn in_map(map: &BTreeMap<String, Node>) -> Option<String> {
    map.iter().find_map(|(key, node)| in_field(key, node))
}

fn in_field(key: &str, node: &Node) -> Option<String> {
    let rest = path(node)?;
    let name = key.chars().next().is_some_and(|c| !c.is_ascii_digit())
        && key.chars().all(|c| c.is_alphanumeric() || "_-$@".contains(c));
    let key = if name { key.to_owned() } else { format!("[{}]", serde_json::to_string(key).expect("a string")) };
    Some(key + &behind(&rest))
}

/// A path behind another one.
fn behind(path: &str) -> String {
    if path.is_empty() || path.starts_with('[') { path.to_owned() } else { format!(".{path}") }
}

fn random_failure(random: &mut SplitMix64) -> Failure {
    match random.below(9) {
        0 => Failure::AtOnce,
        1 => Failure::BehindAText,
        2 => Failure::BehindAnArray,
        3 => Failure::Display,
        4 => Failure::Function(FailingFunction(0)),
        5 => Failure::Borrowed(Borrowed(RefCell::new(1))),
        6 => Failure::Key,
        7 => Failure::TwoValues(TwoValues(1)),
        _ => Failure::Raw(Raw("[")),
    }
}

fn random_map(random: &mut SplitMix64, depth: usize) -> BTreeMap<String, Node> {
    const KEYS: [&str; 10] = ["a", "b", "name", "1", "", "with space", "quo\"te\\", "é", "a.b", "<x>"];
    (0..random.below(4)).map(|_| (KEYS[random.below(KEYS.len())].to_owned(), random_node(random, depth))).collect()
}

fn random_node(random: &mut SplitMix64, depth: usize) -> Node {
    let depth = depth.saturating_sub(1);
    match random.below(if depth == 0 { 4 } else { 12 }) {
        0 => Node::Number(-17),
        1 => Node::Text("te,xt:{[\"\n".repeat(random.below(30))),
        2 => Node::Text(String::new()),
        3 => Node::Fails(random_failure(random)),
        4 | 5 => Node::List((0..random.below(4)).map(|_| random_node(random, depth)).collect()),
        6 => Node::Map(random_map(random, depth)),
        7 => Node::Struct(Box::new(Struct {
            first: random_node(random, depth),
            text: "t",
            entries: random_map(random, depth),
            more: (random.below(2) == 0).then(|| random_map(random, depth)),
            last: random_node(random, depth),
        })),
        8 => Node::ByFunction(Box::new(ByFunction { before: 1, function: random_map(random, depth) })),
        9 => Node::Escaped(Box::new(Escaped { value: random_node(random, depth), number: 1 })),
        10 => Node::Tagged(Box::new(match random.below(2) {
            0 => Tagged::Newtype(random_map(random, depth)),
            _ => Tagged::Struct { inner: random_node(random, depth) },
        })),
        _ => {
            let inner = random_node(random, depth);
            let path = path(&inner);
            Node::Dyn(Box::new(inner), path)
        }
    }
}

#[test]
fn values_of_random_shape() {
    let mut random = SplitMix64::new(0x9a7_4501);
    let mut failing = 0;
    for _ in 0..4_000 {
        let value = random_node(&mut random, 5);
        let expected = path(&value);
        for (prefix, spare) in [("", 0), ("{\"x\":[1,", 100)] {
            let mut buf = Vec::with_capacity(spare);
            buf.extend_from_slice(prefix.as_bytes());
            let result = value.try_write_json(&mut buf);
            assert_eq!(result.as_ref().err().map(Error::path), expected.as_deref(), "{result:?}");
        }
        let Some(expected) = expected else { continue };
        failing += 1;
        let path = |result: Result<(), Error>| result.expect_err("it fails").path().to_owned();
        assert_eq!(path(try_to_vec(&value).map(|_| ())), expected);
        assert_eq!(path(try_to_string_pretty(&value).map(|_| ())), expected);
        assert_eq!(path(to_writer(Vec::new(), &value)), expected);
        let options = WriteOptions::new().html_safe().ascii();
        assert_eq!(path(value.try_write_json_with(&mut Vec::new(), &options)), expected);
        match value.write_json_to_slice(&mut [0; 9]) {
            Err(SliceError::Value(error)) => assert_eq!(error.path(), expected),
            other => panic!("{other:?}"),
        }
        let error = append_json_lines([&value], &mut Vec::new()).expect_err("it fails");
        assert_eq!(error.error().path(), expected);
        let error = stream_json_lines([&value], Vec::new(), &mut Vec::new()).expect_err("it fails");
        assert_eq!(error.error().path(), expected);
        // An array's index comes first.
        let sound = Node::Number(1);
        let error = stream_json_array([&sound, &sound, &value], Vec::new(), &mut Vec::new()).expect_err("it fails");
        assert_eq!(error.error().path(), format!("[2]{}", behind(&expected)));
        let (mut out, mut buf) = (Vec::new(), Vec::new());
        let mut array = ArrayWriter::new(&mut out, &mut buf);
        let error = array.push(&value).expect_err("it fails");
        assert_eq!(error.error().path(), format!("[0]{}", behind(&expected)));
        array.push(&1).expect("the array goes on");
        array.finish().expect("written");
        assert_eq!(out, b"[1]");
        let panicked = quietly(|| value.write_json(&mut Vec::new())).expect_err("it fails");
        drop(panicked);
    }
    assert!(failing > 1_000, "{failing}");
}

/// The path of an error that a function hands on goes on from the function's own.
#[test]
fn errors_that_are_handed_on() {
    #[derive(ZeroAllocJson)]
    struct Embeds {
        #[json(serialize_with = "embed")]
        text: Vec<Node>,
    }

    fn embed(value: &Vec<Node>, w: &mut JsonWriter<'_>) {
        match record_runtime::try_to_string(value) {
            Ok(text) => w.str(&text),
            Err(error) => w.fail(error),
        }
    }

    let value = [Embeds { text: vec![] }, Embeds { text: vec![Node::Number(1), Node::Fails(Failure::AtOnce)] }];
    let error = try_to_vec(&value).expect_err("it fails");
    assert_eq!(error.to_string(), "[1].text[1]: on purpose");
}

/// Values that cannot be flattened have the path of the object around them.
#[test]
fn what_cannot_be_flattened() {
    #[derive(ZeroAllocJson)]
    struct Outer {
        inner: Inner,
    }

    #[derive(ZeroAllocJson)]
    struct Inner {
        first: u8,
        #[json(flatten, serialize_with = "write_node")]
        flattened: Node,
        last: u8,
    }

    #[derive(ZeroAllocJson)]
    struct OnlyFlattened {
        #[json(flatten, serialize_with = "write_node")]
        flattened: Node,
    }

    fn write_node(value: &Node, w: &mut JsonWriter<'_>) {
        w.value(value);
    }

    for make in [
        || Node::Number(1),
        || Node::List(vec![Node::Number(1)]),
        || Node::Fails(Failure::AtOnce),
        || Node::Fails(Failure::Borrowed(Borrowed(RefCell::new(1)))),
    ] {
        let outer = Outer { inner: Inner { first: 1, flattened: make(), last: 2 } };
        assert_eq!(try_to_vec(&outer).expect_err("no object").path(), "inner");
        let list = [OnlyFlattened { flattened: Node::Map(BTreeMap::new()) }, OnlyFlattened { flattened: make() }];
        assert_eq!(try_to_vec(&list).expect_err("no object").path(), "[1]");
    }
}
