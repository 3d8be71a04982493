//! Data of a span: the text of its fields, and its times.
//!
//! The text is an object as it stands in each line: fields in the order of their names, and then the span's name. It is
//! written when the span is made, and once more when fields are recorded later. An event copies it.

use std::fmt;
use std::time::Instant;

use record_runtime::{Cursor, Dispatch, ZeroAllocJson};
use tracing_core::Metadata;
use tracing_core::field::{Field, Visit};
use tracing_subscriber::field::RecordFields;

use crate::fields::Shown;
use crate::spare;

/// A span's data, as one of the registry's extensions.
#[derive(Debug)]
pub(crate) struct SpanData {
    fields: Fields,
    pub(crate) times: Option<Times>,
}

impl SpanData {
    pub(crate) fn new(fields: Recorded, metadata: &Metadata<'_>) -> Self {
        let mut data = Self { fields: Fields::default(), times: None };
        data.add(fields, metadata);
        data
    }

    /// Adds fields; one of the same name is replaced.
    pub(crate) fn add(&mut self, added: Recorded, metadata: &Metadata<'_>) {
        let merged = self.fields.merged(&added.0, metadata.name());
        spare::keep_fields(std::mem::replace(&mut self.fields, merged));
        spare::keep_fields(added.0);
    }

    /// The object that stands for the span in a line.
    pub(crate) fn text(&self) -> &str {
        &self.fields.text
    }
}

impl Drop for SpanData {
    fn drop(&mut self) {
        spare::keep_fields(std::mem::take(&mut self.fields));
    }
}

/// Fields in the order of their names, each once: as it was recorded last. Their text has objects of one field, one behind the
/// other, in the order in which they were recorded.
pub(crate) struct Recorded(Fields);

impl Recorded {
    /// Writes values. Runs the values' own code; so no lock of the span's is to be held.
    pub(crate) fn new(values: impl RecordFields) -> Self {
        let Fields { text, entries } = spare::take_fields();
        let mut visitor = Recording { text: text.into_bytes(), entries };
        values.record(&mut visitor);
        let Recording { text, mut entries } = visitor;
        // Allocates nothing, unlike a stable one; of equal names the last one comes first.
        entries.sort_unstable_by_key(|entry| (entry.name, std::cmp::Reverse(entry.begin)));
        entries.dedup_by_key(|entry| entry.name);
        Self(Fields { text: String::from_utf8(text).unwrap_or_default(), entries })
    }
}

/// The fields of a span.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    text: String,
    entries: Vec<Entry>,
}

/// A field in a text.
#[derive(Debug, Clone, Copy)]
struct Entry {
    name: &'static str,
    /// Its key and value.
    begin: usize,
    end: usize,
}

impl Fields {
    #[cfg(test)]
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), entries: Vec::new() }
    }

    /// The memory that it holds.
    pub(crate) fn bytes(&self) -> usize {
        self.text.capacity() + self.entries.capacity() * size_of::<Entry>()
    }

    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.entries.clear();
    }

    fn entry(&self, entry: Entry) -> &str {
        &self.text[entry.begin..entry.end]
    }

    /// These fields and the added ones as an object that ends in the span's name.
    fn merged(&self, added: &Self, name: &str) -> Self {
        let mut merged = spare::take_fields();
        merged.text.push('{');
        let (mut old, mut new) = (self.entries.iter().peekable(), added.entries.iter().peekable());
        loop {
            let (from, entry) = match (old.peek(), new.peek()) {
                (Some(&&kept), Some(&&other)) if kept.name < other.name => (self, kept),
                (Some(&&kept), None) => (self, kept),
                (_, Some(&&other)) => (added, other),
                (None, None) => break,
            };
            old.next_if(|kept| kept.name == entry.name);
            new.next_if(|other| other.name == entry.name);
            let begin = merged.text.len();
            merged.text.push_str(from.entry(entry));
            merged.entries.push(Entry { begin, end: merged.text.len(), ..entry });
            merged.text.push(',');
        }
        merged.text.push_str("\"name\":");
        let mut text = std::mem::take(&mut merged.text).into_bytes();
        name.write_json(&mut text);
        text.push(b'}');
        merged.text = String::from_utf8(text).unwrap_or_default();
        merged
    }
}

/// Writes values as objects of one field.
struct Recording {
    text: Vec<u8>,
    entries: Vec<Entry>,
}

impl Recording {
    fn field<T: ZeroAllocJson + ?Sized>(&mut self, name: &'static str, value: &T) {
        let begin = self.text.len() + "{".len();
        // A value fails where there is no stack for it: the others are kept.
        if (OneField { name, value }).try_write_json(&mut self.text).is_ok() {
            self.entries.push(Entry { name, begin, end: self.text.len() - "}".len() });
        }
    }
}

struct OneField<'a, T: ?Sized> {
    name: &'static str,
    value: &'a T,
}

impl<T: ZeroAllocJson + ?Sized> ZeroAllocJson for OneField<'_, T> {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.object().field(self.name, self.value).end()
    }
}

/// The subscriber shows values of spans in its own way. Bytes are numbers. A field that has only a `Debug` is left out if `log`
/// adds it, and loses the `r#` of its name.
impl Visit for Recording {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.field(field.name(), &value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.field(field.name(), &value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.field(field.name(), &value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.field(field.name(), &value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.field(field.name(), value);
    }

    fn record_bytes(&mut self, field: &Field, value: &[u8]) {
        self.field(field.name(), value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let name = field.name();
        if cfg!(feature = "tracing-log") && name.starts_with("log.") {
            return;
        }
        self.field(name.strip_prefix("r#").unwrap_or(name), &Shown(value));
    }
}

/// How long a span was entered, and how long it was not.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    busy: u64,
    idle: u64,
    last: Instant,
    entered: u64,
}

impl Times {
    pub(crate) fn new() -> Self {
        Self { busy: 0, idle: 0, last: Instant::now(), entered: 0 }
    }

    pub(crate) fn enter(&mut self) {
        if self.entered == 0 {
            self.idle += self.since_last();
        }
        self.entered += 1;
    }

    pub(crate) fn exit(&mut self) {
        // An exit without an entry is one of a span that was entered before the layer was there.
        self.entered = self.entered.saturating_sub(1);
        if self.entered == 0 {
            self.busy += self.since_last();
        }
    }

    /// The nanoseconds in which the span was entered, and those in which it was not.
    pub(crate) fn close(&mut self) -> (u64, u64) {
        self.idle += self.since_last();
        (self.busy, self.idle)
    }

    fn since_last(&mut self) -> u64 {
        let now = Instant::now();
        let elapsed = now - std::mem::replace(&mut self.last, now);
        u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX)
    }
}
