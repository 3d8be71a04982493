//! Types that more than one test writes: responses as services have them. They have everything that decides how a
//! writer reserves: runs of bounded fields, strings, nesting, skips, flatten, enums, long keys, keys with escapes.

use std::borrow::Cow;
use std::collections::BTreeMap;

use record_runtime::ZeroAllocJson;
use serde::Serialize;

/// A record of the common kind: bounded fields in runs, strings, and a vector.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ZeroAllocJson)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// A number of up to 20 digits.
    pub user_id: u64,
    /// Text.
    pub screen_name: String,
    /// `null` or text.
    pub description: Option<String>,
    /// The first of a run of bounded fields.
    pub followers_count: u32,
    /// In the run.
    pub score: f64,
    /// In the run.
    pub verified: bool,
    /// In the run.
    pub balance: i64,
    /// The last of the run.
    pub initial: char,
    /// Text in a sequence.
    pub tags: Vec<String>,
}

/// An event: each kind of variant, tagged the default way.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ZeroAllocJson)]
pub enum Event {
    /// A unit variant.
    #[default]
    Nothing,
    /// A newtype variant.
    Message(String),
    /// A tuple variant.
    Moved(i32, f64),
    /// A struct variant.
    Renamed {
        /// The old name.
        from: String,
        /// The new one.
        #[serde(rename = "to\n\"name\"")]
        to: String,
    },
}

/// An internally tagged enum, as web APIs like them.
#[derive(Clone, Debug, PartialEq, Serialize, ZeroAllocJson)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Shape {
    /// Only the tag.
    EmptyShape,
    /// The tag before fields.
    Circle {
        /// A field.
        radius: f64,
    },
    /// The tag before the fields of another type.
    Owned(Page),
}

/// Counters that a response splices in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ZeroAllocJson)]
pub struct Page {
    /// Bounded.
    pub offset: u64,
    /// Bounded, or left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
}

/// A response with everything in it.
#[derive(Clone, Debug, PartialEq, Serialize, ZeroAllocJson)]
pub struct Response<'a> {
    /// Left out when empty: whether the next field needs a comma is open.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub request_id: &'a str,
    /// Spliced in.
    #[serde(flatten)]
    pub page: Page,
    /// Not a string that must be copied, and one that is.
    pub title: Cow<'a, str>,
    /// Nested.
    pub user: User,
    /// Nested in a vector.
    pub others: Vec<User>,
    /// A run of 7 bounded fields begins.
    #[serde(rename = "a-key-that-is-longer-than-any-register-and-than-a-cache-line-of-64-bytes-by-a-few")]
    pub a: u64,
    /// In the run.
    pub b: i64,
    /// In the run.
    pub c: f32,
    /// In the run.
    pub d: f64,
    /// In the run.
    pub e: bool,
    /// In the run.
    pub f: Option<u64>,
    /// The end of the run.
    pub g: (i8, char, u128),
    /// A map.
    pub labels: BTreeMap<String, Option<f64>>,
    /// Enums.
    pub events: Vec<Event>,
    /// Left out when none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shape: Option<Shape>,
    /// Never written.
    #[serde(skip)]
    pub internal: u64,
    /// More than 16 fields: the second group of the writer.
    pub h: u8,
    /// Spliced in at the end.
    #[serde(flatten)]
    pub extra: BTreeMap<&'a str, i16>,
}

impl User {
    /// A user with every field filled; `n` varies the lengths.
    #[must_use]
    pub fn example(n: usize) -> Self {
        let id = u64::MAX / (1 + u64::try_from(n).unwrap_or(u64::MAX));
        Self {
            user_id: id,
            screen_name: "screen name ".repeat(n % 7),
            description: (!n.is_multiple_of(3)).then(|| format!("line {n}\nsays \"ünïcode 🦀\"")),
            followers_count: u32::try_from(n).unwrap_or(u32::MAX),
            score: -1.0 / (f64::from(u32::try_from(n).unwrap_or(u32::MAX)) + 3.0),
            verified: n.is_multiple_of(2),
            balance: i64::MIN + i64::try_from(n).unwrap_or(0),
            initial: ['a', '"', 'é', '🦀', '\u{1f}'][n % 5],
            tags: (0..n % 4).map(|tag| format!("tag-{tag}")).collect(),
        }
    }
}

impl Response<'static> {
    /// A response with every field filled; its text has about 1,900 bytes.
    #[must_use]
    pub fn example() -> Self {
        Self {
            request_id: "01HX-\u{7f}-request",
            page: Page { offset: u64::MAX, total: Some(10) },
            title: Cow::Borrowed(
                "Title: \"quoted\"\u{0}\u{1f} and clean text of more than sixty-four bytes after it, ünïcode too",
            ),
            user: User::example(1),
            others: vec![User::example(5), User::default(), User::example(13)],
            a: u64::MAX,
            b: i64::MIN,
            c: f32::MIN_POSITIVE,
            d: -2.225_073_858_507_201_4e-308,
            e: false,
            f: Some(u64::MAX),
            g: (-128, '\u{2028}', u128::MAX),
            labels: BTreeMap::from([
                (String::from("cpu \"load\""), Some(0.1)),
                (String::new(), None),
                (String::from("a label of more than thirty-two bytes, clean"), Some(f64::MAX)),
            ]),
            events: vec![
                Event::Nothing,
                Event::Message(String::from("ctrl \u{1b}[0m")),
                Event::Moved(-1, 1e21),
                Event::Renamed { from: String::from("old"), to: String::from("new\\name") },
            ],
            shape: Some(Shape::Owned(Page { offset: 1, total: None })),
            internal: 7,
            h: 255,
            extra: BTreeMap::from([("x", -32_768), ("y\t", 0)]),
        }
    }

    /// The same with everything empty or left out.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            request_id: "",
            page: Page::default(),
            title: Cow::Borrowed(""),
            user: User::default(),
            others: Vec::new(),
            a: 0,
            b: 0,
            c: 0.0,
            d: 0.0,
            e: true,
            f: None,
            g: (0, 'x', 0),
            labels: BTreeMap::new(),
            events: Vec::new(),
            shape: None,
            internal: 0,
            h: 0,
            extra: BTreeMap::new(),
        }
    }
}
