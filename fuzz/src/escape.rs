//! Strings by every backend, at every place where one can stand, into buffers with any room: against the naive text.

use std::collections::BTreeMap;

use record_runtime::__private::{Backend, write_json_on};
use record_runtime::{JsonWriter, WriteOptions, ZeroAllocJson};

use crate::bytes::{Bytes, decoded};
use crate::text::{assert_text, escaped, quoted, restricted};

#[derive(ZeroAllocJson)]
struct Places<'a> {
    first: &'a str,
    number: u64,
    #[json(rename = "é<\"")]
    second: &'a str,
    list: [&'a str; 3],
    map: BTreeMap<&'a str, &'a str>,
    #[json(serialize_with = "displayed")]
    pieces: (&'a str, &'a str),
    last: &'a str,
}

fn displayed(pieces: &(&str, &str), w: &mut JsonWriter<'_>) {
    w.fmt(format_args!("{}{}-{}", pieces.0, pieces.1, pieces.0));
}

/// See the module.
///
/// # Panics
/// Where a text differs.
pub fn run(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let prefix = bytes.below(100);
    let spare = bytes.length(2000);
    let cut = usize::from(bytes.byte());
    let text = decoded(bytes.rest());
    let cut = text.floor_char_boundary(cut);
    let (head, tail) = text.split_at(cut);

    on_every_backend(text.as_str(), prefix, spare, &quoted(&text));
    let places = Places {
        first: head,
        number: cut as u64,
        second: tail,
        list: [tail, "", head],
        map: BTreeMap::from([(head, tail), (tail, head)]),
        pieces: (head, tail),
        last: &text,
    };
    let (quoted_head, quoted_tail) = (quoted(head), quoted(tail));
    let entries: Vec<String> =
        places.map.iter().map(|(key, value)| format!("{}:{}", quoted(key), quoted(value))).collect();
    let expected = format!(
        "{{\"first\":{quoted_head},\"number\":{cut},\"é<\\\"\":{quoted_tail},\"list\":[{quoted_tail},\"\",{quoted_head}],\
         \"map\":{{{}}},\"pieces\":\"{}{}-{}\",\"last\":{}}}",
        entries.join(","),
        escaped(head),
        escaped(tail),
        escaped(head),
        quoted(&text),
    );
    on_every_backend(&places, prefix, spare, &expected);
    for (html, ascii) in [(true, false), (false, true), (true, true)] {
        let mut options = WriteOptions::new();
        if html {
            options = options.html_safe();
        }
        if ascii {
            options = options.ascii();
        }
        let mut buf = Vec::new();
        places.write_json_with(&mut buf, &options);
        assert_text(&buf, &restricted(&expected, html, ascii), "with more escapes");
    }
    for character in text.chars().take(4) {
        on_every_backend(&character, prefix, spare, &quoted(character.encode_utf8(&mut [0; 4])));
    }
}

/// Writes behind a prefix, into a buffer with so much room behind it.
fn on_every_backend<T: ZeroAllocJson + ?Sized>(value: &T, prefix: usize, spare: usize, expected: &str) {
    for backend in Backend::ALL {
        let mut buf = Vec::with_capacity(prefix + spare);
        buf.resize(prefix, b'{');
        // `None`: not on this CPU.
        let Some(outcome) = write_json_on(*backend, value, &mut buf) else { continue };
        outcome.expect("a text can be written");
        assert!(buf[..prefix].iter().all(|byte| *byte == b'{'), "the prefix changed");
        assert_text(&buf[prefix..], expected, &format!("{backend:?}, {spare} spare bytes"));
    }
}
