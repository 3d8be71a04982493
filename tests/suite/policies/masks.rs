//! `field_mask`: the texts of masks, and what is written under one beside other attributes and by other writers. Random
//! types are in `random_masks.rs`.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::fmt;
use std::num::Wrapping;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::{self, Rc};
use std::sync::{Arc, Mutex, RwLock};
use std::thread;

use record_runtime::__private::{Backend, write_json_on};
use record_runtime::{
    ArrayWriter, Cursor, Dispatch, DynJson, FieldMask, InView, JsonWriter, MaskError, MaskOptions, Maskable, Masked,
    View, WriteOptions, ZeroAllocJson, append_json_lines, to_string, to_string_with,
};
use record_tests::oracle::{assert_text, quietly};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ZeroAllocJson)]
#[json(field_mask)]
struct Leaf {
    a: u8,
    b: &'static str,
}

const LEAF: Leaf = Leaf { a: 1, b: "<é>" };

#[derive(Clone, ZeroAllocJson)]
#[json(field_mask)]
struct Node {
    id: u8,
    leaf: Leaf,
    children: Vec<Node>,
    next: Option<Box<Node>>,
}

fn node(id: u8, children: Vec<Node>) -> Node {
    Node { id, leaf: LEAF, children, next: None }
}

fn mask<T: ZeroAllocJson + Maskable<Fields = T>>(text: &str) -> FieldMask<T> {
    FieldMask::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// By every function that writes.
#[track_caller]
fn assert_masked<T: Maskable + ZeroAllocJson>(value: T, fields: &str, expected: &str)
where
    T::Fields: ZeroAllocJson + Maskable<Fields = T::Fields>,
{
    let mask = FieldMask::<T::Fields>::parse(fields).unwrap_or_else(|error| panic!("{fields}: {error}"));
    let mut buf = b"before".to_vec();
    value.write_json_fields(&mut buf, &mask);
    assert_eq!(String::from_utf8_lossy(&buf), format!("before{expected}"));
    assert_text(&Masked::new(value, mask), expected);
}

#[test]
fn names_and_levels() {
    let tree = || node(1, vec![node(2, vec![node(3, vec![])]), node(4, vec![])]);
    let whole = to_string(&tree());
    for (fields, expected) in [
        ("id", r#"{"id":1}"#),
        ("leaf", r#"{"leaf":{"a":1,"b":"<é>"}}"#),
        ("leaf/b", r#"{"leaf":{"b":"<é>"}}"#),
        ("leaf(b)", r#"{"leaf":{"b":"<é>"}}"#),
        ("leaf/*,id", r#"{"id":1,"leaf":{"a":1,"b":"<é>"}}"#),
        // In the order of the text, each once, and never less for being named again.
        ("leaf(b),id,id,leaf/a", r#"{"id":1,"leaf":{"a":1,"b":"<é>"}}"#),
        // Everything below a field without fields is the field.
        ("leaf/b/*", r#"{"leaf":{"b":"<é>"}}"#),
        ("leaf(b),leaf", r#"{"leaf":{"a":1,"b":"<é>"}}"#),
        (
            "children(id,children/leaf/a)",
            r#"{"children":[{"id":2,"children":[{"leaf":{"a":1}}]},{"id":4,"children":[]}]}"#,
        ),
        ("children/children/children", r#"{"children":[{"children":[{"children":[]}]},{"children":[]}]}"#),
        ("next(id)", r#"{"next":null}"#),
        (" id , leaf ( b ) ", r#"{"id":1,"leaf":{"b":"<é>"}}"#),
    ] {
        assert_masked(tree(), fields, expected);
    }
    for fields in ["*", "id,*", "*,leaf(a)", "id,leaf,children,next"] {
        assert_masked(tree(), fields, &whole);
    }
    assert_text(&Masked::new(tree(), FieldMask::all()), &whole);
    assert!(mask::<Node>("id,*").is_all() && FieldMask::<Node>::default().is_all() && !mask::<Node>("id").is_all());
}

#[test]
fn errors_name_the_place() {
    for (fields, expected) in [
        ("", "a field's name is expected at byte 0"),
        (" ", "a field's name is expected at byte 1"),
        (",", "a field's name is expected at byte 0"),
        ("id,", "a field's name is expected at byte 3"),
        ("id,,leaf", "a field's name is expected at byte 3"),
        ("leaf()", "a field's name is expected at byte 5"),
        ("leaf/", "a field's name is expected at byte 5"),
        ("leaf(a", "a comma or a closing parenthesis is expected at byte 6"),
        ("leaf(a/b(", "a field's name is expected at byte 9"),
        ("leaf(a)b", "a comma is expected at byte 7"),
        ("leaf(a)/b", "a comma is expected at byte 7"),
        ("id)", "a comma is expected at byte 2"),
        ("*/a", "a comma is expected at byte 1"),
        ("*(a)", "a comma is expected at byte 1"),
        ("nope", "unknown field `nope` at byte 0"),
        ("id,leaf(a,é)", "unknown field `leaf/é` at byte 10"),
        ("children/children/no(a)", "unknown field `children/children/no` at byte 18"),
        ("*,nope", "unknown field `nope` at byte 2"),
        ("leaf,leaf/nope", "unknown field `leaf/nope` at byte 10"),
        ("ID", "unknown field `ID` at byte 0"),
        ("leaf.a", "unknown field `leaf.a` at byte 0"),
        ("id(a)", "`id` has no fields to select, at byte 0"),
    ] {
        let error = FieldMask::<Node>::parse(fields).expect_err(fields);
        assert_eq!(error.to_string(), expected, "{fields}");
        assert!(error.offset() <= fields.len() && expected.contains(&format!("byte {}", error.offset())));
        assert_eq!(error.unknown_field().is_some(), expected.starts_with("unknown"), "{fields}");
    }
}

#[test]
fn limits() {
    let parse = |fields: &str, options: MaskOptions| {
        FieldMask::<Node>::parse_with(fields, &options).map(|_| ()).map_err(|error: MaskError| error.to_string())
    };
    let error = |message: &str| Err(message.to_owned());
    let options = MaskOptions::default();
    assert_eq!(parse("id,id", options.max_len(5)), Ok(()));
    assert_eq!(parse("id,id,", options.max_len(5)), error("more than 5 bytes"));
    // The place is between characters also where the limit is within one.
    for (max_len, at) in [(0, 0), (1, 0), (2, 2), (3, 2), (4, 2), (5, 5)] {
        let error = FieldMask::<Node>::parse_with("é€é", &options.max_len(max_len)).expect_err("too long");
        assert_eq!((error.offset(), error.to_string()), (at, format!("more than {max_len} bytes")));
    }
    assert_eq!(parse("id,leaf/a", options.max_names(3)), Ok(()));
    assert_eq!(parse("id,leaf/a", options.max_names(2)), error("more than 2 names at byte 8"));
    assert_eq!(parse("children/leaf/a", options.max_depth(3)), Ok(()));
    assert_eq!(parse("children/leaf/a", options.max_depth(2)), error("more than 2 levels at byte 14"));
    assert_eq!(parse("children(leaf(a))", options.max_depth(2)), error("more than 2 levels at byte 14"));
    let deep = |levels: usize| "children/".repeat(levels - 1) + "id";
    assert_eq!(parse(&deep(16), options), Ok(()));
    assert_eq!(parse(&deep(17), options), error("more than 16 levels at byte 144"));
    assert_eq!(parse(&deep(128), options.max_depth(usize::MAX)), Ok(()));
    assert_eq!(parse(&deep(129), options.max_depth(usize::MAX)), error("more than 128 levels at byte 1152"));
    assert_eq!(parse(&"id,".repeat(256)[..767], options), Ok(()));
    assert_eq!(parse(&("id,".repeat(256) + "id"), options), error("more than 256 names at byte 768"));
    let open = "leaf(".repeat(4096);
    assert!(parse(&open, options.max_len(usize::MAX)).is_err());
    assert_eq!(parse(&open, options), error("more than 4096 bytes"));
}

/// Each level takes memory for all fields of its type. One of sixteen fields may have 4096.
#[test]
fn fields_of_all_levels() {
    type Next = Option<Box<Wide>>;
    #[derive(ZeroAllocJson)]
    #[json(field_mask)]
    #[rustfmt::skip]
    struct Wide {
        a: Next, b: Next, c: Next, d: Next, e: Next, f: Next, g: Next, h: Next,
        i: Next, j: Next, k: Next, l: Next, m: Next, n: Next, o: Next, p: Next,
    }

    let names = || ('a'..='p').map(String::from);
    let below = |paths: &[String]| -> Vec<String> {
        names().flat_map(|name| paths.iter().map(move |path| format!("{path}/{name}"))).collect()
    };
    let seconds = below(&names().collect::<Vec<_>>());
    let thirds = below(&seconds);
    // The whole is one level, and each prefix of these is one: of the first 256, that is each of one or two names.
    let parse = |levels: usize| {
        let fields: Vec<_> = thirds[..levels - 273].iter().map(|path| format!("{path}/a")).collect();
        let options = MaskOptions::new().max_len(usize::MAX).max_names(usize::MAX);
        FieldMask::<Wide>::parse_with(&fields.join(","), &options).map_err(|error| error.to_string())
    };
    assert!(parse(4096).is_ok());
    let error = parse(4097).expect_err("more than 65,536 fields");
    assert!(error.starts_with("too many fields are reached"), "{error}");
}

#[test]
fn unknown_fields_may_be_ignored() {
    let ignoring = MaskOptions::new().ignore_unknown();
    for (fields, expected) in [
        ("nope", "{}"),
        ("nope(a/b,c),id", r#"{"id":1}"#),
        ("leaf/nope", r#"{"leaf":{}}"#),
        ("id(nope)", r#"{"id":1}"#),
        ("children(nope)", r#"{"children":[{}]}"#),
    ] {
        let mask = FieldMask::<Node>::parse_with(fields, &ignoring).expect(fields);
        assert_text(&Masked::new(node(1, vec![node(2, vec![])]), mask), expected);
    }
    // A text that is no mask is an error in any case.
    assert!(FieldMask::<Node>::parse_with("nope(", &ignoring).is_err());
}

/// Elements of arrays and values of maps are under the mask of their container.
#[test]
fn in_every_container() {
    const B: &str = r#"{"b":"<é>"}"#;

    #[derive(ZeroAllocJson)]
    #[json(field_mask)]
    struct Generic<T> {
        other: u8,
        inner: T,
    }

    #[track_caller]
    fn check<T: ZeroAllocJson + Maskable<Fields = Leaf>>(container: T, expected: &str) {
        assert_eq!(to_string(&container).replace(r#""a":1,"#, ""), expected);
        assert_masked(container, "b", expected);
    }

    macro_rules! containers {
        ($($container:expr => $expected:expr;)+) => {
            $(
                check($container, $expected);
                // As a field too, where the derive finds the names.
                let generic = Generic { other: 1, inner: $container };
                assert_masked(generic, "inner(b)", &format!(r#"{{"inner":{}}}"#, $expected));
            )+
        };
    }

    let list = format!("[{B}]");
    let map = format!(r#"{{"k":{B}}}"#);
    let shared = Rc::new(LEAF);
    containers! {
        LEAF => B;
        &&LEAF => B;
        Some(LEAF) => B;
        None::<Leaf> => "null";
        Box::new(LEAF) => B;
        Rc::new(LEAF) => B;
        Rc::downgrade(&shared) => B;
        rc::Weak::<Leaf>::new() => "null";
        Arc::<[Leaf]>::from([LEAF]) => &list;
        Cow::Borrowed(&LEAF) => B;
        vec![LEAF] => &list;
        [[LEAF]] => &format!("[{list}]");
        [LEAF].as_slice() => &list;
        VecDeque::from([LEAF]) => &list;
        LinkedList::from([LEAF]) => &list;
        BinaryHeap::from([LEAF]) => &list;
        BTreeSet::from([LEAF]) => &list;
        HashSet::from([LEAF]) => &list;
        BTreeMap::from([("k", LEAF)]) => &map;
        HashMap::from([("k", vec![Some(LEAF)])]) => &format!(r#"{{"k":{list}}}"#);
        Cell::new(LEAF) => B;
        RefCell::new(LEAF) => B;
        Mutex::new(LEAF) => B;
        RwLock::new(LEAF) => B;
        Wrapping(LEAF) => B;
        std::num::Saturating(LEAF) => B;
        Reverse(LEAF) => B;
        InView::<Admin, _>::new(LEAF) => B;
    }
    let mut leaf = LEAF;
    let exclusive = &mut leaf;
    check(exclusive, B);
    let mut buf = Vec::new();
    [LEAF][..].write_json_fields(&mut buf, &mask("b"));
    assert_eq!(buf, list.as_bytes());
}

struct Admin;
impl View for Admin {}

#[test]
fn beside_views_and_policies() {
    #[derive(ZeroAllocJson)]
    #[json(field_mask, skip_none, sort_keys, html_safe, as_string)]
    struct Policies {
        zeta: u64,
        #[json(view = "Admin")]
        secret: Option<u64>,
        #[json(view = "Admin")]
        leaf: Leaf,
        #[json(omit_empty)]
        empty: &'static str,
        #[json(redact)]
        password: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        option: Option<u8>,
        #[json(html_safe)]
        alpha: Vec<Leaf>,
        #[json(display)]
        displayed: &'static str,
    }

    let value = |option| Policies {
        zeta: 1,
        secret: Some(2),
        leaf: LEAF,
        empty: "",
        password: "p",
        option,
        alpha: vec![LEAF],
        displayed: "<",
    };
    let all = "zeta,secret,leaf(b),empty,password,option,alpha(b),displayed";
    let expected = r#"{"alpha":[{"b":"\u003cé\u003e"}],"displayed":"\u003c","password":"***","zeta":"1"}"#;
    assert_masked(value(None), all, expected);
    assert_masked(value(None), "alpha/a", r#"{"alpha":[{"a":1}]}"#);
    assert_masked(value(Some(3)), "option,secret,leaf", r#"{"option":"3"}"#);
    // Both have to show a field.
    assert_masked(InView::<Admin, _>::new(value(None)), "secret,leaf/a", r#"{"leaf":{"a":1},"secret":"2"}"#);
    assert_masked(InView::<Admin, _>::new(value(None)), "zeta", r#"{"zeta":"1"}"#);
    let in_view = InView::<Admin, _>::new(Masked::new(value(None), mask("secret,zeta,empty")));
    assert_text(&in_view, r#"{"secret":"2","zeta":"1"}"#);
    // A displayed value has no fields.
    assert!(FieldMask::<Policies>::parse("displayed(a)").is_err());
}

/// A condition of a field that is not selected is not asked.
#[test]
fn predicates_of_others_do_not_run() {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde passes it")]
    fn panics(_: &u8) -> bool {
        panic!("it was asked")
    }

    #[derive(ZeroAllocJson)]
    #[json(field_mask)]
    struct Asks {
        #[serde(skip_serializing_if = "panics")]
        asked: u8,
        other: u8,
    }

    assert_masked(Asks { asked: 1, other: 2 }, "other", r#"{"other":2}"#);
    assert!(quietly(|| to_string(&Asks { asked: 1, other: 2 })).is_err());
}

/// Entries of a map have keys that are data, and an enum's tag is written with its variant.
#[test]
fn flattened() {
    #[derive(ZeroAllocJson)]
    #[json(field_mask)]
    #[serde(tag = "kind")]
    enum Kind {
        Round { radius: u8 },
        Square { side: u8, at: Leaf },
        None,
    }

    #[derive(ZeroAllocJson)]
    #[json(field_mask)]
    struct Shape {
        id: u8,
        #[serde(flatten)]
        kind: Kind,
        #[serde(flatten)]
        leaf: Option<Leaf>,
        #[serde(flatten)]
        extra: BTreeMap<&'static str, Leaf>,
    }

    #[derive(ZeroAllocJson)]
    #[json(field_mask)]
    struct Drawing {
        name: &'static str,
        #[serde(flatten)]
        shape: Shape,
    }

    #[derive(ZeroAllocJson)]
    #[json(field_mask)]
    #[serde(tag = "kind")]
    enum Wraps {
        Leaf(Leaf),
    }

    #[derive(ZeroAllocJson)]
    #[json(field_mask)]
    struct Wrapped {
        id: u8,
        #[serde(flatten)]
        inner: Wraps,
    }

    let shape = |kind| Shape { id: 7, kind, leaf: Some(LEAF), extra: BTreeMap::from([("x", LEAF)]) };
    assert_masked(shape(Kind::Round { radius: 1 }), "id", r#"{"id":7}"#);
    assert_masked(shape(Kind::Round { radius: 1 }), "radius", r#"{"kind":"Round","radius":1}"#);
    assert_masked(shape(Kind::Round { radius: 1 }), "side,b", r#"{"kind":"Round","b":"<é>"}"#);
    assert_masked(shape(Kind::Square { side: 1, at: LEAF }), "kind,at/a", r#"{"kind":"Square","at":{"a":1}}"#);
    assert_masked(shape(Kind::None), "kind", r#"{"kind":"None"}"#);
    assert_masked(shape(Kind::None), "*", &to_string(&shape(Kind::None)));

    // Names are looked for behind each of two.
    let drawing = || Drawing { name: "n", shape: shape(Kind::None) };
    assert_masked(drawing(), "b", r#"{"b":"<é>"}"#);
    assert_masked(drawing(), "id,name", r#"{"name":"n","id":7}"#);
    assert_masked(drawing(), "kind", r#"{"kind":"None"}"#);

    // The content of a variant has no name: it is not one that was named.
    let wrapped = || Wrapped { id: 7, inner: Wraps::Leaf(LEAF) };
    assert_masked(wrapped(), "id", r#"{"id":7}"#);
    assert_masked(wrapped(), "a", r#"{"kind":"Leaf","a":1}"#);

    let error = FieldMask::<Shape>::parse("id,x").expect_err("a key of a map");
    assert_eq!(error.to_string(), "unknown field `x` at byte 3");
}

/// A value whose fields the compiler does not know is written as a whole, and so is all that is in it.
#[test]
fn through_other_writers() {
    struct ByHand(Leaf);
    impl ZeroAllocJson for ByHand {
        fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
            c.object().field("a", &self.0).end()
        }
    }

    #[derive(ZeroAllocJson)]
    struct Opaque {
        b: Leaf,
    }

    fn write(leaf: &Leaf, writer: &mut JsonWriter<'_>) {
        writer.value(leaf);
    }

    #[derive(ZeroAllocJson)]
    #[json(field_mask)]
    struct Holds<'a> {
        // The numbers of its fields are those of `Leaf`.
        first: ByHand,
        second: Opaque,
        object: &'a dyn DynJson,
        #[json(serialize_with = "write")]
        function: Leaf,
        tuple: (Leaf, u8),
        result: Result<Leaf, u8>,
        other: Masked<Leaf>,
        last: Leaf,
    }

    let value = || Holds {
        first: ByHand(LEAF),
        second: Opaque { b: LEAF },
        object: &LEAF,
        function: LEAF,
        tuple: (LEAF, 1),
        result: Ok(LEAF),
        other: Masked::new(LEAF, mask("a")),
        last: LEAF,
    };
    let leaf = to_string(&LEAF);
    assert_masked(
        value(),
        "first,second,object,function,tuple,result,other,last/b",
        &format!(
            r#"{{"first":{{"a":{leaf}}},"second":{{"b":{leaf}}},"object":{leaf},"function":{leaf},"tuple":[{leaf},1],"result":{{"Ok":{leaf}}},"other":{{"a":1}},"last":{{"b":"<é>"}}}}"#
        ),
    );
    for name in ["first", "second", "object", "function", "tuple", "result", "other"] {
        let error = FieldMask::<Holds<'_>>::parse(&format!("{name}(a)")).expect_err("it has no fields");
        assert_eq!(error.to_string(), format!("`{name}` has no fields to select, at byte 0"));
    }
    // Where that is ignored, what is in them is not under the mask of a field behind them.
    let ignoring = MaskOptions::new().ignore_unknown();
    for (name, text) in [("object", leaf.clone()), ("function", leaf.clone()), ("tuple", format!("[{leaf},1]"))] {
        let mask = FieldMask::parse_with(&format!("{name}(a),last/b"), &ignoring).expect("a mask");
        assert_text(&Masked::new(value(), mask), &format!(r#"{{"{name}":{text},"last":{{"b":"<é>"}}}}"#));
    }
}

/// A call within a call has no mask unless it asks, on this thread and on others; the outer one keeps its own.
#[test]
fn a_mask_is_that_of_one_call() {
    struct Shows(Leaf);
    impl fmt::Display for Shows {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            let here = to_string(&self.0);
            let leaf = self.0;
            let there = thread::spawn(move || to_string(&leaf)).join().expect("it wrote");
            assert_eq!(here, there);
            let masked = to_string(&Masked::new(self.0, mask("a")));
            write!(f, "{} {}", here.len(), masked.len())
        }
    }

    #[derive(ZeroAllocJson)]
    #[json(field_mask)]
    struct Outer {
        before: Leaf,
        #[json(display)]
        calls: Shows,
        after: Leaf,
    }

    let value = || Outer { before: LEAF, calls: Shows(LEAF), after: LEAF };
    let leaf = to_string(&LEAF);
    let calls = format!("{} 7", leaf.len());
    assert_masked(
        value(),
        "before/b,calls,after/a",
        &format!(r#"{{"before":{{"b":"<é>"}},"calls":"{calls}","after":{{"a":1}}}}"#),
    );
    assert_text(&value(), &format!(r#"{{"before":{leaf},"calls":"{calls}","after":{leaf}}}"#));
}

/// A condition of a field is asked while the mask of its type is the current one.
#[test]
fn a_mask_is_not_that_of_a_condition() {
    #[derive(ZeroAllocJson)]
    #[json(field_mask)]
    struct Outer {
        before: u8,
        #[serde(skip_serializing_if = "is_even")]
        leaf: Leaf,
    }

    fn is_even(leaf: &Leaf) -> bool {
        assert_eq!(to_string(leaf), r#"{"a":1,"b":"<é>"}"#, "a call of its own");
        assert_eq!(to_string(&Masked::new(leaf, mask("b"))), r#"{"b":"<é>"}"#);
        leaf.a % 2 != 1
    }

    assert_masked(Outer { before: 1, leaf: LEAF }, "leaf/a", r#"{"leaf":{"a":1}}"#);
    assert_masked(Outer { before: 1, leaf: LEAF }, "before,leaf", r#"{"before":1,"leaf":{"a":1,"b":"<é>"}}"#);
}

/// A call that panics or fails leaves no mask behind, and one whose panic is caught within it fails.
#[test]
fn after_a_panic_and_an_error() {
    #[derive(ZeroAllocJson)]
    #[json(field_mask)]
    struct Fails {
        leaf: Leaf,
        #[json(raw)]
        raw: &'static str,
    }

    struct Panics;
    impl ZeroAllocJson for Panics {
        fn write_value<'s, D: Dispatch>(&self, _: Cursor<'s, D>) -> Cursor<'s, D> {
            panic!("as planned");
        }
    }

    #[derive(ZeroAllocJson)]
    #[json(field_mask)]
    struct Breaks {
        inner: Inner,
        leaf: Leaf,
    }

    #[derive(ZeroAllocJson)]
    #[json(field_mask)]
    struct Inner {
        panics: Panics,
    }

    #[derive(ZeroAllocJson)]
    #[json(field_mask)]
    struct Catches {
        #[json(serialize_with = "catch")]
        inner: Breaks,
        leaf: Leaf,
    }
    fn catch(inner: &Breaks, writer: &mut JsonWriter<'_>) {
        let caught = catch_unwind(AssertUnwindSafe(|| writer.value(&Masked::new(inner, mask("inner/panics")))));
        assert!(caught.is_err());
    }

    let breaks = || Breaks { inner: Inner { panics: Panics }, leaf: LEAF };
    let whole = to_string(&LEAF);
    let mut buf = Vec::new();
    assert!(quietly(|| breaks().write_json_fields(&mut buf, &mask("inner/panics"))).is_err());
    assert!(buf.is_empty());
    assert_eq!(to_string(&LEAF), whole);
    let catches = Catches { inner: breaks(), leaf: LEAF };
    let result = quietly(|| catches.try_write_json_fields(&mut buf, &mask("inner,leaf/a"))).expect("it was caught");
    assert!(result.is_err() && buf.is_empty());
    assert_eq!(to_string(&LEAF), whole);

    let fails = Fails { leaf: LEAF, raw: "?" };
    assert!(fails.try_write_json_fields(&mut buf, &mask("leaf/a,raw")).is_err());
    // A field that is not selected cannot fail.
    assert!(fails.try_write_json_fields(&mut buf, &mask("leaf/a")).is_ok());
    LEAF.write_json(&mut buf);
    assert_eq!(String::from_utf8_lossy(&buf), format!(r#"{{"leaf":{{"a":1}}}}{whole}"#));
}

#[test]
fn with_options_and_other_outputs() {
    let masked = || Masked::new(node(1, vec![node(2, vec![])]), mask("leaf/b,children(id)"));
    let compact = r#"{"leaf":{"b":"<é>"},"children":[{"id":2}]}"#;
    let value: serde_json::Value = serde_json::from_str(compact).expect("it is JSON");
    let pretty = to_string_with(&masked(), &WriteOptions::new().pretty());
    assert_eq!(
        pretty,
        "{\n  \"leaf\": {\n    \"b\": \"<é>\"\n  },\n  \"children\": [\n    {\n      \"id\": 2\n    }\n  ]\n}"
    );
    let canonical = to_string_with(&masked(), &WriteOptions::new().canonical());
    assert_eq!(canonical, r#"{"children":[{"id":2}],"leaf":{"b":"<é>"}}"#);
    let escaped = to_string_with(&masked(), &WriteOptions::new().html_safe().ascii());
    assert_eq!(escaped, compact.replace("<é>", r"\u003c\u00e9\u003e"));
    assert_eq!(serde_json::from_str::<serde_json::Value>(&escaped).expect("it is JSON"), value);
    assert_eq!(masked().json_len(), compact.len());
    let mut buf = Vec::new();
    let nodes = [node(1, vec![]), node(2, vec![])];
    let id = mask::<Node>("id");
    append_json_lines(nodes.iter().map(|node| Masked::new(node, id.clone())), &mut buf).expect("it can be written");
    assert_eq!(buf, b"{\"id\":1}\n{\"id\":2}\n");
    buf.clear();
    let mut written = Vec::new();
    let mut array = ArrayWriter::new(&mut written, &mut buf);
    for node in &nodes {
        array.push(&Masked::new(node, id.clone())).expect("it can be written");
    }
    array.finish().expect("it can be written");
    assert_eq!(written, br#"[{"id":1},{"id":2}]"#);
}

#[test]
fn every_capacity() {
    let value =
        Masked::new(vec![node(255, vec![node(2, vec![])]), node(1, vec![])], mask("id,leaf(b),children(leaf/a)"));
    let expected = to_string(&value);
    for spare in 0..expected.len() + 150 {
        for backend in Backend::ALL {
            let mut buf = Vec::with_capacity(spare);
            if let Some(result) = write_json_on(*backend, &value, &mut buf) {
                assert!(result.is_ok());
                assert_eq!(buf, expected.as_bytes(), "{backend:?}, {spare} spare bytes");
            }
        }
    }
}

/// A mask is made once for all lifetimes, and goes between threads.
#[test]
fn a_mask_outlives_values() {
    #[derive(ZeroAllocJson)]
    #[json(field_mask)]
    struct Page<'a> {
        items: &'a [Leaf],
        next: u8,
    }

    fn write<'a>(page: &Page<'a>, mask: &FieldMask<Page<'a>>) -> Vec<u8> {
        let mut buf = Vec::new();
        page.write_json_fields(&mut buf, mask);
        buf
    }

    let forever: FieldMask<Page<'static>> = mask("items(a)");
    let items = vec![LEAF];
    let text = write(&Page { items: &items, next: 1 }, &forever);
    assert_eq!(text, br#"{"items":[{"a":1}]}"#);
    let clone = forever.clone();
    let there = thread::spawn(move || write(&Page { items: &[LEAF], next: 1 }, &clone)).join().expect("it wrote");
    assert_eq!(there, text);
}
