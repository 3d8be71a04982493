//! Work that a scope hands to other tasks and threads, and that is still counted as its own.
//!
//! A scope has a family only once it spawns: it is shared (`Arc`) between the scope and the pieces of spawned work, each
//! of which adds its slices when they end. Families of nested scopes are linked upwards, so that inner work is in outer
//! numbers here too.

use std::fmt;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::counters::{Counters, Coverage, Tally, uncounted};
use crate::scope::{running_family, slice_of_family};

/// Called with what spawned work did after the numbers of its scope had been reported.
pub(crate) type LateReport = dyn Fn(&Counters) + Send + Sync;

/// A shared family. Its memory is in nobody's numbers: it is allocated and freed uncounted.
#[derive(Debug, Clone)]
pub(crate) struct FamilyRef(Option<Arc<Family>>);

impl FamilyRef {
    pub(crate) fn new(above: Option<Self>, owner: u64) -> Self {
        Self(Some(uncounted(|| Arc::new(Family { above, owner, state: Mutex::default() }))))
    }

    /// Adds a slice of spawned work here and above, up to the first family of which `sees` says that it counts the slice
    /// by itself.
    pub(crate) fn add(&self, slice: &Tally, sees: &dyn Fn(&Self) -> bool) {
        let mut next = Some(self);
        while let Some(family) = next {
            if sees(family) {
                return;
            }
            let late = {
                let mut state = family.state();
                state.tally.add(slice);
                state.late.clone()
            };
            if let Some(late) = late {
                late(&slice.counters(Coverage::default()));
            }
            next = family.above.as_ref();
        }
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        self.0.as_ref().map(Arc::as_ptr) == other.0.as_ref().map(Arc::as_ptr)
    }
}

impl Deref for FamilyRef {
    type Target = Family;

    fn deref(&self) -> &Family {
        self.0.as_ref().expect("taken by `drop` alone")
    }
}

impl Drop for FamilyRef {
    fn drop(&mut self) {
        let shared = self.0.take();
        uncounted(|| drop(shared));
    }
}

pub(crate) struct Family {
    above: Option<FamilyRef>,
    owner: u64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    tally: Tally,
    spawned: u32,
    unfinished: u32,
    late: Option<Arc<LateReport>>,
}

impl fmt::Debug for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Family").finish_non_exhaustive()
    }
}

impl Family {
    pub(crate) fn owner(&self) -> u64 {
        self.owner
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn counters(&self) -> Counters {
        let state = self.state();
        let coverage = Coverage { spawned: state.spawned, unfinished: state.unfinished, body: false };
        state.tally.counters(coverage)
    }

    /// Takes the numbers, and has what comes after them reported to `late`, if anything still runs.
    pub(crate) fn close(&self, late: impl FnOnce() -> Arc<LateReport>) -> Counters {
        let mut state = self.state();
        let coverage = Coverage { spawned: state.spawned, unfinished: state.unfinished, body: false };
        if state.unfinished > 0 {
            state.late = Some(uncounted(late));
        }
        state.tally.counters(coverage)
    }

    fn joined(&self) {
        let mut state = self.state();
        state.spawned += 1;
        state.unfinished += 1;
        drop(state);
        if let Some(above) = &self.above {
            above.joined();
        }
    }

    fn left(&self) {
        let late = {
            let mut state = self.state();
            state.unfinished -= 1;
            if state.unfinished == 0 { state.late.take() } else { None }
        };
        uncounted(|| drop(late));
        if let Some(above) = &self.above {
            above.left();
        }
    }
}

/// A piece of spawned work, from being handed over to its end.
struct Member(FamilyRef);

impl Member {
    fn of(family: &FamilyRef) -> Self {
        family.joined();
        Self(family.clone())
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.0.left();
    }
}

/// A handle to the scope that was running when it was taken: hands work to other tasks and threads that still counts as
/// the scope's.
///
/// Tasks spawned past it (`tokio::spawn`) are not in the scope's numbers but for what spawning itself allocates.
///
/// ```
/// # use record_audit::{CountingAllocator, Scope, measure};
/// # #[global_allocator]
/// # static ALLOCATOR: CountingAllocator = CountingAllocator::system();
/// let (_, counters) = measure(|| {
///     let scope = Scope::current().expect("inside `measure`");
///     std::thread::spawn(scope.carry(|| drop(Vec::<u8>::with_capacity(4096)))).join()
/// });
/// let counters = counters.expect("the allocator is installed");
/// assert!(counters.allocated_bytes >= 4096);
/// assert_eq!((counters.coverage.spawned, counters.coverage.unfinished), (1, 0));
/// ```
#[derive(Debug, Clone)]
pub struct Scope(FamilyRef);

impl Scope {
    /// The innermost scope that is running on this thread; inside a handler, at the latest the one of its request.
    #[must_use]
    pub fn current() -> Option<Self> {
        running_family().map(Self)
    }

    /// `work` as a closure that counts for this scope wherever it is called.
    pub fn carry<T, W: FnOnce() -> T>(&self, work: W) -> impl FnOnce() -> T + use<T, W> {
        let member = Member::of(&self.0);
        // The member is moved in, so that a closure that is never called leaves the family too.
        move || slice_of_family(&member.0, work)
    }

    /// `future`, whose polls and drop count for this scope wherever they happen.
    pub fn follow<F: Future>(&self, future: F) -> Follow<F> {
        Follow { future: Some(future), member: Some(Member::of(&self.0)) }
    }

    /// [`tokio::spawn`], counted for this scope.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    #[cfg(feature = "tokio")]
    pub fn spawn<F>(&self, future: F) -> tokio::task::JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        tokio::spawn(self.follow(future))
    }

    /// [`tokio::task::spawn_blocking`], counted for this scope.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    #[cfg(feature = "tokio")]
    pub fn spawn_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> tokio::task::JoinHandle<T> {
        tokio::task::spawn_blocking(self.carry(work))
    }
}

pin_project! {
    /// See [`Scope::follow`].
    #[must_use = "futures do nothing unless polled"]
    pub struct Follow<F> {
        #[pin]
        future: Option<F>,
        // Until the future is gone.
        member: Option<Member>,
    }

    impl<F> PinnedDrop for Follow<F> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            let mut future = this.future;
            if let Some(member) = this.member.take() {
                slice_of_family(&member.0, || future.set(None));
            }
        }
    }
}

impl<F: Future> Future for Follow<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let mut future = this.future;
        let member = this.member.as_ref().expect("`Follow` polled after its end");
        let polled = slice_of_family(&member.0, || {
            let polled = future.as_mut().as_pin_mut().expect("here as long as the member").poll(context);
            if polled.is_ready() {
                future.set(None);
            }
            polled
        });
        if polled.is_ready() {
            *this.member = None;
        }
        polled
    }
}
