//! Slices: every length around the text's, and values whose text is another one each time.

use std::cell::Cell;
use std::fmt;

use record_runtime::{SliceError, ZeroAllocJson};
use record_tests::models::{Response, User};
use serde::Serialize;

/// Every length from nothing to beyond what writing reserves.
#[track_caller]
fn assert_every_length<T: ZeroAllocJson + Serialize + ?Sized>(value: &T) {
    const FILLER: u8 = 0xaa;
    let expected = serde_json::to_vec(value).expect("serde_json writes it");
    assert_eq!(value.json_len(), expected.len());
    for len in 0..expected.len() + 400 {
        let mut memory = vec![FILLER; len + 100];
        match value.write_json_to_slice(&mut memory[..len]) {
            Ok(written) => {
                assert_eq!(written, expected.len());
                assert!(memory[..written] == expected, "{len} bytes");
            }
            Err(SliceError::TooShort { missing }) => {
                assert_eq!(missing, expected.len() - len);
                assert!(memory.iter().all(|byte| *byte == FILLER), "{len} bytes");
            }
            Err(SliceError::Value(error)) => panic!("{error}"),
        }
        assert!(memory[len..].iter().all(|byte| *byte == FILLER), "{len} bytes: written beyond the slice");
    }
}

#[test]
fn every_length() {
    assert_every_length(&1);
    assert_every_length("\n\u{1}\"escapes\\");
    assert_every_length(&vec![u64::MAX; 70]);
    assert_every_length(&[0.1, f64::NAN, -f64::MIN_POSITIVE]);
    assert_every_length(&"a long clean text ".repeat(60));
    assert_every_length(&User::example(1));
    assert_every_length(&Response::example());
}

#[derive(ZeroAllocJson)]
struct Refused<'a> {
    text: &'a str,
    #[json(raw)]
    raw: &'a str,
}

#[test]
fn values_that_cannot_be_written() {
    for len in [50, 200, 3000] {
        let value = Refused { text: "t", raw: "[" };
        match value.write_json_to_slice(&mut vec![0; len]) {
            Err(SliceError::Value(error)) => {
                assert_eq!(error.to_string(), "a text that is to be written raw is not JSON");
            }
            other => panic!("{other:?}"),
        }
    }
}

/// One byte longer each time that it is displayed: it is longer than it was measured.
#[test]
fn texts_that_change() {
    struct Grows(Cell<usize>);

    impl fmt::Display for Grows {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.set(self.0.get() + 1);
            write!(f, "{}", "g".repeat(self.0.get()))
        }
    }

    #[derive(ZeroAllocJson)]
    struct Holds(#[json(display)] Grows);

    for start in [0, 10, 100, 500, 2000] {
        for room in 0..200 {
            let len = start + room;
            let value = Holds(Grows(Cell::new(start)));
            let mut slice = vec![0; len];
            // Measured with one more, written with two more.
            let (measured, written) = (start + 1 + 2, start + 2 + 2);
            match value.write_json_to_slice(&mut slice) {
                Ok(found) => {
                    assert!(found == written && slice[..found] == *format!("\"{}\"", "g".repeat(start + 2)).as_bytes());
                }
                Err(SliceError::TooShort { missing }) if len < measured => assert_eq!(missing, measured - len),
                Err(SliceError::TooShort { missing }) => assert_eq!(missing, written - len),
                Err(SliceError::Value(error)) => panic!("{error}"),
            }
        }
    }
}
