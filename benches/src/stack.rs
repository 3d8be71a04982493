//! How much stack a level of a nested value takes: how deep a value may be before the process dies, next to `serde_json`.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::hint::black_box;

use record_runtime::{Cursor, Dispatch, Serde, ZeroAllocJson, to_vec};
use serde::{Serialize, Serializer};

thread_local! {
    /// The lowest address at which an innermost value was written.
    static LOWEST: Cell<usize> = const { Cell::new(usize::MAX) };
}

#[inline(never)]
fn note_stack() {
    let here = 0_u8;
    let address = std::ptr::from_ref(black_box(&here)).addr();
    LOWEST.set(LOWEST.get().min(address));
}

/// A link to the next level; the last one notes where the stack is.
struct Link<T>(Option<Box<T>>);

impl<T: Serialize> Serialize for Link<T> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(next) = &self.0 {
            return next.serialize(serializer);
        }
        note_stack();
        serializer.serialize_none()
    }
}

impl<T: ZeroAllocJson> ZeroAllocJson for Link<T> {
    #[inline]
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        if let Some(next) = &self.0 {
            return c.value(next);
        }
        note_stack();
        c.null()
    }
}

#[derive(Serialize, ZeroAllocJson)]
struct List {
    text: &'static str,
    number: u64,
    next: Link<List>,
}

#[derive(Serialize, ZeroAllocJson)]
struct Tree {
    id: u32,
    children: Vec<Link<Tree>>,
}

#[derive(Serialize, ZeroAllocJson)]
struct Map(BTreeMap<&'static str, Link<Map>>);

#[derive(Serialize, ZeroAllocJson)]
enum Expression {
    Negated(Link<Expression>),
    Sum { left: Link<Expression>, right: u8 },
}

fn nested<T>(depth: usize, mut level: impl FnMut(Link<T>) -> T) -> Link<T> {
    (0..depth).fold(Link(None), |inner, _| Link(Some(Box::new(level(inner)))))
}

/// Bytes of stack for each level, to the next multiple of what the stack is aligned to.
fn per_level<T>(make: impl Fn(usize) -> Link<T>, write: impl Fn(&Link<T>)) -> usize {
    let depth = |levels| {
        let value = make(levels);
        LOWEST.set(usize::MAX);
        write(&value);
        LOWEST.get()
    };
    (depth(100) - depth(300)) / 200
}

fn assert_as_deep_as_serde_json<T: ZeroAllocJson + Serialize>(name: &str, make: impl Fn(usize) -> Link<T>) {
    let theirs = per_level(&make, |value| drop(black_box(serde_json::to_vec(value))));
    let writing = per_level(&make, |value| drop(black_box(to_vec(value))));
    let counting = per_level(&make, |value| assert!(black_box(value.json_len()) > 0));
    let bridged = per_level(&make, |value| drop(black_box(to_vec(&Serde(value)))));
    let bridged_len = per_level(&make, |value| assert!(black_box(Serde(value).json_len()) > 0));
    let all = [theirs, writing, counting, bridged, bridged_len];
    println!("{name}: {all:?} bytes of serde_json, to_vec, json_len, and both of Serde");
    // Without optimisation the compiler keeps everything on the stack.
    if !cfg!(debug_assertions) {
        // As deep, but for one register more that the compiler saves.
        assert!(all.iter().all(|bytes| *bytes <= theirs + 16), "{name}: {all:?}");
    }
}

#[test]
fn values_may_be_as_deep_as_with_serde_json() {
    assert_as_deep_as_serde_json("list", |depth| nested(depth, |next| List { text: "t", number: 1, next }));
    assert_as_deep_as_serde_json("tree", |depth| nested(depth, |inner| Tree { id: 1, children: vec![inner] }));
    assert_as_deep_as_serde_json("map", |depth| nested(depth, |inner| Map(BTreeMap::from([("key", inner)]))));
    assert_as_deep_as_serde_json("expression", |depth| {
        let mut even = false;
        nested(depth, |inner| {
            even = !even;
            if even { Expression::Negated(inner) } else { Expression::Sum { left: inner, right: 1 } }
        })
    });
}
