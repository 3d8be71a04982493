//! Scopes: whose work it is that a thread is doing.
//!
//! A scope's work comes in *slices*: the call of a closure, one poll of a future, the drop of one. A slice reads the
//! thread's numbers when it begins and when it ends, and the scope adds the difference up; so a future can move between
//! threads from poll to poll. Slices of a thread lie strictly within each other, and an outer one sees what inner ones did
//! because the thread's numbers only grow. A slice ends in its guard's `Drop`: a panic ends it like a return.
//!
//! What a slice must hand in to its scope from inside (the route, the family that spawned work belongs to) is kept in a
//! stack of frames, by value: moved from the scope into the frame, and back when the slice ends.

use std::cell::RefCell;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::counters::{Counters, Coverage, Reading, THREAD, Tally, is_counting, uncounted};
use crate::family::{FamilyRef, LateReport};

/// What code inside a request tells the scope of that request.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Notes {
    pub(crate) route: Option<&'static str>,
    pub(crate) pool_hits: u32,
    pub(crate) pool_misses: u32,
}

/// The sum of the slices of one piece of work.
#[derive(Debug, Default)]
pub(crate) struct ScopeState {
    tally: Tally,
    family: Option<FamilyRef>,
    pub(crate) notes: Notes,
    pub(crate) kind: Kind,
    /// Whose allocations these are for [`crate::tracking`]; 0 leaves that to the scope around.
    pub(crate) owner: u64,
}

/// What a scope stands for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A measurement.
    #[default]
    Plain,
    /// A request: takes the notes.
    Request,
}

struct Frame {
    family: Option<FamilyRef>,
    notes: Notes,
    kind: Kind,
}

thread_local! {
    static FRAMES: RefCell<Vec<Frame>> = const { RefCell::new(Vec::new()) };
}

impl ScopeState {
    pub(crate) fn of_request(owner: u64) -> Self {
        Self { kind: Kind::Request, owner, ..Self::default() }
    }

    /// A measurement whose blocks are followed as `owner`'s.
    pub(crate) fn followed(owner: u64) -> Self {
        Self { owner, ..Self::default() }
    }

    /// A scope whose work is that of `family`.
    pub(crate) fn of_family(family: FamilyRef) -> Self {
        Self { owner: family.owner(), family: Some(family), ..Self::default() }
    }

    /// Begins a slice.
    #[inline]
    pub(crate) fn enter(&mut self) -> Slice<'_> {
        let frame = Frame { family: self.family.take(), notes: self.notes, kind: self.kind };
        let framed = FRAMES
            .try_with(|frames| {
                let mut frames = frames.borrow_mut();
                if frames.len() == frames.capacity() {
                    uncounted(|| frames.reserve(16));
                }
                frames.push(frame);
            })
            .is_ok();
        THREAD.with(|thread| {
            let outer_owner = thread.owner();
            if self.owner != 0 {
                thread.set_owner(self.owner);
            }
            let before = thread.read();
            let outer_peak = thread.peak();
            thread.set_peak(before.live);
            Slice { scope: self, before, outer_peak, outer_owner, framed }
        })
    }

    /// The numbers so far; `None` where the allocator is not installed.
    pub(crate) fn counters(&self) -> Option<Counters> {
        if !is_counting() {
            return None;
        }
        let own = self.tally.counters(Coverage::default());
        Some(match &self.family {
            Some(family) => own.then(&family.counters()),
            None => own,
        })
    }

    /// The numbers at the end; what spawned work does from here on is reported to what `late` makes. In one step, so that
    /// nothing falls between.
    pub(crate) fn close(&self, late: impl FnOnce() -> Arc<LateReport>) -> Option<Counters> {
        if !is_counting() {
            return None;
        }
        let own = self.tally.counters(Coverage::default());
        Some(match &self.family {
            Some(family) => own.then(&family.close(late)),
            None => own,
        })
    }
}

/// A slice that is running. It ends when it is dropped.
pub(crate) struct Slice<'s> {
    scope: &'s mut ScopeState,
    before: Reading,
    outer_peak: i64,
    outer_owner: u64,
    framed: bool,
}

impl Slice<'_> {
    fn end(&mut self) -> Tally {
        let tally = THREAD.with(|thread| {
            let after = thread.read();
            let peak = thread.peak();
            thread.set_peak(self.outer_peak.max(peak));
            thread.set_owner(self.outer_owner);
            Tally::between(&self.before, &after, peak)
        });
        if self.framed {
            let frame = FRAMES.try_with(|frames| frames.borrow_mut().pop()).ok().flatten();
            if let Some(frame) = frame {
                self.scope.family = frame.family;
                self.scope.notes = frame.notes;
            }
        }
        tally
    }
}

impl Drop for Slice<'_> {
    #[inline]
    fn drop(&mut self) {
        let tally = self.end();
        self.scope.tally.add(&tally);
    }
}

/// Runs a slice of `family`'s work, and adds it to the family and to those above, up to the first whose own slice is
/// running on this thread: that one sees the work anyway.
pub(crate) fn slice_of_family<T>(family: &FamilyRef, work: impl FnOnce() -> T) -> T {
    struct Report<'f> {
        scope: ScopeState,
        family: &'f FamilyRef,
    }
    impl Drop for Report<'_> {
        fn drop(&mut self) {
            let slice = self.scope.tally;
            self.family.add(&slice, &is_running);
        }
    }
    let mut report = Report { scope: ScopeState::of_family(family.clone()), family };
    let _slice = report.scope.enter();
    work()
}

fn is_running(family: &FamilyRef) -> bool {
    FRAMES
        .try_with(|frames| frames.borrow().iter().any(|frame| frame.family.as_ref().is_some_and(|own| own.is(family))))
        .unwrap_or(false)
}

/// The family of the innermost scope that is running on this thread; made on demand, with those of the scopes around it
/// above it.
pub(crate) fn running_family() -> Option<FamilyRef> {
    FRAMES
        .try_with(|frames| {
            let owner = THREAD.with(crate::counters::Thread::owner);
            let mut above: Option<FamilyRef> = None;
            for frame in frames.borrow_mut().iter_mut() {
                let family = frame.family.get_or_insert_with(|| FamilyRef::new(above.clone(), owner));
                above = Some(family.clone());
            }
            above
        })
        .ok()
        .flatten()
}

/// Changes the notes of the request that this thread is working for, if there is one.
pub(crate) fn note(change: impl FnOnce(&mut Notes)) {
    // A thread that is being torn down works for no request.
    let _ = FRAMES.try_with(|frames| {
        let mut frames = frames.borrow_mut();
        if let Some(frame) = frames.iter_mut().rev().find(|frame| frame.kind == Kind::Request) {
            change(&mut frame.notes);
        }
    });
}

/// Runs `work` and counts what it allocates and frees on this thread; `None` where [`CountingAllocator`] is not installed.
///
/// [`CountingAllocator`]: crate::CountingAllocator
///
/// ```
/// # use record_audit::{CountingAllocator, measure};
/// # #[global_allocator]
/// # static ALLOCATOR: CountingAllocator = CountingAllocator::system();
/// let (sum, counters) = measure(|| (0..100_u64).collect::<Vec<_>>().iter().sum::<u64>());
/// assert_eq!(sum, 4950);
/// assert_eq!(counters.map(|it| (it.allocations, it.peak_bytes, it.net_bytes())), Some((1, 800, 0)));
/// ```
pub fn measure<T>(work: impl FnOnce() -> T) -> (T, Option<Counters>) {
    is_counting();
    let mut scope = ScopeState::default();
    let result = {
        let _slice = scope.enter();
        work()
    };
    (result, scope.counters())
}

/// How a piece of work came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It returned.
    Completed,
    /// It was dropped before.
    Dropped,
    /// It panicked.
    Panicked,
}

/// A future whose output comes with what its polls, and its drop, allocated and freed.
///
/// ```
/// # use record_audit::{CountingAllocator, measure_future};
/// # #[global_allocator]
/// # static ALLOCATOR: CountingAllocator = CountingAllocator::system();
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let (list, counters) = measure_future(async { vec![0_u8; 100] }).await;
/// # drop(list);
/// assert_eq!(counters.map(|it| it.net_bytes()), Some(100));
/// # });
/// ```
pub async fn measure_future<F: Future>(future: F) -> (F::Output, Option<Counters>) {
    let mut counters = None;
    let output = observe_future(future, |_, counted| counters = counted).await;
    (output, counters)
}

/// `future`, which on its end calls `at_end` once: when it is ready, when it is dropped before (what its drop frees is
/// included), or after it panicked.
///
/// `at_end` must not panic: it may run while a panic is unwinding.
pub fn observe_future<F, E>(future: F, at_end: E) -> Observed<F, E>
where
    F: Future,
    E: FnOnce(End, Option<Counters>),
{
    is_counting();
    Observed { future: Some(future), scope: ScopeState::default(), polling: false, at_end: Some(at_end) }
}

pin_project! {
    /// See [`observe_future`].
    #[must_use = "futures do nothing unless polled"]
    pub struct Observed<F, E: FnOnce(End, Option<Counters>)> {
        #[pin]
        future: Option<F>,
        scope: ScopeState,
        polling: bool,
        at_end: Option<E>,
    }

    impl<F, E: FnOnce(End, Option<Counters>)> PinnedDrop for Observed<F, E> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if let Some(at_end) = this.at_end.take() {
                let end = if *this.polling { End::Panicked } else { End::Dropped };
                let mut future = this.future;
                {
                    let _slice = this.scope.enter();
                    future.set(None);
                }
                at_end(end, this.scope.counters());
            }
        }
    }
}

impl<F: Future, E: FnOnce(End, Option<Counters>)> Future for Observed<F, E> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let output = {
            let _slice = this.scope.enter();
            *this.polling = true;
            let future = this.future.as_mut().as_pin_mut().expect("`Observed` polled after its end");
            let polled = future.poll(context);
            *this.polling = false;
            let Poll::Ready(output) = polled else { return Poll::Pending };
            this.future.set(None);
            output
        };
        if let Some(at_end) = this.at_end.take() {
            at_end(End::Completed, this.scope.counters());
        }
        Poll::Ready(output)
    }
}

/// Runs `future` and panics if it asked the allocator for more than `max` blocks (allocations and reallocations, spawned
/// work of a [`Scope`](crate::Scope) included as far as it ran). For tests.
///
/// # Panics
/// Over `max`, and where the counting allocator is not installed: an assertion that cannot fail would be worse.
///
/// ```
/// # use record_audit::{CountingAllocator, assert_allocations};
/// # #[global_allocator]
/// # static ALLOCATOR: CountingAllocator = CountingAllocator::system();
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let answer = assert_allocations(1, async { Box::new(42) }).await;
/// # drop(answer);
/// # });
/// ```
pub async fn assert_allocations<F: Future>(max: u64, future: F) -> F::Output {
    let (output, counters) = measure_future(future).await;
    let counters = counters.expect("`assert_allocations` needs `CountingAllocator` as the global allocator");
    let asked = counters.requests();
    assert!(asked <= max, "{asked} allocations and reallocations, at most {max} allowed: {counters:?}");
    output
}
