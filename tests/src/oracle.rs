//! The oracle: one value, every way to write it, against `serde_json`.
//!
//! Each check has two forms: `compare_*` returns the first [`Difference`], for tests that go on (properties, random
//! types); `assert_*` panics with it at the caller.

use std::cell::Cell;
use std::fmt::{self, Display};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;
use std::thread;

use record_runtime::__private::{Backend, write_json_on};
use record_runtime::{DynJson, SliceError, WriteOptions, ZeroAllocJson};
use serde::Serialize;

/// The text in the buffer before a value is appended. It ends in `{`, so that a writer which looks at the byte before
/// its own to decide about a comma is caught.
const PREFIX: &[u8] = b"before\"[{";

/// How much of both texts a failure shows on either side of the first difference.
const CONTEXT_BYTES: usize = 60;

/// The first entry point whose result is not what it must be.
#[derive(Debug)]
pub struct Difference {
    entry_point: &'static str,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Text { found: Vec<u8>, expected: Vec<u8> },
    Refused(String),
    NotRefused { found: Vec<u8> },
    Other(String),
}

impl Difference {
    fn other(entry_point: &'static str, message: &str, expected: &[u8]) -> Self {
        Self { entry_point, kind: Kind::Other(format!("{message}: {}", around(expected, 0))) }
    }
}

impl Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ", self.entry_point)?;
        match &self.kind {
            Kind::Text { found, expected } => {
                let at = found.iter().zip(expected).take_while(|(a, b)| a == b).count();
                writeln!(
                    f,
                    "wrote other bytes, first at offset {at} ({} bytes written, {} expected)",
                    found.len(),
                    expected.len()
                )?;
                writeln!(f, "  expected: {}", around(expected, at))?;
                write!(f, "  written:  {}", around(found, at))
            }
            Kind::Refused(error) => write!(f, "refused a value that serde_json writes: {error}"),
            Kind::NotRefused { found } => {
                write!(f, "wrote a value that it must refuse: {}", around(found, 0))
            }
            Kind::Other(message) => f.write_str(message),
        }
    }
}

/// The bytes around `at`, with everything that is not printable ASCII escaped.
fn around(bytes: &[u8], at: usize) -> String {
    let start = at.saturating_sub(CONTEXT_BYTES);
    let end = bytes.len().min(at.saturating_add(CONTEXT_BYTES));
    let mut shown = String::new();
    if start > 0 {
        shown.push('…');
    }
    shown.push_str(&bytes[start..at.min(end)].escape_ascii().to_string());
    shown.push('⟨');
    shown.push_str(&bytes[at.min(end)..end].escape_ascii().to_string());
    shown.push('⟩');
    if end < bytes.len() {
        shown.push('…');
    }
    shown
}

/// Compares every entry point with `expected`.
///
/// # Errors
///
/// The first difference.
pub fn compare_bytes<T: ZeroAllocJson + ?Sized>(value: &T, expected: &[u8]) -> Result<(), Difference> {
    compare_append(value, expected)?;
    same_text("to_vec", &record_runtime::to_vec(value), expected)?;
    same_text("to_string", record_runtime::to_string(value).as_bytes(), expected)?;
    let mut written = PREFIX.to_vec();
    record_runtime::to_writer(&mut written, value).map_err(|error| refused("to_writer", &error))?;
    let prefixed = [PREFIX, expected].concat();
    same_text("to_writer", &written, &prefixed)?;

    compare_slices(value, expected)?;
    let object: &dyn DynJson = &value;
    same_text("to_vec of a trait object", &record_runtime::to_vec(object), expected)?;

    for backend in Backend::ALL {
        let mut buf = PREFIX.to_vec();
        // `None`: not on this CPU.
        if let Some(result) = write_json_on(*backend, value, &mut buf) {
            result.map_err(|error| refused(name_of(*backend), &error))?;
            same_text(name_of(*backend), &buf, &prefixed)?;
        }
    }
    Ok(())
}

/// Slices that are one byte too short, exactly long enough, and longer.
fn compare_slices<T: ZeroAllocJson + ?Sized>(value: &T, expected: &[u8]) -> Result<(), Difference> {
    const ENTRY_POINT: &str = "write_json_to_slice";
    const FILLER: u8 = 0xaa;
    for extra in [0, 1, 63, 64, 200, 2000] {
        let mut slice = vec![FILLER; expected.len() + extra];
        let len = value.write_json_to_slice(&mut slice).map_err(|error| refused(ENTRY_POINT, &error))?;
        same_text(ENTRY_POINT, &slice[..len], expected)?;
    }
    for missing in [1, expected.len() / 2 + 1, expected.len()] {
        let mut slice = vec![FILLER; expected.len() - missing];
        match value.write_json_to_slice(&mut slice) {
            Err(SliceError::TooShort { missing: found }) if found == missing => {}
            other => {
                return Err(Difference::other(
                    ENTRY_POINT,
                    &format!("{other:?} where {missing} are missing"),
                    expected,
                ));
            }
        }
        if slice.iter().any(|byte| *byte != FILLER) {
            return Err(Difference::other(ENTRY_POINT, "wrote to a slice that is too short", expected));
        }
    }
    Ok(())
}

fn name_of(backend: Backend) -> &'static str {
    match backend {
        Backend::Swar => "write_json on the backend Swar",
        Backend::Sse2 => "write_json on the backend Sse2",
        Backend::Avx2 => "write_json on the backend Avx2",
        Backend::Avx512 => "write_json on the backend Avx512",
        _ => "write_json on a backend that this test cannot name",
    }
}

/// Compares the methods of the trait with `expected`: the part of [`compare_bytes`] that is instantiated for hundreds of
/// types, and small for that reason.
///
/// # Errors
///
/// The first difference.
pub fn compare_append<T: ZeroAllocJson + ?Sized>(value: &T, expected: &[u8]) -> Result<(), Difference> {
    let mut written = Appended {
        prefixed: PREFIX.to_vec(),
        tried: PREFIX.to_vec(),
        fitted: Vec::with_capacity(value.json_capacity()),
        max_len: T::MAX_JSON_LEN,
        len: value.json_len(),
    };
    let fitted_capacity = written.fitted.capacity();
    // First, because it is the one that does not panic.
    value.try_write_json(&mut written.tried).map_err(|error| refused("try_write_json", &error))?;
    value.write_json(&mut written.prefixed);
    value.write_json(&mut written.fitted);
    written.compare(expected, fitted_capacity)
}

/// The output of the trait's methods. It is apart from [`compare_append`], so that comparing is not instantiated per
/// type.
struct Appended {
    prefixed: Vec<u8>,
    tried: Vec<u8>,
    /// Had the capacity that `json_capacity` asked for.
    fitted: Vec<u8>,
    max_len: Option<usize>,
    /// The answer of `json_len`.
    len: usize,
}

impl Appended {
    fn compare(&self, expected: &[u8], fitted_capacity: usize) -> Result<(), Difference> {
        let prefixed = [PREFIX, expected].concat();
        same_text("write_json", &self.prefixed, &prefixed)?;
        same_text("try_write_json", &self.tried, &prefixed)?;
        same_text("write_json into a buffer of json_capacity", &self.fitted, expected)?;

        if self.len != expected.len() {
            let message = format!("{} for a text of {} bytes", self.len, expected.len());
            return Err(Difference::other("json_len", &message, expected));
        }
        if self.fitted.capacity() != fitted_capacity {
            let message = format!("{fitted_capacity} was not enough for a text of {} bytes", expected.len());
            return Err(Difference::other("json_capacity", &message, expected));
        }
        if let Some(max_len) = self.max_len
            && max_len < expected.len()
        {
            let message = format!("{max_len} is less than a text of {} bytes", expected.len());
            return Err(Difference::other("MAX_JSON_LEN", &message, expected));
        }
        Ok(())
    }
}

fn refused(entry_point: &'static str, error: &dyn Display) -> Difference {
    Difference { entry_point, kind: Kind::Refused(error.to_string()) }
}

fn same_text(entry_point: &'static str, found: &[u8], expected: &[u8]) -> Result<(), Difference> {
    if found == expected {
        return Ok(());
    }
    Err(Difference { entry_point, kind: Kind::Text { found: found.to_vec(), expected: expected.to_vec() } })
}

/// Compares every entry point with what `serde_json` writes for `reference`.
///
/// # Errors
///
/// The first difference.
///
/// # Panics
///
/// If `serde_json` refuses `reference`: then the test is wrong.
pub fn compare_like<T, R>(value: &T, reference: &R) -> Result<(), Difference>
where
    T: ZeroAllocJson + ?Sized,
    R: Serialize + ?Sized,
{
    let expected = serde_json::to_vec(reference).expect("serde_json writes the reference");
    compare_bytes(value, &expected)?;

    let pretty = serde_json::to_vec_pretty(reference).expect("serde_json writes the reference");
    let mut buf = PREFIX.to_vec();
    let options = WriteOptions::new().pretty();
    value.try_write_json_with(&mut buf, &options).map_err(|error| refused("try_write_json_with", &error))?;
    same_text("try_write_json_with, indented", &buf, &[PREFIX, &pretty].concat())
}

/// Compares every entry point with what `serde_json` writes for the same value.
///
/// # Errors
///
/// The first difference.
pub fn compare_same<T: ZeroAllocJson + Serialize + ?Sized>(value: &T) -> Result<(), Difference> {
    compare_like(value, value)
}

/// Compares the refusal of `value` with that of `serde_json`. Every entry point reports an error, and the buffer is as
/// it was before.
///
/// # Errors
///
/// The first entry point that wrote something.
///
/// # Panics
///
/// If `serde_json` writes the value: then the test is wrong.
pub fn compare_refused<T: ZeroAllocJson + Serialize + ?Sized>(value: &T) -> Result<String, Difference> {
    assert!(serde_json::to_vec(value).is_err(), "serde_json writes the value");
    compare_error(value)
}

/// Asserts that a value is refused, and the buffer as it was: the part of [`compare_error`] that is instantiated for
/// hundreds of types.
///
/// # Errors
///
/// Its output.
pub fn compare_failure<T: ZeroAllocJson + ?Sized>(value: &T) -> Result<(), Difference> {
    let mut buf = PREFIX.to_vec();
    match value.try_write_json(&mut buf) {
        Ok(()) => Err(Difference { entry_point: "try_write_json", kind: Kind::NotRefused { found: buf } }),
        Err(_) => same_text("try_write_json", &buf, PREFIX),
    }
}

/// As [`compare_refused`], for a value that `serde_json` does not know. Returns the message.
///
/// # Errors
///
/// The first entry point that wrote something.
pub fn compare_error<T: ZeroAllocJson + ?Sized>(value: &T) -> Result<String, Difference> {
    let mut buf = PREFIX.to_vec();
    let error = match value.try_write_json(&mut buf) {
        Ok(()) => return Err(Difference { entry_point: "try_write_json", kind: Kind::NotRefused { found: buf } }),
        Err(error) => error,
    };
    same_text("try_write_json", &buf, PREFIX)?;
    let mut written = Vec::new();
    if record_runtime::to_writer(&mut written, value).is_ok() || !written.is_empty() {
        return Err(Difference { entry_point: "to_writer", kind: Kind::NotRefused { found: written } });
    }

    // Without a result, the others panic.
    if quietly(|| value.write_json(&mut buf)).is_ok() {
        return Err(Difference { entry_point: "write_json", kind: Kind::NotRefused { found: buf } });
    }
    same_text("write_json", &buf, PREFIX)?;
    if let Ok(found) = quietly(|| record_runtime::to_vec(value)) {
        return Err(Difference { entry_point: "to_vec", kind: Kind::NotRefused { found } });
    }
    if let Ok(found) = quietly(|| record_runtime::to_string(value)) {
        return Err(Difference { entry_point: "to_string", kind: Kind::NotRefused { found: found.into_bytes() } });
    }
    // The path is this crate's own; the rest is what serde_json says.
    let (path, message) = (error.path(), error.message().to_string());
    let shown = if path.is_empty() { message.clone() } else { format!("{path}: {message}") };
    if error.to_string() != shown {
        return Err(Difference::other("Error", &error.to_string(), shown.as_bytes()));
    }
    Ok(message)
}

/// Runs what may panic, without the report of the panic on the terminal.
///
/// # Errors
///
/// The panic's payload.
pub fn quietly<R>(run: impl FnOnce() -> R) -> thread::Result<R> {
    static HOOK: Once = Once::new();
    thread_local! {
        static QUIET: Cell<bool> = const { Cell::new(false) };
    }

    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                before(info);
            }
        }));
    });
    let before = QUIET.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(run));
    QUIET.set(before);
    result
}

/// Asserts [`compare_same`].
///
/// # Panics
///
/// With the first difference.
#[track_caller]
pub fn assert_same<T: ZeroAllocJson + Serialize + ?Sized>(value: &T) {
    unwrap(compare_same(value));
}

/// Asserts [`compare_like`].
///
/// # Panics
///
/// With the first difference.
#[track_caller]
pub fn assert_like<T, R>(value: &T, reference: &R)
where
    T: ZeroAllocJson + ?Sized,
    R: Serialize + ?Sized,
{
    unwrap(compare_like(value, reference));
}

/// Asserts that every entry point writes `expected`, for what `serde_json` cannot be asked.
///
/// # Panics
///
/// With the first difference.
#[track_caller]
pub fn assert_text<T: ZeroAllocJson + ?Sized>(value: &T, expected: &str) {
    unwrap(compare_bytes(value, expected.as_bytes()));
}

/// Asserts that every entry point writes `expected`, and `serde_json` too: for cases where the text is the point.
///
/// # Panics
///
/// With the first difference, or if `serde_json` writes something else.
#[track_caller]
pub fn assert_same_text<T: ZeroAllocJson + Serialize + ?Sized>(value: &T, expected: &str) {
    let reference = serde_json::to_string(value).expect("serde_json writes the value");
    assert_eq!(reference, expected, "serde_json's text (left) is not what the test expects");
    unwrap(compare_bytes(value, expected.as_bytes()));
}

/// Asserts [`compare_refused`] and returns the message.
///
/// # Panics
///
/// With the first difference.
#[track_caller]
pub fn assert_refused<T: ZeroAllocJson + Serialize + ?Sized>(value: &T) -> String {
    unwrap(compare_refused(value))
}

/// Asserts [`compare_error`] and returns the message.
///
/// # Panics
///
/// With the first difference.
#[track_caller]
pub fn assert_error<T: ZeroAllocJson + ?Sized>(value: &T) -> String {
    unwrap(compare_error(value))
}

#[track_caller]
fn unwrap<T>(result: Result<T, Difference>) -> T {
    match result {
        Ok(value) => value,
        Err(difference) => panic!("{difference}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_shows_where_both_texts_part() {
        let found = [b"x".repeat(100).as_slice(), b"left"].concat();
        let expected = [b"x".repeat(100).as_slice(), b"r\nght"].concat();
        let message = same_text("to_vec", &found, &expected).expect_err("different").to_string();
        assert!(message.contains("first at offset 100 (104 bytes written, 105 expected)"), "{message}");
        assert!(message.contains("xx⟨r\\nght⟩"), "{message}");
        assert!(message.contains("xx⟨left⟩"), "{message}");
    }
}
