//! Slices: every length around the text's, values that fail or panic, and those whose text is another one each time.

#![expect(clippy::trivially_copy_pass_by_ref, reason = "the signatures that the derives call")]

use std::cell::Cell;
use std::error::Error as _;
use std::fmt;

use record_runtime::{JsonWriter, SliceError, ZeroAllocJson};
use record_tests::models::{Response, User};
use record_tests::oracle::quietly;
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
    for len in [0, 1, 5, 50, 200, 3000] {
        let value = Refused { text: "t", raw: "[" };
        let mut slice = vec![7; len];
        match value.write_json_to_slice(&mut slice) {
            Err(SliceError::Value(error)) => {
                assert_eq!(error.to_string(), "raw: a text that is to be written raw is not JSON");
                let outer = SliceError::Value(error);
                assert_eq!(outer.source().expect("the value's").to_string(), outer.to_string());
            }
            other => panic!("{other:?}"),
        }
        assert!(slice.iter().all(|byte| *byte == 7));
    }
}

/// Also one that is caught by a function, or by the caller.
#[test]
fn values_that_panic() {
    #[derive(ZeroAllocJson)]
    struct Panics {
        text: String,
        #[json(serialize_with = "panic_in_the_middle")]
        catches: bool,
    }

    fn panic_in_the_middle(catches: &bool, w: &mut JsonWriter<'_>) {
        let panics = || -> u8 { panic!("on purpose") };
        if *catches {
            let caught = quietly(|| w.seq((0..5).map(|n| if n == 4 { panics() } else { n })));
            assert!(caught.is_err());
        } else {
            w.value(&panics());
        }
    }

    for catches in [false, true] {
        for (text, len) in [(10, 3), (10, 200), (3_000, 200), (3_000, 4_000)] {
            let value = Panics { text: "t".repeat(text), catches };
            let mut slice = vec![7; len];
            let result = quietly(|| value.write_json_to_slice(&mut slice));
            assert!(!matches!(result, Ok(Ok(_) | Err(SliceError::TooShort { .. }))), "{catches} {text} {len}");
            assert!(slice.iter().all(|byte| *byte == 7));
        }
    }
}

/// One byte longer each time that it is displayed.
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
        for len in start..start + 200 {
            let value = Holds(Grows(Cell::new(start)));
            let expected = format!("\"{}\"", "g".repeat(start + 1));
            let mut slice = vec![0; len];
            match value.write_json_to_slice(&mut slice) {
                Ok(found) => assert!(slice[..found] == *expected.as_bytes()),
                Err(SliceError::TooShort { missing }) => assert_eq!(missing, expected.len() - len),
                Err(SliceError::Value(error)) => panic!("{error}"),
            }
        }
    }
}
