//! The catalogue of a theatre's tickets: maps with identifiers for keys, many small structs of integers.

#![forbid(unsafe_code)]
#![expect(missing_docs, reason = "the fields are those of the file; nothing more is known about them")]

use std::collections::BTreeMap;
use std::path::Path;

use record_runtime::ZeroAllocJson;
use serde::{Deserialize, Serialize};

use super::Corpus;
use super::file::{self, ReadError};

/// Names by identifier. Sorted: the order of a hash map would change from run to run, and the bytes with it.
pub type Names = BTreeMap<String, String>;

/// The whole catalogue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "peers",
    derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize),
    jsony(ToJson, rename_all = "camelCase"),
    musli(name_all = "camelCase")
)]
pub struct Catalog {
    pub area_names: Names,
    pub audience_sub_category_names: Names,
    pub block_names: Names,
    pub events: BTreeMap<String, Event>,
    pub performances: Vec<Performance>,
    pub seat_category_names: Names,
    pub sub_topic_names: Names,
    pub subject_names: Names,
    pub topic_names: Names,
    pub topic_sub_topics: BTreeMap<String, Vec<u32>>,
    pub venue_names: Names,
}

/// Something that is performed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "peers",
    derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize),
    jsony(ToJson, rename_all = "camelCase"),
    musli(name_all = "camelCase")
)]
pub struct Event {
    pub description: Option<String>,
    pub id: u32,
    pub logo: Option<String>,
    pub name: String,
    pub sub_topic_ids: Vec<u32>,
    pub subject_code: Option<String>,
    pub subtitle: Option<String>,
    pub topic_ids: Vec<u32>,
}

/// One evening on which an event is performed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "peers",
    derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize),
    jsony(ToJson, rename_all = "camelCase"),
    musli(name_all = "camelCase")
)]
pub struct Performance {
    pub event_id: u32,
    pub id: u32,
    pub logo: Option<String>,
    pub name: Option<String>,
    pub prices: Vec<Price>,
    pub seat_categories: Vec<SeatCategory>,
    pub seat_map_image: Option<String>,
    pub start: u64,
    pub venue_code: String,
}

/// The price of a seat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "peers",
    derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize),
    jsony(ToJson, rename_all = "camelCase"),
    musli(name_all = "camelCase")
)]
pub struct Price {
    pub amount: u32,
    pub audience_sub_category_id: u32,
    pub seat_category_id: u32,
}

/// Where the seats of a category are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "peers",
    derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize),
    jsony(ToJson, rename_all = "camelCase"),
    musli(name_all = "camelCase")
)]
pub struct SeatCategory {
    pub areas: Vec<Area>,
    pub seat_category_id: u32,
}

/// A part of the hall.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "peers",
    derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize),
    jsony(ToJson, rename_all = "camelCase"),
    musli(name_all = "camelCase")
)]
pub struct Area {
    pub area_id: u32,
    pub block_ids: Vec<u32>,
}

/// The document of `citm_catalog.json` in `folder`: 500,299 bytes when minified.
///
/// # Errors
/// If the file cannot be read, is not JSON or does not fit the types of this module.
pub fn corpus(folder: &Path) -> Result<Corpus<Catalog>, ReadError> {
    let document = file::read(&folder.join("citm_catalog.json"), "a catalogue of tickets")?;
    Ok(Corpus { name: "citm_catalog", about: "a theatre's tickets, maps and integers", documents: vec![document] })
}
