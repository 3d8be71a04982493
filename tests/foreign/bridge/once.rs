//! A `Serialize`, and a function of a serializer, run once in every function that writes.

use std::cell::RefCell;
use std::fmt;
use std::vec::IntoIter;

use record_runtime::{Serde, ZeroAllocJson};
use record_tests::once::{COUNT, assert_once};
use serde::{Serialize, Serializer};

fn run() {
    COUNT.set(COUNT.get() + 1);
}

/// An iterator that is taken out of its cell: the second time there is nothing.
struct Rows(RefCell<IntoIter<u16>>);

impl Serialize for Rows {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        run();
        serializer.collect_seq(self.0.borrow_mut().by_ref())
    }
}

fn rows(len: u16) -> Rows {
    Rows(RefCell::new((0..len).collect::<Vec<_>>().into_iter()))
}

struct Displayed;

impl fmt::Display for Displayed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        run();
        f.write_str("text\n")
    }
}

#[derive(ZeroAllocJson)]
struct Page {
    total: u8,
    #[json(serde)]
    rows: Rows,
    #[serde(serialize_with = "collect")]
    text: Displayed,
    #[serde(with = "module")]
    number: u8,
    #[json(flatten, serde)]
    entries: Entries,
}

fn collect<S: Serializer>(value: &Displayed, serializer: S) -> Result<S::Ok, S::Error> {
    run();
    serializer.collect_str(value)
}

mod module {
    use serde::Serializer;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that the derive calls")]
    pub(super) fn serialize<S: Serializer>(value: &u8, serializer: S) -> Result<S::Ok, S::Error> {
        super::run();
        serializer.serialize_u8(*value)
    }
}

struct Entries;

impl Serialize for Entries {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        run();
        serializer.collect_map([(Key, 1)])
    }
}

struct Key;

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        run();
        serializer.serialize_str("key")
    }
}

#[test]
fn in_every_function() {
    for len in [0, 3, 3_000] {
        assert_once(|| Page { total: 3, rows: rows(len), text: Displayed, number: 1, entries: Entries }, 6);
        let rows = rows(len);
        let expected = serde_json::to_string(&rows).expect("JSON");
        let again = self::rows(len);
        assert_eq!(record_runtime::to_string(&Serde(&again)), expected);
    }
}
