//! The time of a line, beside the subscriber's own JSON: events with and without fields, in spans.
//!
//! Each event goes through a dispatcher of its own with a registry and one layer, as in a program. Both layers write the same
//! bytes, which is checked first, with a timer that stands still. The timed ones have the time of the system.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use record_benches::allocations::{CountingAllocator, count};
use record_benches::machine::{Build, Origin, build};
use record_benches::table::{Table, time};
use record_benches::timing::{Rounds, Samples, Task, in_turns};
use tracing::Dispatch;
use tracing::dispatcher::with_default;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::prelude::*;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// A buffer that is emptied where it would grow.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

/// The most that a buffer holds.
const BUFFER_BYTES: usize = 64 * 1024;

impl Buffer {
    fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).unwrap()
    }
}

impl Write for &Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut buffer = self.0.lock().unwrap();
        if buffer.len() + bytes.len() > BUFFER_BYTES {
            buffer.clear();
        }
        buffer.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Buffer {
    type Writer = &'w Self;

    fn make_writer(&'w self) -> &'w Self {
        self
    }
}

struct Still;

impl FormatTime for Still {
    fn format_time(&self, w: &mut Writer<'_>) -> std::fmt::Result {
        w.write_str("2026-02-03T04:05:06.789012Z")
    }
}

/// The events, by their number of fields.
fn event(fields: usize) {
    match fields {
        0 => tracing::info!("request served"),
        3 => tracing::info!(status = 200_u64, path = "/users/7/orders", cached = false, "request served"),
        _ => tracing::info!(
            status = 200_u64,
            path = "/users/7/orders",
            cached = false,
            took_ms = 1.75,
            user = 4_821_i64,
            peer = ?std::net::Ipv4Addr::new(192, 0, 2, 7),
            agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0)",
            retries = 0_u64,
            "request served"
        ),
    }
}

/// Runs in so many spans, one in the other.
fn within(depth: usize, run: &mut dyn FnMut()) {
    if depth == 0 {
        return run();
    }
    let span =
        tracing::info_span!("handler", request = 17_u64 + depth as u64, route = "/users/{id}/orders", sampled = true);
    span.in_scope(|| within(depth - 1, run));
}

/// The two layers, to the same kind of writer.
fn dispatches<W>(writer: impl Fn() -> W) -> [Dispatch; 2]
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let registry = tracing_subscriber::registry;
    [
        Dispatch::new(registry().with(record_tracing::layer().with_writer(writer()))),
        Dispatch::new(registry().with(tracing_subscriber::fmt::layer().json().with_writer(writer()))),
    ]
}

fn check(fields: usize, depth: usize) -> usize {
    let (ours, theirs) = (Buffer::default(), Buffer::default());
    let registry = tracing_subscriber::registry;
    let both = [
        Dispatch::new(registry().with(record_tracing::layer().with_writer(ours.clone()).with_timer(Still))),
        Dispatch::new(
            registry().with(tracing_subscriber::fmt::layer().json().with_writer(theirs.clone()).with_timer(Still)),
        ),
    ];
    for dispatch in &both {
        with_default(dispatch, || within(depth, &mut || event(fields)));
    }
    let (ours, theirs) = (ours.take(), theirs.take());
    assert_eq!(ours, theirs);
    ours.len()
}

fn task(dispatch: &Dispatch, fields: usize, depth: usize) -> Task<'_> {
    Box::new(move |calls| {
        with_default(dispatch, || {
            within(depth, &mut || {
                for _ in 0..calls {
                    event(fields);
                }
            });
        });
    })
}

fn allocations(dispatch: &Dispatch, fields: usize, depth: usize) -> u64 {
    let mut counted = 0;
    with_default(dispatch, || {
        within(depth, &mut || {
            event(fields);
            counted = count(|| event(fields)).expect("the allocator counts");
        });
    });
    counted
}

fn main() {
    if build() == Build::Unoptimised {
        println!("not optimised: `cargo bench -p record-tracing`");
        return;
    }
    println!("{}", Origin::of_this_run());
    let mut table = Table::new(&["event", "bytes", "record", "subscriber", "times", "allocations", "subscriber's"]);
    for (sink, discards) in [("discarded", true), ("to a buffer", false)] {
        let both = if discards { dispatches(|| io::sink as fn() -> io::Sink) } else { dispatches(Buffer::default) };
        for depth in [0, 2, 5] {
            for fields in [0, 3, 8] {
                let bytes = check(fields, depth);
                let mut tasks = both.each_ref().map(|dispatch| task(dispatch, fields, depth));
                let samples =
                    in_turns(&mut tasks, Duration::from_millis(2), Rounds::AtLeast(21, Duration::from_millis(400)));
                let [ours, theirs] = [0, 1].map(|at| Samples::new(samples[at].clone()).fastest());
                let [ours_allocates, theirs_allocates] = both.each_ref().map(|d| allocations(d, fields, depth));
                table.row(vec![
                    format!("{fields} fields in {depth} spans, {sink}"),
                    bytes.to_string(),
                    time(ours),
                    time(theirs),
                    format!("{:.1}", theirs / ours),
                    ours_allocates.to_string(),
                    theirs_allocates.to_string(),
                ]);
            }
        }
    }
    print!("{table}");
}
