//! Values that panic and log, writers that fail, and many threads.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::io::{self, ErrorKind, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use tracing::dispatcher::with_default;
use tracing::level_filters::LevelFilter;
use tracing::{Dispatch, Level, info, info_span, warn};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::fmt::writer::MakeWriterExt;
use tracing_subscriber::prelude::*;

use crate::layers::Options;
use crate::{Calls, Still, alone};

struct Panicking;

impl fmt::Debug for Panicking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a part")?;
        panic!("a panic on purpose");
    }
}

#[test]
fn a_panic_in_a_value_costs_its_own_line_or_record_alone() {
    let _alone = alone();
    let (dispatch, calls) = Options { events: FmtSpan::NEW, ..Options::default() }.ours();
    with_default(&dispatch, || {
        let span = info_span!("s", a = 1, value = tracing::field::Empty);
        let entered = span.enter();
        assert!(catch_unwind(|| info!(value = ?Panicking)).is_err());
        assert!(catch_unwind(|| info_span!("lost", value = ?Panicking)).is_err());
        assert!(catch_unwind(AssertUnwindSafe(|| span.record("value", tracing::field::debug(Panicking)))).is_err());
        info!("after");
        drop(entered);
    });
    let lines = calls.lines();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[1].contains(r#""message":"after""#) && lines[1].contains(r#""span":{"a":1,"name":"s"}"#),
        "{lines:?}"
    );
}

/// A writer that does each thing in turn.
#[derive(Clone, Default)]
struct Faulty {
    calls: Arc<Mutex<usize>>,
    written: Arc<Mutex<Vec<u8>>>,
}

impl Write for Faulty {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let call = {
            let mut calls = self.calls.lock().unwrap();
            *calls += 1;
            *calls
        };
        match call {
            1 => Err(io::Error::from(ErrorKind::StorageFull)),
            2 => panic!("a panic on purpose"),
            3 => Ok(0),
            4 => Err(io::Error::from(ErrorKind::Interrupted)),
            _ => {
                let some = bytes.len().min(7);
                self.written.lock().unwrap().extend_from_slice(&bytes[..some]);
                Ok(some)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_writer_that_fails_costs_its_own_line_alone() {
    let _alone = alone();
    let faulty = Faulty::default();
    let writer = faulty.clone();
    let layer = record_tracing::layer().with_writer(move || writer.clone()).without_time().log_internal_errors(true);
    with_default(&Dispatch::new(tracing_subscriber::registry().with(layer)), || {
        info!("refused");
        assert!(catch_unwind(|| info!("panics")).is_err());
        info!("takes nothing");
        info!("first is interrupted");
        info!("in pieces");
    });
    let written = String::from_utf8(faulty.written.lock().unwrap().clone()).unwrap();
    let messages: Vec<&str> = written.lines().filter_map(|line| line.split('"').nth(9)).collect();
    assert_eq!(messages, ["first is interrupted", "in pieces"], "{written}");
}

#[test]
fn long_lines_are_written_whole_and_short_ones_behind_them() {
    let _alone = alone();
    let (ours, theirs) = (Options::default().ours(), Options::default().theirs());
    for (dispatch, _) in [&ours, &theirs] {
        with_default(dispatch, || {
            for length in [0, 65_000, 66_000, 3 << 20, 1] {
                let text = "ü\"".repeat(length);
                let span = info_span!("long", %text);
                span.record("text", text.as_str());
                span.in_scope(|| info!(text, "long"));
            }
        });
    }
    assert_eq!(ours.1.lines(), theirs.1.lines());
}

#[test]
fn lines_of_threads_do_not_mix() {
    let _alone = alone();
    let (dispatch, calls) = Options::default().ours();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let dispatch = &dispatch;
            scope.spawn(move || {
                with_default(dispatch, || {
                    for event in 0..500 {
                        let _span = info_span!("of", thread).entered();
                        info!(event, text = "x".repeat(event));
                    }
                });
            });
        }
    });
    // `lines` says that each is whole.
    assert_eq!(calls.lines().len(), 2000);
}

#[test]
fn spans_are_recorded_and_shown_by_many_threads() {
    let _alone = alone();
    let (dispatch, calls) = Options::default().ours();
    with_default(&dispatch, || {
        let span = info_span!("shared", a = 0, b = tracing::field::Empty, c = "c");
        std::thread::scope(|scope| {
            for thread in 0..4_u64 {
                let (span, dispatch) = (&span, &dispatch);
                scope.spawn(move || {
                    with_default(dispatch, || {
                        for _ in 0..500 {
                            span.record(if thread % 2 == 0 { "a" } else { "b" }, thread);
                            span.in_scope(|| info!("m"));
                        }
                    });
                });
            }
        });
    });
    assert_eq!(calls.lines().len(), 2000);
}

#[test]
fn a_writer_is_chosen_by_level() {
    let _alone = alone();
    let (some, all) = (Calls::default(), Calls::default());
    let layer = record_tracing::layer()
        .with_timer(Still)
        .with_writer(some.clone().with_max_level(Level::WARN).and(all.clone()));
    with_default(&Dispatch::new(tracing_subscriber::registry().with(layer).with(LevelFilter::DEBUG)), || {
        info!("m");
        warn!("m");
        tracing::trace!("m");
    });
    assert_eq!((some.lines().len(), all.lines().len()), (1, 2));
}

/// Logs when its thread ends, behind the thread's own buffers.
struct AtTheEnd(Cell<u32>);

impl Drop for AtTheEnd {
    fn drop(&mut self) {
        let span = info_span!("end", of = self.0.get());
        span.in_scope(|| info!("the thread ends"));
    }
}

#[test]
fn a_thread_logs_to_its_end() {
    let _alone = alone();
    thread_local! {
        static END: RefCell<Option<(AtTheEnd, tracing::dispatcher::DefaultGuard)>> = const { RefCell::new(None) };
    }
    let (dispatch, calls) = Options::default().ours();
    for is_first in [true, false] {
        let dispatch = dispatch.clone();
        let thread = std::thread::spawn(move || {
            let register = || {
                let guard = tracing::dispatcher::set_default(&dispatch);
                END.with(|end| *end.borrow_mut() = Some((AtTheEnd(Cell::new(1)), guard)));
            };
            if is_first {
                register();
                info!("begin");
            } else {
                with_default(&dispatch, || info!("begin"));
                register();
            }
        });
        thread.join().unwrap();
    }
    // Whether the last words are heard depends on which of the thread's data of `tracing` is gone.
    let lines = calls.lines();
    assert_eq!(lines.iter().filter(|line| line.contains("\"begin\"")).count(), 2, "{lines:?}");
}
