//! Functions that a program registers, so that the gate can measure them: see [`Functions`].

use std::hint::black_box;
use std::io::{Write, stdout};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use record_audit::{FollowedScope, measure};

use crate::command::Line;
use crate::measures::{SLICE_CALLS, Times, p99_of_slice};

/// Set to this by the gate where callgrind counts.
pub(crate) const MODE_VARIABLE: &str = "RECORD_GATE_MODE";
pub(crate) const INSTRUCTIONS: &str = "instructions";

/// Calls before anything is measured: buffers have their size then.
const WARM_UP_CALLS: u64 = 16;
/// Calls whose allocations are counted.
const COUNTED_CALLS: u64 = 64;
/// How long a function is timed in a round, and how often it is called at least.
const TIMED: Duration = Duration::from_millis(150);
const LEAST_CALLS: u64 = 100;

/// A slice of the calls takes at least so long.
const SLICE: Duration = Duration::from_millis(2);

/// The functions of a program that the gate measures, as a scenario with a `command`.
///
/// ```no_run
/// use record_gate::{CountingAllocator, Functions};
///
/// #[global_allocator]
/// static ALLOCATOR: CountingAllocator = CountingAllocator::system();
///
/// fn main() -> std::process::ExitCode {
///     let mut buffer = Vec::new();
///     Functions::new()
///         .add("sum", || (0..1000_u64).sum::<u64>())
///         .add("fill", move || {
///             buffer.clear();
///             buffer.extend_from_slice(&[7; 1000]);
///         })
///         .main()
/// }
/// ```
///
/// Each becomes a scenario of its own, `NAME/sum` under a scenario called `NAME`. Measured are the time of each call, and
/// what a call allocates and leaves alive if the program has the [`CountingAllocator`](crate::CountingAllocator). With
/// `instructions = true` it runs once more under callgrind, which counts the calls alone.
///
/// A call that panics is an error of the scenario.
#[derive(Default)]
#[expect(missing_debug_implementations, reason = "closures show nothing")]
pub struct Functions<'f> {
    functions: Vec<(String, Box<dyn FnMut() + 'f>)>,
}

impl<'f> Functions<'f> {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds `function`. Its result is dropped after it was timed, and not optimised away.
    #[must_use]
    pub fn add<T>(mut self, name: impl Into<String>, mut function: impl FnMut() -> T + 'f) -> Self {
        self.functions.push((name.into(), Box::new(move || drop(black_box(function())))));
        self
    }

    /// Measures all and prints a line of JSON for each; the gate reads them. Fails if they cannot be printed.
    #[must_use]
    pub fn main(mut self) -> ExitCode {
        let counts_instructions = std::env::var_os(MODE_VARIABLE).is_some_and(|mode| mode == INSTRUCTIONS);
        // Messages of planted panics would fill the log; the gate tells of errors.
        std::panic::set_hook(Box::new(|_| {}));
        for (name, function) in &mut self.functions {
            let mut line = Line { name: Some(std::mem::take(name)), ..Line::default() };
            if counts_instructions {
                call(function, WARM_UP_CALLS);
                // Its own count of calls: a panic would leave callgrind's toggle on.
                record_gate_counted(function);
            } else {
                measure_function(function, &mut line);
            }
            let mut text = record_runtime::to_vec(&line);
            text.push(b'\n');
            if stdout().write_all(&text).and_then(|()| stdout().flush()).is_err() {
                return ExitCode::FAILURE;
            }
        }
        ExitCode::SUCCESS
    }
}

fn called(function: &mut Box<dyn FnMut() + '_>) -> bool {
    catch_unwind(AssertUnwindSafe(function)).is_ok()
}

/// Calls that panic are counted where calls are timed.
fn call(function: &mut Box<dyn FnMut() + '_>, count: u64) {
    for _ in 0..count {
        called(function);
    }
}

/// Callgrind counts while this runs, which it knows by its name.
#[inline(never)]
fn record_gate_counted(function: &mut Box<dyn FnMut() + '_>) {
    let is_good = called(function);
    // Work behind the call keeps it from being the last one, which would leave this function before.
    black_box(is_good);
}

fn measure_function(function: &mut Box<dyn FnMut() + '_>, line: &mut Line) {
    call(function, WARM_UP_CALLS);
    count(function, line);
    let (mut times, mut slice) = (Times::default(), Vec::with_capacity(1 << 16));
    let started = Instant::now();
    let mut slice_started = started;
    while started.elapsed() < TIMED || line.requests < LEAST_CALLS {
        let start = Instant::now();
        let is_good = called(function);
        let taken = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        times.note(taken);
        slice.push(taken);
        if slice.len() >= SLICE_CALLS && slice_started.elapsed() >= SLICE {
            line.slice_p99_ns.push(p99_of_slice(&mut slice));
            slice.clear();
            slice_started = Instant::now();
        }
        line.requests += 1;
        line.errors += u64::from(!is_good);
    }
    line.times_ns = times.pairs();
}

#[expect(clippy::cast_precision_loss, reason = "sums of 64 calls")]
fn count(function: &mut Box<dyn FnMut() + '_>, line: &mut Line) {
    let mut counted = || {
        let ((), counters) = measure(|| call(function, COUNTED_CALLS));
        counters
    };
    // The smaller of two: what grows once is no cost of a call.
    if let (Some(first), Some(second)) = (counted(), counted()) {
        let per_call = |first: u64, second: u64| Some(first.min(second) as f64 / COUNTED_CALLS as f64);
        line.allocations = per_call(first.allocations, second.allocations);
        line.allocated_bytes = per_call(first.allocated_bytes, second.allocated_bytes);
    }
    let mut followed = || {
        let scope = FollowedScope::new();
        scope.run(|| call(function, COUNTED_CALLS));
        scope.left_behind().map(|left| left.bytes)
    };
    if let (Some(first), Some(second)) = (followed(), followed()) {
        line.left_behind_bytes = Some(first.min(second) as f64 / COUNTED_CALLS as f64);
    }
}
