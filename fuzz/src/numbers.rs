//! Integers, floats and decimals by every backend, alone, in fields and in rows: against `serde_json` and the standard
//! library.

use std::num::NonZero;

use record_runtime::__private::{Backend, write_json_on};
use record_runtime::ZeroAllocJson;
use serde::Serialize;

use crate::bytes::Bytes;
use crate::text::assert_text;

#[derive(Serialize, ZeroAllocJson)]
struct Fields {
    a: u64,
    b: i64,
    c: u32,
    d: i32,
    e: u16,
    f: i16,
    g: u8,
    h: i8,
    i: u128,
    j: i128,
    k: f64,
    l: f32,
    m: Option<f64>,
    n: Option<NonZero<u64>>,
    o: bool,
    p: [f64; 3],
    q: [[u16; 2]; 2],
    r: (i8, f32),
}

#[derive(Serialize, ZeroAllocJson)]
struct Rows {
    floats: Vec<f64>,
    singles: Vec<f32>,
    integers: Vec<i64>,
    points: Vec<[f64; 2]>,
    small: Vec<u8>,
}

/// Floats that are converted together, in struct and sequence.
#[derive(Serialize, ZeroAllocJson)]
struct Apart {
    a: f64,
    b: f64,
    samples: Vec<(i64, f64)>,
    c: f64,
    d: f64,
    tracks: Vec<(f64, f64, f64)>,
    e: f64,
    f: f64,
    g: f64,
    h: f64,
    i: f64,
}

#[derive(ZeroAllocJson)]
struct Decimals {
    #[json(decimals = 0)]
    none: f64,
    #[json(decimals = 2)]
    two: f64,
    #[json(decimals = 6)]
    six: f32,
    #[json(decimals = 17)]
    many: f64,
    #[json(as_string)]
    integer: u64,
    #[json(as_string)]
    signed: i128,
    #[json(as_string)]
    float: f64,
    #[json(as_string)]
    flag: bool,
    #[json(non_finite = "string")]
    spelled: f64,
}

/// See the module.
///
/// # Panics
/// Where a text differs.
#[expect(clippy::cast_possible_truncation, reason = "whatever is left of a number is one too")]
pub fn run(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let spare = bytes.length(2000);
    while !bytes.is_empty() {
        let (integer, float) = (bytes.integer(), bytes.f64());
        let wide = u128::from(integer) << (bytes.byte() % 64) | u128::from(bytes.byte());
        let single = f32::from_bits(u32::from_le_bytes(bytes.array()));
        let fields = Fields {
            a: integer,
            b: integer.cast_signed(),
            c: integer as u32,
            d: (integer as u32).cast_signed(),
            e: integer as u16,
            f: (integer as u16).cast_signed(),
            g: integer as u8,
            h: (integer as u8).cast_signed(),
            i: wide,
            j: wide.cast_signed(),
            k: float,
            l: single,
            m: bytes.flag().then_some(float),
            n: NonZero::new(integer),
            o: bytes.flag(),
            p: [float, f64::from(single), -float],
            q: [[integer as u16, 0], [9, (integer >> 16) as u16]],
            r: ((integer as u8).cast_signed(), single),
        };
        same(&fields, spare);
        same(&integer, spare);
        same(&float, spare);
        same(&single, spare);
        decimals(integer, wide, float, single);

        let count = bytes.length(300);
        let rows = Rows {
            floats: (0..count).map(|at| if at % 3 == 0 { float } else { bytes.f64() }).collect(),
            singles: (0..count % 70).map(|_| f32::from_bits(u32::from_le_bytes(bytes.array()))).collect(),
            integers: (0..count).map(|at| integer.cast_signed().wrapping_mul(at as i64)).collect(),
            points: (0..count % 140).map(|_| [bytes.f64(), float]).collect(),
            small: bytes.take(count).to_vec(),
        };
        same(&rows, spare);

        let apart = Apart {
            a: float,
            b: bytes.f64(),
            samples: (0..count)
                .map(|at| (integer.cast_signed(), if at % 5 == 0 { float } else { bytes.f64() }))
                .collect(),
            c: f64::from(single),
            d: -float,
            tracks: (0..count % 50).map(|_| (bytes.f64(), float, bytes.f64())).collect(),
            e: float * 100.0,
            f: bytes.f64(),
            g: bytes.f64(),
            h: 0.25,
            i: bytes.f64(),
        };
        same(&apart, spare);
    }
}

fn same<T: ZeroAllocJson + Serialize>(value: &T, spare: usize) {
    let expected = serde_json::to_string(value).expect("numbers are written");
    if let Some(max) = T::MAX_JSON_LEN {
        assert!(expected.len() <= max, "{} bytes, at most {max} were announced", expected.len());
    }
    for backend in Backend::ALL {
        let mut buf = Vec::with_capacity(spare);
        // `None`: not on this CPU.
        let Some(outcome) = write_json_on(*backend, value, &mut buf) else { continue };
        outcome.expect("numbers are written");
        assert_text(&buf, &expected, &format!("{backend:?}, {spare} spare bytes"));
    }
}

/// `PLACES` digits as the standard library rounds them, `null` for what is not finite.
fn fixed(value: f64, places: usize) -> String {
    if value.is_finite() { format!("{value:.places$}") } else { "null".to_owned() }
}

fn decimals(integer: u64, wide: u128, float: f64, single: f32) {
    let value = Decimals {
        none: float,
        two: float,
        six: single,
        many: float,
        integer,
        signed: wide.cast_signed(),
        float,
        flag: integer.is_multiple_of(2),
        spelled: float,
    };
    let number = |value: f64| serde_json::to_string(&value).expect("floats are written");
    let spelled = match float {
        _ if float.is_finite() => number(float),
        _ if float.is_nan() => "\"NaN\"".to_owned(),
        _ if float > 0.0 => "\"Infinity\"".to_owned(),
        _ => "\"-Infinity\"".to_owned(),
    };
    let quoted = if float.is_finite() { format!("\"{}\"", number(float)) } else { "null".to_owned() };
    let expected = format!(
        "{{\"none\":{},\"two\":{},\"six\":{},\"many\":{},\"integer\":\"{integer}\",\"signed\":\"{}\",\"float\":{quoted},\
         \"flag\":\"{}\",\"spelled\":{spelled}}}",
        fixed(float, 0),
        fixed(float, 2),
        fixed(f64::from(single), 6),
        fixed(float, 17),
        wide.cast_signed(),
        value.flag,
    );
    for backend in Backend::ALL {
        let mut buf = Vec::new();
        if let Some(outcome) = write_json_on(*backend, &value, &mut buf) {
            outcome.expect("numbers are written");
            assert_text(&buf, &expected, &format!("{backend:?}"));
        }
    }
}
