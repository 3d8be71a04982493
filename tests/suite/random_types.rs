//! Random derive inputs, which the build script wrote: three values of each, against `serde_json`.
//!
//! `RECORD_TYPES_SEED=… cargo test -p record-tests --test suite random_types` tries other types.

use record_tests::random::Report;

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
    use record_tests::random::{always, is_default, never, sometimes};
    use serde::Serialize;

    use super::Report;

    include!(concat!(env!("OUT_DIR"), "/random_types.rs"));
}

#[test]
fn three_values_of_each() {
    println!("types of seed {:#x}: {}", generated::SEED, concat!(env!("OUT_DIR"), "/random_types.rs"));
    let report = Report::of(generated::CHECKS);
    println!("{} types, {} values, {} bytes", report.types, report.values, report.bytes);
    assert!(report.types >= 300, "only {} types", report.types);
    assert_eq!(report.values, 3 * report.types);
    assert_eq!(report.refused, 0, "these types can be written whatever the value");
    assert!(report.failures.is_empty(), "{} differences:\n{}", report.failures.len(), report.failures.join("\n"));
}
