//! Timing several tasks against each other: in turns, so that whatever else the machine does meets all of them alike.
//!
//! A *sample* is the time of one call, taken over a batch of calls that lasts long enough for the clock. A *round* takes
//! one sample of every task, beginning with another task each time. The *fastest* sample is the one that was disturbed
//! least, and the figure to compare; the *median* says how much the others were.

#![forbid(unsafe_code)]

use std::time::{Duration, Instant};

/// Something to time: does its work as often as it is told. The loop is the task's own, so that its work is compiled
/// into the loop. A call through a pointer would be timed with work that may last three nanoseconds.
pub type Task<'a> = Box<dyn FnMut(u32) + 'a>;

/// How many rounds to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounds {
    /// So many.
    Exactly(usize),
    /// At least so many, and as many as fit the time.
    AtLeast(usize, Duration),
}

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

    /// The largest.
    #[must_use]
    pub fn slowest(&self) -> f64 {
        self.0[self.0.len() - 1]
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

/// Runs `tasks` in turns; returns the samples of each by round, in nanoseconds per call. A sample lasts about `sample_time`,
/// which should be a thousand times what reading the clock costs.
pub fn in_turns(tasks: &mut [Task<'_>], sample_time: Duration, rounds: Rounds) -> Vec<Vec<f64>> {
    let batches: Vec<u32> = tasks.iter_mut().map(|task| batch_size(task, sample_time)).collect();
    let mut samples = vec![Vec::new(); tasks.len()];
    let start = Instant::now();
    let mut round = 0;
    while match rounds {
        Rounds::Exactly(count) => round < count,
        Rounds::AtLeast(count, budget) => round < count || start.elapsed() < budget,
    } {
        for turn in 0..tasks.len() {
            let next = (round + turn) % tasks.len();
            let elapsed = time_batch(&mut tasks[next], batches[next]);
            samples[next].push(elapsed.as_secs_f64() * 1e9 / f64::from(batches[next]));
        }
        round += 1;
    }
    samples
}

/// How many calls fill `sample_time`. Finding out warms the caches and the buffers up.
fn batch_size(task: &mut Task<'_>, sample_time: Duration) -> u32 {
    let mut size = 1;
    loop {
        let elapsed = time_batch(task, size);
        if elapsed * 2 >= sample_time || size > u32::MAX / 2 {
            return size;
        }
        size *= 2;
    }
}

fn time_batch(task: &mut Task<'_>, calls: u32) -> Duration {
    let start = Instant::now();
    task(calls);
    start.elapsed()
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::time::Duration;

    use super::{Rounds, Samples, Task, in_turns};

    #[test]
    fn statistics_do_not_depend_on_the_order() {
        let odd = Samples::new(vec![3.0, 1.0, 2.0]);
        assert_eq!((odd.fastest(), odd.median(), odd.slowest(), odd.count()), (1.0, 2.0, 3.0, 3));
        let even = Samples::new(vec![4.0, 1.0, 2.0, 3.0]);
        assert_eq!((even.fastest(), even.median(), even.slowest()), (1.0, 2.5, 4.0));
    }

    #[test]
    fn slow_tasks_get_their_rounds_without_a_budget() {
        let calls = Cell::new(0);
        let mut tasks: Vec<Task<'_>> = vec![Box::new(|count| {
            calls.set(calls.get() + count);
            std::thread::sleep(Duration::from_millis(8) * count);
        })];
        let samples = in_turns(&mut tasks, Duration::from_millis(15), Rounds::AtLeast(5, Duration::ZERO));
        assert_eq!(samples[0].len(), 5);
        assert_eq!(calls.get(), 5 + 1);
        assert!(samples[0].iter().all(|sample| *sample >= 8e6));
    }

    #[test]
    fn another_task_begins_each_round() {
        let order = RefCell::new(Vec::new());
        let task = |name: char| -> Task<'_> {
            let order = &order;
            Box::new(move |_| order.borrow_mut().push(name))
        };
        let samples = in_turns(&mut [task('a'), task('b'), task('c')], Duration::ZERO, Rounds::Exactly(3));
        // The first three find out the size of a batch.
        assert_eq!(order.borrow().iter().collect::<String>(), "abcabcbcacab");
        assert!(samples.iter().all(|samples| samples.len() == 3));
    }
}
