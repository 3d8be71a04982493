//! Buffers that are used again: a few kept by each thread, the rest in a bounded overflow that all threads share.
//!
//! The vocabulary: a buffer is *checked out*, and *returned* when its [`PooledBuffer`] is dropped. The pool *retains*
//! it, *idle*, until the next checkout, or frees it. The *retention cap* is what bounds the memory of idle buffers, per
//! buffer and in total. A buffer's *high-water mark* is the length at which it was returned. If that stays far below
//! its capacity for long, the buffer is *mostly unused*, and freed.
//!
//! - `buffer`, `home`: a buffer, and the pool that it goes back to.
//! - `cache`: a thread's own *hot* buffer; the quick way, without a lock and without an atomic read-modify-write.
//! - `member`: the thread's other idle buffers. A thread that sleeps can be relieved of them.
//! - `shared`: what threads share: the overflow and the sum of all statistics.
//! - `budget`: what the cap leaves.
//! - `lock`: a lock that is given up, so that a fork or an allocator that uses the pool cannot hang it.
//! - `limits`, `stats`: plain data.
//!
//! Architecture invariant: an idle buffer is empty, and a grant from the pool's budget covers its memory
//! (`Shared::grant`). So the cap holds at every moment.

mod budget;
mod buffer;
mod cache;
mod home;
mod limits;
mod lock;
mod member;
mod shared;
mod stats;

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::ops::{Deref, DerefMut};

use self::buffer::BoxedBuffer;
use self::home::Home;
pub use self::limits::PoolLimits;
use self::shared::Shared;
pub use self::stats::PoolStats;

/// A pool of byte buffers.
///
/// Most programs never name one: [`PooledBuffer::checkout`] uses [`BufferPool::global`]. A pool of one's own has limits
/// and statistics of its own; a clone is another handle to the same pool.
///
/// ```
/// use record_runtime::{BufferPool, PooledBuffer, ZeroAllocJson};
///
/// let mut body = PooledBuffer::checkout(); // empty, with the capacity that it had when it was returned
/// [1, 2, 3].write_json(&mut body);
/// assert_eq!(*body, b"[1,2,3]");
/// drop(body); // returned
///
/// assert_eq!(BufferPool::global().stats().out, 0);
/// ```
///
/// A checkout and a return on the same thread take no lock, if it is one buffer of at most 64 KiB at a time. Of the
/// global pool they need no atomic read-modify-write either. A buffer may be returned on another thread, after the
/// pool's last handle is gone, and while a thread ends. Then it is retained there, freed, or put into the shared
/// overflow.
///
/// A thread that sleeps keeps one buffer of at most 64 KiB. Its other idle buffers are freed by [`trim`](Self::trim), or
/// when other threads want the budget, or have returned some 16,000 buffers in the meantime. Idle buffers of a pool are
/// freed with it, but for one of at most 64 KiB of each thread. That is freed when its thread uses a new pool, or ends.
///
/// The child of a `fork` can use its pools, and so can an allocator. Where a lock cannot be had, a buffer is allocated
/// or freed.
#[derive(Clone)]
pub struct BufferPool {
    home: Home,
}

impl BufferPool {
    /// A pool of one's own.
    #[must_use]
    pub fn new(limits: PoolLimits) -> Self {
        Self { home: Home::Own(Arc::new(Shared::new(limits))) }
    }

    /// The pool of the process, with [`PoolLimits::DEFAULT`].
    #[must_use]
    pub const fn global() -> Self {
        Self { home: Home::Global }
    }

    /// An empty buffer with a capacity of at least `capacity` bytes.
    ///
    /// Takes an idle one of that capacity if there is one, else an idle one that is smaller and lets it grow.
    ///
    /// # Panics
    /// If `capacity` exceeds `isize::MAX`, as `Vec::with_capacity`.
    #[must_use]
    pub fn checkout(&self, capacity: usize) -> PooledBuffer {
        checkout(self.home.clone(), capacity)
    }

    /// Frees all idle buffers at once, but for one of at most 64 KiB of each other thread. That is freed when its
    /// thread uses the pool next.
    pub fn trim(&self) {
        self.home.shared().order_trim();
        cache::trim(&self.home);
        self.home.shared().trim();
    }

    /// The events so far, and the memory that is retained now. Adds up the threads' counts, so that it is meant for a
    /// metrics page rather than for each request. While other threads work, the numbers may be of slightly different
    /// moments.
    #[must_use]
    pub fn stats(&self) -> PoolStats {
        self.home.shared().stats()
    }

    /// Has `observer` called at each checkout of any pool, on the thread that checks out, with whether an idle buffer was
    /// there. `false` if there was an observer already, which stays.
    ///
    /// For attributing checkouts to requests. It should take nanoseconds, and must not use a pool. If it panics, the checkout does.
    pub fn observe_checkouts(observer: fn(hit: bool)) -> bool {
        cache::OBSERVER.set(observer).is_ok()
    }

    /// The limits that the pool was made with.
    #[must_use]
    pub fn limits(&self) -> PoolLimits {
        *self.home.shared().limits()
    }
}

impl fmt::Debug for BufferPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BufferPool").field("limits", &self.limits()).field("stats", &self.stats()).finish()
    }
}

fn checkout(home: Home, capacity: usize) -> PooledBuffer {
    let idle = cache::take(&home, capacity);
    let is_hit = idle.is_some();
    // It is on loan from here on: dropping it ends the loan, should anything below panic.
    let mut loan = PooledBuffer { buffer: idle, home };
    if let Some(observer) = cache::OBSERVER.get() {
        observer(is_hit);
    }
    match &mut loan.buffer {
        Some(idle) => idle.make_room(capacity.max(1)),
        none => *none = Some(buffer::new(capacity)),
    }
    loan
}

/// A buffer on loan from a [`BufferPool`]: a `Vec<u8>` that goes back when it is dropped. An early return, a panic or a
/// cancelled future may drop it, on any thread.
///
/// It is empty when it is checked out, and nothing of an earlier use can be read in it by safe code. With the feature
/// `zeroize` its memory is also overwritten when it is returned; memory that the buffer left behind by growing is not.
///
/// The length at which it is returned is what the pool learns from: a buffer that comes back nearly empty again and again
/// is freed. So leave the contents in it.
pub struct PooledBuffer {
    /// There until it is dropped, but for a checkout that panics.
    buffer: Option<BoxedBuffer>,
    home: Home,
}

impl PooledBuffer {
    /// An empty buffer of the global pool, of whatever capacity the last one had that this thread returned.
    #[must_use]
    pub fn checkout() -> Self {
        checkout(Home::Global, 0)
    }

    /// An empty buffer of the global pool, of at least this capacity in bytes.
    ///
    /// # Panics
    /// If `capacity` exceeds `isize::MAX`.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        checkout(Home::Global, capacity)
    }

    /// Keeps the contents, and takes the buffer away from the pool for good.
    #[must_use]
    pub fn into_vec(mut self) -> Vec<u8> {
        core::mem::take::<Vec<u8>>(&mut self)
    }
}

const NOT_DROPPED: &str = "the buffer is taken away when its owner is dropped";

impl Drop for PooledBuffer {
    fn drop(&mut self) {
        match self.buffer.take() {
            Some(buffer) => cache::put(&self.home, buffer),
            None => cache::count_unfinished(&self.home),
        }
    }
}

impl Deref for PooledBuffer {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.buffer.as_ref().expect(NOT_DROPPED).bytes
    }
}

impl DerefMut for PooledBuffer {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.buffer.as_mut().expect(NOT_DROPPED).bytes
    }
}

impl AsRef<[u8]> for PooledBuffer {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl fmt::Debug for PooledBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PooledBuffer").field("len", &self.len()).field("capacity", &self.capacity()).finish()
    }
}
