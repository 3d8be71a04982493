//! A collection of features with tagged geometries, after RFC 7946.

#![forbid(unsafe_code)]
#![expect(missing_docs, reason = "the names are the RFC's")]

use std::collections::BTreeMap;

use record_runtime::ZeroAllocJson;
use serde::Serialize;

use super::Corpus;
use crate::prng::SplitMix64;

const FEATURES: u64 = 100;

#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
#[serde(tag = "type")]
pub enum Geometry {
    Point { coordinates: [f64; 2] },
    LineString { coordinates: Vec<[f64; 2]> },
    Polygon { coordinates: Vec<Vec<[f64; 2]>> },
}

/// The value of a property.
#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
#[serde(untagged)]
pub enum Property {
    Text(String),
    Integer(i64),
    Float(f64),
    Flag(bool),
    Nothing,
}

#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
#[serde(tag = "type")]
pub struct Feature {
    pub id: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bbox: Option<[f64; 4]>,
    pub geometry: Geometry,
    pub properties: BTreeMap<String, Property>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
#[serde(tag = "type")]
pub struct FeatureCollection {
    pub features: Vec<Feature>,
}

/// One collection of 100 features: coordinates of seven decimals, as maps have them.
#[must_use]
pub fn corpus() -> Corpus<FeatureCollection> {
    let mut random = SplitMix64::new(0x6E0);
    let features = (0..FEATURES).map(|id| feature(&mut random, 4_000_000_000 + id)).collect();
    let documents = vec![FeatureCollection { features }];
    Corpus { name: "geojson", about: "100 features with tagged geometries", documents }
}

fn feature(random: &mut SplitMix64, id: u64) -> Feature {
    let center = [random.unit() * 360.0 - 180.0, random.unit() * 180.0 - 90.0];
    let geometry = match random.integer::<u8>(0..3) {
        0 => Geometry::Point { coordinates: near(random, center) },
        1 => Geometry::LineString { coordinates: path(random, center) },
        _ => Geometry::Polygon { coordinates: (0..random.integer(1..3)).map(|_: u8| path(random, center)).collect() },
    };
    let properties = [
        ("name", Property::Text(random.pick(&["Rheinufer", "Old Mill", "Rue de l'Église", "中央公園"]).to_owned())),
        ("highway", Property::Text(random.pick(&["residential", "footway", "primary"]).to_owned())),
        ("lanes", Property::Integer(random.integer(1..5))),
        ("width", Property::Float(f64::from(random.integer::<u16>(20..200)) / 10.0)),
        ("oneway", Property::Flag(random.one_in(3))),
        ("ref", Property::Nothing),
    ];
    Feature {
        id,
        bbox: random.one_in(2).then(|| [center[0] - 0.01, center[1] - 0.01, center[0] + 0.01, center[1] + 0.01]),
        geometry,
        properties: properties.map(|(key, value)| (key.to_owned(), value)).into(),
    }
}

fn near(random: &mut SplitMix64, center: [f64; 2]) -> [f64; 2] {
    center.map(|degrees| ((degrees + 0.01 * random.unit()) * 1e7).round() / 1e7)
}

fn path(random: &mut SplitMix64, center: [f64; 2]) -> Vec<[f64; 2]> {
    (0..random.integer::<usize>(2..30)).map(|_| near(random, center)).collect()
}
