//! The few values that cannot be written: every entry point reports them, and the buffer is as it was, however much had
//! been written before.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;
use std::rc::Rc;
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, SystemTime};

use record_runtime::ZeroAllocJson;
use record_tests::models::{Response, User};
use record_tests::oracle::{assert_refused, assert_same, assert_same_text, quietly};
use serde::Serialize;

/// A value deep inside another, after more output than any first buffer holds.
#[derive(Serialize, ZeroAllocJson)]
struct Deep<'a, T> {
    responses: Vec<Response<'a>>,
    middle: Middle<T>,
    users: Vec<User>,
}

type Entry<T> = Box<(u64, Level<T>, String)>;

#[derive(Serialize, ZeroAllocJson)]
enum Middle<T> {
    Levels(BTreeMap<String, Vec<Option<Entry<T>>>>),
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(tag = "tag")]
enum Level<T> {
    Struct { before: u8, value: T, after: &'static str },
}

fn deep<T>(value: T) -> Deep<'static, T> {
    let level = Level::Struct { before: 1, value, after: "after" };
    let entry = Some(Box::new((u64::MAX, level, String::from("text\n"))));
    Deep {
        responses: vec![Response::example(), Response::example()],
        middle: Middle::Levels(BTreeMap::from([(String::from("key"), vec![None, entry, None])])),
        users: vec![User::example(3)],
    }
}

/// The value alone, in every kind of container, and deep inside.
#[track_caller]
fn assert_refused_everywhere<T: ZeroAllocJson + Serialize>(value: T) {
    let message = assert_refused(&value);
    assert!(!message.is_empty(), "an error without a message");
    assert_refused(&Some(&value));
    assert_refused(&[&value, &value]);
    assert_refused(&(1, "x", &value, "y", 2));
    assert_refused(&BTreeMap::from([("a", &value), ("b", &value)]));
    assert_refused(&Ok::<_, ()>(&value));
    let message_when_deep = assert_refused(&deep(value));
    assert_eq!(message, message_when_deep);
}

/// Poisons the lock that is taken by `run`, which then panics.
fn poison(run: impl FnOnce()) {
    assert!(quietly(run).is_err(), "the panic that poisons");
}

#[test]
fn a_value_that_can_be_written_is() {
    assert_same(&deep(1));
    assert_same(&deep("x"));
}

#[test]
fn a_poisoned_mutex() {
    let mutex = Mutex::new(1);
    poison(|| {
        let _guard = mutex.lock();
        panic!("on purpose");
    });
    assert_refused_everywhere(&mutex);
    mutex.clear_poison();
    assert_same_text(&mutex, "1");
    let shared = Arc::new(mutex);
    assert_same(&shared);
}

#[test]
fn a_poisoned_lock() {
    let lock = RwLock::new("x");
    poison(|| {
        let _guard = lock.write();
        panic!("on purpose");
    });
    assert_refused_everywhere(&lock);
    lock.clear_poison();
    assert_same_text(&lock, "\"x\"");
}

#[test]
fn a_cell_that_is_borrowed() {
    let cell = Rc::new(RefCell::new(vec![1]));
    {
        let _borrow = cell.borrow_mut();
        assert_refused_everywhere(&cell);
    }
    assert_same_text(&cell, "[1]");
}

#[test]
fn a_time_before_the_epoch() {
    let before = SystemTime::UNIX_EPOCH.checked_sub(Duration::from_nanos(1)).expect("representable");
    assert_refused_everywhere(before);
}

#[cfg(unix)]
#[test]
fn a_path_that_is_not_utf_8() {
    use std::os::unix::ffi::OsStrExt;
    for bytes in [b"\xff".as_slice(), b"a very long path, all clean but for its end /////////////////////\xc3"] {
        assert_refused_everywhere(Path::new(OsStr::from_bytes(bytes)));
        assert_refused_everywhere(Path::new(OsStr::from_bytes(bytes)).to_path_buf());
    }
}

#[derive(Serialize, ZeroAllocJson)]
#[expect(dead_code, reason = "fields of skipped variants are never read")]
enum Partly {
    Known,
    #[serde(skip)]
    Unit,
    #[serde(skip_serializing)]
    Newtype(u8),
    #[serde(skip)]
    Tuple(u8, u8),
    #[serde(skip)]
    Struct {
        #[serde(rename = "f")]
        field: u8,
    },
}

#[derive(Serialize, ZeroAllocJson)]
#[expect(dead_code, reason = "fields of skipped variants are never read")]
#[serde(tag = "t")]
enum PartlyInternal {
    Known,
    #[serde(skip)]
    Struct {
        field: u8,
    },
}

#[derive(Serialize, ZeroAllocJson)]
#[expect(dead_code, reason = "fields of skipped variants are never read")]
#[serde(tag = "t", content = "c")]
enum PartlyAdjacent {
    Known,
    #[serde(skip)]
    Newtype(u8),
}

#[derive(Serialize, ZeroAllocJson)]
#[expect(dead_code, reason = "fields of skipped variants are never read")]
#[serde(untagged)]
enum PartlyUntagged {
    Known(u8),
    #[serde(skip)]
    Struct {
        field: u8,
    },
}

#[derive(Serialize, ZeroAllocJson)]
enum PartlyUnits {
    Known,
    #[serde(skip)]
    Hidden,
}

#[test]
fn skipped_variants() {
    assert_same(&deep(Partly::Known));
    for value in [Partly::Unit, Partly::Newtype(1), Partly::Tuple(1, 2), Partly::Struct { field: 1 }] {
        assert_refused_everywhere(value);
    }
    assert_same(&deep(PartlyInternal::Known));
    assert_refused_everywhere(PartlyInternal::Struct { field: 1 });
    assert_same(&deep(PartlyAdjacent::Known));
    assert_refused_everywhere(PartlyAdjacent::Newtype(1));
    assert_same(&deep(PartlyUntagged::Known(1)));
    assert_refused_everywhere(PartlyUntagged::Struct { field: 1 });
    assert_same(&deep(PartlyUnits::Known));
    assert_refused_everywhere(PartlyUnits::Hidden);
}

#[test]
fn the_message_names_a_skipped_variant() {
    let expected = "the enum variant Partly::Tuple cannot be serialized";
    assert_eq!(serde_json::to_vec(&Partly::Tuple(1, 2)).expect_err("skipped").to_string(), expected);
    assert_eq!(assert_refused(&Partly::Tuple(1, 2)), expected);
    assert_eq!(assert_refused(&PartlyUnits::Hidden), "the enum variant PartlyUnits::Hidden cannot be serialized");
}

/// `write_json` has no result: it panics, with the buffer as it was.
#[test]
fn write_json_panics_and_restores_the_buffer() {
    let cell = RefCell::new(1);
    let value = deep(&cell);
    let mut buf = b"before".to_vec();
    {
        let _borrow = cell.borrow_mut();
        let result = quietly(|| value.write_json(&mut buf));
        assert!(result.is_err(), "no panic");
        assert_eq!(buf, b"before");
    }
    value.write_json(&mut buf);
    let expected = serde_json::to_vec(&value).expect("no longer borrowed");
    assert_eq!(buf, [b"before".as_slice(), &expected].concat());
}

/// The first of several errors is the one reported.
#[test]
fn the_first_error_is_reported() {
    let early = SystemTime::UNIX_EPOCH.checked_sub(Duration::from_secs(1)).expect("representable");
    let cell = RefCell::new(1);
    let _borrow = cell.borrow_mut();
    let time_first = assert_refused(&(&early, &cell));
    let cell_first = assert_refused(&(&cell, &early));
    assert_eq!(time_first, assert_refused(&early));
    assert_eq!(cell_first, assert_refused(&cell));
    assert_ne!(time_first, cell_first);
}

/// The writer's own error is the one that `to_writer` reports.
#[test]
fn a_writer_that_fails() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is full"))
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let error = record_runtime::to_writer(Full, &deep(1)).expect_err("nothing can be written");
    assert_eq!(error.to_string(), "the disk is full");
}
