//! Every type of another crate, in every kind of place.

use std::collections::{BTreeMap, HashMap};
use std::env;
use std::hash::{BuildHasher, RandomState};

use record_runtime::{Serde, ZeroAllocJson};
use record_tests::catalogue::Visitor;
use record_tests::foreign;
use record_tests::oracle::{self, Difference};
use serde::Serialize;

/// Between other fields.
#[derive(Serialize, ZeroAllocJson)]
struct Between<'a, T: ?Sized> {
    number: u64,
    value: &'a T,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    option: Option<&'a T>,
    pair: (&'a T, bool),
    list: Vec<&'a T>,
}

impl<'a, T: ?Sized> Between<'a, T> {
    fn new(value: &'a T, absent: bool) -> Self {
        let option = if absent { None } else { Some(value) };
        Self { number: u64::MAX, value, text: "text", option, pair: (value, true), list: vec![value; 3] }
    }
}

/// In every kind of place.
fn compare_everywhere<T, R>(value: &T, reference: &R) -> Result<(), Difference>
where
    T: ZeroAllocJson + ?Sized,
    R: Serialize + ?Sized,
{
    oracle::compare_append(&Some(value), &serde_json::to_vec(reference).expect("writable"))?;
    let expected = serde_json::to_vec(&BTreeMap::from([("a", reference), ("b", reference)])).expect("writable");
    oracle::compare_append(&BTreeMap::from([("a", value), ("b", value)]), &expected)?;
    for absent in [false, true] {
        let expected = serde_json::to_vec(&Between::new(reference, absent)).expect("writable");
        oracle::compare_append(&Between::new(value, absent), &expected)?;
    }
    // The type's own `Serialize` through the bridge comes to the same.
    oracle::compare_append(&Serde(reference), &serde_json::to_vec(reference).expect("writable"))
}

/// `RECORD_FOREIGN_SEED` repeats a run.
#[test]
fn every_type_of_another_crate() {
    /// How many values of a name there were. The first of each are compared in every kind of place, and then some;
    /// all of them alone.
    struct Compared(HashMap<String, u32>);
    impl Visitor for Compared {
        fn visit_like<T, R>(&mut self, name: &str, value: &T, reference: &R)
        where
            T: ZeroAllocJson + ?Sized,
            R: Serialize + ?Sized,
        {
            let count = self.0.entry(name.to_owned()).or_default();
            *count += 1;
            // Text that is JSON already is indented with the rest here, and not by `serde_json`.
            let mut result = if name == "serde_json::RawValue" {
                oracle::compare_bytes(value, &serde_json::to_vec(reference).expect("writable"))
            } else {
                oracle::compare_like(value, reference)
            };
            if *count < 100 || count.is_multiple_of(16) {
                result = result.and_then(|()| compare_everywhere(value, reference));
            }
            if let Err(difference) = result {
                panic!("{name}: {difference}");
            }
        }
    }
    let seed = match env::var("RECORD_FOREIGN_SEED") {
        Ok(seed) => u64::from_str_radix(seed.trim_start_matches("0x"), 16).expect("RECORD_FOREIGN_SEED is hexadecimal"),
        Err(_) => RandomState::new().hash_one(0),
    };
    println!("RECORD_FOREIGN_SEED={seed:#x}");
    let mut compared = Compared(HashMap::new());
    let count = foreign::visit_all(&mut compared, seed);
    assert!(count > 20_000 && compared.0.len() > 70, "{count} values of {} types", compared.0.len());
}

/// The derive's inference for types with parts of other crates: keys of newtypes, bounds of their containers.
#[test]
fn derived_types_of_them() {
    #[derive(Serialize, ZeroAllocJson, PartialEq, Eq, Hash, PartialOrd, Ord, Clone, Copy)]
    struct Id(uuid::Uuid);

    #[derive(Serialize, ZeroAllocJson)]
    struct Page<K: std::hash::Hash + Eq, T> {
        by_id: indexmap::IndexMap<Id, T>,
        by_key: hashbrown::HashMap<K, smallvec::SmallVec<[T; 2]>>,
        seen: indexmap::IndexSet<K>,
        either: either::Either<K, T>,
        list: arrayvec::ArrayVec<T, 4>,
        at: Option<chrono::DateTime<chrono::FixedOffset>>,
        #[serde(flatten)]
        rest: serde_json::Map<String, serde_json::Value>,
    }

    let id = Id(uuid::Uuid::from_u128(7));
    let page = Page {
        by_id: [(id, "a")].into_iter().collect(),
        by_key: [(id, smallvec::smallvec!["b", "c"])].into_iter().collect(),
        seen: [id].into_iter().collect(),
        either: either::Either::Left(id),
        list: ["d"].into_iter().collect(),
        at: "2026-02-03T04:05:06+01:00".parse().ok(),
        rest: [(String::from("e"), serde_json::json!(1))].into_iter().collect(),
    };
    assert!(page.at.is_some());
    oracle::assert_same(&page);
}
