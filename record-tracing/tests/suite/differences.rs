//! Differences from the subscriber on purpose, each beside what the subscriber does.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::PoisonError;

use tracing::dispatcher::with_default;
use tracing::{Dispatch, info, info_span};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::layer::Identity;
use tracing_subscriber::prelude::*;
use tracing_subscriber::reload;

use crate::layers::Options;
use crate::{Calls, Still, alone};

/// The texts that were written, which may be no lines.
fn texts(calls: &Calls) -> Vec<String> {
    let calls = std::mem::take(&mut *calls.0.lock().unwrap_or_else(PoisonError::into_inner));
    calls.into_iter().map(|call| String::from_utf8(call).unwrap()).collect()
}

/// The texts of both layers. Each may panic, and is then used again.
fn both(run: impl Fn()) -> [(bool, Vec<String>); 2] {
    let options = Options::default();
    [options.ours(), options.theirs()].map(|(dispatch, calls)| {
        let panicked = with_default(&dispatch, || catch_unwind(AssertUnwindSafe(&run)).is_err());
        drop(dispatch);
        (panicked, texts(&calls))
    })
}

#[test]
fn fields_beside_one_with_an_escape_in_its_name_are_recorded() {
    let _alone = alone();
    let [(_, ours), (_, theirs)] = both(|| {
        let span = info_span!("s", "a\"b" = 1, later = tracing::field::Empty);
        span.record("later", 2);
        span.record("a\"b", 3);
        span.in_scope(|| info!("m"));
    });
    assert!(ours[0].contains(r#""span":{"a\"b":3,"later":2,"name":"s"}"#), "{ours:?}");
    assert!(theirs[0].contains(r#""span":{"a\"b":1,"name":"s"}"#), "{theirs:?}");
}

/// Shows a part, and reports an error.
struct Unwilling;

impl fmt::Debug for Unwilling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a part")?;
        Err(fmt::Error)
    }
}

#[test]
fn a_debug_that_reports_an_error_is_shown_up_to_there() {
    let _alone = alone();
    let [(ours_panicked, ours), (theirs_panicked, theirs)] = both(|| info!(value = ?Unwilling, after = 1));
    assert!(!ours_panicked && ours[0].contains(r#""fields":{"value":"a part","after":1}"#), "{ours:?}");
    assert!(theirs_panicked && theirs.is_empty(), "{theirs:?}");
    let [(ours_panicked, ours), (theirs_panicked, theirs)] =
        both(|| info_span!("s", value = ?Unwilling, after = 1).in_scope(|| info!("m")));
    assert!(!ours_panicked && ours[0].contains(r#""span":{"after":1,"value":"a part","name":"s"}"#), "{ours:?}");
    assert!(theirs_panicked && theirs.is_empty(), "{theirs:?}");
}

struct Panicking;

impl fmt::Debug for Panicking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a part")?;
        panic!("a panic on purpose");
    }
}

#[test]
fn a_panic_leaves_no_part_of_a_line() {
    let _alone = alone();
    let [(ours_panicked, ours), (theirs_panicked, theirs)] = both(|| {
        let caught = catch_unwind(|| info!(before = 1, value = ?Panicking));
        assert!(caught.is_err());
        info!("next");
    });
    assert!(!ours_panicked && !theirs_panicked);
    let is_json = |text: &String| serde_json::from_str::<serde_json::Value>(text).is_ok();
    assert!(ours.len() == 1 && is_json(&ours[0]), "{ours:?}");
    assert!(theirs.len() == 1 && !is_json(&theirs[0]), "{theirs:?}");
}

/// A span that is made before there is a layer, and then recorded.
fn late(layer: impl FnOnce() -> Box<dyn tracing_subscriber::Layer<tracing_subscriber::Registry> + Send + Sync>) {
    let (reloaded, handle) = reload::Layer::new(Identity::new().boxed());
    let dispatch = Dispatch::new(tracing_subscriber::registry().with(reloaded));
    with_default(&dispatch, || {
        let span = info_span!("early", a = 1, b = tracing::field::Empty);
        handle.modify(|inner| *inner = layer()).unwrap();
        span.in_scope(|| info!("m"));
        span.record("b", 2);
        span.in_scope(|| info!("m"));
    });
}

#[test]
fn a_span_that_was_made_before_the_layer_has_a_name() {
    let _alone = alone();
    let calls = Calls::default();
    late(|| record_tracing::layer().with_timer(Still).with_writer(calls.clone()).boxed());
    let ours = calls.lines();
    assert!(ours[0].contains(r#""span":{"name":"early"},"spans":[{"name":"early"}]"#), "{ours:?}");
    assert!(ours[1].contains(r#""span":{"b":2,"name":"early"}"#), "{ours:?}");
    let theirs = catch_unwind(|| late(|| tracing_subscriber::fmt::layer().json().with_writer(std::io::sink).boxed()));
    assert!(theirs.is_err());
}

struct NoTime;

impl FormatTime for NoTime {
    fn format_time(&self, w: &mut Writer<'_>) -> fmt::Result {
        w.write_str("half")?;
        Err(fmt::Error)
    }
}

#[test]
fn a_timer_that_fails_writes_nothing_that_is_no_json() {
    let _alone = alone();
    let (ours, theirs) = (Calls::default(), Calls::default());
    let ours_layer =
        record_tracing::layer().with_writer(ours.clone()).with_timer(NoTime).log_internal_errors(true).boxed();
    let theirs_layer = tracing_subscriber::fmt::layer()
        .json()
        .with_writer(theirs.clone())
        .with_timer(NoTime)
        .log_internal_errors(true)
        .boxed();
    for layer in [ours_layer, theirs_layer] {
        let dispatch = Dispatch::new(tracing_subscriber::registry().with(layer));
        with_default(&dispatch, || info!("m"));
    }
    assert_eq!(texts(&ours), Vec::<String>::new());
    assert!(texts(&theirs)[0].starts_with("Unable to format the following event."));
}
