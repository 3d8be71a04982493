//! Policies at the edges of the buffer, and in the middle of a panic.

use std::collections::BTreeMap;
use std::fmt;

use record_runtime::__private::{Backend, write_json_on};
use record_runtime::{WriteOptions, ZeroAllocJson};
use record_tests::oracle::quietly;

struct Pieces(u32);

impl fmt::Display for Pieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a piece, \"")?;
        assert!(self.0 < 1000, "too much");
        write!(f, "{}<é\n.", self.0)
    }
}

#[derive(ZeroAllocJson)]
struct Fields<'a> {
    #[json(as_string)]
    a: u64,
    #[json(as_string)]
    b: Option<i128>,
    #[json(as_string)]
    c: bool,
    #[json(decimals = 19)]
    d: f64,
    #[json(decimals = 100)]
    e: f64,
    #[json(bytes = "base64")]
    f: &'a [u8],
    #[json(bytes = "hex")]
    g: [u8; 5],
    #[json(display)]
    h: Pieces,
    #[json(raw)]
    i: &'a str,
    #[json(html_safe, ascii)]
    j: &'a str,
    #[json(omit_empty, as_string)]
    k: u8,
    #[json(skip_none)]
    l: Option<&'a str>,
    #[json(skip_default)]
    m: u8,
    #[json(skip_default = "u64::MAX", as_string)]
    n: u64,
    #[json(as_string = "beyond_2_53")]
    o: i128,
    #[json(time = "rfc3339_nanos")]
    p: std::time::SystemTime,
    #[json(time = "iso8601")]
    q: std::time::Duration,
    #[json(time = "seconds")]
    r: std::time::Duration,
}

#[derive(ZeroAllocJson)]
#[json(as_string, decimals = 3, omit_empty, html_safe, ascii, sort_keys)]
struct Whole<'a> {
    zeta: u64,
    #[json(rename = "<é>")]
    key: &'a str,
    fields: Fields<'a>,
    floats: Vec<f64>,
    map: BTreeMap<&'a str, u64>,
}

fn whole(k: u8, pieces: u32) -> Whole<'static> {
    let fields = Fields {
        a: u64::MAX,
        b: Some(i128::MIN),
        c: false,
        d: -0.1,
        e: -1e25,
        f: b"any bytes",
        g: [0, 1, 0xfe, 0xff, 0x10],
        h: Pieces(pieces),
        i: "[1, {\"<\": \"é\"}]",
        j: "<🦀>",
        k,
        l: Some("l"),
        m: 1 - k,
        n: u64::MAX - u64::from(k),
        o: i128::MIN * i128::from(k),
        p: std::time::SystemTime::UNIX_EPOCH,
        q: std::time::Duration::MAX,
        r: std::time::Duration::MAX,
    };
    Whole {
        zeta: u64::from(k),
        key: "<<<é>>>",
        fields,
        floats: vec![0.5, 1e25],
        map: BTreeMap::from([("é", 1), ("<", 2)]),
    }
}

/// Every spare capacity up to beyond the text, on every backend; the same text, and what was before stays.
#[test]
fn every_capacity() {
    for k in [0, 1] {
        let value = whole(k, 1);
        let expected = record_runtime::to_string(&value);
        assert!(expected.is_ascii() && !expected.contains('<') && expected.len() > 500, "{expected}");
        let parsed: serde_json::Value = serde_json::from_str(&expected).expect("JSON");
        assert_eq!(parsed["fields"]["a"], "18446744073709551615");
        for spare in 0..expected.len() + 150 {
            for backend in Backend::ALL {
                let mut buf = Vec::with_capacity(2 + spare);
                buf.extend_from_slice("é".as_bytes());
                if let Some(result) = write_json_on(*backend, &value, &mut buf) {
                    assert!(result.is_ok());
                    let (before, written) = buf.split_at(2);
                    assert!(
                        before == "é".as_bytes() && written == expected.as_bytes(),
                        "{backend:?}, {spare} spare bytes"
                    );
                }
            }
        }
    }
}

/// A panic in a text that is to be escaped, or indented.
#[test]
fn panics_inside() {
    let value = whole(1, 1000);
    for capacity in [0, 5000] {
        let mut buf = Vec::with_capacity(capacity);
        buf.extend_from_slice(b"before<");
        assert!(quietly(|| value.write_json(&mut buf)).is_err());
        assert_eq!(buf, b"before<");
        let options = WriteOptions::new().html_safe().pretty();
        assert!(quietly(|| value.write_json_with(&mut buf, &options)).is_err());
        assert_eq!(buf, b"before<");
        whole(1, 1).write_json(&mut buf);
        assert_eq!(buf, ["before<", &record_runtime::to_string(&whole(1, 1))].concat().as_bytes());
    }
}
