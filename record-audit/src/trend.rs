//! A running regression over requests: it says whether a quantity grows with each one (leaking), does not (steady), or
//! needs more data.
//!
//! The quantity is a level (bytes alive of a route's requests) observed once per request. If every request leaks N
//! bytes, the level is a line of slope N plus noise that does not fade, because leaked bytes stay. The errors of such a
//! regression are a random walk, for which the best estimate of the slope is the mean of the steps. So steps are what
//! is added up, and their scatter gives the confidence.
//!
//! Steps are not independent: a value that is cached now is evicted later. So the mean's error comes from *batch
//! means*, over consecutive steps in batches that are long enough to be nearly independent. (Law and Kelton,
//! "Simulation Modeling and Analysis", the chapter on output analysis.) When all batches are full, neighbours are
//! merged and batches become twice as long, so that memory is constant. A level that only fluctuates has batch sums
//! that cancel out.
//!
//! Only the later half of the batches is judged: a cache that filled at the start must be forgiven. A leak is reported
//! if the mean is above zero by [`DEVIATIONS`] standard errors *and* nearly all batches have grown. A single heavy
//! request cannot fake both.

/// The fewest observations for a verdict, warm-up included.
pub const MIN_OBSERVATIONS: u64 = WARM_UP + 4 * MIN_BATCHES as u64;

const WARM_UP: u64 = 32;
const MAX_BATCHES: usize = 32;
const MIN_BATCHES: usize = 16;
/// How many standard errors the mean must be from zero. Much, since the question is asked again after each request.
const DEVIATIONS: f64 = 5.0;
/// Growth below this is not called a leak: less than any block of an allocator.
const NEGLIGIBLE_BYTES: f64 = 1.0;

/// The verdict of a [`Trend`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict {
    /// Too few requests so far.
    NotEnoughData {
        /// Requests observed.
        seen: u64,
        /// Requests that are needed at least.
        needed: u64,
    },
    /// Growth could not be told from none.
    Steady {
        /// Growth per request, in bytes, that would have been noticed.
        within_bytes: f64,
    },
    /// Each request leaves memory behind.
    Leaking {
        /// About how many bytes per request.
        bytes_per_request: f64,
        /// How far off that may be, in bytes.
        plus_minus_bytes: f64,
    },
}

/// A running regression over requests. Constant memory; an observation takes some nanoseconds.
///
/// ```
/// use record_audit::{Trend, Verdict};
///
/// let mut trend = Trend::new();
/// for request in 0..2000_i64 {
///     let in_use = (request * 7919) % 500; // comes and goes
///     trend.observe_level(in_use + 48 * request);
/// }
/// let Verdict::Leaking { bytes_per_request, .. } = trend.verdict() else { panic!("{:?}", trend.verdict()) };
/// assert!((bytes_per_request - 48.0).abs() < 10.0);
/// ```
#[derive(Debug, Clone)]
pub struct Trend {
    seen: u64,
    level: i64,
    batches: [f64; MAX_BATCHES],
    full: usize,
    batch_len: u64,
    sum: f64,
    in_batch: u64,
}

impl Default for Trend {
    fn default() -> Self {
        Self::new()
    }
}

impl Trend {
    /// Nothing observed.
    #[must_use]
    pub const fn new() -> Self {
        Self { seen: 0, level: 0, batches: [0.0; MAX_BATCHES], full: 0, batch_len: 4, sum: 0.0, in_batch: 0 }
    }

    /// How many requests were observed.
    #[must_use]
    pub fn seen(&self) -> u64 {
        self.seen
    }

    /// Observes the level after a request.
    pub fn observe_level(&mut self, level: i64) {
        let step = level.wrapping_sub(self.level);
        self.level = level;
        self.observe(step);
    }

    /// Observes by how much a request changed the level.
    pub fn observe_step(&mut self, step: i64) {
        self.level = self.level.wrapping_add(step);
        self.observe(step);
    }

    #[expect(clippy::cast_precision_loss, reason = "bytes of a request, far below 2^53")]
    fn observe(&mut self, step: i64) {
        self.seen += 1;
        if self.seen <= WARM_UP {
            return;
        }
        self.sum += step as f64;
        self.in_batch += 1;
        if self.in_batch < self.batch_len {
            return;
        }
        self.batches[self.full] = self.sum;
        self.full += 1;
        self.sum = 0.0;
        self.in_batch = 0;
        if self.full == MAX_BATCHES {
            for merged in 0..MAX_BATCHES / 2 {
                self.batches[merged] = self.batches[2 * merged] + self.batches[2 * merged + 1];
            }
            self.full = MAX_BATCHES / 2;
            self.batch_len *= 2;
        }
    }

    /// The verdict on the observations.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "numbers of requests, far below 2^53")]
    pub fn verdict(&self) -> Verdict {
        if self.full < MIN_BATCHES {
            return Verdict::NotEnoughData { seen: self.seen, needed: MIN_OBSERVATIONS };
        }
        let judged = &self.batches[self.full - self.full.div_ceil(2)..self.full];
        let (count, length) = (judged.len() as f64, self.batch_len as f64);
        let mean = judged.iter().sum::<f64>() / count;
        let variance = judged.iter().map(|sum| (sum - mean).powi(2)).sum::<f64>() / (count - 1.0);
        let error = DEVIATIONS * (variance / count).sqrt() / length;
        let mean = mean / length;
        let grown = judged.iter().filter(|sum| **sum > 0.0).count();
        if mean - error > NEGLIGIBLE_BYTES && grown * 8 >= judged.len() * 7 {
            Verdict::Leaking { bytes_per_request: mean, plus_minus_bytes: error }
        } else {
            Verdict::Steady { within_bytes: mean.abs() + error }
        }
    }
}
