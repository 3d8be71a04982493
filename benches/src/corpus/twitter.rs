//! A page of search results of Twitter's API 1.1: 100 posts with authors, mentions and media, much of it Japanese text.
//!
//! The types have every field of the API that occurs, and hold the whole document. They write the minified file, byte
//! for byte. Where the API leaves a field out, the field is skipped if absent; where it writes `null`, it is written as
//! `null`.

#![forbid(unsafe_code)]
#![expect(missing_docs, reason = "the fields are Twitter's; its manual describes them")]

use std::fmt;
use std::path::Path;

use record_runtime::{Cursor, Dispatch, ZeroAllocJson};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Corpus;
use super::file::{self, ReadError};

/// The response to a search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize), jsony(ToJson))]
pub struct SearchResults {
    pub statuses: Vec<Status>,
    pub search_metadata: SearchMetadata,
}

/// One post.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize), jsony(ToJson))]
pub struct Status {
    pub metadata: StatusMetadata,
    pub created_at: String,
    pub id: u64,
    pub id_str: String,
    pub text: String,
    pub source: String,
    pub truncated: bool,
    pub in_reply_to_status_id: Option<u64>,
    pub in_reply_to_status_id_str: Option<String>,
    pub in_reply_to_user_id: Option<u64>,
    pub in_reply_to_user_id_str: Option<String>,
    pub in_reply_to_screen_name: Option<String>,
    pub user: User,
    pub geo: Option<Point>,
    pub coordinates: Option<Point>,
    pub place: Option<Place>,
    pub contributors: Option<Vec<u64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "peers", jsony(skip_if = Option::is_none), musli(skip_encoding_if = Option::is_none))]
    pub retweeted_status: Option<Box<Status>>,
    pub retweet_count: u32,
    pub favorite_count: u32,
    pub entities: Entities,
    pub favorited: bool,
    pub retweeted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "peers", jsony(skip_if = Option::is_none), musli(skip_encoding_if = Option::is_none))]
    pub possibly_sensitive: Option<bool>,
    pub lang: String,
}

/// Why the post is among the results.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize), jsony(ToJson))]
pub struct StatusMetadata {
    pub result_type: ResultType,
    pub iso_language_code: String,
}

/// Which ranking put the post among the results.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode), jsony(ToJson, rename_all = "lowercase"))]
pub enum ResultType {
    #[cfg_attr(feature = "peers", musli(Text, name = "mixed"))]
    Mixed,
    #[cfg_attr(feature = "peers", musli(Text, name = "popular"))]
    Popular,
    #[cfg_attr(feature = "peers", musli(Text, name = "recent"))]
    Recent,
}

/// A place on earth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize), jsony(ToJson))]
pub struct Point {
    #[serde(rename = "type")]
    #[cfg_attr(feature = "peers", jsony(rename = "type"), musli(Text, name = "type"))]
    pub kind: String,
    pub coordinates: [f64; 2],
}

/// The named place that a post is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize), jsony(ToJson))]
pub struct Place {
    pub id: String,
    pub url: String,
    pub place_type: String,
    pub name: String,
    pub full_name: String,
    pub country_code: String,
    pub country: String,
}

/// The author of a post.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[expect(clippy::struct_excessive_bools, reason = "Twitter has eleven of them")]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize), jsony(ToJson))]
pub struct User {
    pub id: u64,
    pub id_str: String,
    pub name: String,
    pub screen_name: String,
    pub location: String,
    pub description: String,
    pub url: Option<String>,
    pub entities: UserEntities,
    pub protected: bool,
    pub followers_count: u32,
    pub friends_count: u32,
    pub listed_count: u32,
    pub created_at: String,
    pub favourites_count: u32,
    pub utc_offset: Option<i32>,
    pub time_zone: Option<String>,
    pub geo_enabled: bool,
    pub verified: bool,
    pub statuses_count: u32,
    pub lang: String,
    pub contributors_enabled: bool,
    pub is_translator: bool,
    pub is_translation_enabled: bool,
    pub profile_background_color: String,
    pub profile_background_image_url: String,
    pub profile_background_image_url_https: String,
    pub profile_background_tile: bool,
    pub profile_image_url: String,
    pub profile_image_url_https: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "peers", jsony(skip_if = Option::is_none), musli(skip_encoding_if = Option::is_none))]
    pub profile_banner_url: Option<String>,
    pub profile_link_color: String,
    pub profile_sidebar_border_color: String,
    pub profile_sidebar_fill_color: String,
    pub profile_text_color: String,
    pub profile_use_background_image: bool,
    pub default_profile: bool,
    pub default_profile_image: bool,
    pub following: bool,
    pub follow_request_sent: bool,
    pub notifications: bool,
}

/// The links in an author's profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize), jsony(ToJson))]
pub struct UserEntities {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "peers", jsony(skip_if = Option::is_none), musli(skip_encoding_if = Option::is_none))]
    pub url: Option<Links>,
    pub description: Links,
}

/// The links in one text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize), jsony(ToJson))]
pub struct Links {
    pub urls: Vec<Link>,
}

/// A shortened link; `indices` is where it starts and ends in the text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize), jsony(ToJson))]
pub struct Link {
    pub url: String,
    pub expanded_url: String,
    pub display_url: String,
    pub indices: [u32; 2],
}

/// The things that a post's text refers to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize), jsony(ToJson))]
pub struct Entities {
    pub hashtags: Vec<Hashtag>,
    pub symbols: Vec<Hashtag>,
    pub urls: Vec<Link>,
    pub user_mentions: Vec<UserMention>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "peers", jsony(skip_if = Option::is_none), musli(skip_encoding_if = Option::is_none))]
    pub media: Option<Vec<Media>>,
}

/// A hash tag, or the symbol of a share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize), jsony(ToJson))]
pub struct Hashtag {
    pub text: String,
    pub indices: [u32; 2],
}

/// Another user, named in a post.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize), jsony(ToJson))]
pub struct UserMention {
    pub screen_name: String,
    pub name: String,
    pub id: u64,
    pub id_str: String,
    pub indices: [u32; 2],
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize), jsony(ToJson))]
pub struct Media {
    pub id: u64,
    pub id_str: String,
    pub indices: [u32; 2],
    pub media_url: String,
    pub media_url_https: String,
    pub url: String,
    pub display_url: String,
    pub expanded_url: String,
    #[serde(rename = "type")]
    #[cfg_attr(feature = "peers", jsony(rename = "type"), musli(Text, name = "type"))]
    pub kind: MediaKind,
    pub sizes: MediaSizes,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "peers", jsony(skip_if = Option::is_none), musli(skip_encoding_if = Option::is_none))]
    pub source_status_id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "peers", jsony(skip_if = Option::is_none), musli(skip_encoding_if = Option::is_none))]
    pub source_status_id_str: Option<String>,
}

/// The kind of picture.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "peers",
    derive(jsony::Jsony, musli::Encode),
    jsony(ToJson, rename_all = "snake_case"),
    musli(name_all = "snake_case")
)]
pub enum MediaKind {
    Photo,
    Video,
    AnimatedGif,
}

/// The sizes in which a picture is to be had, by name.
///
/// Twitter writes them in whatever order its hash table has, a different one for each picture. A struct or a sorted map
/// would lose that order, so this is a list of pairs, written as an object by hand.
#[derive(Debug, Clone, PartialEq)]
pub struct MediaSizes(pub Vec<(SizeName, Size)>);

/// The name of a size.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode), jsony(ToJson, rename_all = "lowercase"))]
pub enum SizeName {
    #[cfg_attr(feature = "peers", musli(Text, name = "thumb"))]
    Thumb,
    #[cfg_attr(feature = "peers", musli(Text, name = "small"))]
    Small,
    #[cfg_attr(feature = "peers", musli(Text, name = "medium"))]
    Medium,
    #[cfg_attr(feature = "peers", musli(Text, name = "large"))]
    Large,
}

/// A size in pixels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize), jsony(ToJson))]
pub struct Size {
    pub w: u32,
    pub h: u32,
    pub resize: Resize,
}

/// How a picture was brought to its size.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode), jsony(ToJson, rename_all = "lowercase"))]
pub enum Resize {
    #[cfg_attr(feature = "peers", musli(Text, name = "fit"))]
    Fit,
    #[cfg_attr(feature = "peers", musli(Text, name = "crop"))]
    Crop,
}

/// About the search itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ZeroAllocJson)]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize), jsony(ToJson))]
pub struct SearchMetadata {
    pub completed_in: f64,
    pub max_id: u64,
    pub max_id_str: String,
    // Absent on the last page of results.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "peers", jsony(skip_if = Option::is_none), musli(skip_encoding_if = Option::is_none))]
    pub next_results: Option<String>,
    pub query: String,
    pub refresh_url: String,
    pub count: u32,
    pub since_id: u64,
    pub since_id_str: String,
}

impl MediaSizes {
    fn entries(&self) -> impl Iterator<Item = (&SizeName, &Size)> {
        self.0.iter().map(|(name, size)| (name, size))
    }
}

impl ZeroAllocJson for MediaSizes {
    fn write_value<'s, D: Dispatch>(&self, cursor: Cursor<'s, D>) -> Cursor<'s, D> {
        cursor.map(self.entries())
    }
}

impl Serialize for MediaSizes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.entries())
    }
}

impl<'de> Deserialize<'de> for MediaSizes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = MediaSizes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of picture sizes")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<MediaSizes, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(MediaSizes(entries))
            }
        }

        deserializer.deserialize_map(Entries)
    }
}

/// The name of the file in the folder of documents.
pub const FILE_NAME: &str = "twitter.json";

/// Reads search results from any file that holds them.
///
/// # Errors
/// If the file cannot be read, is not JSON or does not fit the types of this module.
pub fn read(file: &Path) -> Result<SearchResults, ReadError> {
    file::read(file, "search results of Twitter's API 1.1")
}

/// The document of [`FILE_NAME`] in `folder`: 466,906 bytes when minified.
///
/// # Errors
/// As [`read`].
pub fn corpus(folder: &Path) -> Result<Corpus<SearchResults>, ReadError> {
    let document = read(&folder.join(FILE_NAME))?;
    Ok(Corpus { name: "twitter", about: "100 posts of Twitter's search", documents: vec![document] })
}
