//! `JsonWriter`, by which functions write a field: every method, and functions that break its promise.

use std::cell::RefCell;
use std::collections::BTreeMap;

use record_runtime::{Cursor, Dispatch, Error, JsonWriter, ZeroAllocJson, to_string};
use record_tests::oracle::{assert_error, assert_text, quietly};

/// A value that a closure writes.
struct By<F>(F);

impl<F: Fn(&mut JsonWriter<'_>)> ZeroAllocJson for By<F> {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        #[derive(ZeroAllocJson)]
        #[json(transparent)]
        struct Field<'f>(#[json(serialize_with = "call")] &'f dyn Fn(&mut JsonWriter<'_>));

        fn call(write: &&dyn Fn(&mut JsonWriter<'_>), w: &mut JsonWriter<'_>) {
            write(w);
        }

        c.value(&Field(&self.0))
    }
}

#[track_caller]
fn assert_written(write: impl Fn(&mut JsonWriter<'_>), expected: &str) {
    assert_text(&By(&write), expected);
    assert_text(&[By(&write), By(&write)], &format!("[{expected},{expected}]"));
}

#[test]
fn values_of_every_kind() {
    assert_written(|w| w.bool(true), "true");
    assert_written(|w| w.u64(u64::MAX), "18446744073709551615");
    assert_written(|w| w.i64(i64::MIN), "-9223372036854775808");
    assert_written(|w| w.u128(u128::MAX), "340282366920938463463374607431768211455");
    assert_written(|w| w.i128(-1), "-1");
    assert_written(|w| w.f64(1.5), "1.5");
    assert_written(|w| w.f64(f64::NAN), "null");
    assert_written(|w| w.f32(0.1), "0.1");
    assert_written(|w| w.char('"'), r#""\"""#);
    assert_written(|w| w.str("a\n"), r#""a\n""#);
    assert_written(
        |w| {
            w.null();
        },
        "null",
    );
    assert_written(|w| w.seq([1, 2]), "[1,2]");
    assert_written(|w| w.seq([""; 0]), "[]");
    assert_written(|w| w.map([("k\"ey", 1), ("", 2)]), r#"{"k\"ey":1,"":2}"#);
    assert_written(|w| w.map([(1, 1); 0]), "{}");
    assert_written(|w| w.object().end(), "{}");
    assert_written(|w| w.object().field("a", &1).end(), r#"{"a":1}"#);
    let nested = |w: &mut JsonWriter<'_>| {
        let mut object = w.object().field("k\"ey", "x").field("list", &[1, 2]);
        for n in 0..3_u8 {
            object = object.field("by", &By(move |w: &mut JsonWriter<'_>| w.object().field("n", &n).end()));
        }
        object.field("map", &BTreeMap::from([(1, "long".repeat(100))])).end();
    };
    let expected = format!(
        r#"{{"k\"ey":"x","list":[1,2],"by":{{"n":0}},"by":{{"n":1}},"by":{{"n":2}},"map":{{"1":"{}"}}}}"#,
        "long".repeat(100)
    );
    assert_written(nested, &expected);
}

/// None, several, and a part of one.
#[test]
fn not_one_value() {
    struct Panics;

    impl ZeroAllocJson for Panics {
        fn write_value<'s, D: Dispatch>(&self, _: Cursor<'s, D>) -> Cursor<'s, D> {
            panic!("written")
        }
    }

    assert_error(&By(|_: &mut JsonWriter<'_>| ()));
    assert_error(&By(|w: &mut JsonWriter<'_>| {
        w.null();
        w.object().end();
    }));
    let not_ended = "an object was begun by `JsonWriter::object` and not ended";
    let empty = By(|w: &mut JsonWriter<'_>| {
        let _unfinished = w.object();
    });
    assert_eq!(assert_error(&empty), not_ended);
    let with_field = By(|w: &mut JsonWriter<'_>| {
        let _unfinished = w.object().field("a", &1);
    });
    assert_eq!(assert_error(&with_field), not_ended);
    // Text behind an object that was not ended does not end it.
    let then = By(|w: &mut JsonWriter<'_>| {
        let _unfinished = w.object().field("a", &1);
        w.str("x");
        w.object().field("b", &1).end();
    });
    assert_eq!(assert_error(&then), not_ended);
    // Fields of another object do not become its fields: they are not written at all.
    let other = By(|w: &mut JsonWriter<'_>| {
        let _unfinished = w.object().field("a", &1);
        w.object().field("b", &Panics).end();
    });
    assert_eq!(assert_error(&other), not_ended);
    let fails = By(|w: &mut JsonWriter<'_>| {
        let _unfinished = w.object().field("a", &1);
        w.fail(Error::custom("given up"));
    });
    assert_eq!(assert_error(&fails), "given up");
}

/// Fields that panic, which the function catches.
#[test]
fn fields_that_panic() {
    struct Panics;

    impl ZeroAllocJson for Panics {
        fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
            let _lost = c.seq(0..500);
            panic!("on purpose")
        }
    }

    for ends in [false, true] {
        let value = By(move |w: &mut JsonWriter<'_>| {
            let object = RefCell::new(Some(w.object().field("a", "x")));
            let caught = quietly(|| {
                let taken = object.take().expect("there");
                let panics = taken.field("b", &Panics);
                object.replace(Some(panics));
            });
            assert!(caught.is_err());
            let _unfinished = object.into_inner();
            if ends {
                w.object().field("c", &1).end();
                w.str("y");
            }
        });
        assert_error(&value);
        assert_error(&(1, vec![value], "z".repeat(300)));
    }
    assert_eq!(to_string(&By(|w: &mut JsonWriter<'_>| w.null())), "null");
}
