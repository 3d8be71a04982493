//! Long text: one string of some 16 KB per document, with the line breaks, quotes and non-ASCII letters that text has.

#![forbid(unsafe_code)]
#![expect(missing_docs, reason = "the fields are those of any article; their names say all there is")]

use record_runtime::ZeroAllocJson;
use serde::Serialize;

use super::Corpus;
use crate::prng::SplitMix64;

const ARTICLES: usize = 32;
const BODY_BYTES: usize = 15_800;

const WORDS: &[&str] = &[
    "the",
    "of",
    "and",
    "a",
    "in",
    "to",
    "is",
    "was",
    "for",
    "that",
    "on",
    "as",
    "with",
    "by",
    "at",
    "from",
    "his",
    "it",
    "an",
    "were",
    "which",
    "are",
    "this",
    "also",
    "be",
    "had",
    "has",
    "first",
    "one",
    "their",
    "its",
    "new",
    "after",
    "who",
    "they",
    "two",
    "river",
    "station",
    "between",
    "century",
    "village",
    "railway",
    "district",
    "population",
    "opened",
    "northern",
    "council",
    "university",
    "during",
    "building",
    "government",
    "several",
    "following",
    "company",
];
const FOREIGN_WORDS: &[&str] =
    &["café", "naïve", "Zürich", "Łódź", "São Paulo", "Ångström", "東京", "Москва", "Ελλάδα", "🚂"];

/// An article as a reader's application fetches it.
#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "peers",
    derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize),
    jsony(ToJson, rename_all = "camelCase"),
    musli(name_all = "camelCase")
)]
pub struct Article {
    pub id: u64,
    pub slug: String,
    pub title: String,
    pub author: String,
    pub published: bool,
    pub word_count: usize,
    pub tags: Vec<String>,
    pub subtitle: Option<String>,
    pub body: String,
}

/// 32 different articles of about 16 KB. A paragraph of some 600 bytes ends in two line breaks, one sentence in twelve
/// holds a quotation, one word in 60 is not ASCII.
#[must_use]
pub fn corpus() -> Corpus<Article> {
    let mut random = SplitMix64::new(0xA27);
    Corpus {
        name: "article",
        about: "32 different articles of 16 KB text",
        documents: (1..).map(|id| article(&mut random, id)).take(ARTICLES).collect(),
    }
}

fn article(random: &mut SplitMix64, id: u64) -> Article {
    let body = body(random);
    Article {
        id,
        slug: format!("on-the-{}-line-{id}", random.pick(&["northern", "southern", "coastal", "old"])),
        title: format!("On the line, part {id}"),
        author: random.pick(&["M. Dvořák", "E. Lindqvist", "J. Müller"]).to_owned(),
        published: !random.one_in(8),
        word_count: body.split_whitespace().count(),
        tags: ["history", "travel", "railways"].map(str::to_owned).to_vec(),
        subtitle: random.one_in(2).then(|| "A journey in chapters".to_owned()),
        body,
    }
}

fn body(random: &mut SplitMix64) -> String {
    let mut text = String::with_capacity(BODY_BYTES + 700);
    while text.len() < BODY_BYTES {
        for _ in 0..random.integer::<u8>(5..9) {
            sentence(random, &mut text);
        }
        text.push_str("\n\n");
    }
    text
}

fn sentence(random: &mut SplitMix64, text: &mut String) {
    let words = random.integer::<u8>(10..22);
    let quoted = random.one_in(12);
    for position in 0..words {
        let word = if random.one_in(60) { random.pick(FOREIGN_WORDS) } else { random.pick(WORDS) };
        match position {
            0 => text.extend(word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1))),
            3 if quoted => text.extend(["\"", word]),
            6 if quoted => text.extend([word, "\""]),
            _ => text.push_str(word),
        }
        text.push_str(if position + 1 == words { ". " } else { " " });
    }
}
