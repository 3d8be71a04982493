//! `bytes = "…"`, against the crates `base64` and `hex`, and what Go's encoding/json documents.

use std::borrow::Cow;
use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use record_runtime::ZeroAllocJson;
use record_tests::oracle::{assert_error, assert_text, compare_bytes};
use record_tests::split_mix::SplitMix64;

#[derive(ZeroAllocJson)]
struct Forms<'a> {
    #[json(bytes = "base64")]
    base64: &'a [u8],
    #[json(bytes = "base64url")]
    for_urls: &'a [u8],
    #[json(bytes = "hex")]
    hex: &'a [u8],
    numbers: &'a [u8],
}

fn compare_forms(bytes: &[u8]) {
    let value = Forms { base64: bytes, for_urls: bytes, hex: bytes, numbers: bytes };
    let expected = format!(
        r#"{{"base64":"{}","for_urls":"{}","hex":"{}","numbers":{}}}"#,
        STANDARD.encode(bytes),
        URL_SAFE_NO_PAD.encode(bytes),
        hex::encode(bytes),
        serde_json::to_string(bytes).expect("serde_json writes bytes"),
    );
    compare_bytes(&value, expected.as_bytes()).unwrap_or_else(|difference| panic!("{bytes:?}: {difference}"));
}

/// Every length to beyond a few blocks, every byte, and every pair of neighbours.
#[test]
fn encodings_are_those_of_other_crates() {
    let seed = 0x00b1_7e5a;
    let mut random = SplitMix64::new(seed);
    println!("seed {seed:#x}");
    for len in 0..200 {
        let bytes: Vec<u8> = (0..len).map(|_| random.bits().to_le_bytes()[0]).collect();
        compare_forms(&bytes);
    }
    let all: Vec<u8> = (0..=255).collect();
    compare_forms(&all);
    compare_forms(&all[1..]);
    compare_forms(&all[2..]);
    compare_forms(&[0xff; 100]);
    compare_forms(&[0; 100]);
    let long: Vec<u8> = (0..100_000).map(|_| random.bits().to_le_bytes()[7]).collect();
    compare_forms(&long);
}

/// Go's text of a `[]byte`. The documentation of encoding/json says "base64-encoded string", of `base64.StdEncoding`,
/// which pads.
#[test]
fn base64_of_go() {
    #[derive(ZeroAllocJson)]
    struct Go(#[json(bytes = "base64")] Vec<u8>);

    assert_text(&Go(b"\xfb\xff\xfe".to_vec()), r#""+//+""#);
    assert_text(&Go(b"hello".to_vec()), r#""aGVsbG8=""#);
    assert_text(&Go(b"hell".to_vec()), r#""aGVsbA==""#);
    assert_text(&Go(Vec::new()), r#""""#);
}

#[derive(ZeroAllocJson)]
struct Kinds<'a> {
    #[json(bytes = "hex")]
    array: [u8; 4],
    #[json(bytes = "hex")]
    vec: Vec<u8>,
    #[json(bytes = "hex")]
    boxed: Box<[u8]>,
    #[json(bytes = "hex")]
    cow: Cow<'a, [u8]>,
    #[json(bytes = "hex")]
    option: Option<Vec<u8>>,
    #[json(bytes = "hex")]
    none: Option<&'a [u8]>,
    #[json(bytes = "hex")]
    list: Vec<Vec<u8>>,
    #[json(bytes = "hex")]
    arrays: [[u8; 2]; 2],
    #[json(bytes = "hex")]
    map: BTreeMap<u8, &'a [u8]>,
    #[json(bytes = "utf8")]
    text: &'a [u8],
    #[json(bytes = "utf8")]
    texts: Option<Vec<&'a [u8]>>,
}

#[test]
fn bytes_of_every_type() {
    let value = Kinds {
        array: [1, 2, 3, 0xff],
        vec: vec![0xab],
        boxed: Box::new([0]),
        cow: Cow::Borrowed(b"z"),
        option: Some(vec![]),
        none: None,
        list: vec![vec![1], vec![2, 3]],
        arrays: [[1, 2], [3, 4]],
        map: BTreeMap::from([(7, b"\x08".as_slice())]),
        text: "ü\n\"".as_bytes(),
        texts: Some(vec![b"a", b""]),
    };
    assert_text(
        &value,
        r#"{"array":"010203ff","vec":"ab","boxed":"00","cow":"7a","option":"","none":null,"list":["01","0203"],"arrays":["0102","0304"],"map":{"7":"08"},"text":"ü\n\"","texts":["a",""]}"#,
    );
}

#[test]
fn text_that_is_none() {
    #[derive(ZeroAllocJson)]
    struct Text<'a> {
        before: u8,
        #[json(bytes = "utf8")]
        text: &'a [u8],
    }

    for bytes in [b"\xff".as_slice(), b"abc\xc3", b"\xed\xa0\x80", &[b'x'; 1000][..], b"ok\xe2\x82"] {
        let value = Text { before: 1, text: bytes };
        match std::str::from_utf8(bytes) {
            Ok(text) => assert_text(&value, &format!(r#"{{"before":1,"text":"{text}"}}"#)),
            Err(_) => {
                assert_eq!(assert_error(&value), "bytes that are to be written as text are not UTF-8");
            }
        }
    }
}

/// Of a type: every field that holds bytes, and nothing else. It goes before `as_string`.
#[test]
fn bytes_in_all_of_a_type() {
    #[derive(ZeroAllocJson)]
    #[json(bytes = "base64", as_string)]
    struct Packet {
        id: u32,
        name: String,
        body: Vec<u8>,
        digest: [u8; 3],
        parts: Option<Vec<Vec<u8>>>,
        words: Vec<u16>,
        #[json(bytes = false)]
        numbers: Vec<u8>,
        #[json(bytes = "hex")]
        hex: Vec<u8>,
        #[json(bytes = false, as_string = false)]
        bare: Vec<u8>,
    }

    let value = Packet {
        id: 1,
        name: String::from("n"),
        body: b"hello".to_vec(),
        digest: *b"abc",
        parts: Some(vec![b"hell".to_vec()]),
        words: vec![1],
        numbers: vec![2],
        hex: vec![3],
        bare: vec![4],
    };
    assert_text(
        &value,
        r#"{"id":"1","name":"n","body":"aGVsbG8=","digest":"YWJj","parts":["aGVsbA=="],"words":["1"],"numbers":["2"],"hex":"03","bare":[4]}"#,
    );
}
