//! The buffer before the write. Every spare capacity from 0 to 600 and more is tried, so that each reservation of a
//! mixed value is met at its edge. The bytes are the same, and what was in the buffer stays.

use std::collections::BTreeMap;

use record_runtime::__private::{Backend, write_json_on};
use record_runtime::{Cursor, Dispatch, ZeroAllocJson};
use record_tests::models::{Event, Page, Response, Shape, User};
use record_tests::oracle::assert_same;
use serde::Serialize;

/// Writes behind a prefix of up to three bytes, with every spare capacity up to `capacities`, on every backend.
#[track_caller]
fn assert_grows<T: ZeroAllocJson + Serialize + ?Sized>(name: &str, value: &T, capacities: usize) {
    assert_same(value);
    let expected = serde_json::to_vec(value).expect("serde_json writes it");
    for prefix in [b"".as_slice(), b"{", b"\xff\"", b"abc"] {
        for spare in 0..=capacities {
            for backend in Backend::ALL {
                let mut buf = Vec::with_capacity(prefix.len() + spare);
                buf.extend_from_slice(prefix);
                if let Some(result) = write_json_on(*backend, value, &mut buf) {
                    assert!(result.is_ok(), "{name}, {spare} spare bytes: refused");
                    let (before, written) = buf.split_at(prefix.len());
                    assert!(
                        before == prefix && written == expected,
                        "{name}, {backend:?}, {spare} spare bytes after {prefix:?}:\n  written  {}\n  expected {}",
                        buf.escape_ascii(),
                        expected.escape_ascii()
                    );
                }
            }
        }
    }
}

/// The text is short, so every byte of it is at the end of some buffer.
#[test]
fn small_values() {
    assert_grows("unit", &(), 100);
    assert_grows("a number", &u64::MAX, 120);
    assert_grows("numbers", &[u128::MAX, 0, 1], 220);
    assert_grows("a float", &[-f64::MIN_POSITIVE, 5e-324, f64::NAN], 200);
    assert_grows("a string", "a clean string of more than 64 bytes, which takes a second vector, ünïcödé", 220);
    assert_grows(
        "escapes",
        "\u{1}\u{2}\u{3}\"\"\"\\\\ and \u{1f}\u{1f}\u{1f}\u{1f}\u{1f}\u{1f}\u{1f}\u{1f}\u{1f}\u{1f}\u{1f}\u{1f}",
        300,
    );
    assert_grows("characters", &['\u{1}', '"', '🦀', 'x'], 140);
    assert_grows("an empty map", &BTreeMap::<u8, u8>::new(), 80);
    assert_grows("a map", &BTreeMap::from([("k\n", 1), ("longer key", u64::MAX)]), 200);
    assert_grows("formatted", &format_args!("{}-{:?}", 1, "\u{1}"), 120);
    assert_grows("a page", &Page { offset: u64::MAX, total: Some(u64::MAX) }, 200);
    assert_grows(
        "events",
        &[Event::Nothing, Event::Message(String::from("m\n")), Event::Moved(i32::MIN, f64::MIN)],
        300,
    );
    assert_grows("shapes", &[Shape::EmptyShape, Shape::Circle { radius: 0.1 }, Shape::Owned(Page::default())], 300);
}

#[test]
fn a_mixed_struct() {
    assert_grows("a user", &User::example(3), 600);
    assert_grows("a default user", &User::default(), 400);
}

#[test]
fn a_response() {
    let value = Response::example();
    let len = serde_json::to_vec(&value).expect("serde_json writes it").len();
    assert!(len > 1500, "only {len} bytes: not every part is met");
    assert_grows("a response", &value, 600);
    assert_grows("an empty response", &Response::empty(), 600);
}

/// Every byte of the long response at the end of a buffer, once.
#[test]
fn a_response_at_every_capacity() {
    let value = Response::example();
    let expected = serde_json::to_vec(&value).expect("serde_json writes it");
    for spare in 600..expected.len() + 200 {
        let mut buf = Vec::with_capacity(spare);
        value.write_json(&mut buf);
        assert!(buf == expected, "{spare} spare bytes");
    }
}

/// A run of sixteen fields of the longest bounded types: the largest reservation there is.
#[test]
fn the_largest_run() {
    #[derive(Serialize, ZeroAllocJson)]
    struct Run {
        #[serde(rename = "a key of more than sixty-four bytes, which makes the run larger still: a0")]
        a0: u128,
        a1: i128,
        a2: f64,
        a3: u128,
        a4: Option<i128>,
        a5: (u128, i128, u128),
        a6: u128,
        a7: i128,
        #[serde(rename = "another key of more than sixty-four bytes, which makes the run larger still: a8")]
        a8: u128,
        a9: char,
        b0: f32,
        b1: bool,
        b2: (f64, f64, f64, f64),
        b3: Option<(i128, Option<i128>)>,
        b4: u128,
        b5: (),
        b6: i128,
    }

    let value = Run {
        a0: u128::MAX,
        a1: i128::MIN,
        a2: -f64::MIN_POSITIVE,
        a3: u128::MAX,
        a4: Some(i128::MIN),
        a5: (u128::MAX, i128::MIN, u128::MAX),
        a6: u128::MAX,
        a7: i128::MIN,
        a8: u128::MAX,
        a9: '\u{1}',
        b0: -f32::MIN_POSITIVE,
        b1: false,
        b2: (f64::MIN, f64::MIN, -f64::MIN_POSITIVE, -2.225_073_858_507_201e-308),
        b3: Some((i128::MIN, Some(i128::MIN))),
        b4: u128::MAX,
        b5: (),
        b6: i128::MIN,
    };
    assert_grows("a run", &value, 1500);
    assert_grows("runs", &[value], 1500);
}

/// Sequences reserve for many elements at once: the edges of a chunk at the edge of the buffer.
#[test]
fn sequences() {
    assert_grows("65 numbers", &vec![u64::MAX; 65], 600);
    assert_grows("130 bools", &vec![false; 130], 600);
    assert_grows("floats", &vec![-f64::MIN_POSITIVE; 20], 600);
    assert_grows("strings", &vec!["a\u{1}"; 20], 300);
    assert_grows("bytes", &(0..=255).collect::<Vec<u8>>(), 300);
    assert_grows("pairs", &vec![(i128::MIN, Some(f64::MIN)); 8], 700);
}

/// Every kind of field around every type that has a bound, each at its longest text: alone, in front of others, and
/// behind others. Were one byte too few reserved for it, some capacity would have it end behind the limit, which the end
/// of each call asserts.
#[test]
fn every_kind_of_field_at_every_capacity() {
    const CAPACITIES: usize = 900;

    #[derive(Clone, Copy, Serialize, ZeroAllocJson)]
    enum Constant {
        #[serde(rename = "")]
        Short,
        #[serde(rename = "the longest constant there can b")]
        Longest,
    }

    #[derive(Serialize, ZeroAllocJson)]
    struct Alone<T> {
        #[serde(skip_serializing_if = "never")]
        skippable: T,
    }

    #[derive(Serialize, ZeroAllocJson)]
    struct Plain<T> {
        plain: T,
    }

    #[derive(Serialize, ZeroAllocJson)]
    struct Among<T> {
        first: T,
        #[serde(skip_serializing_if = "never")]
        second: T,
        #[serde(skip_serializing_if = "always")]
        skipped: T,
        third: T,
        #[serde(flatten)]
        flattened: Plain<T>,
        last: T,
        #[serde(skip_serializing_if = "never")]
        end: T,
    }

    fn never<T>(_: &T) -> bool {
        false
    }

    fn always<T>(_: &T) -> bool {
        true
    }

    #[track_caller]
    fn check<T: ZeroAllocJson + Serialize + Clone>(value: T) {
        let among = Among {
            first: value.clone(),
            second: value.clone(),
            skipped: value.clone(),
            third: value.clone(),
            flattened: Plain { plain: value.clone() },
            last: value.clone(),
            end: value.clone(),
        };
        at_every_capacity(&among);
        at_every_capacity(&Plain { plain: value.clone() });
        at_every_capacity(&Alone { skippable: value });
    }

    #[track_caller]
    fn at_every_capacity<T: ZeroAllocJson + Serialize>(value: &T) {
        let expected = serde_json::to_vec(value).expect("serde_json writes it");
        let mut buf = Vec::new();
        for capacity in 0..CAPACITIES.min(expected.len() + 300) {
            // Exactly: `Vec` grows by more than it is asked for, and is shrunk to it.
            buf.clear();
            buf.shrink_to(capacity);
            buf.reserve_exact(capacity);
            value.write_json(&mut buf);
            assert!(buf == expected, "{capacity} bytes of capacity");
        }
    }

    /// The type itself, and in all that hands its bound on.
    #[track_caller]
    fn in_everything<T: ZeroAllocJson + Serialize + Copy>(value: T) {
        check(value);
        check(Some(value));
        check(None::<T>);
        check(Some(Some(value)));
        check(Some(None::<T>));
        check([value; 3]);
        check([[value; 2]; 2]);
        check([Some(value), None]);
        check(&value);
        check([value; 0]);
    }

    in_everything(true);
    in_everything(false);
    in_everything(u8::MAX);
    in_everything(7_u8);
    in_everything(i8::MIN);
    in_everything(u16::MAX);
    in_everything(u64::MAX);
    in_everything(i128::MIN);
    in_everything(-f64::MIN_POSITIVE);
    in_everything(f32::NAN);
    in_everything('\u{1}');
    in_everything('🦀');
    in_everything("");
    in_everything("\u{1}");
    in_everything("a text of more than sixteen bytes");
    in_everything(Constant::Short);
    in_everything(Constant::Longest);
    in_everything(());
}

/// Keys of objects by hand are reserved one by one, with what stands around them: that is more than a short key.
#[test]
fn keys_by_hand_at_every_capacity() {
    struct ByHand(&'static [&'static str]);

    impl ZeroAllocJson for ByHand {
        fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
            self.0.iter().fold(c.object(), |object, key| object.field(key, &())).end()
        }
    }

    for keys in
        [&[""; 8][..], &["k"; 8], &["no", "", "key", "e", ""], &["\"", ""], &["a key of more than thirty-two bytes"]]
    {
        let fields: Vec<_> = keys.iter().map(|key| format!("{}:null", serde_json::to_string(key).unwrap())).collect();
        let expected = format!("{{{}}}", fields.join(","));
        for capacity in 0..expected.len() + 200 {
            let mut buf = Vec::with_capacity(capacity);
            ByHand(keys).write_json(&mut buf);
            assert!(buf == expected.as_bytes(), "{keys:?}, {capacity} bytes of capacity");
        }
    }
}

/// Nothing of the value is left behind in a buffer that is used for the next, shorter one.
#[test]
fn one_buffer_for_many_values() {
    let mut buf = Vec::new();
    for n in (0..200).rev() {
        let user = User::example(n);
        buf.clear();
        user.write_json(&mut buf);
        assert_eq!(buf, serde_json::to_vec(&user).expect("serde_json writes it"));
    }
    let capacity = buf.capacity();
    for n in 0..200 {
        let user = User::example(n);
        buf.clear();
        user.write_json(&mut buf);
        assert_eq!(buf, serde_json::to_vec(&user).expect("serde_json writes it"));
    }
    assert_eq!(buf.capacity(), capacity, "a second round must not grow the buffer");
}

/// Values one after the other without clearing: each append begins where the last one ended.
#[test]
fn many_values_in_one_buffer() {
    let (mut buf, mut expected) = (Vec::new(), Vec::new());
    for n in 0..300 {
        User::example(n).write_json(&mut buf);
        serde_json::to_writer(&mut expected, &User::example(n)).expect("serde_json writes it");
        buf.push(b'\n');
        expected.push(b'\n');
    }
    assert!(buf == expected);
}

/// `json_capacity` is exact enough to be of use: not more than the text, the slack of the sink, and what numbers could
/// have taken.
#[test]
fn capacities_are_not_wasteful() {
    let text = "clean text ".repeat(1000);
    for value in [vec![text.as_str(); 3], vec![], vec!["x"; 1000]] {
        let len = serde_json::to_vec(&value).expect("serde_json writes it").len();
        let capacity = value.json_capacity();
        assert!(capacity <= len + 200, "{capacity} for {len} bytes");
    }
}
