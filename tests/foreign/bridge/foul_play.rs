//! `Serialize` implementations that fail, panic, or hide that a part did. The earlier text in the buffer stays, nothing
//! is written out of bounds (the suite runs under `AddressSanitizer`), and the call reports an error.

use std::fmt;
use std::panic::AssertUnwindSafe;

use record_runtime::{Serde, ZeroAllocJson};
use record_tests::oracle::{assert_error, assert_like, quietly};
use serde::Serialize;
use serde::ser::{Error as _, SerializeMap, SerializeSeq, SerializeStruct, Serializer};

use super::{assert_bridged_everywhere, assert_field};

/// Long enough that a buffer grows while it is written, so that positions before it are stale.
const LONG: usize = 10_000;

struct Fails;

impl Serialize for Fails {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(None)?;
        for _ in 0..LONG {
            seq.serialize_element("a part that is written")?;
        }
        Err(S::Error::custom(format_args!("it failed {} times", 1)))
    }
}

struct Panics;

impl Serialize for Panics {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(None)?;
        for _ in 0..LONG {
            seq.serialize_element("a part that is written")?;
        }
        panic!("on purpose")
    }
}

#[test]
fn errors_are_reported_wherever_they_are() {
    assert_bridged_everywhere(Fails);
    assert_field(Fails);
}

#[test]
fn a_panic_goes_on_and_leaves_the_buffer() {
    let mut buf = b"before".to_vec();
    for _ in 0..2 {
        assert!(quietly(|| Serde((1, Panics)).try_write_json(&mut buf)).is_err(), "no panic");
        assert_eq!(buf, b"before");
    }
    Serde(1).write_json(&mut buf);
    assert_eq!(buf, b"before1");
}

/// A value that swallows the failure of a part, and goes on.
struct Swallows<T>(T, How);

#[derive(Clone, Copy)]
enum How {
    Sequence,
    Map,
    Key,
    Struct,
}

impl<T: Serialize> Swallows<T> {
    /// Whether the part failed, in whichever way.
    fn hide<E>(run: impl FnOnce() -> Result<(), E>) -> bool {
        !matches!(quietly(AssertUnwindSafe(run)), Ok(Ok(())))
    }
}

impl<T: Serialize> Serialize for Swallows<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.1 {
            How::Sequence => {
                let mut seq = serializer.serialize_seq(None)?;
                assert!(Self::hide(|| seq.serialize_element(&self.0)));
                assert!(seq.serialize_element(&vec![0; LONG]).is_err());
                seq.end()
            }
            How::Map => {
                let mut map = serializer.serialize_map(None)?;
                map.serialize_key("k")?;
                assert!(Self::hide(|| map.serialize_value(&self.0)));
                assert!(map.serialize_entry("l", &1).is_err());
                map.end()
            }
            How::Key => {
                let mut map = serializer.serialize_map(None)?;
                assert!(Self::hide(|| map.serialize_key(&self.0)));
                assert!(map.serialize_value(&1).is_err());
                map.end()
            }
            How::Struct => {
                let mut fields = serializer.serialize_struct("Name", 2)?;
                assert!(Self::hide(|| fields.serialize_field("a", &self.0)));
                assert!(fields.serialize_field("b", &1).is_err());
                fields.end()
            }
        }
    }
}

#[test]
fn a_hidden_failure_is_still_one() {
    for how in [How::Sequence, How::Map, How::Key, How::Struct] {
        assert_error(&Serde(Swallows(Fails, how)));
        assert_error(&Serde((1, [Swallows(Fails, how)], 2)));
        assert_error(&Serde(Swallows(Swallows(Panics, how), how)));
        assert_error(&Serde(Swallows(Panics, how)));
        assert_error(&vec![Serde(Swallows(Panics, how))]);
    }
    assert_eq!(assert_error(&Serde(Swallows(Fails, How::Map))), "a part of the value failed before");
}

/// The rest of a `Serialize` runs no more once something was refused, as with `serde_json`.
#[test]
fn nothing_runs_behind_an_error() {
    struct Unreachable;
    impl Serialize for Unreachable {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            panic!("it ran")
        }
    }

    struct Displayed;
    impl fmt::Display for Displayed {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            Err(fmt::Error)
        }
    }
    impl Serialize for Displayed {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(self)
        }
    }

    struct Entry<K>(K);
    impl<K: Serialize> Serialize for Entry<K> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(None)?;
            map.serialize_key(&self.0)?;
            map.serialize_value(&Unreachable)?;
            map.end()
        }
    }

    assert_bridged_everywhere(Entry(f64::NAN));
    assert_bridged_everywhere(Entry(Some(f32::INFINITY)));
    assert_bridged_everywhere(Entry(vec![1]));
    let displayed = "a Display implementation returned an error";
    assert_eq!(assert_error(&Serde(Entry(Displayed))), displayed);
    assert_eq!(assert_error(&Serde((Displayed, Unreachable))), displayed);
}

/// A value that leaves its serializer alone and makes an error of its own.
#[test]
fn nothing_written_but_an_error() {
    struct Nothing;
    impl Serialize for Nothing {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(S::Error::custom("nothing"))
        }
    }
    assert_bridged_everywhere(Nothing);
    assert_eq!(assert_error(&("x".repeat(LONG), Serde(Nothing))), "nothing");
}

/// A function that calls the bridge from within a `Display`: calls of their own, with their own buffers.
#[test]
fn calls_within_calls() {
    struct Nested;
    impl std::fmt::Display for Nested {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(&record_runtime::to_string(&Serde(("inner", 1))))
        }
    }
    impl Serialize for Nested {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(self)
        }
    }
    assert_like(&Serde([Nested, Nested]), &[Nested, Nested]);
}
