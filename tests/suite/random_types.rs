//! Random derive inputs, which the build script wrote: three values of each, against `serde_json`.
//!
//! `RECORD_TYPES_SEED=… cargo test -p record-tests --test suite random_types` tries other types.

use record_runtime::ZeroAllocJson;
use record_tests::oracle::compare_append;
use serde::Serialize;

/// What a check of a type reports to.
struct Report {
    type_name: &'static str,
    failures: Vec<String>,
    types: usize,
    values: usize,
    bytes: usize,
}

impl Report {
    fn compare<T: Serialize + ZeroAllocJson>(&mut self, values: &[T]) {
        self.types += 1;
        for (index, value) in values.iter().enumerate() {
            let expected = serde_json::to_vec(value);
            let result = expected.as_ref().map(|expected| compare_append(value, expected));
            self.note(
                index,
                expected.as_ref().map_or(0, Vec::len),
                match result {
                    Ok(Ok(())) => None,
                    Ok(Err(difference)) => Some(difference.to_string()),
                    Err(error) => Some(format!("serde_json refuses the value: {error}")),
                },
            );
        }
    }

    fn note(&mut self, index: usize, bytes: usize, failure: Option<String>) {
        self.values += 1;
        self.bytes += bytes;
        self.failures.extend(failure.map(|failure| format!("value {index} of {}: {failure}", self.type_name)));
    }
}

#[allow(
    dead_code,
    nonstandard_style,
    clippy::all,
    clippy::pedantic,
    reason = "generated, and as unusual as serde allows"
)]
mod generated {
    use std::borrow::Cow;
    use std::collections::{BTreeMap, VecDeque};
    use std::rc::Rc;

    use record_runtime::ZeroAllocJson;
    use serde::Serialize;

    use super::Report;

    fn always<T: ?Sized>(_: &T) -> bool {
        true
    }

    fn never<T: ?Sized>(_: &T) -> bool {
        false
    }

    /// Depends on the value's type alone: the same for both writers.
    fn sometimes<T: ?Sized>(value: &T) -> bool {
        size_of_val(value) % 16 == 0
    }

    fn is_default<T: Default + PartialEq>(value: &T) -> bool {
        *value == T::default()
    }

    include!(concat!(env!("OUT_DIR"), "/random_types.rs"));
}

#[test]
fn three_values_of_each() {
    println!("types of seed {:#x}: {}", generated::SEED, concat!(env!("OUT_DIR"), "/random_types.rs"));
    let mut report = Report { type_name: "", failures: Vec::new(), types: 0, values: 0, bytes: 0 };
    for (type_name, check) in generated::CHECKS {
        report.type_name = type_name;
        check(&mut report);
    }
    println!("{} types, {} values, {} bytes", report.types, report.values, report.bytes);
    assert!(report.types >= 300, "only {} types", report.types);
    assert_eq!(report.values, 3 * report.types);
    assert!(report.failures.is_empty(), "{} differences:\n{}", report.failures.len(), report.failures.join("\n"));
}
