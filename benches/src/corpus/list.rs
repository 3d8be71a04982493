//! A page of a table: one array of many small, equal records.

#![forbid(unsafe_code)]
#![expect(missing_docs, reason = "four fields whose names say all there is")]

use record_runtime::ZeroAllocJson;
use serde::Serialize;

use super::Corpus;
use crate::prng::SplitMix64;

const ROWS: u64 = 1000;

/// One record.
#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize), jsony(ToJson))]
pub struct Row {
    pub id: u64,
    pub name: String,
    pub active: bool,
    pub price: f64,
}

/// One document of 1,000 records, 76 bytes each on average.
#[must_use]
pub fn corpus() -> Corpus<Vec<Row>> {
    let mut random = SplitMix64::new(0x1157);
    let rows = (100_000..100_000 + ROWS).map(|id| Row {
        id,
        name: format!(
            "{} {} no. {}",
            random.pick(&["Small", "Folding", "Electric", "Stainless", "Garden"]),
            random.pick(&["table", "kettle", "bookshelf", "lantern", "toolbox", "bench"]),
            random.integer::<u32>(1..10_000),
        ),
        active: !random.one_in(4),
        price: random.price(99..99_999),
    });
    Corpus { name: "list", about: "a list of 1,000 small records", documents: vec![rows.collect()] }
}
