//! Scopes: whose work it is that a thread is doing.
//!
//! A scope's work comes in *slices*: the call of a closure, one poll of a future, the drop of one. A slice reads the
//! thread's numbers when it begins and when it ends, and the scope adds up the differences. So a future can move
//! between threads from poll to poll. Slices of a thread lie strictly within each other, and an outer one sees what
//! inner ones did because the thread's numbers only grow. A slice ends in its guard's `Drop`: a panic ends it like a
//! return.
//!
//! A slice must be cheap, for a request has three and more. Features that most slices do not use cost one check of a
//! per-thread flag ([`Thread::has_more`]). Notes of code inside, such as the route, lie with the thread until the slice
//! of their request ends. Only scopes that spawned work have a frame in the thread's stack of families; the depth of
//! their slice tells whose it is.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::counters::{Counters, Coverage, Tally, Thread, is_counting, uncounted, with_thread};
use crate::family::{FamilyRef, LateReport};
#[cfg(feature = "heap")]
use crate::heap::Labels;
use crate::tracking;

/// Notes of the code inside a request to the scope of that request.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Notes {
    /// The number of a name.
    pub(crate) route: Option<usize>,
    pub(crate) pool_hits: u32,
    pub(crate) pool_misses: u32,
}

impl Notes {
    const NONE: Self = Self { route: None, pool_hits: 0, pool_misses: 0 };

    fn add(&mut self, next: &Self) {
        self.route = next.route.or(self.route);
        self.pool_hits = self.pool_hits.saturating_add(next.pool_hits);
        self.pool_misses = self.pool_misses.saturating_add(next.pool_misses);
    }
}

/// The sum over all slices of one work.
#[derive(Debug, Default)]
pub(crate) struct ScopeState {
    tally: Tally,
    kind: Kind,
    /// The thread's values for the scope around, while a slice is running.
    outer_peak: i64,
    /// Whether `more` differs from its initial state.
    has_more: bool,
    more: ScopeMore,
}

/// The state that only few scopes have.
#[derive(Debug, Default)]
struct ScopeMore {
    /// With the thread's stack while a slice is running.
    family: Option<FamilyRef>,
    /// The counts of spawned work when the numbers were closed.
    spawned: Option<Counters>,
    notes: Notes,
    /// The owner of these allocations for [`crate::tracking`]; 0 leaves that to the scope around.
    owner: u64,
    /// The labels of these allocations for `heap`; 0 leaves that to the scope around.
    #[cfg(feature = "heap")]
    context: u64,
    // The thread's values for the scope around, while a slice is running.
    outer_owner: u64,
    #[cfg(feature = "heap")]
    outer_context: u64,
    outer_notes: Option<Notes>,
}

/// The kind of a scope, as the number that its slice adds to [`Thread::slices`]: the lower half counts all scopes, the
/// upper half requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[repr(u64)]
enum Kind {
    /// A measurement.
    #[default]
    Plain = 1,
    /// A request: takes the notes.
    Request = 1 << 32 | 1,
}

/// How many slices are running on a thread, by [`Thread::slices`].
#[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
fn depth(slices: u64) -> u32 {
    slices as u32
}

/// A thread's knowledge of the slices that run on it, where it [has more](Thread::has_more).
struct More {
    /// The depth of the innermost slice that has a frame in [`FAMILIES`]; 0 for none.
    framed: Cell<u32>,
    /// For the innermost request.
    notes: Cell<Option<Notes>>,
}

/// The family of a scope whose slice is running.
struct Frame {
    depth: u32,
    family: FamilyRef,
}

thread_local! {
    static MORE: More = const { More { framed: Cell::new(0), notes: Cell::new(None) } };
    /// By depth, which grows.
    static FAMILIES: RefCell<Vec<Frame>> = const { RefCell::new(Vec::new()) };
}

impl More {
    /// Changes what there is, and the thread's mark with it.
    fn change<T>(thread: &Thread, change: impl FnOnce(&Self) -> T) -> T {
        MORE.with(|more| {
            let result = change(more);
            thread.has_more.set(more.framed.get() != 0 || more.notes.get().is_some());
            result
        })
    }

    /// Moves the family of the innermost slice to the stack. On a thread that is being torn down it stays with its scope.
    fn push_family(&self, depth: u32, family: &mut Option<FamilyRef>) {
        let _ = FAMILIES.try_with(|families| {
            let mut families = families.borrow_mut();
            uncounted(|| families.reserve(1));
            families.extend(family.take().map(|family| Frame { depth, family }));
            self.framed.set(depth);
        });
    }

    /// Moves it back.
    fn pop_family(&self) -> Option<FamilyRef> {
        let popped = FAMILIES.try_with(|families| {
            let mut families = families.borrow_mut();
            let popped = families.pop();
            self.framed.set(families.last().map_or(0, |frame| frame.depth));
            popped
        });
        popped.ok().flatten().map(|frame| frame.family)
    }
}

impl ScopeState {
    /// A measurement whose blocks are followed as `owner`'s.
    pub(crate) fn followed(owner: u64) -> Self {
        Self { has_more: true, more: ScopeMore { owner, ..ScopeMore::default() }, ..Self::default() }
    }

    /// A scope whose work is that of `family`.
    pub(crate) fn of_family(family: FamilyRef) -> Self {
        let more = ScopeMore {
            owner: family.owner(),
            #[cfg(feature = "heap")]
            context: family.context(),
            family: Some(family),
            ..ScopeMore::default()
        };
        Self { has_more: true, more, ..Self::default() }
    }

    /// The scope of a request.
    pub(crate) fn of_request() -> Self {
        Self { kind: Kind::Request, ..Self::default() }
    }

    /// Makes this the scope of new work of its kind.
    #[inline(always)]
    pub(crate) fn renew(&mut self, owner: u64) {
        self.tally = Tally::default();
        if self.has_more || owner != 0 {
            self.renew_more(owner);
        }
    }

    #[cold]
    #[inline(never)]
    fn renew_more(&mut self, owner: u64) {
        self.has_more = owner != 0;
        self.more = ScopeMore { owner, ..ScopeMore::default() };
    }

    /// Begins a slice.
    #[inline(always)]
    pub(crate) fn enter(&mut self) -> Slice<'_> {
        self.begin_slice();
        Slice(self)
    }

    // These two are expanded where they are used, three times and more for a request: as calls they cost it 5 ns.
    #[inline(always)]
    fn begin_slice(&mut self) {
        with_thread(|thread| {
            if thread.has_more.get() | self.has_more {
                return self.begin_with_more(thread);
            }
            self.begin_numbers(thread);
        });
    }

    #[inline(always)]
    fn end_slice(&mut self) {
        with_thread(|thread| {
            if thread.has_more.get() | self.has_more {
                return self.end_with_more(thread);
            }
            self.end_numbers(thread);
        });
    }

    #[inline(always)]
    fn begin_numbers(&mut self, thread: &Thread) {
        thread.slices.set(thread.slices.get() + self.kind as u64);
        self.outer_peak = thread.begin_peak();
        self.tally.open(thread);
    }

    #[inline(always)]
    fn end_numbers(&mut self, thread: &Thread) {
        self.tally.close(thread);
        thread.end_peak(self.outer_peak);
        thread.slices.set(thread.slices.get() - self.kind as u64);
    }

    // As the last call of their callers, so that those need not keep anything.
    #[cold]
    #[inline(never)]
    fn begin_with_more(&mut self, thread: &Thread) {
        if self.more.owner != 0 {
            self.more.outer_owner = tracking::work_for(thread, self.more.owner);
        }
        #[cfg(feature = "heap")]
        if self.more.context != 0 {
            self.more.outer_context = thread.context();
            thread.set_context(Labels::within(self.more.context, self.more.outer_context));
        }
        More::change(thread, |more| {
            if self.more.family.is_some() {
                more.push_family(depth(thread.slices.get()) + 1, &mut self.more.family);
            }
            if self.kind == Kind::Request {
                self.more.outer_notes = more.notes.take();
                self.has_more |= self.more.outer_notes.is_some();
            }
        });
        self.begin_numbers(thread);
    }

    #[cold]
    #[inline(never)]
    fn end_with_more(&mut self, thread: &Thread) {
        self.end_numbers(thread);
        if self.more.owner != 0 {
            tracking::work_for(thread, self.more.outer_owner);
        }
        #[cfg(feature = "heap")]
        if self.more.context != 0 {
            self.more.context = Labels::after(self.more.context, thread.context());
            thread.set_context(self.more.outer_context);
        }
        More::change(thread, |more| {
            if more.framed.get() == depth(thread.slices.get()) + 1 {
                self.more.family = more.pop_family();
                self.has_more = true;
            }
            if self.kind == Kind::Request
                && let Some(notes) = more.notes.replace(self.more.outer_notes.take())
            {
                self.more.notes.add(&notes);
                self.has_more = true;
            }
        });
    }

    /// Labels the allocations for `heap`.
    #[cfg(feature = "heap")]
    pub(crate) fn set_context(&mut self, context: u64) {
        self.more.context = context;
        self.has_more |= context != 0;
    }

    #[cfg(feature = "heap")]
    pub(crate) fn context(&self) -> u64 {
        self.more.context
    }

    /// Bytes obtained less bytes given back, between slices; without spawned work.
    pub(crate) fn net_bytes(&self) -> i64 {
        self.tally.net_bytes()
    }

    /// The numbers so far, or at the end; `None` where the allocator is not installed.
    #[inline]
    pub(crate) fn counters(&self) -> Option<Counters> {
        if !is_counting() {
            return None;
        }
        let own = self.tally.counters(Coverage::default());
        if !self.has_more {
            return Some(own);
        }
        Some(match (&self.more.family, &self.more.spawned) {
            (Some(family), _) => own.then(&family.counters()),
            (None, Some(spawned)) => own.then(spawned),
            (None, None) => own,
        })
    }

    /// Whether there is anything that [`close`](Self::close) ends or [`notes`](Self::notes) tells.
    #[inline(always)]
    pub(crate) fn has_more(&self) -> bool {
        self.has_more
    }

    /// The notes of the code inside.
    pub(crate) fn notes(&self) -> &Notes {
        &self.more.notes
    }

    /// Ends the numbers; what spawned work does from here on is reported to what `late` makes. In one step, so that nothing
    /// falls between.
    pub(crate) fn close(&mut self, late: impl FnOnce() -> Arc<LateReport>) {
        if let Some(family) = self.more.family.take() {
            self.more.spawned = Some(family.close(late));
        }
    }
}

/// A slice that is running. It ends when it is dropped.
pub(crate) struct Slice<'s>(&'s mut ScopeState);

impl Drop for Slice<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.end_slice();
    }
}

/// Runs a slice of `family`'s work, and adds it to the family and to those above. It stops at the first whose own slice
/// is running on this thread, because that one sees the work anyway.
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
    FAMILIES.try_with(|families| families.borrow().iter().any(|frame| frame.family.is(family))).unwrap_or(false)
}

/// The family of the innermost scope that is running on this thread; made on demand, with those of the scopes around it
/// above it.
pub(crate) fn running_family() -> Option<FamilyRef> {
    with_thread(|thread| {
        let innermost = depth(thread.slices.get());
        let above = FAMILIES.try_with(|families| {
            let mut families = families.borrow_mut();
            let mut above: Option<FamilyRef> = None;
            for (place, depth) in (1..=innermost).enumerate() {
                if families.get(place).is_none_or(|frame| frame.depth != depth) {
                    let family = FamilyRef::new(above, thread.owner(), thread.context());
                    uncounted(|| families.insert(place, Frame { depth, family }));
                }
                above = Some(families[place].family.clone());
            }
            More::change(thread, |more| more.framed.set(innermost));
            above
        });
        above.ok().flatten()
    })
}

/// Changes the notes of the request that this thread is working for, if there is one.
pub(crate) fn note(change: impl FnOnce(&mut Notes)) {
    with_thread(|thread| {
        if thread.is_in_request() {
            More::change(thread, |more| {
                let mut notes = more.notes.get().unwrap_or(Notes::NONE);
                change(&mut notes);
                more.notes.set(Some(notes));
            });
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

/// `future`, which calls `at_end` once at its end: when it is ready, after a panic, or when it is dropped before, with
/// what that frees.
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

/// Runs `future` and panics if it asked the allocator for more than `max` blocks. Reallocations count, and so does
/// spawned work of a [`Scope`](crate::Scope) as far as it ran. For tests.
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
