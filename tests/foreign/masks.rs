//! Collections of other crates under masks and in views. The reference is the collection's own serde form, of elements
//! that leave out their fields themselves.

use std::cell::Cell;
use std::fmt::Debug;
use std::hash::Hash;

use record_runtime::{FieldMask, InView, Maskable, Masked, View, WriteOptions, ZeroAllocJson, to_string_with};
use record_tests::oracle::assert_text;
use serde::ser::{Serialize, SerializeStruct, Serializer};

struct Admin;
impl View for Admin {}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, ZeroAllocJson)]
#[json(field_mask)]
struct Element {
    id: u8,
    #[json(view = "Admin")]
    secret: u8,
    leaf: Leaf,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, ZeroAllocJson)]
#[json(field_mask)]
struct Leaf {
    a: u8,
    b: &'static str,
}

/// The fields that serde writes.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "independent fields")]
struct Written {
    id: bool,
    secret: bool,
    a: bool,
    b: bool,
}

const ALL: Written = Written { id: true, secret: true, a: true, b: true };
const NONE: Written = Written { id: false, secret: false, a: false, b: false };

thread_local! {
    static WRITTEN: Cell<Written> = const { Cell::new(ALL) };
}

impl Serialize for Element {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let Written { id, secret, a, b } = WRITTEN.get();
        let mut fields = s.serialize_struct("Element", 3)?;
        if id {
            fields.serialize_field("id", &self.id)?;
        }
        if secret {
            fields.serialize_field("secret", &self.secret)?;
        }
        if a || b {
            fields.serialize_field("leaf", &self.leaf)?;
        }
        fields.end()
    }
}

impl Serialize for Leaf {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let Written { a, b, .. } = WRITTEN.get();
        let mut fields = s.serialize_struct("Leaf", 2)?;
        if a {
            fields.serialize_field("a", &self.a)?;
        }
        if b {
            fields.serialize_field("b", &self.b)?;
        }
        fields.end()
    }
}

fn expected<T: Serialize + ?Sized>(value: &T, written: Written) -> String {
    WRITTEN.set(written);
    serde_json::to_string(value).expect("serde_json writes it")
}

/// Under masks, in a view, and in both.
#[track_caller]
fn check<T>(value: &T)
where
    T: Serialize + ZeroAllocJson + Maskable<Fields = Element> + ?Sized,
{
    for (fields, written) in [
        ("*", ALL),
        ("id", Written { id: true, ..NONE }),
        ("leaf", Written { a: true, b: true, ..NONE }),
        ("leaf/b", Written { b: true, ..NONE }),
        ("secret,leaf(a)", Written { secret: true, a: true, ..NONE }),
    ] {
        let mask = FieldMask::<Element>::parse(fields).expect("fields of an element");
        let masked = Masked::new(value, mask.clone());
        let public = expected(value, Written { secret: false, ..written });
        assert_text(&masked, &public);
        let mut buf = Vec::new();
        value.write_json_fields(&mut buf, &mask);
        assert_eq!(String::from_utf8_lossy(&buf), public, "{fields}");
        let seen = expected(value, written);
        assert_text(&InView::<Admin, _>::new(&masked), &seen);
        assert_text(&Masked::new(InView::<Admin, _>::new(value), mask), &seen);
        assert_eq!(to_string_with(&masked, &WriteOptions::new().view::<Admin>()), seen, "{fields}");
    }
}

fn elements(len: u8) -> impl Iterator<Item = Element> + Clone {
    (0..len).map(|id| Element { id, secret: 200 + id, leaf: Leaf { a: id % 3, b: "\"é" } })
}

fn by_key(len: u8) -> impl Iterator<Item = (String, Element)> + Clone {
    elements(len).map(|element| (format!("id {}", element.id), element))
}

/// A collection of all elements; for those without `FromIterator`.
fn pushed<C: Default, E: Debug>(len: u8, mut push: impl FnMut(&mut C, Element) -> Result<(), E>) -> C {
    let mut collection = C::default();
    for element in elements(len) {
        push(&mut collection, element).expect("room for it");
    }
    collection
}

#[test]
fn collections_of_other_crates() {
    for len in [0, 1, 2, 7] {
        let all = elements(len);
        check(&all.clone().collect::<smallvec::SmallVec<[Element; 2]>>());
        check(&all.clone().collect::<tinyvec::TinyVec<[Element; 2]>>());
        check(&all.clone().collect::<tinyvec::ArrayVec<[Element; 8]>>());
        check(&all.clone().collect::<arrayvec::ArrayVec<Element, 8>>());
        check(&all.clone().collect::<indexmap::IndexSet<Element>>());
        check(&by_key(len).collect::<indexmap::IndexMap<String, Element>>());
        check(&all.clone().collect::<hashbrown::HashSet<Element>>());
        check(&by_key(len).collect::<hashbrown::HashMap<String, Element>>());
        check(&all.clone().collect::<dashmap::DashSet<Element>>());
        check(&by_key(len).collect::<dashmap::DashMap<String, Element>>());
        check(&all.clone().collect::<heapless::Vec<Element, 8>>());
        check(&pushed(len, |history: &mut heapless::HistoryBuf<Element, 8>, element| {
            history.write(element);
            Ok::<_, ()>(())
        }));
        check(&pushed(len, heapless::Deque::<Element, 8>::push_back));
        check(&pushed(len, heapless::BinaryHeap::<Element, heapless::binary_heap::Max, 8>::push));
        check(&all.clone().collect::<heapless::index_set::FnvIndexSet<Element, 8>>());
        check(&elements(len).map(|element| (element.id, element)).collect::<heapless::LinearMap<u8, Element, 8>>());
        check(
            &elements(len)
                .map(|element| (element.id, element))
                .collect::<heapless::index_map::FnvIndexMap<u8, Element, 8>>(),
        );
        check(
            by_key(len)
                .map(|(key, element)| (key, Some(smallvec::SmallVec::from_buf([element, element]))))
                .collect::<indexmap::IndexMap<String, Option<smallvec::SmallVec<[Element; 2]>>>>()
                .as_slice()
                .values()
                .collect::<Vec<_>>()
                .as_slice(),
        );
    }
}

/// As a field of a type with a mask, and flattened, where the keys are data.
#[test]
fn as_fields() {
    #[derive(ZeroAllocJson, serde::Serialize)]
    #[json(field_mask)]
    struct Page {
        list: smallvec::SmallVec<[Element; 2]>,
        map: indexmap::IndexMap<String, arrayvec::ArrayVec<Element, 2>>,
        #[serde(flatten)]
        rest: indexmap::IndexMap<String, Element>,
    }

    let page = Page {
        list: elements(2).collect(),
        map: [(String::from("k"), elements(1).collect())].into_iter().collect(),
        rest: by_key(2).collect(),
    };
    let mask = |fields: &str| FieldMask::<Page>::parse(fields).expect("fields of a page");
    let id = Written { id: true, ..NONE };
    let whole = Written { secret: false, ..ALL };
    let (list, map) = (expected(&page.list, id), expected(&page.map, Written { a: true, ..NONE }));
    assert_text(&Masked::new(&page, mask("list/id")), &format!("{{\"list\":{list}}}"));
    assert_text(&Masked::new(&page, mask("map(leaf/a)")), &format!("{{\"map\":{map}}}"));
    assert_text(&Masked::new(&page, mask("map(leaf/a),list(id)")), &format!("{{\"list\":{list},\"map\":{map}}}"));
    assert_text(&Masked::new(&page, mask("*")), &expected(&page, whole));
    assert!(FieldMask::<Page>::parse("id").is_err(), "the keys of a map are no fields");
}
