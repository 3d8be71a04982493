//! Random derive inputs, which the build script wrote, with their schemas. Three values of each are allowed. Of those
//! with one change no more are allowed than by the schemas of schemars.
//!
//! `RECORD_TYPES_SEED=… cargo test -p record-tests --features schema --test schema random_types` tries other types.

use record_runtime::ZeroAllocJson;
use record_runtime::schema::{Generator, JsonSchema};
use schemars::generate::SchemaSettings;

use crate::judge::{has_a_key_twice, mutants, parse, schema_of, try_validator, validator};

/// The outcomes so far.
#[derive(Default)]
struct Report {
    failures: Vec<String>,
    types: usize,
    /// Types in which no two fields share a key.
    certain: usize,
    values: usize,
    /// Values with a key twice in an object.
    twice: usize,
    mutants: usize,
    refused: usize,
    /// Values that schemars' schema refuses, though they were written.
    unjust: usize,
    /// Mutants that only schemars' schema refuses.
    looser: Vec<String>,
}

impl Report {
    fn compare<T: ZeroAllocJson + JsonSchema + schemars::JsonSchema>(&mut self, values: &[T]) {
        let schema = schema_of::<T>();
        // Where two fields share a key, one of them flattened, its value may be any.
        let is_certain = !schema.to_string().replace("\"not\":{}", "").contains("{}");
        let ours = validator(&schema);
        self.types += 1;
        self.certain += usize::from(is_certain);
        // As schemars has it.
        let finite = validator(&parse(&Generator::new().finite_floats().into_document::<T>()));
        let other = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>();
        let other = try_validator(&other.to_value()).ok();
        for value in values {
            self.values += 1;
            if has_a_key_twice(value) {
                self.twice += 1;
                continue;
            }
            let document = parse(value);
            if let Err(error) = ours.validate(&document) {
                self.failures.push(format!("{}: {error}\n{document}\n{schema}", std::any::type_name::<T>()));
            }
            let just = other.as_ref().filter(|other| other.is_valid(&document));
            self.unjust += usize::from(just.is_none());
            for mutant in mutants(&document) {
                self.mutants += 1;
                if !finite.is_valid(&mutant) {
                    self.refused += 1;
                } else if is_certain
                    && let Some(other) = just
                    && let Err(error) = other.validate(&mutant)
                {
                    self.looser.push(format!(
                        "{}: {error} at {}\n{mutant}\n{schema}",
                        std::any::type_name::<T>(),
                        error.instance_path()
                    ));
                }
            }
        }
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
    use record_tests::random::{always, is_default, never, sometimes};
    use serde::Serialize;

    use super::Report;

    include!(concat!(env!("OUT_DIR"), "/random_schemas.rs"));
}

#[test]
fn three_values_of_each() {
    println!("types of seed {:#x}: {}", generated::SEED, concat!(env!("OUT_DIR"), "/random_schemas.rs"));
    let mut report = Report::default();
    for (_, check) in generated::CHECKS {
        check(&mut report);
    }
    let Report { types, certain, values, twice, unjust, mutants, refused, .. } = report;
    println!("{types} types, {certain} without keys of two fields; {values} values, {twice} with a key twice");
    println!("schemars refuses {unjust} values; {refused} of {mutants} mutants are refused");
    assert!(types >= 300 && certain * 10 >= types * 8, "{certain} of {types} types are compared");
    assert!(twice * 20 < values, "{twice} of {values} values are left out");
    assert!(report.failures.is_empty(), "{} values:\n{}", report.failures.len(), report.failures.join("\n"));
    assert!(report.looser.is_empty(), "{} mutants:\n{}", report.looser.len(), report.looser.join("\n"));
    assert!(refused * 100 >= mutants * 85, "{refused} of {mutants} mutants are refused");
}
