//! The same events and spans through both layers: the same bytes.

use std::sync::Once;
use std::thread;

use record_benches::prng::SplitMix64;
use tracing::dispatcher::with_default;
use tracing::{Dispatch, Span};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::prelude::*;

use crate::alone;
use crate::layers::{DEFAULT, Options, Time};
use crate::shapes::{MESSAGES, NO_FIELDS, PAIRS, RECORDS, SHAPES, Shape};
use crate::values::{Values, below, text};

/// Records of `log` become events of whatever dispatcher the thread has.
fn take_records() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing_log::LogTracer::init().expect("no other logger"));
}

/// Runs the same through both layers, and compares.
#[track_caller]
fn compare(what: &dyn Fn() -> String, options: &Options, run: impl Fn()) -> usize {
    take_records();
    let [ours, theirs] = [options.ours(), options.theirs()].map(|(dispatch, calls)| {
        with_default(&dispatch, &run);
        drop(dispatch);
        calls.lines()
    });
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert_eq!(without_times(ours), without_times(theirs), "{}, {options:?}", what());
    }
    assert_eq!(ours.len(), theirs.len(), "{}, {options:?}", what());
    ours.len()
}

/// The line with the times of a closed span taken out. Each has to be one.
fn without_times(line: &str) -> String {
    let mut line = line.to_owned();
    for key in ["\"time.busy\":\"", "\"time.idle\":\""] {
        let Some(begin) = line.find(key).map(|at| at + key.len()) else { continue };
        let end = begin + line[begin..].find('"').expect("an end");
        let time = &line[begin..end];
        let number = ["ns", "µs", "ms", "s"].iter().find_map(|unit| time.strip_suffix(unit)).expect("a unit");
        assert!(number.parse::<f64>().is_ok() && (3..=5).contains(&number.len()), "{time}");
        line.replace_range(begin..end, "");
    }
    line
}

fn all_shapes() -> impl Iterator<Item = &'static Shape> {
    std::iter::once(&NO_FIELDS).chain(SHAPES).chain(PAIRS.iter().copied().flatten())
}

#[test]
fn each_shape_alone_and_in_spans() {
    let _alone = alone();
    let mut random = SplitMix64::new(1);
    let mut lines = 0;
    for shape in all_shapes() {
        for flat in [false, true] {
            for _ in 0..3 {
                let options = Options { bits: DEFAULT | u64::from(flat) << 6, ..Options::default() };
                let values = Values::new(&mut random);
                lines += compare(&|| shape.name.to_owned(), &options, || {
                    (shape.event)(&values);
                    let outer = (shape.span)(&values).entered();
                    (shape.event)(&values);
                    let inner = (shape.child_span)(&values, Some(&outer));
                    (shape.child_event)(&values, &inner);
                    inner.in_scope(|| (shape.event)(&values));
                    let root = (shape.child_span)(&values, None).entered();
                    (shape.event)(&values);
                    drop(root);
                    drop(outer);
                });
            }
        }
    }
    assert_eq!(lines, (16 + 19 * 19) * 2 * 3 * 5);
}

#[test]
fn every_combination_of_options() {
    let _alone = alone();
    let mut random = SplitMix64::new(2);
    for bits in 0..1 << 9 {
        for time in [Time::Still, Time::None, Time::Empty] {
            let options = Options { bits, events: FmtSpan::FULL, time, filter: None };
            let values = Values::new(&mut random);
            compare(&|| format!("options {bits:b}"), &options, || {
                (MESSAGES[3])(&values);
                let outer = (SHAPES[1].span)(&values).entered();
                let inner = (SHAPES[4].span)(&values).entered();
                (RECORDS[2])(&values);
                drop(inner);
                drop(outer);
            });
        }
    }
}

/// A program of random steps. It has spans of its own, which it enters one in the other.
fn steps(random: &mut SplitMix64, spans: &mut Vec<Span>, depth: u32) {
    let shapes: Vec<&Shape> = all_shapes().collect();
    for _ in 0..random.integer::<usize>(1..6) {
        let values = Values::new(random);
        let among = if below(random, 2) == 0 { 16 } else { shapes.len() as u64 };
        let shape = shapes[random.integer::<usize>(0..among)];
        match below(random, 9) {
            0 => (shape.event)(&values),
            1 => MESSAGES[random.integer::<usize>(0..9)](&values),
            2 => RECORDS[random.integer::<usize>(0..6)](&values),
            3 => {
                if let Some(parent) = spans.last() {
                    (shape.child_event)(&values, parent);
                }
            }
            4 => record(random, spans, &values),
            5 => drop(spans.pop()),
            6 => {
                let span = (shape.child_span)(&values, spans.last().filter(|_| values.flag));
                spans.push(span);
            }
            _ if depth < 6 => {
                let span = (shape.span)(&values);
                span.in_scope(|| steps(random, spans, depth + 1));
                record(random, std::slice::from_ref(&span), &values);
                span.in_scope(|| (shape.event)(&values));
                spans.push(span);
            }
            _ => {}
        }
    }
}

/// Records values in fields that a span may have. Names that need escapes are left out: see `differences`.
fn record(random: &mut SplitMix64, spans: &[Span], values: &Values) {
    let Some(span) = spans.last().filter(|span| !is_escaped(span)) else { return };
    for name in ["a", "b", "zeta", "alpha", "same", "name", "f05", "z13", "log.x", "r#type", "abc", "", "missing"] {
        if below(random, 3) != 0 {
            continue;
        }
        let text = text(random);
        match below(random, 7) {
            0 => span.record(name, values.unsigned),
            1 => span.record(name, text.as_str()),
            2 => span.record(name, tracing::field::debug(&values.debug)),
            3 => span.record(name, values.float),
            4 => span.record(name, &values.bytes[..]),
            5 => span.record(name, values.maybe),
            _ => span.record(name, tracing::field::display(&values.error)),
        };
    }
}

fn is_escaped(span: &Span) -> bool {
    let fields =
        span.metadata().map(|metadata| metadata.fields().iter().any(|field| field.name().contains(['"', '\\', '\n'])));
    fields.unwrap_or(false)
}

#[test]
fn random_programs_under_random_options() {
    let _alone = alone();
    let seed = std::env::var("RECORD_TRACING_SEED").ok().map_or_else(rand_seed, |seed| seed.parse().expect("a number"));
    println!("RECORD_TRACING_SEED={seed}");
    let mut lines = 0;
    for program in 0..3_000 {
        let mut random = SplitMix64::new(seed.wrapping_add(program));
        let options = Options::random(&mut random);
        let begin = random.clone();
        lines += compare(&|| format!("program {program} of seed {seed}"), &options, || {
            let (mut random, mut spans) = (begin.clone(), Vec::new());
            steps(&mut random, &mut spans, 0);
            while spans.pop().is_some() {}
        });
    }
    assert!(lines > 10_000, "{lines}");
}

fn rand_seed() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("behind 1970");
    since.as_secs() ^ u64::from(since.subsec_nanos()) << 32
}

#[test]
fn threads_with_and_without_names() {
    let _alone = alone();
    for (bits, name) in [(0b11_0000, None), (0b10_0000, None), (0b11_0000, Some("a \"name\"")), (0b1_0000, Some("é"))]
    {
        let run = move || {
            let options = Options { bits, ..Options::default() };
            // The number of the thread is in the line: both on one thread.
            compare(&|| format!("{name:?}"), &options, || (MESSAGES[0])(&Values::new(&mut SplitMix64::new(3))))
        };
        let builder = thread::Builder::new();
        let builder = if let Some(name) = name { builder.name(name.to_owned()) } else { builder };
        assert_eq!(builder.spawn(run).expect("a thread").join().expect("the same lines"), 1);
    }
}

#[test]
fn spans_deeper_than_the_stack_holds() {
    let _alone = alone();
    for depth in [1, 16, 17, 63, 64, 65, 66, 200] {
        compare(&|| format!("depth {depth}"), &Options::default(), || {
            let values = Values::new(&mut SplitMix64::new(depth));
            let spans: Vec<_> = (0..depth).map(|_| (SHAPES[0].span)(&values).entered()).collect();
            (MESSAGES[0])(&values);
            for span in spans.into_iter().rev() {
                drop(span);
            }
        });
    }
}

#[test]
fn two_layers_of_a_registry_share_their_spans() {
    let _alone = alone();
    let (first, second) = (crate::Calls::default(), crate::Calls::default());
    let layer = |calls: &crate::Calls, kind| {
        record_tracing::layer().with_writer(calls.clone()).with_timer(crate::Still).with_span_events(kind)
    };
    let registry =
        tracing_subscriber::registry().with(layer(&first, FmtSpan::FULL)).with(layer(&second, FmtSpan::FULL));
    let both = Dispatch::new(registry);
    let (alone, calls) = Options { events: FmtSpan::FULL, ..Options::default() }.theirs();
    for dispatch in [both, alone] {
        with_default(&dispatch, || {
            let values = Values::new(&mut SplitMix64::new(4));
            let span = (SHAPES[1].span)(&values);
            span.record("b", 7);
            span.in_scope(|| (MESSAGES[0])(&values));
        });
    }
    let expected: Vec<String> = calls.lines().iter().map(|line| without_times(line)).collect();
    for calls in [first, second] {
        let lines: Vec<String> = calls.lines().iter().map(|line| without_times(line)).collect();
        assert_eq!(lines, expected);
    }
}
