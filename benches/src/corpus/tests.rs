//! The promises of every corpus: its size, the same documents each time, and the same text by every engine.

use std::path::PathBuf;

use serde_json::Value;

use super::{Corpus, Document, Visitor, visit_files, visit_generated};
use crate::allocations::count;
use crate::engine::Engine;
use crate::project::Project;

fn documents_folder() -> PathBuf {
    Project::find().unwrap().documents().unwrap()
}

fn visit_all(visitor: &mut impl Visitor) {
    visit_generated(visitor);
    visit_files(&documents_folder(), visitor).unwrap();
}

fn written<T: Document>(engine: Engine, document: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    engine.write(document, &mut bytes);
    bytes
}

/// Name, number of documents, and their bytes, by the reference.
#[derive(Default)]
struct Sizes(Vec<(&'static str, usize, usize)>);

impl Visitor for Sizes {
    fn visit<T: Document>(&mut self, corpus: &Corpus<T>) {
        let bytes = corpus.documents.iter().map(|document| written(Engine::SerdeJson, document).len()).sum();
        self.0.push((corpus.name, corpus.documents.len(), bytes));
    }
}

/// Figures are compared over years: a corpus never changes. One that should differ gets another name.
#[test]
fn the_sizes_are_those_that_are_stated() {
    let mut sizes = Sizes::default();
    visit_all(&mut sizes);
    let stated = [
        ("message", 1, 27),
        ("log_record", 1_024, 395_108),
        ("user_with_items", 1, 951),
        ("api_response", 512, 556_087),
        ("invoice", 512, 594_214),
        ("article", 32, 524_351),
        ("list", 1, 76_428),
        ("bid_request", 128, 125_246),
        ("chat", 1, 60_494),
        ("points", 1, 39_642),
        ("coloured_log", 1, 97_725),
        ("time_series", 1, 75_750),
        ("geojson", 1, 61_932),
        ("openapi", 1, 77_712),
        ("cargo_metadata", 1, 154_461),
        ("twitter", 1, 466_906),
        ("citm_catalog", 1, 500_299),
        ("canada_f64", 1, 2_090_326),
        ("canada_f32", 1, 1_203_993),
    ];
    assert_eq!(sizes.0, stated);
    assert_eq!(super::NAMES, stated.map(|(name, ..)| name));
}

/// FNV-1a over all bytes of all generated corpora.
struct Fingerprint(u64);

impl Visitor for Fingerprint {
    fn visit<T: Document>(&mut self, corpus: &Corpus<T>) {
        for byte in corpus.documents.iter().flat_map(|document| written(Engine::SerdeJson, document)) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
        }
    }
}

#[test]
fn generated_documents_are_the_same_each_time_and_everywhere() {
    let mut fingerprint = Fingerprint(0xCBF2_9CE4_8422_2325);
    visit_generated(&mut fingerprint);
    assert_eq!(format!("{:016x}", fingerprint.0), "ebae5606c96a0236");
}

struct Distinct;

impl Visitor for Distinct {
    fn visit<T: Document>(&mut self, corpus: &Corpus<T>) {
        let mut documents: Vec<_> = corpus.documents.iter().map(|d| written(Engine::SerdeJson, d)).collect();
        documents.sort_unstable();
        documents.dedup();
        assert_eq!(documents.len(), corpus.documents.len(), "{}", corpus.name);
    }
}

#[test]
fn no_document_occurs_twice() {
    visit_all(&mut Distinct);
}

struct Agreement;

impl Visitor for Agreement {
    fn visit<T: Document>(&mut self, corpus: &Corpus<T>) {
        for (index, document) in corpus.documents.iter().enumerate() {
            let ours = written(Engine::Record, document);
            let reference = written(Engine::SerdeJson, document);
            assert!(ours == reference, "{} {index}: {}", corpus.name, String::from_utf8_lossy(&ours));
        }
    }
}

struct BridgeAgreement;

impl Visitor for BridgeAgreement {
    fn visit<T: Document>(&mut self, corpus: &Corpus<T>) {
        let mut buffer = Vec::new();
        for (index, document) in corpus.documents.iter().enumerate() {
            let reference = written(Engine::SerdeJson, document);
            buffer.clear();
            Engine::SerdeBridge.write(document, &mut buffer);
            assert!(buffer == reference, "{} {index}: {}", corpus.name, String::from_utf8_lossy(&buffer));
            buffer.clear();
            let allocations = count(|| Engine::SerdeBridge.write(document, &mut buffer));
            assert_eq!(allocations, Some(0), "{}", corpus.name);
        }
    }
}

#[test]
fn the_bridge_to_serde_writes_the_bytes_of_serde_json_and_does_not_allocate() {
    visit_all(&mut BridgeAgreement);
}

#[test]
fn write_json_writes_the_bytes_of_serde_json() {
    visit_all(&mut Agreement);
}

struct SecondWrites;

impl Visitor for SecondWrites {
    fn visit<T: Document>(&mut self, corpus: &Corpus<T>) {
        let mut buffer = Vec::new();
        for document in &corpus.documents {
            buffer.clear();
            document.write_json(&mut buffer);
            buffer.clear();
            let allocations = count(|| document.write_json(&mut buffer));
            assert_eq!(allocations, Some(0), "{}", corpus.name);
        }
    }
}

#[test]
fn the_second_write_of_a_document_does_not_allocate() {
    visit_all(&mut SecondWrites);
}

/// The file's text without the white space between tokens, by reading bytes alone: no parser that could agree with
/// itself.
fn minified(text: &[u8]) -> Vec<u8> {
    let mut inside_string = false;
    let mut escaped = false;
    let keep = |byte: &u8| {
        let kept = inside_string || !byte.is_ascii_whitespace();
        let toggles = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        inside_string ^= toggles;
        kept
    };
    text.iter().copied().filter(keep).collect()
}

#[test]
fn the_types_hold_the_whole_of_the_files() {
    let folder = documents_folder();
    let twitter = super::twitter::corpus(&folder).unwrap();
    let citm_catalog = super::citm_catalog::corpus(&folder).unwrap();
    let original = |name: &str| minified(&std::fs::read(folder.join(name)).unwrap());
    assert!(written(Engine::Record, &twitter.documents[0]) == original("twitter.json"));
    assert!(written(Engine::Record, &citm_catalog.documents[0]) == original("citm_catalog.json"));
    // The file's numbers are not in their shortest form, some not even floats: values are compared instead of bytes.
    let canada = super::canada::corpus_f64(&folder).unwrap();
    let value = |text: &[u8]| with_floats(serde_json::from_slice(text).unwrap());
    assert!(value(&written(Engine::Record, &canada.documents[0])) == value(&original("canada.json")));
}

fn with_floats(value: Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().into(),
        Value::Array(items) => items.into_iter().map(with_floats).collect(),
        Value::Object(entries) => entries.into_iter().map(|(key, value)| (key, with_floats(value))).collect(),
        other => other,
    }
}
