//! The report of the checks of random types, and the conditions of their fields.

use record_runtime::ZeroAllocJson;
use serde::Serialize;

use crate::oracle::{Difference, compare_append, compare_failure};

/// Compares values of one type.
pub type Check = fn(&mut Report);

/// The outcomes so far.
#[derive(Debug, Default)]
pub struct Report {
    type_name: &'static str,
    /// The differences, with the type's name.
    pub failures: Vec<String>,
    /// Types compared.
    pub types: usize,
    /// Values compared.
    pub values: usize,
    /// Values that neither writes.
    pub refused: usize,
    /// The length of all texts.
    pub bytes: usize,
}

impl Report {
    /// Runs the checks of a table.
    #[must_use]
    pub fn of(checks: &[(&'static str, Check)]) -> Self {
        let mut report = Self::default();
        for (type_name, check) in checks {
            report.type_name = type_name;
            check(&mut report);
        }
        report
    }

    /// Compares values of the type whose check runs: the same bytes, or no text from either.
    pub fn compare<T: Serialize + ZeroAllocJson>(&mut self, values: &[T]) {
        self.types += 1;
        for (index, value) in values.iter().enumerate() {
            let expected = serde_json::to_vec(value);
            let result = match &expected {
                Ok(expected) => compare_append(value, expected),
                Err(_) => compare_failure(value),
            };
            self.note(index, expected, result);
        }
    }

    fn note(&mut self, index: usize, expected: serde_json::Result<Vec<u8>>, result: Result<(), Difference>) {
        self.values += 1;
        match &expected {
            Ok(text) => self.bytes += text.len(),
            Err(_) => self.refused += 1,
        }
        let Err(difference) = result else { return };
        let said = expected.err().map(|error| error.to_string()).unwrap_or_default();
        // Documented: here an optional may be absent.
        if said.contains("containing an optional") {
            return;
        }
        self.failures.push(format!("value {index} of {}: {difference} {said}", self.type_name));
    }
}

/// A condition of `skip_serializing_if`.
#[must_use]
pub fn always<T: ?Sized>(_: &T) -> bool {
    true
}

/// A condition of `skip_serializing_if`.
#[must_use]
pub fn never<T: ?Sized>(_: &T) -> bool {
    false
}

/// One that depends on the value's type alone: the same for both writers.
#[must_use]
pub fn sometimes<T: ?Sized>(value: &T) -> bool {
    size_of_val(value).is_multiple_of(16)
}

/// One that asks the value.
pub fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
