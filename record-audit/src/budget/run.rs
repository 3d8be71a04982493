//! Work in a test that has to stay within a budget, and what to say where it does not.

use std::fmt::Write;
use std::future::poll_fn;
use std::pin::pin;

use super::{Budget, Excess};
use crate::heap::{Sum, Trace};
use crate::scope::ScopeState;
use crate::stack::{self, Stack};
use crate::tracking;

/// So many call stacks are named, those with most allocations first.
const STACKS: usize = 10;
/// So many functions of each.
const FRAMES: usize = 12;

impl Budget {
    /// Runs `work`, and panics if it was over the budget. The panic's message has the limits that were passed, and the call
    /// stacks that allocated. For tests.
    ///
    /// `left_behind` counts what is alive of `work`'s allocations when it returns, its result included: where that is to be
    /// nothing, it returns nothing. Work that is spawned through a [`Scope`](crate::Scope) counts as far as it ran.
    ///
    /// ```
    /// # use record_audit::{Budget, CountingAllocator};
    /// # #[global_allocator]
    /// # static ALLOCATOR: CountingAllocator = CountingAllocator::system();
    /// const ONE_BUFFER: Budget = Budget::new().allocations(1).bytes(4096);
    /// let text = ONE_BUFFER.run(|| String::with_capacity(4000));
    /// # drop(text);
    /// ```
    ///
    /// ```should_panic
    /// # use record_audit::{Budget, CountingAllocator};
    /// # #[global_allocator]
    /// # static ALLOCATOR: CountingAllocator = CountingAllocator::system();
    /// // over the budget
    /// //   allocations: 1 used, 0 allowed
    /// // what allocated
    /// //   1 allocation, 24 bytes:
    /// //     main at src/main.rs:5
    /// Budget::new().allocations(0).run(|| drop(std::hint::black_box(Box::new([0_u64; 3]))));
    /// ```
    ///
    /// # Panics
    /// Over the budget, and where the counting allocator is not installed: a test that cannot fail would be worse.
    pub fn run<T>(&self, work: impl FnOnce() -> T) -> T {
        let mut run = Run::begin();
        let result = {
            let _slice = run.scope.enter();
            work()
        };
        run.end(self);
        result
    }

    /// [`run`](Self::run) for a future: its polls and its drop.
    ///
    /// ```
    /// # use record_audit::{Budget, CountingAllocator};
    /// # #[global_allocator]
    /// # static ALLOCATOR: CountingAllocator = CountingAllocator::system();
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let answer = Budget::new().allocations(1).bytes(100).run_async(async { vec![0_u8; 100] }).await;
    /// # drop(answer);
    /// # });
    /// ```
    ///
    /// # Panics
    /// As [`run`](Self::run).
    pub async fn run_async<F: Future>(&self, future: F) -> F::Output {
        let mut run = Run::begin();
        let output = {
            let mut future = pin!(Some(future));
            poll_fn(|context| {
                let _slice = run.scope.enter();
                let polled = future.as_mut().as_pin_mut().expect("here until it is ready").poll(context);
                if polled.is_ready() {
                    future.set(None);
                }
                polled
            })
            .await
        };
        run.end(self);
        output
    }
}

/// Work that is measured, its blocks followed, and its allocations traced.
struct Run {
    scope: ScopeState,
    owner: u64,
    /// `None` if there are too many at a time.
    trace: Option<Trace>,
}

impl Drop for Run {
    fn drop(&mut self) {
        tracking::abandon(self.owner);
    }
}

impl Run {
    fn begin() -> Self {
        assert!(crate::is_active(), "budgets need `CountingAllocator` as the global allocator");
        let owner = tracking::new_owner(1, 1);
        let mut scope = ScopeState::followed(owner);
        let trace = Trace::begin();
        scope.set_context(trace.as_ref().map_or(0, Trace::context));
        Self { scope, owner, trace }
    }

    fn end(self, budget: &Budget) {
        let counters = self.scope.counters().expect("the allocator is installed");
        let mut over = Vec::new();
        let mut look = |of, limit: Option<u64>, used| {
            over.extend(limit.filter(|limit| used > *limit).map(|limit| Excess { of, limit, used }));
        };
        look("allocations", budget.allocations, counters.requests());
        look("bytes", budget.bytes, counters.allocated_bytes);
        if budget.left_behind.is_some() {
            let left = tracking::alive(self.owner);
            let is_known = self.owner != 0 && tracking::is_followed_whole(self.owner);
            assert!(is_known, "so many blocks are followed that what is left behind is not known");
            look("left_behind", budget.left_behind, left);
        }
        if over.is_empty() {
            return;
        }
        let mut text = String::from("over the budget\n");
        for excess in over {
            let _ = writeln!(text, "  {excess}");
        }
        match &self.trace {
            Some(trace) => write_stacks(&mut text, trace.sums()),
            None => text.push_str("too many budgets run at a time to tell what allocated: run this test alone\n"),
        }
        panic!("{text}");
    }
}

fn write_stacks(text: &mut String, mut sums: Vec<(Stack, Sum)>) {
    sums.sort_by(|(_, one), (_, other)| other.objects.total_cmp(&one.objects).then(other.bytes.total_cmp(&one.bytes)));
    text.push_str("what allocated\n");
    for (stack, Sum { objects, bytes }) in sums.iter().take(STACKS) {
        let plural = if *objects < 1.5 { "" } else { "s" };
        let _ = writeln!(text, "  {objects:.0} allocation{plural}, {bytes:.0} bytes:");
        let frames = stack::names(stack.frames());
        // The frames outside of the work are the same for all.
        let is_outside = |frame: &String| {
            // Inlined functions have a short name; their file tells.
            frame.contains(concat!(file!(), ":")) || frame.trim_start_matches('<').starts_with("record_audit::budget::")
        };
        let inside = frames.iter().take_while(|frame| !is_outside(frame)).take(FRAMES);
        for frame in inside {
            let _ = writeln!(text, "    {frame}");
        }
    }
    if sums.len() > STACKS {
        let _ = writeln!(text, "  and {} other call stacks", sums.len() - STACKS);
    }
}
