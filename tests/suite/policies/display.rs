//! `display`, against a serde type whose text `format!` made.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::net::Ipv4Addr;

use record_runtime::ZeroAllocJson;
use record_tests::oracle::{assert_error, assert_like, assert_text};
use serde::Serialize;

/// Displayed in pieces, with characters to escape.
#[derive(Clone)]
struct Version(u32, &'static str);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.0)?;
        f.write_str("\"\\\n")?;
        f.write_str(self.1)
    }
}

#[derive(ZeroAllocJson)]
struct Displayed<'a, T: fmt::Display> {
    #[json(display)]
    version: Version,
    #[json(display)]
    number: u64,
    #[json(display)]
    address: Ipv4Addr,
    #[json(display)]
    option: Option<Version>,
    #[json(display)]
    none: Option<&'a Version>,
    #[json(display)]
    list: Vec<Version>,
    #[json(display)]
    borrowed: &'a Version,
    #[json(display)]
    slice: &'a [Version],
    #[json(display)]
    borrowed_slice: &'a Option<&'a mut [&'a Option<Version>]>,
    #[json(display)]
    array: [Version; 1],
    #[json(display)]
    deep: Option<Vec<Option<Version>>>,
    #[json(display)]
    boxed: Box<Version>,
    #[json(display)]
    text: String,
    #[json(display)]
    generic: T,
    #[json(display, skip_none)]
    skipped: Option<Version>,
}

#[derive(Serialize)]
struct Reference {
    version: String,
    number: String,
    address: String,
    option: Option<String>,
    none: Option<String>,
    list: Vec<String>,
    borrowed: String,
    slice: Vec<String>,
    borrowed_slice: Option<Vec<Option<String>>>,
    array: [String; 1],
    deep: Option<Vec<Option<String>>>,
    boxed: String,
    text: String,
    generic: String,
}

#[test]
fn what_is_displayed() {
    let version = Version(7, "ü");
    let text = version.to_string();
    let value = Displayed {
        version: version.clone(),
        number: 1,
        address: Ipv4Addr::LOCALHOST,
        option: Some(version.clone()),
        none: None,
        list: vec![version.clone(), version.clone()],
        borrowed: &version,
        slice: &[version.clone(), version.clone()],
        borrowed_slice: &Some(&mut [&None, &Some(version.clone())]),
        array: [version.clone()],
        deep: Some(vec![None, Some(version.clone())]),
        boxed: Box::new(version.clone()),
        text: String::from("t\n"),
        generic: 'x',
        skipped: None,
    };
    let reference = Reference {
        version: text.clone(),
        number: String::from("1"),
        address: String::from("127.0.0.1"),
        option: Some(text.clone()),
        none: None,
        list: vec![text.clone(), text.clone()],
        borrowed: text.clone(),
        slice: vec![text.clone(), text.clone()],
        borrowed_slice: Some(vec![None, Some(text.clone())]),
        array: [text.clone()],
        deep: Some(vec![None, Some(text.clone())]),
        boxed: text,
        text: String::from("t\n"),
        generic: String::from("x"),
    };
    assert_like(&value, &reference);
}

/// Of a type: written as a string, and usable as a key.
#[test]
fn a_type_that_is_displayed() {
    #[derive(ZeroAllocJson, PartialEq, Eq, PartialOrd, Ord)]
    #[json(display)]
    struct Semver {
        major: u8,
        minor: u8,
    }

    impl fmt::Display for Semver {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{}.{}", self.major, self.minor)
        }
    }

    #[derive(ZeroAllocJson)]
    #[json(display, html_safe)]
    enum Either<T> {
        A(T),
        B,
    }

    impl<T: fmt::Display> fmt::Display for Either<T> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            match self {
                Self::A(value) => write!(f, "<{value}>"),
                Self::B => f.write_str("none"),
            }
        }
    }

    let value = Semver { major: 1, minor: 2 };
    assert_text(&[Some(&value), None], r#"["1.2",null]"#);
    assert_text(&BTreeMap::from([(value, 3)]), r#"{"1.2":3}"#);
    assert_text(&[Either::A(1), Either::B], r#"["\u003c1\u003e","none"]"#);
}

#[test]
fn a_display_that_fails() {
    struct Fails(Cell<u32>);

    impl fmt::Display for Fails {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a piece")?;
            self.0.set(self.0.get() + 1);
            Err(fmt::Error)
        }
    }

    #[derive(ZeroAllocJson)]
    struct Holds {
        #[json(display)]
        fails: Fails,
    }

    let value = Holds { fails: Fails(Cell::new(0)) };
    assert_eq!(assert_error(&value), "a Display implementation returned an error");
    assert!(value.fails.0.get() > 0);
}
