//! Every kernel of every backend with some dozens of values each, for interpreters: Miri takes hours for the sweeps.

use alloc::string::String;
use alloc::vec::Vec;

use super::cpu::Backend;
use crate::__private::write_json_on;
use crate::ZeroAllocJson;

/// Compares what every backend writes with `serde_json`, into a buffer of each of these capacities.
fn assert_alike<T: ZeroAllocJson + serde::Serialize + ?Sized>(value: &T, capacities: &[usize]) {
    let expected = serde_json::to_string(value).unwrap();
    for &backend in Backend::ALL.iter().filter(|backend| backend.is_available()) {
        for &capacity in capacities {
            let mut buf = Vec::with_capacity(capacity);
            write_json_on(backend, value, &mut buf).unwrap().unwrap();
            assert_eq!(String::from_utf8_lossy(&buf), expected, "{backend:?} {capacity}");
        }
    }
}

#[test]
fn strings() {
    std::eprintln!("backends: {:?}", Backend::ALL.iter().filter(|backend| backend.is_available()).collect::<Vec<_>>());
    // Around the lengths of words and vectors.
    for len in [0, 1, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 63, 64, 65, 100, 130, 200] {
        let clean = "x".repeat(len);
        assert_alike(&*clean.clone().into_boxed_str(), &[0, len, len + 2]);
        for (at, byte) in [(0, b'"'), (len / 2, b'\n'), (len.saturating_sub(1), 1)] {
            let mut text = clean.clone().into_bytes();
            if let Some(dirty) = text.get_mut(at) {
                *dirty = byte;
            }
            assert_alike(&*String::from_utf8(text).unwrap().into_boxed_str(), &[len + 2]);
        }
        assert_alike(&*"\u{1f}".repeat(len).into_boxed_str(), &[len]);
        assert_alike(&*"é\\\u{7f}".repeat(len / 4).into_boxed_str(), &[0]);
    }
}

#[test]
fn integers() {
    let mut power = 1_u64;
    for _ in 0..20 {
        for value in [power - 1, power, power + power / 7] {
            assert_alike(&value, &[0, 20]);
            assert_alike(&value.cast_signed().wrapping_neg(), &[20]);
        }
        power = power.saturating_mul(10);
    }
    assert_alike(&[u64::MAX, 0, 12_345_678, 99_999_999, 100_000_000][..], &[0]);
    assert_alike(&i128::MIN, &[0]);
}

#[test]
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn floats() {
    let floats = [
        0.0,
        -0.0,
        1.0,
        0.1,
        -1.5,
        123.456,
        1e15,
        1e16,
        1e21,
        1e-5,
        1e-7,
        5e-324,
        2.225_073_858_507_201_4e-308,
        f64::MAX,
        f64::NAN,
        1.0 / 3.0,
        9_007_199_254_740_993.0,
        0.3,
        100.25,
        -65.613_616_999_999_98,
        43.420_273,
        f64::INFINITY,
        1.234e-10,
        4.35e300,
    ];
    for value in floats {
        assert_alike(&value, &[0, 30]);
        #[expect(clippy::cast_possible_truncation, reason = "another float")]
        assert_alike(&(value as f32), &[30]);
    }
    // Rows are written eight at a time by some backends.
    for len in [1, 7, 8, 9, 17, floats.len()] {
        assert_alike(&floats[..len], &[0]);
        let usual: Vec<f64> = (0..len).map(|at| 0.25 + 1.37 * at as f64).collect();
        assert_alike(&usual[..], &[0]);
        let short: Vec<f32> = (0..len).map(|at| 0.5 + at as f32 / 3.0).collect();
        assert_alike(&short[..], &[0]);
        let pairs: Vec<[f64; 2]> = (0..len).map(|at| [-65.613_617 + at as f64 / 64.0, 43.420_273]).collect();
        assert_alike(&pairs[..], &[0]);
    }
}
