//! Safe code that breaks the promises of its traits: writers that catch panics of others, false objects, constants of
//! the derive's written by hand. The text may be wrong. But the earlier text in the buffer stays, an error leaves the
//! buffer as it was, and nothing is written elsewhere. CI runs the suite with an address sanitizer, too.

use record_runtime::__private::Flatten;
use record_runtime::{Cursor, Dispatch, Error, JsonWriter, ZeroAllocJson, to_vec};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Writes an unfinished text and panics.
struct Unfinished(&'static str);

impl ZeroAllocJson for Unfinished {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        let _lost = c.raw(self.0);
        panic!("on purpose")
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what `serialize_with` calls")]
fn catching_object(_: &u8, w: &mut JsonWriter<'_>) {
    let caught = catch_unwind(AssertUnwindSafe(|| w.value(&Unfinished("{\"a\":1}"))));
    assert!(caught.is_err());
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what `serialize_with` calls")]
fn catching_string(_: &u8, w: &mut JsonWriter<'_>) {
    let caught = catch_unwind(AssertUnwindSafe(|| w.value(&Unfinished("\"name\""))));
    assert!(caught.is_err());
}

/// A text that is said to be an object.
struct Text(&'static str);

impl ZeroAllocJson for Text {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.raw(self.0)
    }
}

/// Grows the buffer, and fails.
struct Long;

impl ZeroAllocJson for Long {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.str(&"y".repeat(5000)).fail(Error::custom("on purpose"))
    }
}

#[derive(ZeroAllocJson)]
struct FlattenedObject {
    a: u64,
    #[json(flatten, serialize_with = "catching_object")]
    b: u8,
    c: String,
}

#[derive(ZeroAllocJson)]
struct FlattenedString {
    a: u64,
    #[json(flatten, serialize_with = "catching_string")]
    b: u8,
    c: String,
}

#[derive(ZeroAllocJson)]
struct Inner {
    #[json(serialize_with = "catching_object")]
    x: u8,
    y: String,
}

#[derive(ZeroAllocJson)]
struct FlattenedStruct {
    #[json(flatten)]
    inner: Inner,
    z: u64,
}

#[derive(ZeroAllocJson)]
struct CaughtThenFlattened<T: ZeroAllocJson> {
    #[json(serialize_with = "catching_object")]
    a: u8,
    #[json(flatten)]
    b: T,
}

#[derive(ZeroAllocJson)]
struct Three<T: ZeroAllocJson, U: ZeroAllocJson> {
    #[json(flatten)]
    a: T,
    #[json(flatten)]
    b: U,
    #[json(flatten)]
    c: U,
}

/// A group that says it continues one, where there is none.
struct Continued<T>(T);

impl<T: ZeroAllocJson> ZeroAllocJson for Continued<T> {
    const __FRAGMENTS: &'static [&'static str] = &["", "", ""];

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.fields1::<Self, 0, _>(Flatten(&self.0))
    }
}

struct Opened<T>(T);

impl<T: ZeroAllocJson> ZeroAllocJson for Opened<T> {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.raw("{{").value(&self.0).raw("}")
    }
}

const PREFIXES: [&str; 5] = ["", "[{", "{{{{", "[[", "{\"a\":"];

/// Writes behind every prefix, with and without room: the prefix stays, and an error leaves nothing else.
fn assert_prefix_stays(value: &impl ZeroAllocJson, fails: bool) {
    for prefix in PREFIXES {
        for spare in [0, 20, 64, 100, 512] {
            let mut buf = Vec::with_capacity(prefix.len() + spare);
            buf.extend_from_slice(prefix.as_bytes());
            let result = value.try_write_json(&mut buf);
            assert!(buf.starts_with(prefix.as_bytes()), "{prefix:?} became {:?}", String::from_utf8_lossy(&buf));
            assert_eq!(result.is_err(), fails, "{prefix:?}: {:?}", String::from_utf8_lossy(&buf));
            if fails {
                assert_eq!(buf, prefix.as_bytes());
            }
        }
    }
}

#[test]
fn panics_that_are_caught_within_a_flattened_value() {
    assert_prefix_stays(&FlattenedObject { a: 1, b: 2, c: "x".repeat(40) }, true);
    assert_prefix_stays(&FlattenedString { a: 1, b: 2, c: "x".repeat(40) }, true);
    assert_prefix_stays(&FlattenedStruct { inner: Inner { x: 1, y: "x".repeat(300) }, z: 7 }, true);
}

#[test]
fn panics_that_are_caught_in_front_of_a_flattened_value() {
    assert_prefix_stays(&CaughtThenFlattened { a: 1, b: Text("5") }, true);
    assert_prefix_stays(&CaughtThenFlattened { a: 1, b: Text("{\"b\":5}") }, true);
    assert_prefix_stays(&CaughtThenFlattened { a: 1, b: Long }, true);
}

#[test]
fn objects_that_are_none() {
    for text in ["5", "{", "}", "[", "[]", "{é", "{\"a\":1", "true", "\"A\""] {
        assert_prefix_stays(&Three { a: Text("{}"), b: Text(text), c: Text("{\"b\":1}") }, true);
        assert_prefix_stays(&Three { a: Text(text), b: Text("{\"b\":1}"), c: Text(text) }, true);
        assert_prefix_stays(&Three { a: Text(text), b: Text(text), c: Text(text) }, true);
    }
    assert_prefix_stays(&Three { a: Long, b: Text("{}"), c: Text("{}") }, true);
    let nothing = Three { a: Text("{}"), b: Text(""), c: Text("null") };
    assert_prefix_stays(&nothing, false);
    assert_eq!(to_vec(&nothing), b"{}");
}

#[test]
fn groups_that_continue_nothing() {
    for text in ["{", "5", "[", "{é"] {
        assert_prefix_stays(&Continued(Text(text)), true);
        assert_prefix_stays(&Continued(Continued(Text(text))), true);
        assert_prefix_stays(&Opened(Continued(Continued(Text(text)))), true);
        assert_prefix_stays(&Opened(Continued(Continued(Continued(Text(text))))), true);
    }
    assert_prefix_stays(&Continued(Continued(Long)), true);
    for text in ["{}", "{\"a\":1}", "null", ""] {
        assert_prefix_stays(&Continued(Text(text)), false);
        let _ = Opened(Continued(Continued(Text(text)))).try_write_json(&mut Vec::new());
    }
}
