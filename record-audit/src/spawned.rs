//! Work that a scope hands to other tasks and threads, and that is still counted as its own.

use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::family::{FamilyRef, Member};
use crate::scope::{running_family, slice_of_family};

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
        move || slice_of_family(member.family(), work)
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
                slice_of_family(member.family(), || future.set(None));
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
        let polled = slice_of_family(member.family(), || {
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
