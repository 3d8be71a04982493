//! `ZeroAllocJson` by hand, through the safe methods of the cursor.

use std::collections::BTreeMap;
use std::fmt;

use record_runtime::{Cursor, Dispatch, Error, ZeroAllocJson};
use record_tests::oracle::{assert_error, assert_like, assert_text, quietly};
use serde::Serialize;

/// Writes what a closure-like function says.
macro_rules! by_hand {
    ($name:ident($($field:ty)?), $this:ident, $c:ident => $write:expr) => {
        struct $name($($field)?);

        impl ZeroAllocJson for $name {
            fn write_value<'s, D: Dispatch>(&self, $c: Cursor<'s, D>) -> Cursor<'s, D> {
                let $this = self;
                $write
            }
        }
    };
}

by_hand!(Primitives(), _this, c => c
    .object()
    .field("null", &Null())
    .field("bool", &true)
    .field("u64", &u64::MAX)
    .field("str", "a\"b")
    .end());
by_hand!(Null(), _this, c => c.null());
by_hand!(Bool(bool), this, c => c.bool(this.0));
by_hand!(Unsigned(u64), this, c => c.u64(this.0));
by_hand!(Signed(i64), this, c => c.i64(this.0));
by_hand!(WideUnsigned(u128), this, c => c.u128(this.0));
by_hand!(WideSigned(i128), this, c => c.i128(this.0));
by_hand!(Double(f64), this, c => c.f64(this.0));
by_hand!(Single(f32), this, c => c.f32(this.0));
by_hand!(Character(char), this, c => c.char(this.0));
by_hand!(Text(&'static str), this, c => c.str(this.0));
by_hand!(Raw(&'static str), this, c => c.raw(this.0));
by_hand!(Formatted(f64), this, c => c.fmt(format_args!("{:.2}\n\"{}\"", this.0, this.0)));
by_hand!(Sequence(Vec<u8>), this, c => c.seq(&this.0));
by_hand!(Squares(u64), this, c => c.seq((0..this.0).map(|n| n * n)));
by_hand!(Pairs(Vec<(&'static str, Vec<i8>)>), this, c => c.map(this.0.iter().map(|(key, value)| (*key, value))));
by_hand!(Delegating(Vec<Option<&'static str>>), this, c => c.value(&this.0));
by_hand!(Failing(&'static str), this, c => {
    let c = c.seq(0..1000);
    c.fail(Error::custom(this.0))
});
by_hand!(Stringly(u32), this, c => c.fmt(format_args!("{}", this.0)));

impl PartialEq for Stringly {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Stringly {}

impl PartialOrd for Stringly {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Stringly {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}

#[test]
fn each_method_of_the_cursor() {
    assert_text(&Primitives(), r#"{"null":null,"bool":true,"u64":18446744073709551615,"str":"a\"b"}"#);
    assert_text(&Null(), "null");
    assert_like(&[Bool(true), Bool(false)], &[true, false]);
    assert_like(&[Unsigned(0), Unsigned(u64::MAX)], &[0, u64::MAX]);
    assert_like(&[Signed(0), Signed(i64::MIN)], &[0, i64::MIN]);
    assert_like(&[WideUnsigned(0), WideUnsigned(u128::MAX)], &[0, u128::MAX]);
    assert_like(&[WideSigned(0), WideSigned(i128::MIN)], &[0, i128::MIN]);
    assert_like(&[Double(0.1), Double(f64::MIN), Double(f64::NAN)], &[0.1, f64::MIN, f64::NAN]);
    assert_like(&[Single(0.1), Single(f32::MIN), Single(f32::NAN)], &[0.1, f32::MIN, f32::NAN]);
    assert_like(&[Character('a'), Character('\u{0}'), Character('🦀')], &['a', '\u{0}', '🦀']);
    assert_like(&[Text(""), Text("\"é\n")], &["", "\"é\n"]);
    assert_text(&[Raw("{ \"any\" : [1,2] }"), Raw("1e5")], r#"[{ "any" : [1,2] },1e5]"#);
    assert_text(&Formatted(1.5), r#""1.50\n\"1.5\"""#);
    assert_like(
        &[Sequence(vec![]), Sequence(vec![1]), Sequence((0..200).collect())],
        &[vec![], vec![1], (0..200).collect()],
    );
    assert_like(&Squares(100), &(0..100).map(|n| n * n).collect::<Vec<u64>>());
    assert_text(&Pairs(vec![]), "{}");
    assert_text(&Pairs(vec![("b", vec![-1]), ("a\n", vec![])]), r#"{"b":[-1],"a\n":[]}"#);
    assert_like(&Delegating(vec![Some("x"), None]), &[Some("x"), None]);
}

#[test]
fn objects_by_hand() {
    by_hand!(Nothing(), _this, c => c.object().end());
    by_hand!(Nested(u8), this, c => c
        .object()
        .field("", &this.0)
        .field("key\u{1}", &Nothing())
        .field(&"long ".repeat(30), &BTreeMap::from([("a", Primitives())]))
        .end());
    assert_text(&Nothing(), "{}");
    let long = "long ".repeat(30);
    let inner = r#"{"null":null,"bool":true,"u64":18446744073709551615,"str":"a\"b"}"#;
    assert_text(&Nested(7), &format!(r#"{{"":7,"key\u0001":{{}},"{long}":{{"a":{inner}}}}}"#));
}

#[test]
fn fields_of_derived_types() {
    #[derive(ZeroAllocJson)]
    struct Holder {
        number: Unsigned,
        text: Text,
        #[json(skip_serializing_if = "always")]
        _skipped: Failing,
        list: Vec<Signed>,
        map: BTreeMap<u8, Option<Sequence>>,
        raw: Raw,
    }

    #[derive(Serialize)]
    struct Reference {
        number: u64,
        text: &'static str,
        list: Vec<i64>,
        map: BTreeMap<u8, Option<Vec<u8>>>,
        raw: (),
    }

    fn always<T>(_: &T) -> bool {
        true
    }

    assert_like(
        &Holder {
            number: Unsigned(1),
            text: Text("t\\"),
            _skipped: Failing("never met"),
            list: vec![Signed(-1), Signed(2)],
            map: BTreeMap::from([(1, Some(Sequence(vec![1, 2]))), (2, None)]),
            raw: Raw("null"),
        },
        &Reference {
            number: 1,
            text: "t\\",
            list: vec![-1, 2],
            map: BTreeMap::from([(1, Some(vec![1, 2])), (2, None)]),
            raw: (),
        },
    );
}

#[test]
fn keys_by_hand() {
    assert_text(&BTreeMap::from([(Stringly(1), "a"), (Stringly(20), "b")]), r#"{"1":"a","20":"b"}"#);
}

#[test]
fn errors_by_hand() {
    assert_eq!(assert_error(&Failing("a reason")), "a reason");
    assert_eq!(assert_error(&(1, vec![Failing("first"), Failing("second")], "x".repeat(1000))), "first");
}

/// A `Display` that reports an error; serde's `collect_str` reports one as well.
#[test]
fn a_display_that_fails() {
    struct Broken;
    impl fmt::Display for Broken {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("some text")?;
            Err(fmt::Error)
        }
    }
    by_hand!(Displayed(), _this, c => c.fmt(format_args!("{Broken}")));
    assert_error(&Displayed());
    assert_error(&("before", Displayed(), "after"));
    assert_error(&format_args!("{Broken}"));
}

/// The marker is a promise that safe code can break: the text may be wrong then, or an error, but nothing worse.
#[test]
fn objects_that_are_none() {
    struct Claims(&'static str);
    impl ZeroAllocJson for Claims {
        fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
            c.raw(self.0)
        }
    }

    #[derive(ZeroAllocJson)]
    struct Only {
        #[json(flatten)]
        claims: Claims,
    }

    #[derive(ZeroAllocJson)]
    struct Between {
        before: u8,
        #[json(flatten)]
        claims: Claims,
        after: u8,
    }

    for text in ["[1,2]", "1", "true", "-", " {}", ",", "}"] {
        assert_error(&Only { claims: Claims(text) });
        assert_error(&Between { before: 1, claims: Claims(text), after: 2 });
    }
    for text in ["", "{", "{}", "{{{", "n", "nul", "\"", "\"x", "{\"a\":1}", "\"é", "{\u{1}"] {
        for capacity in 0..200 {
            let mut buf = Vec::with_capacity(capacity);
            buf.push(b'[');
            let value = (Only { claims: Claims(text) }, Between { before: 1, claims: Claims(text), after: 2 });
            let result = quietly(|| value.try_write_json(&mut buf));
            assert_eq!(buf.first(), Some(&b'['), "{text}");
            assert!(str::from_utf8(&buf).is_ok(), "{text}: {}", buf.escape_ascii());
            if !matches!(result, Ok(Ok(()))) {
                assert_eq!(buf, b"[", "{text}");
            }
        }
    }
    assert_text(&Between { before: 1, claims: Claims("{\"a\":1}"), after: 2 }, r#"{"before":1,"a":1,"after":2}"#);
    assert_text(&Only { claims: Claims("{\"a\":1}") }, r#"{"a":1}"#);
}

/// Constants of a type that are wrong: too small a `MAX_JSON_LEN` is a wrong answer to who asks, and no more.
#[test]
fn a_wrong_length_is_harmless() {
    struct Longer(usize);
    impl ZeroAllocJson for Longer {
        const MAX_JSON_LEN: Option<usize> = Some(1);
        fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
            c.str(&"x".repeat(self.0))
        }
    }

    #[derive(ZeroAllocJson)]
    struct Holder {
        a: Longer,
        b: Option<Longer>,
        c: (Longer, u8),
    }

    for len in [0, 1, 63, 64, 65, 1000] {
        let value = vec![Holder { a: Longer(len), b: Some(Longer(len)), c: (Longer(len), 1) }];
        let x = "x".repeat(len);
        let expected = format!(r#"[{{"a":"{x}","b":"{x}","c":["{x}",1]}}]"#);
        for capacity in (0..300).step_by(7) {
            let mut buf = Vec::with_capacity(capacity);
            value.write_json(&mut buf);
            assert_eq!(buf, expected.as_bytes());
        }
    }
}

#[test]
fn an_iterator_that_panics() {
    by_hand!(Panicking(usize), this, c => c.seq((0..=this.0).map(|n| {
        assert!(n < this.0, "on purpose");
        u64::MAX
    })));
    for count in [0, 1, 10, 1000] {
        let mut buf = b"before".to_vec();
        assert!(quietly(|| Panicking(count).write_json(&mut buf)).is_err());
        assert_eq!(buf, b"before");
    }
}
