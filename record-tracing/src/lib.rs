//! A layer for `tracing-subscriber` that writes its JSON lines, without allocating and several times as fast.
//!
//! ```
//! use tracing_subscriber::prelude::*;
//!
//! tracing_subscriber::registry().with(record_tracing::layer()).init();
//!
//! let span = tracing::info_span!("request", id = 7);
//! span.in_scope(|| tracing::info!(status = 200, "served"));
//! // {"timestamp":"2026-02-03T04:05:06.789012Z","level":"INFO","fields":{"message":"served","status":200},
//! //  "target":"app","span":{"id":7,"name":"request"},"spans":[{"id":7,"name":"request"}]}    (in one line)
//! ```
//!
//! It takes the place of `tracing_subscriber::fmt::layer().json()`. The options have the same names and defaults, and so has
//! whatever makes writers and shows the time. Instead of `tracing_subscriber::fmt().json().init()`, which drops what is below
//! `INFO`, write `registry().with(record_tracing::layer()).with(LevelFilter::INFO).init()`.
//!
//! # Guarantees
//!
//! - **The bytes of the subscriber** (0.3.20 and later) for events, spans, records of `log` and what happens to spans, under
//!   all options. The exceptions are listed below.
//! - **No allocation for a line in steady state.** A thread keeps a buffer of up to 64 KiB for its lines. Two cases allocate:
//!   a longer line, and one in more than 64 nested spans, of which the outer ones are listed apart.
//! - **One allocation for a span**: the box in which the registry keeps any layer's data. The text of its fields is written
//!   once, into a buffer that an earlier span of the thread left. A thread keeps 32 of these, of up to 4 KiB each. Recording
//!   fields later allocates nothing.
//! - **A line is one call of `write_all`**, with its line break. So lines of threads do not mix where one write is whole, as
//!   in a file that is open for appending.
//! - **Whole lines.** If a `Debug` panics, its line is lost and no other. Where one logs, those lines come first. The lock of
//!   a span is never held while code of others runs.
//! - **No state that is shared** between threads, but the registry's and the writer's own. A forked child goes on logging
//!   if the writer does.
//! - **No `unsafe`.**
//!
//! # What differs from the subscriber
//!
//! | where | the subscriber | this layer |
//! | --- | --- | --- |
//! | a float that is a field of a span | reads it back; without the feature `float_roundtrip` of `serde_json`, the last digit can change | writes it once, exactly |
//! | fields recorded later in a span that has a field whose name needs an escape | drops them | records them |
//! | a `Debug` that reports an error | panics | shows what was written up to there |
//! | a `Debug` that panics in an event | the next line begins with half a line | the next line is whole |
//! | a `Debug` that logs while a field is recorded | waits for its own lock for ever | logs |
//! | a span that was made before the layer was there (`reload`) | panics | shows its name, and fields recorded later |
//! | a timer that reports an error, with `log_internal_errors` | writes a text that is no JSON among the lines | writes to the standard error |
//!
//! Some of what is the same may surprise. A name that an event has twice is written twice. Fields of a span are in the order of
//! their names, each as it was recorded last. An event with a parent of its own has that as `span`, and the entered spans as
//! `spans`. Bytes, integers of 128 bits and errors are strings, but bytes in spans are lists of numbers. The sources of an
//! error are not shown.
//!
//! # What is not supported
//!
//! Values of `valuable`, which need an unstable `cfg`. Other formatters of fields or events: use the subscriber's layer beside
//! this one. Lines are not overwritten in memory when `record-runtime` has its feature `zeroize`.
//!
//! # Crate features
//!
//! - `tracing-log` (default): events that come from the crate `log` have the target, file and line of their record.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

mod fields;
mod layer;
mod line;
mod span;
mod spare;
mod time;

pub use layer::JsonLayer;

/// A layer with the default options: [`JsonLayer::new`].
#[must_use]
pub fn layer() -> JsonLayer {
    JsonLayer::new()
}

/// The package's page, whose example runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
