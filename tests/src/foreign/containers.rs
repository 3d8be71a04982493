//! Containers of other crates, of elements of several kinds, and `serde_json`'s dynamic values.

use std::hash::Hash;

use record_runtime::ZeroAllocJson;
use serde::Serialize;

use super::Values;
use crate::catalogue::{Known, Visitor};

/// The most elements that a container is shown with.
const MOST: u32 = 70;

pub(super) fn visit<V: Visitor>(values: &mut Values<'_, V>) {
    of_elements(values, |n| n);
    of_elements(values, |n| n.to_string() + "\n");
    of_elements(values, |n| (n % 3 > 0).then(|| vec![n; n as usize % 5]));
    visit_bytes(values);
    visit_either(values);
    visit_serde_json(values);
}

fn of_elements<V, T>(values: &mut Values<'_, V>, element: impl Fn(u32) -> T + Copy)
where
    V: Visitor,
    T: Known + Serialize + Eq + Hash + Ord + Clone + Default,
{
    for len in [0, 1, 2, 7, 8, 9, 63, 64, MOST] {
        let all = || (0..len).map(element);
        // Keys of both kinds, which `Serialize` quotes.
        let by_number = || (0..len).map(|n| (n, element(n)));
        let by_text = || (0..len).map(|n| (format!("{n}\""), element(n)));

        values.value("indexmap::IndexMap", &by_number().collect::<indexmap::IndexMap<_, _>>());
        values.value("indexmap::IndexMap", &by_text().collect::<indexmap::IndexMap<_, _>>());
        values.value("indexmap::IndexSet", &all().collect::<indexmap::IndexSet<_>>());
        values.value("hashbrown::HashMap", &by_number().collect::<hashbrown::HashMap<_, _>>());
        values.value("hashbrown::HashMap", &by_text().collect::<hashbrown::HashMap<_, _>>());
        values.value("hashbrown::HashSet", &all().collect::<hashbrown::HashSet<_>>());
        values.value("dashmap::DashMap", &by_text().collect::<dashmap::DashMap<_, _>>());
        values.value("dashmap::DashSet", &all().collect::<dashmap::DashSet<_>>());
        values.value("smallvec::SmallVec", &all().collect::<smallvec::SmallVec<[T; 8]>>());
        values.value("arrayvec::ArrayVec", &all().collect::<arrayvec::ArrayVec<T, 100>>());
        values.value("tinyvec::TinyVec", &all().collect::<tinyvec::TinyVec<[T; 8]>>());
        if len <= 8 {
            values.value("tinyvec::ArrayVec", &all().collect::<tinyvec::ArrayVec<[T; 8]>>());
        }
        visit_heapless(values, &all().collect::<Vec<_>>(), &by_number().collect::<Vec<_>>());
        visit_flattened(values, by_number().collect::<indexmap::IndexMap<_, _>>());
    }
}

fn visit_heapless<V, T>(values: &mut Values<'_, V>, all: &[T], by_number: &[(u32, T)])
where
    V: Visitor,
    T: Known + Serialize + Eq + Hash + Ord + Clone,
{
    const CAPACITY: usize = 128;
    let elements = || all.iter().cloned();
    let vec: heapless::Vec<T, CAPACITY> = elements().collect();
    // Of which serde has no form: that of a slice.
    values.visitor.visit_like("heapless::VecView", vec.as_view(), vec.as_slice());
    values.value("heapless::Vec", &vec);
    let mut deque = heapless::Deque::<T, CAPACITY>::new();
    for (at, element) in elements().enumerate() {
        let pushed = if at % 3 == 0 { deque.push_front(element) } else { deque.push_back(element) };
        assert!(pushed.is_ok(), "it fits");
    }
    values.value("heapless::Deque", &deque);
    let mut history = heapless::HistoryBuf::<T, 16>::new();
    history.extend(elements());
    values.value("heapless::HistoryBuf", &history);
    let mut heap = heapless::BinaryHeap::<T, heapless::binary_heap::Max, CAPACITY>::new();
    for element in elements() {
        assert!(heap.push(element).is_ok(), "it fits");
    }
    values.value("heapless::BinaryHeap", &heap);
    values.value("heapless::IndexSet", &elements().collect::<heapless::index_set::FnvIndexSet<T, CAPACITY>>());
    let map: heapless::index_map::FnvIndexMap<u32, T, CAPACITY> = by_number.iter().cloned().collect();
    values.value("heapless::IndexMap", &map);
    let map: heapless::LinearMap<u32, T, CAPACITY> = by_number.iter().cloned().collect();
    values.value("heapless::LinearMap", &map);
}

/// Maps among the fields of a struct.
fn visit_flattened<V: Visitor, T: Known + Serialize + Clone>(
    values: &mut Values<'_, V>,
    map: indexmap::IndexMap<u32, T>,
) {
    #[derive(Serialize, ZeroAllocJson)]
    #[cfg_attr(feature = "schema", json(schema))]
    struct Flattened<K: Eq + Hash, T> {
        before: u8,
        #[serde(flatten)]
        indexed: indexmap::IndexMap<K, T>,
        #[serde(flatten)]
        hashed: hashbrown::HashMap<K, T>,
        #[serde(flatten)]
        dynamic: serde_json::Map<String, serde_json::Value>,
        after: u8,
    }

    let hashed = map.iter().map(|(key, value)| (key + 1000, value.clone())).collect();
    let dynamic = map.keys().map(|key| (format!("key {key}"), serde_json::Value::from(*key))).collect();
    values.value("flattened", &Flattened { before: 1, indexed: map, hashed, dynamic, after: 2 });
}

fn visit_bytes<V: Visitor>(values: &mut Values<'_, V>) {
    for len in [0, 1, 63, 64, 65, 300] {
        let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(len).collect();
        values.value("bytes::BytesMut", &bytes::BytesMut::from(bytes.as_slice()));
        values.value("bytes::Bytes", &bytes::Bytes::from(bytes));
    }
}

fn visit_either<V: Visitor>(values: &mut Values<'_, V>) {
    use either::Either;
    let both: [Either<u64, &str>; 2] = [Either::Left(u64::MAX), Either::Right("r\"")];
    values.value("either::Either", &both);
    values.value("either::Either", &both[0]);
    values.value("either::Either", &both[1]);
    let nested: Either<Vec<u8>, Either<(), f64>> = Either::Right(Either::Right(0.5));
    values.value("either::Either", &nested);
}

/// A dynamic value among the fields of a struct.
#[derive(Serialize, ZeroAllocJson)]
#[cfg_attr(feature = "schema", json(schema))]
struct WithDynamic {
    a: u8,
    #[serde(flatten)]
    rest: serde_json::Value,
}

fn visit_serde_json<V: Visitor>(values: &mut Values<'_, V>) {
    use serde_json::value::RawValue;
    use serde_json::{Number, Value};

    let numbers = [
        "0",
        "1",
        "-1",
        "9007199254740993",
        "18446744073709551615",
        "-9223372036854775808",
        "1.5",
        "-0.0",
        "1e300",
        "5e-324",
        "0.1",
        "1.0",
        // Other digits than a float has: kept with `arbitrary_precision`, rounded without.
        "123456789012345678901234567890",
        "0.1000000000000000055511151231257827",
        "1E+2",
        "1.50",
    ];
    for text in numbers {
        let number: Number = serde_json::from_str(text).expect("a number");
        values.value("serde_json::Number", &number);
        values.value("serde_json::Value", &Value::Number(number));
    }
    for text in [
        "null",
        "true",
        "\"text \\n\\\" ü\"",
        "[]",
        "{}",
        "[[[]],{},[null]]",
        r#"{"b":1,"a":{"z":[1,2.5,"x"],"y":null},"\n":false,"":[{"k":"v"},{"k":-1}]}"#,
    ] {
        let value: Value = serde_json::from_str(text).expect("JSON");
        if let Value::Object(map) = &value {
            values.value("serde_json::Map", map);
        }
        values.value("serde_json::Value", &value);
    }
    for text in ["null", " { \"a\" : [ 1 , 2.50 ] } ", "\"\\u0041\"", "1E400"] {
        let raw: Box<RawValue> = RawValue::from_string(text.to_owned()).expect("JSON");
        values.value("serde_json::RawValue", &*raw);
        values.value("serde_json::RawValue", &raw);
    }
    for rest in [serde_json::json!({}), serde_json::json!({"x": [1], "y": {}}), Value::Null] {
        values.value("a flattened serde_json::Value", &WithDynamic { a: 1, rest });
    }
}
