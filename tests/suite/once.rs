//! User code runs once in every function that writes: what can run only once loses nothing.
//!
//! Each way to name such code is tried with each function. The bridge to serde has its part in `foreign/bridge`.

#![expect(clippy::trivially_copy_pass_by_ref, reason = "the signatures that the derives call")]

use std::cell::{Cell, RefCell};
use std::fmt;
use std::vec::IntoIter;

use record_runtime::{Cursor, Dispatch, DynJson, JsonWriter, ZeroAllocJson};
use record_tests::once::{COUNT, assert_once};

fn run() {
    COUNT.set(COUNT.get() + 1);
}

/// By `Display`.
struct Displayed;

impl fmt::Display for Displayed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        run();
        f.write_str("text\n")
    }
}

#[derive(ZeroAllocJson)]
struct ByDisplay {
    #[json(display)]
    a: Displayed,
    #[json(display)]
    b: Option<[Displayed; 2]>,
}

#[test]
fn display() {
    assert_once(|| ByDisplay { a: Displayed, b: Some([Displayed, Displayed]) }, 3);
    assert_once(|| ByDisplay { a: Displayed, b: None }, 1);
}

#[test]
fn format_args() {
    struct Formatted;

    impl ZeroAllocJson for Formatted {
        fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
            c.fmt(format_args!("{Displayed}-{Displayed}"))
        }
    }

    assert_once(|| Formatted, 2);
}

/// By functions.
#[derive(ZeroAllocJson)]
struct ByFunction {
    #[json(serialize_with = "function")]
    a: u8,
    #[json(with = "module")]
    b: u8,
    #[json(skip_serializing_if = "predicate")]
    c: u8,
    #[json(skip_serializing_if = "predicate", serialize_with = "function")]
    d: u8,
}

fn function(value: &u8, w: &mut JsonWriter<'_>) {
    run();
    w.value(&(value, "text"));
}

mod module {
    use record_runtime::JsonWriter;

    pub(super) fn write_json(value: &u8, w: &mut JsonWriter<'_>) {
        super::run();
        w.fmt(format_args!("{value}"));
    }
}

fn predicate(value: &u8) -> bool {
    run();
    *value == 0
}

#[test]
fn functions() {
    assert_once(|| ByFunction { a: 1, b: 2, c: 3, d: 4 }, 5);
    assert_once(|| ByFunction { a: 1, b: 2, c: 0, d: 0 }, 4);
}

/// By conversion, and by a getter.
#[derive(Clone, ZeroAllocJson)]
#[json(into = "Converted")]
struct ByInto(u8);

#[derive(ZeroAllocJson)]
struct Converted {
    converted: u8,
}

impl From<ByInto> for Converted {
    fn from(value: ByInto) -> Self {
        run();
        Self { converted: value.0 }
    }
}

mod elsewhere {
    pub(super) struct Private {
        pub(super) hidden: u8,
    }
}

#[derive(ZeroAllocJson)]
#[json(remote = "elsewhere::Private")]
struct Definition {
    #[json(getter = "getter")]
    hidden: u8,
}

fn getter(value: &elsewhere::Private) -> u8 {
    run();
    value.hidden
}

#[derive(ZeroAllocJson)]
struct ByGetter(#[json(with = "Definition")] elsewhere::Private);

#[test]
fn conversions_and_getters() {
    assert_once(|| ByInto(3), 1);
    assert_once(|| vec![ByInto(3), ByInto(4)], 2);
    assert_once(|| ByGetter(elsewhere::Private { hidden: 5 }), 1);
}

/// By hand: a value, a key.
struct ByHand(u8);

impl ZeroAllocJson for ByHand {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        run();
        c.object().field("hand", &self.0).end()
    }
}

struct Key;

impl ZeroAllocJson for Key {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        run();
        c.str("key")
    }
}

struct Entries;

impl ZeroAllocJson for Entries {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.map([(Key, ByHand(1)), (Key, ByHand(2))])
    }
}

#[derive(ZeroAllocJson)]
struct Flattened {
    before: u8,
    #[json(flatten, serialize_with = "object")]
    value: u8,
}

fn object(value: &u8, w: &mut JsonWriter<'_>) {
    run();
    w.map([("inner", *value)]);
}

#[derive(ZeroAllocJson)]
#[json(html_safe)]
struct Escaped {
    #[json(serialize_with = "function")]
    value: u8,
    text: &'static str,
}

#[test]
fn implementations_by_hand() {
    assert_once(|| ByHand(1), 1);
    assert_once(|| Entries, 4);
    assert_once(|| Flattened { before: 1, value: 2 }, 1);
    assert_once(|| Escaped { value: 1, text: "<>" }, 1);
    assert_once(|| -> Box<dyn DynJson> { Box::new(ByHand(1)) }, 1);
    assert_once(
        || -> Vec<Box<dyn DynJson>> { vec![Box::new(ByHand(1)), Box::new(ByFunction { a: 1, b: 2, c: 3, d: 4 })] },
        6,
    );
}

/// A value that can be written only once: an iterator in a cell.
struct Rows(RefCell<IntoIter<u16>>);

impl ZeroAllocJson for Rows {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.seq(self.0.borrow_mut().by_ref().inspect(|_| run()))
    }
}

struct Taken(Cell<Option<String>>);

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        run();
        f.write_str(&self.0.take().expect("displayed once"))
    }
}

#[derive(ZeroAllocJson)]
struct OnlyOnce {
    total: u8,
    rows: Rows,
    #[json(display)]
    taken: Taken,
    #[json(serialize_with = "drain")]
    drained: RefCell<Vec<String>>,
}

fn drain(values: &RefCell<Vec<String>>, w: &mut JsonWriter<'_>) {
    run();
    w.seq(values.borrow_mut().drain(..));
}

#[test]
fn what_can_run_only_once() {
    for len in [3, 300, 30_000] {
        let make = || OnlyOnce {
            total: 3,
            rows: Rows(RefCell::new((0..len).collect::<Vec<_>>().into_iter())),
            taken: Taken(Cell::new(Some("t\n".repeat(len.into())))),
            drained: RefCell::new(vec!["d".repeat(len.into()); 3]),
        };
        assert_once(make, usize::from(len) + 2);
    }
}
