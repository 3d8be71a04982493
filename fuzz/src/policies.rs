//! Every policy, alone and with others, on random values: against texts that are put together by hand.

use std::collections::BTreeMap;
use std::fmt;

use record_runtime::__private::{Backend, write_json_on};
use record_runtime::ZeroAllocJson;
use serde::de::IgnoredAny;

use crate::bytes::{Bytes, decoded};
use crate::text::{assert_text, quoted, restricted};

/// Displays in pieces.
struct Shown(String, u64);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:>5}<{}>", self.0, self.1, self.0)
    }
}

#[derive(ZeroAllocJson)]
struct Encoded<'a> {
    #[json(bytes = "base64")]
    base64: &'a [u8],
    #[json(bytes = "base64url")]
    base64url: &'a [u8],
    #[json(bytes = "hex")]
    hex: &'a [u8],
    #[json(bytes = "utf8")]
    utf8: &'a [u8],
}

#[derive(ZeroAllocJson)]
struct Omitted<'a> {
    #[json(skip_none)]
    none: Option<u64>,
    #[json(omit_empty)]
    list: Vec<u8>,
    #[json(omit_empty)]
    text: &'a str,
    #[json(skip_none)]
    text_or_none: Option<&'a str>,
    #[json(omit_empty)]
    map: BTreeMap<u8, u8>,
}

#[derive(ZeroAllocJson)]
#[json(html_safe)]
struct Html<'a> {
    a: &'a str,
    inner: Ascii<'a>,
    map: BTreeMap<&'a str, u8>,
}

#[derive(ZeroAllocJson)]
#[json(ascii)]
struct Ascii<'a> {
    a: &'a str,
    #[json(display)]
    shown: Shown,
}

#[derive(ZeroAllocJson)]
#[json(sort_keys, as_string, skip_none)]
struct Sorted<'a> {
    z: u64,
    m: Option<f64>,
    a: bool,
    #[json(rename = "")]
    text: &'a str,
    b: Option<i8>,
}

#[derive(Clone, Copy, ZeroAllocJson)]
#[json(repr)]
#[repr(i16)]
enum Code {
    Low = -300,
    Zero = 0,
    One,
    High = 999,
}

#[derive(ZeroAllocJson)]
struct Raw<'a> {
    before: Code,
    #[json(raw)]
    json: &'a str,
    after: Code,
}

/// See the module.
///
/// # Panics
/// Where a text differs.
pub fn run(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let spare = bytes.length(1000);
    let (number, float) = (bytes.integer(), bytes.f64());
    let (some, other) = (bytes.flag(), bytes.flag());
    let code = [Code::Low, Code::Zero, Code::One, Code::High][bytes.below(4)];
    let len = bytes.length(300);
    let blob = bytes.take(len);
    let text = decoded(bytes.rest());
    encoded(blob, spare);

    let value = Omitted {
        none: some.then_some(number),
        list: blob.to_vec(),
        text: &text,
        text_or_none: other.then_some(text.as_str()),
        map: blob.iter().take(3).map(|byte| (*byte, 1)).collect(),
    };
    let mut entries = Vec::new();
    entries.extend(value.none.map(|number| format!("\"none\":{number}")));
    if !blob.is_empty() {
        entries.push(format!("\"list\":{}", serde_json::to_string(blob).expect("numbers")));
    }
    if !text.is_empty() {
        entries.push(format!("\"text\":{}", quoted(&text)));
    }
    entries.extend(value.text_or_none.map(|text| format!("\"text_or_none\":{}", quoted(text))));
    if !value.map.is_empty() {
        entries.push(format!("\"map\":{}", serde_json::to_string(&value.map).expect("numbers")));
    }
    same(&value, spare, &format!("{{{}}}", entries.join(",")));

    let shown = Shown(text.clone(), number);
    let displayed = shown.to_string();
    let value =
        Html { a: &text, inner: Ascii { a: &text, shown }, map: BTreeMap::from([(text.as_str(), 1), ("<é>", 2)]) };
    let ascii = restricted(&format!("{{\"a\":{},\"shown\":{}}}", quoted(&text), quoted(&displayed)), false, true);
    let map: Vec<String> = value.map.iter().map(|(key, value)| format!("{}:{value}", quoted(key))).collect();
    let expected = format!("{{\"a\":{},\"inner\":{ascii},\"map\":{{{}}}}}", quoted(&text), map.join(","));
    same(&value, spare, &restricted(&expected, true, false));

    let value = Sorted { z: number, m: some.then_some(float), a: other, text: &text, b: other.then_some(-5) };
    let mut entries = vec![format!("\"\":{}", quoted(&text)), format!("\"a\":\"{other}\"")];
    entries.extend(value.b.map(|number| format!("\"b\":\"{number}\"")));
    entries.extend(value.m.map(|float| {
        let number = serde_json::to_string(&float).expect("a number");
        if float.is_finite() { format!("\"m\":\"{number}\"") } else { "\"m\":null".to_owned() }
    }));
    entries.push(format!("\"z\":\"{number}\""));
    same(&value, spare, &format!("{{{}}}", entries.join(",")));

    raw(code, &text, spare);
    raw(code, &serde_json::to_string(&(&text, float, [some])).expect("JSON"), spare);
}

fn raw(code: Code, json: &str, spare: usize) {
    let value = Raw { before: code, json, after: code };
    // Deeper than `serde_json` reads is not compared.
    if json.bytes().filter(|byte| matches!(byte, b'[' | b'{')).count() > 120 {
        return;
    }
    if serde_json::from_str::<IgnoredAny>(json).is_ok() {
        let number = code as i16;
        same(&value, spare, &format!("{{\"before\":{number},\"json\":{json},\"after\":{number}}}"));
    } else {
        refused(&value);
    }
}

fn encoded(blob: &[u8], spare: usize) {
    const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut base64 = String::new();
    let mut hex = String::new();
    for group in blob.chunks(3) {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for at in 0..4 {
            let digit = char::from(STANDARD[(bits >> (18 - 6 * at)) as usize % 64]);
            base64.push(if at > group.len() { '=' } else { digit });
        }
    }
    for byte in blob {
        hex.push_str(&format!("{byte:02x}"));
    }
    let base64url = base64.replace('+', "-").replace('/', "_").replace('=', "");
    let value = Encoded { base64: blob, base64url: blob, hex: blob, utf8: blob };
    match std::str::from_utf8(blob) {
        Ok(text) => same(
            &value,
            spare,
            &format!(
                "{{\"base64\":\"{base64}\",\"base64url\":\"{base64url}\",\"hex\":\"{hex}\",\"utf8\":{}}}",
                quoted(text)
            ),
        ),
        Err(_) => {
            refused(&value);
            same(
                &Encoded { utf8: b"", ..value },
                spare,
                &format!("{{\"base64\":\"{base64}\",\"base64url\":\"{base64url}\",\"hex\":\"{hex}\",\"utf8\":\"\"}}"),
            );
        }
    }
}

fn same<T: ZeroAllocJson>(value: &T, spare: usize, expected: &str) {
    for backend in Backend::ALL {
        let mut buf = Vec::with_capacity(spare);
        // `None`: not on this CPU.
        let Some(outcome) = write_json_on(*backend, value, &mut buf) else { continue };
        if let Err(error) = outcome {
            panic!("{backend:?} refuses {expected}: {error}");
        }
        assert_text(&buf, expected, &format!("{backend:?}, {spare} spare bytes"));
    }
    assert_eq!(value.json_len(), expected.len(), "json_len");
}

fn refused<T: ZeroAllocJson>(value: &T) {
    let mut buf = b"before".to_vec();
    assert!(value.try_write_json(&mut buf).is_err(), "written: {}", buf.escape_ascii());
    assert_eq!(buf, b"before");
}
