//! `skip_none` and `omit_empty`, against serde types with `skip_serializing_if`.

#![expect(clippy::linkedlist, clippy::option_option, reason = "types that users have")]

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::num::NonZero;
use std::rc::Rc;
use std::sync::Arc;

use record_runtime::ZeroAllocJson;
use record_tests::oracle::{assert_like, assert_text};
use serde::Serialize;

/// Every type that may be empty, with its own attribute on each.
#[derive(ZeroAllocJson, Default)]
struct Own<'a> {
    #[json(omit_empty)]
    a: bool,
    #[json(omit_empty)]
    b: u8,
    #[json(omit_empty)]
    c: i128,
    #[json(omit_empty)]
    d: f64,
    #[json(omit_empty)]
    e: String,
    #[json(omit_empty)]
    f: &'a str,
    #[json(omit_empty)]
    g: Option<u8>,
    #[json(omit_empty)]
    h: Vec<u8>,
    #[json(omit_empty)]
    i: &'a [u8],
    #[json(omit_empty)]
    j: HashMap<u8, u8>,
    #[json(omit_empty)]
    k: BTreeMap<u8, u8>,
    #[json(omit_empty)]
    l: HashSet<u8>,
    #[json(omit_empty)]
    m: BTreeSet<u8>,
    #[json(omit_empty)]
    n: VecDeque<u8>,
    #[json(omit_empty)]
    o: LinkedList<u8>,
    #[json(omit_empty)]
    p: BinaryHeap<u8>,
    #[json(omit_empty)]
    q: Cow<'a, str>,
    #[json(omit_empty)]
    r: Box<u32>,
    #[json(omit_empty)]
    s: Rc<String>,
    #[json(omit_empty)]
    t: Arc<[u8; 0]>,
    #[json(omit_empty)]
    u: f32,
}

#[test]
fn empty_values_of_every_type() {
    assert_text(&Own::default(), "{}");
    assert_text(&Own { d: -0.0, g: None, ..Own::default() }, "{}");
    let full = Own {
        a: true,
        b: 1,
        c: -1,
        d: f64::NAN,
        e: String::from("e"),
        f: "f",
        g: Some(0),
        h: vec![0],
        i: &[0],
        j: HashMap::from([(0, 0)]),
        k: BTreeMap::from([(0, 0)]),
        l: HashSet::from([0]),
        m: BTreeSet::from([0]),
        n: VecDeque::from([0]),
        o: LinkedList::from([0]),
        p: BinaryHeap::from([0]),
        q: Cow::Borrowed("q"),
        r: Box::new(1),
        s: Rc::new(String::from("s")),
        t: Arc::new([]),
        u: 0.5,
    };
    assert_text(
        &full,
        r#"{"a":true,"b":1,"c":-1,"d":null,"e":"e","f":"f","g":0,"h":[0],"i":[0],"j":{"0":0},"k":{"0":0},"l":[0],"m":[0],"n":[0],"o":[0],"p":[0],"q":"q","r":1,"s":"s","u":0.5}"#,
    );
}

type Maybe<T> = Option<T>;

#[derive(ZeroAllocJson)]
#[json(omit_empty)]
struct Omits<T> {
    count: u32,
    name: String,
    inner: Inner,
    generic: T,
    id: NonZero<u8>,
    initial: char,
    maybe: Maybe<u8>,
    #[json(omit_empty = false)]
    kept: u32,
    #[json(skip_serializing_if = "is_one")]
    own: u32,
    #[json(flatten)]
    rest: BTreeMap<String, u8>,
    list: Vec<u8>,
}

#[derive(Serialize)]
struct OmitsReference {
    #[serde(skip_serializing_if = "is_zero")]
    count: u32,
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
    inner: Inner,
    generic: u8,
    id: u8,
    initial: char,
    #[serde(skip_serializing_if = "Option::is_none")]
    maybe: Option<u8>,
    kept: u32,
    #[serde(skip_serializing_if = "is_one")]
    own: u32,
    #[serde(flatten)]
    rest: BTreeMap<String, u8>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    list: Vec<u8>,
}

#[derive(Serialize, ZeroAllocJson)]
struct Inner {}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that the derives call")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that the derives call")]
fn is_one(number: &u32) -> bool {
    *number == 1
}

/// All combinations of empty and not. Types that are never empty are always written: structs, type parameters,
/// `NonZero`, `char`.
#[test]
fn empty_values_in_all_of_a_type() {
    for bits in 0..64_u32 {
        let bit = |at: u32| bits >> at & 1;
        let text = |at| if bit(at) == 1 { String::from("t") } else { String::new() };
        let list = |at| if bit(at) == 1 { vec![0] } else { vec![] };
        let rest = || list(4).into_iter().map(|n| (format!("k{n}"), n)).collect::<BTreeMap<_, _>>();
        let value = Omits {
            count: bit(0),
            name: text(1),
            inner: Inner {},
            generic: 0_u8,
            id: NonZero::<u8>::MIN,
            initial: '\0',
            maybe: (bit(2) == 1).then_some(0),
            kept: 0,
            own: bit(3),
            rest: rest(),
            list: list(5),
        };
        let reference = OmitsReference {
            count: bit(0),
            name: text(1),
            inner: Inner {},
            generic: 0,
            id: 1,
            initial: '\0',
            maybe: (bit(2) == 1).then_some(0),
            kept: 0,
            own: bit(3),
            rest: rest(),
            list: list(5),
        };
        assert_like(&value, &reference);
    }
}

#[derive(ZeroAllocJson)]
#[json(skip_none)]
struct Skips<'a> {
    first: Option<u8>,
    second: Maybe<&'a str>,
    plain: u8,
    boxed: Box<Option<u8>>,
    nested: Option<Option<u8>>,
    #[json(skip_none = false)]
    kept: Option<u8>,
    #[json(skip_none = false, omit_empty)]
    emptied: Vec<u8>,
    with: Option<f64>,
}

#[test]
fn nothing_in_all_of_a_type() {
    let none = Skips {
        first: None,
        second: None,
        plain: 0,
        boxed: Box::new(None),
        nested: None,
        kept: None,
        emptied: vec![],
        with: None,
    };
    assert_text(&none, r#"{"plain":0,"kept":null}"#);
    let some = Skips {
        first: Some(1),
        second: Some("2"),
        plain: 3,
        boxed: Box::new(Some(4)),
        nested: Some(None),
        kept: Some(5),
        emptied: vec![6],
        with: Some(7.0),
    };
    assert_text(
        &some,
        r#"{"first":1,"second":"2","plain":3,"boxed":4,"nested":null,"kept":5,"emptied":[6],"with":7.0}"#,
    );
}

#[derive(ZeroAllocJson)]
#[json(tag = "t", skip_none)]
enum Event {
    Named { a: Option<u8>, b: Option<u8> },
    Unit,
}

/// In variants, in generic types, beside other policies, and of elements that keep their place.
#[test]
fn omissions_in_every_shape() {
    #[derive(ZeroAllocJson)]
    #[json(skip_none)]
    struct Pair(Option<u8>, u8);

    #[derive(ZeroAllocJson)]
    struct Generic<T> {
        #[json(skip_none)]
        a: Option<T>,
        #[json(omit_empty)]
        b: Vec<T>,
        #[json(omit_empty)]
        c: T,
    }

    #[derive(ZeroAllocJson)]
    #[json(as_string, omit_empty, html_safe, sort_keys)]
    struct Mixed {
        zeta: Option<u64>,
        alpha: u64,
        mid: &'static str,
    }

    assert_text(&Event::Named { a: None, b: Some(1) }, r#"{"t":"Named","b":1}"#);
    assert_text(&Event::Named { a: None, b: None }, r#"{"t":"Named"}"#);
    assert_text(&Event::Unit, r#"{"t":"Unit"}"#);
    assert_text(&Pair(None, 1), "[null,1]");
    assert_text(&Generic { a: None, b: vec![], c: 0_u8 }, "{}");
    assert_text(&Generic { a: Some(0), b: vec![1], c: 2_u8 }, r#"{"a":0,"b":[1],"c":2}"#);
    assert_text(&Mixed { zeta: None, alpha: 0, mid: "" }, "{}");
    assert_text(&Mixed { zeta: Some(0), alpha: 7, mid: "<" }, r#"{"alpha":"7","mid":"\u003c","zeta":"0"}"#);
}
