//! The ways to have types written that only implement `serde::Serialize`: `bridge!`, and `json(serde)` of types, variants
//! and fields.

use std::collections::BTreeMap;

use record_runtime::{ZeroAllocJson, bridge};
use record_tests::oracle::{assert_refused, assert_same};
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

/// An own type, written by hand for serde.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Hex(u8);

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:02x}", self.0))
    }
}

struct Pair<'a, T, const N: usize>(&'a [T; N], T)
where
    T: Clone;

impl<T: Serialize + Clone, const N: usize> Serialize for Pair<'_, T, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Pair", 2)?;
        fields.serialize_field("all", &self.0[..])?;
        fields.serialize_field("one", &self.1)?;
        fields.end()
    }
}

struct Tagged<T>(T);

impl<T: Serialize> Serialize for Tagged<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_variant("Tagged", 0, "It", &self.0)
    }
}

bridge!(impl<T: Clone, const N: usize> Pair<'_, T, N>, impl<T> Tagged<T> where T: Copy; Hex);

/// Its parameter has to implement both traits: that is what the bridged types ask for.
#[derive(Serialize, ZeroAllocJson)]
#[json(bound = "T: ZeroAllocJson + Serialize")]
struct Bridged<'a, T: Clone + Copy> {
    hex: Hex,
    keys: BTreeMap<Hex, Option<Hex>>,
    #[serde(flatten)]
    pair: Pair<'a, T, 2>,
    tagged: Vec<Tagged<T>>,
    next: Option<Box<Bridged<'a, T>>>,
}

#[test]
fn bridged_types_stand_anywhere() {
    let bridged = |next| Bridged {
        hex: Hex(7),
        keys: BTreeMap::from([(Hex(1), Some(Hex(2))), (Hex(255), None)]),
        pair: Pair(&[1, 2], 3),
        tagged: vec![Tagged(4), Tagged(5)],
        next,
    };
    assert_same(&bridged(Some(Box::new(bridged(None)))));
    assert_same(&BTreeMap::from([(Hex(1), [Hex(2), Hex(3)])]));
}

/// A type that stands for one of another crate: it implements nothing but `Serialize`.
mod other {
    use super::*;

    #[derive(Serialize)]
    pub(super) struct Point {
        pub(super) x: u8,
        pub(super) y: u8,
    }

    #[derive(Serialize)]
    pub(super) struct Wrapper<T>(pub(super) T);

    #[derive(PartialEq, Eq, PartialOrd, Ord, Serialize)]
    pub(super) enum Unit {
        A,
    }
}
use other::{Point, Unit, Wrapper};

#[derive(Serialize, ZeroAllocJson)]
#[json(serde)]
#[serde(rename_all = "UPPERCASE")]
struct All<'a, T> {
    point: Point,
    list: Vec<Point>,
    #[serde(flatten)]
    entries: BTreeMap<Unit, Point>,
    #[serde(skip_serializing_if = "Option::is_none")]
    none: Option<Point>,
    text: &'a str,
    generic: Wrapper<T>,
    #[json(serde = false)]
    own: Own,
    #[serde(serialize_with = "as_length")]
    function: String,
}

fn as_length<S: Serializer>(value: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(value.len() as u64)
}

#[derive(Serialize, ZeroAllocJson)]
struct Own(u8);

/// Fields of which some types have an implementation of their own, some not, and some only serde's by coincidence.
#[derive(Serialize, ZeroAllocJson)]
#[json(serde = "fallback")]
struct Fallback<T> {
    own: Own,
    point: Point,
    list: Vec<Point>,
    option: Option<Box<Point>>,
    units: BTreeMap<Unit, u8>,
    #[serde(flatten)]
    flat: Point,
    #[serde(flatten)]
    unit: Unit,
    strings: Vec<String>,
    generic: T,
    generics: Vec<T>,
    #[serde(skip)]
    _skipped: fn(),
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(tag = "t")]
enum Variants {
    #[json(serde)]
    Newtype(Point),
    #[json(serde)]
    Named {
        point: Point,
        list: [Point; 1],
        own: u8,
    },
    #[json(serde = "fallback")]
    Mixed {
        point: Point,
        own: Own,
    },
    Plain {
        own: Own,
    },
}

#[derive(Serialize, ZeroAllocJson)]
#[json(serde = "fallback")]
enum External {
    Newtype(Point),
    Tuple(Point, Own),
    #[json(serde = false)]
    Own(Own),
    #[serde(untagged)]
    Untagged(Unit),
}

#[derive(Serialize, ZeroAllocJson)]
#[json(serde = "fallback")]
struct Newtype(Unit);

fn point() -> Point {
    Point { x: 1, y: 2 }
}

#[test]
fn whole_types_by_serde() {
    let all = |none| All {
        point: point(),
        list: vec![point()],
        entries: BTreeMap::from([(Unit::A, point())]),
        none,
        text: "\n",
        generic: Wrapper("x"),
        own: Own(3),
        function: "four".into(),
    };
    assert_same(&all(None));
    assert_same(&all(Some(point())));
}

#[test]
fn what_has_no_implementation_falls_back_to_serde() {
    assert_same(&Fallback {
        own: Own(1),
        point: point(),
        list: vec![point(), point()],
        option: Some(Box::new(point())),
        units: BTreeMap::from([(Unit::A, 1)]),
        flat: point(),
        unit: Unit::A,
        strings: vec!["a".into()],
        generic: 1.5,
        generics: vec![2.5],
        _skipped: || (),
    });
    assert_same(&External::Newtype(point()));
    assert_same(&[External::Tuple(point(), Own(1)), External::Own(Own(2)), External::Untagged(Unit::A)]);
    assert_same(&Some((1, Newtype(Unit::A))));
}

#[test]
fn variants_by_serde() {
    assert_same(&Variants::Newtype(point()));
    assert_same(&Variants::Named { point: point(), list: [point()], own: 1 });
    assert_same(&[Variants::Mixed { point: point(), own: Own(1) }, Variants::Plain { own: Own(2) }]);
}

/// A page of what only serde knows: by a bound of serde's, or by the wrapper.
#[derive(Serialize, ZeroAllocJson)]
struct Page<T> {
    #[json(serde)]
    items: Vec<T>,
    total: u64,
}

#[derive(Serialize, ZeroAllocJson)]
struct PlainPage<T> {
    items: Vec<T>,
}

#[test]
fn pages_of_what_only_serde_knows() {
    assert_same(&Page { items: vec![point()], total: 1 });
    let page = PlainPage { items: vec![record_runtime::Serde(point())] };
    assert_eq!(record_runtime::to_string(&page), r#"{"items":[{"x":1,"y":2}]}"#);
}

/// The function that serde has for it, in an attribute of serde's alone.
#[derive(Serialize, ZeroAllocJson)]
struct ByFunction {
    #[serde(serialize_with = "serde::Serialize::serialize")]
    point: Point,
}

#[test]
fn the_function_of_serde_itself() {
    assert_same(&ByFunction { point: point() });
}

/// A `Serialize` that fails is this value's error.
#[test]
fn errors_of_bridged_types() {
    struct Fails;

    impl Serialize for Fails {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("on purpose"))
        }
    }

    bridge!(Fails);
    assert!(assert_refused(&vec![Fails]).contains("on purpose"));
    assert!(assert_refused(&(1, Some(Fails))).contains("on purpose"));
}
