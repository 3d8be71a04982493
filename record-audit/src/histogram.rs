//! Durations by the logarithm: quantiles within 6 % in constant memory, of about the last 65,000 requests.

use std::time::Duration;

/// Every power of two is split into so many buckets.
const STEPS: u64 = 16;
const BUCKETS: usize = 40 * 16;
/// When so many are in, all counts are halved: what is old fades.
const FULL: u64 = 1 << 16;

pub(crate) struct Histogram {
    counts: Box<[u32; BUCKETS]>,
    total: u64,
}

impl Histogram {
    pub(crate) fn new() -> Self {
        Self { counts: Box::new([0; BUCKETS]), total: 0 }
    }

    pub(crate) fn add(&mut self, duration: Duration) {
        if self.total == FULL {
            self.counts.iter_mut().for_each(|count| *count /= 2);
            self.total = self.counts.iter().map(|count| u64::from(*count)).sum();
        }
        self.counts[bucket(duration)] += 1;
        self.total += 1;
    }

    /// The duration that a share of `quantile` did not exceed; `None` of nothing.
    pub(crate) fn quantile(&self, quantile: f64) -> Option<Duration> {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and 65,536"
        )]
        let rank = (quantile * self.total as f64).ceil().max(1.0) as u64;
        let mut seen = 0;
        self.counts
            .iter()
            .position(|count| {
                seen += u64::from(*count);
                seen >= rank
            })
            .map(middle)
    }
}

fn bucket(duration: Duration) -> usize {
    let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX).max(STEPS);
    let exponent = u64::from(nanos.ilog2());
    let step = (nanos >> (exponent - 4)) - STEPS;
    usize::try_from((exponent - 4) * STEPS + step).unwrap_or(usize::MAX).min(BUCKETS - 1)
}

fn middle(bucket: usize) -> Duration {
    let (exponent, step) = (bucket as u64 / STEPS, bucket as u64 % STEPS);
    Duration::from_nanos(((STEPS + step) << exponent) + (1 << exponent >> 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_within_six_percent() {
        for exponent in 1..36 {
            let mut histogram = Histogram::new();
            let exact = Duration::from_nanos((1 << exponent) + (1 << exponent >> 2));
            histogram.add(exact);
            let found = histogram.quantile(0.5).expect("one duration").as_secs_f64() / exact.as_secs_f64();
            assert!((found - 1.0).abs() < 0.0625 || exact.as_nanos() < 16, "{exact:?} {found}");
        }
    }

    #[test]
    fn the_median_and_the_tail_are_told_apart_and_old_ones_fade() {
        let mut histogram = Histogram::new();
        assert_eq!(histogram.quantile(0.5), None);
        for number in 0..1000 {
            histogram.add(Duration::from_micros(if number % 50 == 0 { 900 } else { 100 }));
        }
        let at = |histogram: &Histogram, quantile| histogram.quantile(quantile).expect("not empty").as_micros();
        assert!((95..105).contains(&at(&histogram, 0.5)));
        assert!((850..950).contains(&at(&histogram, 0.99)));
        for _ in 0..1_000_000 {
            histogram.add(Duration::from_micros(10));
        }
        assert!((9..11).contains(&at(&histogram, 0.99)));
        histogram.add(Duration::MAX);
    }
}
