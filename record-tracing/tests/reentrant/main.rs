//! Values that log while they are written.
//!
//! The dispatcher of a thread ignores that; the one of the process does not. So it is set here, in a process of its own with
//! one test.

#![forbid(unsafe_code)]

use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use record_benches::allocations::{CountingAllocator, count};
use tracing::{info, info_span};
use tracing_subscriber::prelude::*;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().push(String::from_utf8(bytes.to_vec()).unwrap());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Logs the one below it, in a span of that one.
struct Nested(usize);

impl fmt::Debug for Nested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}", self.0)?;
        if let Some(below) = self.0.checked_sub(1) {
            let _span = info_span!("inside", below = ?Nested(below)).entered();
            info!(inner = ?Nested(below), "{}", self.0);
        }
        write!(f, "{}>", self.0)
    }
}

struct Logging;

impl fmt::Debug for Logging {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        info!("inner");
        f.write_str("shown")
    }
}

#[test]
fn values_that_log_write_whole_lines_before_their_own() {
    let lines = Lines::default();
    let writer = lines.clone();
    let layer = record_tracing::layer().without_time().with_writer(move || writer.clone());
    tracing_subscriber::registry().with(layer).init();
    let written = || std::mem::take(&mut *lines.0.lock().unwrap());

    info!(inner = ?Nested(4), "outermost");
    // Each value is shown twice, by the span and by the event; each time it logs an event.
    let texts = written();
    assert_eq!(texts.len(), 16);
    for text in &texts {
        assert!(text.ends_with("}\n"), "{text}");
        serde_json::from_str::<serde_json::Value>(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    }
    assert!(texts[15].contains(r#""fields":{"message":"outermost","inner":"<44>"}"#), "{}", texts[15]);

    // The subscriber holds a lock of the span while it records: there, this waits for itself without end.
    let span = info_span!("s", a = 1, value = tracing::field::Empty);
    span.in_scope(|| {
        span.record("value", tracing::field::debug(Logging));
        info!(value = ?Logging, "outer");
    });
    let (before, after) = (r#""span":{"a":1,"name":"s"}"#, r#""span":{"a":1,"value":"shown","name":"s"}"#);
    let expected = [("\"inner\"", before), ("\"inner\"", after), (r#""outer","value":"shown""#, after)];
    let texts = written();
    assert_eq!(texts.len(), expected.len(), "{texts:?}");
    for (text, (fields, span)) in texts.iter().zip(expected) {
        assert!(text.contains(fields) && text.contains(span), "{text}");
    }

    // The buffer is the outer line's: an inner one has another. The rest is what the test keeps.
    let allocated = |run: &dyn Fn()| {
        (0..3).for_each(|_| run());
        written();
        count(run).expect("the allocator counts")
    };
    let plain = allocated(&|| info!("m"));
    assert_eq!(allocated(&|| info!(value = ?Logging, "m")), 2 * plain + 1);
}
