//! Change points of a series, by E-Divisive for one variable and the distance itself. (Matteson and James, "A
//! nonparametric approach for multiple change point analysis of multivariate data", 2014.)
//!
//! Each step splits the segment whose two parts differ most by the energy statistic, and a permutation test says whether
//! that could be chance. The crates that have it are not maintained: `edivisive` has one release, of 2021.

use std::ops::Range;

use crate::random::Random;

/// A part of a series has at least so many values.
const LEAST: usize = 3;
const PERMUTATIONS: usize = 199;
/// A split is kept if chance makes as good a one in at most so many of the permutations.
const SIGNIFICANCE: f64 = 0.01;

/// A place where a series became another one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Change {
    /// The first value of the new part.
    pub(crate) at: usize,
    /// The medians of the parts before and behind it.
    pub(crate) before: f64,
    pub(crate) after: f64,
}

/// The change points of `values`, in order.
pub(crate) fn changes(values: &[f64]) -> Vec<Change> {
    let mut random = Random::new(values.len() as u64);
    let mut bounds = vec![0, values.len()];
    while let Some((at, statistic)) = best(&bounds, values) {
        if !is_significant(&bounds, values, statistic, &mut random) {
            break;
        }
        bounds.push(at);
        bounds.sort_unstable();
    }
    let part = |from: usize, to: usize| crate::statistics::median(&values[from..to]);
    let change = |window: &[usize]| Change {
        at: window[1],
        before: part(window[0], window[1]),
        after: part(window[1], window[2]),
    };
    bounds.windows(3).map(change).collect()
}

/// The best split of any segment, with its statistic.
fn best(bounds: &[usize], values: &[f64]) -> Option<(usize, f64)> {
    let split = |window: &[usize]| split(&values[window[0]..window[1]]).map(|(at, found)| (window[0] + at, found));
    bounds.windows(2).filter_map(split).max_by(|one, other| one.1.total_cmp(&other.1))
}

fn is_significant(bounds: &[usize], values: &[f64], statistic: f64, random: &mut Random) -> bool {
    let mut as_good = 0;
    let mut shuffled = values.to_vec();
    for _ in 0..PERMUTATIONS {
        for window in bounds.windows(2) {
            random.shuffle(&mut shuffled[window[0]..window[1]]);
        }
        as_good += usize::from(best(bounds, &shuffled).is_some_and(|(_, found)| found >= statistic));
    }
    #[expect(clippy::cast_precision_loss, reason = "at most 200")]
    let share = (as_good + 1) as f64 / (PERMUTATIONS + 1) as f64;
    statistic > 0.0 && share <= SIGNIFICANCE
}

/// Where the two parts of `values` differ most, and by how much. The second part may end before `values` does, so that a
/// level that comes and goes is found.
#[expect(clippy::cast_precision_loss, reason = "the length of a series")]
fn split(values: &[f64]) -> Option<(usize, f64)> {
    let length = values.len();
    if length < 2 * LEAST {
        return None;
    }
    let distances = Distances::new(values);
    let mut found: Option<(usize, f64)> = None;
    for at in LEAST..=length - LEAST {
        let within_left = distances.between(0..at, 0..at);
        for end in at + LEAST..=length {
            let (left, right) = (at as f64, (end - at) as f64);
            let within_right = distances.between(at..end, at..end);
            let across = distances.between(0..at, at..end);
            let energy = 2.0 * across / (left * right)
                - within_left / (left * (left - 1.0))
                - within_right / (right * (right - 1.0));
            let statistic = left * right / (left + right) * energy;
            if found.is_none_or(|(_, best)| statistic > best) {
                found = Some((at, statistic));
            }
        }
    }
    found
}

/// The distances of all pairs of values, summed up from the first pair on.
struct Distances {
    side: usize,
    sums: Vec<f64>,
}

impl Distances {
    fn new(values: &[f64]) -> Self {
        let side = values.len() + 1;
        let mut sums = vec![0.0; side * side];
        for (row, value) in values.iter().enumerate() {
            let mut of_row = 0.0;
            for (column, other) in values.iter().enumerate() {
                of_row += (value - other).abs();
                sums[(row + 1) * side + column + 1] = sums[row * side + column + 1] + of_row;
            }
        }
        Self { side, sums }
    }

    /// The sum of all distances between a value of `rows` and one of `columns`.
    fn between(&self, rows: Range<usize>, columns: Range<usize>) -> f64 {
        let up_to = |row: usize, column: usize| self.sums[row * self.side + column];
        up_to(rows.end, columns.end) - up_to(rows.start, columns.end) - up_to(rows.end, columns.start)
            + up_to(rows.start, columns.start)
    }
}

#[cfg(test)]
mod tests {
    use super::changes;
    use crate::random::Random;

    /// Noise of one part in ten, with an outlier now and then.
    fn series(seed: u64, levels: &[(usize, f64)]) -> Vec<f64> {
        let mut random = Random::new(seed);
        let mut values = Vec::new();
        for (count, level) in levels {
            for _ in 0..*count {
                let noise = f64::from(u32::try_from(random.below(1000)).expect("below 1000")) / 10_000.0;
                let outlier = if random.below(25) == 0 { 1.5 } else { 1.0 };
                values.push(level * (1.0 + noise) * outlier);
            }
        }
        values
    }

    #[test]
    fn planted_changes_are_found_where_they_are() {
        for seed in 0..10 {
            let found = changes(&series(seed, &[(20, 10.0), (20, 13.0)]));
            assert_eq!(found.len(), 1, "seed {seed}: {found:?}");
            assert!((18..=22).contains(&found[0].at), "seed {seed}: {found:?}");
            assert!(found[0].after / found[0].before > 1.2, "seed {seed}: {found:?}");
            let found = changes(&series(seed, &[(15, 10.0), (15, 20.0), (15, 10.0)]));
            assert_eq!(found.len(), 2, "seed {seed}: {found:?}");
        }
    }

    #[test]
    fn a_series_that_stays_has_few_changes_by_chance() {
        let found: usize = (0..30).map(|seed| changes(&series(seed, &[(30, 10.0)])).len()).sum();
        // One in a hundred is chance.
        assert!(found <= 3, "{found} of 30");
        assert!(changes(&[5.0; 40]).is_empty() && changes(&[]).is_empty() && changes(&[1.0, 9.0]).is_empty());
    }

    #[test]
    fn an_exact_count_changes_at_its_very_record() {
        let values = [vec![7.0; 8], vec![8.0; 6]].concat();
        let found = changes(&values);
        assert_eq!((found.len(), found[0].at, found[0].before, found[0].after), (1, 8, 7.0, 8.0));
    }
}
