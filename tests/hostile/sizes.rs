//! Lengths at the ends of what a `usize` holds, elements without size, and texts of 4 GiB.

use record_runtime::{Cursor, Dispatch, ZeroAllocJson, to_vec};

#[derive(Clone, Copy, ZeroAllocJson)]
struct Unit;

#[derive(Clone, Copy, ZeroAllocJson)]
enum Only {
    One,
}

/// As many elements without size as a type can have: nothing is computed of them that wraps.
#[test]
fn arrays_without_size() {
    assert_eq!(<[Unit; usize::MAX]>::MAX_JSON_LEN, None);
    assert_eq!(<[[Only; 1 << 40]; 1 << 40]>::MAX_JSON_LEN, None);
    assert_eq!(<[(); usize::MAX / 5 + 1]>::MAX_JSON_LEN, None);
    assert_eq!(<[[u8; 0]; usize::MAX]>::MAX_JSON_LEN, None);
    assert_eq!(<[[[Only; usize::MAX]; 0]; 7]>::MAX_JSON_LEN, Some(2 + 7 * 3 - 1));
}

/// Many of them, as a slice, which has a length but no memory.
#[test]
fn slices_of_elements_without_size() {
    for count in [0, 1, 63, 64, 65, 3_000_000] {
        for text in [to_vec(&vec![Only::One; count]), to_vec(&[vec![Only::One; count]][0])] {
            let expected = format!("[{}]", vec!["\"One\""; count].join(","));
            assert!(text == expected.as_bytes(), "{count} elements");
        }
        let expected = format!("[{}]", vec!["null"; count].join(","));
        assert!(to_vec(&vec![Unit; count]) == expected.as_bytes(), "{count} elements");
        assert!(to_vec(&vec![(); count]) == expected.as_bytes(), "{count} elements");
    }
}

/// An iterator whose hint has no relation to what it yields.
struct Hinting(usize, (usize, Option<usize>));

impl Iterator for Hinting {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        self.0 = self.0.checked_sub(1)?;
        Some(self.0 as u64)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.1
    }
}

impl ExactSizeIterator for Hinting {
    fn len(&self) -> usize {
        self.1.0
    }
}

struct FromHints(usize, (usize, Option<usize>));

impl ZeroAllocJson for FromHints {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.seq(Hinting(self.0, self.1))
    }
}

#[test]
fn hints_are_not_believed() {
    for count in [0, 1, 5, 1000] {
        let numbers: Vec<u64> = (0..count as u64).rev().collect();
        let expected = serde_json::to_vec(&numbers).expect("JSON");
        for hint in
            [(0, Some(0)), (usize::MAX, Some(usize::MAX)), (usize::MAX, None), (7, Some(3)), (count, Some(count))]
        {
            assert_eq!(to_vec(&FromHints(count, hint)), expected);
            let (mut out, mut buf) = (Vec::new(), Vec::new());
            record_runtime::stream_json_array(Hinting(count, hint), &mut out, &mut buf).expect("written");
            assert_eq!(out, expected);
        }
    }
}

/// Texts whose length is more than 32 bits hold, with escapes at their ends. Takes 16 GiB of memory:
/// `cargo test --release -p record-tests --test hostile -- --ignored`.
#[test]
#[ignore = "takes 16 GiB of memory: cargo test --release -p record-tests --test hostile -- --ignored"]
fn texts_of_four_gigabytes() {
    let mut text = "x".repeat((1 << 32) + 5);
    text.push('"');
    let mut buf = Vec::with_capacity(text.len() + 200);
    (1, text.as_str(), 2).write_json(&mut buf);
    assert_eq!(buf.len(), text.len() + "[1,\"\\\",2]".len());
    assert!(buf.starts_with(b"[1,\"xxx") && buf.ends_with(b"xxx\\\"\",2]"));
    assert!(buf[4..buf.len() - 5].iter().all(|byte| *byte == b'x' || *byte == b'\\'));
}
