//! The outline of Canada as `GeoJSON`: 111,126 floats and little else.

#![forbid(unsafe_code)]
#![expect(missing_docs, reason = "the fields are GeoJSON's")]

use std::path::Path;

use record_runtime::ZeroAllocJson;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Corpus;
use super::file::{self, ReadError};

/// The whole document, its numbers as `F`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[cfg_attr(feature = "peers", derive(musli::Encode))]
pub struct FeatureCollection<F> {
    #[serde(rename = "type")]
    #[cfg_attr(feature = "peers", musli(Text, name = "type"))]
    pub kind: CollectionKind,
    pub features: Vec<Feature<F>>,
}

/// The one kind of collection.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode), jsony(ToJson))]
pub enum CollectionKind {
    FeatureCollection,
}

/// A named shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[cfg_attr(feature = "peers", derive(musli::Encode))]
pub struct Feature<F> {
    #[serde(rename = "type")]
    #[cfg_attr(feature = "peers", musli(Text, name = "type"))]
    pub kind: FeatureKind,
    pub properties: Properties,
    pub geometry: Geometry<F>,
}

/// The one kind of feature.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode), jsony(ToJson))]
pub enum FeatureKind {
    Feature,
}

/// The properties of a shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize), jsony(ToJson))]
pub struct Properties {
    pub name: String,
}

/// A shape: rings of points.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[serde(tag = "type")]
#[cfg_attr(feature = "peers", derive(musli::Encode), musli(tag = "type"))]
pub enum Geometry<F> {
    Polygon { coordinates: Vec<Vec<[F; 2]>> },
}

/// The document of `canada.json` in `folder` with 64-bit numbers: 2,090,326 bytes with every number as the shortest
/// float. (The file has other digits, and 46 integers.)
///
/// # Errors
/// If the file cannot be read, is not JSON or does not fit the types of this module.
pub fn corpus_f64(folder: &Path) -> Result<Corpus<FeatureCollection<f64>>, ReadError> {
    corpus(folder, "canada_f64", "the outline of Canada, 64-bit floats")
}

/// The same shape with 32-bit numbers, which have about half the digits.
///
/// # Errors
/// As [`corpus_f64`].
pub fn corpus_f32(folder: &Path) -> Result<Corpus<FeatureCollection<f32>>, ReadError> {
    corpus(folder, "canada_f32", "the outline of Canada, 32-bit floats")
}

fn corpus<F: DeserializeOwned>(
    folder: &Path,
    name: &'static str,
    about: &'static str,
) -> Result<Corpus<FeatureCollection<F>>, ReadError> {
    let document = file::read(&folder.join("canada.json"), "a GeoJSON feature collection of polygons")?;
    Ok(Corpus { name, about, documents: vec![document] })
}
