//! Fields with `view = "…"`: in every container, beside other attributes, and hidden wherever nobody asked for them. The
//! reference is a serde type with the fields of one view.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::thread;

use record_runtime::__private::{Backend, write_json_on};
use record_runtime::{Cursor, Dispatch, DynJson, InView, JsonWriter, View, ViewId, WriteOptions, ZeroAllocJson};
use record_tests::oracle::{assert_text, compare_bytes, quietly};
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

struct Support;
impl View for Support {}

struct Auditor;
impl View for Auditor {}

/// Everything that Support has.
struct Admin;
impl View for Admin {
    fn includes(view: ViewId) -> bool {
        view.is::<Support>()
    }
}

#[derive(Clone, Copy, ZeroAllocJson)]
struct Leaf {
    #[json(view = "Admin")]
    first: u8,
    all: &'static str,
    #[json(view = "Support")]
    support: Option<&'static str>,
    #[json(view = "Auditor, Support")]
    both: [u8; 2],
    #[json(view = "Admin", rename = "last", as_string)]
    last: u64,
}

const LEAF: Leaf = Leaf { first: 1, all: "a", support: None, both: [2, 3], last: 4 };

#[derive(Clone, Copy, Debug, PartialEq)]
enum Mode {
    Nobody,
    Support,
    Auditor,
    Admin,
}

#[derive(Clone, Copy)]
struct Reference(Mode);

impl Serialize for Reference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut leaf = serializer.serialize_struct("Leaf", 5)?;
        if self.0 == Mode::Admin {
            leaf.serialize_field("first", &1)?;
        }
        leaf.serialize_field("all", "a")?;
        if matches!(self.0, Mode::Admin | Mode::Support) {
            leaf.serialize_field("support", &())?;
        }
        if self.0 != Mode::Nobody {
            leaf.serialize_field("both", &[2, 3])?;
        }
        if self.0 == Mode::Admin {
            leaf.serialize_field("last", "4")?;
        }
        leaf.end()
    }
}

/// By every function that writes: the value in the view, the method, and the option.
#[track_caller]
fn compare<T: ZeroAllocJson, R: Serialize>(value: &T, reference: impl Fn(Mode) -> R) {
    #[track_caller]
    fn compare_in<V: View, T: ZeroAllocJson>(value: &T, expected: &[u8]) {
        if let Err(difference) = compare_bytes(&InView::<V, _>::new(value), expected) {
            panic!("{difference}");
        }
        let mut buf = b"before".to_vec();
        value.write_json_view::<V>(&mut buf);
        assert_eq!(buf.strip_prefix(b"before"), Some(expected));
        value.try_write_json_with(&mut buf, &WriteOptions::new().view::<V>()).expect("writable");
        assert!(buf.ends_with(expected));
    }
    let expected = |mode| serde_json::to_vec(&reference(mode)).expect("serde_json writes it");
    compare_bytes(value, &expected(Mode::Nobody)).unwrap_or_else(|difference| panic!("{difference}"));
    compare_in::<Support, _>(value, &expected(Mode::Support));
    compare_in::<Auditor, _>(value, &expected(Mode::Auditor));
    compare_in::<Admin, _>(value, &expected(Mode::Admin));
    // And nothing stays behind.
    compare_bytes(value, &expected(Mode::Nobody)).unwrap_or_else(|difference| panic!("{difference}"));
}

#[test]
fn in_every_container() {
    #[derive(Serialize, ZeroAllocJson)]
    struct Generic<T> {
        number: u8,
        inner: Option<T>,
    }

    #[derive(Serialize, ZeroAllocJson)]
    struct Newtype<T>(T);

    #[derive(Serialize, ZeroAllocJson)]
    struct Flat<T> {
        before: u8,
        #[serde(flatten)]
        inner: T,
        after: u8,
    }

    #[derive(Serialize, ZeroAllocJson)]
    enum External<T> {
        Newtype(T),
        Struct { inner: T },
        Tuple(T, u8),
    }

    #[derive(Serialize, ZeroAllocJson)]
    #[serde(tag = "t")]
    enum Internal<T> {
        Newtype(T),
        Struct { inner: T },
    }

    #[derive(Serialize, ZeroAllocJson)]
    #[serde(tag = "t", content = "c")]
    enum Adjacent<T> {
        Newtype(T),
    }

    #[derive(Serialize, ZeroAllocJson)]
    #[serde(untagged)]
    enum Untagged<T> {
        Newtype(T),
    }

    macro_rules! containers {
        ($($leaf:ident => $container:expr;)+) => {
            $(
                {
                    let $leaf = LEAF;
                    let value = $container;
                    compare(&value, |mode| {
                        let $leaf = Reference(mode);
                        $container
                    });
                }
            )+
        };
    }

    containers! {
        leaf => leaf;
        leaf => Some(leaf);
        leaf => vec![leaf, leaf];
        leaf => [leaf; 3];
        leaf => VecDeque::from([leaf]);
        leaf => (leaf, 1, leaf);
        leaf => Box::new(leaf);
        leaf => BTreeMap::from([("k", leaf), ("l", leaf)]);
        leaf => HashMap::from([(1, vec![Some(leaf), None])]);
        leaf => Generic { number: 1, inner: Some(Generic { number: 2, inner: Some(leaf) }) };
        leaf => Newtype(Newtype(leaf));
        leaf => Flat { before: 1, inner: leaf, after: 2 };
        leaf => Flat { before: 1, inner: Flat { before: 3, inner: leaf, after: 4 }, after: 2 };
        leaf => [External::Newtype(leaf), External::Struct { inner: leaf }, External::Tuple(leaf, 1)];
        leaf => [Internal::Newtype(leaf), Internal::Struct { inner: leaf }];
        leaf => Adjacent::Newtype(leaf);
        leaf => Untagged::Newtype(leaf);
        leaf => RefCell::new(leaf);
        leaf => Mutex::new(leaf);
        leaf => std::cmp::Reverse(leaf);
    }
    compare(&Rc::new(LEAF), Reference);
    compare(&Arc::new([LEAF]), |mode| [Reference(mode)]);
    compare(&Cow::Borrowed(&LEAF), Reference);
}

/// Trait objects, writers by hand, functions, and definitions of other types write at the same cursor.
#[test]
fn through_other_writers() {
    struct ByHand(Leaf);
    impl ZeroAllocJson for ByHand {
        fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
            c.object().field("leaf", &self.0).end()
        }
    }

    #[derive(ZeroAllocJson)]
    struct ByFunction {
        #[json(serialize_with = "write")]
        leaf: Leaf,
    }
    fn write(leaf: &Leaf, writer: &mut JsonWriter<'_>) {
        writer.value(leaf);
    }

    struct Elsewhere {
        leaf: Leaf,
        secret: u8,
    }
    #[derive(ZeroAllocJson)]
    #[json(remote = "Elsewhere")]
    struct Definition {
        leaf: Leaf,
        #[json(view = "Admin")]
        secret: u8,
    }
    #[derive(ZeroAllocJson)]
    struct Remote {
        #[json(with = "Definition")]
        at: Elsewhere,
    }

    #[derive(ZeroAllocJson)]
    #[json(html_safe, sort_keys)]
    struct Escaped {
        leaf: Leaf,
        #[json(view = "Admin")]
        a: &'static str,
    }

    #[derive(Serialize)]
    struct Whole {
        leaf: Reference,
    }

    let object: Vec<Box<dyn DynJson>> = vec![Box::new(LEAF), Box::new(vec![LEAF])];
    compare(&object, |mode| (Reference(mode), [Reference(mode)]));
    compare(&ByHand(LEAF), |mode| Whole { leaf: Reference(mode) });
    compare(&ByFunction { leaf: LEAF }, |mode| Whole { leaf: Reference(mode) });
    let text = |mode| serde_json::to_string(&Reference(mode)).expect("serde_json writes it");
    let remote = Remote { at: Elsewhere { leaf: LEAF, secret: 7 } };
    let escaped = Escaped { leaf: LEAF, a: "<" };
    assert_text(&remote, &format!(r#"{{"at":{{"leaf":{}}}}}"#, text(Mode::Nobody)));
    assert_text(&InView::<Admin, _>::new(remote), &format!(r#"{{"at":{{"leaf":{},"secret":7}}}}"#, text(Mode::Admin)));
    assert_text(&InView::<Support, _>::new(&escaped), &format!(r#"{{"leaf":{}}}"#, text(Mode::Support)));
    assert_text(&InView::<Admin, _>::new(&escaped), &format!(r#"{{"a":"\u003c","leaf":{}}}"#, text(Mode::Admin)));
}

macro_rules! many {
    ($(($field:ident $view:literal $($attribute:tt)*))+) => {
        /// More than one group, each third field open to all, and policies that leave out.
        #[derive(Clone, ZeroAllocJson)]
        struct Many {
            $(
                #[json(view = $view, $($attribute)*)]
                $field: Option<u8>,
            )+
        }

        fn many(value: Option<u8>) -> Many {
            Many { $($field: value,)+ }
        }

        fn expected(value: Option<u8>, shown: &[&str]) -> String {
            let mut fields = Vec::new();
            $(
                let is_left_out = value.is_none() && !stringify!($($attribute)*).is_empty();
                if shown.contains(&$view) && !is_left_out {
                    let value = value.map_or(String::from("null"), |value| value.to_string());
                    fields.push(format!("\"{}\":{value}", stringify!($field)));
                }
            )+
            format!("{{{}}}", fields.join(","))
        }
    };
}

many! {
    (a "Admin") (b "Support") (c "Auditor") (d "Admin" skip_none) (e "Support" omit_empty) (f "Auditor" skip_default)
    (g "Admin" skip_serializing_if = "Option::is_none") (h "Support") (i "Auditor") (j "Admin") (k "Support")
    (l "Auditor" skip_none) (m "Admin") (n "Support") (o "Auditor") (p "Admin") (q "Support") (r "Auditor")
    (s "Admin" skip_none) (t "Support" skip_none) (u "Auditor" skip_none)
}

#[test]
fn beside_other_omissions() {
    for value in [None, Some(7)] {
        assert_text(&many(value), "{}");
        assert_text(&InView::<Auditor, _>::new(many(value)), &expected(value, &["Auditor"]));
        assert_text(&InView::<Support, _>::new(many(value)), &expected(value, &["Support"]));
        assert_text(&InView::<Admin, _>::new(many(value)), &expected(value, &["Support", "Admin"]));
    }
}

/// Options that rewrite the text, in both orders.
#[test]
fn beside_options() {
    let [compact, first] = [Mode::Nobody, Mode::Admin].map(Reference);
    assert_eq!(record_runtime::to_string_pretty(&LEAF), serde_json::to_string_pretty(&compact).expect("writable"));
    for options in [WriteOptions::new().pretty().view::<Admin>(), WriteOptions::new().view::<Admin>().pretty()] {
        let expected = serde_json::to_string_pretty(&first).expect("writable");
        assert_eq!(record_runtime::to_string_with(&LEAF, &options), expected);
    }
    let canonical = record_runtime::to_string_with(&LEAF, &WriteOptions::new().canonical().view::<Admin>());
    assert_eq!(canonical, r#"{"all":"a","both":[2,3],"first":1,"last":"4","support":null}"#);
    // The last view counts.
    let options = WriteOptions::new().view::<Admin>().view::<Auditor>().html_safe();
    assert_eq!(record_runtime::to_string_with(&LEAF, &options), r#"{"all":"a","both":[2,3]}"#);
    assert_eq!(WriteOptions::new().view::<Admin>(), WriteOptions::new().view::<Admin>());
    assert_ne!(WriteOptions::new().view::<Admin>(), WriteOptions::new().view::<Support>());
    assert_ne!(WriteOptions::new().view::<Admin>(), WriteOptions::new());
}

/// Every spare capacity, on every backend.
#[test]
fn every_capacity() {
    let value = InView::<Admin, _>::new((LEAF, many(Some(255)), many(None), [LEAF; 2]));
    let expected = record_runtime::to_string(&value);
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

/// Calls within a call have no view, on this thread and on others, but for those that ask; the outer one keeps its own.
#[test]
fn a_view_is_that_of_one_call() {
    struct Shows(Leaf);
    impl fmt::Display for Shows {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            let here = record_runtime::to_string(&self.0);
            let mut buf = Vec::new();
            self.0.write_json(&mut buf);
            assert_eq!(buf, here.as_bytes());
            let leaf = self.0;
            let there = thread::spawn(move || record_runtime::to_string(&leaf)).join().expect("it wrote");
            assert_eq!(here, there);
            let asked = record_runtime::to_string(&InView::<Auditor, _>::new(self.0));
            write!(f, "{} {}", here.len(), asked.len())
        }
    }

    #[derive(ZeroAllocJson)]
    struct Outer {
        #[json(display)]
        calls: Shows,
        leaf: Leaf,
        other: InView<Auditor, Leaf>,
        again: Leaf,
    }

    let text = |mode| serde_json::to_string(&Reference(mode)).expect("serde_json writes it");
    let value = Outer { calls: Shows(LEAF), leaf: LEAF, other: InView::new(LEAF), again: LEAF };
    let [nobody, auditor, admin] = [Mode::Nobody, Mode::Auditor, Mode::Admin].map(text);
    let calls = format!("{} {}", nobody.len(), auditor.len());
    assert_text(
        &InView::<Admin, _>::new(&value),
        &format!(r#"{{"calls":"{calls}","leaf":{admin},"other":{auditor},"again":{admin}}}"#),
    );
    assert_text(&value, &format!(r#"{{"calls":"{calls}","leaf":{nobody},"other":{auditor},"again":{nobody}}}"#));
}

/// A call that panics or fails leaves no view behind.
#[test]
fn after_a_panic_and_an_error() {
    struct Panics;
    impl fmt::Display for Panics {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("as planned");
        }
    }

    #[derive(ZeroAllocJson)]
    struct Breaks {
        leaf: Leaf,
        #[json(display)]
        panics: Panics,
    }

    #[derive(ZeroAllocJson)]
    struct Fails {
        leaf: Leaf,
        #[json(raw)]
        raw: &'static str,
    }

    let mut buf = Vec::with_capacity(1000);
    assert!(quietly(|| Breaks { leaf: LEAF, panics: Panics }.write_json_view::<Admin>(&mut buf)).is_err());
    assert!(buf.is_empty());
    LEAF.write_json(&mut buf);
    assert_eq!(buf, br#"{"all":"a"}"#);
    assert!(Fails { leaf: LEAF, raw: "?" }.try_write_json_view::<Admin>(&mut buf).is_err());
    LEAF.write_json(&mut buf);
    assert_eq!(buf, br#"{"all":"a"}{"all":"a"}"#);
}
