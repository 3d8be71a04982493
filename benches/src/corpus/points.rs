//! Newtypes around pairs of floats, as geometry crates have them: a polygon of 1,000 points.

#![forbid(unsafe_code)]

use record_runtime::ZeroAllocJson;
use serde::Serialize;

use super::Corpus;
use crate::prng::SplitMix64;

const POINTS: usize = 1000;

/// A point.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ZeroAllocJson)]
pub struct Point(pub [f64; 2]);

/// One polygon, whose coordinates have 15 to 17 digits.
#[must_use]
pub fn corpus() -> Corpus<Vec<Point>> {
    let mut random = SplitMix64::new(0x9013);
    let points = (0..POINTS).map(|_| Point([random.unit() * 360.0 - 180.0, random.unit() * 180.0 - 90.0]));
    Corpus { name: "points", about: "1,000 newtypes around pairs of floats", documents: vec![points.collect()] }
}
