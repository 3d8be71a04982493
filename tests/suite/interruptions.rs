//! A panic or an error in the middle of a value: the buffer is as it was before the call, and as good as new.

#![expect(clippy::trivially_copy_pass_by_ref, reason = "the signatures that the derives call")]

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;

use record_runtime::{Cursor, Dispatch, Error, JsonWriter, ZeroAllocJson};
use record_tests::models::Response;
use record_tests::oracle::quietly;

/// The event when the value is reached.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Act {
    /// It is written.
    Nothing,
    Panic,
    Fail,
}

const ACTS: [Act; 2] = [Act::Panic, Act::Fail];

/// By hand.
#[derive(Clone, Copy)]
struct Manual(Act);

impl ZeroAllocJson for Manual {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        // Something is written, and more than any buffer here has room for, before anything happens.
        let c = c.seq(0..1000);
        match self.0 {
            Act::Nothing => c,
            Act::Panic => panic!("on purpose"),
            Act::Fail => c.fail(Error::custom("on purpose")),
        }
    }
}

/// By `Display`.
struct Displayed(Act);

impl fmt::Display for Displayed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&"text with an escape\n ".repeat(50))?;
        match self.0 {
            Act::Nothing => Ok(()),
            Act::Panic => panic!("on purpose"),
            Act::Fail => Err(fmt::Error),
        }
    }
}

/// By a function that a field names.
fn write_act(act: &Act, w: &mut JsonWriter<'_>) {
    match act {
        Act::Nothing => w.value("nothing"),
        Act::Panic => {
            w.value(&vec![1.5; 500]);
            panic!("on purpose");
        }
        Act::Fail => w.fail(Error::custom("on purpose")),
    }
}

/// By a skip predicate.
fn predicate(act: &Act) -> bool {
    assert!(*act != Act::Panic, "on purpose");
    true
}

#[derive(ZeroAllocJson)]
struct Middle<'a> {
    before: Response<'a>,
    manual: Option<Manual>,
    formatted: fmt::Arguments<'a>,
    #[json(serialize_with = "write_act")]
    function: Act,
    #[json(skip_serializing_if = "predicate", serialize_with = "write_act")]
    skipped: Act,
    key: BTreeMap<u8, [Manual; 2]>,
    after: Vec<Response<'a>>,
}

fn middle(manual: Option<Manual>, function: Act, skipped: Act, key: Act, formatted: fmt::Arguments<'_>) -> Middle<'_> {
    Middle {
        before: Response::example(),
        manual,
        formatted,
        function,
        skipped,
        key: BTreeMap::from([(1, [Manual(Act::Nothing), Manual(key)])]),
        after: vec![Response::example()],
    }
}

/// Calls `test` with a value for each place at which something can happen.
fn for_each_place(act: Act, test: impl Fn(&str, &Middle<'_>)) {
    let nothing = Act::Nothing;
    test("manual", &middle(Some(Manual(act)), nothing, nothing, nothing, format_args!("")));
    test("function", &middle(None, act, nothing, nothing, format_args!("")));
    test("map", &middle(None, nothing, nothing, act, format_args!("")));
    test("display", &middle(None, nothing, nothing, nothing, format_args!("{}", Displayed(act))));
    test("all", &middle(Some(Manual(act)), act, act, act, format_args!("{}", Displayed(act))));
    if act == Act::Panic {
        test("predicate", &middle(None, nothing, act, nothing, format_args!("")));
    }
}

#[test]
fn the_buffer_is_as_it_was() {
    let sound = Response::example();
    let text = serde_json::to_vec(&sound).expect("serde_json writes it");
    for act in ACTS {
        for_each_place(act, |place, value| {
            for prefix in [b"".as_slice(), b"before", b"{\""] {
                for spare in (0..64).chain([100, 1000, 10_000, 100_000]) {
                    let mut buf = Vec::with_capacity(prefix.len() + spare);
                    buf.extend_from_slice(prefix);

                    let result = quietly(|| value.try_write_json(&mut buf));
                    assert!(!matches!(result, Ok(Ok(()))), "{act:?} in {place} was not noticed");
                    assert_eq!(result.is_err(), act == Act::Panic, "{act:?} in {place}");
                    assert_eq!(buf, prefix, "{act:?} in {place}, {spare} spare bytes");

                    assert!(quietly(|| value.write_json(&mut buf)).is_err());
                    assert_eq!(buf, prefix, "{act:?} in {place}, {spare} spare bytes");

                    sound.write_json(&mut buf);
                    assert!(buf == [prefix, &text].concat(), "the next write after {act:?} in {place}");
                }
            }
        });
    }
}

/// The free functions, and measuring, which runs the same code.
#[test]
fn the_other_entry_points() {
    for act in ACTS {
        for_each_place(act, |place, value| {
            assert!(quietly(|| record_runtime::to_vec(value)).is_err(), "{place}");
            assert!(quietly(|| record_runtime::to_string(value)).is_err(), "{place}");
            let mut written = Vec::new();
            let result = quietly(|| record_runtime::to_writer(&mut written, value));
            assert!(!matches!(result, Ok(Ok(()))), "{place}");
            assert!(written.is_empty(), "{place}: a part was given to the writer");
            // The writers may do anything while measuring, as long as it ends.
            let measured = quietly(|| value.json_capacity());
            assert_eq!(measured.is_err(), act == Act::Panic, "{place}");
        });
    }
}

#[test]
fn nothing_happens_without_an_act() {
    for_each_place(Act::Nothing, |place, value| {
        let mut buf = b"before".to_vec();
        assert!(value.try_write_json(&mut buf).is_ok(), "{place}");
        assert!(buf.starts_with(b"before{"), "{place}");
        let json: serde_json::Value = serde_json::from_slice(&buf[6..]).expect("JSON");
        assert_eq!(json["function"], "nothing", "{place}");
        assert_eq!(record_runtime::to_vec(value), buf[6..]);
    });
}

/// A function that catches the panic of what it writes: the value is an error, the buffer is as before.
#[test]
fn a_panic_that_is_caught_inside() {
    #[derive(ZeroAllocJson)]
    struct Catching {
        before: String,
        #[json(serialize_with = "catch")]
        act: Act,
        after: u8,
    }

    fn catch(act: &Act, w: &mut JsonWriter<'_>) {
        if quietly(|| w.value(&Manual(*act))).is_err() {
            w.value("caught");
        }
    }

    let value = |act| Catching { before: "before\n".repeat(20), act, after: 1 };
    for spare in 0..500 {
        let mut buf = Vec::with_capacity(spare);
        buf.push(b'!');
        let result = value(Act::Panic).try_write_json(&mut buf);
        assert!(result.is_err(), "a value of which a part is missing");
        assert_eq!(buf, b"!");
    }
    assert!(value(Act::Nothing).try_write_json(&mut Vec::new()).is_ok());
}

/// Writers that write to other buffers while they are called, as a `with` function might.
#[test]
fn writes_within_writes() {
    thread_local! {
        static INNER: Cell<usize> = const { Cell::new(0) };
    }

    #[derive(ZeroAllocJson)]
    struct Outer {
        #[json(serialize_with = "nested")]
        text: String,
        number: u8,
    }

    fn nested(text: &String, w: &mut JsonWriter<'_>) {
        let mut buf = Vec::new();
        (text, 1, text).write_json(&mut buf);
        INNER.set(INNER.get() + 1);
        w.value(str::from_utf8(&buf).expect("JSON is UTF-8"));
    }

    let value = [Outer { text: String::from("a\n"), number: 1 }, Outer { text: String::new(), number: 2 }];
    let mut buf = Vec::new();
    value.write_json(&mut buf);
    assert_eq!(INNER.get(), 2);
    assert_eq!(
        buf.escape_ascii().to_string(),
        br#"[{"text":"[\"a\\n\",1,\"a\\n\"]","number":1},{"text":"[\"\",1,\"\"]","number":2}]"#.escape_ascii().to_string()
    );
}
