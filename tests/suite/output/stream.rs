//! Streams to a writer: the bytes, their count, the memory, and what is said of errors.

use std::error::Error as _;
use std::io::{self, Write};

use record_runtime::{ArrayWriter, CHUNK_BYTES, StreamError, ZeroAllocJson, stream_json_array, stream_json_lines};
use record_tests::models::User;
use record_tests::oracle::quietly;

use super::Panics;

#[derive(ZeroAllocJson)]
struct Checked<'a>(#[json(raw)] &'a str);

/// Takes a few bytes at a time, is interrupted now and then, and fails after `limit` bytes.
struct Slow {
    taken: Vec<u8>,
    limit: usize,
    calls: usize,
    flushed: bool,
}

impl Slow {
    fn new(limit: usize) -> Self {
        Self { taken: Vec::new(), limit, calls: 0, flushed: false }
    }
}

impl Write for Slow {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.calls += 1;
        if self.calls.is_multiple_of(5) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let len = bytes.len().min(7_001).min(self.limit - self.taken.len());
        if len == 0 {
            return Err(io::Error::other("full"));
        }
        self.taken.extend_from_slice(&bytes[..len]);
        Ok(len)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.flushed = true;
        Ok(())
    }
}

#[test]
fn arrays_of_every_length() {
    let mut buf = b"garbage".to_vec();
    for count in [0, 1, 2, 100, 3000] {
        let users: Vec<_> = (0..count).map(User::example).collect();
        let expected = serde_json::to_vec(&users).expect("serde_json writes it");
        let mut slow = Slow::new(usize::MAX);
        let bytes = stream_json_array(&users, &mut slow, &mut buf).expect("written");
        assert!(slow.taken == expected && slow.flushed);
        assert_eq!(usize::try_from(bytes).expect("small"), expected.len());
        assert!(buf.capacity() < 4 * CHUNK_BYTES, "{} bytes of memory", buf.capacity());

        let mut slow = Slow::new(usize::MAX);
        let bytes = stream_json_lines(&users, &mut slow, &mut buf).expect("written");
        let mut lines = Vec::new();
        record_runtime::append_json_lines(&users, &mut lines).expect("written");
        assert!(slow.taken == lines && slow.flushed);
        assert_eq!(usize::try_from(bytes).expect("small"), lines.len());
    }
}

/// A writer that fails after any number of bytes: the error says how many it took.
#[test]
fn writers_that_fail() {
    let users: Vec<_> = (0..1000).map(User::example).collect();
    let expected = serde_json::to_vec(&users).expect("serde_json writes it");
    assert!(expected.len() > 3 * CHUNK_BYTES);
    for limit in [0, 1, 7_001, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES + 77, expected.len() - 1] {
        let (mut slow, mut buf) = (Slow::new(limit), Vec::new());
        let error = stream_json_array(&users, &mut slow, &mut buf).expect_err("full");
        assert_eq!(usize::try_from(error.bytes_written()).expect("small"), limit);
        assert!(slow.taken == expected[..limit]);
        assert_eq!(error.error().to_string(), "full");
        assert!(
            error.source().and_then(std::error::Error::source).is_some_and(<dyn std::error::Error>::is::<io::Error>)
        );
        assert!(error.values() <= 1000);
    }
}

/// Panics once, in a call of its own choice, having taken a part of what it was given.
struct PanicsOnce {
    taken: Vec<u8>,
    calls: usize,
    panics_in: usize,
}

impl Write for PanicsOnce {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.calls += 1;
        let len = bytes.len().min(40_000);
        self.taken.extend_from_slice(&bytes[..len]);
        assert!(self.calls != self.panics_in, "on purpose");
        Ok(len)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Nothing is sent twice, and no array is closed, behind a panic of the writer that was caught.
#[test]
fn nothing_follows_a_panic_of_the_writer() {
    let text = "x".repeat(CHUNK_BYTES / 2);
    let expected = serde_json::to_vec(&vec![&text; 8]).expect("JSON");
    for panics_in in 1..10 {
        let mut writer = PanicsOnce { taken: Vec::new(), calls: 0, panics_in };
        let mut buf = Vec::new();
        let mut array = ArrayWriter::new(&mut writer, &mut buf);
        let mut panicked = false;
        for _ in 0..8 {
            match quietly(|| array.push(&text)) {
                Ok(Ok(())) => assert!(!panicked, "a value after the panic"),
                Ok(Err(error)) => {
                    assert!(panicked);
                    assert_eq!(error.error().to_string(), "the writer failed or panicked before");
                }
                Err(_) => panicked = true,
            }
        }
        let bytes = array.bytes_written();
        let finished = quietly(|| array.finish());
        assert_eq!(matches!(finished, Ok(Ok(_))), writer.calls < panics_in);
        assert!(expected.starts_with(&writer.taken), "something was sent twice, or left out");
        assert!(bytes <= writer.taken.len() as u64);
        if panicked {
            assert_eq!(writer.calls, panics_in, "the writer was called again");
        }
    }
}

/// After an error of the writer it is left alone.
#[test]
fn nothing_follows_a_failure() {
    let (mut slow, mut buf) = (Slow::new(10), Vec::new());
    let mut array = ArrayWriter::new(&mut slow, &mut buf);
    let text = "x".repeat(CHUNK_BYTES);
    assert_eq!(array.push(&text).expect_err("full").bytes_written(), 10);
    let error = array.push(&1).expect_err("failed before");
    assert_eq!((error.bytes_written(), error.values()), (10, 1));
    assert_eq!(error.error().to_string(), "the writer failed or panicked before");
    let calls = array.finish().expect_err("failed before").bytes_written();
    assert_eq!(calls, 10);
    assert_eq!(slow.taken.len(), 10);
}

/// A writer that takes nothing.
#[test]
fn a_writer_that_takes_nothing() {
    let mut buf = Vec::new();
    let mut nothing: &mut [u8] = &mut [];
    let error: StreamError = stream_json_array([1, 2], &mut nothing, &mut buf).expect_err("no room");
    assert_eq!(error.bytes_written(), 0);
}

/// A value that cannot be written leaves the array as it was; so does one that panics.
#[test]
fn values_that_fail() {
    for first_fails in [false, true] {
        let (mut out, mut buf) = (Vec::new(), Vec::new());
        let mut array = ArrayWriter::new(&mut out, &mut buf);
        if !first_fails {
            array.push(&1).expect("written");
        }
        let error = array.push(&Checked("[")).expect_err("not JSON");
        assert_eq!((error.values(), error.bytes_written()), (u64::from(!first_fails), 0));
        assert!(quietly(|| array.push(&Panics)).is_err());
        array.push(&Checked("[2]")).expect("written");
        array.push(&3).expect("written");
        let bytes = array.finish().expect("written");
        let expected: &[u8] = if first_fails { b"[[2],3]" } else { b"[1,[2],3]" };
        assert_eq!((out.as_slice(), usize::try_from(bytes).expect("small")), (expected, expected.len()));
    }
}

/// The lines before a value that fails go out; an array that fails stays open, and what is in the buffer does not.
#[test]
fn what_goes_out_before_an_error() {
    let values = || ["1", "2", "["].map(Checked);
    let (mut out, mut buf) = (Vec::new(), Vec::new());
    let error = stream_json_lines(values(), &mut out, &mut buf).expect_err("not JSON");
    assert_eq!((error.bytes_written(), error.values()), (4, 2));
    assert_eq!(
        error.to_string(),
        "a text that is to be written raw is not JSON (after 2 values; 4 bytes were written)"
    );
    assert_eq!(out, b"1\n2\n");

    let mut out = Vec::new();
    let error = stream_json_array(values(), &mut out, &mut buf).expect_err("not JSON");
    assert_eq!((error.bytes_written(), error.values()), (0, 2));
    assert_eq!(out, b"");
}
