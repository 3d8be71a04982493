//! Random generic derive inputs, which the build script wrote, with their schemas: the values of each are allowed.
//!
//! `RECORD_TYPES_SEED=… cargo test -p record-tests --features schema --test schema random_generics` tries other types.

use record_runtime::schema::JsonSchema;
use record_runtime::{ZeroAllocJson, try_to_vec};

use crate::judge::{has_a_key_twice, mutants, parse, schema_of, validator};

/// The outcomes so far.
#[derive(Default)]
struct Report {
    failures: Vec<String>,
    values: usize,
    /// Values that cannot be written: a key or a flattened value that is none.
    unwritten: usize,
    /// Values with a key twice in an object.
    twice: usize,
    mutants: usize,
    refused: usize,
}

impl Report {
    fn compare<T: ZeroAllocJson + JsonSchema>(&mut self, values: &[T]) {
        let schema = schema_of::<T>();
        let validator = validator(&schema);
        for value in values {
            self.values += 1;
            if try_to_vec(value).is_err() {
                self.unwritten += 1;
                continue;
            }
            if has_a_key_twice(value) {
                self.twice += 1;
                continue;
            }
            let document = parse(value);
            if let Err(error) = validator.validate(&document) {
                self.failures.push(format!("{}: {error}\n{document}\n{schema}", std::any::type_name::<T>()));
            }
            for mutant in mutants(&document) {
                self.mutants += 1;
                self.refused += usize::from(!validator.is_valid(&mutant));
            }
        }
    }
}

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

    include!(concat!(env!("OUT_DIR"), "/random_generic_schemas.rs"));
}

#[test]
fn values_of_each() {
    println!("types of seed {:#x}: {}", generated::SEED, concat!(env!("OUT_DIR"), "/random_generic_schemas.rs"));
    let mut report = Report::default();
    for (_, check) in generated::CHECKS {
        check(&mut report);
    }
    let (types, Report { failures, values, unwritten, twice, mutants, refused }) = (generated::CHECKS.len(), report);
    println!("{types} types; {values} values, {unwritten} not written, {twice} with a key twice");
    println!("{refused} of {mutants} mutants are refused");
    assert!(types >= 300 && values == 2 * types, "{values} values of {types} types");
    assert!((unwritten + twice) * 4 < values, "{} of {values} values are left out", unwritten + twice);
    assert!(failures.is_empty(), "{} values:\n{}", failures.len(), failures.join("\n"));
    assert!(refused * 100 >= mutants * 80, "{refused} of {mutants} mutants are refused");
}
