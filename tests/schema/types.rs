//! Every type that can be written, of the standard library and of other crates: its schema allows its values.

use std::any::type_name;
use std::collections::{BTreeMap, HashMap};

use jsonschema::Validator;
use record_tests::catalogue::{self, Known, Visitor};
use serde::Serialize;
use serde_json::Value;

use crate::judge::{has_a_key_twice, mutants, parse, schema_of, validator};

/// Types with values to which their format does not apply. These are leap seconds at any minute, offsets of a day, years
/// that have not four digits, and URLs that browsers alone accept.
#[cfg(feature = "foreign")]
const BEYOND_FORMAT: [&str; 5] =
    ["chrono::DateTime<Utc>", "chrono::DateTime<FixedOffset>", "chrono::NaiveDate", "jiff::Timestamp", "url::Url"];

/// The validators by the names of types: without formats, which are annotations, and with them.
#[derive(Default)]
struct Judge {
    validators: HashMap<&'static str, [Validator; 2]>,
    values: usize,
    mutants: usize,
    refused: usize,
    failures: Vec<String>,
    beyond_format: BTreeMap<String, usize>,
}

impl Judge {
    fn judge<T: Known + ?Sized>(&mut self, name: &str, value: &T) {
        let [validator, with_formats] = self.validators.entry(type_name::<T>()).or_insert_with(|| {
            let schema = schema_of::<T>();
            let without = jsonschema::draft202012::new(&schema).expect("a schema");
            [without, validator(&schema)]
        });
        let document = parse(value);
        if has_a_key_twice(value) {
            return;
        }
        self.values += 1;
        if let Err(error) = validator.validate(&document) {
            self.failures.push(format!("{name}: {error}\n{document}\n{:#}", schema_of::<T>()));
        } else if !with_formats.is_valid(&document) {
            *self.beyond_format.entry(name.to_owned()).or_default() += 1;
        }
        for mutant in mutants(&document) {
            self.mutants += 1;
            self.refused += usize::from(!with_formats.is_valid(&mutant));
        }
    }
}

impl Visitor for Judge {
    fn visit_like<T, R>(&mut self, name: &str, value: &T, _: &R)
    where
        T: Known + ?Sized,
        R: Serialize + ?Sized,
    {
        let mut text = Vec::new();
        // Numbers that no reader here can hold have no schema's verdict.
        if value.try_write_json(&mut text).is_ok() && serde_json::from_slice::<Value>(&text).is_ok() {
            self.judge(name, value);
        }
    }
}

#[test]
fn of_the_standard_library() {
    let mut judge = Judge::default();
    let count = catalogue::visit_all(&mut judge);
    let Judge { values, mutants, refused, failures, beyond_format, .. } = judge;
    assert_eq!(beyond_format, BTreeMap::new());
    println!("{count} types, {values} values, {refused} of {mutants} mutants are refused");
    assert!(failures.is_empty(), "{} of {values}:\n{}", failures.len(), failures.join("\n"));
    assert!(count > 120 && refused * 10 >= mutants * 8, "{refused} of {mutants} mutants of {count} types are refused");
}

#[cfg(feature = "foreign")]
#[test]
fn of_other_crates() {
    let mut judge = Judge::default();
    let seed = 0x5c4e_3a01;
    println!("seed {seed:#x}");
    record_tests::foreign::visit_all(&mut judge, seed);
    let Judge { validators, values, mutants, refused, failures, beyond_format } = judge;
    let types = validators.len();
    println!("{types} types, {values} values, {refused} of {mutants} mutants are refused");
    println!("{beyond_format:?} have not their format");
    assert!(beyond_format.keys().all(|name| BEYOND_FORMAT.contains(&name.as_str())), "{beyond_format:?}");
    let shown = failures.iter().take(40).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(failures.is_empty(), "{} of {values}:\n{shown}", failures.len());
    assert!(types > 100 && refused * 10 >= mutants * 7, "{refused} of {mutants} mutants of {types} types are refused");
}
