//! JSON Lines: each line whole or not at all.

use record_runtime::{ZeroAllocJson, append_json_lines};
use record_tests::models::User;
use record_tests::oracle::quietly;

use super::Panics;

#[derive(ZeroAllocJson)]
struct Raw<'a>(#[json(raw = "trusted")] &'a str);

#[derive(ZeroAllocJson)]
struct Checked<'a> {
    before: u8,
    #[json(raw)]
    text: &'a str,
}

#[test]
fn a_value_a_line() {
    let users: Vec<_> = (0..50).map(User::example).collect();
    let mut buf = b"before\n".to_vec();
    assert_eq!(append_json_lines(&users, &mut buf).expect("written"), 50);
    let mut expected = b"before\n".to_vec();
    for user in &users {
        serde_json::to_writer(&mut expected, user).expect("serde_json writes it");
        expected.push(b'\n');
    }
    assert!(buf == expected);
    assert_eq!(append_json_lines(std::iter::empty::<u8>(), &mut buf).expect("written"), 0);
    assert!(buf == expected);
}

/// Line breaks of a text that was JSON before are left out; those in strings are escapes anyway.
#[test]
fn no_line_breaks_within_a_line() {
    let texts = ["[\n1,\r\n 2 ]", "{\"a b\" : \"c\\n d\"}\n", "[1, 2]", "\"\\\\\"\n"];
    let mut buf = Vec::new();
    append_json_lines(texts.map(Raw), &mut buf).expect("written");
    let text = String::from_utf8(buf).expect("UTF-8");
    assert_eq!(text, "[1,2]\n{\"a b\":\"c\\n d\"}\n[1, 2]\n\"\\\\\"\n");
    for (line, raw) in text.lines().zip(texts) {
        let [line, raw]: [serde_json::Value; 2] = [line, raw].map(|text| serde_json::from_str(text).expect("JSON"));
        assert_eq!(line, raw);
    }
}

#[test]
fn a_value_that_cannot_be_written() {
    let values = ["1", "[]", "[", "2"].map(|text| Checked { before: 1, text });
    let mut buf = b"x".to_vec();
    let error = append_json_lines(&values, &mut buf).expect_err("the third is not JSON");
    assert_eq!(error.lines(), 2);
    assert_eq!(error.to_string(), "text: a text that is to be written raw is not JSON (after 2 lines)");
    assert_eq!(buf, b"x{\"before\":1,\"text\":1}\n{\"before\":1,\"text\":[]}\n");
}

#[test]
fn a_panic_in_the_middle() {
    let mut buf = b"x".to_vec();
    let values = [Ok(1), Ok(2), Err(Panics), Ok(3)];
    assert!(quietly(|| append_json_lines(&values, &mut buf)).is_err());
    assert_eq!(buf, b"x{\"Ok\":1}\n{\"Ok\":2}\n");
}
