//! The means by which threads share data, from the standard library.
//!
//! All files import it from here. So the crate `record-models` can compile them with another module in this place, and
//! run their steps in every order.

pub(crate) use std::hint::spin_loop;
pub(crate) use std::sync::{Mutex, MutexGuard};
#[allow(unused_imports, reason = "without the features that lock, nobody waits")]
pub(crate) use std::thread::yield_now;
pub(crate) use std::thread_local;

pub(crate) mod atomic {
    pub(crate) use std::sync::atomic::{AtomicI64, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence};
}

/// How often a lock is tried without giving way.
pub(crate) const SPINS: u32 = 100;
/// And then, before one is given up that somebody else gave up.
pub(crate) const GIVE_UP: u32 = 130;
/// Before it is given up first, which takes 10 milliseconds or more.
pub(crate) const LEAVE: u32 = 230;
/// Before it is waited for asleep, where it is certain that it will be free.
pub(crate) const SLEEP: u32 = 1000;
