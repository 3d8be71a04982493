//! Other people's code that changes its answers, and that panics: at its n-th call, for each n, in everything that a writer
//! calls.

use std::borrow::{Borrow, Cow};
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::ops::Deref;

use record_runtime::{ArrayWriter, Cursor, Dispatch, JsonWriter, PooledBuffer, WriteOptions, ZeroAllocJson};
use record_tests::oracle::quietly;

thread_local! {
    /// Calls of foreign code that are left before one panics.
    static LEFT: Cell<usize> = const { Cell::new(usize::MAX) };
    /// Changes with each call.
    static TURN: Cell<usize> = const { Cell::new(0) };
}

/// The beginning of all foreign code here: a number that changes, or a panic.
fn turn() -> usize {
    let left = LEFT.get();
    assert!(left > 0, "on purpose");
    LEFT.set(left.saturating_sub(1));
    TURN.set(TURN.get() + 1);
    TURN.get()
}

/// A type with a trusted bound, and texts of different lengths.
#[derive(Clone, Copy, ZeroAllocJson)]
enum Word {
    A,
    #[json(rename = "a word that is much longer than the other one is")]
    Long,
}

/// Is one word and then another.
struct Fickle;

impl Borrow<Word> for Fickle {
    fn borrow(&self) -> &Word {
        if turn().is_multiple_of(2) { &Word::A } else { &Word::Long }
    }
}

impl ToOwned for Lent {
    type Owned = Lending;

    fn to_owned(&self) -> Lending {
        Lending
    }
}

/// Transparent, with the bound of the word in it.
#[derive(ZeroAllocJson)]
#[json(transparent)]
struct Lent(Word);

struct Lending;

impl Borrow<Lent> for Lending {
    fn borrow(&self) -> &Lent {
        const SHORT: &Lent = &Lent(Word::A);
        const LONG: &Lent = &Lent(Word::Long);
        if turn().is_multiple_of(2) { SHORT } else { LONG }
    }
}

/// A pointer of its own, which points elsewhere each time.
struct Pointer(#[expect(dead_code, reason = "a size")] u8);

impl Deref for Pointer {
    type Target = str;

    fn deref(&self) -> &str {
        ["", "a\"b", "a text that is longer than sixteen bytes, and than thirty-two"][turn() % 3]
    }
}

impl ZeroAllocJson for Pointer {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.str(self)
    }
}

/// Displays something else each time, in a number of pieces that changes.
struct Shown(#[expect(dead_code, reason = "a size")] u8);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for _ in 0..turn() % 4 {
            f.write_str(["", "\n", "pieces of a text that is displayed"][turn() % 3])?;
        }
        Ok(())
    }
}

/// Hashes everything to the same, or to something else each time.
#[derive(Default)]
struct Hashing(bool);

impl BuildHasher for Hashing {
    type Hasher = Hashing;

    fn build_hasher(&self) -> Hashing {
        Hashing(self.0)
    }
}

impl Hasher for Hashing {
    fn finish(&self) -> u64 {
        if self.0 { turn() as u64 } else { 0 }
    }

    fn write(&mut self, _: &[u8]) {}
}

/// Converts to something else each time.
#[derive(Clone, ZeroAllocJson)]
#[json(into = "Vec<u16>")]
struct Converted;

impl From<Converted> for Vec<u16> {
    fn from(_: Converted) -> Self {
        vec![7; turn() % 100]
    }
}

/// Yields what it likes.
struct Sequence;

impl ZeroAllocJson for Sequence {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.seq((0..turn() % 5).map(|_| turn() as u64))
    }
}

/// A key that is another one each time.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Key(u8);

impl ZeroAllocJson for Key {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        match turn() % 3 {
            0 => c.u64(7),
            1 => c.bool(true),
            _ => c.str("key"),
        }
    }
}

/// Of another kind each time.
struct Entries;

impl ZeroAllocJson for Entries {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        match turn() % 3 {
            0 => c.null(),
            1 => c.object().end(),
            _ => c.object().field("x", &Pointer(0)).end(),
        }
    }
}

fn changes_its_mind<T>(_: &T) -> bool {
    turn().is_multiple_of(2)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what `serialize_with` calls")]
fn written_by(_: &u8, w: &mut JsonWriter<'_>) {
    match turn() % 4 {
        0 => w.null(),
        1 => w.object().field("inner", &Shown(0).to_string()).end(),
        2 => w.seq((0..turn() % 4).map(|_| turn() as u64)),
        _ => w.fmt(format_args!("{}-{}", Shown(0), Shown(1))),
    }
}

#[derive(ZeroAllocJson)]
struct Everything<'a> {
    #[json(skip_serializing_if = "changes_its_mind")]
    first: u8,
    #[json(skip_serializing_if = "changes_its_mind")]
    second: &'a str,
    #[json(flatten)]
    entries: Entries,
    lent: Cow<'a, Lent>,
    lents: Vec<Cow<'a, Lent>>,
    pointer: Pointer,
    #[json(display)]
    shown: Shown,
    converted: Converted,
    hashed: HashMap<u8, Pointer, Hashing>,
    sequence: Sequence,
    keys: BTreeMap<Key, Shouted>,
    #[json(serialize_with = "written_by")]
    written: u8,
    #[json(flatten, skip_serializing_if = "changes_its_mind")]
    more: Entries,
    #[json(skip_serializing_if = "changes_its_mind")]
    last: [u16; 3],
}

#[derive(ZeroAllocJson)]
#[json(html_safe, ascii)]
struct Shouted {
    #[json(display)]
    shown: Shown,
    sequence: Sequence,
}

fn everything() -> Everything<'static> {
    let mut hashed = HashMap::with_hasher(Hashing(false));
    hashed.extend((0..4).map(|key| (key, Pointer(key))));
    Everything {
        first: 1,
        second: "é",
        entries: Entries,
        lent: Cow::Owned(Lending),
        lents: vec![Cow::Owned(Lending), Cow::Borrowed(&Lent(Word::A)), Cow::Owned(Lending)],
        pointer: Pointer(0),
        shown: Shown(0),
        converted: Converted,
        hashed,
        sequence: Sequence,
        keys: (0..3).map(|key| (Key(key), Shouted { shown: Shown(key), sequence: Sequence })).collect(),
        written: 0,
        more: Entries,
        last: [1, 2, 3],
    }
}

/// Whatever was answered, it is JSON.
#[test]
fn answers_that_change() {
    assert!(matches!(Fickle.borrow(), Word::A | Word::Long));
    let value = everything();
    for spare in 0..900 {
        TURN.set(spare);
        let mut buf = b"{".to_vec();
        buf.reserve_exact(spare);
        value.write_json(&mut buf);
        let read = serde_json::from_slice::<serde_json::Value>(&buf[1..]);
        assert!(read.is_ok(), "{spare}: {read:?}: {}", buf.escape_ascii());
        // The capacity is that of other answers: a hint, and no more.
        let mut fitted = Vec::with_capacity(value.json_capacity());
        value.write_json(&mut fitted);
        assert!(serde_json::from_slice::<serde_json::Value>(&fitted).is_ok());
    }
}

/// Runs the work with a panic at the n-th call of foreign code, for each n, until it comes to its end.
fn with_each_panic(mut work: impl FnMut() -> bool, what: &str) {
    for calls in 0..10_000 {
        TURN.set(calls * 7);
        LEFT.set(calls);
        let ended = work();
        LEFT.set(usize::MAX);
        if ended {
            println!("{what}: {calls} calls");
            assert!(calls > 10, "{what}: foreign code is called");
            return;
        }
    }
    panic!("{what}: it never ends");
}

#[test]
fn panics_at_each_call() {
    let value = everything();
    let mut spare = 0;
    with_each_panic(
        || {
            spare = (spare + 37) % 700;
            let mut buf = b"before{".to_vec();
            buf.reserve_exact(spare);
            let ended = quietly(|| value.write_json(&mut buf)).is_ok();
            assert!(ended || buf == b"before{", "{}", buf.escape_ascii());
            ended
        },
        "write_json",
    );
    with_each_panic(|| quietly(|| record_runtime::to_vec(&value)).is_ok(), "to_vec");
    with_each_panic(|| quietly(|| value.json_capacity()).is_ok(), "json_capacity");
    with_each_panic(
        || {
            let mut slice = [0xaa; 3000];
            let ended = quietly(|| value.write_json_to_slice(&mut slice).is_ok());
            assert!(ended.is_ok() || slice == [0xaa; 3000]);
            ended.is_ok()
        },
        "write_json_to_slice",
    );
    with_each_panic(
        || {
            let mut buf = b"before".to_vec();
            let options = WriteOptions::new().pretty().ascii();
            let ended = quietly(|| value.write_json_with(&mut buf, &options)).is_ok();
            assert!(ended || buf == b"before");
            ended
        },
        "write_json_with",
    );
    // The thread's own buffer is whole afterwards.
    assert_eq!(record_runtime::to_string("after"), "\"after\"");
}

#[test]
fn panics_in_streams_and_pooled_buffers() {
    let value = everything();
    with_each_panic(
        || {
            let (mut out, mut buf) = (Vec::new(), Vec::new());
            let mut array = ArrayWriter::new(&mut out, &mut buf);
            array.push(&1).expect("written");
            let ended = quietly(|| array.push(&value)).is_ok();
            // The value that panicked is left out, and the array goes on.
            LEFT.set(usize::MAX);
            array.push(&2).expect("written");
            array.finish().expect("written");
            let read: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
            assert_eq!(read.as_array().map(Vec::len), Some(if ended { 3 } else { 2 }));
            ended
        },
        "ArrayWriter",
    );
    with_each_panic(
        || {
            let ended = quietly(|| {
                let mut buffer = PooledBuffer::checkout();
                assert!(buffer.is_empty());
                value.write_json(&mut buffer);
            });
            ended.is_ok()
        },
        "PooledBuffer",
    );
    assert!(PooledBuffer::checkout().is_empty());
}

/// Destructors of a thread that write, when the buffer that it keeps and its pool may be gone already.
#[test]
fn writing_in_destructors_of_a_thread() {
    struct Late(&'static str);

    impl Drop for Late {
        fn drop(&mut self) {
            let expected = format!("[\"{}\"]", self.0);
            assert_eq!(record_runtime::to_vec(&[self.0]), expected.as_bytes());
            let mut buffer = PooledBuffer::checkout();
            [self.0].write_json(&mut buffer);
            assert_eq!(*buffer, expected.as_bytes());
            assert_eq!([self.0].json_len(), expected.len());
        }
    }

    thread_local! {
        static BEFORE: Cell<Option<Late>> = const { Cell::new(None) };
        static AFTER: Cell<Option<Late>> = const { Cell::new(None) };
    }

    for _ in 0..20 {
        std::thread::spawn(|| {
            // Destructors run in the order of first use, or against it: one is before the runtime's, one behind.
            BEFORE.set(Some(Late("before")));
            assert_eq!(record_runtime::to_vec("x"), b"\"x\"");
            drop(PooledBuffer::checkout());
            AFTER.set(Some(Late("after")));
        })
        .join()
        .expect("no destructor panics");
    }
}

/// The process ends while threads write and hold buffers: with the status that it was given.
#[test]
fn exit_with_work_under_way() {
    const CHILD: &str = "RECORD_HOSTILE_EXIT";
    if std::env::var_os(CHILD).is_some() {
        for _ in 0..4 {
            std::thread::spawn(|| {
                let text = "x".repeat(10_000);
                loop {
                    let mut buffer = PooledBuffer::checkout();
                    vec![&text; 10].write_json(&mut buffer);
                    assert_eq!(record_runtime::to_vec(&text).len(), 10_002);
                }
            });
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
        std::process::exit(7);
    }
    let program = std::env::current_exe().expect("this program");
    for _ in 0..10 {
        let status = std::process::Command::new(&program)
            .args(["--exact", "lies::exit_with_work_under_way"])
            .env(CHILD, "1")
            .stdout(std::process::Stdio::null())
            .status()
            .expect("it runs");
        assert_eq!(status.code(), Some(7), "{status}");
    }
}
