//! Medians, quiet times, and intervals by bootstrap.

use crate::random::Random;

/// How often an interval resamples its figures.
const RESAMPLES: usize = 1000;

/// An interval that holds the true value in 98 of 100 cases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Interval {
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// The middle of `values`; not a number where there is none.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        length if length % 2 == 1 => sorted[middle],
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}

/// The mean of the lowest tenth of `values`, at least of one. Other programs only ever add time, so the lowest are
/// disturbed least. A tenth and no more: times have two levels where the other core is busy now and then. A mean over
/// both says which of them was met more often.
#[expect(clippy::cast_precision_loss, reason = "a count of rounds")]
pub(crate) fn quiet(values: &[f64]) -> f64 {
    if values.is_empty() {
        return f64::NAN;
    }
    let mut lowest = values.to_vec();
    let count = values.len().div_ceil(10);
    lowest.select_nth_unstable_by(count - 1, f64::total_cmp);
    lowest[..count].iter().sum::<f64>() / count as f64
}

/// The interval of `statistic` over resamples of `values`.
pub(crate) fn interval(values: &[f64], seed: u64, statistic: impl Fn(&[f64]) -> f64) -> Interval {
    let mut random = Random::new(seed);
    bounds((0..RESAMPLES).map(|_| statistic(&resample(values, &mut random))).collect())
}

/// The interval of the ratio of `after`'s statistic to that of `before`, each resampled on its own. Rounds are resampled
/// whole, since the values of a round are alike.
pub(crate) fn ratio_interval(
    before: &[Vec<f64>],
    after: &[Vec<f64>],
    seed: u64,
    statistic: impl Fn(&[f64]) -> f64,
) -> Interval {
    let mut random = Random::new(seed);
    let mut resample = |rounds: &[Vec<f64>]| -> Vec<f64> {
        rounds.iter().flat_map(|_| rounds[random.below(rounds.len())].iter().copied()).collect()
    };
    let ratio = |_| {
        let (before, after) = (resample(before), resample(after));
        statistic(&after) / statistic(&before)
    };
    bounds((0..RESAMPLES).map(ratio).collect())
}

fn resample(values: &[f64], random: &mut Random) -> Vec<f64> {
    values.iter().map(|_| values[random.below(values.len())]).collect()
}

fn bounds(mut values: Vec<f64>) -> Interval {
    values.sort_by(f64::total_cmp);
    let one_in_hundred = values.len() / 100;
    Interval { low: values[one_in_hundred], high: values[values.len() - 1 - one_in_hundred] }
}

#[cfg(test)]
mod tests {
    use super::{interval, median, quiet, ratio_interval};

    #[test]
    fn middles_and_quiet_times() {
        assert_eq!((median(&[3.0, 1.0, 2.0]), median(&[4.0, 1.0, 2.0, 3.0])), (2.0, 2.5));
        assert!(median(&[]).is_nan() && quiet(&[]).is_nan());
        assert_eq!((quiet(&[5.0]), quiet(&[9.0, 1.0, 2.0, 8.0, 7.0, 6.0])), (5.0, 1.0));
    }

    #[test]
    fn intervals_hold_what_they_are_of() {
        let values: Vec<f64> = (0..20).map(f64::from).collect();
        let found = interval(&values, 1, median);
        assert!(found.low < 9.5 && found.high > 9.5 && found.low > 3.0 && found.high < 16.0, "{found:?}");
        let many: Vec<f64> = (0..20).rev().map(f64::from).collect();
        assert!((quiet(&many) - 0.5).abs() < 1e-9, "{}", quiet(&many));
        let twice: Vec<Vec<f64>> = values.iter().map(|value| vec![2.0 * (value + 100.0)]).collect();
        let once: Vec<Vec<f64>> = values.iter().map(|value| vec![value + 100.0]).collect();
        let ratio = ratio_interval(&once, &twice, 1, median);
        assert!(ratio.low > 1.8 && ratio.high < 2.2, "{ratio:?}");
        let alone = interval(&[7.0], 1, median);
        assert_eq!((alone.low, alone.high), (7.0, 7.0));
    }
}
