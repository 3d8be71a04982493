//! Both layers under the same options.

use record_benches::prng::SplitMix64;
use tracing::Dispatch;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry::Registry;

use crate::values::below;
use crate::{Calls, Still};

/// The options of both layers.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) bits: u64,
    pub(crate) events: FmtSpan,
    pub(crate) time: Time,
    pub(crate) filter: Option<LevelFilter>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Time {
    Still,
    /// Left out, before or behind the choice of what happens to spans.
    None,
    /// A timer that shows nothing.
    Empty,
}

macro_rules! with_options {
    ($layer:expr, $options:expr) => {{
        let bit = |at: u32| $options.bits >> at & 1 == 1;
        let layer = $layer
            .with_level(bit(0))
            .with_target(bit(1))
            .with_file(bit(2))
            .with_line_number(bit(3))
            .with_thread_ids(bit(4))
            .with_thread_names(bit(5))
            .flatten_event(bit(6))
            .with_current_span(bit(7))
            .with_span_list(bit(8))
            .with_span_events($options.events.clone());
        match $options.time {
            Time::Still => layer.with_timer(Still).boxed(),
            Time::None => layer.without_time().boxed(),
            Time::Empty => layer.with_timer(()).boxed(),
        }
    }};
}

/// The default options, with a time that stands still.
pub(crate) const DEFAULT: u64 = 0b1_1000_0011;

impl Options {
    pub(crate) fn default() -> Self {
        Self { bits: DEFAULT, events: FmtSpan::NONE, time: Time::Still, filter: None }
    }

    pub(crate) fn random(random: &mut SplitMix64) -> Self {
        let mut events = FmtSpan::NONE;
        for one in [FmtSpan::NEW, FmtSpan::ENTER, FmtSpan::EXIT, FmtSpan::CLOSE] {
            if below(random, 3) == 0 {
                events |= one;
            }
        }
        let filters = [None, None, Some(LevelFilter::INFO), Some(LevelFilter::WARN)];
        Self {
            bits: if below(random, 4) == 0 { DEFAULT } else { random.next_u64() },
            events,
            time: [Time::Still, Time::None, Time::Empty][random.integer::<usize>(0..3)],
            filter: filters[random.integer::<usize>(0..4)],
        }
    }

    /// This layer alone.
    pub(crate) fn ours(&self) -> (Dispatch, Calls) {
        let calls = Calls::default();
        (self.dispatch(with_options!(record_tracing::layer().with_writer(calls.clone()), self)), calls)
    }

    /// The subscriber's own.
    pub(crate) fn theirs(&self) -> (Dispatch, Calls) {
        let calls = Calls::default();
        let layer = tracing_subscriber::fmt::layer().json().with_writer(calls.clone());
        (self.dispatch(with_options!(layer, self)), calls)
    }

    fn dispatch(&self, layer: Box<dyn Layer<Registry> + Send + Sync>) -> Dispatch {
        match self.filter {
            Some(filter) => Dispatch::new(tracing_subscriber::registry().with(layer.with_filter(filter))),
            None => Dispatch::new(tracing_subscriber::registry().with(layer)),
        }
    }
}
