//! The result in the Bencher Metric Format: benchmark, measure, value with its bounds.

use std::collections::BTreeMap;

use record_runtime::{ZeroAllocJson, to_vec};

use crate::check::Report;
use crate::measures::COLUMNS;

#[derive(ZeroAllocJson)]
struct Metric {
    value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    lower_value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upper_value: Option<f64>,
}

pub(crate) fn bmf(reports: &[Report]) -> Vec<u8> {
    let mut all: BTreeMap<&str, BTreeMap<String, Metric>> = BTreeMap::new();
    for report in reports {
        let figures = report.run.figures();
        let measures = all.entry(&report.name).or_default();
        for column in &COLUMNS {
            let Some(value) = (column.get)(&figures) else { continue };
            // A name there is letters, digits and dashes.
            let name = column.name.replace('_', "-");
            let mut metric = Metric { value, lower_value: None, upper_value: None };
            if column.name == "p99_ms" {
                let p99s = report.run.p99s();
                metric.lower_value = p99s.iter().copied().min_by(f64::total_cmp);
                metric.upper_value = p99s.iter().copied().max_by(f64::total_cmp);
            }
            measures.insert(name, metric);
        }
    }
    to_vec(&all)
}
