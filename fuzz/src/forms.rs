//! Slices, streams, lines, indentation and trait objects: against `to_vec`, and that against `serde_json`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use record_runtime::{
    ArrayWriter, CHUNK_BYTES, DynJson, SliceError, WriteOptions, ZeroAllocJson, append_json_lines, stream_json_array,
    stream_json_lines, to_string_pretty, to_vec, to_writer,
};
use serde::Serialize;

use crate::bytes::Bytes;

#[derive(Serialize, ZeroAllocJson)]
#[serde(untagged)]
enum Tree {
    Nothing,
    Flag(bool),
    Number(f64),
    Integer(i64),
    Text(String),
    List(Vec<Tree>),
    Map(BTreeMap<String, Tree>),
    Node(Node),
    Refused(Refused),
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(tag = "type")]
enum Node {
    Leaf,
    Branch {
        left: Box<Tree>,
        right: Box<Tree>,
    },
    Rest {
        name: String,
        #[serde(flatten)]
        rest: BTreeMap<String, Tree>,
    },
}

#[derive(Serialize, ZeroAllocJson)]
enum Refused {
    #[serde(skip)]
    Never,
}

impl Tree {
    fn read(bytes: &mut Bytes<'_>, depth: usize) -> Self {
        match bytes.below(if depth < 8 && !bytes.is_empty() { 10 } else { 5 }) {
            0 => Self::Nothing,
            1 => Self::Flag(bytes.flag()),
            2 => Self::Number(bytes.f64()),
            3 => Self::Integer(bytes.integer().cast_signed()),
            4 => Self::Text(bytes.text(2000)),
            5 => Self::List((0..bytes.below(6)).map(|_| Self::read(bytes, depth + 1)).collect()),
            6 => Self::Map(Self::entries(bytes, depth)),
            7 => Self::Node(Node::Branch {
                left: Box::new(Self::read(bytes, depth + 1)),
                right: Box::new(Self::read(bytes, depth + 1)),
            }),
            8 => Self::Node(Node::Rest { name: bytes.text(40), rest: Self::entries(bytes, depth) }),
            _ if bytes.byte() < 8 => Self::Refused(Refused::Never),
            _ => Self::Node(Node::Leaf),
        }
    }

    fn entries(bytes: &mut Bytes<'_>, depth: usize) -> BTreeMap<String, Self> {
        (0..bytes.below(4)).map(|_| (bytes.text(20), Self::read(bytes, depth + 1))).collect()
    }
}

/// Takes so many bytes at a time, and fails once it has as many as it wants.
struct Picky {
    taken: Vec<u8>,
    at_once: usize,
    limit: usize,
    calls: usize,
}

impl Write for Picky {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.calls += 1;
        if self.calls.is_multiple_of(5) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let len = bytes.len().min(self.at_once).min(self.limit - self.taken.len());
        if len == 0 && !bytes.is_empty() {
            return Err(io::Error::other("full"));
        }
        self.taken.extend_from_slice(&bytes[..len]);
        Ok(len)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// See the module.
///
/// # Panics
/// Where a text differs.
pub fn run(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let (room, at_once, limit) = (bytes.length(3000), 1 + bytes.length(9000), bytes.length(60_000));
    let repeat = if bytes.byte() > 250 { 1 + CHUNK_BYTES / 500 } else { 1 };
    let trees: Vec<Tree> = (0..bytes.below(6)).map(|_| Tree::read(&mut bytes, 0)).collect();
    for tree in &trees {
        one(tree, room);
    }
    let values: Vec<&Tree> = trees.iter().cycle().take(trees.len() * repeat).collect();
    streams(&values, at_once, limit);
}

fn one(tree: &Tree, room: usize) {
    let Ok(expected) = serde_json::to_vec(tree) else { return refused(tree, room) };
    assert_same(&to_vec(tree), &expected, "to_vec");
    let object: &dyn DynJson = tree;
    assert_same(&to_vec(object), &expected, "a trait object");
    let pretty = serde_json::to_string_pretty(tree).expect("it was written");
    assert_same(to_string_pretty(tree).as_bytes(), pretty.as_bytes(), "indented");
    assert_eq!(tree.json_len(), expected.len(), "json_len");

    for len in [room, expected.len(), expected.len().saturating_sub(1), expected.len() + 63] {
        let mut slice = vec![0xaa; len];
        match tree.write_json_to_slice(&mut slice) {
            Ok(written) => {
                assert_same(&slice[..written], &expected, "a slice");
                assert!(slice[written..].iter().all(|byte| *byte == 0xaa), "written behind the text");
            }
            Err(SliceError::TooShort { missing }) => {
                assert_eq!(len + missing, expected.len(), "what is missing");
                assert!(slice.iter().all(|byte| *byte == 0xaa), "written to a slice that is too short");
            }
            Err(error) => panic!("{error}"),
        }
    }

    let mut buf = b"before".to_vec();
    tree.write_json_with(&mut buf, &WriteOptions::new().html_safe().ascii().pretty());
    let back: serde_json::Value = serde_json::from_slice(&buf[6..]).expect("JSON");
    assert_eq!(back, serde_json::from_str::<serde_json::Value>(&pretty).expect("JSON"), "another value");
}

fn refused(tree: &Tree, room: usize) {
    let mut buf = b"before".to_vec();
    assert!(tree.try_write_json(&mut buf).is_err());
    assert_eq!(buf, b"before");
    let mut slice = vec![0xaa; room];
    assert!(tree.write_json_to_slice(&mut slice).is_err());
    assert!(slice.iter().all(|byte| *byte == 0xaa), "written to the slice of a value that is refused");
    assert_eq!(tree.json_len(), 0);
}

fn streams(values: &[&Tree], at_once: usize, limit: usize) {
    let writer = |limit| Picky { taken: Vec::new(), at_once, limit, calls: 0 };
    let mut buf = b"garbage".to_vec();
    let whole = serde_json::to_vec(values);
    let mut lines = Vec::new();
    let expected_lines: Vec<u8> = values
        .iter()
        .map_while(|value| serde_json::to_vec(value).ok())
        .flat_map(|mut line| {
            line.push(b'\n');
            line
        })
        .collect();
    assert_eq!(append_json_lines(values, &mut lines).is_ok(), whole.is_ok());
    assert_same(&lines, &expected_lines, "lines");

    let mut picky = writer(usize::MAX);
    assert_eq!(stream_json_lines(values, &mut picky, &mut buf).is_ok(), whole.is_ok());
    assert_same(&picky.taken, &expected_lines, "a stream of lines");

    for limit in [usize::MAX, limit] {
        let mut picky = writer(limit);
        let outcome = stream_json_array(values, &mut picky, &mut buf);
        match (&whole, outcome) {
            (Ok(whole), Ok(written)) => {
                assert_eq!(written, whole.len() as u64);
                assert_same(&picky.taken, whole, "a stream");
            }
            (Ok(whole), Err(error)) => {
                assert!(limit < whole.len(), "{error}");
                assert_eq!(error.bytes_written(), picky.taken.len() as u64);
                assert_same(&picky.taken, &whole[..picky.taken.len()], "what a stream began with");
            }
            (Err(_), outcome) => assert!(outcome.is_err()),
        }
    }

    // Values that are refused are left out, and the array goes on.
    let mut picky = writer(usize::MAX);
    let mut array = ArrayWriter::new(&mut picky, &mut buf);
    let mut kept = Vec::new();
    for value in values {
        if array.push(value).is_ok() {
            kept.push(*value);
        }
    }
    array.finish().expect("the writer takes everything");
    assert_same(&picky.taken, &serde_json::to_vec(&kept).expect("they were written"), "an array, value by value");

    let mut picky = writer(usize::MAX);
    match (to_writer(&mut picky, values), &whole) {
        (Ok(()), Ok(whole)) => assert_same(&picky.taken, whole, "to_writer"),
        (Err(_), Err(_)) => assert!(picky.taken.is_empty(), "a part of a value that is refused"),
        (outcome, _) => panic!("{outcome:?}"),
    }
}

#[track_caller]
fn assert_same(found: &[u8], expected: &[u8], what: &str) {
    assert!(found == expected, "{what}\n  written  {}\n  expected {}", found.escape_ascii(), expected.escape_ascii());
}
