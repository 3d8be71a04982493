//! The clock of requests: readings that cost a few nanoseconds.
//!
//! A reading is the CPU's time stamp counter where that runs at one rate on all cores, else the system's monotonic
//! clock. `quanta` knows which, and the rate. Readings are subtracted as they are and scaled when a recorder asks. They
//! are not fenced: a CPU may take one some instructions early or late.

/// A reading. Only the difference of two means something, and only to the [`Clock`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ticks(u64);

impl Ticks {
    pub(crate) const ZERO: Self = Self(0);

    /// The reading itself, never 0 but for [`ZERO`](Self::ZERO).
    pub(crate) fn since_start(self) -> u64 {
        self.0
    }

    /// By [`since_start`](Self::since_start).
    pub(crate) fn at(reading: u64) -> Self {
        Self(reading)
    }

    /// How many ticks `later` came after this reading; none if it came before, as clocks of two cores may be a few ticks
    /// apart.
    #[inline]
    pub(crate) fn until(self, later: Self) -> u64 {
        later.0.saturating_sub(self.0)
    }
}

/// All clocks of a process give the same readings.
#[derive(Debug, Clone)]
pub(crate) struct Clock(quanta::Clock);

impl Clock {
    /// The first one of a process finds out the counter's rate, which takes about a millisecond, at most 200.
    pub(crate) fn new() -> Self {
        Self(quanta::Clock::new())
    }

    #[inline]
    pub(crate) fn read(&self) -> Ticks {
        Ticks(self.0.raw())
    }

    /// When a reading was taken, in nanoseconds since some moment: the same for all clocks of a process.
    #[inline]
    pub(crate) fn at_nanos(&self, reading: Ticks) -> u64 {
        self.nanos(reading.0)
    }

    #[inline]
    pub(crate) fn nanos(&self, ticks: u64) -> u64 {
        self.0.delta_as_nanos(0, ticks)
    }
}

#[cfg(test)]
impl Clock {
    /// One that takes each tick for a nanosecond.
    pub(crate) fn of_nanos() -> Self {
        Self(quanta::Clock::mock().0)
    }
}

#[cfg(test)]
mod tests {
    use std::thread::sleep;
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn durations_are_those_of_the_system_clock() {
        let clock = Clock::new();
        // Taken inside and outside of the ticks, the system's durations bound them, however long this thread has to wait.
        let (outside, from) = (Instant::now(), clock.read());
        let inside = Instant::now();
        sleep(Duration::from_millis(50));
        let inside = inside.elapsed();
        let ticks = from.until(clock.read());
        let outside = outside.elapsed();
        let measured = Duration::from_nanos(clock.nanos(ticks));
        // The rate is known to a part in ten thousand or better; a hundredth is allowed.
        assert!(
            measured >= inside.mul_f64(0.99) && measured <= outside.mul_f64(1.01),
            "{inside:?} {measured:?} {outside:?}"
        );
    }

    #[test]
    fn what_came_before_is_no_time_ago() {
        let (earlier, later) = (Ticks(5), Ticks(9));
        assert_eq!((earlier.until(later), later.until(earlier)), (4, 0));
        assert_eq!(Clock::new().nanos(0), 0);
    }
}
