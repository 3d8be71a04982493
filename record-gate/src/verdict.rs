//! The verdict on a scenario: against the records of earlier runs, or against another commit measured in turns.

use serde::Deserialize;

use crate::measures::{Figures, Run};
use crate::statistics::{interval, median, quiet, ratio_interval};

/// How much worse a measure may become.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Limits {
    /// Growth of P99 in percent.
    pub(crate) p99_percent: f64,
    /// Growth of the share of errors in percentage points.
    pub(crate) errors_points: f64,
    /// Growth of allocations per request, in allocations.
    pub(crate) allocations: f64,
    /// Growth of bytes allocated per request.
    pub(crate) allocated_bytes: f64,
    /// Growth of instructions in percent.
    pub(crate) instructions_percent: f64,
    /// Bytes left behind per request, however many the baseline leaves. Below one byte no request leaves anything.
    pub(crate) left_behind_bytes: f64,
    /// How many records of this host a baseline needs.
    pub(crate) baseline_records: usize,
    /// How old they may be.
    pub(crate) baseline_days: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            p99_percent: 15.0,
            errors_points: 0.5,
            allocations: 0.0,
            allocated_bytes: 0.0,
            instructions_percent: 0.5,
            left_behind_bytes: 1.0,
            baseline_records: 3,
            baseline_days: 7.0,
        }
    }
}

impl Limits {
    pub(crate) fn check(&self) -> Result<(), String> {
        for (key, value, most) in [
            ("p99_percent", self.p99_percent, 10_000.0),
            ("errors_points", self.errors_points, 100.0),
            ("allocations", self.allocations, 1e12),
            ("allocated_bytes", self.allocated_bytes, 1e15),
            ("instructions_percent", self.instructions_percent, 10_000.0),
            ("left_behind_bytes", self.left_behind_bytes, 1e15),
            ("baseline_days", self.baseline_days, 36_500.0),
        ] {
            if !(0.0..=most).contains(&value) {
                return Err(format!("`limits.{key}` is {value}: it must be 0 to {most}"));
            }
        }
        if self.baseline_records == 0 {
            return Err("`limits.baseline_records` is 0: without a baseline there is no verdict".to_owned());
        }
        Ok(())
    }
}

/// A limit that was passed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Failure {
    /// The measure, as the columns name it.
    pub(crate) measure: &'static str,
    pub(crate) before: f64,
    pub(crate) now: f64,
    /// One line for people.
    pub(crate) text: String,
}

/// The finding on a scenario.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Verdict {
    Passed,
    Failed(Vec<Failure>),
    /// There is nothing to compare with, for this reason.
    None(String),
}

/// Earlier figures of the same scenario, of this host: those that passed.
pub(crate) fn against_records(limits: &Limits, baseline: &[Figures], run: &Run) -> Verdict {
    let figures = run.figures();
    let mut failures: Vec<Failure> = left_behind(limits, &figures, None).into_iter().collect();
    if baseline.len() < limits.baseline_records {
        let reason = format!(
            "{} of {} records of the last {} days on this host",
            baseline.len(),
            limits.baseline_records,
            limits.baseline_days
        );
        return if failures.is_empty() { Verdict::None(reason) } else { Verdict::Failed(failures) };
    }
    let each = |get: fn(&Figures) -> Option<f64>| baseline.iter().filter_map(get).collect::<Vec<f64>>();
    let before = each(|figures| figures.p99_ms);
    if let (Some(now), false) = (figures.p99_ms, before.is_empty()) {
        let (middle, interval) = (median(&before), interval(&before, 1, median));
        if now > middle * (1.0 + limits.p99_percent / 100.0) && now > interval.high {
            let of = format!("of {} records, interval {:.3} to {:.3} ms", before.len(), interval.low, interval.high);
            failures.push(slower(limits, middle, now, &of));
        }
    }
    failures.extend(errors(limits, median(&each(|figures| Some(figures.error_percent))), figures.error_percent));
    let most = |get: fn(&Figures) -> Option<f64>| each(get).into_iter().max_by(f64::total_cmp);
    failures.extend(counts(limits, |get| (most(get), get(&figures))));
    if failures.is_empty() { Verdict::Passed } else { Verdict::Failed(failures) }
}

/// A verdict on two commits that were measured in turns.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct InTurns {
    pub(crate) verdict: Verdict,
    /// Whether the interval of the times still holds the limit, so that more rounds could change the verdict.
    pub(crate) in_doubt: bool,
    /// Whether it fails by its times, which as many rounds again have to confirm: one side may have had the quiet moments.
    pub(crate) is_slower: bool,
}

/// `before` and `now` were measured in turns.
pub(crate) fn in_turns(limits: &Limits, before: &Run, now: &Run) -> InTurns {
    let (old, new) = (before.figures(), now.figures());
    let mut failures: Vec<Failure> = left_behind(limits, &new, Some(&old)).into_iter().collect();
    let (mut in_doubt, mut is_slower) = (false, false);
    // Slices of one side would be compared with rounds of the other.
    let whole = !before.has_slices() || !now.has_slices();
    let (p99s, p99s_now) = (before.p99s_of_slices(whole), now.p99s_of_slices(whole));
    if !p99s.is_empty() && !p99s_now.is_empty() {
        let (calm, calm_now) = (quiet(&p99s.concat()), quiet(&p99s_now.concat()));
        let interval = ratio_interval(&p99s, &p99s_now, 1, quiet);
        let limit = 1.0 + limits.p99_percent / 100.0;
        in_doubt = interval.low <= limit && limit <= interval.high;
        is_slower = calm_now / calm > limit && interval.low > 1.0;
        if is_slower {
            let of = format!("in turns, {} rounds each, ratio {:.2} to {:.2}", p99s.len(), interval.low, interval.high);
            failures.push(slower(limits, calm, calm_now, &of));
        }
    }
    failures.extend(errors(limits, old.error_percent, new.error_percent));
    // Grown is a count whose smallest round is above the largest before: where counts repeat, any growth is.
    let most = |name: &str| match name {
        "allocations" => before.most(|round| round.allocations),
        "allocated_bytes" => before.most(|round| round.allocated_bytes),
        _ => before.most(|round| round.instructions),
    };
    let columns = [
        most("allocations").zip(new.allocations),
        most("allocated_bytes").zip(new.allocated_bytes),
        most("instructions").zip(new.instructions),
    ];
    failures.extend(columns.into_iter().zip(COUNTED).filter_map(|(values, name)| grown(limits, name, values?)));
    let verdict = if failures.is_empty() { Verdict::Passed } else { Verdict::Failed(failures) };
    InTurns { verdict, in_doubt, is_slower }
}

const COUNTED: [&str; 3] = ["allocations", "allocated_bytes", "instructions"];

fn counts(limits: &Limits, pair: impl Fn(fn(&Figures) -> Option<f64>) -> (Option<f64>, Option<f64>)) -> Vec<Failure> {
    let columns: [fn(&Figures) -> Option<f64>; 3] =
        [|figures| figures.allocations, |figures| figures.allocated_bytes, |figures| figures.instructions];
    let failed = |(get, name)| {
        let (before, now) = pair(get);
        grown(limits, name, before.zip(now)?)
    };
    columns.into_iter().zip(COUNTED).filter_map(failed).collect()
}

fn grown(limits: &Limits, measure: &'static str, (before, now): (f64, f64)) -> Option<Failure> {
    // A mean of integers is not exact in its last digit.
    let rounding = before.abs() * 1e-9;
    let (allowed, what) = match measure {
        "allocations" => (limits.allocations, "allocations per request"),
        "allocated_bytes" => (limits.allocated_bytes, "bytes allocated per request"),
        _ => (before * limits.instructions_percent / 100.0, "instructions per call"),
    };
    (now > before + allowed + rounding).then(|| Failure {
        measure,
        before,
        now,
        text: format!("{what}: {} instead of {}, {}", number(now), number(before), growth(before, now)),
    })
}

fn growth(before: f64, now: f64) -> String {
    if before > 0.0 {
        format!("{} more ({:+.2} %)", number(now - before), 100.0 * (now / before - 1.0))
    } else {
        format!("{} more", number(now - before))
    }
}

fn slower(limits: &Limits, before: f64, now: f64, of: &str) -> Failure {
    let percent = 100.0 * (now / before - 1.0);
    let text =
        format!("P99 {now:.3} ms instead of {before:.3} ms, {percent:+.1} %, above {} % ({of})", limits.p99_percent);
    Failure { measure: "p99_ms", before, now, text }
}

fn errors(limits: &Limits, before: f64, now: f64) -> Option<Failure> {
    (now > before + limits.errors_points).then(|| Failure {
        measure: "error_percent",
        before,
        now,
        text: format!(
            "errors: {now:.2} % of requests instead of {before:.2} %, above {} points more",
            limits.errors_points
        ),
    })
}

fn left_behind(limits: &Limits, figures: &Figures, before: Option<&Figures>) -> Option<Failure> {
    let now = figures.left_behind_bytes.filter(|bytes| *bytes > limits.left_behind_bytes)?;
    let before = before.and_then(|figures| figures.left_behind_bytes).unwrap_or(0.0);
    let text = format!("left behind: {} bytes per request stay alive, in every round", number(now));
    Some(Failure { measure: "left_behind_bytes", before, now, text })
}

/// A number with as many digits as say something.
pub(crate) fn number(value: f64) -> String {
    let magnitude = value.abs();
    if value.fract() == 0.0 || magnitude >= 1000.0 {
        grouped(&format!("{value:.0}"))
    } else if magnitude >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.3}")
    }
}

fn grouped(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |digits| ("-", digits));
    let mut text = sign.to_owned();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Limits, Verdict, against_records, in_turns, number};
    use crate::measures::{Figures, Round, Run, Times};
    use crate::random::Random;

    /// A machine that repeats counts and not times: in one round of six, all takes up to three times as long.
    fn run(random: &mut Random, rounds: usize, change: impl Fn(&mut Round)) -> Run {
        let rounds = (0..rounds).map(|_| {
            let mut round = Round {
                requests: 1000,
                allocations: Some(7.0),
                allocated_bytes: Some(4096.0),
                left_behind_bytes: Some(0.0),
                instructions: Some(1_000_000.0),
                ..Round::default()
            };
            let noise = if random.below(6) == 0 { random.below(2000) as u64 } else { random.below(20) as u64 };
            let pairs: Vec<_> = (0..100).map(|number| (1_000_000 + number * 1000 + noise * 1000, 10)).collect();
            round.times = Times::of_pairs(&pairs);
            change(&mut round);
            round
        });
        Run { rounds: rounds.collect() }
    }

    fn slow(round: &mut Round) {
        let pairs: Vec<_> = round.times.pairs().into_iter().map(|(value, count)| (value * 6 / 5, count)).collect();
        round.times = Times::of_pairs(&pairs);
    }

    type Plant = fn(&mut Round);

    /// As the check does: more rounds while the times are in doubt.
    fn until_sure(before: &Run, now: &Run, random: &mut Random, plant: Plant) -> Verdict {
        let (mut before, mut now) = (before.clone(), now.clone());
        loop {
            let found = in_turns(&Limits::default(), &before, &now);
            if !(found.in_doubt || found.is_slower && now.rounds.len() < 20) || now.rounds.len() >= 30 {
                return found.verdict;
            }
            before.rounds.extend(run(random, 1, |_| {}).rounds);
            now.rounds.extend(run(random, 1, plant).rounds);
        }
    }

    #[track_caller]
    fn only_failure(verdict: &Verdict, seed: u64) -> &'static str {
        match verdict {
            Verdict::Failed(failures) if failures.len() == 1 => failures[0].measure,
            other => panic!("seed {seed}: one failure, not {other:?}"),
        }
    }

    #[test]
    fn each_planted_regression_is_found_by_its_line_and_nothing_else_is() {
        let limits = Limits::default();
        for seed in 0..20 {
            let random = &mut Random::new(seed);
            let before = run(random, 10, |_| {});
            let same = run(random, 10, |_| {});
            assert_eq!(until_sure(&before, &same, random, |_| {}), Verdict::Passed, "seed {seed}");
            let planted: [(&str, Plant); 6] = [
                ("allocations", |round| round.allocations = Some(8.0)),
                ("allocated_bytes", |round| round.allocated_bytes = Some(4097.0)),
                ("left_behind_bytes", |round| round.left_behind_bytes = Some(100.0)),
                ("error_percent", |round| round.errors = 10),
                ("instructions", |round| round.instructions = Some(1_020_000.0)),
                ("p99_ms", slow),
            ];
            for (measure, plant) in planted {
                let after = run(random, 10, plant);
                let found = until_sure(&before, &after, random, plant);
                assert_eq!(only_failure(&found, seed), measure, "seed {seed}");
                let records: Vec<Figures> = (0..5).map(|_| run(random, 10, |_| {}).figures()).collect();
                let found = against_records(&limits, &records, &after);
                assert_eq!(only_failure(&found, seed), measure, "seed {seed}, records");
            }
        }
    }

    #[test]
    fn fewer_than_three_records_are_no_baseline() {
        let (limits, random) = (Limits::default(), &mut Random::new(1));
        let records: Vec<Figures> = (0..2).map(|_| run(random, 5, |_| {}).figures()).collect();
        let found = against_records(&limits, &records, &run(random, 5, |_| {}));
        assert_eq!(found, Verdict::None("2 of 3 records of the last 7 days on this host".to_owned()));
        // A leak needs no baseline.
        let leak = run(random, 5, |round| round.left_behind_bytes = Some(100.0));
        assert_eq!(only_failure(&against_records(&limits, &records, &leak), 1), "left_behind_bytes");
    }

    #[test]
    fn limits_can_be_widened() {
        let limits = Limits { allocations: 1.0, p99_percent: 50.0, ..Limits::default() };
        let random = &mut Random::new(1);
        let before = run(random, 10, |_| {});
        let after = run(random, 10, |round| {
            round.allocations = Some(8.0);
            slow(round);
        });
        assert_eq!(in_turns(&limits, &before, &after).verdict, Verdict::Passed);
    }

    #[test]
    fn numbers_are_short() {
        for (value, text) in
            [(0.0, "0"), (1.0, "1"), (1_234_567.0, "1,234,567"), (-1000.0, "-1,000"), (12.345, "12.3"), (0.5, "0.500")]
        {
            assert_eq!(number(value), text);
        }
    }
}
