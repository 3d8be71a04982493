//! Every function that writes, counting how often it runs user code.

use std::cell::Cell;

use record_runtime::__private::{Backend, write_json_on};
use record_runtime::{
    ArrayWriter, PooledBuffer, SliceError, WriteOptions, ZeroAllocJson, append_json_lines, stream_json_array,
    stream_json_lines, to_string, to_string_pretty, to_string_with, to_vec, to_writer, try_to_string,
    try_to_string_pretty, try_to_string_with, try_to_vec,
};

thread_local! {
    /// Raised by the code that is counted.
    pub static COUNT: Cell<usize> = const { Cell::new(0) };
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("UTF-8")
}

fn appended(append: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut buf = Vec::new();
    append(&mut buf);
    text(buf)
}

/// Has a new value written by each function: that it runs what is counted `count` times, and writes what `write_json`
/// writes.
///
/// # Panics
/// Where one of them does not.
#[track_caller]
pub fn assert_once<T: ZeroAllocJson>(make: impl Fn() -> T, count: usize) {
    let expected = appended(|buf| make().write_json(buf));
    let with = |options: &WriteOptions<'_>| appended(|buf| make().write_json_with(buf, options));
    let html = WriteOptions::new().html_safe().ascii();
    let (escaped, pretty) = (with(&html), with(&WriteOptions::new().pretty()));

    let check = |function: &str, expected: &str, write: &dyn Fn() -> String| {
        COUNT.set(0);
        let written = write();
        assert_eq!(COUNT.replace(0), count, "times that `{function}` ran what it should once");
        assert_eq!(written, expected, "`{function}`");
    };
    check("write_json", &expected, &|| appended(|buf| make().write_json(buf)));
    check("try_write_json", &expected, &|| appended(|buf| make().try_write_json(buf).expect("written")));
    check("write_json_with", &escaped, &|| with(&html));
    check("try_write_json_with", &pretty, &|| {
        appended(|buf| make().try_write_json_with(buf, &WriteOptions::new().pretty()).expect("written"))
    });
    check("to_vec", &expected, &|| text(to_vec(&make())));
    check("try_to_vec", &expected, &|| text(try_to_vec(&make()).expect("written")));
    check("to_string", &expected, &|| to_string(&make()));
    check("try_to_string", &expected, &|| try_to_string(&make()).expect("written"));
    check("to_string_with", &escaped, &|| to_string_with(&make(), &html));
    check("try_to_string_with", &escaped, &|| try_to_string_with(&make(), &html).expect("written"));
    check("to_string_pretty", &pretty, &|| to_string_pretty(&make()));
    check("try_to_string_pretty", &pretty, &|| try_to_string_pretty(&make()).expect("written"));
    check("to_writer", &expected, &|| appended(|buf| to_writer(buf, &make()).expect("written")));
    check("PooledBuffer", &expected, &|| {
        let mut buffer = PooledBuffer::checkout();
        make().write_json(&mut buffer);
        text(buffer.to_vec())
    });
    for spare in [0, 1, 64, 1_000] {
        check("write_json_to_slice", &expected, &|| {
            let mut slice = vec![0; expected.len() + spare];
            let len = make().write_json_to_slice(&mut slice).expect("written");
            slice.truncate(len);
            text(slice)
        });
    }
    for len in [0, expected.len() / 2, expected.len() - 1] {
        check("write_json_to_slice", &expected, &|| match make().write_json_to_slice(&mut vec![0; len]) {
            Err(SliceError::TooShort { missing }) if missing + len == expected.len() => expected.clone(),
            other => panic!("{other:?}"),
        });
    }
    check("append_json_lines", &(expected.clone() + "\n"), &|| {
        appended(|buf| assert_eq!(append_json_lines([make()], buf).expect("written"), 1))
    });
    check("stream_json_lines", &(expected.clone() + "\n"), &|| {
        appended(|out| assert!(stream_json_lines([make()], out, &mut Vec::new()).is_ok()))
    });
    check("stream_json_array", &format!("[{expected}]"), &|| {
        appended(|out| assert!(stream_json_array([make()], out, &mut Vec::new()).is_ok()))
    });
    check("ArrayWriter", &format!("[{expected}]"), &|| {
        appended(|out| {
            let mut buf = Vec::new();
            let mut array = ArrayWriter::new(out, &mut buf);
            array.push(&make()).expect("written");
            array.finish().expect("written");
        })
    });
    for backend in Backend::ALL {
        let mut buf = Vec::new();
        if write_json_on(*backend, &0, &mut buf).is_some() {
            check("a backend", &expected, &|| appended(|buf| assert!(write_json_on(*backend, &make(), buf).is_some())));
        }
    }
}
