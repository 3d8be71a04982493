use std::alloc::{GlobalAlloc, Layout, System, set_alloc_error_hook};
use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr;
use std::sync::Once;

use record_runtime::{
    ArrayWriter, BufferPool, Cursor, Dispatch, JsonWriter, PoolLimits, WriteOptions, ZeroAllocJson, append_json_lines,
    to_string, to_string_pretty, to_vec, to_writer,
};
use serde::Serialize;

thread_local! {
    /// How many more allocations of the thread succeed, of those that ask for `LARGE` bytes or more. One fails then; those
    /// after it succeed.
    static LEFT: Cell<Option<usize>> = const { Cell::new(None) };
}

/// Smaller ones are the tests' own, and an unwinding's.
const LARGE: usize = 64;

/// The system's allocator, with one allocation that fails.
struct Failing;

fn fails(size: usize) -> bool {
    if size < LARGE {
        return false;
    }
    let left = LEFT.get();
    LEFT.set(left.and_then(|left| left.checked_sub(1)));
    left == Some(0)
}

// SAFETY: every method passes its arguments on to `System`, which upholds the contract, or reports a failure by null. The
// count is a constant-initialised thread-local without a destructor.
unsafe impl GlobalAlloc for Failing {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if fails(layout.size()) {
            return ptr::null_mut();
        }
        // SAFETY: the caller's contract is that of `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if fails(size) {
            return ptr::null_mut();
        }
        // SAFETY: the caller's contract is that of `System`, which allocated the block.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's contract is that of `System`, which allocated the block.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Failing = Failing;

struct OutOfMemory;

/// Runs with one allocation that fails, after `succeeding` ones. `None` if it unwound, and whether the allocation was
/// reached at all.
fn with_failure<R>(succeeding: usize, run: impl FnOnce() -> R) -> (Option<R>, bool) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| set_alloc_error_hook(|_| resume_unwind(Box::new(OutOfMemory))));
    LEFT.set(Some(succeeding));
    let result = catch_unwind(AssertUnwindSafe(run));
    let reached = LEFT.replace(None).is_none();
    if let Err(payload) = &result {
        assert!(payload.is::<OutOfMemory>(), "another panic");
    }
    (result.ok(), reached)
}

/// Writes its texts one by one, and goes on where one of them unwinds.
struct Catches<'a>(&'a [String]);

impl fmt::Display for Catches<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for text in self.0 {
            let _ = catch_unwind(AssertUnwindSafe(|| f.write_str(text)));
        }
        f.write_str("after")
    }
}

#[derive(Serialize)]
struct Plain {
    texts: Vec<String>,
    numbers: Vec<f64>,
}

/// The same by functions that catch what unwinds.
#[derive(ZeroAllocJson)]
struct Value {
    #[json(serialize_with = "catching")]
    texts: Vec<String>,
    numbers: Vec<f64>,
}

fn catching(texts: &Vec<String>, w: &mut JsonWriter<'_>) {
    let _ = catch_unwind(AssertUnwindSafe(|| w.value(texts)));
}

/// By hand, its `Display`s within.
struct Displayed<'a>(Catches<'a>);

impl ZeroAllocJson for Displayed<'_> {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.seq([format_args!("{}", self.0), format_args!("{} again", self.0)])
    }
}

fn texts() -> Vec<String> {
    // Escapes make a text grow the buffer more than once.
    vec!["\u{1}".repeat(700), "y".repeat(900), "\u{1}z".repeat(2_000), "<é>".repeat(1_000)]
}

/// Calls `write` with each of the allocations of a call failing in turn. In a call that unwinds or fails the buffer is as
/// it was; a call that does neither wrote `expected`.
#[track_caller]
fn assert_each_failure(expected: &[u8], mut write: impl FnMut(&mut Vec<u8>) -> bool) {
    const PREFIX: &[u8] = b"before";
    for spare in [0, 1, 70, 500, 3_000] {
        for succeeding in 0.. {
            let mut buf = Vec::with_capacity(PREFIX.len() + spare);
            buf.extend_from_slice(PREFIX);
            let neighbour = vec![0x55_u8; 500];
            let (ok, reached) = with_failure(succeeding, || write(&mut buf));
            assert!(neighbour.iter().all(|byte| *byte == 0x55));
            if ok == Some(true) {
                assert!(buf == [PREFIX, expected].concat(), "failure {succeeding}, {spare} spare");
            } else {
                assert_eq!(buf, PREFIX, "failure {succeeding}, {spare} spare");
            }
            // And it is as good as new.
            buf.truncate(PREFIX.len());
            assert!(write(&mut buf));
            assert!(buf == [PREFIX, expected].concat());
            if !reached {
                break;
            }
        }
    }
}

#[test]
fn appending() {
    let texts = texts();
    let json = |value: &dyn erased::Json| value.json();
    let plain = Plain { texts: texts.clone(), numbers: vec![1.5; 300] };
    let value = Value { texts: texts.clone(), numbers: vec![1.5; 300] };
    assert_each_failure(&json(&plain), |buf| value.try_write_json(buf).is_ok());

    let all = texts.concat() + "after";
    let displayed = Displayed(Catches(&texts));
    assert_each_failure(&json(&[all.clone(), all.clone() + " again"]), |buf| displayed.try_write_json(buf).is_ok());
    assert_each_failure(&json(&all), |buf| format_args!("{}", Catches(&texts)).try_write_json(buf).is_ok());

    let mut pretty = serde_json::to_vec_pretty(&plain).expect("JSON");
    assert_each_failure(&pretty, |buf| value.try_write_json_with(buf, &WriteOptions::new().pretty()).is_ok());
    pretty = json(&plain);
    let escaped = String::from_utf8(pretty).expect("UTF-8").replace('<', "\\u003c").replace('>', "\\u003e");
    let html = WriteOptions::new().html_safe();
    assert_each_failure(escaped.as_bytes(), |buf| value.try_write_json_with(buf, &html).is_ok());
}

/// Slices that are long enough, and some that are not.
#[test]
fn slices() {
    let value = Value { texts: texts(), numbers: vec![1.5; 300] };
    let expected = to_vec(&value);
    let whole = expected.len();
    for len in [whole, whole + 1, whole + 63, whole + 64, whole + 2_000, whole - 1, whole / 2, 2_000, 100, 0] {
        for succeeding in 0.. {
            let mut slice = vec![b'.'; len];
            let (result, reached) = with_failure(succeeding, || value.write_json_to_slice(&mut slice));
            if let Some(Ok(len)) = result {
                assert!(slice[..len] == expected);
            }
            if !reached {
                break;
            }
        }
    }
}

#[test]
fn owned_texts() {
    let value = Value { texts: texts(), numbers: vec![1.5; 300] };
    let expected = String::from_utf8(to_vec(&value)).expect("UTF-8");
    let pretty = to_string_pretty(&value);
    for succeeding in 0..40 {
        // An error is a panic here; the runtime's own has a message instead of the hook's payload.
        let own = |run: &dyn Fn() -> String, expected: &str| {
            let (text, _) = with_failure(succeeding, || catch_unwind(AssertUnwindSafe(run)).ok());
            if let Some(Some(text)) = text {
                assert_eq!(text, expected);
            }
            assert_eq!(run(), expected, "after failure {succeeding}");
        };
        own(&|| to_string(&value), &expected);
        own(&|| to_string_pretty(&value), &pretty);
        let (written, _) = with_failure(succeeding, || {
            let mut out = Vec::new();
            to_writer(&mut out, &value).map(|()| out)
        });
        if let Some(Ok(out)) = written {
            assert_eq!(out, expected.as_bytes());
        }
    }
}

/// Values that were whole before the failure stay whole.
#[test]
fn lines_streams_and_pools() {
    let values = || (0..3).map(|_| Value { texts: texts(), numbers: vec![1.5; 30] });
    let line = to_string(&values().next().expect("three")) + "\n";
    for succeeding in 0..40 {
        let mut buf = Vec::new();
        let (_, _) = with_failure(succeeding, || append_json_lines(values(), &mut buf).is_ok());
        assert_eq!(buf, line.repeat(buf.len() / line.len()).as_bytes());

        let (mut out, mut buf) = (Vec::new(), Vec::new());
        let whole = with_failure(succeeding, || {
            let mut array = ArrayWriter::new(&mut out, &mut buf);
            for value in values() {
                array.push(&value)?;
            }
            array.finish()
        });
        if let (Some(Ok(len)), _) = whole {
            assert_eq!(out.len() as u64, len);
            serde_json::from_slice::<serde_json::Value>(&out).expect("JSON");
        }

        let pool = BufferPool::new(PoolLimits::default());
        let (_, _) = with_failure(succeeding, || {
            let mut loan = pool.checkout(0);
            values().next().expect("three").try_write_json(&mut loan).is_ok()
        });
        let mut loan = pool.checkout(0);
        assert!(loan.is_empty());
        values().next().expect("three").write_json(&mut loan);
        assert_eq!(*loan, line.trim_end().as_bytes());
    }
}

/// `serde_json` on values of several types.
mod erased {
    pub(super) trait Json {
        fn json(&self) -> Vec<u8>;
    }

    impl<T: serde::Serialize> Json for T {
        fn json(&self) -> Vec<u8> {
            serde_json::to_vec(self).expect("JSON")
        }
    }
}
