//! The answer of a monitoring system: series of times with measured values, and the labels of each.

#![forbid(unsafe_code)]
#![expect(missing_docs, reason = "a series as every such system has it")]

use std::collections::BTreeMap;

use record_runtime::ZeroAllocJson;
use serde::Serialize;

use super::Corpus;
use crate::prng::SplitMix64;

const SERIES: usize = 10;
const SAMPLES: i64 = 240;

/// One series.
#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
pub struct Series {
    pub metric: BTreeMap<String, String>,
    pub values: Vec<(i64, f64)>,
}

/// One answer of ten series with 240 samples each: a sample a minute, values of 15 to 17 digits.
#[must_use]
pub fn corpus() -> Corpus<Vec<Series>> {
    let mut random = SplitMix64::new(0x7153);
    let series = (0..SERIES).map(|index| {
        let labels = [
            ("__name__", "http_request_duration_seconds".to_owned()),
            ("instance", format!("10.0.{}.{}:9100", index, random.integer::<u8>(1..255))),
            ("job", random.pick(&["gateway", "checkout", "search"]).to_owned()),
        ];
        let mut level = random.unit() * 100.0;
        let values = (0..SAMPLES).map(|sample| {
            level += random.unit() - 0.5;
            (1_790_000_000 + 60 * sample, level)
        });
        Series { values: values.collect(), metric: labels.map(|(key, value)| (key.to_owned(), value)).into() }
    });
    Corpus { name: "time_series", about: "ten series of (i64, f64)", documents: vec![series.collect()] }
}
