//! The bound of every type that has one, at its edges. The longest text that the type states is the longest that it
//! has. A byte more would be a reservation that is not used, and a byte less would be written out of bounds.

use std::num::NonZero;

use record_runtime::ZeroAllocJson;

/// The length of the longest of these texts, each written into a buffer with exactly the room that it needs.
fn longest<T: ZeroAllocJson>(values: impl IntoIterator<Item = T>) -> usize {
    let mut buf = Vec::with_capacity(4096);
    values
        .into_iter()
        .map(|value| {
            buf.clear();
            value.write_json(&mut buf);
            buf.len()
        })
        .max()
        .expect("values")
}

#[track_caller]
fn assert_tight<T: ZeroAllocJson>(values: impl IntoIterator<Item = T>) {
    assert_eq!(T::MAX_JSON_LEN, Some(longest(values)), "{}", std::any::type_name::<T>());
}

#[test]
fn integers() {
    macro_rules! each {
        ($($T:ident)+) => {
            $(
                assert_tight([$T::MIN, $T::MAX, 0]);
                assert_tight([NonZero::new($T::MAX).expect("not zero"), NonZero::new($T::MIN).unwrap_or(NonZero::<$T>::MIN)]);
                assert_tight([None, Some($T::MIN), Some($T::MAX)].map(|value| value.map(|value| (value, value))));
            )+
        };
    }
    each!(u16 u32 u64 u128 usize i16 i32 i64 i128 isize);
    // With room for `null`.
    assert_tight((0..=u8::MAX).collect::<Vec<_>>());
    assert_tight((i8::MIN..=i8::MAX).collect::<Vec<_>>());
    assert_eq!(<Option<u8>>::MAX_JSON_LEN, Some("null".len()));
    assert_eq!(<Option<bool>>::MAX_JSON_LEN, Some("false".len()));
    assert_tight([true, false]);
    assert_tight([()]);
}

#[test]
fn characters() {
    assert_tight('\0'..=char::MAX);
    assert_tight(('\0'..=char::MAX).map(Some));
}

/// All exponents, with the mantissas at their ends and some in the middle. No float is longer than the bound, and one
/// is as long.
#[test]
fn floats() {
    let mantissas = (0..52).flat_map(|bit| [1_u64 << bit, (1 << bit) - 1, !(1 << bit)]);
    let mantissas: Vec<u64> = mantissas.chain([0x9_7f4a_7c15_9e37, 0x5_5555_5555_5555, 0xa_aaaa_aaaa_aaaa]).collect();
    let doubles = (0..2048_u64).flat_map(|exponent| {
        mantissas.iter().map(move |mantissa| f64::from_bits(1 << 63 | exponent << 52 | mantissa & ((1 << 52) - 1)))
    });
    assert_tight(doubles);
    let singles = (0..256_u32).flat_map(|exponent| {
        (0..1 << 12).map(move |mantissa| f32::from_bits(1 << 31 | exponent << 23 | mantissa << 11 | 0x2aa))
    });
    let found = longest(singles);
    let announced = f32::MAX_JSON_LEN.expect("floats have a bound");
    assert!(found <= announced && announced <= found + 1, "{found} bytes of {announced}");
}

/// Arrays up to and beyond the length from which they have no bound of their own.
#[test]
fn arrays_and_rows() {
    macro_rules! each {
        ($($N:literal)+) => {
            $(
                assert_tight([[u8::MAX; $N]]);
                assert_tight([[i64::MIN; $N]]);
                assert_tight([['\u{1}'; $N]]);
                assert_tight([[[u16::MAX; 2]; $N]]);
                assert_tight([[Some(u8::MIN); $N], [None; $N]]);
                assert_tight([([false; $N], [false; $N])]);
            )+
        };
    }
    each!(0 1 2 3 7 8 15 16 17 23 24 25 31 32 33 42 43 63 64 65 100 126 127 128 129 170 255 256 257 300);
}

/// A struct of them, at every amount of room.
#[derive(ZeroAllocJson)]
struct Edges {
    a: [u8; 126],
    b: [i64; 24],
    c: Option<[char; 60]>,
    d: (u128, i128),
    e: [[f64; 3]; 6],
    f: Option<bool>,
}

#[test]
fn groups_of_all() {
    let value = Edges {
        a: [u8::MAX; 126],
        b: [i64::MIN; 24],
        c: Some(['\u{1f}'; 60]),
        d: (u128::MAX, i128::MIN),
        e: [[-2.225_073_858_507_201_4e-308; 3]; 6],
        f: Some(false),
    };
    let expected = record_runtime::to_vec(&value);
    assert!(expected.len() <= Edges::MAX_JSON_LEN.expect("all have one"));
    for spare in 0..expected.len() + 200 {
        let mut buf = Vec::with_capacity(spare);
        value.write_json(&mut buf);
        assert!(buf == expected, "{spare} spare bytes");
    }
}
