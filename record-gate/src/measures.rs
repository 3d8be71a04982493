//! The measures of a scenario: of one round, and of all rounds together.

use hdrhistogram::Histogram;
use record_runtime::ZeroAllocJson;
use serde::Deserialize;

use crate::statistics::quiet;

/// The longest time that is told apart from longer ones: ten minutes.
const LONGEST_NS: u64 = 600_000_000_000;

/// Times in nanoseconds, each with an error of at most 1 % of itself.
#[derive(Debug, Clone)]
pub(crate) struct Times(Histogram<u64>);

impl Default for Times {
    fn default() -> Self {
        Self(Histogram::new_with_bounds(1, LONGEST_NS, 2).expect("the bounds are in order"))
    }
}

impl Times {
    pub(crate) fn note(&mut self, nanoseconds: u64) {
        self.0.saturating_record(nanoseconds.max(1));
    }

    fn note_times(&mut self, nanoseconds: u64, count: u64) {
        self.0.saturating_record_n(nanoseconds.max(1), count);
    }

    pub(crate) fn add(&mut self, other: &Self) {
        // Both have the same bounds.
        let _ = self.0.add(&other.0);
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.len()
    }

    /// In milliseconds: the time that so many percent did not exceed.
    #[expect(clippy::cast_precision_loss, reason = "below ten minutes")]
    pub(crate) fn percentile_ms(&self, percent: f64) -> f64 {
        self.0.value_at_percentile(percent) as f64 / 1e6
    }

    /// Each time with how often it was seen.
    pub(crate) fn pairs(&self) -> Vec<(u64, u64)> {
        self.0.iter_recorded().map(|step| (step.value_iterated_to(), step.count_at_value())).collect()
    }

    pub(crate) fn of_pairs(pairs: &[(u64, u64)]) -> Self {
        let mut times = Self::default();
        for (value, count) in pairs {
            times.note_times(*value, *count);
        }
        times
    }
}

/// Calls of a slice; so its P99 passes over one of them.
pub(crate) const SLICE_CALLS: usize = 100;

/// The P99 of a slice's `times`, which are put in order.
pub(crate) fn p99_of_slice(times: &mut [u64]) -> u64 {
    times.sort_unstable();
    times[(times.len() * 99).div_ceil(100).max(1) - 1]
}

/// One round of a scenario. Counts are per request or call; those that nobody counted are absent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Round {
    pub(crate) requests: u64,
    pub(crate) errors: u64,
    pub(crate) times: Times,
    /// The P99 of each slice of the round, in milliseconds: of calls in a row, too few for other programs to disturb all
    /// slices. Empty where the times of calls are not known one by one.
    pub(crate) slices_ms: Vec<f64>,
    pub(crate) allocations: Option<f64>,
    pub(crate) allocated_bytes: Option<f64>,
    pub(crate) left_behind_bytes: Option<f64>,
    pub(crate) instructions: Option<f64>,
}

/// All rounds of a scenario.
#[derive(Debug, Clone, Default)]
pub(crate) struct Run {
    pub(crate) rounds: Vec<Round>,
}

/// The figures of a run, as they are written to the history.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, ZeroAllocJson)]
#[serde(default)]
pub(crate) struct Figures {
    pub(crate) requests: u64,
    /// Of all requests, how many failed.
    pub(crate) error_percent: f64,
    /// Over all requests of all rounds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) p50_ms: Option<f64>,
    /// The mean of the least disturbed tenth of all slices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) p99_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) allocations: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) allocated_bytes: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) left_behind_bytes: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) instructions: Option<f64>,
}

/// A figure's name, whether more of it is worse, and how it is read.
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) get: fn(&Figures) -> Option<f64>,
}

/// The figures that are compared, drawn and exported. More of each is worse.
pub(crate) const COLUMNS: [Column; 8] = [
    Column { name: "p50_ms", title: "p50 ms", get: |figures| figures.p50_ms },
    Column { name: "p99_ms", title: "p99 ms", get: |figures| figures.p99_ms },
    Column { name: "max_ms", title: "max ms", get: |figures| figures.max_ms },
    Column { name: "error_percent", title: "errors %", get: |figures| Some(figures.error_percent) },
    Column { name: "allocations", title: "allocations", get: |figures| figures.allocations },
    Column { name: "allocated_bytes", title: "bytes", get: |figures| figures.allocated_bytes },
    Column { name: "left_behind_bytes", title: "left behind", get: |figures| figures.left_behind_bytes },
    Column { name: "instructions", title: "instructions", get: |figures| figures.instructions },
];

impl Run {
    /// A measure of each round that has it.
    pub(crate) fn each(&self, get: impl Fn(&Round) -> Option<f64>) -> Vec<f64> {
        self.rounds.iter().filter_map(get).collect()
    }

    /// Of each round with times the P99s of its slices; that of the round as a whole where it has none, or `whole`.
    pub(crate) fn p99s_of_slices(&self, whole: bool) -> Vec<Vec<f64>> {
        let timed = self.rounds.iter().filter(|round| round.times.count() > 0);
        let of = |round: &Round| match round.slices_ms.as_slice() {
            slices if !whole && !slices.is_empty() => slices.to_vec(),
            _ => vec![round.times.percentile_ms(99.0)],
        };
        timed.map(of).collect()
    }

    pub(crate) fn has_slices(&self) -> bool {
        self.rounds.iter().all(|round| !round.slices_ms.is_empty())
    }

    /// The P99 of each round.
    pub(crate) fn p99s(&self) -> Vec<f64> {
        self.each(|round| (round.times.count() > 0).then(|| round.times.percentile_ms(99.0)))
    }

    pub(crate) fn times(&self) -> Times {
        let mut all = Times::default();
        self.rounds.iter().for_each(|round| all.add(&round.times));
        all
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of requests")]
    pub(crate) fn error_percent(&self) -> f64 {
        let requests: u64 = self.rounds.iter().map(|round| round.requests).sum();
        let errors: u64 = self.rounds.iter().map(|round| round.errors).sum();
        if requests == 0 { 0.0 } else { 100.0 * errors as f64 / requests as f64 }
    }

    /// The smallest of the rounds: a cache that fills, or a pool that grows, does so in one round and not in all.
    pub(crate) fn least(&self, get: impl Fn(&Round) -> Option<f64>) -> Option<f64> {
        self.each(get).into_iter().min_by(f64::total_cmp)
    }

    pub(crate) fn most(&self, get: impl Fn(&Round) -> Option<f64>) -> Option<f64> {
        self.each(get).into_iter().max_by(f64::total_cmp)
    }

    pub(crate) fn figures(&self) -> Figures {
        let times = self.times();
        let has_times = times.count() > 0;
        Figures {
            requests: self.rounds.iter().map(|round| round.requests).sum(),
            error_percent: self.error_percent(),
            p50_ms: has_times.then(|| times.percentile_ms(50.0)),
            p99_ms: has_times.then(|| quiet(&self.p99s_of_slices(false).concat())),
            max_ms: has_times.then(|| times.percentile_ms(100.0)),
            allocations: self.least(|round| round.allocations),
            allocated_bytes: self.least(|round| round.allocated_bytes),
            left_behind_bytes: self.least(|round| round.left_behind_bytes),
            instructions: self.least(|round| round.instructions),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Round, Run, SLICE_CALLS, Times, p99_of_slice};

    #[test]
    fn the_p99_of_a_slice_passes_over_one_call_of_a_hundred() {
        let mut times: Vec<u64> = (1..=SLICE_CALLS as u64).rev().collect();
        assert_eq!(p99_of_slice(&mut times), 99);
        assert_eq!((p99_of_slice(&mut [7]), p99_of_slice(&mut [9, 7])), (7, 9));
    }

    #[test]
    fn times_come_back_from_their_pairs() {
        let mut times = Times::default();
        for number in 1..=1000_u64 {
            times.note(number * 1000);
        }
        let again = Times::of_pairs(&times.pairs());
        assert_eq!(again.count(), 1000);
        for percent in [50.0, 99.0, 100.0] {
            assert!((again.percentile_ms(percent) - percent / 100.0).abs() < 0.02, "{}", again.percentile_ms(percent));
        }
        times.note(u64::MAX);
        assert!(times.percentile_ms(100.0) >= 600_000.0);
    }

    #[test]
    fn a_round_that_is_like_no_other_decides_nothing() {
        let round = |left: f64| Round { left_behind_bytes: Some(left), requests: 100, errors: 1, ..Round::default() };
        let run = Run { rounds: vec![round(4096.0), round(0.0), round(0.0)] };
        assert_eq!(run.figures().left_behind_bytes, Some(0.0));
        assert_eq!((run.figures().error_percent, run.figures().p99_ms), (1.0, None));
    }
}
