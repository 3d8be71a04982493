//! Traces: all allocations of one piece of work by call stack, whether they were freed or not.

use super::calls::{Calls, Sum};
use super::context::{Labels, TRACES};
use super::{ACTIVE, prepare};
use crate::stack::Stack;
use crate::sync::atomic::{AtomicU32, Ordering};

/// Call stacks of a trace.
const STACKS: usize = 1 << 8;

static SUMS: [Calls<STACKS>; TRACES] = [const { Calls::new() }; TRACES];
/// A bit for each trace that is taken.
static TAKEN: AtomicU32 = AtomicU32::new(0);

/// A trace, from its beginning to the end of whoever reads it.
#[derive(Debug)]
pub(crate) struct Trace(usize);

impl Trace {
    /// `None` if there are too many.
    pub(crate) fn begin() -> Option<Self> {
        prepare();
        let free = |taken: u32| {
            let number = taken.trailing_ones();
            ((number as usize) < TRACES).then(|| taken | 1 << number)
        };
        let before = TAKEN.fetch_update(Ordering::Acquire, Ordering::Relaxed, free).ok()?;
        let number = before.trailing_ones() as usize;
        SUMS[number].clear();
        ACTIVE.fetch_add(2, Ordering::Relaxed);
        Some(Self(number))
    }

    /// The labels of the work that is traced.
    pub(crate) fn context(&self) -> u64 {
        Labels::of_trace(self.0)
    }

    /// Allocations and reallocations by call stack. Those that no place was left for come without one.
    pub(crate) fn sums(&self) -> Vec<(Stack, Sum)> {
        let mut sums = Vec::new();
        SUMS[self.0].for_each(|_, _, stack, sum| sums.push((stack, sum)));
        sums.retain(|(_, sum)| sum.objects > 0.0);
        sums
    }
}

impl Drop for Trace {
    fn drop(&mut self) {
        ACTIVE.fetch_sub(2, Ordering::Relaxed);
        TAKEN.fetch_and(!(1 << self.0), Ordering::Release);
    }
}

pub(super) fn add(trace: usize, stack: &Stack, size: usize) {
    if let Some(sums) = SUMS.get(trace) {
        sums.add(stack, 0, size, 1.0);
    }
}
