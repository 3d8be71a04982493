//! Timing several tasks against each other: in turns, so that whatever else the machine does meets all of them alike.
//!
//! A *sample* is the time of one call, taken over a batch of calls that lasts long enough for the clock. A *round* takes
//! one sample of every task, beginning with another task each time. The *fastest* sample is the one that was disturbed
//! least, and the figure to compare; the *median* says how much the others were.

#![forbid(unsafe_code)]

use std::time::{Duration, Instant};

/// How long a batch should last: a thousand times what reading the clock costs, and short enough for many rounds.
const SAMPLE_TIME: Duration = Duration::from_millis(15);

/// Rounds that are made however slow the tasks are.
const MIN_ROUNDS: usize = 5;

/// The times of one task, at least one.
#[derive(Debug, Clone, PartialEq)]
pub struct Samples(Vec<f64>);

impl Samples {
    /// Samples in whatever unit.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn new(mut samples: Vec<f64>) -> Self {
        assert!(!samples.is_empty(), "no statistics of nothing");
        samples.sort_by(f64::total_cmp);
        Self(samples)
    }

    /// The smallest.
    #[must_use]
    pub fn fastest(&self) -> f64 {
        self.0[0]
    }

    /// The middle one, or the mean of the middle two.
    #[must_use]
    pub fn median(&self) -> f64 {
        let upper = self.0.len() / 2;
        let lower = (self.0.len() - 1) / 2;
        f64::midpoint(self.0[lower], self.0[upper])
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

/// Runs `tasks` in turns for about `budget`; returns the samples of each, in nanoseconds per call.
pub fn in_turns(tasks: &mut [Box<dyn FnMut() + '_>], budget: Duration) -> Vec<Samples> {
    let batches: Vec<u32> = tasks.iter_mut().map(|task| batch_size(task)).collect();
    let mut samples = vec![Vec::new(); tasks.len()];
    let start = Instant::now();
    let mut round = 0;
    while round < MIN_ROUNDS || start.elapsed() < budget {
        for turn in 0..tasks.len() {
            let next = (round + turn) % tasks.len();
            let elapsed = time_batch(&mut tasks[next], batches[next]);
            samples[next].push(elapsed.as_secs_f64() * 1e9 / f64::from(batches[next]));
        }
        round += 1;
    }
    samples.into_iter().map(Samples::new).collect()
}

/// How many calls fill [`SAMPLE_TIME`]. Finding out warms the caches and the buffers up.
fn batch_size(task: &mut Box<dyn FnMut() + '_>) -> u32 {
    let mut size = 1;
    loop {
        let elapsed = time_batch(task, size);
        if elapsed * 2 > SAMPLE_TIME || size > u32::MAX / 2 {
            return size;
        }
        size *= 2;
    }
}

fn time_batch(task: &mut Box<dyn FnMut() + '_>, calls: u32) -> Duration {
    let start = Instant::now();
    for _ in 0..calls {
        task();
    }
    start.elapsed()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::Duration;

    use super::{MIN_ROUNDS, Samples, in_turns};

    #[test]
    fn statistics_do_not_depend_on_the_order() {
        let odd = Samples::new(vec![3.0, 1.0, 2.0]);
        assert_eq!((odd.fastest(), odd.median(), odd.count()), (1.0, 2.0, 3));
        let even = Samples::new(vec![4.0, 1.0, 2.0, 3.0]);
        assert_eq!((even.fastest(), even.median()), (1.0, 2.5));
    }

    #[test]
    fn slow_tasks_get_their_rounds_without_a_budget() {
        let calls = Cell::new(0);
        let mut tasks: Vec<Box<dyn FnMut()>> = vec![Box::new(|| {
            calls.set(calls.get() + 1);
            std::thread::sleep(Duration::from_millis(8));
        })];
        let samples = in_turns(&mut tasks, Duration::ZERO);
        assert_eq!(samples[0].count(), MIN_ROUNDS);
        assert_eq!(calls.get(), MIN_ROUNDS + 1);
        assert!(samples[0].fastest() >= 8e6);
    }
}
