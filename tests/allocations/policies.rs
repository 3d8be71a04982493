//! Policies and the other forms of output: none of them allocates once its buffer has its size.

use std::collections::BTreeMap;
use std::fmt;

use record_runtime::{
    ArrayWriter, CHUNK_BYTES, DynJson, FieldMask, InView, Masked, Unredacted, View, WriteOptions, ZeroAllocJson,
    append_json_lines, stream_json_array, stream_json_lines, to_writer,
};
use record_tests::models::{Response, User};

use super::{allocations_of, assert_no_allocation};

struct Version(u32);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}\t", self.0)
    }
}

#[derive(ZeroAllocJson)]
struct Values<'a> {
    #[json(as_string)]
    as_string: Option<Vec<u64>>,
    #[json(as_string = "beyond_2_53")]
    beyond: Vec<u128>,
    #[json(decimals = 2)]
    decimals: [f64; 3],
    #[json(decimals = 30)]
    many_decimals: f64,
    #[json(non_finite = "string")]
    non_finite: f32,
    #[json(bytes = "base64")]
    base64: &'a [u8],
    #[json(bytes = "base64url")]
    base64url: &'a [u8],
    #[json(bytes = "hex")]
    hex: &'a [u8],
    #[json(bytes = "utf8")]
    utf8: &'a [u8],
    #[json(time = "rfc3339")]
    time: std::time::SystemTime,
    #[json(time = "unix_nanos")]
    unix: std::time::SystemTime,
    #[json(time = "iso8601")]
    duration: std::time::Duration,
    #[json(display)]
    display: Vec<Version>,
    #[json(raw)]
    raw: &'a str,
    #[json(raw = "trusted")]
    trusted: &'a str,
    #[json(truncate = 20)]
    truncated: &'a str,
    #[json(redact)]
    redacted: &'a str,
    #[json(redact = "last_four")]
    last_four: &'a str,
    #[json(html_safe)]
    html_safe: &'a str,
    #[json(ascii)]
    ascii: BTreeMap<&'a str, &'a str>,
    #[json(skip_none)]
    skip_none: Option<u8>,
    #[json(omit_empty)]
    omit_empty: &'a str,
    #[json(skip_default)]
    skip_default: (Option<&'a str>, Vec<u8>),
    #[json(skip_default)]
    boxed_default: Box<u64>,
    #[json(skip_default = "NAME")]
    skip_constant: String,
}

const NAME: &str = "anonymous";

fn values(text: &str) -> Values<'_> {
    Values {
        as_string: Some(vec![u64::MAX, 0]),
        beyond: vec![0, u128::MAX],
        decimals: [0.125, 1e300, f64::NAN],
        many_decimals: 0.1,
        non_finite: f32::NAN,
        base64: text.as_bytes(),
        base64url: text.as_bytes(),
        hex: text.as_bytes(),
        utf8: text.as_bytes(),
        time: std::time::SystemTime::UNIX_EPOCH,
        unix: std::time::SystemTime::UNIX_EPOCH,
        duration: std::time::Duration::from_millis(1),
        display: vec![Version(1), Version(2)],
        raw: "{\"a\":[1,2,{}]}",
        trusted: "[]",
        truncated: text,
        redacted: text,
        last_four: text,
        html_safe: text,
        ascii: BTreeMap::from([(text, text)]),
        skip_none: None,
        omit_empty: "",
        skip_default: (None, vec![]),
        boxed_default: Box::new(0),
        skip_constant: String::from("name"),
    }
}

#[derive(ZeroAllocJson)]
#[json(as_string, bytes = "hex", decimals = 1, omit_empty, html_safe, ascii, sort_keys)]
struct Whole<'a> {
    number: u64,
    float: f64,
    text: &'a str,
    bytes: Vec<u8>,
    list: Vec<&'a str>,
}

struct Admin;

impl View for Admin {}

#[derive(ZeroAllocJson)]
struct Viewed<'a> {
    #[json(view = "Admin")]
    text: &'a str,
    number: u8,
}

#[derive(ZeroAllocJson)]
#[json(field_mask)]
struct Selected<'a> {
    text: &'a str,
    nested: Vec<Selected<'a>>,
}

#[derive(ZeroAllocJson)]
#[json(repr)]
enum Level {
    High = 10,
}

#[test]
fn policies() {
    let text = "<é> 🦀 & \u{2028} text ".repeat(50);
    assert_no_allocation("policies of fields", &values(&text));
    assert_no_allocation("what is redacted", &InView::<Unredacted, _>::new(values(&text)));
    let list = || (0..20).map(|_| text.as_str()).collect();
    let whole = || Whole { number: 1, float: 0.25, text: &text, bytes: vec![1, 2], list: list() };
    assert_no_allocation("policies of a type", &[whole(), whole()]);
    let viewed = || Viewed { text: &text, number: 1 };
    assert_no_allocation("fields that nobody asked for", &viewed());
    assert_no_allocation("a view", &InView::<Admin, _>::new([viewed(), viewed()]));
    let nested = || vec![Selected { text: &text, nested: vec![] }, Selected { text: &text, nested: vec![] }];
    let selected = || Selected { text: &text, nested: nested() };
    assert_no_allocation("a type that takes masks", &selected());
    let mask = FieldMask::<Selected<'_>>::parse("nested(text)").expect("fields");
    assert_no_allocation("a mask", &Masked::new([selected(), selected()], mask.clone()));
    let (selected, mut buf) = (selected(), Vec::with_capacity(10_000));
    assert_eq!(allocations_of(|| selected.write_json_fields(&mut buf, &mask)), 0, "a mask, shared by the call");
    assert_no_allocation("numbers of variants", &[Level::High]);
    let _ = values(&text).json_len();
    assert_eq!(allocations_of(|| assert!(values(&text).json_len() > 1000)), 6, "but for the value itself");
}

#[test]
fn trait_objects() {
    let user = User::example(1);
    let list: [&dyn DynJson; 3] = [&1, &"text\n", &user];
    assert_no_allocation("trait objects", list.as_slice());
}

/// Exact lengths, slices, writers, and options.
#[test]
fn calls() {
    let response = Response::example();
    let len = response.json_len();
    assert_eq!(allocations_of(|| assert_eq!(response.json_len(), len)), 0);

    let mut slice = vec![0; len + 1];
    // The thread's buffer gets its size.
    assert!(response.write_json_to_slice(&mut slice).is_ok());
    for len in [len + 1, len] {
        let slice = &mut slice[..len];
        assert_eq!(allocations_of(|| assert!(response.write_json_to_slice(slice).is_ok())), 0);
    }
    assert_eq!(allocations_of(|| assert!(response.write_json_to_slice(&mut slice[1..len]).is_err())), 0, "too short");
    assert_eq!(allocations_of(|| assert!(to_writer(slice.as_mut_slice(), &response).is_ok())), 0);

    let mut buf = Vec::new();
    let all = WriteOptions::new().html_safe().ascii().pretty();
    for options in [WriteOptions::new().html_safe(), WriteOptions::new().ascii(), WriteOptions::new().pretty(), all] {
        buf.clear();
        response.write_json_with(&mut buf, &options);
        buf.clear();
        assert_eq!(allocations_of(|| response.write_json_with(&mut buf, &options)), 0, "{options:?}");
    }
}

#[test]
fn lines_and_streams() {
    let users: Vec<_> = (0..2000).map(User::example).collect();
    let mut buf = Vec::new();
    append_json_lines(&users, &mut buf).expect("written");
    buf.clear();
    assert_eq!(allocations_of(|| assert!(append_json_lines(&users, &mut buf).is_ok())), 0);

    let mut buf = Vec::new();
    let mut bytes = 0;
    for round in 0..2 {
        let count = allocations_of(|| {
            bytes = stream_json_array(&users, std::io::sink(), &mut buf).expect("written");
            stream_json_lines(&users, std::io::sink(), &mut buf).expect("written");
            let mut array = ArrayWriter::new(std::io::sink(), &mut buf);
            array.push(&users[0]).expect("written");
            array.finish().expect("written");
        });
        assert!(round == 0 || count == 0, "{count} in round {round}");
    }
    assert!(usize::try_from(bytes).expect("small") > 4 * CHUNK_BYTES, "several chunks");
    assert!(buf.capacity() <= 2 * CHUNK_BYTES + 1000, "{} bytes of memory", buf.capacity());
}
