//! Random generic derive inputs, which the build script wrote: values of each, against `serde_json`.
//!
//! `RECORD_TYPES_SEED=… cargo test -p record-tests --test suite random_generics` tries other types;
//! `random-generics` (`../drop_in/`) any number of them.

use record_tests::random::Report;

#[path = "../generator/generic/prelude.rs"]
mod prelude;

#[allow(
    dead_code,
    missing_docs,
    nonstandard_style,
    private_bounds,
    private_interfaces,
    unreachable_pub,
    unused_imports,
    clippy::all,
    clippy::pedantic,
    reason = "generated, and as unusual as serde allows"
)]
mod generated {
    use super::Report;
    use super::prelude::*;

    include!(concat!(env!("OUT_DIR"), "/random_generics.rs"));
}

#[test]
fn values_of_each() {
    println!("types of seed {:#x}: {}", generated::SEED, concat!(env!("OUT_DIR"), "/random_generics.rs"));
    let report = Report::of(generated::CHECKS);
    println!(
        "{} types, {} values, {} refused by both, {} bytes",
        report.types, report.values, report.refused, report.bytes
    );
    assert!(report.types >= 500, "only {} types", report.types);
    assert_eq!(report.values, 2 * report.types);
    // Keys and flattened values that are none make a part of it, but no more.
    assert!(report.refused * 4 < report.values, "{} of {} are refused", report.refused, report.values);
    assert!(report.failures.is_empty(), "{} differences:\n{}", report.failures.len(), report.failures.join("\n"));
}
