//! Values that are nested more deeply than there is stack: an error, of every kind of recursive type.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::mem::ManuallyDrop;
use std::rc::Rc;
use std::sync::Arc;

use record_runtime::{Cursor, Dispatch, DynJson, JsonWriter, WriteOptions, ZeroAllocJson, try_to_vec};

const DEPTH: usize = 100_000;

#[derive(Default, ZeroAllocJson)]
struct Boxed {
    next: Option<Box<Boxed>>,
}

#[derive(Default, ZeroAllocJson)]
struct Listed {
    next: Vec<Listed>,
}

#[derive(Default, ZeroAllocJson)]
struct Mapped(BTreeMap<u8, Mapped>);

#[derive(Default, ZeroAllocJson)]
struct Hashed {
    next: HashMap<String, Hashed>,
}

#[derive(Default, ZeroAllocJson)]
struct Queued(VecDeque<Queued>);

#[derive(Default, ZeroAllocJson)]
struct Counted {
    next: Option<Rc<Counted>>,
}

#[derive(Default, ZeroAllocJson)]
struct Shared {
    next: Option<Arc<Shared>>,
}

#[derive(Clone, Default, ZeroAllocJson)]
struct Owned<'a> {
    next: Option<Cow<'a, [Owned<'a>]>>,
}

/// No text of its own: only a pointer to itself.
#[derive(Default, ZeroAllocJson)]
struct Nothing(Option<Box<Nothing>>);

#[derive(Default, ZeroAllocJson)]
struct Flattened {
    #[json(flatten)]
    next: Option<Box<Flattened>>,
    a: u8,
}

#[derive(Default, ZeroAllocJson)]
#[json(html_safe)]
struct Passed {
    next: Option<Box<Passed>>,
}

#[derive(ZeroAllocJson)]
#[serde(untagged)]
enum Untagged {
    Leaf(u8),
    Inner(Box<Untagged>),
    Two(Box<Untagged>, u8),
}

#[derive(ZeroAllocJson)]
#[serde(tag = "t")]
enum Tagged {
    Leaf,
    Inner { next: Box<Tagged> },
}

/// Two types that lead to each other.
#[derive(Default, ZeroAllocJson)]
struct Ping {
    pong: Option<Box<Pong>>,
}

#[derive(Default, ZeroAllocJson)]
struct Pong(Vec<Ping>);

/// By a function that is given a writer.
#[derive(Default, ZeroAllocJson)]
struct Function {
    #[json(serialize_with = "write_next")]
    next: Option<Box<Function>>,
}

#[expect(clippy::ref_option, reason = "what `serialize_with` calls")]
fn write_next(next: &Option<Box<Function>>, w: &mut JsonWriter<'_>) {
    match next {
        Some(next) => w.object().field("next", &**next).end(),
        None => w.null(),
    }
}

/// By hand, and through a pointer of its own.
#[derive(Default)]
struct ByHand {
    next: Option<Box<ByHand>>,
}

impl ZeroAllocJson for ByHand {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        match &self.next {
            Some(next) => c.object().field("next", &**next).end(),
            None => c.null(),
        }
    }
}

/// Behind a trait object.
struct Dynamic {
    next: Option<Box<dyn DynJson>>,
}

impl ZeroAllocJson for Dynamic {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        match &self.next {
            Some(next) => next.write_value(c),
            None => c.null(),
        }
    }
}

/// Made only when it is written, so that no pointer leads to it: each by the method that is passed.
struct Lazy(Method, usize);

#[derive(Clone, Copy, Debug)]
enum Method {
    Value,
    Sequence,
    Entries,
}

impl ZeroAllocJson for Lazy {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        let Self(method, left) = *self;
        if left == 0 {
            return c.null();
        }
        let next = Self(method, left - 1);
        match method {
            Method::Value => c.value(&next),
            Method::Sequence => c.seq([next]),
            Method::Entries => c.map([("k", next)]),
        }
    }
}

#[derive(ZeroAllocJson)]
struct Referring<'a> {
    next: Option<&'a Referring<'a>>,
}

/// Refused with the message, by every way to write, and what was written before stays. The value is not dropped, which would
/// take as much stack.
#[track_caller]
fn assert_too_deep<T: ZeroAllocJson>(value: T) {
    let value = ManuallyDrop::new(value);
    let value = &*value;
    let mut buf = b"before".to_vec();
    let error = value.try_write_json(&mut buf).expect_err("too deep");
    assert!(error.message().to_string().contains("nested too deeply"), "{}", error.message());
    assert_eq!(buf, b"before");
    assert!(value.try_write_json_with(&mut buf, &WriteOptions::new().pretty().html_safe()).is_err());
    assert_eq!(buf, b"before");
    assert_eq!(value.json_len(), 0);
    assert!(value.write_json_to_slice(&mut [0; 10]).is_err());
    assert!(record_runtime::append_json_lines([value], &mut buf).is_err());
    assert_eq!(buf, b"before");
}

/// A level that adds nothing to the text may take no stack either: the compiler can make a loop of it.
#[track_caller]
fn assert_too_deep_or<T: ZeroAllocJson>(value: T, looped: &[u8]) {
    let value = ManuallyDrop::new(value);
    match try_to_vec(&*value) {
        Ok(text) => assert_eq!(text, looped),
        Err(error) => assert!(error.message().to_string().contains("nested too deeply"), "{error}"),
    }
}

/// As many levels around the default.
fn nested<T: Default>(around: impl Fn(T) -> T) -> T {
    (0..DEPTH).fold(T::default(), |inner, _| around(inner))
}

#[test]
fn derived_types() {
    assert_too_deep(nested(|next| Boxed { next: Some(Box::new(next)) }));
    assert_too_deep(nested(|next| Listed { next: vec![next] }));
    assert_too_deep(nested(|next| Mapped(BTreeMap::from([(1, next)]))));
    assert_too_deep(nested(|next| Hashed { next: HashMap::from([(String::from("k"), next)]) }));
    assert_too_deep(nested(|next| Queued(VecDeque::from([next]))));
    assert_too_deep(nested(|next| Counted { next: Some(Rc::new(next)) }));
    assert_too_deep(nested(|next| Shared { next: Some(Arc::new(next)) }));
    assert_too_deep(nested(|next| Owned { next: Some(Cow::Owned(vec![next])) }));
    assert_too_deep(nested(|next| Passed { next: Some(Box::new(next)) }));
    assert_too_deep(nested(|next| Ping { pong: Some(Box::new(Pong(vec![next]))) }));
}

#[test]
fn pointers_to_nothing() {
    assert_too_deep_or(nested(|next| Nothing(Some(Box::new(next)))), b"null");
    assert_too_deep_or((0..DEPTH).fold(Untagged::Leaf(1), |inner, _| Untagged::Inner(Box::new(inner))), b"1");
    assert_too_deep_or(
        (0..DEPTH).fold(Dynamic { next: None }, |inner, _| Dynamic { next: Some(Box::new(inner)) }),
        b"null",
    );
}

#[test]
fn flattened_types() {
    assert_too_deep(nested(|next| Flattened { next: Some(Box::new(next)), a: 1 }));
}

#[test]
fn enums() {
    assert_too_deep((0..DEPTH).fold(Untagged::Leaf(1), |inner, _| Untagged::Two(Box::new(inner), 2)));
    assert_too_deep((0..DEPTH).fold(Tagged::Leaf, |inner, _| Tagged::Inner { next: Box::new(inner) }));
}

#[test]
fn types_that_are_written_by_hand() {
    assert_too_deep(nested(|next| Function { next: Some(Box::new(next)) }));
    assert_too_deep(nested(|next| ByHand { next: Some(Box::new(next)) }));
    assert_too_deep_or(Lazy(Method::Value, DEPTH), b"null");
    assert_too_deep(Lazy(Method::Sequence, DEPTH));
    assert_too_deep(Lazy(Method::Entries, DEPTH));
}

#[test]
fn references() {
    let mut last = &*Box::leak(Box::new(Referring { next: None }));
    for _ in 0..DEPTH {
        last = Box::leak(Box::new(Referring { next: Some(last) }));
    }
    assert_too_deep(Referring { next: Some(last) });
}

/// Two values of one call do not add up, and neither do those of two calls.
#[test]
fn what_is_side_by_side_does_not_count() {
    let deep = || (0..100).fold(Listed::default(), |inner, _| Listed { next: vec![inner] });
    let values: Vec<Listed> = (0..300).map(|_| deep()).collect();
    let expected = format!("{}{{\"next\":[]}}{}", "{\"next\":[".repeat(100), "]}".repeat(100));
    let expected = format!("[{}]", vec![expected; 300].join(","));
    assert_eq!(try_to_vec(&values).expect("shallow enough"), expected.as_bytes());
}

/// A wide value that is too deep in one place is given up at once, and not written again and again.
#[test]
fn an_error_comes_once() {
    let deep = ManuallyDrop::new(nested(|next| Listed { next: vec![next] }));
    let around = ManuallyDrop::new((0..50).map(|_| &*deep).collect::<Vec<_>>());
    let error = try_to_vec(&*around).expect_err("too deep");
    assert!(error.path().starts_with("[0].next[0].next[0]"), "{}", &error.path()[..60]);
}

/// A map that may be the key of another.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, ZeroAllocJson)]
#[serde(untagged)]
enum Key {
    Text(String),
    Map(BTreeMap<Key, u8>),
}

/// A key that is only a pointer to another.
#[derive(Default, PartialEq, Eq, PartialOrd, Ord, ZeroAllocJson)]
struct Pointing(Option<Box<Pointing>>);

#[test]
fn keys() {
    let mut key = Key::Text(String::from("x"));
    for _ in 0..DEPTH {
        key = Key::Map(BTreeMap::from([(key, 1)]));
    }
    assert_too_deep(key);
    assert_too_deep_or(BTreeMap::from([(nested(|next| Pointing(Some(Box::new(next)))), 1)]), b"");
}

/// A node of a graph, which counts how often it is written.
#[derive(ZeroAllocJson)]
struct Node {
    #[json(serialize_with = "counted")]
    count: Rc<Cell<usize>>,
    next: RefCell<Vec<Rc<Node>>>,
    boxed: RefCell<Option<Rc<Node>>>,
    #[json(flatten)]
    entries: RefCell<BTreeMap<usize, Rc<Node>>>,
}

fn counted(count: &Rc<Cell<usize>>, w: &mut JsonWriter<'_>) {
    // More than one MiB of stack has levels, with all that each leads to.
    assert!(count.get() < 1_000_000, "nodes are written again and again");
    count.set(count.get() + 1);
    w.null();
}

/// Graphs with cycles have no text. That is found once, and not on each of the ways through them, whose number has as many
/// digits as the stack has levels.
#[test]
fn graphs_with_cycles() {
    let seed = 0x5EED_u64;
    let mut state = seed;
    let mut below = |bound: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % bound
    };
    let (mut with_cycles, mut without) = (0, 0);
    for round in 0..300 {
        let count = Rc::new(Cell::new(0));
        let node = || Node {
            count: Rc::clone(&count),
            next: RefCell::default(),
            boxed: RefCell::default(),
            entries: RefCell::default(),
        };
        let nodes: Vec<Rc<Node>> = (0..=below(6)).map(|_| Rc::new(node())).collect();
        // Half of the graphs lead only on: they have a text.
        let leads_on = below(2) == 0;
        for _ in 0..below(12) {
            let (from, to) = (below(nodes.len()), below(nodes.len()));
            if leads_on && from >= to {
                continue;
            }
            let (from, to) = (&nodes[from], Rc::clone(&nodes[to]));
            match below(3) {
                0 => from.next.borrow_mut().push(to),
                1 => *from.boxed.borrow_mut() = Some(to),
                _ => drop(from.entries.borrow_mut().insert(below(3), to)),
            }
        }
        let outcome = try_to_vec(&*nodes[0]);
        if has_cycle(&nodes[0], &mut Vec::new()) {
            let error = outcome.expect_err("a cycle has no text");
            assert!(error.message().to_string().contains("nested too deeply"), "seed {seed}, round {round}: {error}");
            with_cycles += 1;
        } else {
            assert!(outcome.is_ok(), "seed {seed}, round {round}");
            without += 1;
        }
        // Nodes that lead back to themselves would not be dropped.
        for node in nodes {
            node.next.take();
            node.boxed.take();
            node.entries.take();
        }
    }
    assert!(with_cycles > 50 && without > 50, "{with_cycles} and {without}");
}

/// Whether a way leads back to one of the nodes that it came through.
fn has_cycle(node: &Rc<Node>, through: &mut Vec<*const Node>) -> bool {
    if through.contains(&Rc::as_ptr(node)) {
        return true;
    }
    through.push(Rc::as_ptr(node));
    let (next, boxed, entries) = (node.next.borrow(), node.boxed.borrow(), node.entries.borrow());
    let found = next.iter().chain(&*boxed).chain(entries.values()).any(|next| has_cycle(next, through));
    through.pop();
    found
}
