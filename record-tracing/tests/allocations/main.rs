//! The claim: in steady state a line allocates nothing, and a span one block.
//!
//! A process of its own, for its allocator, which counts each thread by itself.

#![forbid(unsafe_code)]

use std::fmt;
use std::io;

use record_benches::allocations::{CountingAllocator, count};
use record_tracing::JsonLayer;
use tracing::dispatcher::with_default;
use tracing::{Dispatch, Span, info, info_span, warn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::prelude::*;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// Runs under a dispatcher with a layer that discards its lines.
fn under<W, T>(layer: JsonLayer<W, T>, run: impl FnOnce())
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
    T: FormatTime + Send + Sync + 'static,
{
    let dispatch = Dispatch::new(tracing_subscriber::registry().with(layer.with_writer(io::sink)));
    with_default(&dispatch, run);
}

/// The allocations of each run, behind some that give the buffers their size.
#[track_caller]
fn each(run: impl Fn()) -> u64 {
    for _ in 0..3 {
        run();
    }
    let counted = count(|| {
        for _ in 0..100 {
            run();
        }
    });
    counted.expect("the allocator counts").div_ceil(100)
}

struct Shown;

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} and \"{}\"", 1, 2.5)
    }
}

fn events() {
    info!("constant");
    info!(a = 1, b = "text with \"escapes\"", c = true, "and {} {:?}", 1, "two");
    warn!(
        a = 1, b = -1_i64, c = 0.1, d = true, e = "text", f = %Shown, g = ?Some(1), h = u128::MAX, i = &b"bytes"[..],
        j = Some(1), k = tracing::field::Empty, l = &fmt::Error as &(dyn std::error::Error + 'static)
    );
    log::info!("a record of {}", 7);
}

fn nested(depth: usize, run: &dyn Fn()) {
    if depth == 0 {
        return run();
    }
    info_span!("nested", depth, text = "some \"text\"", shown = %Shown).in_scope(|| nested(depth - 1, run));
}

#[test]
fn a_line_allocates_nothing() {
    tracing_log::LogTracer::init().unwrap();
    for depth in [0, 1, 2, 5, 16, 17, 64] {
        under(record_tracing::layer(), || nested(depth, &|| assert_eq!(each(events), 0, "in {depth} spans")));
    }
    let all =
        || record_tracing::layer().with_file(true).with_line_number(true).with_thread_ids(true).with_thread_names(true);
    under(all(), || nested(3, &|| assert_eq!(each(events), 0)));
    under(all().flatten_event(true), || nested(3, &|| assert_eq!(each(events), 0)));
    under(all().without_time(), || nested(3, &|| assert_eq!(each(events), 0)));
    under(all().with_timer(tracing_subscriber::fmt::time::uptime()), || nested(3, &|| assert_eq!(each(events), 0)));
}

#[test]
fn below_64_spans_a_list_of_the_others_is_allocated() {
    under(record_tracing::layer(), || nested(65, &|| assert_eq!(each(|| info!("m")), 0)));
    under(record_tracing::layer(), || nested(90, &|| assert_eq!(each(|| info!("m")), 1)));
}

#[test]
fn entering_and_leaving_a_span_allocates_nothing() {
    under(record_tracing::layer().with_span_events(FmtSpan::FULL), || {
        let span = info_span!("s", a = 1);
        assert_eq!(each(|| span.in_scope(|| info!("m"))), 0);
    });
}

fn span_with_fields() -> Span {
    info_span!("s", b = 1, a = "text", c = %Shown, later = tracing::field::Empty)
}

#[test]
fn a_span_allocates_the_box_of_its_extension_alone() {
    for kind in [FmtSpan::NONE, FmtSpan::FULL] {
        under(record_tracing::layer().with_span_events(kind.clone()), || {
            assert_eq!(each(|| drop(info_span!("s"))), 1);
            assert_eq!(each(|| drop(span_with_fields())), 1);
            assert_eq!(each(|| span_with_fields().in_scope(events)), 1);
            let recorded = || {
                let span = span_with_fields();
                span.record("later", "a text");
                span.record("b", 2.5);
                span.in_scope(events);
            };
            assert_eq!(each(recorded), 1);
        });
    }
    under(record_tracing::layer(), || {
        let span = span_with_fields();
        let record = || {
            span.record("later", "a text").record("b", 2);
        };
        assert_eq!(each(record), 0);
        // Several at a time.
        assert_eq!(each(|| drop([(); 8].map(|()| span_with_fields()))), 8);
    });
}

#[test]
fn a_line_beyond_what_a_thread_keeps_allocates_its_buffer() {
    let long = "x".repeat(100_000);
    under(record_tracing::layer(), || {
        assert!(each(|| info!("{long}")) > 0);
        info!("m");
        assert_eq!(each(|| info!("m")), 0);
    });
}
